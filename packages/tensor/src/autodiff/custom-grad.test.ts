import { describe, expect, test } from "vitest";
import { expectGradients, gradientsOf, normal, refusal, values } from "../../test/support.ts";
import { fromArray, scalar } from "../ops/create.ts";
import { add, exp, mul, sin, square } from "../ops/elementwise.ts";
import { sum } from "../ops/reduce.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import type { Tensor } from "../tensor.ts";
import { type CustomGrad, customGrad, stopGradient } from "./custom-grad.ts";
import { valueAndGrad } from "./value-and-grad.ts";

const backend = referenceBackend();
const x = fromArray(backend, [1, 2]);
/** x² whose gradient is deliberately 10·x instead of 2·x. */
const marked = (t: Tensor): CustomGrad => ({ value: square(t), pullback: (g) => [mul(g, mul(t, 10))] });

describe("customGrad", () => {
  test("uses the given gradient and scales it by the cotangent", () => {
    expect(gradientsOf((t) => sum(customGrad(marked, [t])), [x])).toEqual([[10, 20]]);
    expect(gradientsOf((t) => sum(mul(customGrad(marked, [t]), 3)), [x])).toEqual([[30, 60]]);
  });

  test("without differentiation it is just the value, and frees the rest", () => {
    const own = referenceBackend();
    const y = customGrad((t) => ({ value: add(exp(t), 1), pullback: (g) => [g] }), [fromArray(own, [0])]);
    expect([values(y), own.liveTensors()]).toEqual([[2], 2]);
  });

  test("the second derivative is that of the pullback", () => {
    const slope = (t: Tensor): Tensor => sum(valueAndGrad((u) => sum(customGrad(marked, [u])), [t]).gradients[0]!);
    expect(gradientsOf(slope, [x])).toEqual([[10, 10]]);
  });

  test("a value used inside the gradient carries the custom derivative: every derivative of e^x is e^x", () => {
    // Evaluated in a way that has no derivative at all.
    const exponential = (t: Tensor): Tensor =>
      customGrad((u) => ({ value: stopGradient(exp(u)), pullback: (g, value) => [mul(g, value)] }), [t]);
    const derivative = (f: (t: Tensor) => Tensor) => (t: Tensor) => valueAndGrad(f, [t]).gradients[0]!;
    let f = exponential;
    for (let order = 1; order <= 3; order++) {
      f = derivative(f);
      expect(values(f(scalar(backend, 1)))).toEqual([Math.E]);
    }
  });

  test("several inputs, of which one is constant", () => {
    const product = (a: Tensor, b: Tensor): CustomGrad => ({
      value: mul(a, b),
      pullback: (g) => [mul(g, b), mul(g, a)],
    });
    const fixed = normal(backend, [2], "fixed");
    expectGradients((a, b) => sum(sin(customGrad(product, [a, b]))), [x, fixed]);
    expectGradients((a) => sum(sin(customGrad(product, [fixed, a]))), [x]);
  });

  test("messages", () => {
    const wrongShape = (t: Tensor): CustomGrad => ({ value: square(t), pullback: (g) => [sum(g)] });
    expect(refusal(() => gradientsOf((t) => sum(customGrad(wrongShape, [t])), [x]))).toBe(
      "E_SHAPE customGrad: `pullback(…)[0]` must be of shape [2] like inputs[0], got [].",
    );
    const tooFew = (t: Tensor): CustomGrad => ({ value: square(t), pullback: () => [] });
    expect(refusal(() => gradientsOf((t) => sum(customGrad(tooFew, [t])), [x]))).toBe(
      "E_SHAPE customGrad: `pullback(…)[0]` must be of shape [2] like inputs[0], got nothing.",
    );
    const closing = (t: Tensor): Tensor => sum(customGrad((u) => ({ value: mul(u, t), pullback: (g) => [g] }), [t]));
    expect(refusal(() => gradientsOf(closing, [x]))).toBe(
      "E_BACKEND customGrad: `f` must be a function of its arguments alone, " +
        "got a value that depends on a variable from outside. Pass that variable among the inputs.",
    );
    expect(refusal(() => customGrad(marked, []))).toBe(
      "E_SHAPE customGrad: `inputs` must be a list of at least one tensor, got [].",
    );
  });
});

describe("stopGradient", () => {
  test("the numbers stay, the dependence goes", () => {
    expect(values(stopGradient(x))).toEqual([1, 2]);
    expect(gradientsOf((t) => sum(mul(t, stopGradient(t))), [x])).toEqual([[1, 2]]);
  });

  test("it stops every differentiation under way", () => {
    const slope = (t: Tensor): Tensor => sum(valueAndGrad((u) => sum(mul(u, stopGradient(u))), [t]).gradients[0]!);
    expect(gradientsOf(slope, [x])).toEqual([[0, 0]]);
  });

  test("outside of any it is a new handle on the same numbers", () => {
    const own = fromArray(referenceBackend(), [1]);
    stopGradient(own).dispose();
    expect(values(own)).toEqual([1]);
  });
});
