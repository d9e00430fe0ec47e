// Entropic (Fisher–Rao) descent: densities are multiplied, so they stay positive, and the floor is a projection in the same geometry.

import { sumOfArray } from "@nce-geometry/tensor";
import { refuseOption, requireOneOf, requirePositive } from "../checks.ts";
import { type GridMeasure, massesOf } from "../grid/grid-measure.ts";
import { type Floor, logFloorOf, projectionOnto } from "./floor.ts";
import {
  areFinite,
  type GridFlowOptions,
  type GridFlowResult,
  type GridFlowState,
  type GridStep,
  largestChange,
  runGridFlow,
  schedules,
} from "./grid-flow.ts";
import { type GridFunctional, type GridProblem, gridProblem, startingState } from "./grid-problem.ts";

/**
 * `constant`: every step has size η. `backtracking`: η is shrunk until the functional falls by at least the fraction `sufficient` of what its first
 * variation promises; each step begins again at `size`.
 */
export type StepRule =
  | { readonly kind: "constant"; readonly size: number }
  | {
      readonly kind: "backtracking";
      /** First trial. @defaultValue 0.5 */
      readonly size?: number;
      /** Factor between trials, in (0, 1). @defaultValue 0.5 */
      readonly shrink?: number;
      /** In (0, 1). @defaultValue 1e-4 */
      readonly sufficient?: number;
    };

export interface MirrorDescentOptions extends GridFlowOptions {
  /** @defaultValue { kind: "backtracking" } */
  readonly stepRule?: StepRule;
  /** Damping: where −η·δF would spread over more than this, η is cut for that density and step. Unit: nats. @defaultValue ∞, none */
  readonly maxLogChange?: number;
  /** Of two modalities: both from the same state, or the second one seeing the first one's new density. @defaultValue "simultaneous" */
  readonly schedule?: "simultaneous" | "alternating";
  /** Every density is projected onto this floor, the first state too. @defaultValue none */
  readonly floor?: Floor;
}

/**
 * Mirror descent of a functional of one or two densities in the geometry of relative entropy.
 *
 * Math:     log ρ ← log ρ − η·δF/δρ + const, then, with a floor, the projection max(δ, c·ρ) in relative entropy
 * Shapes:   measure [n]; start: one log density [n] per modality, or a state returned earlier.
 * Domain:   the first densities are positive everywhere, or a floor lifts them.
 * Limits:   F_{τ,U}: log(ρ/ρ*) shrinks by 1 − η in each step, so η = 1 arrives at once;  F^Sym + D_S: by 1 − η/2, as the functional carries ½ of each modality's;
 *           k steps, continued from their state for k more, are 2k steps, bit for bit.
 * Numerics: mass is 1 to rounding after each step. F^Sym + λ·D_S with λ < 1 has no minimum without a floor: it diverges, or stays near a matched state while that is stable. Cost: O(n) a trial, O(n log n) with a floor.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE, E_DOMAIN. Being aborted is a status.
 * Source:   A. Nemirovski, D. Yudin, Problem Complexity and Method Efficiency in Optimization (1983); the functionals: arXiv:2601.19597.
 */
export async function mirrorDescent(
  measure: GridMeasure,
  functional: GridFunctional,
  start: GridFlowState | readonly Float64Array[],
  options: MirrorDescentOptions = {},
): Promise<GridFlowResult> {
  const where = "mirrorDescent";
  const { floor, schedule = "simultaneous", maxLogChange = Number.POSITIVE_INFINITY } = options;
  const rule = checkedRule(options.stepRule ?? { kind: "backtracking" });
  if (!(maxLogChange > 0)) refuseOption(where, "maxLogChange", "a number > 0", String(maxLogChange));
  requireOneOf(where, "schedule", schedule, schedules);
  const problem = gridProblem(where, measure, functional);
  const logFloor = floor === undefined ? undefined : logFloorOf(where, measure, floor);
  const onto = projectionOnto(measure, logFloor);
  const first = startingState(where, measure, problem, start, logFloor && onto);
  const context: Descent = { measure, problem, rule, maxLogChange, onto };
  const sweeps = schedule === "alternating" ? problem.modalities.map((k) => [k]) : [problem.modalities];
  const advance = (logDensities: readonly Float64Array[]) => sweep(context, logDensities, sweeps);
  return runGridFlow({ where, measure, problem, advance }, first, options);
}

interface Descent {
  readonly measure: GridMeasure;
  readonly problem: GridProblem;
  readonly rule: CheckedRule;
  readonly maxLogChange: number;
  readonly onto: (logDensity: Float64Array) => Float64Array;
}

/** Moves each group of modalities after the other, those of one group at once. */
function sweep(descent: Descent, from: readonly Float64Array[], groups: readonly (readonly number[])[]): GridStep {
  let step: GridStep = { logDensities: from, residual: 0, stepSize: Number.POSITIVE_INFINITY };
  for (const group of groups) {
    const next = descend(descent, step.logDensities, group);
    step = {
      ...next,
      residual: Math.max(step.residual, next.residual),
      stepSize: Math.min(step.stepSize, next.stepSize),
    };
    if (next.failure !== undefined || !areFinite(next.logDensities)) return step;
  }
  return step;
}

/** One step of the modalities of a group from the same state, by the rule. */
function descend(descent: Descent, from: readonly Float64Array[], group: readonly number[]): GridStep {
  const { problem, rule } = descent;
  const variations = problem.firstVariations(from).map((variation, k) => (group.includes(k) ? variation : undefined));
  // Handed on as it is, what has overflowed is seen and reported as divergence.
  const overflown = variations.find((variation) => variation?.every(Number.isFinite) === false);
  if (overflown !== undefined) return { logDensities: [overflown], residual: Number.POSITIVE_INFINITY, stepSize: 0 };
  if (rule.kind === "constant") return move(descent, from, variations, rule.size);
  const before = problem.terms(from).value;
  const first = move(descent, from, variations, rule.size);
  let trial = first;
  for (let size = rule.size; size > SMALLEST_STEP; size *= rule.shrink) {
    trial = move(descent, from, variations, size);
    const promised = slope(descent.measure, from, trial.logDensities, variations);
    const slack = ROUNDINGS * Number.EPSILON * Math.max(1, Math.abs(before));
    const after = areFinite(trial.logDensities) ? problem.terms(trial.logDensities).value : Number.NaN;
    if (after <= before + rule.sufficient * promised + slack) return trial;
  }
  const failure = `no step down to ${SMALLEST_STEP} lowers the functional as its first variation promises`;
  return { ...trial, residual: first.residual, failure };
}

const SMALLEST_STEP = 2 ** -40;

/** Roundings that a difference of two values of the functional may carry. */
const ROUNDINGS = 256;

function move(
  { maxLogChange, onto }: Descent,
  from: readonly Float64Array[],
  variations: readonly (Float64Array | undefined)[],
  size: number,
): GridStep {
  let residual = 0;
  let stepSize = size;
  const logDensities = from.map((logDensity, k) => {
    const variation = variations[k];
    if (variation === undefined) return logDensity;
    const eta = Math.min(size, maxLogChange / spreadOf(variation));
    stepSize = Math.min(stepSize, eta);
    const pushed = logDensity.map((value, i) => value - eta * variation[i]!);
    const moved = pushed.every(Number.isFinite) ? onto(pushed) : pushed;
    residual = Math.max(residual, largestChange(logDensity, moved) / eta);
    return moved;
  });
  return { logDensities, residual, stepSize };
}

/** ⟨δF, ρ' − ρ⟩ over the modalities that moved. */
function slope(
  measure: GridMeasure,
  from: readonly Float64Array[],
  to: readonly Float64Array[],
  variations: readonly (Float64Array | undefined)[],
): number {
  return from.reduce((sum, logDensity, k) => {
    const variation = variations[k];
    if (variation === undefined) return sum;
    const before = massesOf(measure, logDensity);
    const after = massesOf(measure, to[k]!);
    return sum + sumOfArray(variation.map((value, i) => value * (after[i]! - before[i]!)));
  }, 0);
}

function spreadOf(values: Float64Array): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return high - low;
}

type CheckedRule = Required<StepRule>;

function checkedRule(rule: StepRule): CheckedRule {
  const where = "mirrorDescent";
  requireOneOf(where, "stepRule.kind", rule.kind, ["constant", "backtracking"]);
  if (rule.kind === "constant") {
    requirePositive(where, "stepRule.size", rule.size);
    return rule;
  }
  const { kind, size = 0.5, shrink = 0.5, sufficient = 1e-4 } = rule;
  requirePositive(where, "stepRule.size", size);
  for (const [name, value] of Object.entries({ shrink, sufficient })) {
    if (value > 0 && value < 1) continue;
    refuseOption(where, `stepRule.${name}`, "a number in (0, 1)", String(value));
  }
  return { kind, size, shrink, sufficient };
}
