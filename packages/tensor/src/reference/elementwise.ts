// Element-wise kernels. Arithmetic has loops of its own, because one loop shared by many functions is not inlined.

import type { BinaryOp, CompareOp, UnaryOp } from "../backend.ts";
import { rowMajorStrides, sizeOf } from "../shape.ts";
import type { Shape } from "../tensor.ts";
import type { ReferenceData } from "./reference-tensor.ts";
import { broadcastStrides, flatStride, forEachRun } from "./strided.ts";

/** An operand as the kernels read it. */
export interface Operand {
  readonly data: ReferenceData;
  readonly shape: Shape;
}

export function applyUnary(op: UnaryOp, x: Float64Array): Float64Array {
  const fn = unaryFunctions[op];
  const out = new Float64Array(x.length);
  for (let i = 0; i < out.length; i++) out[i] = fn(x[i]!);
  return out;
}

export function applyBinary(op: BinaryOp, a: Operand, b: Operand, shape: Shape, out: ReferenceData): ReferenceData {
  const combine = out instanceof Float64Array ? floatFunctions[op] : integerFunctions[op];
  forEachPair(a, b, shape, (run) => {
    if (combine !== undefined) combineRun(combine, a.data, b.data, out, run);
    else arithmeticRun(op, a.data as Float64Array, b.data as Float64Array, out as Float64Array, run);
  });
  return out;
}

export function applyCompare(op: CompareOp, a: Operand, b: Operand, shape: Shape): Uint8Array {
  // a > b is b < a, also with NaN.
  if (op === "greater") return applyCompare("less", b, a, shape);
  if (op === "greaterEqual") return applyCompare("lessEqual", b, a, shape);
  const out = new Uint8Array(sizeOf(shape));
  forEachPair(a, b, shape, (run) => compareRun(op, a.data, b.data, out, run));
  return out;
}

export function applyWhere(
  condition: Operand,
  a: Operand,
  b: Operand,
  shape: Shape,
  out: ReferenceData,
): ReferenceData {
  const strides = [condition, a, b].map((operand) => broadcastStrides(operand.shape, shape));
  const [test, yes, no] = [condition.data, a.data, b.data];
  forEachRun(
    shape,
    [...strides, rowMajorStrides(shape)],
    (length, [stepC, stepA, stepB, stepTo], [fromC, fromA, fromB, to]) => {
      for (let i = 0; i < length; i++) {
        out[to! + i * stepTo!] = test[fromC! + i * stepC!] === 1 ? yes[fromA! + i * stepA!]! : no[fromB! + i * stepB!]!;
      }
    },
  );
  return out;
}

/** Elements k < length: operands at fromA + k·stepA and fromB + k·stepB, result at to + k·stepTo. */
interface PairRun {
  readonly length: number;
  readonly stepA: number;
  readonly stepB: number;
  readonly stepTo: number;
  readonly fromA: number;
  readonly fromB: number;
  readonly to: number;
}

function forEachPair(a: Operand, b: Operand, shape: Shape, visit: (run: PairRun) => void): void {
  const length = sizeOf(shape);
  const [flatA, flatB] = [flatStride(a.data, length), flatStride(b.data, length)];
  if (flatA !== undefined && flatB !== undefined) {
    visit({ length, stepA: flatA, stepB: flatB, stepTo: 1, fromA: 0, fromB: 0, to: 0 });
    return;
  }
  const strides = [broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape), rowMajorStrides(shape)];
  forEachRun(shape, strides, (length, [stepA, stepB, stepTo], [fromA, fromB, to]) => {
    visit({ length, stepA: stepA!, stepB: stepB!, stepTo: stepTo!, fromA: fromA!, fromB: fromB!, to: to! });
  });
}

type Combine = (a: number, b: number) => number;

function combineRun(fn: Combine, x: ReferenceData, y: ReferenceData, out: ReferenceData, run: PairRun): void {
  const { length, stepA, stepB, stepTo, fromA, fromB, to } = run;
  for (let i = 0; i < length; i++) out[to + i * stepTo] = fn(x[fromA + i * stepA]!, y[fromB + i * stepB]!);
}

/** Takes float64 alone, so that the engine never has to ask for the kind of array. */
function arithmeticRun(op: BinaryOp, x: Float64Array, y: Float64Array, out: Float64Array, run: PairRun): void {
  const { length, stepA, stepB, stepTo, fromA, fromB, to } = run;
  if (op === "add") {
    for (let i = 0; i < length; i++) out[to + i * stepTo] = x[fromA + i * stepA]! + y[fromB + i * stepB]!;
  } else if (op === "sub") {
    for (let i = 0; i < length; i++) out[to + i * stepTo] = x[fromA + i * stepA]! - y[fromB + i * stepB]!;
  } else if (op === "mul") {
    for (let i = 0; i < length; i++) out[to + i * stepTo] = x[fromA + i * stepA]! * y[fromB + i * stepB]!;
  } else if (op === "div") {
    for (let i = 0; i < length; i++) out[to + i * stepTo] = x[fromA + i * stepA]! / y[fromB + i * stepB]!;
  } else if (op === "maximum") {
    for (let i = 0; i < length; i++) out[to + i * stepTo] = Math.max(x[fromA + i * stepA]!, y[fromB + i * stepB]!);
  } else {
    for (let i = 0; i < length; i++) out[to + i * stepTo] = Math.min(x[fromA + i * stepA]!, y[fromB + i * stepB]!);
  }
}

function compareRun(op: CompareOp, x: ReferenceData, y: ReferenceData, out: Uint8Array, run: PairRun): void {
  const { length, stepA, stepB, stepTo, fromA, fromB, to } = run;
  if (op === "equal") {
    for (let i = 0; i < length; i++) out[to + i * stepTo] = x[fromA + i * stepA]! === y[fromB + i * stepB]! ? 1 : 0;
  } else if (op === "notEqual") {
    for (let i = 0; i < length; i++) out[to + i * stepTo] = x[fromA + i * stepA]! !== y[fromB + i * stepB]! ? 1 : 0;
  } else if (op === "less") {
    for (let i = 0; i < length; i++) out[to + i * stepTo] = x[fromA + i * stepA]! < y[fromB + i * stepB]! ? 1 : 0;
  } else {
    for (let i = 0; i < length; i++) out[to + i * stepTo] = x[fromA + i * stepA]! <= y[fromB + i * stepB]! ? 1 : 0;
  }
}

const unaryFunctions: Readonly<Record<UnaryOp, (x: number) => number>> = {
  neg: (x) => -x,
  abs: Math.abs,
  sign: (x) => (x > 0 ? 1 : x < 0 ? -1 : x === 0 ? 0 : x),
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sqrt: Math.sqrt,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  // Each tail through the exponential that is small there, so that nothing overflows or cancels.
  sigmoid: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
  softplus: (x) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x))),
};

/** Those that cost more than the call. */
const floatFunctions: Readonly<Partial<Record<BinaryOp, Combine>>> = {
  pow: (a, b) => a ** b,
  atan2: Math.atan2,
};

/** Results wrap on their way into the Int32Array; a product would have lost its low bits by then. */
const integerFunctions: Readonly<Partial<Record<BinaryOp, Combine>>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: Math.imul,
  maximum: Math.max,
  minimum: Math.min,
};
