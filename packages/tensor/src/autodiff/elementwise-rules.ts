// Vector–Jacobian products of the element-wise operations: g is the cotangent of the result y. They are written in the
// public operations, so that on a backend that records they can be differentiated again.

import type { BinaryOp, UnaryOp } from "../backend.ts";
import { equal, less, logicalAnd, notEqual, where } from "../ops/compare.ts";
import { add, cos, div, exp, log, mul, neg, pow, sigmoid, sign, sin, square, sub } from "../ops/elementwise.ts";
import { sum } from "../ops/reduce.ts";
import { shapesEqual } from "../shape.ts";
import type { Shape, Tensor } from "../tensor.ts";
import type { Contribution, Pullback } from "./trace-tensor.ts";

/** y = op(x). */
export function unaryPullback(op: UnaryOp, x: Tensor, y: Tensor): Pullback {
  const rule = unaryRules[op];
  return (g, selected) => [rule && (() => guard(op, g, rule(g, x, y), selected))];
}

/** y = op(a, b) with broadcasting. */
export function binaryPullback(op: BinaryOp, a: Tensor, b: Tensor, y: Tensor): Pullback {
  const [ruleA, ruleB] = binaryRules[op];
  const contribution = (g: Tensor, selected: boolean, rule: BinaryRule, shape: Shape): Contribution => {
    return () => sumToShape(guard(op, g, rule(g, a, b, y), selected), shape);
  };
  return (g, selected) => [contribution(g, selected, ruleA, a.shape), contribution(g, selected, ruleB, b.shape)];
}

/** Which operations choose one operand over the other. */
export const selectingOps: ReadonlySet<BinaryOp> = new Set<BinaryOp>(["maximum", "minimum"]);

/** Sums out the axes along which a tensor of the given shape was stretched: the adjoint of broadcasting. */
export function sumToShape(g: Tensor, shape: Shape): Tensor {
  if (shapesEqual(g.shape, shape)) return g;
  if (shape.length === 0) return sum(g);
  const axis = shape.flatMap((extent, index) => (extent === g.shape[index] ? [] : [index]));
  return sum(g, { axis, keepDims: true });
}

/**
 * Below a selection, zeros of the cotangent stand for "not chosen" and must not meet an infinite derivative: NaN that
 * comes from a zero cotangent is 0. The condition leaves finite products alone, whose own derivatives must survive.
 */
function guard(op: UnaryOp | BinaryOp, g: Tensor, contribution: Tensor, selected: boolean): Tensor {
  if (!selected || finiteDerivative.has(op)) return contribution;
  return where(logicalAnd(equal(g, 0), notEqual(contribution, contribution)), 0, contribution);
}

const finiteDerivative: ReadonlySet<UnaryOp | BinaryOp> = new Set<UnaryOp | BinaryOp>([
  "neg",
  "add",
  "sub",
  "maximum",
  "minimum",
]);

type UnaryRule = (g: Tensor, x: Tensor, y: Tensor) => Tensor;

const unaryRules: Readonly<Record<UnaryOp, UnaryRule | undefined>> = {
  neg: (g) => neg(g),
  abs: (g, x) => mul(g, sign(x)),
  sign: undefined,
  exp: (g, _x, y) => mul(g, y),
  expm1: (g, x) => mul(g, exp(x)),
  log: (g, x) => div(g, x),
  log1p: (g, x) => div(g, add(x, 1)),
  sqrt: (g, _x, y) => div(g, mul(y, 2)),
  sin: (g, x) => mul(g, cos(x)),
  cos: (g, x) => neg(mul(g, sin(x))),
  // 1 − y² cancels in the tails; 4σ(2x)σ(−2x) is the same number and does not.
  tanh: (g, x) => mul(g, mul(4, mul(sigmoid(mul(x, 2)), sigmoid(mul(x, -2))))),
  sigmoid: (g, x, y) => mul(g, mul(y, sigmoid(neg(x)))),
  softplus: (g, x) => mul(g, sigmoid(x)),
};

type BinaryRule = (g: Tensor, a: Tensor, b: Tensor, y: Tensor) => Tensor;

const binaryRules: Readonly<Record<BinaryOp, readonly [BinaryRule, BinaryRule]>> = {
  add: [(g) => g, (g) => g],
  sub: [(g) => g, (g) => neg(g)],
  mul: [(g, _a, b) => mul(g, b), (g, a) => mul(g, a)],
  div: [(g, _a, b) => div(g, b), (g, _a, b, y) => neg(mul(g, div(y, b)))],
  pow: [
    // b·a^(b−1) is 0·∞ at a = b = 0, where a⁰ = 1 does not depend on a.
    (g, a, b) => mul(g, where(equal(b, 0), 0, mul(b, pow(a, sub(b, 1))))),
    // 0^b is 0 for b > 0 and does not depend on b, although log 0 is infinite.
    (g, a, b, y) => mul(g, where(logicalAnd(equal(a, 0), less(0, b)), 0, mul(y, log(a)))),
  ],
  atan2: [
    (g, a, b) => mul(g, div(b, add(square(a), square(b)))),
    (g, a, b) => neg(mul(g, div(a, add(square(a), square(b))))),
  ],
  maximum: [(g, a, b) => unlessLess(g, a, b), (g, a, b) => unlessLess(g, b, a)],
  minimum: [(g, a, b) => unlessLess(g, b, a), (g, a, b) => unlessLess(g, a, b)],
};

/** The share of one operand when the other wins where `low < high`: nothing there, half of g where they are equal. */
function unlessLess(g: Tensor, low: Tensor, high: Tensor): Tensor {
  return where(less(low, high), 0, where(equal(low, high), div(g, 2), g));
}
