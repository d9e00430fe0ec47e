import {
  abs,
  add,
  atan2,
  cast,
  cos,
  div,
  equal,
  exp,
  expm1,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  log1p,
  logicalAnd,
  logicalNot,
  logicalOr,
  maximum,
  minimum,
  mul,
  neg,
  notEqual,
  pow,
  sigmoid,
  sign,
  sin,
  softplus,
  sqrt,
  square,
  sub,
  type Tensor,
  tanh,
  where,
} from "@nce-geometry/tensor";
import { boolArray, distinctArray, floatArray, type HostArray, integerArray, uniformArray } from "./host-array.ts";
import type { OperationCase } from "./operation-case.ts";

/** An elementary function of a good library errs by at most two ulps; the reference and the final rounding add one each. */
const ELEMENTARY = 4;
/** IEEE arithmetic rounds once; the reference once more. */
const ARITHMETIC = 2;
const EXACT = 0;

const SPECIAL: readonly number[] = [0, -0, 1.5, -2.5, 1e30, -1e30, 1e-30, -1e-30, Infinity, -Infinity, NaN];
const SPECIAL_LABEL = "0, −0, huge, tiny, ±∞, NaN";

interface UnarySpec {
  readonly fn: (x: Tensor) => Tensor;
  readonly low?: number;
  readonly high?: number;
  readonly ulps?: number;
  readonly magnitude?: (x: Tensor) => Tensor;
  /** Where a float32 library may do as it likes. */
  readonly special?: readonly number[];
}

const one = (x: Tensor): Tensor => add(mul(x, 0), 1);
const moderate = SPECIAL.filter((value) => Math.abs(value) !== 1e30);

const UNARY: Readonly<Record<string, UnarySpec>> = {
  neg: { fn: neg, ulps: EXACT },
  abs: { fn: abs, ulps: EXACT },
  sign: { fn: sign, ulps: EXACT },
  exp: { fn: exp, low: -20, high: 20 },
  expm1: { fn: expm1 },
  log: { fn: log, low: 0.01, high: 30 },
  log1p: { fn: log1p, low: -0.99, high: 3 },
  sqrt: { fn: sqrt, low: 0.01, high: 30, ulps: ARITHMETIC },
  // Relative to 1 and not to the result, which is small by cancellation near multiples of π; huge angles reduce badly.
  sin: { fn: sin, low: -7, high: 7, magnitude: one, special: moderate },
  cos: { fn: cos, low: -7, high: 7, magnitude: one, special: moderate },
  tanh: { fn: tanh, low: -3, high: 3 },
  sigmoid: { fn: sigmoid, low: -15, high: 15 },
  softplus: { fn: softplus, low: -15, high: 15 },
  square: { fn: square, ulps: ARITHMETIC },
};

const BINARY: Readonly<Record<string, (a: Tensor | number, b: Tensor | number) => Tensor>> = {
  add,
  sub,
  mul,
  div,
  pow,
  atan2,
  maximum,
  minimum,
};

const COMPARE: Readonly<Record<string, (a: Tensor | number, b: Tensor | number) => Tensor>> = {
  equal,
  notEqual,
  less,
  lessEqual,
  greater,
  greaterEqual,
};

export function elementwiseCases(): OperationCase[] {
  return [
    ...Object.entries(UNARY).flatMap(([name, spec]) => unaryCases(name, spec)),
    ...Object.entries(BINARY).flatMap(([name, fn]) => [...binaryCases(name, fn), specialPairs(name, fn)]),
    ...["add", "sub", "mul", "maximum", "minimum"].map((name) => integerCase(name, BINARY[name]!)),
    ...Object.entries(COMPARE).flatMap(([name, fn]) => compareCases(name, fn)),
    ...logicCases(),
    ...whereCases(),
    ...castCases(),
  ];
}

function unaryCases(operation: string, spec: UnarySpec): OperationCase[] {
  const { fn, low = -2, high = 2, ulps = ELEMENTARY, magnitude, special = SPECIAL } = spec;
  const common = { operation, run: fn, ulps, ...(magnitude && { magnitude }) };
  const shapes = [[], [5], [3, 0], [3, 7], [2, 3, 5]];
  return [
    ...shapes.map((shape) => {
      const inputs = [uniformArray(operation, shape, low, high)];
      return { ...common, title: describeShapes(inputs), inputs, smooth: operation !== "sign" };
    }),
    { operation, run: fn, ulps, title: SPECIAL_LABEL, inputs: [floatArray([special.length], special)] },
  ];
}

function binaryCases(operation: string, fn: (a: Tensor | number, b: Tensor | number) => Tensor): OperationCase[] {
  const ulps = operation === "pow" || operation === "atan2" ? ELEMENTARY : ARITHMETIC;
  const low = operation === "pow" ? 0.25 : -2;
  const pairs: [number[], number[]][] = [
    [[], []],
    [[4], [4]],
    [
      [3, 5],
      [3, 5],
    ],
    [
      [3, 1],
      [1, 5],
    ],
    [[3, 5], []],
    [[], [3, 5]],
    [
      [2, 1, 3],
      [1, 4, 3],
    ],
    [
      [0, 3],
      [1, 3],
    ],
  ];
  const tensors = pairs.map(([left, right]) => {
    const inputs = [uniformArray(`${operation} a`, left, low), uniformArray(`${operation} b`, right, 0.25)];
    return { operation, title: describeShapes(inputs), inputs, run: fn, ulps, smooth: true };
  });
  const x = uniformArray(`${operation} x`, [3, 2], 0.25);
  return [
    ...tensors,
    { operation, title: "[3, 2] and a number", inputs: [x], run: (a: Tensor) => fn(a, 1.125), ulps, smooth: true },
    { operation, title: "a number and [3, 2]", inputs: [x], run: (b: Tensor) => fn(1.125, b), ulps, smooth: true },
  ];
}

/** Every special value against every other, on a grid. */
function specialPairs(operation: string, fn: (a: Tensor, b: Tensor) => Tensor): OperationCase {
  const n = SPECIAL.length;
  const inputs = [floatArray([n, 1], SPECIAL), floatArray([1, n], SPECIAL)];
  return { operation, title: `pairs of ${SPECIAL_LABEL}`, inputs, run: fn, ulps: ELEMENTARY };
}

function integerCase(operation: string, fn: (a: Tensor, b: Tensor) => Tensor): OperationCase {
  const inputs = [integerArray([2, 3], [7, -5, 0, 2, 1000003, -1]), integerArray([1, 3], [3, -5, 2])];
  return { operation, title: "int32", inputs, run: fn, ulps: EXACT };
}

function compareCases(operation: string, fn: (a: Tensor | number, b: Tensor | number) => Tensor): OperationCase[] {
  const n = SPECIAL.length;
  const common = { operation, run: fn, ulps: EXACT };
  const x = distinctArray("compare", [3, 5]);
  return [
    {
      ...common,
      title: `pairs of ${SPECIAL_LABEL}`,
      inputs: [floatArray([n, 1], SPECIAL), floatArray([1, n], SPECIAL)],
    },
    { ...common, title: "scalars", inputs: [floatArray([], [2]), floatArray([], [2])] },
    { ...common, title: "empty", inputs: [floatArray([0, 2], []), floatArray([1, 2], [1, 2])] },
    { ...common, title: "int32", inputs: [integerArray([4], [1, 2, -3, 4]), integerArray([4], [2, 2, -4, 4])] },
    { ...common, title: "with a number", inputs: [x], run: (a: Tensor) => fn(a, x.values[7]!) },
  ];
}

function logicCases(): OperationCase[] {
  const left = boolArray([2, 2], [0, 0, 1, 1]);
  const right = boolArray([2, 2], [0, 1, 0, 1]);
  const row = boolArray([1, 2], [0, 1]);
  return [
    { operation: "logicalNot", title: "truth table", inputs: [row], run: logicalNot, ulps: EXACT },
    { operation: "logicalAnd", title: "truth table", inputs: [left, right], run: logicalAnd, ulps: EXACT },
    { operation: "logicalAnd", title: "broadcast", inputs: [left, row], run: logicalAnd, ulps: EXACT },
    { operation: "logicalOr", title: "truth table", inputs: [left, right], run: logicalOr, ulps: EXACT },
    { operation: "logicalOr", title: "broadcast", inputs: [row, left], run: logicalOr, ulps: EXACT },
  ];
}

function whereCases(): OperationCase[] {
  const condition = boolArray([2, 3], [1, 0, 1, 0, 0, 1]);
  const a = uniformArray("where a", [2, 3]);
  const b = uniformArray("where b", [2, 3]);
  const poison = floatArray([2, 3], [NaN, Infinity, -Infinity, NaN, NaN, Infinity]);
  const common = { operation: "where", ulps: EXACT };
  const choose = (x: Tensor, y: Tensor, c: Tensor): Tensor => where(c, x, y);
  const row = uniformArray("where row", [1, 3]);
  return [
    { ...common, title: "equal shapes", inputs: [a, b, condition], run: choose, smooth: true },
    { ...common, title: "broadcast", inputs: [row, b, boolArray([2, 1], [1, 0])], run: choose, smooth: true },
    { ...common, title: "with numbers", inputs: [a, condition], run: (x, c) => where(c, x, -1), smooth: true },
    { ...common, title: "NaN and ±∞ in the branch not taken", inputs: [poison, b, condition], run: choose },
    {
      ...common,
      title: "scalars",
      inputs: [floatArray([], [1]), floatArray([], [2]), boolArray([], [0])],
      run: choose,
    },
    { ...common, title: "empty", inputs: [floatArray([0], []), floatArray([0], []), boolArray([0], [])], run: choose },
    {
      ...common,
      title: "int32",
      inputs: [integerArray([2], [1, 2]), integerArray([2], [3, 4]), boolArray([2], [0, 1])],
      run: choose,
    },
  ];
}

function castCases(): OperationCase[] {
  const floats = floatArray([7], [0, -0.75, 1.75, -1.25, 100000.5, -7, 0.5]);
  const integers = integerArray([4], [0, -3, 7, 16777216]);
  const bools = boolArray([2], [0, 1]);
  const common = { operation: "cast", ulps: EXACT };
  const toFloat = (x: Tensor): Tensor => cast(x, x.backend.floatType);
  return [
    { ...common, title: "float to int32, towards zero", inputs: [floats], run: (x) => cast(x, "int32") },
    { ...common, title: "float to bool", inputs: [floats], run: (x) => cast(x, "bool") },
    {
      ...common,
      title: "±∞, NaN and tiny to bool",
      inputs: [floatArray([4], [Infinity, -Infinity, NaN, 1e-30])],
      run: (x) => cast(x, "bool"),
    },
    { ...common, title: "int32 to float", inputs: [integers], run: toFloat },
    { ...common, title: "int32 to bool", inputs: [integers], run: (x) => cast(x, "bool") },
    { ...common, title: "bool to float", inputs: [bools], run: toFloat },
    { ...common, title: "bool to int32", inputs: [bools], run: (x) => cast(x, "int32") },
    { ...common, title: "float to float", inputs: [floats], run: toFloat, smooth: true },
  ];
}

export function describeShapes(inputs: readonly HostArray[]): string {
  return inputs.map(({ shape }) => `[${shape.join(", ")}]`).join(" and ");
}
