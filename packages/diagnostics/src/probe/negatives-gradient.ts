// The gradient of a contrastive loss with respect to its anchors, cosine critic, from a pool of negatives. Notation: z_i anchors, y_i their
// positives, w_j negatives, s their inner products, q_ij the softmax of s_ij/τ over the negatives, m_i = Σ_j q_ij w_j.
//
// Without the positive in the denominator (decoupled) the gradient with respect to z_i is (m_i − y_i)/(nτ). With it (standard) it is that
// times 1 − p_i, p_i = e^{s_i/τ}/(e^{s_i/τ} + Σ_j e^{s_ij/τ}). The factor 1/(nτ) is common to all and left out.

import { logSumExpOfArray, type RowMatrix, softplusOf } from "@nce-geometry/tensor";

/** Whether the direction along the anchor counts, which a unit vector cannot follow. */
export type GradientSpace = "tangent" | "ambient";

export interface Anchors {
  /** z [n, d]. */
  readonly anchors: RowMatrix;
  /** y [n, d]. */
  readonly positives: RowMatrix;
  readonly temperature: number;
  readonly space: GradientSpace;
}

export interface NegativesGradient {
  /** m_i − y_i, or its tangential part, [n, d]. */
  readonly decoupled: Float64Array;
  /** log Σ_j e^{(s_ij − s_i)/τ}. */
  readonly logOdds: Float64Array;
  /** 1 − p_i. */
  readonly negativeMass: Float64Array;
  /** 1/Σ_j q_ij². */
  readonly effective: Float64Array;
  /** Σ_j q_ij² ‖w_j − m_i‖², in the space asked for: the squared error that the finite pool leaves in row i. Absent where not asked for. */
  readonly squaredError?: Float64Array;
}

/** The gradient from the rows `chosen` of the pool. */
export function negativesGradient(
  setting: Anchors,
  pool: RowMatrix,
  chosen: Int32Array,
  { withError = false }: { readonly withError?: boolean } = {},
): NegativesGradient {
  const { anchors, positives, temperature, space } = setting;
  const [n, dim] = [anchors.rows, anchors.dim];
  const decoupled = new Float64Array(n * dim);
  const [logOdds, effective, squaredError] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    const anchor = anchors.data.subarray(i * dim, (i + 1) * dim);
    const positive = positives.data.subarray(i * dim, (i + 1) * dim);
    const scores = new Float64Array(chosen.length);
    for (let at = 0; at < chosen.length; at++) scores[at] = dotAt(anchor, pool.data, chosen[at]! * dim);
    const logSum = logSumExpOfArray(scores.map((s) => s / temperature));
    const weights = scores.map((s) => Math.exp(s / temperature - logSum));
    const mean = new Float64Array(dim);
    for (let at = 0; at < chosen.length; at++) {
      for (let k = 0, from = chosen[at]! * dim; k < dim; k++) mean[k]! += weights[at]! * pool.data[from + k]!;
    }
    const gradient = mean.map((value, k) => value - positive[k]!);
    const radial = space === "tangent" ? dot(anchor, gradient) / dot(anchor, anchor) : 0;
    for (let k = 0; k < dim; k++) decoupled[i * dim + k] = gradient[k]! - radial * anchor[k]!;
    logOdds[i] = logSum - dot(anchor, positive) / temperature;
    effective[i] = 1 / dot(weights, weights);
    if (withError) squaredError[i] = squaredErrorOf({ anchor, scores, weights, mean, space }, pool, chosen);
  }
  const negativeMass = logOdds.map((odds) => Math.exp(-softplusOf(-odds)));
  return { decoupled, logOdds, negativeMass, effective, ...(withError && { squaredError }) };
}

interface AnchorWeights {
  readonly anchor: RowMatrix["data"];
  readonly scores: Float64Array;
  readonly weights: Float64Array;
  readonly mean: Float64Array;
  readonly space: GradientSpace;
}

/** ‖w − m‖² = ‖w‖² − 2⟨w, m⟩ + ‖m‖², less the part along the anchor. */
function squaredErrorOf(
  { anchor, scores, weights, mean, space }: AnchorWeights,
  { dim, data }: RowMatrix,
  chosen: Int32Array,
): number {
  const [own, along, length] = [dot(mean, mean), dot(anchor, mean), dot(anchor, anchor)];
  let sum = 0;
  for (let at = 0; at < chosen.length; at++) {
    const from = chosen[at]! * dim;
    let square = own - 2 * dotAt(mean, data, from);
    for (let k = from; k < from + dim; k++) square += data[k]! * data[k]!;
    if (space === "tangent") square -= (scores[at]! - along) ** 2 / length;
    sum += weights[at]! ** 2 * square;
  }
  return sum;
}

/** Each row times a number. */
export function scaleRows(rows: Float64Array, factors: Float64Array): Float64Array {
  const dim = rows.length / factors.length;
  return rows.map((value, at) => value * factors[Math.floor(at / dim)]!);
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}

/** ‖a_i‖² of each of n rows. */
export function squaredRowNorms(rows: Float64Array, n: number): Float64Array {
  const dim = rows.length / n;
  return Float64Array.from({ length: n }, (_, i) => {
    const row = rows.subarray(i * dim, (i + 1) * dim);
    return dot(row, row);
  });
}

function dotAt(a: ArrayLike<number>, data: ArrayLike<number>, from: number): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * data[from + k]!;
  return sum;
}
