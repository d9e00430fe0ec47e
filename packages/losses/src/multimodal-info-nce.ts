// InfoNCE of two or more modalities on tensors: the mean over their unordered pairs.

import { add, mul, type Tensor } from "@nce-geometry/tensor";
import { modalityPairs } from "./contrast/modality-pairs.ts";
import { inScope } from "./in-scope.ts";
import type { MultimodalInfoNCEOptions } from "./info-nce-options.ts";
import { bothWays } from "./tensors/both-ways.ts";

/**
 * Mean symmetric InfoNCE loss over all pairs of modalities; row i of each belongs to the same item.
 *
 * Math:     L = 2/(k(k−1)) Σ_{a<b} L(x_a, x_b), the `symmetricInfoNCE` of each pair with the same options.
 * Shapes:   k ≥ 2 modalities [n, d] → []. Unit: nats. Gradients flow to all of them and to a tensor temperature.
 * Domain:   as `symmetricInfoNCE`.
 * Limits:   k = 2 → `symmetricInfoNCE`;  equal modalities → the loss of one pair;  unchanged when modalities are reordered.
 * Numerics: those of `infoNCEPerSample`. Memory: O(n²) for each pair.
 * Throws:   InputError E_SHAPE, E_OPTION.
 * Source:   arXiv:2103.00020 for a pair.
 */
export function multimodalInfoNCE(modalities: readonly Tensor[], options: MultimodalInfoNCEOptions): Tensor {
  const where = "multimodalInfoNCE";
  const pairs = modalityPairs(where, modalities, (name, { shape }) => ({ name, shape }));
  const [first, ...rest] = modalities as readonly [Tensor, ...Tensor[]];
  return inScope([first, ...rest, options.temperature], () => {
    const losses = pairs.map(([a, b]) => bothWays(where, modalities[a]!, modalities[b]!, options, ({ mean }) => mean));
    const total = losses.reduce((sum, loss) => add(sum, loss));
    return mul(total, 1 / losses.length);
  });
}
