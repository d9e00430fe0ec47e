import { InputError, type RowSource, type RunControl } from "@nce-geometry/tensor";
import { rowBlocks } from "./row-blocks.ts";
import { scanRow } from "./scan-row.ts";

export interface CheckEmbeddingsOptions extends RunControl {
  /** The function that the error speaks for, e.g. `analyze`. */
  readonly where: string;
  /** The argument, or the file, that the rows came from. */
  readonly argument: string;
}

/**
 * Refuses rows that have no direction: those with a NaN or an infinity, and those of zeros only. Stops at the first.
 *
 * Domain: any source; memory is one block of some megabytes.
 * Throws: InputError E_NOT_FINITE or E_ZERO_ROW naming the first such row; what the source throws; the signal's reason when
 * aborted.
 */
export async function checkEmbeddings(source: RowSource, options: CheckEmbeddingsOptions): Promise<void> {
  const { where, argument } = options;
  const { dim } = source;
  for await (const { block, start, count } of rowBlocks(source, options)) {
    for (let i = 0; i < count; i++) {
      const { hasNaN, hasInfinity, isZero } = scanRow(block, i * dim, dim);
      if (hasNaN || hasInfinity) {
        const value = block.subarray(i * dim, (i + 1) * dim).find((number) => !Number.isFinite(number));
        const received = `${value} in row ${start + i}`;
        const hint = "Remove the row, and its partner in the other set.";
        throw new InputError({ code: "E_NOT_FINITE", where, argument, expected: "finite", received, hint });
      }
      if (isZero) {
        const [expected, received] = ["rows of positive length", `zeros in row ${start + i}`];
        const hint = "A zero row has no direction; remove it, and its partner in the other set.";
        throw new InputError({ code: "E_ZERO_ROW", where, argument, expected, received, hint });
      }
    }
  }
}
