// Numbers known beforehand: closed forms, adjoints, derivatives at the points where rules meet, and gradients that are
// wrong on purpose. They bind the reference backend too, which the comparison of operations cannot.

import {
  abs,
  add,
  type Backend,
  createRandom,
  customGrad,
  div,
  exp,
  fromArray,
  fromData,
  gather,
  greater,
  log,
  logSumExp,
  matMul,
  max,
  maximum,
  mul,
  randomNormal,
  randomUniform,
  scatterAdd,
  softmax,
  softplus,
  sqrt,
  square,
  sum,
  type Tensor,
  valueAndGrad,
  where,
} from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import { expectAllClose, expectClose } from "../expect-close.ts";
import { expectGradient, gradientCheck } from "../gradient-check.ts";

export function lawTests(backendOf: () => Backend): void {
  describe("closed forms", () => closedFormTests(backendOf));
  describe("gradients", () => gradientTests(backendOf));
  describe("wrong gradients are rejected", () => mutantTests(backendOf));
  describe("random tensors", () => randomTests(backendOf));
}

function closedFormTests(backendOf: () => Backend): void {
  test("a product of matrices, by hand, and its transposed forms", async () => {
    const backend = backendOf();
    const a = fromArray(backend, [
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const b = fromArray(backend, [
      [1, 0],
      [-1, 2],
      [3, 1],
    ]);
    expect(await numbers(matMul(a, b))).toEqual([8, 7, 17, 16]);
    expect(await numbers(matMul(b, a, { transposeA: true, transposeB: true }))).toEqual([8, 17, 7, 16]);
    expect(await numbers(matMul(a, a, { transposeB: true }))).toEqual([14, 32, 32, 77]);
    expect(await numbers(matMul(b, b, { transposeA: true }))).toEqual([11, 1, 1, 5]);
  });

  test("logSumExp of n equal entries adds log n; softmax makes them 1/n", async () => {
    const backend = backendOf();
    for (const n of [1, 8, 1000]) {
      const x = fromArray(backend, new Array<number>(n).fill(3));
      const tolerance = { ulps: 4, epsilon: backend.epsilon };
      expectClose((await numbers(logSumExp(x)))[0]!, 3 + Math.log(n), tolerance);
      expectAllClose(await numbers(softmax(x)), new Array<number>(n).fill(1 / n), tolerance);
    }
  });

  test("gather and scatterAdd are adjoint: ⟨x[i], y⟩ = ⟨x, scatter(i, y)⟩", async () => {
    const backend = backendOf();
    const indices = fromData(backend, Int32Array.of(2, 0, 2, 3), [4]);
    const x = fromArray(backend, [
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
    ]);
    const y = fromArray(backend, [
      [1, -1],
      [2, 3],
      [0, 4],
      [5, -6],
    ]);
    const left = await numbers(sum(mul(gather(x, indices), y)));
    expect(left).toEqual([-1 + 8 + 24 - 13]);
    expect(await numbers(sum(mul(x, scatterAdd(indices, y, { rows: 4 }))))).toEqual(left);
  });
}

function gradientTests(backendOf: () => Backend): void {
  test("closed forms: Σx², Σ log x, ½‖Ax − b‖²", async () => {
    const backend = backendOf();
    const x = fromArray(backend, [1, -2, 4]);
    expect(await gradientOf((v) => sum(square(v)), x)).toEqual([2, -4, 8]);
    expect(await gradientOf((v) => sum(log(v)), x)).toEqual([1, -0.5, 0.25]);
    const a = fromArray(backend, [
      [1, 2],
      [0, 3],
    ]);
    const b = fromArray(backend, [[5], [-1]]);
    const residual = (v: Tensor): Tensor => mul(sum(square(add(matMul(a, v), mul(b, -1)))), 0.5);
    // Aᵀ(Ax − b) at x = (1, 1): the residual is (−2, 4).
    expect(await gradientOf(residual, fromArray(backend, [[1], [1]]))).toEqual([-2, 8]);
  });

  test("at ties and kinks: an equal share, and 0 for |x|", async () => {
    const backend = backendOf();
    const x = fromArray(backend, [2, 5, 5, -1]);
    expect(await gradientOf((v) => max(v), x)).toEqual([0, 0.5, 0.5, 0]);
    expect(await gradientOf((v) => sum(maximum(v, 5)), x)).toEqual([0, 0.5, 0.5, 0]);
    expect(await gradientOf((v) => sum(abs(v)), fromArray(backend, [0, -3]))).toEqual([0, -1]);
  });

  test("a branch not taken passes no NaN and no ∞", async () => {
    const backend = backendOf();
    const guarded = (v: Tensor): Tensor => sum(where(greater(v, 0), sqrt(v), 0));
    expect(await gradientOf(guarded, fromArray(backend, [4, 0, -1]))).toEqual([0.25, 0, 0]);
  });

  test("tails of softplus: 0, ½ and 1", async () => {
    const backend = backendOf();
    expect(await gradientOf((v) => sum(softplus(v)), fromArray(backend, [-1000, 0, 1000]))).toEqual([0, 0.5, 1]);
  });

  test("an input that does not matter has gradient 0", async () => {
    const backend = backendOf();
    const [x, y] = [fromArray(backend, [1, 2]), fromArray(backend, [3])];
    const { gradients } = valueAndGrad((v) => sum(v), [x, y]);
    expect(await Promise.all(gradients.map(numbers))).toEqual([[1, 1], [0]]);
  });

  test("derivatives nest: (Σx³)'' = 6x", async () => {
    const backend = backendOf();
    const firstDerivative = (v: Tensor): Tensor => sum(valueAndGrad((u) => sum(mul(u, square(u))), [v]).gradients[0]!);
    expect(await gradientOf(firstDerivative, fromArray(backend, [1, -2, 0.5]))).toEqual([6, -12, 3]);
  });
}

/** The function is right in all of them; the derivative claimed for it is not. */
function mutantTests(backendOf: () => Backend): void {
  const tau = 0.25;
  const scaledExp =
    (factor: number) =>
    (x: Tensor): Tensor =>
      customGrad(
        (v) => {
          const terms = exp(div(v, tau));
          return { value: sum(terms), pullback: (g) => [mul(mul(terms, g), factor)] };
        },
        [x],
      );
  const product =
    (turned: boolean) =>
    (x: Tensor): Tensor =>
      sum(
        mul(
          customGrad(
            (v) => ({
              value: matMul(v, v),
              pullback: (g) => [add(matMul(g, v, { transposeB: turned }), matMul(v, g, { transposeA: true }))],
            }),
            [x],
          ),
          fromArray(x.backend, [
            [1, 2, 3],
            [4, 5, 6],
            [7, 8, 9],
          ]),
        ),
      );
  const squares =
    (factor: number) =>
    (x: Tensor): Tensor =>
      customGrad((v) => ({ value: sum(square(v)), pullback: (g) => [mul(mul(v, g), factor)] }), [x]);
  const cases: [string, (x: Tensor) => Tensor, (x: Tensor) => Tensor][] = [
    ["a temperature dropped", scaledExp(1 / tau), scaledExp(1)],
    ["a sign turned", scaledExp(1 / tau), scaledExp(-1 / tau)],
    ["one percent too much", scaledExp(1 / tau), scaledExp(1.01 / tau)],
    ["a factor two dropped", squares(2), squares(1)],
    ["a transposition forgotten", product(true), product(false)],
    ["NaN", squares(2), squares(Number.NaN)],
    ["0", squares(2), squares(0)],
  ];
  test.each(cases)("%s", async (_, right, wrong) => {
    const backend = backendOf();
    const x = randomUniform(createRandom("mutants"), backend, [3, 3], { low: -0.5, high: 0.5 });
    const options = () => ({ random: createRandom("mutant directions") });
    await expectGradient(right, [x], options());
    await expect(expectGradient(wrong, [x], options())).rejects.toThrow("expectGradient: derivative");
    const { relativeError, tolerance } = await gradientCheck(right, [x], options());
    expect(relativeError).toBeLessThanOrEqual(tolerance);
    x.dispose();
  });
}

function randomTests(backendOf: () => Backend): void {
  test("the same stream as on the host, rounded to the backend's type", async () => {
    const backend = backendOf();
    const host = (values: Float64Array): number[] =>
      backend.floatType === "float64" ? [...values] : [...values].map(Math.fround);
    const stream = () => createRandom("tensors");
    const normal = randomNormal(stream(), backend, [3, 4]);
    expect([...normal.shape]).toEqual([3, 4]);
    expect(await numbers(normal)).toEqual(host(stream().normal(12)));
    const options = { low: -1, high: 3 };
    expect(await numbers(randomUniform(stream(), backend, [5], options))).toEqual(host(stream().uniform(5, options)));
  });
}

async function numbers(x: Tensor): Promise<number[]> {
  return [...(await x.data())];
}

async function gradientOf(f: (x: Tensor) => Tensor, x: Tensor): Promise<number[]> {
  const { value, gradients } = valueAndGrad(f, [x]);
  value.dispose();
  return numbers(gradients[0]!);
}
