// The weights of Ajne's and Giné's kernels on spherical harmonics, and the law that they give. With λ = d/2 − 1 and
// (a)_q = a(a + 1)…(a + q − 1), Saalschütz' sum gives, of E over a uniform point's cosine t = cos θ,
//   Giné, degree 2q:        w_q = ½·|(−½)_q|·(½)_q/((λ+½)_q (λ+3/2)_q),            Σ_{q≥1} m_q w_q = ½;
//   Ajne, degree 2q + 1:    w_q = (1/4π)·(Γ(d/2)/Γ((d+1)/2))²·((½)_q/((d+1)/2)_q)²,  Σ_{q≥0} m_q w_q = ¼.

import { logGammaRatio } from "@nce-geometry/manifold";
import { chiSquareTail } from "./chi-square-tail.ts";

/** κ₁, κ₂, κ₃ of Σ w χ²(m): κ_r = 2^{r−1}(r−1)!·Σ m w^r. */
export type Cumulants = readonly [number, number, number];

/** c of Giné's kernel ½ − c·sin θ: ((d−1)/4)·(Γ((d−1)/2)/Γ(d/2))². */
export function gineScale(dimension: number): number {
  return ((dimension - 1) / 4) * Math.exp(-2 * logGammaRatio((dimension - 1) / 2, 0.5));
}

/** Cumulants of the limit of Giné's statistic. */
export function gineCumulants(dimension: number): Cumulants {
  const half = (dimension - 1) / 2;
  // q = 1: ½·½·½/(half·(half + 1)).
  const first = 1 / (8 * half * (half + 1));
  const quotient = (q: number) => ((q + 0.5) * (q + 1.5)) / ((half + 1 + q) * (half + 2 + q));
  return cumulants(0.5, { dimension, degree: 2, first, quotient });
}

/** Cumulants of the limit of Ajne's statistic. */
export function ajneCumulants(dimension: number): Cumulants {
  const half = (dimension + 1) / 2;
  const first = Math.exp(-2 * logGammaRatio(dimension / 2, 0.5)) / (4 * Math.PI);
  const quotient = (q: number) => ((q + 0.5) / (half + q)) ** 2;
  return cumulants(0.25, { dimension, degree: 1, first, quotient });
}

/** Tail probability of the shifted and scaled χ² law that has the given three cumulants. */
export function pearsonTail(
  value: number,
  [first, second, third]: Cumulants,
): { readonly pValue: number; readonly degreesOfFreedom: number } {
  const degreesOfFreedom = (8 * second ** 3) / third ** 2;
  const standard = (value - first) / Math.sqrt(second);
  const moved = degreesOfFreedom + standard * Math.sqrt(2 * degreesOfFreedom);
  return { pValue: chiSquareTail(Math.max(0, moved), degreesOfFreedom), degreesOfFreedom };
}

interface Weights {
  readonly dimension: number;
  /** Of the first weight; every second degree follows. */
  readonly degree: 1 | 2;
  readonly first: number;
  /** Weight number q + 1 over weight number q, counted from 0. */
  quotient(q: number): number;
}

/** The sum of the weights is known; those of their powers converge at least like q⁻³. */
function cumulants(mean: number, { dimension: d, degree, first, quotient }: Weights): Cumulants {
  let weight = first;
  let multiplicity = degree === 1 ? d : ((d - 1) * (d + 2)) / 2;
  let [squares, cubes] = [0, 0];
  for (let q = 0, k: number = degree; q < 20_000; q++, k += 2) {
    const term = multiplicity * weight * weight;
    squares += term;
    cubes += term * weight;
    if (term < 1e-17 * squares) break;
    multiplicity *= growth(d, k) * growth(d, k + 1);
    weight *= quotient(q);
  }
  return [mean, 2 * squares, 8 * cubes];
}

/** Number of harmonics of degree k + 1 over that of degree k ≥ 1. */
function growth(d: number, k: number): number {
  return ((2 * k + d) * (k + d - 2)) / ((2 * k + d - 2) * (k + 1));
}
