// An invertible map R^n → R^n: layers z ↦ φ(W z), φ leaky ReLU, every W with singular values chosen beforehand.

import { InputError, type Random, type RowMatrix } from "@nce-geometry/tensor";
import { makeRows, randomOrthogonal, rowOf } from "./rows.ts";

/** Plain JSON: what a mixing is, to apply it and to undo it. */
export interface Mixing {
  readonly dim: number;
  /** Slope φ' of the negative half, in (0, 1]; 1 makes the mixing linear. */
  readonly slope: number;
  /** W = U diag(s) V of each layer, the first applied first; U and V orthogonal, row-major. */
  readonly layers: readonly {
    readonly left: readonly number[];
    readonly singularValues: readonly number[];
    readonly right: readonly number[];
  }[];
  /** Bound of the condition number of the map's Jacobian anywhere: Π_layers (s_max/s_min)/slope. */
  readonly conditionBound: number;
}

export interface MixingOptions {
  readonly dim: number;
  /** Number of layers, ≥ 0; none is the identity. */
  readonly layers: number;
  /** Condition number of each W, ≥ 1: its singular values lie evenly in log space between c^{−1/2} and c^{1/2}. */
  readonly condition: number;
  readonly slope: number;
}

/** A random mixing; its options are those of a generator that has checked them. */
export function randomMixing(random: Random, { dim, layers, condition, slope }: MixingOptions): Mixing {
  const singularValues = Array.from({ length: dim }, (_, k) => condition ** (dim > 1 ? 0.5 - k / (dim - 1) : 0));
  return {
    dim,
    slope,
    layers: Array.from({ length: layers }, (_, l) => ({
      left: Array.from(randomOrthogonal(random.split(`left ${l}`), dim)),
      singularValues,
      right: Array.from(randomOrthogonal(random.split(`right ${l}`), dim)),
    })),
    conditionBound: ((dim > 1 ? condition : 1) / slope) ** layers,
  };
}

/**
 * The mixed rows.
 *
 * Math:     f = f_L ∘ … ∘ f_1,  f_l(z) = φ(U_l diag(s_l) V_l z),  φ(t) = t for t ≥ 0 and slope·t below.
 * Shapes:   [n, dim] → [n, dim].
 * Limits:   no layers → the rows;  slope 1 → linear.
 * Throws:   InputError E_SHAPE.
 */
export function applyMixing(mixing: Mixing, rows: RowMatrix): RowMatrix {
  assertDim("applyMixing", mixing, rows);
  return eachRow(rows, (start) =>
    mixing.layers.reduce((z, { left, singularValues, right }) => {
      const inner = multiply(right, z).map((value, k) => value * singularValues[k]!);
      return multiply(left, inner).map((value) => (value >= 0 ? value : mixing.slope * value));
    }, start),
  );
}

/**
 * The rows that a mixing maps to the given ones.
 *
 * Math:     f⁻¹;  U and V are undone by their transposes.
 * Shapes:   [n, dim] → [n, dim].
 * Numerics: relative error of a row ≤ about conditionBound · dim · layers · 2⁻⁵².
 * Throws:   InputError E_SHAPE.
 */
export function invertMixing(mixing: Mixing, rows: RowMatrix): RowMatrix {
  assertDim("invertMixing", mixing, rows);
  return eachRow(rows, (start) =>
    mixing.layers.reduceRight((z, { left, singularValues, right }) => {
      const outer = z.map((value) => (value >= 0 ? value : value / mixing.slope));
      const inner = multiplyTransposed(left, outer).map((value, k) => value / singularValues[k]!);
      return multiplyTransposed(right, inner);
    }, start),
  );
}

function eachRow(rows: RowMatrix, map: (row: Float64Array) => Float64Array): RowMatrix {
  return makeRows(rows.rows, rows.dim, (row, i) => row.set(map(rowOf(rows, i))));
}

function multiply(matrix: readonly number[], vector: Float64Array): Float64Array {
  const n = vector.length;
  return vector.map((_, i) => vector.reduce((sum, value, k) => sum + matrix[i * n + k]! * value, 0));
}

function multiplyTransposed(matrix: readonly number[], vector: Float64Array): Float64Array {
  const n = vector.length;
  return vector.map((_, k) => vector.reduce((sum, value, i) => sum + matrix[i * n + k]! * value, 0));
}

function assertDim(where: string, { dim }: Mixing, rows: RowMatrix): void {
  if (rows.dim === dim) return;
  const [expected, received] = [`rows of dimension ${dim}`, `dimension ${rows.dim}`];
  throw new InputError({ code: "E_SHAPE", where, argument: "rows", expected, received });
}
