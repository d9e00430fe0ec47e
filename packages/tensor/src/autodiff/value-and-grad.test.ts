import { expectAllClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { epsilon, expectGradients, gradientsOf, normal, refusal, values } from "../../test/support.ts";
import { cast, equal } from "../ops/compare.ts";
import { fromArray, scalar } from "../ops/create.ts";
import { add, div, exp, log, mul, pow, sin, square, sub, tanh } from "../ops/elementwise.ts";
import { reshape } from "../ops/layout.ts";
import { matMul } from "../ops/mat-mul.ts";
import { mean, sum } from "../ops/reduce.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import type { Tensor } from "../tensor.ts";
import { valueAndGrad } from "./value-and-grad.ts";

const backend = referenceBackend();
const derivative = (f: (x: Tensor) => Tensor) => (x: Tensor) => valueAndGrad(f, [x]).gradients[0]!;

test("value, and one gradient per input of its shape", () => {
  const a = fromArray(backend, [[1, 2]]);
  const b = fromArray(backend, [[3], [4]]);
  const { value, gradients } = valueAndGrad((x, y) => sum(matMul(x, y)), [a, b]);
  expect([values(value), value.shape]).toEqual([[11], []]);
  expect(gradients.map((g) => [g.shape, values(g)])).toEqual([
    [
      [1, 2],
      [3, 4],
    ],
    [
      [2, 1],
      [1, 2],
    ],
  ]);
});

test("a network of two layers, by differences", () => {
  const inputs = [normal(backend, [4, 3], "x"), normal(backend, [3, 5], "w"), normal(backend, [1, 5], "b")];
  expectGradients((x, w, b) => mean(square(tanh(add(matMul(x, w), b)))), inputs);
});

describe("what does not depend on an input", () => {
  test("gives zeros", () => {
    const x = fromArray(backend, [1, 2]);
    expect(gradientsOf((a) => sum(mul(a, a)), [x, fromArray(backend, [[5]])])).toEqual([[2, 4], [0]]);
    expect(gradientsOf(() => scalar(backend, 3), [x])).toEqual([[0, 0]]);
    expect(gradientsOf((a) => sum(mul(a, 0)), [x])).toEqual([[0, 0]]);
  });

  test("int32 and bool carry no gradient", () => {
    const x = fromArray(backend, [1, 2]);
    expect(gradientsOf((a) => sum(mul(a, cast(equal(a, 2), "float64"))), [x])).toEqual([[0, 1]]);
    expect(gradientsOf((a) => sum(cast(cast(a, "int32"), "float64")), [x])).toEqual([[0, 0]]);
  });
});

test("an input used twice collects both shares, and one given twice gets each its own", () => {
  const x = fromArray(backend, [3]);
  expect(gradientsOf((a) => sum(mul(add(a, a), a)), [x])).toEqual([[12]]);
  expect(gradientsOf((a, b) => sum(mul(a, square(b))), [x, x])).toEqual([[9], [18]]);
});

describe("memory", () => {
  test("only value and gradients stay alive", () => {
    const own = referenceBackend();
    const x = fromArray(own, [1, 2]);
    const { value, gradients } = valueAndGrad((a) => sum(exp(mul(a, sin(a)))), [x]);
    expect(own.liveTensors()).toBe(3);
    value.dispose();
    for (const gradient of gradients) gradient.dispose();
    expect([own.liveTensors(), values(x)]).toEqual([1, [1, 2]]);
  });

  test("the results are tensors of their own, whatever f returns", () => {
    const x = scalar(referenceBackend(), 2);
    const { value, gradients } = valueAndGrad((a, b) => add(a, b), [x, x]);
    value.dispose();
    gradients[0]!.dispose();
    expect([values(gradients[1]!), values(x)]).toEqual([[1], [2]]);
    valueAndGrad((a) => a, [x]).value.dispose();
    expect(values(x)).toEqual([2]);
  });

  test("a scope inside f frees nothing that the way back needs", () => {
    const own = referenceBackend();
    const x = fromArray(own, [0.5]);
    const f = (a: Tensor): Tensor => a.backend.scope(() => sum(exp(mul(a, a))));
    expectAllClose(gradientsOf(f, [x])[0]!, [Math.exp(0.25)], { ulps: 4, epsilon });
  });

  test("after an error in f nothing is left", () => {
    const own = referenceBackend();
    const x = fromArray(own, [1, 2]);
    expect(() =>
      valueAndGrad(
        (a) => {
          exp(a);
          throw new Error("stop");
        },
        [x],
      ),
    ).toThrow("stop");
    expect(own.liveTensors()).toBe(1);
  });

  test("what leaked out of f is dead", () => {
    let leaked: Tensor | undefined;
    valueAndGrad(
      (a) => {
        leaked = exp(a);
        return sum(leaked);
      },
      [fromArray(backend, [1])],
    );
    expect(refusal(() => leaked!.dataSync())).toMatch(/^E_DISPOSED dataSync:/);
  });
});

test("tensors of a trace read their numbers, carry its backend, and can be disposed of by handle", () => {
  const x = fromArray(backend, [1, 2]);
  const { gradients } = valueAndGrad(
    (a) => {
      expect([a.backend.inner, a.backend.name, values(a), a.shape]).toEqual([
        backend,
        "trace of reference",
        [1, 2],
        [2],
      ]);
      expect([a.backend.epsilon, a.backend.floatType, a.backend.supports("syncRead")]).toEqual([
        epsilon,
        "float64",
        true,
      ]);
      const e = square(a);
      const total = sum(e);
      e.dispose();
      expect(refusal(() => exp(e))).toBe(
        "E_DISPOSED exp: `tensor` must be alive, got a disposed one of shape [2]. " +
          "Dispose of it later, or return it from the scope that made it.",
      );
      return total;
    },
    [x],
  );
  expect(values(gradients[0]!)).toEqual([2, 4]);
});

describe("derivatives of derivatives", () => {
  test("of x³ up to the third", () => {
    const cube = (x: Tensor): Tensor => pow(x, 3);
    const x = scalar(backend, 2);
    expect(values(derivative(cube)(x))).toEqual([12]);
    expect(values(derivative(derivative(cube))(x))).toEqual([12]);
    expect(values(derivative(derivative(derivative(cube)))(x))).toEqual([6]);
  });

  test("a Hessian times a vector, against differences of the gradient", () => {
    const x = normal(backend, [3, 2], "x");
    const v = normal(backend, [3, 2], "v");
    const energy = (a: Tensor): Tensor => sum(log(add(1, exp(mul(a, sin(a))))));
    const directional = (a: Tensor): Tensor => sum(mul(v, valueAndGrad(energy, [a]).gradients[0]!));
    expectGradients(directional, [x]);
  });

  test("the gradient of a gradient penalty with respect to other inputs", () => {
    const penalty = (w: Tensor, x: Tensor): Tensor =>
      sum(square(valueAndGrad((a, b) => sum(tanh(matMul(b, a))), [w, x]).gradients[1]!));
    expectGradients(penalty, [normal(backend, [3, 2], "w"), normal(backend, [4, 3], "x")]);
  });

  test("nothing but the results stays alive", () => {
    const own = referenceBackend();
    const x = scalar(own, 2);
    derivative(derivative((a) => exp(mul(a, a))))(x);
    expect(own.liveTensors()).toBe(3);
  });

  test("an outer variable must be an input of the inner call", () => {
    const x = scalar(backend, 2);
    const y = scalar(backend, 5);
    const closedOver = (): unknown => valueAndGrad((a) => valueAndGrad((b) => mul(a, b), [y]).gradients[0]!, [x]);
    expect(refusal(closedOver)).toBe(
      "E_BACKEND mul: `b` must be a tensor of backend trace of reference, got one of another backend also named " +
        "trace of reference. Inside a nested valueAndGrad, pass outer variables among its inputs.",
    );
    const passed = (a: Tensor): Tensor => valueAndGrad((b, c) => mul(c, b), [y, a]).gradients[0]!;
    expect(gradientsOf(passed, [x])).toEqual([[1]]);
  });
});

test("mixed with constants of the backend below, the trace wins", () => {
  const constant = fromArray(backend, [[2], [3]]);
  const x = fromArray(backend, [[1, 1]]);
  expect(gradientsOf((a) => sum(matMul(a, constant)), [x])).toEqual([[2, 3]]);
  expect(gradientsOf((a) => sum(sub(constant, reshape(a, [2, 1]))), [x])).toEqual([[-1, -1]]);
  expect(gradientsOf((a) => sum(div(a, fromArray(a.backend, [[4, 8]]))), [x])).toEqual([[0.25, 0.125]]);
});

describe("messages", () => {
  const x = fromArray(backend, [1, 2]);

  test("the value", () => {
    expect(refusal(() => valueAndGrad((a) => exp(a), [x]))).toBe(
      "E_SHAPE valueAndGrad: `f(…)` must be a scalar, got [2]. Reduce it with sum or mean.",
    );
    expect(refusal(() => valueAndGrad((a) => equal(sum(a), 1), [x]))).toBe(
      "E_DTYPE valueAndGrad: `f(…)` must be a float tensor, got bool. " +
        "Element types are never mixed silently: use cast.",
    );
    expect(refusal(() => valueAndGrad(() => scalar(referenceBackend(), 1), [x]))).toBe(
      "E_BACKEND valueAndGrad: `f(…)` must be computed from the inputs, got a tensor of reference.",
    );
    expect(refusal(() => valueAndGrad((async () => sum(x)) as unknown as () => Tensor, [x]))).toBe(
      "E_OPTION valueAndGrad: `f` must be a synchronous function, got one that returns a promise.",
    );
  });

  test("the inputs", () => {
    expect(refusal(() => valueAndGrad(() => sum(x), []))).toBe(
      "E_SHAPE valueAndGrad: `inputs` must be a list of at least one tensor, got [].",
    );
    expect(refusal(() => valueAndGrad((a) => sum(a), [x, fromArray(backend, [1], { dtype: "int32" })]))).toBe(
      "E_DTYPE valueAndGrad: `inputs[1]` must be a float tensor, got int32. " +
        "Element types are never mixed silently: use cast.",
    );
  });
});
