// NT-Xent, DCL and DHEL are symmetric InfoNCE of two views of the same items with other switches: which rows stand in the
// denominator, and whether the positive does.

import type { Tensor } from "@nce-geometry/tensor";
import type { ContrastOptions } from "../contrast/contrast-options.ts";
import type { TemperatureOptions } from "../info-nce-options.ts";
import { checkPairs, checkSeveral, type NamedShape } from "../shape-checks.ts";
import { bothWays } from "../tensors/both-ways.ts";

type TwoViewSwitches = Required<Pick<ContrastOptions<never>, "denominator" | "includePositive">>;

export type TwoViewName = "ntXent" | "dcl" | "dhel";

const switches: Readonly<Record<TwoViewName, TwoViewSwitches>> = {
  ntXent: { denominator: "pooled", includePositive: true },
  dcl: { denominator: "pooled", includePositive: false },
  dhel: { denominator: "own", includePositive: false },
};

/** Mean over all 2n anchors. */
export function twoViewLoss(
  name: TwoViewName,
  x: Tensor,
  y: Tensor,
  options: TemperatureOptions<number | Tensor>,
): Tensor {
  checkViews(name, name, { name: "x", shape: x.shape }, { name: "y", shape: y.shape });
  return bothWays(name, x, y, twoViewOptions(name, options), ({ mean }) => mean);
}

/** The options of the symmetric InfoNCE that the loss is. */
export function twoViewOptions<O extends object>(name: TwoViewName, options: O): O & TwoViewSwitches {
  return { ...options, ...switches[name] };
}

/** Without the positive in the denominator a single item has nothing to be told from. */
export function checkViews(where: string, name: TwoViewName, x: NamedShape, y: NamedShape): void {
  checkPairs(where, x, y);
  if (!switches[name].includePositive) checkSeveral(where, x);
}
