// Two clouds as one set of rows, and its median distance.

import { pairQuantiles, referenceEngine } from "@nce-geometry/pairwise";
import { InputError, type RowSource, type Rows, type RunControl } from "@nce-geometry/tensor";
import { blocksOf, readRows } from "../../rows/row-blocks.ts";
import type { GapOnRowsOptions } from "./gap-results.ts";

/** Median of ‖z_i − z_j‖ over the pairs i < j of both clouds. */
export async function pooledMedianDistance(
  where: string,
  x: Rows,
  y: Rows,
  options: GapOnRowsOptions,
): Promise<number> {
  const { engine = referenceEngine(), signal } = options;
  await refuseNotFinite(where, "x", x, options);
  await refuseNotFinite(where, "y", y, options);
  const pooled = pooledRows(x, y);
  // Every pair counts twice, which changes no median. Sweeps of unknown number: their progress is not shown.
  const wanted = { value: { kind: "distance" }, probabilities: [0.5], diagonal: "exclude" } as const;
  const { values } = await pairQuantiles(engine, pooled, pooled, wanted, { signal });
  return values[0]!;
}

/** The rows of x, then those of y. */
function pooledRows(x: Rows, y: Rows): RowSource {
  return {
    rows: x.rows + y.rows,
    dim: x.dim,
    dtype: "float64",
    read: async (start, count) => {
      const out = new Float64Array(count * x.dim);
      const fromX = Math.max(0, Math.min(x.rows - start, count));
      if (fromX > 0) out.set(await readRows(x, start, fromX));
      if (fromX < count) out.set(await readRows(y, start + fromX - x.rows, count - fromX), fromX * x.dim);
      return out;
    },
  };
}

/** A median of numbers that are not all finite says nothing. */
async function refuseNotFinite(where: string, argument: string, rows: Rows, { signal }: RunControl): Promise<void> {
  for await (const { block, start } of blocksOf(rows, signal)) {
    const at = block.findIndex((value) => !Number.isFinite(value));
    if (at < 0) continue;
    const expected = "finite, for a bandwidth relative to the median distance";
    const received = `${block[at]} in row ${start + Math.floor(at / rows.dim)}`;
    throw new InputError({
      code: "E_NOT_FINITE",
      where,
      argument,
      expected,
      received,
      hint: "Remove the row, or give a bandwidth.",
    });
  }
}
