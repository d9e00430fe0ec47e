import { describe, expect, test } from "vitest";
import { refusal, values } from "../../test/support.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import { arange, eye, fromArray, fromData, full, ones, scalar, zeros } from "./create.ts";

const backend = referenceBackend();

test("nested arrays give numbers and shape, row-major", () => {
  const x = fromArray(backend, [
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect([x.shape, x.dtype, values(x)]).toEqual([[2, 3], "float64", [1, 2, 3, 4, 5, 6]]);
  expect(fromArray(backend, 3).shape).toEqual([]);
  expect(fromArray(backend, []).shape).toEqual([0]);
  expect(fromArray(backend, [[], []]).shape).toEqual([2, 0]);
});

test("ragged arrays are refused", () => {
  const hint = "All arrays of one level have the same length.";
  expect(refusal(() => fromArray(backend, [[1, 2], [3]]))).toBe(
    `E_SHAPE fromArray: \`values\` must be an array of length 2 at depth 1, got an array of length 1. ${hint}`,
  );
  expect(refusal(() => fromArray(backend, [[1, 2], 3]))).toBe(
    `E_SHAPE fromArray: \`values\` must be an array of length 2 at depth 1, got a number. ${hint}`,
  );
  expect(refusal(() => fromArray(backend, [1, [2]]))).toBe(
    `E_SHAPE fromArray: \`values\` must be a number at depth 1, got an array of length 1. ${hint}`,
  );
});

test("host arrays are copied and keep their type", () => {
  const data = Float64Array.of(1, 2);
  const x = fromData(backend, data, [2]);
  data[0] = 9;
  expect(values(x)).toEqual([1, 2]);
  expect(fromData(backend, Float32Array.of(0.5), [1]).dtype).toBe("float64");
  expect(fromData(backend, Int32Array.of(3), [1]).dtype).toBe("int32");
  expect(fromData(backend, Uint8Array.of(1), [1]).dtype).toBe("bool");
});

test("what is read back is a copy as well", async () => {
  const x = fromArray(backend, [1, 2]);
  x.dataSync()[0] = 9;
  (await x.data())[1] = 9;
  expect(values(x)).toEqual([1, 2]);
});

describe("messages", () => {
  test("length and shape", () => {
    expect(refusal(() => fromData(backend, Float64Array.of(1, 2), [3]))).toBe(
      "E_SHAPE fromData: `data` must be of length 3, the product of [3], got length 2.",
    );
    expect(refusal(() => zeros(backend, [1.5]))).toBe(
      "E_SHAPE zeros: `shape` must be a list of non-negative integers, got [1.5].",
    );
  });

  test("the first number that does not fit the type is named", () => {
    expect(refusal(() => fromArray(backend, [1, 2.5], { dtype: "int32" }))).toBe(
      "E_DTYPE fromArray: `values` must be an integer of 32 bits for int32, got 2.5 at position 1.",
    );
    expect(refusal(() => fromData(backend, Int32Array.of(0, 1, 2), [3], { dtype: "bool" }))).toBe(
      "E_DTYPE fromData: `data` must be 0 or 1 for bool, got 2 at position 2.",
    );
    expect(refusal(() => scalar(backend, 2 ** 31, { dtype: "int32" }))).toBe(
      "E_DTYPE scalar: `value` must be an integer of 32 bits for int32, got 2147483648.",
    );
  });

  test("the other float type does not exist here", () => {
    expect(refusal(() => full(backend, [2], 1, { dtype: "float32" }))).toBe(
      "E_DTYPE full: `dtype` must be float64, int32 or bool on backend reference, got float32.",
    );
  });

  test("counts", () => {
    expect(refusal(() => eye(backend, -1))).toBe("E_OPTION eye: `n` must be a non-negative integer, got -1.");
    expect(refusal(() => arange(backend, 1.5))).toBe("E_OPTION arange: `n` must be a non-negative integer, got 1.5.");
  });
});

test("constants", () => {
  expect(values(zeros(backend, [2, 2]))).toEqual([0, 0, 0, 0]);
  expect(values(ones(backend, [2], { dtype: "int32" }))).toEqual([1, 1]);
  expect(values(full(backend, [2], -0.5))).toEqual([-0.5, -0.5]);
  expect(values(eye(backend, 3))).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  expect([arange(backend, 3).dtype, values(arange(backend, 3))]).toEqual(["int32", [0, 1, 2]]);
  expect([values(eye(backend, 0)), values(arange(backend, 0))]).toEqual([[], []]);
});
