import { InputError, type RowMatrix, sumOfArray } from "@nce-geometry/tensor";
import { sphereRows } from "../rows/sphere-rows.ts";
import { besselRatio, besselRatioComplement, besselRatioDerivative } from "../special/bessel-ratio.ts";
import { type VonMisesFisher, vonMisesFisher } from "./von-mises-fisher.ts";

export interface FitVonMisesFisherOptions {
  /**
   * `maximumLikelihood` solves A_d(κ) = R̄. `debiased` solves A_d(κ)² = R̄² − (1 − R̄²)/(n − 1), whose mean is right: n random
   * directions have R̄ ≈ 1/√n, which maximum likelihood takes for a concentration of d/√n.
   * @defaultValue "maximumLikelihood"
   */
  readonly estimator?: "maximumLikelihood" | "debiased";
  /** Largest number of Newton steps. @defaultValue 50 */
  readonly maxSteps?: number;
}

/** What every outcome reports. */
interface Resultant {
  /** R̄ = ‖mean of the rows‖, from 0 to 1. */
  readonly resultantLength: number;
  /** 1 − R̄² as the mean squared distance from the mean: exact also where R̄ rounds to 1. */
  readonly dispersion: number;
  /** n·d·R̄², under the uniform law asymptotically χ² with d degrees of freedom. */
  readonly rayleighStatistic: number;
  readonly samples: number;
}

export type VonMisesFisherFit =
  | (Resultant & {
      /** `converged`; `maxSteps`: the last step was still larger than rounding; `uniform`: debiased, and no more concentrated than chance, κ = 0. */
      readonly status: "converged" | "maxSteps" | "uniform";
      readonly law: VonMisesFisher;
      /** Of κ: 1/√(n·A'(κ)). */
      readonly concentrationStandardError: number;
      /** Of the mean direction along each tangent axis, in radians: 1/√(n·κ·A(κ)); infinite for κ = 0. */
      readonly directionStandardError: number;
      readonly steps: number;
    })
  | (Resultant & {
      /** `noDirection`: the rows cancel to within rounding, every direction fits equally. `noSpread`: they agree to within rounding, κ has no finite estimate. */
      readonly status: "noDirection" | "noSpread";
      readonly law?: undefined;
    });

/**
 * The von Mises–Fisher law that fits rows best.
 *
 * Math:     μ̂ = Σx/‖Σx‖;  A_d(κ̂) = R̄ = ‖Σx‖/n by Newton's method from κ₀ = R̄(d − R̄²)/(1 − R̄²).
 * Shapes:   x [n, d], on the sphere.
 * Domain:   n ≥ 2, d ≥ 2.
 * Limits:   equal rows → `noSpread`;  antipodal rows → `noDirection`;  n → ∞ → the law the rows come from, within its standard errors.
 * Numerics: 1 − R̄² is summed from deviations and matched to 1 − A, so that κ keeps its digits up to 1e14. Newton converges in ≤ 6 steps. Cost: O(nd).
 * Throws:   InputError E_SHAPE, E_DOMAIN.
 * Source:   A. Banerjee et al., Clustering on the unit hypersphere using von Mises–Fisher distributions, JMLR 6 (2005), for the start.
 */
export function fitVonMisesFisher(x: RowMatrix, options: FitVonMisesFisherOptions = {}): VonMisesFisherFit {
  const { estimator = "maximumLikelihood", maxSteps = 50 } = options;
  const { rows: n, dim: d } = x;
  requireRows(n, d);
  sphereRows(d, `sphere(${d})`).assertOnManifold(x, { where: "fitVonMisesFisher" });
  const mean = meanOfRows(x);
  const resultantLength = Math.sqrt(mean.reduce((sum, m) => sum + m * m, 0));
  const dispersion = meanSquaredDeviation(x, mean);
  const resultant = { resultantLength, dispersion, rayleighStatistic: n * d * resultantLength ** 2, samples: n };
  if (!(resultantLength > 8 * EPSILON)) return { status: "noDirection", ...resultant };
  if (!(dispersion > 64 * EPSILON * EPSILON)) return { status: "noSpread", ...resultant };
  const meanDirection = mean.map((m) => m / resultantLength);
  const spread = estimator === "debiased" ? (dispersion * n) / (n - 1) : dispersion;
  const { concentration, steps, status } = solveConcentration(d, spread, maxSteps);
  const law = vonMisesFisher({ meanDirection, concentration });
  return {
    status,
    law,
    concentrationStandardError: 1 / Math.sqrt(n * besselRatioDerivative(d / 2 - 1, concentration)),
    directionStandardError: 1 / Math.sqrt(n * concentration * law.meanResultantLength),
    steps,
    ...resultant,
  };
}

const EPSILON = 2 ** -52;

type Solution = { concentration: number; steps: number; status: "converged" | "maxSteps" | "uniform" };

/** κ with 1 − A(κ)² = dispersion. */
function solveConcentration(d: number, dispersion: number, maxSteps: number): Solution {
  if (dispersion >= 1) return { concentration: 0, steps: 0, status: "uniform" };
  const order = d / 2 - 1;
  const resultant = Math.sqrt(1 - dispersion);
  const complement = dispersion / (1 + resultant);
  let concentration = (resultant * (d - 1 + dispersion)) / dispersion;
  for (let steps = 1; steps <= maxSteps; steps++) {
    const excess =
      resultant < 0.5
        ? besselRatio(order, concentration) - resultant
        : complement - besselRatioComplement(order, concentration);
    const step = excess / besselRatioDerivative(order, concentration);
    // A is concave: a step from the right of the root may overshoot, but then halving stays on its right or lands on its left.
    const next = Math.max(concentration - step, concentration / 2);
    const settled = Math.abs(next - concentration) <= 8 * EPSILON * concentration;
    concentration = next;
    if (settled) return { concentration, steps, status: "converged" };
  }
  return { concentration, steps: maxSteps, status: "maxSteps" };
}

function meanOfRows({ rows, dim, data }: RowMatrix): Float64Array {
  const column = new Float64Array(rows);
  return new Float64Array(dim).map((_, k) => {
    for (let i = 0; i < rows; i++) column[i] = data[i * dim + k]!;
    return sumOfArray(column) / rows;
  });
}

function meanSquaredDeviation({ rows, dim, data }: RowMatrix, mean: Float64Array): number {
  const squares = new Float64Array(rows).map((_, i) => {
    let sum = 0;
    for (let k = 0; k < dim; k++) sum += (data[i * dim + k]! - mean[k]!) ** 2;
    return sum;
  });
  return sumOfArray(squares) / rows;
}

function requireRows(n: number, d: number): void {
  if (n >= 2 && d >= 2) return;
  throw new InputError({
    code: "E_SHAPE",
    where: "fitVonMisesFisher",
    argument: "x",
    expected: "of shape [n, d] with n ≥ 2, d ≥ 2",
    received: `[${n}, ${d}]`,
  });
}
