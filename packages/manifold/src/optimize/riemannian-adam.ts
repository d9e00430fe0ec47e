import { add, div, maximum, mul, reshape, sqrt, square, type Tensor, zeros } from "@nce-geometry/tensor";
import type { Manifold, ManifoldKind } from "../manifold.ts";
import { requireFraction, requirePositive } from "../quadrature/option-checks.ts";
import { factorsOf } from "./factors.ts";
import { type MoveOptions, moveAgainst, type StepResult } from "./move.ts";

export interface RiemannianAdamOptions extends MoveOptions {
  /** η > 0, in units of length: about the length of a step. @defaultValue 1e-3 */
  readonly learningRate?: number;
  /** β₁, 0 ≤ β₁ < 1: memory of the gradient. @defaultValue 0.9 */
  readonly beta1?: number;
  /** β₂, 0 ≤ β₂ < 1: memory of its square. @defaultValue 0.999 */
  readonly beta2?: number;
  /** ε > 0, added to the root after the bias is corrected. @defaultValue 1e-8 */
  readonly epsilon?: number;
  /** Divide by the root of the largest second moment so far instead of the latest (AMSGrad). @defaultValue false */
  readonly amsgrad?: boolean;
}

/** State of {@link riemannianAdamStep}. */
export interface RiemannianAdamState {
  readonly kind: "adam";
  /** Steps taken. */
  readonly step: number;
  /** First moments, tangent at the current point, [n, d]. */
  readonly mean: Tensor;
  /** Second moments: [n, d] per coordinate in flat space, else [n, 1] per point. */
  readonly square: Tensor;
  /** Largest second moments so far; only with `amsgrad`. */
  readonly largestSquare?: Tensor;
}

/** State before the first step of Adam for points on the given manifold. */
export function riemannianAdamInit(manifold: Manifold, x: Tensor): RiemannianAdamState {
  const [rows = 0, dim = 0] = x.shape;
  const mean = zeros(x.backend, x.shape);
  return { kind: "adam", step: 0, mean, square: zeros(x.backend, [rows, isFlat(manifold) ? dim : 1]) };
}

/**
 * One step of Riemannian Adam.
 *
 * Math:     g = grad f(x);  m ← β₁m + (1 − β₁)g;  v ← β₂v + (1 − β₂)⟨g, g⟩_x, a number per point (in flat space g² per coordinate);
 *           x ← R_x(−η·m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)), m carried along by parallel transport
 * Shapes:   x, gradient [n, d] → x [n, d].
 * Domain:   `gradient` is the one in ambient coordinates, as `valueAndGrad` gives it. Rows are points of their own; a point of a product with a curved factor is one point.
 * Limits:   Euclidean: torch's Adam;  first step: length η·‖g‖/(‖g‖ + ε) per point.
 * Numerics: nothing is read back; old tensors are left to the caller to dispose of.
 * Throws:   InputError E_OPTION, E_SHAPE, E_BACKEND, E_DOMAIN (transport across the cut locus).
 * Source:   G. Bécigneul, O.-E. Ganea, Riemannian adaptive optimization methods, ICLR 2019; conventions of PyTorch and geoopt.
 */
export function riemannianAdamStep(
  manifold: Manifold,
  x: Tensor,
  gradient: Tensor,
  state: RiemannianAdamState,
  options: RiemannianAdamOptions = {},
): StepResult<RiemannianAdamState> {
  const { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, amsgrad = false } = options;
  const where = "riemannianAdamStep";
  requirePositive(where, "learningRate", learningRate);
  requireFraction(where, "beta1", beta1);
  requireFraction(where, "beta2", beta2);
  requirePositive(where, "epsilon", epsilon);
  const step = state.step + 1;
  return x.backend.scope(() => {
    const g = manifold.toRiemannianGradient(x, gradient);
    const mean = add(mul(state.mean, beta1), mul(g, 1 - beta1));
    const newSquare = add(mul(state.square, beta2), mul(squareOf(manifold, x, g), 1 - beta2));
    const largest = amsgrad ? { largestSquare: maximum(state.largestSquare ?? newSquare, newSquare) } : {};
    const second = div(largest.largestSquare ?? newSquare, 1 - beta2 ** step);
    const direction = div(mul(mean, learningRate / (1 - beta1 ** step)), add(sqrt(second), epsilon));
    const next = moveAgainst(manifold, x, direction, options);
    const carried = manifold.parallelTransport(x, next, mean);
    const moments = { mean: carried, square: newSquare, ...largest };
    return { x: next, state: { kind: "adam", step, ...moments } };
  });
}

const FLAT: ReadonlySet<ManifoldKind> = new Set(["euclidean", "torus", "box", "ball"]);

/** Where coordinates are orthonormal everywhere, each may have a scale of its own and the step still be tangent. */
function isFlat(manifold: Manifold): boolean {
  return factorsOf(manifold).every(({ kind }) => FLAT.has(kind));
}

function squareOf(manifold: Manifold, x: Tensor, g: Tensor): Tensor {
  return isFlat(manifold) ? square(g) : reshape(manifold.tangentInner(x, g, g), [x.shape[0]!, 1]);
}
