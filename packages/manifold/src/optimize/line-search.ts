import { mul, sum, type Tensor } from "@nce-geometry/tensor";
import type { Manifold } from "../manifold.ts";
import { requireFraction, requireInteger, requirePositive } from "../quadrature/option-checks.ts";
import { type MoveOptions, moveAgainst, type StepResult } from "./move.ts";

export interface LineSearchOptions extends MoveOptions {
  /** Step tried first of all, in units of length² per unit of f; later steps begin at `growth` times the last one taken. @defaultValue 1 */
  readonly initialStep?: number;
  /** Factor > 1 by which the next search begins above the last step. @defaultValue 2 */
  readonly growth?: number;
  /** Factor < 1 by which a step is shortened that does not lower f enough. @defaultValue 0.5 */
  readonly shrink?: number;
  /** c, 0 ≤ c < 1: the share of the decrease promised by the slope that must be met. @defaultValue 1e-4 */
  readonly sufficientDecrease?: number;
  /** How often a step may be shortened. @defaultValue 60 */
  readonly maxBacktracks?: number;
}

/** State of {@link lineSearchStep}. */
export interface LineSearchState {
  readonly kind: "lineSearch";
  /** Steps taken. */
  readonly step: number;
  /** The step to try next; absent before the first. */
  readonly stepSize?: number;
}

/** A function with its value at the point from which a line search starts. */
export interface LineSearchProblem {
  readonly f: (x: Tensor) => Tensor;
  /** f(x). */
  readonly value: number;
}

/** Result of a line search. */
export interface LineSearchResult extends StepResult<LineSearchState> {
  /** `decreased`, or `stalled` when no step tried lowers f enough; then x and state are those given. */
  readonly status: "decreased" | "stalled";
  /** f at the new point. */
  readonly value: number;
  readonly evaluations: number;
}

/** State before the first line search. */
export function lineSearchInit(_x: Tensor): LineSearchState {
  return { kind: "lineSearch", step: 0 };
}

/**
 * One step of steepest descent with backtracking (Armijo) line search.
 *
 * Math:     x ← R_x(−t g), g = grad f(x), t the first of t₀, t₀·shrink, … with f(R_x(−t g)) ≤ f(x) − c·t·‖g‖²
 * Shapes:   x, gradient [n, d], f: [n, d] → [].
 * Domain:   `gradient` is the one in ambient coordinates. All rows take the same t: f is one function of all of them.
 * Limits:   gradient 0 → x stays, `decreased`;  f = ½‖x − a‖² in flat space, t₀ = 1 → a in one step.
 * Numerics: f is read after each trial; a rise within 4ε·|f| counts as rounding.
 * Throws:   InputError E_OPTION, E_SHAPE, E_BACKEND.
 * Source:   P.-A. Absil, R. Mahony, R. Sepulchre, Optimization Algorithms on Matrix Manifolds (Princeton, 2008).
 */
export async function lineSearchStep(
  manifold: Manifold,
  x: Tensor,
  gradient: Tensor,
  state: LineSearchState,
  options: LineSearchOptions & LineSearchProblem,
): Promise<LineSearchResult> {
  const { f, value, growth = 2, shrink = 0.5, sufficientDecrease = 1e-4, maxBacktracks = 60 } = options;
  checkOptions(options);
  const { g, squared } = x.backend.scope(() => {
    const riemannian = manifold.toRiemannianGradient(x, gradient);
    return { g: riemannian, squared: sum(manifold.tangentInner(x, riemannian, riemannian)) };
  });
  const squaredNorm = await takeNumber(squared);
  let stepSize = state.stepSize ?? options.initialStep ?? 1;
  for (let trial = 0; trial <= maxBacktracks; trial++, stepSize *= shrink) {
    const next = x.backend.scope(() => moveAgainst(manifold, x, mul(g, stepSize), options));
    const nextValue = await takeNumber(x.backend.scope(() => f(next)));
    const enough = value - sufficientDecrease * stepSize * squaredNorm + 4 * x.backend.epsilon * Math.abs(value);
    if (nextValue <= enough) {
      g.dispose();
      const newState: LineSearchState = { kind: "lineSearch", step: state.step + 1, stepSize: stepSize * growth };
      return { x: next, state: newState, status: "decreased", value: nextValue, evaluations: trial + 1 };
    }
    next.dispose();
  }
  g.dispose();
  return { x, state, status: "stalled", value, evaluations: maxBacktracks + 1 };
}

/** Reads a scalar and frees it. */
export async function takeNumber(x: Tensor): Promise<number> {
  const [value] = await x.data();
  x.dispose();
  return value!;
}

function checkOptions(options: LineSearchOptions): void {
  const { initialStep = 1, growth = 2, shrink = 0.5, sufficientDecrease = 1e-4, maxBacktracks = 60 } = options;
  const where = "lineSearchStep";
  requirePositive(where, "initialStep", initialStep);
  requirePositive(where, "growth", growth);
  requirePositive(where, "shrink", shrink);
  requireFraction(where, "shrink", shrink);
  requireFraction(where, "sufficientDecrease", sufficientDecrease);
  requireInteger(where, "maxBacktracks", maxBacktracks, 0);
}
