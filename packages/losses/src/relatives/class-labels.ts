// Classes of rows: who is whose positive.

import { InputError } from "@nce-geometry/tensor";
import { checkOneOf, invalidOption, refuseOption } from "../option-checks.ts";

export interface ClassLabelOptions {
  /** The class of each row, [n], any whole numbers; equal numbers are positives of one another. */
  readonly labels: ArrayLike<number>;
  /**
   * What becomes of rows that are alone in their class: `error` refuses them; `skip` averages over the other anchors, and
   * keeps them as negatives.
   * @defaultValue "error", because a loss of 0 for them would pass for success
   */
  readonly withoutPositives?: "error" | "skip";
}

/** Classes numbered 0, 1, … in order of appearance. */
export interface Classes {
  /** The class of each row, [n]. */
  readonly of: Int32Array;
  /** How many rows each class has. */
  readonly sizes: readonly number[];
  /** Rows with at least one positive. */
  readonly anchors: number;
}

/** The classes of `rows` rows, checked. */
export function classesOf(where: string, rows: number, options: ClassLabelOptions): Classes {
  const { labels, withoutPositives = "error" } = options;
  checkOneOf(where, "withoutPositives", withoutPositives, ["error", "skip"]);
  if (labels.length !== rows) {
    const expected = `of length ${rows}, one for each row`;
    throw new InputError({ code: "E_SHAPE", where, argument: "labels", expected, received: String(labels.length) });
  }
  const classes = numbered(where, labels);
  const alone = classes.of.findIndex((label) => classes.sizes[label] === 1);
  if (alone >= 0 && (withoutPositives === "error" || classes.anchors === 0)) {
    throw refusal(where, { row: alone, label: labels[alone]!, alone: rows - classes.anchors, rows });
  }
  return classes;
}

function numbered(where: string, labels: ArrayLike<number>): Classes {
  const known = new Map<number, number>();
  const sizes: number[] = [];
  const of = Int32Array.from(labels, (label, row) => {
    if (!Number.isSafeInteger(label)) refuseOption(where, "labels", "whole numbers", `${label} for row ${row}`);
    const index = known.get(label) ?? known.size;
    known.set(label, index);
    sizes[index] = (sizes[index] ?? 0) + 1;
    return index;
  });
  return { of, sizes, anchors: sizes.reduce((sum, size) => (size > 1 ? sum + size : sum), 0) };
}

function refusal(
  where: string,
  { row, label, alone, rows }: { row: number; label: number; alone: number; rows: number },
): InputError {
  const expected = "such that every row has another of its class";
  const received = `class ${label} for row ${row} alone, and ${alone} of ${rows} rows without a positive`;
  const hint =
    alone === rows
      ? "No row has a positive: there is nothing to average over."
      : 'Choose withoutPositives: "skip" to average over the other rows.';
  return invalidOption(where, "labels", expected, received, hint);
}
