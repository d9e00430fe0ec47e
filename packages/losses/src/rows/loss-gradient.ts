// From the derivatives of a loss by its sums to those by the rows and by the temperature.

import { matchedGradient } from "@nce-geometry/pairwise";
import type { Rows, RunControl } from "@nce-geometry/tensor";
import { addRows } from "./add-rows.ts";
import type { NextControl, SweepKernel } from "./pair-sweep.ts";
import type { RowSet } from "./planned-sweeps.ts";
import { type RowsWithGradient, scoreBase, scoreMoment } from "./score.ts";
import { selectRows } from "./select-rows.ts";
import { addSweepGradient, type SumsWithCotangents } from "./sweep-gradient.ts";
import { type SumsInUse, type SweptLoss, sumsInUse } from "./swept-loss.ts";

/** Gradients to every set of rows, [rows, d] row-major. */
export type RowGradients = ReadonlyMap<RowSet, RowsWithGradient>;

/** Gradients to the rows, from one cotangent for each of the leaves of the loss. */
export async function rowGradients(
  loss: SweptLoss,
  sides: { readonly x: Rows; readonly y: Rows },
  cotangents: readonly Float64Array[],
  { kernel, next }: { readonly kernel: SweepKernel; readonly next: NextControl },
): Promise<RowGradients> {
  const gradients = new Map<RowSet, RowsWithGradient>();
  const gradientTo = (set: RowSet, rows: Rows) => {
    const known = gradients.get(set) ?? { rows, gradient: new Float64Array(rows.rows * rows.dim) };
    gradients.set(set, known);
    return known.gradient;
  };
  const [ofPositives, ...rest] = cotangents as [Float64Array, ...Float64Array[]];
  for (const swept of loss.swept) {
    const { sweep } = swept;
    const sums = sumsInUse(swept).map((used) => ({ ...used, ...withCotangents(used, rest) }));
    const along = (axis: "rows" | "columns") => sums.find(({ use }) => use.along === axis);
    const into = { x: gradientTo(sweep.rowSet, sweep.x), y: gradientTo(sweep.columnSet, sweep.y) };
    await addSweepGradient(into, sweep, { rows: along("rows"), columns: along("columns") }, kernel, next);
  }
  const into = { x: gradientTo("x", sides.x), y: gradientTo("y", sides.y) };
  await addPositiveGradient(into, sides, { pairs: loss.pairs, weights: ofPositives, kernel }, next(0));
  return gradients;
}

/** ∂L/∂τ from the gradients to all the rows, of a loss that depends on s/τ alone. */
export async function temperatureGradient(
  gradients: RowGradients,
  temperature: number,
  control: RunControl,
): Promise<number> {
  return -(await scoreMoment(gradients.values(), control)) / temperature;
}

/** Takes the cotangents of these sums from the front of the list. */
function withCotangents({ sums }: SumsInUse, cotangents: Float64Array[]): SumsWithCotangents {
  const logCotangent = cotangents.shift()!;
  return { logSum: sums.logSum, logCotangent, scoreCotangent: sums.scoreSum && cotangents.shift()! };
}

async function addPositiveGradient(
  into: { readonly x: Float64Array; readonly y: Float64Array },
  { x, y }: { readonly x: Rows; readonly y: Rows },
  positives: { readonly pairs: SweptLoss["pairs"]; readonly weights: Float64Array; readonly kernel: SweepKernel },
  { signal }: RunControl,
): Promise<void> {
  const { pairs, kernel } = positives;
  const { of, factor } = scoreBase(kernel.critic);
  const weights = positives.weights.map((weight) => factor * weight);
  const [a, b] = [selectRows(x, pairs?.x), selectRows(y, pairs?.y)];
  const matched = await matchedGradient(a, b, { value: { kind: of }, weights }, { signal });
  addRows(into.x, matched.x, { numbers: pairs?.x, dim: x.dim });
  addRows(into.y, matched.y, { numbers: pairs?.y, dim: y.dim });
}
