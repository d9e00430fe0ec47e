import { expect, test } from "vitest";
import { broadcastStrides, copyStrided, forEachRun, writeStrided } from "./strided.ts";

const runsOf = (shape: readonly number[], strides: readonly (readonly number[])[]): unknown[] => {
  const runs: unknown[] = [];
  forEachRun(shape, strides, (length, steps, offsets) => runs.push([length, [...steps], [...offsets]]));
  return runs;
};

test("equal dense operands make one run", () => {
  expect(
    runsOf(
      [2, 3, 4],
      [
        [12, 4, 1],
        [12, 4, 1],
      ],
    ),
  ).toEqual([[24, [1, 1], [0, 0]]]);
});

test("axes of size 1 never interrupt a run, and a scalar is one run", () => {
  expect(runsOf([2, 1, 3], [[3, 99, 1]])).toEqual([[6, [1], [0]]]);
  expect(runsOf([], [[]])).toEqual([[1, [1], [0]]]);
});

test("a stretched row makes one run per row, a stretched column steps by 0", () => {
  expect(runsOf([2, 3], [[3, 1], broadcastStrides([1, 3], [2, 3])])).toEqual([
    [3, [1, 1], [0, 0]],
    [3, [1, 1], [3, 0]],
  ]);
  expect(runsOf([2, 3], [broadcastStrides([2, 1], [2, 3])])).toEqual([
    [3, [0], [0]],
    [3, [0], [1]],
  ]);
});

test("an empty shape makes no run", () => {
  expect(runsOf([2, 0], [[0, 1]])).toEqual([]);
});

test("reading with strides and writing with the same strides are inverse", () => {
  const source = Float64Array.from({ length: 24 }, (_, i) => i);
  // The permutation (2, 0, 1) of [2, 3, 4].
  const [shape, strides] = [
    [4, 2, 3],
    [1, 12, 4],
  ];
  const copy = copyStrided(source, 0, shape!, strides!, new Float64Array(24));
  expect(Array.from(copy.subarray(0, 6))).toEqual([0, 4, 8, 12, 16, 20]);
  const back = new Float64Array(24);
  writeStrided(copy, shape!, strides!, 0, back);
  expect(back).toEqual(source);
});
