import { expect, test } from "vitest";
import { asRowSource, matrixOf, rowMatrix } from "./row-matrix.ts";

test("a matrix keeps its array", () => {
  const data = Float32Array.of(1, 2, 3, 4, 5, 6);
  const matrix = rowMatrix(data, 2, 3);
  expect([matrix.rows, matrix.dim]).toEqual([2, 3]);
  expect(matrix.data).toBe(data);
  expect(rowMatrix(new Float64Array(0), 0, 5).rows).toBe(0);
});

test("nested arrays become float64 rows", () => {
  expect(
    matrixOf([
      [1, 2],
      [3, 0.1],
    ]),
  ).toEqual({ rows: 2, dim: 2, data: Float64Array.of(1, 2, 3, 0.1) });
});

test("refusals", () => {
  expect(() => rowMatrix(new Float64Array(5), 2, 3)).toThrow(
    withMessage("rowMatrix: `matrix.data` must be of length rows·dim = 2·3 = 6, got 5."),
  );
  expect(() => rowMatrix(new Float64Array(3), 1.5, 2)).toThrow(
    withMessage("rowMatrix: `matrix.rows` must be a whole number ≥ 0, got 1.5."),
  );
  expect(() => matrixOf([[1, 2], [3, 4], [5], []])).toThrow(
    withMessage("matrixOf: `nested` must be rows of 2 numbers, got 1 in row 2."),
  );
  expect(() => matrixOf([])).toThrow(
    withMessage(
      "matrixOf: `nested` must be at least one row, got none. " +
        "An empty set of rows is `rowMatrix(new Float64Array(0), 0, dim)`.",
    ),
  );
  expect(() => matrixOf([[]])).toThrow(withMessage("rowMatrix: `matrix.dim` must be a whole number ≥ 1, got 0."));
});

test("a source gives copies of its rows, into an array of the caller's if wanted", async () => {
  const matrix = rowMatrix(Float32Array.of(1, 2, 3, 4, 5, 6), 3, 2);
  const source = asRowSource(matrix);
  expect(source).toMatchObject({ rows: 3, dim: 2, dtype: "float32" });
  expect(asRowSource(matrixOf([[1]])).dtype).toBe("float64");
  const block = await source.read(1, 2);
  expect(block).toEqual(Float32Array.of(3, 4, 5, 6));
  block[0] = 9;
  expect(matrix.data[2]).toBe(3);
  const out = new Float64Array(5).fill(7);
  expect(await source.read(2, 1, out)).toEqual(Float64Array.of(5, 6));
  expect([...out]).toEqual([5, 6, 7, 7, 7]);
  expect(await source.read(3, 0)).toEqual(new Float32Array(0));
});

test("a source refuses rows it does not have", async () => {
  const source = asRowSource(
    matrixOf([
      [1, 2],
      [3, 4],
    ]),
  );
  await expect(source.read(1, 2)).rejects.toThrow(
    withMessage("asRowSource.read: `count` must be at most 2 − start, the number of rows left, got rows 1 … 2."),
  );
  await expect(source.read(-1, 1)).rejects.toThrow(
    withMessage("asRowSource.read: `start` must be a whole number ≥ 0, got -1."),
  );
  await expect(source.read(0, 2, new Float64Array(3))).rejects.toThrow(
    withMessage("asRowSource.read: `out` must be of length ≥ count·dim = 4, got 3."),
  );
});

function withMessage(message: string): unknown {
  return expect.objectContaining({ name: "InputError", code: "E_SHAPE", message });
}
