// A linear map of rows, onto the sphere or into the box, and its adjoint: gradients of rows to those of the map.
// Notation: h = Wx, z = h/‖h‖ or tanh h.

import { fromData, type MatMulOptions, matMul, type RowMatrix, referenceBackend } from "@nce-geometry/tensor";

/** [outputs, inputs], row-major. */
export interface LinearMap {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float64Array;
}

/** What is done to the output of the map; `none` leaves it. */
export type OutputMap = "normalized" | "tanh" | "none";

/** Rows that went through a map, with what the way back needs. */
export interface EncodedRows {
  readonly inputs: RowMatrix;
  readonly outputs: RowMatrix;
  /** ‖h‖ of each row, only where it was divided by. */
  readonly norms?: Float64Array;
}

/**
 * Encodes rows.
 *
 * Math:     z = W x, divided by its norm, through tanh, or as it is.
 * Shapes:   x [n, inputs] → z [n, outputs].
 * Limits:   a row with Wx = 0 → NaN where it is normalised.
 */
export function encodeRows({ inputs, outputs, weights }: LinearMap, x: RowMatrix, output: OutputMap): EncodedRows {
  const map = { rows: outputs, dim: inputs, data: weights };
  const data = product(x, map, { transposeB: true });
  const encoded = { inputs: x, outputs: { rows: x.rows, dim: outputs, data } };
  if (output === "tanh") for (let at = 0; at < data.length; at++) data[at] = Math.tanh(data[at]!);
  return output === "normalized" ? { ...encoded, norms: normalizeInPlace(data, outputs) } : encoded;
}

/** The first rows. */
export function firstRows({ inputs, outputs, norms }: EncodedRows, rows: number): EncodedRows {
  const head = ({ dim, data }: RowMatrix): RowMatrix => ({ rows, dim, data: data.subarray(0, rows * dim) });
  return { inputs: head(inputs), outputs: head(outputs), ...(norms && { norms: norms.subarray(0, rows) }) };
}

/**
 * Adds to `gradient` what the gradients of the encoded rows say of the weights.
 *
 * Math:     ∂/∂W += Σ_i (∂/∂h_i) x_iᵀ;  ∂/∂h = (g − z⟨z, g⟩)/‖h‖ on the sphere, g(1 − z²) in the box.
 * Shapes:   toRows [n, outputs], gradient [outputs, inputs].
 */
export function addWeightGradient(
  gradient: Float64Array,
  encoded: EncodedRows,
  toRows: Float64Array,
  output: OutputMap,
): void {
  const { inputs: x, outputs: z } = encoded;
  const toHidden = { ...z, data: pullBack[output](encoded, toRows) };
  const change = product(toHidden, x, { transposeA: true });
  for (let at = 0; at < gradient.length; at++) gradient[at]! += change[at]!;
}

/** ∂/∂h of every row from ∂/∂z. */
const pullBack: Readonly<Record<OutputMap, (encoded: EncodedRows, toRows: Float64Array) => Float64Array>> = {
  none: (_, toRows) => toRows,
  tanh: ({ outputs }, toRows) => toRows.map((slope, at) => slope * (1 - outputs.data[at]! * outputs.data[at]!)),
  normalized: ({ outputs: { rows, dim, data }, norms }, toRows) => {
    const toHidden = new Float64Array(toRows.length);
    for (let i = 0, start = 0; i < rows; i++, start += dim) {
      const norm = norms![i]!;
      let along = 0;
      for (let at = start; at < start + dim; at++) along += data[at]! * toRows[at]!;
      for (let at = start; at < start + dim; at++) toHidden[at] = (toRows[at]! - data[at]! * along) / norm;
    }
    return toHidden;
  },
};

/** A product of matrices, by the reference backend. */
function product(a: RowMatrix, b: RowMatrix, options: MatMulOptions): Float64Array {
  const backend = referenceBackend();
  const tensorOf = ({ rows, dim, data }: RowMatrix) => fromData(backend, data, [rows, dim], { dtype: "float64" });
  return backend.scope(() => matMul(tensorOf(a), tensorOf(b), options).dataSync() as Float64Array);
}

/** Divides every row by its norm and gives the norms. */
function normalizeInPlace(data: Float64Array, dim: number): Float64Array {
  const norms = new Float64Array(data.length / dim);
  for (let i = 0; i < norms.length; i++) {
    let square = 0;
    for (let a = 0; a < dim; a++) square += data[i * dim + a]! ** 2;
    norms[i] = Math.sqrt(square);
    for (let a = 0; a < dim; a++) data[i * dim + a]! /= norms[i]!;
  }
  return norms;
}
