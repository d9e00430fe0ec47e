// What a manifold is here: a record of maps made by a factory. The same maps exist twice, on tensors (differentiable, on
// any backend) and, as `rows`, on plain float64 rows.

import type { Backend, Random, RowMatrix, Tensor } from "@nce-geometry/tensor";

/** Rows in float64: what every operation on rows returns. */
export interface Float64Rows extends RowMatrix {
  readonly data: Float64Array;
}

export type ManifoldKind = "sphere" | "circle" | "torus" | "ball" | "box" | "euclidean" | "lorentz" | "product";

/** First and second derivative of a function in the coordinates of the ambient space. */
export interface EuclideanDerivatives<Points> {
  /** ∇f(x), [n, d]. */
  readonly gradient: Points;
  /** ∇²f(x)·v, [n, d]. */
  readonly hessianVectorProduct: Points;
}

export interface OnManifoldOptions {
  /**
   * How far off a point may be, in the unit that the manifold's explanation states.
   * @defaultValue what rounding of the coordinates and of the test itself can account for: (d + 8)·ε, with the ε of the
   * backend or 2⁻²³ for rows stored in float32
   */
  readonly tolerance?: number;
}

export interface AssertOnManifoldOptions extends OnManifoldOptions {
  /** The function on whose behalf is checked. @defaultValue "assertOnManifold" */
  readonly where?: string;
  /** The argument that is checked. @defaultValue "x" */
  readonly argument?: string;
}

/**
 * The maps of a manifold. Points and tangent vectors are rows [n, d] in ambient coordinates; tangent vectors at x are in
 * the tangent space at the row of x of the same index.
 *
 * Shapes:   where several arguments are taken, each has n rows, or one row that stands for all n.
 * Domain:   points lie on the manifold and vectors are tangent; neither is checked (see assertOnManifold), and nothing is
 *           moved there silently.
 * Limits:   no rows → no rows;  NaN stays in its row.
 * Throws:   InputError E_SHAPE; on tensors also E_DTYPE and E_BACKEND.
 */
export interface ManifoldMaps<Input, Points, Values> {
  /** A point of the manifold for any ambient row, itself for points; the nearest one unless the manifold says otherwise. E_ZERO_ROW where none is nearest. */
  projectPoint(x: Input): Points;
  /** The projection of ambient vectors onto the tangent spaces, orthogonal in the metric. */
  projectTangent(x: Input, v: Input): Points;
  /** Inner products ⟨u_i, v_i⟩ at x_i in the metric: [n]. */
  tangentInner(x: Input, u: Input, v: Input): Values;
  /** Lengths of tangent vectors: [n]. Their gradient at 0 is defined as 0. */
  norm(x: Input, v: Input): Values;
  /** Lengths of shortest geodesics, row by row: [n]. The gradient at x = y is defined as 0. */
  geodesicDistance(x: Input, y: Input): Values;
  /** Squares of the distances: [n]. Smooth at x = y, to any order of differentiation. */
  squaredGeodesicDistance(x: Input, y: Input): Values;
  /** Distances between all pairs of rows: [n, d], [m, d] → [n, m]. No row stands for others here. */
  geodesicDistanceMatrix(x: Input, y: Input): Points;
  /** The end of the geodesic that leaves x with velocity v, at time 1. */
  expMap(x: Input, v: Input): Points;
  /**
   * The tangent vector at x whose geodesic arrives at y at time 1 and is shortest. Throws E_DOMAIN where y is on the cut
   * locus of x; on a backend without `syncRead` such rows are NaN instead.
   */
  logMap(x: Input, y: Input): Points;
  /** A cheap point near exp_x(v): equal to it up to terms of third order in v. */
  retract(x: Input, v: Input): Points;
  /** Tangent vectors v at x carried along the shortest geodesic to y. Throws as logMap does. */
  parallelTransport(x: Input, y: Input, v: Input): Points;
  /** The point at time t of the shortest geodesic from x (t = 0) to y (t = 1); t may leave [0, 1]. Throws as logMap does. */
  geodesic(x: Input, y: Input, t: number | Values): Points;
  /** The Riemannian gradient from the gradient in ambient coordinates. */
  toRiemannianGradient(x: Input, gradient: Input): Points;
  /** The Riemannian Hessian applied to tangent vectors, from derivatives in ambient coordinates. */
  riemannianHessianVectorProduct(x: Input, v: Input, derivatives: EuclideanDerivatives<Input>): Points;
  /** Whether all rows are on the manifold. On tensors this and the next two read the numbers at once (E_UNSUPPORTED without `syncRead`). */
  isOnManifold(x: Input, options?: OnManifoldOptions): boolean;
  /** What is wrong with the first row that is not on the manifold, or undefined. */
  explainOnManifold(x: Input, options?: OnManifoldOptions): string | undefined;
  /** Throws E_DOMAIN with that explanation. */
  assertOnManifold(x: Input, options?: AssertOnManifoldOptions): void;
}

/** The maps on plain float64 rows. Rows stored in float32 are accepted; all arithmetic is float64. */
export interface ManifoldRows extends ManifoldMaps<RowMatrix, Float64Rows, Float64Array> {
  /** A distinguished point, as one row. */
  origin(): Float64Rows;
  /** n independent points of the uniform law. Throws E_UNSUPPORTED unless the volume is finite. */
  sampleUniform(random: Random, n: number): Float64Rows;
  /** For each row of x a standard normal vector of its tangent space: E⟨u, v⟩² = ⟨u, u⟩ for tangent u. */
  sampleTangent(random: Random, x: RowMatrix): Float64Rows;
}

/** A Riemannian manifold embedded in R^d. */
export interface Manifold extends ManifoldMaps<Tensor, Tensor, Tensor> {
  /** With its parameters, e.g. `sphere(3)`. */
  readonly name: string;
  readonly kind: ManifoldKind;
  /** d: how many coordinates a point has. */
  readonly ambientDimension: number;
  /** m: the dimension of the tangent spaces. */
  readonly dimension: number;
  /** Within this distance geodesics are shortest and unique, from every point; ∞ where always. */
  readonly injectivityRadius: number;
  /** Riemannian volume, which is 0 where it underflows; undefined where it is infinite. */
  readonly volume: number | undefined;
  /** Its logarithm, exact also where the volume itself under- or overflows; undefined where the volume is infinite. */
  readonly logVolume: number | undefined;
  /** The same maps on plain float64 rows. */
  readonly rows: ManifoldRows;
  /** A distinguished point, as one row [1, d]. */
  origin(backend: Backend): Tensor;
  /** n independent points of the uniform law: [n, d], the same numbers as on rows. Throws E_UNSUPPORTED unless the volume is finite. */
  sampleUniform(random: Random, backend: Backend, n: number): Tensor;
  /** For each row of x a standard normal vector of its tangent space, from the same normal numbers as on rows. */
  sampleTangent(random: Random, x: Tensor): Tensor;
}
