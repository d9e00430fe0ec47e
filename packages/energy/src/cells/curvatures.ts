import { sumOfArray } from "@nce-geometry/tensor";
import { requirePositive } from "../checks.ts";
import type { Pair } from "../grid/denominators.ts";
import {
  freeEnergyMultimodal,
  type MultimodalOptions,
  secondVariationMultimodal,
} from "../grid/free-energy-multimodal.ts";
import { assertProbability, type GridMeasure } from "../grid/grid-measure.ts";
import { requirePositiveDensity } from "./grid-problem.ts";

export interface CurvaturesOptions extends MultimodalOptions {
  /** h, [n], of integral 0 and not 0 everywhere. */
  readonly direction: Float64Array;
  /** Largest relative change of a density in the numerical difference. @defaultValue 1e-3, where truncation and rounding are about equal */
  readonly relativeStep?: number;
}

/** A second variation, twice over. */
export interface Curvature {
  /** By its formula, see `secondVariationMultimodal`. */
  readonly value: number;
  /** (F(ρ + sh) − 2F(ρ) + F(ρ − sh))/s², from values of the functional alone. */
  readonly numerical: number;
  /** 1: a minimum along the direction. −1: a maximum. 0: flat to the accuracy of the formula. */
  readonly sign: -1 | 0 | 1;
}

/** Second variations along a direction of one density, of the other, and of both. */
export interface Curvatures {
  /** Along (h, 0). */
  readonly first: Curvature;
  /** Along (0, h). */
  readonly second: Curvature;
  /** Along (h, h). */
  readonly together: Curvature;
  /** Along (h, −h): what tears matched densities apart. */
  readonly apart: Curvature;
}

/**
 * How a functional of two densities curves at a state, by the formula and by small perturbations of the densities.
 *
 * Math:     d²/ds² F(ρ₁ + s·a·h, ρ₂ + s·b·h) at s = 0, for (a, b) = (1, 0), (0, 1), (1, 1), (1, −1)
 * Shapes:   measure [n], logDensities [n], [n], direction [n] → four records. Unit: nats.
 * Domain:   densities positive everywhere; ∫h = 0.
 * Limits:   F^Sym + λ·D_S at ρ₁ = ρ₂ = ρ, in units of ∫h²/ρ: λ − ½, λ − ½, 1, 4λ − 3; the signs change at λ = ½ and λ = ¾.
 * Numerics: the difference is off by relativeStep² in truncation and by some 16ε·|F|/s² in rounding; a sign is 0 below 64ε of the formula's terms.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE, E_DOMAIN.
 * Source:   arXiv:2601.19597 for F^Sym.
 */
export function curvatures(
  measure: GridMeasure,
  logDensities: Pair<Float64Array>,
  options: CurvaturesOptions,
): Curvatures {
  const where = "curvatures";
  const { direction, relativeStep = 1e-3 } = options;
  requirePositive(where, "relativeStep", relativeStep);
  logDensities.forEach((logDensity, k) => {
    assertProbability(measure, logDensity, { where, argument: `logDensities[${k}]` });
    requirePositiveDensity(where, `logDensities[${k}]`, logDensity);
  });
  const along = (a: number, b: number): Curvature => {
    const directions: Pair<Float64Array> = [direction.map((h) => a * h), direction.map((h) => b * h)];
    const value = secondVariationMultimodal(measure, logDensities, { ...options, directions });
    const flat = Math.abs(value) <= 64 * Number.EPSILON * sizeOfTerms(measure, logDensities, directions);
    const numerical = secondDifference(measure, logDensities, { ...options, directions, relativeStep });
    return { value, numerical, sign: flat ? 0 : value > 0 ? 1 : -1 };
  };
  return { first: along(1, 0), second: along(0, 1), together: along(1, 1), apart: along(1, -1) };
}

type Perturbed = MultimodalOptions & {
  readonly directions: Pair<Float64Array>;
  readonly relativeStep: number;
};

function secondDifference(measure: GridMeasure, logDensities: Pair<Float64Array>, options: Perturbed): number {
  const ratios = [0, 1].map((k) =>
    options.directions[k]!.map((h, i) => (h === 0 ? 0 : h * Math.exp(-logDensities[k]![i]!))),
  );
  const largest = Math.max(...ratios.map((ratio) => ratio.reduce((most, value) => Math.max(most, Math.abs(value)), 0)));
  if (largest === 0) return 0;
  const s = options.relativeStep / largest;
  const valueAt = (t: number) => {
    const moved = (k: 0 | 1) => logDensities[k].map((value, i) => value + Math.log1p(t * ratios[k]![i]!));
    return freeEnergyMultimodal(measure, [moved(0), moved(1)], options).value;
  };
  return (valueAt(s) - 2 * valueAt(0) + valueAt(-s)) / (s * s);
}

/** The sum of the absolute terms of the second variation with λ = 1 and without it. */
function sizeOfTerms(measure: GridMeasure, [first, second]: Pair<Float64Array>, [h, k]: Pair<Float64Array>): number {
  return sumOfArray(
    measure.weights.map((weight, i) => {
      const [p, q, a, b] = [Math.exp(first[i]!), Math.exp(second[i]!), Math.abs(h[i]!), Math.abs(k[i]!)];
      return weight * (a * b * (1 / p + 1 / q) + (a * a * (1 + q / p)) / p + (b * b * (1 + p / q)) / q);
    }),
  );
}
