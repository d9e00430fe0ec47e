import { expectAllClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { epsilon, expectGradients, gradientsOf, normal, values } from "../../test/support.ts";
import { greater, less, where } from "../ops/compare.ts";
import { fromArray } from "../ops/create.ts";
import * as elementwise from "../ops/elementwise.ts";
import { gather } from "../ops/gather.ts";
import { slice } from "../ops/layout.ts";
import { max, sum } from "../ops/reduce.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import type { Tensor } from "../tensor.ts";
import { valueAndGrad } from "./value-and-grad.ts";

// A plain record, because the tests look operations up by name.
const ops = { ...elementwise };
const backend = referenceBackend();
const vector = (...xs: number[]): Tensor => fromArray(backend, xs);
const { POSITIVE_INFINITY: inf, NaN: nan } = Number;

/** A scalar whose derivative with respect to each element differs. */
function weighted(y: Tensor): Tensor {
  const weights = normal(backend, y.shape, "weights");
  return sum(ops.mul(weights, y));
}

const unary = ["neg", "abs", "exp", "expm1", "sin", "cos", "tanh", "sigmoid", "softplus", "square", "sign"] as const;

describe("by differences", () => {
  test.each(unary)("%s", (op) => {
    expectGradients((x) => weighted(ops[op](x)), [vector(-1.3, -0.2, 0.4, 2.1)]);
  });

  test.each(["log", "log1p", "sqrt"] as const)("%s", (op) => {
    expectGradients((x) => weighted(ops[op](x)), [vector(0.3, 1.7, 20)]);
  });

  test.each(["add", "sub", "mul", "div", "atan2", "maximum", "minimum"] as const)("%s, stretched in all ways", (op) => {
    const shapes = [
      [
        [2, 3],
        [2, 3],
      ],
      [
        [2, 1],
        [1, 3],
      ],
      [[], [2, 3]],
      [[2, 3], []],
    ];
    for (const [a, b] of shapes) {
      expectGradients((x, y) => weighted(ops[op](x, y)), [normal(backend, a!, "a"), normal(backend, b!, "b")]);
    }
  });

  test("pow", () => {
    expectGradients((a, b) => weighted(ops.pow(a, b)), [vector(0.4, 1, 3), vector(-1.5, 2, 0.3)]);
    expectGradients((a) => weighted(ops.pow(a, 3)), [vector(-2, 0.5)]);
  });

  test.each([...unary, "log", "log1p", "sqrt"] as const)("second derivative of %s", (op) => {
    const first = (x: Tensor): Tensor =>
      weighted(ops.square(valueAndGrad((a) => weighted(ops[op](a)), [x]).gradients[0]!));
    expectGradients(first, [vector(0.3, 0.9, 1.7)]);
  });

  test.each(["mul", "div", "atan2", "pow"] as const)("second derivatives of %s", (op) => {
    const first = (x: Tensor, y: Tensor): Tensor => {
      const { gradients } = valueAndGrad((a, b) => weighted(ops[op](a, b)), [x, y]);
      return ops.add(weighted(ops.square(gradients[0]!)), weighted(ops.square(gradients[1]!)));
    };
    expectGradients(first, [vector(0.3, 0.9, 1.7), vector(1.2, 0.7, 2.5)]);
  });
});

describe("where the derivative jumps", () => {
  test("|x| at 0 → 0, sign → 0", () => {
    expect(gradientsOf((x) => sum(ops.abs(x)), [vector(-2, 0, 3)])).toEqual([[-1, 0, 1]]);
    expect(gradientsOf((x) => sum(ops.sign(x)), [vector(-2, 0)])).toEqual([[0, 0]]);
  });

  test("equal operands share equally", () => {
    const [a, b] = [vector(1, 2, 3), vector(3, 2, 1)];
    expect(gradientsOf((x, y) => sum(ops.maximum(x, y)), [a, b])).toEqual([
      [0, 0.5, 1],
      [1, 0.5, 0],
    ]);
    expect(gradientsOf((x, y) => sum(ops.minimum(x, y)), [a, b])).toEqual([
      [1, 0.5, 0],
      [0, 0.5, 1],
    ]);
  });

  test("powers of zero", () => {
    expect(gradientsOf((a) => sum(ops.pow(a, vector(0, 1, 2, 0.5))), [vector(0, 0, 0, 0)])).toEqual([[0, 1, 0, inf]]);
    expect(gradientsOf((b) => sum(ops.pow(0, b)), [vector(1, 0.5)])).toEqual([[0, 0]]);
  });

  test("roots and logarithms at 0 have infinite slope, the angle at the origin none", () => {
    expect(gradientsOf((x) => sum(ops.sqrt(x)), [vector(0)])).toEqual([[inf]]);
    expect(gradientsOf((x) => sum(ops.log(x)), [vector(0)])).toEqual([[inf]]);
    expect(gradientsOf((x, y) => sum(ops.atan2(x, y)), [vector(0), vector(0)])).toEqual([[nan], [nan]]);
  });
});

test("slopes keep their digits in the tails", () => {
  const tail = Math.exp(-40);
  const at = [vector(40)];
  expectAllClose(gradientsOf((x) => sum(ops.sigmoid(x)), at)[0]!, [tail], { ulps: 8, epsilon });
  expectAllClose(gradientsOf((x) => sum(ops.tanh(x)), [vector(20)])[0]!, [4 * tail], { ulps: 16, epsilon });
  expectAllClose(gradientsOf((x) => sum(ops.softplus(ops.neg(x))), at)[0]!, [-tail], { ulps: 8, epsilon });
  expectAllClose(gradientsOf((x) => sum(ops.expm1(ops.neg(x))), at)[0]!, [-tail], { ulps: 8, epsilon });
});

describe("a branch that is not taken gives 0, not NaN", () => {
  const x = vector(-1, 0, 4);
  const positive = (t: Tensor): Tensor => greater(t, 0);

  test.each([
    ["log", (t: Tensor) => ops.log(t), 1 / 4],
    ["sqrt", (t: Tensor) => ops.sqrt(t), 1 / 4],
    ["1/x", (t: Tensor) => ops.div(1, t), -1 / 16],
    ["x^−½", (t: Tensor) => ops.pow(t, -0.5), -1 / 16],
    ["x·log x", (t: Tensor) => ops.mul(t, ops.log(t)), 1 + Math.log(4)],
    ["√(x·x·x)", (t: Tensor) => ops.sqrt(ops.mul(t, ops.mul(t, t))), 3],
  ] as const)("%s outside its domain", (_, f, slope) => {
    const [gradient] = gradientsOf((t) => sum(where(positive(t), f(t), 0)), [x]);
    expectAllClose(gradient!, [0, 0, slope], { ulps: 8, epsilon });
  });

  test("exponentials that overflow", () => {
    const big = vector(1, 1000);
    const [gradient] = gradientsOf((t) => sum(where(less(t, 700), ops.mul(t, ops.exp(t)), t)), [big]);
    expectAllClose(gradient!, [2 * Math.E, 1], { ulps: 8, epsilon });
  });

  test("the same for what is not gathered, sliced, or largest", () => {
    const at = vector(0, 4);
    const one = fromArray(backend, [1], { dtype: "int32" });
    expect(gradientsOf((t) => sum(gather(ops.log(t), one)), [at])).toEqual([[0, 0.25]]);
    expect(gradientsOf((t) => sum(slice(ops.sqrt(t), [1], [1])), [at])).toEqual([[0, 0.25]]);
    expect(gradientsOf((t) => max(ops.log(t)), [at])).toEqual([[0, 0.25]]);
    expect(gradientsOf((t) => sum(ops.maximum(ops.log(t), 0)), [at])).toEqual([[0, 0.25]]);
  });

  test("also when the same number is used elsewhere", () => {
    const at = vector(0, 4);
    const f = (t: Tensor): Tensor => {
      const y = ops.log(t);
      return ops.add(sum(where(positive(t), y, 0)), sum(ops.mul(y, vector(0, 1))));
    };
    expect(gradientsOf(f, [at])).toEqual([[0, 0.5]]);
  });

  test("second derivatives too", () => {
    const slopes = (t: Tensor): Tensor => {
      return sum(valueAndGrad((u) => sum(where(positive(u), ops.log(u), 0)), [t]).gradients[0]!);
    };
    expect(gradientsOf(slopes, [x])).toEqual([[0, 0, -1 / 16]]);
  });

  test("a cotangent that merely happens to be 0 keeps its own derivative", () => {
    // f = (e^x − 1)² on the branch taken: f'(0) = 0, f''(0) = 2.
    const f = (t: Tensor): Tensor => sum(where(greater(t, -1), ops.square(ops.sub(ops.exp(t), 1)), 0));
    const slope = (t: Tensor): Tensor => sum(valueAndGrad(f, [t]).gradients[0]!);
    expect([gradientsOf(f, [vector(0)]), gradientsOf(slope, [vector(0)])]).toEqual([[[0]], [[2]]]);
  });
});

test("where hands each operand the elements that were taken from it", () => {
  const condition = fromArray(backend, [[1], [0]], { dtype: "bool" });
  const [a, b] = [
    fromArray(backend, [[1, 2]]),
    fromArray(backend, [
      [3, 4],
      [5, 6],
    ]),
  ];
  const weights = fromArray(backend, [
    [10, 20],
    [30, 40],
  ]);
  expect(gradientsOf((x, y) => sum(ops.mul(weights, where(condition, x, y))), [a, b])).toEqual([
    [10, 20],
    [0, 0, 30, 40],
  ]);
  expect(values(valueAndGrad((x) => sum(where(condition, x, nan)), [a]).gradients[0]!)).toEqual([1, 1]);
});
