// Anchors, an independent reference pool, and the rows that negatives are drawn from: three parts of the items, with all their captions.

import { assertTwoUnitSamples, copyRows } from "@nce-geometry/energy";
import { createRandom, type RowMatrix, type Rows, type RunControl } from "@nce-geometry/tensor";
import { itemsOfCaptions, rowsOfItems } from "../cures/item-captions.ts";
import {
  requireInteger,
  requireOneOf,
  requireOpenFraction,
  requirePositive,
  shapeError,
} from "../law-tests/option-checks.ts";
import { selectRows } from "../law-tests/pair-angles.ts";
import type { Anchors, GradientSpace } from "./negatives-gradient.ts";

/** How given embeddings are divided for a probe. */
export interface ProbeOptions {
  /** Item (row of x) of each caption (row of y). @defaultValue row i of one belongs to row i of the other */
  readonly map?: Int32Array;
  /** Which side the anchors are of; the negatives are of the other. @defaultValue "x" */
  readonly side?: "x" | "y";
  /** Items that serve as anchors, an integer ≥ 2, each with one of its matches. @defaultValue 64 */
  readonly anchors?: number;
  /** Share of the other items that make the reference pool, in (0, 1). @defaultValue 0.5 */
  readonly referenceShare?: number;
  /** `tangent`: along the sphere, where unit rows can move. @defaultValue "tangent" */
  readonly space?: GradientSpace;
  /** Seed of everything random. @defaultValue 0 */
  readonly seed?: number;
}

export interface ProbeParts {
  readonly anchors: RowMatrix;
  readonly positives: RowMatrix;
  readonly space: GradientSpace;
  /** Rows of the other side. */
  readonly pool: RowMatrix;
  /** Rows of the pool that make the reference, and those that negatives are drawn from. */
  readonly reference: Int32Array;
  readonly drawable: Int32Array;
}

/** Divides the items. */
export async function probeParts(
  where: string,
  x: Rows,
  y: Rows,
  options: ProbeOptions & RunControl,
): Promise<ProbeParts> {
  const { side = "x", anchors = 64, referenceShare = 0.5, space = "tangent", seed = 0, signal } = options;
  requireOneOf(where, "side", side, ["x", "y"]);
  requireOneOf(where, "space", space, ["tangent", "ambient"]);
  requireInteger(where, "anchors", anchors, 2);
  requireOpenFraction(where, "referenceShare", referenceShare);
  await assertTwoUnitSamples(where, x, y, { signal });
  const map = itemsOfCaptions(where, x, y, options.map);
  const order = createRandom(seed).split("probe").permutation(x.rows);
  const rest = x.rows - anchors;
  const references = Math.round(referenceShare * rest);
  if (references < 2 || rest - references < 2) {
    const hint = "Ask for fewer anchors or bring more items.";
    throw shapeError(where, "x", `of more than ${anchors} items, 2 at least for either pool`, x, hint);
  }
  const [chosen, reference, drawable] = [
    order.subarray(0, anchors),
    new Set(order.subarray(anchors, anchors + references)),
    new Set(order.subarray(anchors + references)),
  ];
  const ownRow = Int32Array.from({ length: x.rows }, (_, i) => i);
  const firstCaption = new Int32Array(x.rows);
  for (let j = map.length - 1; j >= 0; j--) firstCaption[map[j]!] = j;
  const matches = chosen.map((item) => firstCaption[item]!);
  const [rowsX, rowsY] = [await copyRows(x, { signal }), await copyRows(y, { signal })];
  const [items, captions] = [selectRows(rowsX, chosen), selectRows(rowsY, matches)];
  const itemOf = side === "x" ? map : ownRow;
  return {
    anchors: side === "x" ? items : captions,
    positives: side === "x" ? captions : items,
    space,
    pool: side === "x" ? rowsY : rowsX,
    reference: rowsOfItems(itemOf, reference),
    drawable: rowsOfItems(itemOf, drawable),
  };
}

/** The anchors at a temperature. */
export function anchorsAt(where: string, { anchors, positives, space }: ProbeParts, temperature: number): Anchors {
  requirePositive(where, "temperature", temperature, "CLIP-like systems use 0.01 to 0.1.");
  return { anchors, positives, temperature, space };
}
