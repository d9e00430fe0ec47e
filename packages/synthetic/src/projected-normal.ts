import { logGammaRatio } from "@nce-geometry/manifold";

/**
 * Mean cosine of a unit vector u of R^d with u + σg, g standard normal.
 *
 * Math:     E⟨u, u + σg⟩/‖u + σg‖ = Σ_k Poisson(k; s) √s Γ(k + (d+1)/2)/Γ(k + d/2 + 1),  s = 1/(2σ²).
 * Domain:   d ≥ 1, σ ≥ 0.
 * Limits:   σ = 0 → 1;  σ → ∞ → 0;  d = 1 → P(|g| < 1/σ) = erf(1/(σ√2)).
 * Numerics: sums of positive terms outwards from the largest; about 1e-12. For σ < 1e-4 the terms up to σ⁴ of its power series, 1 − mσ²/2 + (3/8)m(m − 2)σ⁴, m = d − 1.
 */
export function projectedNormalMean(dim: number, sigma: number): number {
  const m = dim - 1;
  if (sigma < 1e-4) return 1 - (m * sigma ** 2) / 2 + (3 / 8) * m * (m - 2) * sigma ** 4;
  const s = 1 / (2 * sigma ** 2);
  const start = Math.floor(s);
  const quotient = (k: number): number => Math.exp(-logGammaRatio(k + (dim + 1) / 2, 0.5));
  let [total, mean] = [1, quotient(start)];
  for (let k = start, weight = 1; k > 0; k--) {
    weight *= k / s;
    if (weight < 1e-18) break;
    total += weight;
    mean += weight * quotient(k - 1);
  }
  for (let k = start + 1, weight = 1; ; k++) {
    weight *= s / k;
    if (weight < 1e-18) break;
    total += weight;
    mean += weight * quotient(k);
  }
  return (Math.sqrt(s) * mean) / total;
}
