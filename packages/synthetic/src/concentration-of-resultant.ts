import { besselRatio, besselRatioDerivative } from "@nce-geometry/manifold";

const mostSteps = 100;

/**
 * The concentration κ at which the von Mises–Fisher law on S^{d−1} has a given mean resultant length.
 *
 * Math:     A_d(κ) = r, by Newton's method from κ = r(d − r²)/(1 − r²).
 * Domain:   0 ≤ r < 1.
 * Limits:   r = 0 → 0.
 */
export function concentrationOfResultant(dim: number, resultant: number): number {
  if (resultant === 0) return 0;
  const order = dim / 2 - 1;
  let kappa = (resultant * (dim - resultant ** 2)) / ((1 - resultant) * (1 + resultant));
  for (let step = 0; step < mostSteps; step++) {
    const change = (besselRatio(order, kappa) - resultant) / besselRatioDerivative(order, kappa);
    // A is concave: only a step down can overshoot.
    const next = Math.max(kappa - change, kappa / 2);
    if (Math.abs(next - kappa) <= 1e-15 * kappa) return next;
    kappa = next;
  }
  return kappa;
}
