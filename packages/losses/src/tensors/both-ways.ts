import { add, mul, type Tensor } from "@nce-geometry/tensor";
import type { Side } from "../contrast/contrast-options.ts";
import { directionWeights } from "../contrast/directions.ts";
import type { SymmetricInfoNCEOptions } from "../info-nce-options.ts";
import { type Contrast, contrast } from "./contrast-on-tensors.ts";

/** The weighted sum of what `pick` takes of the directions that count. */
export function bothWays(
  where: string,
  x: Tensor,
  y: Tensor,
  options: SymmetricInfoNCEOptions,
  pick: (of: Contrast) => (side: Side) => Tensor,
): Tensor {
  const weights = directionWeights(where, options);
  const anchors = weights.map(({ side }) => side);
  return contrast({ where, x, y, names: { x: "x", y: "y" }, anchors, options }, "losses", (of) =>
    weights.map(({ side, weight }) => mul(pick(of)(side), weight)).reduce((a, b) => add(a, b)),
  );
}
