// Riemannian derivatives of scalar functions, from derivatives in ambient coordinates.

import { mul, sum, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import type { Manifold } from "../manifold.ts";
import { inScope } from "./arguments.ts";

/** A differentiable function of points [n, d] with one value [] for all of them. */
export type ScalarFunction = (x: Tensor) => Tensor;

/**
 * A function and its Riemannian gradient: the tangent vectors along which it grows fastest.
 *
 * Shapes: f: [n, d] → []; x [n, d] → value [], gradient [n, d].
 * Math:   gradient = toRiemannianGradient(x, ∂f/∂x), so that df(v) = Σ_i ⟨gradient_i, v_i⟩ for tangent v.
 * Throws: InputError as valueAndGrad does.
 */
export function riemannianValueAndGrad(
  manifold: Manifold,
  f: ScalarFunction,
  x: Tensor,
): { readonly value: Tensor; readonly gradient: Tensor } {
  return inScope([x], () => {
    const { value, gradients } = valueAndGrad((t) => f(t!), [x]);
    return { value, gradient: manifold.toRiemannianGradient(x, gradients[0]!) };
  });
}

/** Where and along what the Hessian is taken. */
export interface HessianOptions {
  /** Points [n, d]. */
  readonly at: Tensor;
  /** Tangent vectors there [n, d]. */
  readonly along: Tensor;
}

/**
 * The Riemannian Hessian of a function, applied to tangent vectors, by differentiating the derivative along them.
 *
 * Shapes: f: [n, d] → []; at, along [n, d] → [n, d].
 * Math:   ⟨result, w⟩ = d²f(γ)/(ds dt) for geodesics; symmetric in `along` and w. Points interact where f makes them.
 * Limits: along = 0 → 0.
 * Cost:   about four evaluations of f.
 * Throws: InputError as valueAndGrad does.
 */
export function hessianVectorProduct(manifold: Manifold, f: ScalarFunction, { at, along }: HessianOptions): Tensor {
  return inScope([at, along], () => {
    const slope = (x: Tensor, v: Tensor): Tensor => sum(mul(valueAndGrad((t) => f(t!), [x]).gradients[0]!, v));
    const [second, gradient] = valueAndGrad((x, v) => slope(x!, v!), [at, along]).gradients;
    // The slope is linear in v, so that its derivative by v is the gradient itself.
    return manifold.riemannianHessianVectorProduct(at, along, { gradient: gradient!, hessianVectorProduct: second! });
  });
}
