// Optimisers as pure functions: options and state are records, a step maps parameters and state to new ones.

import type { Tensor } from "@nce-geometry/tensor";
import { refuse, requireFraction, requireNonNegative, requireOneOf, requirePositive } from "../checks.ts";
import { mapParameters, type ParameterRecord, requireAlike } from "../parameters.ts";
import { adamRule } from "./adam.ts";
import { sgdRule } from "./sgd.ts";

/** Stochastic gradient descent. */
export interface SgdOptions {
  readonly kind: "sgd";
  /** η > 0. */
  readonly learningRate: number;
  /** μ, 0 ≤ μ < 1. @defaultValue 0 */
  readonly momentum?: number;
  /** How much of a new gradient the momentum leaves out, 0 ≤ δ < 1. @defaultValue 0 */
  readonly dampening?: number;
  /** Looks ahead along the momentum; needs momentum > 0 and no dampening. @defaultValue false */
  readonly nesterov?: boolean;
  /** λ ≥ 0, added to the gradient as λ·parameter. @defaultValue 0 */
  readonly weightDecay?: number;
}

interface AdaptiveOptions {
  /** η > 0. @defaultValue 1e-3 */
  readonly learningRate?: number;
  /** β₁, 0 ≤ β₁ < 1: memory of the gradient. @defaultValue 0.9 */
  readonly beta1?: number;
  /** β₂, 0 ≤ β₂ < 1: memory of its square. @defaultValue 0.999 */
  readonly beta2?: number;
  /** ε > 0, added to the root after the bias is corrected. @defaultValue 1e-8 */
  readonly epsilon?: number;
  /** Divides by the root of the largest second moment so far. @defaultValue false */
  readonly amsgrad?: boolean;
}

/** Adam; its weight decay λ ≥ 0 is added to the gradient. */
export interface AdamOptions extends AdaptiveOptions {
  readonly kind: "adam";
  /** @defaultValue 0 */
  readonly weightDecay?: number;
}

/** Adam with decoupled weight decay λ ≥ 0: parameters shrink by 1 − ηλ before the step. */
export interface AdamWOptions extends AdaptiveOptions {
  readonly kind: "adamw";
  /** @defaultValue 0.01 */
  readonly weightDecay?: number;
}

/** Plain JSON; defaults and conventions are those of `torch.optim`. */
export type OptimizerOptions = SgdOptions | AdamOptions | AdamWOptions;

/** Steps taken, and what the optimiser remembers of each parameter: `momentum`, or `mean`, `square` and `largestSquare`. */
export interface OptimizerState {
  readonly step: number;
  readonly slots: Readonly<Record<string, ParameterRecord>>;
}

/** Parameters after a step, and the state that goes with them. */
export interface OptimizerStep {
  readonly parameters: ParameterRecord;
  readonly state: OptimizerState;
}

/** What an optimiser does to one parameter: its new value and its new slots. */
export type UpdateRule = (
  parameter: Tensor,
  gradient: Tensor,
  slots: Readonly<Record<string, Tensor>>,
) => { readonly parameter: Tensor; readonly slots: Readonly<Record<string, Tensor>> };

/** State before the first step; slots come to be with it. */
export function optimizerInit(): OptimizerState {
  return { step: 0, slots: {} };
}

/**
 * One step of an optimiser, with η times `learningRateFactor`.
 *
 * Math:     g ← gradient + λp (sgd, adam).
 *           sgd:   m ← μm + (1 − δ)g, at the first step m = g;  p ← p − η(g + μm) with nesterov, p − ηm without;
 *           adam:  m ← β₁m + (1 − β₁)g,  v ← β₂v + (1 − β₂)g²,  p ← p − η·m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε);
 *           adamw: p ← (1 − ηλ)p, then adam with λ = 0.
 * Shapes:   gradients as the parameters.
 * Domain:   `learningRateFactor` ≥ 0.
 * Limits:   adam, first step: each number moves by η·|g|/(|g| + ε) against its gradient;
 *           constant gradient g with momentum, t → ∞: steps of ηg/(1 − μ).
 * Numerics: nothing is read back; old tensors are left to the caller to dispose of.
 * Throws:   InputError E_OPTION, E_SHAPE.
 * Source:   conventions of torch.optim 1.13. Adam: arXiv:1412.6980; AdamW: arXiv:1711.05101; AMSGrad: arXiv:1904.09237.
 */
export function optimizerStep(
  parameters: ParameterRecord,
  gradients: ParameterRecord,
  state: OptimizerState,
  options: OptimizerOptions & { readonly learningRateFactor?: number },
): OptimizerStep {
  checkOptimizer("optimizerStep", options);
  requireNonNegative("optimizerStep", "learningRateFactor", options.learningRateFactor ?? 1);
  requireAlike("optimizerStep", "gradients", gradients, parameters);
  const step = state.step + 1;
  const rule = ruleOf(options, step, options.learningRateFactor ?? 1);
  const slots: Record<string, Record<string, Tensor>> = {};
  const moved = mapParameters(parameters, (parameter, name) => {
    const old = Object.entries(state.slots).map(([slot, record]) => [slot, record[name]!] as const);
    const next = rule(parameter, gradients[name]!, Object.fromEntries(old));
    for (const [slot, tensor] of Object.entries(next.slots)) {
      slots[slot] ??= {};
      slots[slot][name] = tensor;
    }
    return next.parameter;
  });
  return { parameters: moved, state: { step, slots } };
}

/** Refuses options outside their domain. */
export function checkOptimizer(where: string, options: OptimizerOptions): void {
  requireOneOf(where, "kind", options.kind, ["sgd", "adam", "adamw"]);
  requireNonNegative(where, "weightDecay", options.weightDecay ?? 0);
  if (options.kind === "sgd") checkSgd(where, options);
  else checkAdam(where, options);
}

function checkAdam(
  where: string,
  { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions | AdamWOptions,
): void {
  requirePositive(where, "learningRate", learningRate);
  requireFraction(where, "beta1", beta1);
  requireFraction(where, "beta2", beta2);
  requirePositive(where, "epsilon", epsilon);
}

function checkSgd(where: string, { learningRate, momentum = 0, dampening = 0, nesterov = false }: SgdOptions): void {
  requirePositive(where, "learningRate", learningRate);
  requireFraction(where, "momentum", momentum);
  requireFraction(where, "dampening", dampening);
  if (nesterov && (momentum === 0 || dampening > 0)) {
    const received = `${nesterov} with momentum ${momentum} and dampening ${dampening}`;
    refuse({ where, argument: "nesterov", expected: "used with momentum > 0 and dampening 0", received });
  }
}

function ruleOf(options: OptimizerOptions, step: number, factor: number): UpdateRule {
  if (options.kind === "sgd") return sgdRule(options, options.learningRate * factor);
  return adamRule(options, step, (options.learningRate ?? 1e-3) * factor);
}
