import { type PackedRows, packedSquaredDistance } from "./packed-rows.ts";

/**
 * Below this share of ‖x‖² + ‖y‖² a squared distance is computed from the difference.
 *
 * With u = 2⁻⁵³, norms and inner product each carry at most about d·u relative to ‖x‖² + ‖y‖² =: s, so the expansion is
 * off by at most 2(d + 2)·u·s. At D = ‖x − y‖² ≥ θ·s that is a relative error of 2(d + 2)·u/θ, i.e. 2/θ times that of
 * the difference form: θ = 2⁻⁷ gives up 8 bits of 53, less than two and a half digits. Unit rows cross it at cosine 0.992.
 */
export const CANCELLATION_SHARE: number = 2 ** -7;

/** ‖x_i − y_j‖² of all pairs of two blocks into `out`, from their inner products; exactly 0 for equal rows. */
export function squaredDistances(
  x: PackedRows,
  y: PackedRows,
  inner: Float64Array,
  out: Float64Array,
  stride: number,
): void {
  for (let i = 0; i < x.count; i++) {
    const xNorm = x.squaredNorms[i]!;
    const at = i * stride;
    for (let j = 0; j < y.count; j++) {
      const norms = xNorm + y.squaredNorms[j]!;
      const expanded = norms - 2 * inner[at + j]!;
      // Negated, so that NaN (also ∞ − ∞ of overflowing norms) takes the difference too.
      out[at + j] = !(expanded >= CANCELLATION_SHARE * norms) ? packedSquaredDistance(x, i, y, j) : expanded;
    }
  }
}
