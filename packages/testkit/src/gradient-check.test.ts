import {
  add,
  createRandom,
  customGrad,
  exp,
  fromArray,
  mul,
  referenceBackend,
  sin,
  square,
  sum,
  type Tensor,
} from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import { expectClose } from "./expect-close.ts";
import { expectGradient, gradientCheck } from "./gradient-check.ts";

const backend = referenceBackend();
const point = (): Tensor => fromArray(backend, [0.3, -1.2, 0.7]);
const options = () => ({ random: createRandom("gradient-check") });

/** Σ eˣ with a claimed gradient of factor·eˣ. */
const claimed =
  (factor: number) =>
  (x: Tensor): Tensor =>
    customGrad(
      (v) => {
        const terms = exp(v);
        return { value: sum(terms), pullback: (g) => [mul(mul(terms, g), factor)] };
      },
      [x],
    );

describe("gradientCheck", () => {
  test("a right gradient agrees to ten digits, and the tolerance asks for eight", async () => {
    const check = await gradientCheck((x) => sum(mul(sin(x), exp(x))), [point()], options());
    expect(check.relativeError).toBeLessThanOrEqual(check.tolerance);
    expect(check.relativeError).toBeLessThan(1e-10);
    expect(check.tolerance).toBeLessThan(1e-8);
  });

  test("the direction is one unit vector of all inputs together", async () => {
    // Of the gradient (1, 2, 2) it can show no more than the norm, 3, and along some direction it shows more than half.
    const inputs = [fromArray(backend, [1, 2]), fromArray(backend, [[3]])];
    const linear = (a: Tensor, b: Tensor): Tensor => add(sum(mul(a, fromArray(a.backend, [1, 2]))), mul(sum(b), 2));
    const slopes: number[] = [];
    for (let seed = 0; seed < 30; seed++) {
      const { analytic, numeric } = await gradientCheck(linear, inputs, { random: createRandom(seed) });
      expectClose(numeric, analytic, { ulps: 1e-9 / 2 ** -52, epsilon: 2 ** -52, scale: 3 });
      slopes.push(Math.abs(analytic));
    }
    expect(Math.max(...slopes)).toBeLessThanOrEqual(3);
    expect(Math.max(...slopes)).toBeGreaterThan(1.5);
  });

  test.each([0, -1, 0.5, 2, 1.001])("a gradient times %d is seen", async (factor) => {
    const check = await gradientCheck(claimed(factor), [point()], options());
    const expected = Math.abs(factor - 1) / Math.max(1, Math.abs(factor));
    expect(check.relativeError).toBeCloseTo(expected, 6);
    await expect(expectGradient(claimed(factor), [point()], options())).rejects.toThrow("expectGradient: derivative");
  });

  test("a gradient that is NaN is an error, not an escape", async () => {
    const check = await gradientCheck(claimed(Number.NaN), [point()], options());
    expect(check.relativeError).toBe(Number.NaN);
    await expect(expectGradient(claimed(Number.NaN), [point()], options())).rejects.toThrow(
      "expectGradient: derivative NaN",
    );
  });

  test("where nothing can be shown it refuses: a constant, and a step too long for the curvature", async () => {
    const constant = (x: Tensor): Tensor => sum(mul(x, 0));
    await expect(gradientCheck(constant, [point()], options())).rejects.toThrow(
      "gradientCheck: the difference quotient",
    );
    const cubic = (x: Tensor): Tensor => sum(mul(x, square(x)));
    await expect(gradientCheck(cubic, [point()], { ...options(), step: 1 })).rejects.toThrow(
      "at which the function is smooth",
    );
  });

  test("nothing is left on the backend under test", async () => {
    const inputs = [point()];
    const live = backend.liveTensors();
    await gradientCheck((x) => sum(square(x)), inputs, options());
    expect(backend.liveTensors()).toBe(live);
  });
});
