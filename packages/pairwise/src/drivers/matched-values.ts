import { InputError, type Rows, type RunControl, throwIfAborted } from "@nce-geometry/tensor";
import { checkPairValue, checkRowsPair } from "../check-arguments.ts";
import type { PairValue } from "../engine.ts";
import { baseOf, valueOfBase } from "../pair-value-functions.ts";
import { packedInner, packedSquaredDistance } from "../tiles/packed-rows.ts";
import { rowReader } from "../tiles/row-reader.ts";

const BLOCK_ROWS = 256;

/**
 * The value of each matched pair (x_i, y_i): the diagonal that a loss or an alignment needs, without an engine.
 *
 * Math:     v(x_i, y_i).
 * Shapes:   x [n, d], y [n, d] → [n].
 * Domain:   any rows; NaN and ±∞ propagate.
 * Limits:   x = y → inner ‖x_i‖², distances exactly 0, gaussian 1.
 * Numerics: inner products are bit by bit those of {@link referenceEngine}; distances come from the differences. Cost O(nd).
 * Throws:   InputError E_SHAPE, E_OPTION; rejects with `signal.reason` between blocks.
 */
export async function matchedValues(
  x: Rows,
  y: Rows,
  value: PairValue,
  control: RunControl = {},
): Promise<Float64Array> {
  const where = "matchedValues";
  checkRowsPair(where, x, y);
  checkPairValue(where, "value", value);
  if (x.rows !== y.rows) {
    const expected = `${x.rows} rows, one for each row of \`x\``;
    throw new InputError({ code: "E_SHAPE", where, argument: "y", expected, received: String(y.rows) });
  }
  const base = baseOf(value) === "inner" ? packedInner : packedSquaredDistance;
  const evaluate = valueOfBase(value);
  const xReader = rowReader(x, { blockRows: BLOCK_ROWS, where, argument: "x" });
  const yReader = rowReader(y, { blockRows: BLOCK_ROWS, where, argument: "y" });
  const out = new Float64Array(x.rows);
  for (let index = 0; index < xReader.blocks; index++) {
    throwIfAborted(control.signal);
    const [a, b] = [await xReader.block(index), await yReader.block(index)];
    for (let i = 0; i < a.count; i++) out[a.start + i] = evaluate(base(a, i, b, i));
    control.onProgress?.({ done: a.start + a.count, total: x.rows, label: "matched pairs" });
  }
  return out;
}
