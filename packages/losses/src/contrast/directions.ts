import { checkUnitInterval, invalidOption } from "../option-checks.ts";
import type { Side } from "./contrast-options.ts";

/** The directions that count, named by the side of their anchors, and how much. */
export function directionWeights(
  where: string,
  { forwardWeight = 0.5 }: { readonly forwardWeight?: number },
): readonly { readonly side: Side; readonly weight: number }[] {
  checkUnitInterval(where, "forwardWeight", forwardWeight);
  return [{ side: "x", weight: forwardWeight } as const, { side: "y", weight: 1 - forwardWeight } as const].filter(
    ({ weight }) => weight > 0,
  );
}

/** With several positives the rows of the two sides are no longer pairs, so that nothing can be averaged pair by pair. */
export function refuseUnmatched(where: string, positives: object | undefined): void {
  if (positives === undefined) return;
  const hint = "Take the losses of the two directions: infoNCE of (x, y) and of (y, x).";
  throw invalidOption(where, "positives", "absent, because only pairs have a loss of both directions", "several", hint);
}
