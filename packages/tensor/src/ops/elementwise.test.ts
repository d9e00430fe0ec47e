import { expectAllClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { epsilon, refusal, values } from "../../test/support.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import type { Tensor } from "../tensor.ts";
import { fromArray, scalar } from "./create.ts";
import * as ops from "./elementwise.ts";

const backend = referenceBackend();
const vector = (...xs: number[]): Tensor => fromArray(backend, xs);
const apply = (fn: (x: Tensor) => Tensor, ...xs: number[]): number[] => values(fn(vector(...xs)));
const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

describe("functions of one number", () => {
  test("signs", () => {
    expect(apply(ops.neg, 1, -2, inf)).toEqual([-1, 2, -inf]);
    expect(apply(ops.abs, 1, -2, -inf, nan)).toEqual([1, 2, inf, nan]);
    expect(apply(ops.sign, 3, -2, 0, -inf, nan)).toEqual([1, -1, 0, -1, nan]);
  });

  test("logarithms and roots outside their domain", () => {
    expect(apply(ops.log, 1, 0, -1, inf)).toEqual([0, -inf, nan, inf]);
    expect(apply(ops.log1p, 0, -1, -2)).toEqual([0, -inf, nan]);
    expect(apply(ops.sqrt, 4, 0, -1, inf)).toEqual([2, 0, nan, inf]);
  });

  // Two ulps: no more is asked of the engine's own functions.
  test("small arguments keep their digits", () => {
    expectAllClose(apply(ops.log1p, 1e-20, -1e-20), [1e-20, -1e-20], { ulps: 2, epsilon });
    expectAllClose(apply(ops.expm1, 1e-20, -1e-20, -inf), [1e-20, -1e-20, -1], { ulps: 2, epsilon });
  });

  test("sigmoid and softplus keep their digits in both tails", () => {
    const tail = Math.exp(-40);
    expectAllClose(apply(ops.sigmoid, 0, -40, 40, -1000, 1000), [0.5, tail, 1, 0, 1], { ulps: 4, epsilon });
    expectAllClose(apply(ops.softplus, 0, -40, 40, -1000, 1000), [Math.LN2, tail, 40, 0, 1000], { ulps: 4, epsilon });
    expect(apply(ops.softplus, -inf, inf, nan)).toEqual([0, inf, nan]);
    expect(apply(ops.sigmoid, -inf, inf, nan)).toEqual([0, 1, nan]);
  });

  test("identities", () => {
    const xs = [-3, -0.5, 0, 0.1, 2];
    const ones = xs.map((x) => Math.sin(x) ** 2 + Math.cos(x) ** 2);
    expectAllClose(values(ops.add(ops.square(ops.sin(vector(...xs))), ops.square(ops.cos(vector(...xs))))), ones, {
      ulps: 2,
      epsilon,
    });
    expectAllClose(
      apply((x) => ops.softplus(ops.neg(x)), ...xs),
      xs.map((x) => -Math.log(1 / (1 + Math.exp(-x)))),
      { ulps: 8, epsilon },
    );
    expectAllClose(
      apply(ops.tanh, ...xs),
      xs.map((x) => Math.expm1(2 * x) / (Math.expm1(2 * x) + 2)),
      { ulps: 4, epsilon },
    );
  });
});

describe("functions of two numbers", () => {
  test("arithmetic with numbers on either side", () => {
    expect(values(ops.add(vector(1, 2), vector(10, 20)))).toEqual([11, 22]);
    expect(values(ops.sub(1, vector(1, 2)))).toEqual([0, -1]);
    expect(values(ops.mul(vector(1, 2), 3))).toEqual([3, 6]);
    expect(values(ops.div(vector(1, -1, 0), 0))).toEqual([inf, -inf, nan]);
    expect(values(ops.pow(vector(2, 4, -8, 0), vector(10, 0.5, 1 / 3, 0)))).toEqual([1024, 2, nan, 1]);
    expect(values(ops.atan2(vector(0, 1, 0), vector(1, 0, -1)))).toEqual([0, Math.PI / 2, Math.PI]);
  });

  test("extremes hand NaN on", () => {
    expect(values(ops.maximum(vector(1, 5, nan, 1), vector(2, 4, 0, nan)))).toEqual([2, 5, nan, nan]);
    expect(values(ops.minimum(vector(1, 5, nan, 1), vector(2, 4, 0, nan)))).toEqual([1, 4, nan, nan]);
  });

  test("integers stay integers and wrap", () => {
    const a = fromArray(backend, [2147483647, 65537], { dtype: "int32" });
    expect([ops.add(a, 1).dtype, values(ops.add(a, 1))]).toEqual(["int32", [-2147483648, 65538]]);
    expect(values(ops.mul(a, a))).toEqual([1, 131073]);
    expect(values(ops.maximum(a, 70000))).toEqual([2147483647, 70000]);
  });

  test("rows, columns and scalars stretch", () => {
    const row = fromArray(backend, [[1, 2, 3]]);
    const column = fromArray(backend, [[10], [20]]);
    const sum = ops.add(row, column);
    expect([sum.shape, values(sum)]).toEqual([
      [2, 3],
      [11, 12, 13, 21, 22, 23],
    ]);
    expect(values(ops.sub(sum, row))).toEqual([10, 10, 10, 20, 20, 20]);
    expect(values(ops.sub(sum, column))).toEqual([1, 2, 3, 1, 2, 3]);
    expect(values(ops.mul(scalar(backend, 2), row))).toEqual([2, 4, 6]);
    const middle = fromArray(backend, [[[1, 2]], [[3, 4]]]);
    const deep = fromArray(backend, [[[1], [10]]]);
    expect(values(ops.mul(middle, deep))).toEqual([1, 2, 10, 20, 3, 4, 30, 40]);
  });

  test("empty operands give empty results", () => {
    const empty = fromArray(backend, [[], []]);
    expect(ops.add(empty, fromArray(backend, [[1], [2]])).shape).toEqual([2, 0]);
  });
});

describe("messages", () => {
  const integers = fromArray(backend, [1], { dtype: "int32" });
  const truth = fromArray(backend, [1], { dtype: "bool" });
  const hint = "Element types are never mixed silently: use cast.";

  test("element types", () => {
    expect(refusal(() => ops.exp(integers))).toBe(`E_DTYPE exp: \`x\` must be a float tensor, got int32. ${hint}`);
    expect(refusal(() => ops.add(vector(1), integers))).toBe(
      `E_DTYPE add: \`b\` must be a float64 tensor like the others, got int32. ${hint}`,
    );
    expect(refusal(() => ops.div(integers, integers))).toBe(
      `E_DTYPE div: \`a\` must be a float tensor, got int32. ${hint}`,
    );
    expect(refusal(() => ops.mul(truth, 1))).toBe(
      `E_DTYPE mul: \`a\` must be a float or int32 tensor, got bool. ${hint}`,
    );
    expect(refusal(() => ops.square(truth))).toBe(
      `E_DTYPE square: \`x\` must be a float or int32 tensor, got bool. ${hint}`,
    );
    expect(refusal(() => ops.add(integers, 0.5))).toBe(
      "E_DTYPE add: `b` must be an integer of 32 bits for int32, got 0.5.",
    );
  });

  test("shapes", () => {
    expect(refusal(() => ops.add(vector(1, 2), vector(1, 2, 3)))).toBe(
      "E_SHAPE add: `b` must be a scalar or of a shape that broadcasts with [2], got [3]. Only axes of size 1 stretch.",
    );
  });

  test("numbers alone have no backend", () => {
    expect(refusal(() => ops.add(1, 2))).toBe(
      "E_BACKEND add: `a` must be a tensor, or paired with one, got a number. " +
        "A number takes its backend and type from a tensor: use scalar(backend, value).",
    );
  });

  test("two backends do not mix", () => {
    expect(refusal(() => ops.add(vector(1), fromArray(referenceBackend(), [1])))).toBe(
      "E_BACKEND add: `b` must be a tensor of backend reference, got one of another backend also named reference. " +
        "Move it with fromData(backend, x.dataSync(), x.shape).",
    );
  });
});

test("the tensors made of numbers are freed", () => {
  const own = referenceBackend();
  const x = fromArray(own, [1, 2]);
  ops.add(x, 1);
  expect(own.liveTensors()).toBe(2);
  expect(() => ops.add(x, fromArray(own, [1, 2, 3]))).toThrow();
  expect(own.liveTensors()).toBe(3);
});
