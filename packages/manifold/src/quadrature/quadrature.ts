// What a quadrature is: points of a manifold and weights whose sum is the volume of what they cover.

import { InputError, logSumExpOfArray, type RowMatrix, sumOfArray } from "@nce-geometry/tensor";

/** How the points were chosen. */
export type QuadratureKind = "circleTrapezoid" | "sphereGaussLegendre" | "sphereFibonacci" | "sphericalCap";

/** Points and weights: ∫ f dμ ≈ Σ_i weights[i]·f(points[i]), μ the Riemannian volume. */
export interface Quadrature {
  readonly kind: QuadratureKind;
  /** [n, d], in ambient coordinates. */
  readonly points: RowMatrix;
  /** [n], non-negative, in units of volume; their sum is `volume`. */
  readonly weights: Float64Array;
  /** Volume of the manifold or of the part that is covered. */
  readonly volume: number;
  /** Polynomials of the ambient coordinates up to this degree are integrated exactly, up to rounding; absent where none above 0 is. */
  readonly exactDegree?: number;
}

/** A function on a manifold: one point, as a view of its d coordinates that is valid during the call alone → a number. */
export type PointFunction = (point: Float64Array, index: number) => number;

/**
 * Integral of a function by a quadrature.
 *
 * Math:     Σ_i w_i f(x_i) ≈ ∫ f dμ
 * Shapes:   values [n], or a function of one point [d] → number. Unit: that of f times volume.
 * Limits:   f = 1 → the volume.
 * Numerics: compensated sum. NaN propagates.
 * Throws:   InputError E_SHAPE.
 */
export function integrate(quadrature: Quadrature, f: PointFunction | ArrayLike<number>): number {
  const { weights } = quadrature;
  const values = valuesOf("integrate", quadrature, f);
  return sumOfArray(weights.map((weight, i) => weight * values[i]!));
}

/**
 * Logarithm of the integral of e^f by a quadrature, for f so large or small that e^f is out of range.
 *
 * Math:     log Σ_i w_i e^(f(x_i)) ≈ log ∫ e^f dμ
 * Shapes:   values [n], or a function of one point [d] → number. Unit: nats.
 * Limits:   f = c → c + log volume;  f = −∞ everywhere → −∞.
 * Numerics: the largest exponent is taken out. NaN propagates. Exponentials are resolved only where f varies little between neighbouring points.
 * Throws:   InputError E_SHAPE.
 */
export function logIntegrate(quadrature: Quadrature, f: PointFunction | ArrayLike<number>): number {
  const { weights } = quadrature;
  const values = valuesOf("logIntegrate", quadrature, f);
  return logSumExpOfArray(weights.map((weight, i) => Math.log(weight) + values[i]!));
}

/** The function at every point of a quadrature. */
function valuesOf(where: string, quadrature: Quadrature, f: PointFunction | ArrayLike<number>): ArrayLike<number> {
  const { points } = quadrature;
  if (typeof f === "function") return evaluateAt(points, f);
  if (f.length === points.rows) return f;
  throw new InputError({
    code: "E_SHAPE",
    where,
    argument: "f",
    expected: `a function or ${points.rows} values, one per point`,
    received: `${f.length} values`,
  });
}

/** f at every row. */
export function evaluateAt({ rows, dim, data }: RowMatrix, f: PointFunction): Float64Array {
  const float64 = data instanceof Float64Array ? data : Float64Array.from(data);
  return new Float64Array(rows).map((_, i) => f(float64.subarray(i * dim, (i + 1) * dim), i));
}
