// The loop around the optimisers: evaluate, look whether to stop, step. It owns every tensor it makes save those it returns.

import { type Progress, type RunControl, sum, type Tensor, valueAndGrad, yieldToEventLoop } from "@nce-geometry/tensor";
import type { Manifold } from "../manifold.ts";
import { optionError, requireInteger, requireNonNegative } from "../quadrature/option-checks.ts";
import {
  type LineSearchOptions,
  type LineSearchState,
  lineSearchInit,
  lineSearchStep,
  takeNumber,
} from "./line-search.ts";
import type { StepResult } from "./move.ts";
import {
  type RiemannianAdamOptions,
  type RiemannianAdamState,
  riemannianAdamInit,
  riemannianAdamStep,
} from "./riemannian-adam.ts";
import {
  type RiemannianSgdOptions,
  type RiemannianSgdState,
  riemannianSgdInit,
  riemannianSgdStep,
} from "./riemannian-sgd.ts";
import { copyOf, copyState, disposeState } from "./state.ts";

/** Which optimiser, and its options. */
export type OptimizerOptions =
  | ({ readonly kind: "sgd" } & RiemannianSgdOptions)
  | ({ readonly kind: "adam" } & RiemannianAdamOptions)
  | ({ readonly kind: "lineSearch" } & LineSearchOptions);

export type OptimizerState = RiemannianSgdState | RiemannianAdamState | LineSearchState;

export interface MinimizeOptions extends RunControl {
  /** Where the rows of x live. */
  readonly manifold: Manifold;
  /** @defaultValue { kind: "lineSearch" } */
  readonly optimizer?: OptimizerOptions;
  /** Largest number of steps of this call. @defaultValue 1000 */
  readonly maxSteps?: number;
  /** Length of the Riemannian gradient, over all rows together, that counts as zero. @defaultValue √ε of the backend: 1.5e-8 or 3.5e-4 */
  readonly tolerance?: number;
  /** A state returned or restored earlier, to continue with; its tensors are left alone. @defaultValue the initial state */
  readonly state?: OptimizerState;
  /** Called before each step. The tensor x is freed later: copy what is to be kept. */
  readonly onStep?: (trace: MinimizeTrace) => void | Promise<void>;
}

/** What is known before a step. */
export interface MinimizeTrace {
  readonly step: number;
  readonly x: Tensor;
  readonly value: number;
  readonly gradientNorm: number;
}

/**
 * `converged`: the gradient is within the tolerance. `maxSteps`: it is not yet, and the steps are used up or the line search finds no decrease.
 * `diverged`: value or gradient are NaN or infinite; x is the last point where they were not. `aborted`: the signal was.
 */
export type MinimizeStatus = "converged" | "maxSteps" | "diverged" | "aborted";

export interface MinimizeResult {
  readonly status: MinimizeStatus;
  /** [n, d]; the caller's to dispose of, like the tensors of `state`. */
  readonly x: Tensor;
  /** f(x). */
  readonly value: number;
  readonly gradientNorm: number;
  /** Steps taken by this call that led to x. */
  readonly steps: number;
  /** To save, or to continue from x. */
  readonly state: OptimizerState;
}

/**
 * Minimises a differentiable function of points on a manifold.
 *
 * Math:     x ← step(x, ∇f(x)) until ‖grad f(x)‖ ≤ tolerance
 * Shapes:   f: [n, d] → [];  x0 [n, d].
 * Domain:   f is synchronous and computes with tensor operations; x0 on the manifold (not checked).
 * Limits:   x0 stationary → `converged` after 0 steps;  two calls of k steps, the second with x and state of the first, are one of 2k.
 * Numerics: value and gradient norm are read in every step. Local: finds a stationary point near x0, a minimum save by accident.
 * Throws:   InputError E_OPTION, E_SHAPE, E_BACKEND, E_DOMAIN, and what f throws. Being aborted is a status.
 */
export async function minimize(
  f: (x: Tensor) => Tensor,
  x0: Tensor,
  options: MinimizeOptions,
): Promise<MinimizeResult> {
  const {
    manifold,
    optimizer = { kind: "lineSearch" },
    maxSteps = 1000,
    tolerance = Math.sqrt(x0.backend.epsilon),
  } = options;
  requireInteger("minimize", "maxSteps", maxSteps, 0);
  requireNonNegative("minimize", "tolerance", tolerance);
  let at: Iterate = { x: copyOf(x0), state: initialState(optimizer, x0, options) };
  let before: Finished | undefined;
  try {
    for (let steps = 0; ; steps++) {
      const { value, gradientNorm, gradient } = await evaluate(f, manifold, at.x);
      using _ = gradient;
      const here: Finished = { ...at, value, gradientNorm, steps };
      const status = statusOf(here, { ...options, maxSteps, tolerance });
      if (status === "diverged" && before !== undefined) {
        release(at);
        return { status, ...before };
      }
      if (before !== undefined) release(before);
      before = here;
      if (status !== undefined) return { status, ...here };
      await report(options, here, maxSteps);
      const next = await advance(f, gradient, here, { manifold, optimizer });
      if (next === undefined) return { status: "maxSteps", ...here };
      at = next;
    }
  } catch (error) {
    release(at);
    if (before !== undefined) release(before);
    throw error;
  }
}

type Iterate = StepResult<OptimizerState>;
type Finished = Omit<MinimizeResult, "status">;

/** Steps between two chances for timers and signals. */
const BREATH = 32;

function initialState(optimizer: OptimizerOptions, x: Tensor, { manifold, state }: MinimizeOptions): OptimizerState {
  if (state !== undefined) {
    if (state.kind !== optimizer.kind) {
      throw optionError("minimize", "state", `one of the optimiser "${optimizer.kind}"`, `one of "${state.kind}"`);
    }
    return copyState(state);
  }
  if (optimizer.kind === "adam") return riemannianAdamInit(manifold, x);
  return optimizer.kind === "sgd" ? riemannianSgdInit(x) : lineSearchInit(x);
}

async function evaluate(
  f: (x: Tensor) => Tensor,
  manifold: Manifold,
  x: Tensor,
): Promise<{ value: number; gradientNorm: number; gradient: Tensor }> {
  const { value, gradient, squared } = x.backend.scope(() => {
    const result = valueAndGrad(f, [x]);
    const g = manifold.toRiemannianGradient(x, result.gradients[0]!);
    return { value: result.value, gradient: result.gradients[0]!, squared: sum(manifold.tangentInner(x, g, g)) };
  });
  const [number, squaredNorm] = [await takeNumber(value), await takeNumber(squared)];
  return { value: number, gradientNorm: Math.sqrt(squaredNorm), gradient };
}

function statusOf(
  { value, gradientNorm, steps }: Finished,
  { signal, maxSteps, tolerance }: { maxSteps: number; tolerance: number } & RunControl,
): MinimizeStatus | undefined {
  if (!(Number.isFinite(value) && Number.isFinite(gradientNorm))) return "diverged";
  if (gradientNorm <= tolerance) return "converged";
  if (signal?.aborted) return "aborted";
  return steps >= maxSteps ? "maxSteps" : undefined;
}

async function report({ onStep, onProgress }: MinimizeOptions, here: Finished, total: number): Promise<void> {
  const { x, value, gradientNorm, steps } = here;
  await onStep?.({ step: steps, x, value, gradientNorm });
  const progress: Progress = { done: steps, total, label: "steps" };
  onProgress?.(progress);
  if (steps % BREATH === BREATH - 1) await yieldToEventLoop();
}

/** The next iterate; undefined where the line search stalls. */
async function advance(
  f: (x: Tensor) => Tensor,
  gradient: Tensor,
  { x, state, value }: Finished,
  { manifold, optimizer }: { manifold: Manifold; optimizer: OptimizerOptions },
): Promise<Iterate | undefined> {
  if (optimizer.kind === "sgd") {
    return riemannianSgdStep(manifold, x, gradient, state as RiemannianSgdState, optimizer);
  }
  if (optimizer.kind === "adam") {
    return riemannianAdamStep(manifold, x, gradient, state as RiemannianAdamState, optimizer);
  }
  const search = { ...optimizer, f, value };
  const { status, ...next } = await lineSearchStep(manifold, x, gradient, state as LineSearchState, search);
  return status === "decreased" ? { x: next.x, state: next.state } : undefined;
}

function release({ x, state }: Iterate): void {
  x.dispose();
  disposeState(state);
}
