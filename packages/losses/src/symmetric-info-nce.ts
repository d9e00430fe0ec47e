// Symmetric InfoNCE on tensors, the loss of CLIP: both in-batch directions over one score matrix.
//
// Notation: s_ij = s(x_i, y_j) the critic, τ the temperature; forward: anchors x, candidates y; backward: the converse.

import { add, mul, type Tensor } from "@nce-geometry/tensor";
import { directionWeights, refuseUnmatched } from "./contrast/directions.ts";
import type { InfoNCEStatistics } from "./info-nce-measures.ts";
import type { SymmetricInfoNCEOptions } from "./info-nce-options.ts";
import { bothWays } from "./tensors/both-ways.ts";
import { contrast } from "./tensors/contrast-on-tensors.ts";

/** Statistics of the two directions; `loss` is half their sum, or the sum that `forwardWeight` says. */
export interface SymmetricInfoNCEStatistics {
  readonly loss: Tensor;
  readonly forward: InfoNCEStatistics;
  readonly backward: InfoNCEStatistics;
}

/**
 * Mean symmetric InfoNCE loss of pairs (x_i, y_i).
 *
 * Math:     L = ½(L^{x→y} + L^{y→x}), the {@link infoNCE} of (x, y) and of (y, x) with the same options; `forwardWeight` α makes it
 *           α L^{x→y} + (1 − α) L^{y→x}.
 * Shapes:   x [n, d], y [n, d] → []. Unit: nats. Gradients flow to both and to a tensor temperature.
 * Domain:   n ≥ 1, τ > 0. Rows are not normalised for you: apply `normalizeRows` for the cosine. NaN gives NaN.
 * Limits:   those of {@link infoNCE}; unchanged when x and y are swapped (and α with 1 − α).
 * Numerics: those of {@link infoNCEPerSample}; the scores are computed once. Memory: O(n²).
 * Throws:   InputError E_SHAPE, E_OPTION.
 * Source:   arXiv:2103.00020; arXiv:2601.19597.
 */
export function symmetricInfoNCE(x: Tensor, y: Tensor, options: SymmetricInfoNCEOptions): Tensor {
  return bothWays("symmetricInfoNCE", x, y, options, ({ mean }) => mean);
}

/**
 * Symmetric InfoNCE loss of each pair.
 *
 * Math:     ½(ℓ_i^{x→y} + ℓ_i^{y→x}), the {@link infoNCEPerSample} of (x, y) and of (y, x).
 * Shapes:   x [n, d], y [n, d] → [n]. Unit: nats.
 * Domain:   as {@link symmetricInfoNCE}.
 * Limits:   those of {@link infoNCE}, for each pair.
 * Numerics: those of {@link infoNCEPerSample}; the scores are computed once.
 * Throws:   InputError E_SHAPE, E_OPTION.
 * Source:   arXiv:2103.00020; arXiv:2601.19597.
 */
export function symmetricInfoNCEPerSample(x: Tensor, y: Tensor, options: SymmetricInfoNCEOptions): Tensor {
  const where = "symmetricInfoNCEPerSample";
  refuseUnmatched(where, options.positives);
  return bothWays(where, x, y, options, ({ losses }) => losses);
}

/**
 * Both directions with their masses of the positive, effective numbers of negatives and decoupled losses.
 *
 * Math:     `forward` is {@link infoNCEStatistics} of (x, y), `backward` that of (y, x); loss = ½(forward + backward).
 * Shapes:   x [n, d], y [n, d] → [] each, `perSample` [n] each.
 * Domain:   as {@link symmetricInfoNCE}.
 * Limits:   those of {@link infoNCEStatistics}.
 * Numerics: those of {@link infoNCEStatistics}; the scores are computed once.
 * Throws:   InputError E_SHAPE, E_OPTION.
 * Source:   arXiv:2103.00020; arXiv:2601.19597.
 */
export function symmetricInfoNCEStatistics(
  x: Tensor,
  y: Tensor,
  options: SymmetricInfoNCEOptions,
): SymmetricInfoNCEStatistics {
  const where = "symmetricInfoNCEStatistics";
  const weights = directionWeights(where, options);
  return contrast(
    { where, x, y, names: { x: "x", y: "y" }, anchors: ["x", "y"], options },
    "statistics",
    ({ statistics }) => {
      const [forward, backward] = [statistics("x"), statistics("y")];
      const parts = { x: forward.loss, y: backward.loss };
      const counted = weights.map(({ side, weight }) => mul(parts[side], weight));
      return { loss: counted.reduce((a, b) => add(a, b)), forward, backward };
    },
  );
}
