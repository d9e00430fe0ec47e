// Element-wise kernels. Arithmetic has loops of its own, because one loop shared by many functions is not inlined.

import type { BinaryOp, CompareOp, UnaryOp } from "../backend.ts";
import { rowMajorStrides, sizeOf } from "../shape.ts";
import type { Shape } from "../tensor.ts";
import type { ReferenceData } from "./reference-tensor.ts";
import { broadcastStrides, forEachRun } from "./strided.ts";

/** An operand as the kernels read it. */
export interface Operand {
  readonly data: ReferenceData;
  readonly shape: Shape;
}

export function applyUnary(op: UnaryOp, data: ReferenceData): Float64Array {
  const fn = unaryFunctions[op];
  const out = new Float64Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = fn(data[i]!);
  return out;
}

export function applyBinary(op: BinaryOp, a: Operand, b: Operand, shape: Shape, out: ReferenceData): ReferenceData {
  const fn = op === "mul" && out instanceof Int32Array ? Math.imul : undefined;
  forEachPair(a, b, shape, (length, stepA, stepB, fromA, fromB, to) => {
    const x = a.data;
    const y = b.data;
    const other = fn ?? binaryFunctions[op];
    if (other !== undefined) {
      for (let i = 0; i < length; i++) out[to + i] = other(x[fromA + i * stepA]!, y[fromB + i * stepB]!);
    } else if (op === "add") {
      for (let i = 0; i < length; i++) out[to + i] = x[fromA + i * stepA]! + y[fromB + i * stepB]!;
    } else if (op === "sub") {
      for (let i = 0; i < length; i++) out[to + i] = x[fromA + i * stepA]! - y[fromB + i * stepB]!;
    } else if (op === "mul") {
      for (let i = 0; i < length; i++) out[to + i] = x[fromA + i * stepA]! * y[fromB + i * stepB]!;
    } else {
      for (let i = 0; i < length; i++) out[to + i] = x[fromA + i * stepA]! / y[fromB + i * stepB]!;
    }
  });
  return out;
}

export function applyCompare(op: CompareOp, a: Operand, b: Operand, shape: Shape): Uint8Array {
  const fn = compareFunctions[op];
  const out = new Uint8Array(sizeOf(shape));
  forEachPair(a, b, shape, (length, stepA, stepB, fromA, fromB, to) => {
    const x = a.data;
    const y = b.data;
    for (let i = 0; i < length; i++) out[to + i] = fn(x[fromA + i * stepA]!, y[fromB + i * stepB]!) ? 1 : 0;
  });
  return out;
}

export function applyWhere(
  condition: Operand,
  a: Operand,
  b: Operand,
  shape: Shape,
  out: ReferenceData,
): ReferenceData {
  const operands = [condition, a, b];
  const strides = operands.map((operand) => broadcastStrides(operand.shape, shape));
  forEachRun(
    shape,
    [...strides, rowMajorStrides(shape)],
    (length, [stepC, stepA, stepB], [fromC, fromA, fromB, to]) => {
      for (let i = 0; i < length; i++) {
        out[to! + i] =
          condition.data[fromC! + i * stepC!] === 1 ? a.data[fromA! + i * stepA!]! : b.data[fromB! + i * stepB!]!;
      }
    },
  );
  return out;
}

type PairRun = (length: number, stepA: number, stepB: number, fromA: number, fromB: number, to: number) => void;

function forEachPair(a: Operand, b: Operand, shape: Shape, run: PairRun): void {
  const strides = [broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape), rowMajorStrides(shape)];
  forEachRun(shape, strides, (length, [stepA, stepB], [fromA, fromB, to]) => {
    run(length, stepA!, stepB!, fromA!, fromB!, to!);
  });
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

const binaryFunctions: Readonly<Partial<Record<BinaryOp, (a: number, b: number) => number>>> = {
  pow: (a, b) => a ** b,
  atan2: Math.atan2,
  maximum: Math.max,
  minimum: Math.min,
};

const compareFunctions: Readonly<Record<CompareOp, (a: number, b: number) => boolean>> = {
  equal: (a, b) => a === b,
  notEqual: (a, b) => a !== b,
  less: (a, b) => a < b,
  lessEqual: (a, b) => a <= b,
  greater: (a, b) => a > b,
  greaterEqual: (a, b) => a >= b,
};
