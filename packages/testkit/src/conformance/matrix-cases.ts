import {
  abs,
  broadcastTo,
  concat,
  type MatMulOptions,
  matMul,
  pad,
  reshape,
  slice,
  type Tensor,
  transpose,
} from "@nce-geometry/tensor";
import { boolArray, floatArray, integerArray, uniformArray } from "./host-array.ts";
import type { OperationCase } from "./operation-case.ts";

const EXACT = 0;

/** Operations that only move elements, and the matrix product. */
export function matrixCases(): OperationCase[] {
  return [
    ...matMulCases(),
    ...reshapeCases(),
    ...transposeCases(),
    ...broadcastCases(),
    ...boxCases(),
    ...concatCases(),
  ];
}

function matMulCases(): OperationCase[] {
  const flags: MatMulOptions[] = [
    {},
    { transposeA: true },
    { transposeB: true },
    { transposeA: true, transposeB: true },
  ];
  const sizes: [number, number, number][] = [
    [3, 4, 5],
    [1, 1, 1],
    [1, 7, 2],
    [17, 33, 9],
    [0, 3, 2],
    [2, 3, 0],
    [2, 0, 3],
  ];
  const finite = flags.flatMap((options) =>
    sizes.map(([n, k, m]) => {
      const a = uniformArray("matMul a", options.transposeA ? [k, n] : [n, k]);
      const b = uniformArray("matMul b", options.transposeB ? [m, k] : [k, m]);
      return {
        operation: "matMul",
        title: `${n} × ${k} × ${m} ${JSON.stringify(options)}`,
        inputs: [a, b],
        run: (x: Tensor, y: Tensor) => matMul(x, y, options),
        ulps: k + 1,
        magnitude: (x: Tensor, y: Tensor) => matMul(abs(x), abs(y), options),
        smooth: true,
      };
    }),
  );
  const rows = floatArray([4, 2], [1, NaN, 1, Infinity, Infinity, -Infinity, 0, 2]);
  const columns = floatArray([2, 2], [1, 0, 1, -1]);
  const run = (x: Tensor, y: Tensor): Tensor => matMul(x, y);
  return [...finite, { operation: "matMul", title: "NaN and ±∞", inputs: [rows, columns], run, ulps: EXACT }];
}

function reshapeCases(): OperationCase[] {
  const shapes: [number[], number[]][] = [
    [
      [2, 6],
      [3, 4],
    ],
    [[6], [1, 6, 1]],
    [[], [1, 1]],
    [[1], []],
    [
      [0, 3],
      [5, 0],
    ],
  ];
  return shapes.flatMap(([from, to]) => [
    {
      operation: "reshape",
      title: `[${from.join(", ")}] to [${to.join(", ")}]`,
      inputs: [uniformArray("reshape", from)],
      run: (x: Tensor) => reshape(x, to),
      ulps: EXACT,
      smooth: true,
    },
  ]);
}

function transposeCases(): OperationCase[] {
  const permutations: [number[], number[] | undefined][] = [
    [[3, 5], undefined],
    [[2, 3, 5], undefined],
    [
      [2, 3, 5],
      [1, 0, 2],
    ],
    [
      [2, 3, 5],
      [2, 0, 1],
    ],
    [[4], [0]],
    [[], []],
    [
      [0, 3],
      [1, 0],
    ],
  ];
  const floats = permutations.map(([shape, permutation]) => ({
    operation: "transpose",
    title: `[${shape.join(", ")}] by ${permutation ? `[${permutation.join(", ")}]` : "default"}`,
    inputs: [uniformArray("transpose", shape)],
    run: (x: Tensor) => transpose(x, permutation),
    ulps: EXACT,
    smooth: true,
  }));
  const integers = integerArray([2, 3], [1, 2, 3, 4, 5, 6]);
  const bools = boolArray([2, 2], [0, 1, 0, 0]);
  const run = (x: Tensor): Tensor => transpose(x);
  return [
    ...floats,
    { operation: "transpose", title: "int32", inputs: [integers], run, ulps: EXACT },
    { operation: "transpose", title: "bool", inputs: [bools], run, ulps: EXACT },
  ];
}

function broadcastCases(): OperationCase[] {
  const shapes: [number[], number[]][] = [
    [[], [2, 3]],
    [
      [1, 3],
      [4, 3],
    ],
    [
      [2, 1, 3],
      [2, 5, 3],
    ],
    [
      [1, 1],
      [0, 2],
    ],
    [[3], [3]],
  ];
  return shapes.map(([from, to]) => ({
    operation: "broadcastTo",
    title: `[${from.join(", ")}] to [${to.join(", ")}]`,
    inputs: [uniformArray("broadcastTo", from)],
    run: (x: Tensor) => broadcastTo(x, to),
    ulps: EXACT,
    smooth: true,
  }));
}

function boxCases(): OperationCase[] {
  const boxes: [number[], number[], number[]][] = [
    [[7], [2], [3]],
    [
      [4, 5],
      [1, 0],
      [2, 5],
    ],
    [
      [3, 4, 5],
      [2, 1, 0],
      [1, 2, 3],
    ],
    [
      [4, 5],
      [1, 2],
      [0, 3],
    ],
    [[], [], []],
  ];
  return boxes.flatMap(([shape, begin, size]) => [
    {
      operation: "slice",
      title: `[${shape.join(", ")}] from [${begin.join(", ")}], [${size.join(", ")}]`,
      inputs: [uniformArray("slice", shape)],
      run: (x: Tensor) => slice(x, begin, size),
      ulps: EXACT,
      smooth: true,
    },
    {
      operation: "pad",
      title: `[${size.join(", ")}] by [${begin.join(", ")}] and its reverse`,
      inputs: [uniformArray("pad", size)],
      run: (x: Tensor) => pad(x, begin, begin.toReversed()),
      ulps: EXACT,
      smooth: true,
    },
  ]);
}

function concatCases(): OperationCase[] {
  const joins: [number[][], number][] = [
    [[[2], [3]], 0],
    [
      [
        [2, 3],
        [1, 3],
        [4, 3],
      ],
      0,
    ],
    [
      [
        [2, 3],
        [2, 0],
        [2, 1],
      ],
      1,
    ],
    [
      [
        [2, 1, 3],
        [2, 2, 3],
      ],
      -2,
    ],
    [[[2, 3]], 0],
  ];
  const floats = joins.map(([shapes, axis]) => ({
    operation: "concat",
    title: `${shapes.map((shape) => `[${shape.join(", ")}]`).join(" and ")} along ${axis}`,
    inputs: shapes.map((shape, index) => uniformArray(`concat ${index}`, shape)),
    run: (...xs: Tensor[]) => concat(xs, { axis }),
    ulps: EXACT,
    smooth: true,
  }));
  const bools = [boolArray([2], [0, 1]), boolArray([1], [1])];
  return [...floats, { operation: "concat", title: "bool", inputs: bools, run: (...xs) => concat(xs), ulps: EXACT }];
}
