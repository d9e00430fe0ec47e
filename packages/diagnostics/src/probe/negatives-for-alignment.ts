import type { Estimate } from "@nce-geometry/energy";
import { requireOneOf, requireOpenFraction } from "../law-tests/option-checks.ts";
import { jackknifeEstimate } from "../similarity/jackknife.ts";
import { expectedAlignment, type PopulationGradient, type ProbeDenominator } from "./population-gradient.ts";

export interface NegativesForAlignmentOptions {
  /** Wanted cosine between the gradient from N negatives and the population's, in (0, 1). */
  readonly target: number;
  /** @defaultValue "standard" */
  readonly denominator?: ProbeDenominator;
  /** Confidence level of the interval, in (0, 1). @defaultValue 0.95 */
  readonly level?: number;
}

export interface NegativesForAlignment {
  /**
   * - `found`;
   * - `one`: a single negative is expected to be enough;
   * - `referenceTooSmall`: the reference pool shows no gradient beyond its own noise, or too few of its rows hold all the weight.
   */
  readonly status: "found" | "one" | "referenceTooSmall";
  readonly target: number;
  readonly denominator: ProbeDenominator;
  /** Not rounded; null without an answer. */
  readonly negatives: Estimate | null;
}

/** More negatives than this exist nowhere. */
const most = 1e60;

/**
 * How many negatives the gradient needs to reach a wanted alignment with the population's.
 *
 * Math:     the N at which {@link expectedAlignment} is the target;  decoupled: N = v·c²/(1 − c²), v = ΣV_i/ΣG_i².
 * Domain:   0 < target < 1.
 * Limits:   target → 1 → ∞;  equal odds of all anchors → as many with either denominator, the positive then changes lengths alone.
 * Numerics: bisection in log N to 1e-12. Standard error by the jackknife over anchors, the reference pool held fixed; an N far beyond the pool
 *           is an extrapolation.
 * Throws:   InputError E_OPTION.
 */
export function negativesForAlignment(
  population: PopulationGradient,
  options: NegativesForAlignmentOptions,
): NegativesForAlignment {
  const where = "negativesForAlignment";
  const { target, denominator = "standard", level } = options;
  requireOpenFraction(where, "target", target);
  requireOneOf(where, "denominator", denominator, ["standard", "decoupled"]);
  const facts = { target, denominator };
  const value = solve(population, target, denominator);
  if (Number.isNaN(value)) return { status: "referenceTooSmall", ...facts, negatives: null };
  const anchors = population.squaredNorm.length;
  const without = Float64Array.from({ length: anchors }, (_, left) =>
    solve(withoutAnchor(population, left), target, denominator),
  );
  const estimate = jackknifeEstimate(where, value, without, { samples: anchors, level });
  return { status: value === 1 ? "one" : "found", ...facts, negatives: { ...estimate, unit: "count" } };
}

function solve(population: PopulationGradient, target: number, denominator: ProbeDenominator): number {
  const at = (negatives: number) => expectedAlignment(population, negatives, denominator);
  if (Number.isNaN(at(1))) return Number.NaN;
  if (at(1) >= target) return 1;
  let [low, high] = [0, Math.log(most)];
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (at(Math.exp(middle)) < target) low = middle;
    else high = middle;
  }
  return Math.exp(high);
}

function withoutAnchor(population: PopulationGradient, left: number): PopulationGradient {
  const keep = (values: readonly number[]) => values.filter((_, i) => i !== left);
  return {
    ...population,
    squaredNorm: keep(population.squaredNorm),
    variance: keep(population.variance),
    positiveOdds: keep(population.positiveOdds),
  };
}
