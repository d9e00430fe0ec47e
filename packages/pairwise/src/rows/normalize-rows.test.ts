import { createRandom } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { normalizedRowSource, normalizeRowMatrix } from "./normalize-rows.ts";
import { asRowSource, matrixOf, rowMatrix } from "./row-matrix.ts";

const EPSILON = 2 ** -52;
const random = createRandom("normalize rows");

describe("normalizeRowMatrix", () => {
  test("3-4-5, axes and signs", () => {
    const unit = normalizeRowMatrix(
      matrixOf([
        [3, 4],
        [0, -7],
        [1e-3, 0],
      ]),
    );
    expect([...unit.data]).toEqual([0.6, 0.8, 0, -1, 1, 0]);
  });

  test.each([1, 1e-300, 1e-160, 1e160, 1e300])("rows of size %d have length 1 and keep their direction", (size) => {
    const dim = 40;
    const row = random.split("row").normal(dim);
    const unit = normalizeRowMatrix(
      rowMatrix(
        row.map((v) => v * size),
        1,
        dim,
      ),
    ).data;
    const squared = Float64Array.from(unit).reduce((sum, v) => sum + v * v, 0);
    expectClose(squared, 1, { ulps: 2 * dim, epsilon: EPSILON });
    const norm = Math.hypot(...row);
    expectAllClose(
      unit,
      row.map((v) => v / norm),
      { ulps: dim, epsilon: EPSILON },
    );
  });

  test("the smallest and the largest numbers", () => {
    const { MIN_VALUE, MAX_VALUE } = Number;
    const unit = normalizeRowMatrix(
      matrixOf([
        [MIN_VALUE, -MIN_VALUE],
        [MAX_VALUE, MAX_VALUE],
      ]),
    );
    const expected = [Math.SQRT1_2, -Math.SQRT1_2, Math.SQRT1_2, Math.SQRT1_2];
    expectAllClose(unit.data, expected, { ulps: 2, epsilon: EPSILON });
  });

  test("float32 rows are divided in float64", () => {
    const unit = normalizeRowMatrix(rowMatrix(Float32Array.of(1, 1), 1, 2));
    expect(unit.data).toBeInstanceOf(Float64Array);
    expectClose(unit.data[0]!, Math.SQRT1_2, { ulps: 1, epsilon: EPSILON });
  });

  test("a zero row is refused by name, or kept", () => {
    const rows = matrixOf([
      [1, 0],
      [0, 0],
      [0, 0],
    ]);
    expect(() => normalizeRowMatrix(rows)).toThrow(
      withMessage(
        "E_ZERO_ROW",
        "normalizeRowMatrix: `matrix` must be rows of positive length, got zeros in row 1. " +
          'A zero row has no direction; remove it, or pass { zeroRows: "keep" } to leave it zero.',
      ),
    );
    expect([...normalizeRowMatrix(rows, { zeroRows: "keep" }).data]).toEqual([1, 0, 0, 0, 0, 0]);
  });

  test("NaN and ∞ are refused by name, whatever is done with zero rows", () => {
    const bad = (value: number) => () =>
      normalizeRowMatrix(
        matrixOf([
          [1, 0],
          [2, value],
        ]),
        { zeroRows: "keep" },
      );
    expect(bad(Number.NaN)).toThrow(
      withMessage("E_NOT_FINITE", "normalizeRowMatrix: `matrix` must be finite, got NaN in row 1."),
    );
    expect(bad(Number.NEGATIVE_INFINITY)).toThrow(
      withMessage("E_NOT_FINITE", "normalizeRowMatrix: `matrix` must be finite, got -Infinity in row 1."),
    );
  });
});

describe("normalizedRowSource", () => {
  test("gives the rows of the normalised matrix, block by block", async () => {
    const matrix = rowMatrix(Float32Array.from(random.split("source").normal(7 * 3)), 7, 3);
    const unit = normalizeRowMatrix(matrix);
    const source = normalizedRowSource(asRowSource(matrix));
    expect(source).toMatchObject({ rows: 7, dim: 3, dtype: "float64" });
    expect(await source.read(2, 4)).toEqual(unit.data.slice(6, 18));
    const out = new Float64Array(20);
    expect(await source.read(5, 2, out)).toEqual(unit.data.slice(15));
    expect(out.subarray(0, 6)).toEqual(unit.data.slice(15));
  });

  test("names a bad row by its index in the source", async () => {
    const source = normalizedRowSource(asRowSource(matrixOf([[1], [2], [0], [Number.NaN]])));
    await expect(source.read(1, 2)).rejects.toThrow(
      withMessage(
        "E_ZERO_ROW",
        "normalizedRowSource.read: `source` must be rows of positive length, got zeros in row 2. " +
          'A zero row has no direction; remove it, or pass { zeroRows: "keep" } to leave it zero.',
      ),
    );
    await expect(source.read(3, 1)).rejects.toThrow(
      withMessage("E_NOT_FINITE", "normalizedRowSource.read: `source` must be finite, got NaN in row 3."),
    );
  });
});

function withMessage(code: string, message: string): unknown {
  return expect.objectContaining({ name: "InputError", code, message });
}
