/** A label that wants to be centred on `target`. */
export interface LabelWish {
  readonly target: number;
  readonly height: number;
}

/**
 * Centres for labels stacked in one column: as near to their targets as they can be without overlap and, where they fit, inside
 * [top, bottom]. The order of the targets is kept; equal targets keep the order given.
 */
export function spreadLabels(wishes: readonly LabelWish[], top: number, bottom: number): readonly number[] {
  const order = wishes.map((_, i) => i).sort((a, b) => wishes[a]!.target - wishes[b]!.target || a - b);
  const centres = wishes.map((wish) => wish.target);
  let edge = top;
  for (const i of order) {
    centres[i] = Math.max(centres[i]!, edge + wishes[i]!.height / 2);
    edge = centres[i]! + wishes[i]!.height / 2;
  }
  edge = bottom;
  for (const i of order.toReversed()) {
    centres[i] = Math.min(centres[i]!, edge - wishes[i]!.height / 2);
    edge = centres[i]! - wishes[i]!.height / 2;
  }
  const overflow = Math.max(0, top - edge);
  return centres.map((centre) => centre + overflow);
}
