import { abs, gather, scatterAdd, sort, type Tensor, topK } from "@nce-geometry/tensor";
import { distinctArray, floatArray, type HostArray, integerArray, uniformArray } from "./host-array.ts";
import type { OperationCase } from "./operation-case.ts";

const EXACT = 0;

export function indexingCases(): OperationCase[] {
  return [...gatherCases(), ...scatterCases(), ...topKCases(), ...sortCases()];
}

function gatherCases(): OperationCase[] {
  const plans: [number[], number[]][] = [
    [[5], [4, 0, 0, 2]],
    [
      [3, 4],
      [2, 2, 0],
    ],
    [[3, 2, 5], [1]],
    [[3, 4], []],
    [
      [3, 0],
      [1, 1],
    ],
  ];
  return plans.map(([shape, at]) => ({
    operation: "gather",
    title: `[${shape.join(", ")}] at [${at.join(", ")}]`,
    inputs: [uniformArray("gather", shape), integerArray([at.length], at)],
    run: gather,
    ulps: EXACT,
    smooth: true,
  }));
}

function scatterCases(): OperationCase[] {
  const plans: [number[], number[], number][] = [
    [[4], [4, 0, 0, 2], 5],
    [[3, 4], [2, 2, 0], 3],
    [[3, 4], [1, 1, 1], 2],
    [[2, 2, 5], [1, 0], 4],
    [[0, 4], [], 3],
    [[2, 0], [1, 1], 2],
  ];
  const floats = plans.map(([shape, at, rows]) => ({
    operation: "scatterAdd",
    title: `[${shape.join(", ")}] at [${at.join(", ")}] of ${rows}`,
    inputs: [uniformArray("scatterAdd", shape), integerArray([at.length], at)],
    run: (updates: Tensor, indices: Tensor) => scatterAdd(indices, updates, { rows }),
    // No row receives more than three updates of at most 2 in size; see the magnitude.
    ulps: 4,
    magnitude: (updates: Tensor, indices: Tensor) => scatterAdd(indices, abs(updates), { rows }),
    smooth: true,
  }));
  const special = floatArray([4, 1], [NaN, Infinity, 1, -Infinity]);
  return [
    ...floats,
    {
      operation: "scatterAdd",
      title: "NaN and ±∞ stay in their rows",
      inputs: [special, integerArray([4], [0, 1, 3, 4])],
      run: (updates, indices) => scatterAdd(indices, updates, { rows: 6 }),
      ulps: EXACT,
    },
  ];
}

function topKCases(): OperationCase[] {
  const plans: [number[], number][] = [
    [[7], 3],
    [[3, 5], 1],
    [[3, 5], 5],
    [[2, 3, 4], 2],
    [[0, 4], 2],
    [[1], 1],
  ];
  return [
    ...plans.map(([shape, k]) => ({ ...topKCase(distinctArray("topK", shape), k), smooth: true })),
    { ...topKCase(floatArray([2, 5], [1, 3, 3, 2, 3, 0, 0, 0, 0, 0]), 4), title: "ties: the lower index first" },
    { ...topKCase(floatArray([5], [-Infinity, 2, Infinity, -3, Infinity]), 5), title: "±∞" },
    { ...topKCase(integerArray([2, 3], [4, 9, -1, 7, 7, 8]), 2), title: "int32" },
  ];
}

function topKCase(input: HostArray, k: number): OperationCase {
  const run = (x: Tensor): Tensor[] => {
    const { values, indices } = topK(x, { k });
    return [values, indices];
  };
  return { operation: "topK", title: `${k} of [${input.shape.join(", ")}]`, inputs: [input], run, ulps: EXACT };
}

function sortCases(): OperationCase[] {
  const arrays: [string, HostArray, boolean][] = [
    ["[7]", distinctArray("sort", [7]), true],
    ["[2, 3, 5]", distinctArray("sort", [2, 3, 5]), true],
    ["[3, 0]", floatArray([3, 0], []), true],
    ["ties and ±∞", floatArray([7], [2, -Infinity, 1, 2, Infinity, 1, -1]), false],
    ["int32", integerArray([5], [3, -2147483648, 0, 2147483647, 3]), false],
  ];
  return arrays.flatMap(([title, input, smooth]) =>
    [false, true].map((descending) => ({
      operation: "sort",
      title: `${title}, ${descending ? "descending" : "ascending"}`,
      inputs: [input],
      run: (x: Tensor) => sort(x, { descending }),
      ulps: EXACT,
      smooth,
    })),
  );
}
