import { mul, sum, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
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
  /** c, 0 ≤ c < 1: the share of the decrease promised by the slope that must be met. @defaultValue 0.25, so that on a parabola the step stays below 1.5 of 1/curvature */
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
 * Numerics: f is read after each trial. Where f changes by less than 16ε·|f| its slope at the new point decides instead: ⟨grad f(R_x(−tg)), g⟩ ≥ (2c − 1)‖g‖², the same
 *           condition on a parabola; so the gradient can be brought far below √ε.
 * Throws:   InputError E_OPTION, E_SHAPE, E_BACKEND.
 * Source:   P.-A. Absil, R. Mahony, R. Sepulchre, Optimization Algorithms on Matrix Manifolds (Princeton, 2008); the slope criterion: W. Hager, H. Zhang,
 *           SIAM J. Optim. 16 (2005).
 */
export async function lineSearchStep(
  manifold: Manifold,
  x: Tensor,
  gradient: Tensor,
  state: LineSearchState,
  options: LineSearchOptions & LineSearchProblem,
): Promise<LineSearchResult> {
  const { f, value, growth = 2, shrink = 0.5, sufficientDecrease = 0.25, maxBacktracks = 60 } = options;
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
    const decrease = value - nextValue;
    // NaN counts as resolved, and then not as a decrease.
    const resolved = !(Math.abs(decrease) <= 16 * x.backend.epsilon * Math.abs(value));
    const enough = resolved
      ? decrease >= sufficientDecrease * stepSize * squaredNorm
      : (await slopeAt(manifold, f, next, x, g)) >= (2 * sufficientDecrease - 1) * squaredNorm;
    if (enough) {
      g.dispose();
      const newState: LineSearchState = { kind: "lineSearch", step: state.step + 1, stepSize: stepSize * growth };
      return { x: next, state: newState, status: "decreased", value: nextValue, evaluations: trial + 1 };
    }
    next.dispose();
  }
  g.dispose();
  return { x, state, status: "stalled", value, evaluations: maxBacktracks + 1 };
}

/** ⟨grad f(next), g⟩ with g carried from x; NaN where f is NaN, which is never enough. */
function slopeAt(manifold: Manifold, f: (x: Tensor) => Tensor, next: Tensor, x: Tensor, g: Tensor): Promise<number> {
  const slope = x.backend.scope(() => {
    const gradient = manifold.toRiemannianGradient(next, valueAndGrad(f, [next]).gradients[0]!);
    return sum(manifold.tangentInner(next, gradient, manifold.parallelTransport(x, next, g)));
  });
  return takeNumber(slope);
}

/** Reads a scalar and frees it. */
export async function takeNumber(x: Tensor): Promise<number> {
  const [value] = await x.data();
  x.dispose();
  return value!;
}

function checkOptions(options: LineSearchOptions): void {
  const { initialStep = 1, growth = 2, shrink = 0.5, sufficientDecrease = 0.25, maxBacktracks = 60 } = options;
  const where = "lineSearchStep";
  requirePositive(where, "initialStep", initialStep);
  requirePositive(where, "growth", growth);
  requirePositive(where, "shrink", shrink);
  requireFraction(where, "shrink", shrink);
  requireFraction(where, "sufficientDecrease", sufficientDecrease);
  requireInteger(where, "maxBacktracks", maxBacktracks, 0);
}
