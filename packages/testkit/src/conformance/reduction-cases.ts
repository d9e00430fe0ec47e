import {
  abs,
  add,
  logMeanExp,
  logSoftmax,
  logSumExp,
  max,
  mean,
  min,
  type ReduceOptions,
  sizeOf,
  softmax,
  sum,
  type Tensor,
} from "@nce-geometry/tensor";
import { distinctArray, floatArray, type HostArray, integerArray, uniformArray } from "./host-array.ts";
import type { OperationCase } from "./operation-case.ts";

type Reduction = (x: Tensor, options?: ReduceOptions) => Tensor;

const EXACT = 0;
const { NaN: NAN, POSITIVE_INFINITY: INFINITY } = Number;

/** Shapes and axes; an absent axis reduces everything. */
const LAYOUTS: readonly { shape: readonly number[]; options: ReduceOptions }[] = [
  { shape: [], options: {} },
  { shape: [1], options: {} },
  { shape: [7], options: { axis: 0 } },
  { shape: [3, 5], options: {} },
  { shape: [3, 5], options: { axis: 0 } },
  { shape: [3, 5], options: { axis: 1, keepDims: true } },
  { shape: [3, 5], options: { axis: -2 } },
  { shape: [2, 3, 5], options: { axis: [0, 2] } },
  { shape: [2, 3, 5], options: { axis: 1 } },
  { shape: [2, 3, 5], options: { axis: [2, 0], keepDims: true } },
  { shape: [1, 129], options: { axis: 1 } },
  { shape: [2, 0, 3], options: { axis: 0 } },
];

const EMPTY_AXIS: { shape: readonly number[]; options: ReduceOptions } = { shape: [2, 0], options: { axis: 1 } };

/** One row per kind of trouble. */
const TROUBLE = floatArray(
  [7, 3],
  [
    [1, NAN, 2],
    [1, INFINITY, 2],
    [1, -INFINITY, 2],
    [INFINITY, 1, -INFINITY],
    [-INFINITY, -INFINITY, -INFINITY],
    [INFINITY, INFINITY, INFINITY],
    [0, -0, 0],
  ].flat(),
);

export function reductionCases(): OperationCase[] {
  return [
    ...sumCases("sum", sum),
    ...sumCases("mean", mean),
    ...extremeCases("max", max),
    ...extremeCases("min", min),
    ...logSumCases("logSumExp", logSumExp),
    ...logSumCases("logMeanExp", logMeanExp),
    ...softmaxCases("softmax", softmax),
    ...softmaxCases("logSoftmax", logSoftmax),
    ...integerCases(),
  ];
}

function sumCases(operation: string, fn: Reduction): OperationCase[] {
  const layouts = [...LAYOUTS, EMPTY_AXIS].map(({ shape, options }) => ({
    ...caseOf(operation, fn, uniformArray(operation, shape), options),
    ulps: sizeOf(shape) + 2,
    magnitude: (x: Tensor) => fn(abs(x), options),
    smooth: !shape.includes(0),
  }));
  return [...layouts, troubleCase(operation, fn, EXACT)];
}

function extremeCases(operation: string, fn: Reduction): OperationCase[] {
  const layouts = LAYOUTS.map(({ shape, options }) => ({
    ...caseOf(operation, fn, distinctArray(operation, shape), options),
    smooth: !shape.includes(0),
  }));
  return [
    ...layouts,
    caseOf(operation, fn, uniformArray(operation, EMPTY_AXIS.shape), EMPTY_AXIS.options),
    { ...caseOf(operation, fn, floatArray([2, 3], [1, 3, 3, 2, 2, 2]), { axis: 1 }), title: "ties" },
    troubleCase(operation, fn, EXACT),
  ];
}

function logSumCases(operation: string, fn: Reduction): OperationCase[] {
  const layouts = [...LAYOUTS, EMPTY_AXIS].map(({ shape, options }) => ({
    ...caseOf(operation, fn, uniformArray(operation, shape, -5, 5), options),
    // exp, sum, log and two additions, relative to the largest exponent or to the logarithm of the count.
    ulps: sizeOf(shape) + 6,
    magnitude: (x: Tensor) => add(max(abs(x), options), 1),
    smooth: !shape.includes(0),
  }));
  const far = floatArray([3, 3], [80, -80, 0, -3000, -3001, -3002, 3000, 3001, -3002]);
  return [
    ...layouts,
    ...(operation === "logSumExp" ? [nearlyDecided(operation, fn)] : []),
    {
      ...caseOf(operation, fn, far, { axis: 1 }),
      title: "exponents that would overflow or underflow",
      ulps: 8,
      magnitude: (x) => max(abs(x), { axis: 1 }),
    },
    troubleCase(operation, fn, 8),
  ];
}

function softmaxCases(operation: string, fn: (x: Tensor, options?: { axis?: number }) => Tensor): OperationCase[] {
  const layouts: { shape: number[]; options: { axis?: number } }[] = [
    { shape: [4], options: {} },
    { shape: [3, 5], options: {} },
    { shape: [3, 5], options: { axis: 0 } },
    { shape: [2, 3, 5], options: { axis: 1 } },
    { shape: [0, 3], options: {} },
  ];
  const finite = layouts.map(({ shape, options }) => ({
    operation,
    title: `[${shape.join(", ")}] ${JSON.stringify(options)}`,
    inputs: [uniformArray(operation, shape, -5, 5)],
    run: (x: Tensor) => fn(x, options),
    // An error of the exponent, at most 10 in size, is one of the probability ten times as large.
    ulps: 10 * (sizeOf(shape) + 6),
    smooth: true,
  }));
  const certain = floatArray([2, 3], [0, -INFINITY, -1000, 1, 1, -INFINITY]);
  const title = "certain and excluded outcomes";
  const decided = operation === "logSoftmax" ? [nearlyDecided(operation, fn)] : [];
  return [...finite, ...decided, { operation, title, inputs: [certain], run: (x: Tensor) => fn(x), ulps: 8 }];
}

/** Results near 0, like the loss of a pair that is told apart, keep their relative accuracy. */
function nearlyDecided(operation: string, fn: (x: Tensor, options: { axis: number }) => Tensor): OperationCase {
  const inputs = [floatArray([3, 3], [0, -20, -25, -40, 0, -41, -12, -13, 0])];
  return { operation, title: "nearly decided", inputs, run: (x: Tensor) => fn(x, { axis: 1 }), ulps: 12 };
}

function integerCases(): OperationCase[] {
  const x = integerArray([2, 3], [5, -7, 0, 2147483, -2147483, 9]);
  const reductions: [string, Reduction][] = [
    ["sum", sum],
    ["max", max],
    ["min", min],
  ];
  return reductions.flatMap(([operation, fn]) => [
    { ...caseOf(operation, fn, x, {}), title: "int32, all" },
    { ...caseOf(operation, fn, x, { axis: 1 }), title: "int32, rows" },
  ]);
}

function troubleCase(operation: string, fn: Reduction, ulps: number): OperationCase {
  return { ...caseOf(operation, fn, TROUBLE, { axis: 1 }), title: "rows with NaN, ±∞ and −0", ulps };
}

function caseOf(operation: string, fn: Reduction, input: HostArray, options: ReduceOptions): OperationCase {
  const title = `[${input.shape.join(", ")}] ${JSON.stringify(options)}`;
  return { operation, title, inputs: [input], run: (x) => fn(x, options), ulps: EXACT };
}
