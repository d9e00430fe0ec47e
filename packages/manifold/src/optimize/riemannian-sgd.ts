import { add, mul, type Tensor } from "@nce-geometry/tensor";
import type { Manifold } from "../manifold.ts";
import { optionError, requireFraction, requirePositive } from "../quadrature/option-checks.ts";
import { type MoveOptions, moveAgainst, type StepResult } from "./move.ts";

export interface RiemannianSgdOptions extends MoveOptions {
  /** η > 0, in units of length² per unit of f. */
  readonly learningRate: number;
  /** μ, 0 ≤ μ < 1. @defaultValue 0 */
  readonly momentum?: number;
  /** δ, 0 ≤ δ < 1: how much of each new gradient the velocity leaves out. @defaultValue 0 */
  readonly dampening?: number;
  /** Step along g + μ·velocity instead of the velocity; needs momentum > 0 and no dampening. @defaultValue false */
  readonly nesterov?: boolean;
}

/** State of {@link riemannianSgdStep}. */
export interface RiemannianSgdState {
  readonly kind: "sgd";
  /** Steps taken. */
  readonly step: number;
  /** Tangent vectors at the current point, [n, d]; absent before the first step and without momentum. */
  readonly velocity?: Tensor;
}

/** State before the first step of stochastic gradient descent. */
export function riemannianSgdInit(_x: Tensor): RiemannianSgdState {
  return { kind: "sgd", step: 0 };
}

/**
 * One step of Riemannian (stochastic) gradient descent.
 *
 * Math:     g = grad f(x);  velocity ← g at the first step, else μ·velocity + (1 − δ)·g;  x ← R_x(−η·velocity), velocity carried along by parallel transport
 * Shapes:   x, gradient [n, d] → x [n, d].
 * Domain:   `gradient` is the one in ambient coordinates, as `valueAndGrad` gives it. Rows are points of their own. Steps shorter than the injectivity radius.
 * Limits:   Euclidean: torch's SGD;  μ = 0 → x ← R_x(−η g);  gradient 0 and velocity 0 → x stays.
 * Numerics: nothing is read back; old tensors are left to the caller to dispose of.
 * Throws:   InputError E_OPTION, E_SHAPE, E_BACKEND, E_DOMAIN (transport across the cut locus).
 * Source:   S. Bonnabel, Stochastic gradient descent on Riemannian manifolds, IEEE TAC 58 (2013).
 */
export function riemannianSgdStep(
  manifold: Manifold,
  x: Tensor,
  gradient: Tensor,
  state: RiemannianSgdState,
  options: RiemannianSgdOptions,
): StepResult<RiemannianSgdState> {
  const { learningRate, momentum = 0, dampening = 0, nesterov = false } = options;
  checkOptions(options);
  const step = state.step + 1;
  return x.backend.scope(() => {
    const g = manifold.toRiemannianGradient(x, gradient);
    if (momentum === 0) {
      return { x: moveAgainst(manifold, x, mul(g, learningRate), options), state: { kind: "sgd", step } };
    }
    const { velocity: old } = state;
    const velocity = old === undefined ? g : add(mul(old, momentum), mul(g, 1 - dampening));
    const direction = nesterov ? add(g, mul(velocity, momentum)) : velocity;
    const next = moveAgainst(manifold, x, mul(direction, learningRate), options);
    return { x: next, state: { kind: "sgd", step, velocity: manifold.parallelTransport(x, next, velocity) } };
  });
}

function checkOptions({ learningRate, momentum = 0, dampening = 0, nesterov = false }: RiemannianSgdOptions): void {
  const where = "riemannianSgdStep";
  requirePositive(where, "learningRate", learningRate);
  requireFraction(where, "momentum", momentum);
  requireFraction(where, "dampening", dampening);
  if (nesterov && momentum === 0) throw optionError(where, "momentum", "a finite number > 0 with nesterov", "0");
  if (nesterov && dampening > 0) throw optionError(where, "dampening", "0 with nesterov", String(dampening));
}
