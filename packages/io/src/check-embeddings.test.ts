import type { RowSource } from "@nce-geometry/tensor";
import { expect, test } from "vitest";
import { checkEmbeddings } from "./check-embeddings.ts";

const dim = 2 ** 18;

/** Five rows of one number each, repeated; two rows make a block, so that the row is counted across blocks. */
function source(values: readonly number[]): RowSource {
  const read = async (start: number, count: number): Promise<Float64Array> => {
    const block = new Float64Array(count * dim);
    for (let i = 0; i < count; i++) block.fill(values[start + i]!, i * dim, (i + 1) * dim);
    return block;
  };
  return { rows: values.length, dim, dtype: "float64", read };
}
const refusal = (values: readonly number[]): Promise<string> =>
  checkEmbeddings(source(values), { where: "analyze", argument: "x.npy" }).then(
    () => "accepted",
    ({ code, message }) => `${code} ${message}`,
  );

test("finite rows of positive length pass, however small", async () => {
  expect(await refusal([1, -1, Number.MIN_VALUE, -Number.MAX_VALUE, 1e-200])).toBe("accepted");
});

test("the first row without a direction is named", async () => {
  expect(await refusal([1, 1, 1, 0, Number.NaN])).toBe(
    "E_ZERO_ROW analyze: `x.npy` must be rows of positive length, got zeros in row 3. A zero row has no direction; remove it, and its partner in the other set.",
  );
  expect(await refusal([1, 1, 1, Number.NaN, -0])).toBe(
    "E_NOT_FINITE analyze: `x.npy` must be finite, got NaN in row 3. Remove the row, and its partner in the other set.",
  );
  expect(await refusal([1, Number.NEGATIVE_INFINITY, 0, 1, 1])).toContain("got -Infinity in row 1.");
  expect(await refusal([1, 1, 1, 1, -0])).toContain("got zeros in row 4.");
});

test("it can be stopped, and says how far it is", async () => {
  const done: number[] = [];
  const options = { where: "analyze", argument: "x.npy" };
  await checkEmbeddings(source([1, 1, 1, 1, 1]), { ...options, onProgress: (progress) => done.push(progress.done) });
  expect(done).toEqual([2, 4, 5]);
  const signal = AbortSignal.abort(new Error("stopped"));
  await expect(checkEmbeddings(source([1]), { ...options, signal })).rejects.toThrow("stopped");
});
