import { createRandom, scalar, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  asRows,
  asTensor,
  backend,
  EPSILON,
  equalRows,
  growth,
  type Matrix,
  nearby,
  numberOf,
  unitRows,
} from "../../test/helpers.ts";
import { symmetricKLGradientOnRows, symmetricKLOnRows } from "./rows/symmetric-kl-on-rows.ts";
import { type SymmetricKLOptions, symmetricKL } from "./symmetric-kl.ts";

const evaluate = (x: Matrix, y: Matrix, options: SymmetricKLOptions) =>
  numberOf(symmetricKL(asTensor(x), asTensor(y), options));

describe("limits", () => {
  test.each([1, 0.07, 0.005, 1e-4])(
    "all x = a, all y = b gives (1 − ⟨a, b⟩)/τ, with a gradient (τ = %d)",
    async (tau) => {
      const [x, y] = [equalRows(4, [0.6, 0.8]), equalRows(3, [-1, 0])];
      const tolerance = { ulps: 64, epsilon: EPSILON, scale: 2 / tau };
      expectClose(evaluate(x, y, { temperature: tau }), 1.6 / tau, tolerance);
      const { value, gradients } = await symmetricKLGradientOnRows(asRows(x), asRows(y), { temperature: tau });
      expectClose(value, 1.6 / tau, tolerance);
      // An exponent of size 1/τ is off by ε/τ, and so is a weight, relative to itself.
      const slope = { ulps: 64 + 16 / tau, epsilon: EPSILON };
      expectAllClose(gradients.x.subarray(0, 2), [1.6 / (4 * tau), 0.8 / (4 * tau)], slope);
      expectAllClose(gradients.y.subarray(0, 2), [-1.6 / (3 * tau), -0.8 / (3 * tau)], slope);
      const tensors = valueAndGrad(
        (...xs) => symmetricKL(xs[0]!, xs[1]!, { temperature: tau }),
        [asTensor(x), asTensor(y)],
      );
      expectAllClose(tensors.gradients[0]!.dataSync().subarray(0, 2), [1.6 / (4 * tau), 0.8 / (4 * tau)], slope);
    },
  );

  test("the same with rbf gives scale·‖a − b‖²/τ, of rows of any length", () => {
    const [x, y] = [equalRows(4, [1, 2]), equalRows(3, [4, 6])];
    const value = evaluate(x, y, { temperature: 0.5, critic: { kind: "rbf", scale: 0.3 } });
    expectClose(value, (0.3 * 25) / 0.5, { ulps: 64, epsilon: EPSILON });
  });

  test("two points each, by hand", async () => {
    const angles = { x: [0, 1], y: [0.4, 2] };
    const at = (list: number[]) => list.map((t) => [Math.cos(t), Math.sin(t)]);
    const tau = 0.6;
    const k = (s: number, t: number) => Math.exp(Math.cos(s - t) / tau);
    const logRatio = (own: number, other: number, others: number[]) =>
      Math.log(k(own, other)) - Math.log((k(own, others[0]!) + k(own, others[1]!)) / 2);
    const forward = (logRatio(0, 1, angles.y) + logRatio(1, 0, angles.y)) / 2;
    const backward = (logRatio(0.4, 2, angles.x) + logRatio(2, 0.4, angles.x)) / 2;
    const tolerance = { ulps: 64, epsilon: EPSILON, scale: 2 / tau };
    expectClose(evaluate(at(angles.x), at(angles.y), { temperature: tau }), (forward + backward) / 2, tolerance);
    const record = await symmetricKLOnRows(asRows(at(angles.x)), asRows(at(angles.y)), { temperature: tau });
    expectClose(record.forward, forward, tolerance);
    expectClose(record.backward, backward, tolerance);
    expectClose(record.jeffreys, forward + backward, tolerance);
    expect(record.jeffreys).toBe(2 * record.value);
    expect(record.samples).toEqual({ x: 2, y: 2 });
  });

  test("τ → ∞: 0, for clouds of any sizes", () => {
    const [x, y] = [unitRows(1, 8, 3), unitRows(2, 5, 3)];
    expect(Math.abs(evaluate(x, y, { temperature: 1e6 }))).toBeLessThan(2e-6);
  });

  test("clouds far apart in kernel widths: finite, and the gradient does not vanish (τ = 1e-4)", () => {
    const x = nearby(1, equalRows(6, [1, 0, 0]), 0.01);
    const y = nearby(2, equalRows(5, [-1, 0, 0]), 0.01);
    const f = (...xs: Tensor[]) => symmetricKL(xs[0]!, xs[1]!, { temperature: 1e-4 });
    const { value, gradients } = valueAndGrad(f, [asTensor(x), asTensor(y)]);
    expect(numberOf(value)).toBeGreaterThan(1.9e4);
    expect(numberOf(value)).toBeLessThan(2e4);
    const pull = gradients[0]!.dataSync();
    for (let i = 0; i < 6; i++) expect(pull[3 * i]!).toBeGreaterThan(1e3);
  });
});

test.each([0.5, 0.05])("on unit rows rbf with scale ½ is cosine (τ = %d)", (temperature) => {
  const [x, y] = [unitRows(1, 8, 4), nearby(2, unitRows(3, 6, 4), 0.5)];
  const rbf = evaluate(x, y, { temperature, critic: { kind: "rbf", scale: 0.5 } });
  expectClose(evaluate(x, y, { temperature }), rbf, {
    ulps: growth({ n: 8, d: 4, temperature }),
    epsilon: EPSILON,
    scale: 2,
  });
});

test("a tensor temperature is a constant", () => {
  const [x, y] = [asTensor(unitRows(1, 5, 3)), asTensor(unitRows(2, 4, 3))];
  const f = (...xs: Tensor[]) => symmetricKL(xs[0]!, xs[1]!, { temperature: xs[2]! });
  const { value, gradients } = valueAndGrad(f, [x, y, scalar(backend, 0.2)]);
  const fixed = valueAndGrad((...xs) => symmetricKL(xs[0]!, xs[1]!, { temperature: 0.2 }), [x, y]);
  expect(numberOf(value)).toBe(numberOf(fixed.value));
  expect([...gradients[0]!.dataSync()]).toEqual([...fixed.gradients[0]!.dataSync()]);
  expect(numberOf(gradients[2]!)).toBe(0);
});

test.each([{ critic: { kind: "cosine" } as const }, { critic: { kind: "rbf", scale: 0.4 } as const }])(
  "the standard error is that of the derivatives by the mass at each row ($critic.kind)",
  async ({ critic }) => {
    const [n, m, tau] = [7, 5, 0.4];
    const [x, y] = [unitRows(1, n, 3), nearby(2, unitRows(3, m, 3), 0.5)];
    const kernel = (a: readonly number[], b: readonly number[]) =>
      critic.kind === "rbf"
        ? Math.exp((-critic.scale * a.reduce((total, v, k) => total + (v - b[k]!) ** 2, 0)) / tau)
        : Math.exp(a.reduce((total, v, k) => total + v * b[k]!, 0) / tau);
    /** D_S of weighted clouds, each row judged by the others of its cloud as the mean over them. */
    const weighted = (w: number[], v: number[]) => {
      const density = (at: readonly number[], rows: Matrix, mass: number[], skip: number) => {
        let [sum, total] = [0, 0];
        rows.forEach((row, k) => {
          if (k === skip) return;
          sum += mass[k]! * kernel(at, row);
          total += mass[k]!;
        });
        return Math.log(sum / total);
      };
      let value = 0;
      x.forEach((row, i) => {
        value += 0.5 * w[i]! * (density(row, x, w, i) - density(row, y, v, -1));
      });
      y.forEach((row, j) => {
        value += 0.5 * v[j]! * (density(row, y, v, j) - density(row, x, w, -1));
      });
      return value;
    };
    const uniform = (size: number) => new Array<number>(size).fill(1 / size);
    const h = 1e-6;
    const slopes = (size: number, at: (mass: number[]) => number) =>
      Array.from({ length: size }, (_, k) => {
        const moved = (sign: number) =>
          uniform(size).map((mass, i) => mass + (i === k ? sign * h : (-sign * h) / (size - 1)));
        return ((size - 1) / size) * ((at(moved(1)) - at(moved(-1))) / (2 * h));
      });
    const variance = (values: number[]) => {
      const mean = values.reduce((total, v) => total + v, 0) / values.length;
      return values.reduce((total, v) => total + (v - mean) ** 2, 0) / (values.length - 1);
    };
    const psi = { x: slopes(n, (w) => weighted(w, uniform(m))), y: slopes(m, (v) => weighted(uniform(n), v)) };
    const expected = Math.sqrt(variance(psi.x) / n + variance(psi.y) / m);
    const actual = await symmetricKLOnRows(asRows(x), asRows(y), { temperature: tau, critic });
    // Truncation h² and rounding ε/h of central differences, in each ψ.
    expectClose(actual.standardError, expected, { ulps: 64 / h, epsilon: EPSILON });
    expectClose(actual.value, weighted(uniform(n), uniform(m)), { ulps: 128, epsilon: EPSILON, scale: 5 });
  },
);

test.each<[() => unknown, string]>([
  [
    () => evaluate([[1, 0]], unitRows(1, 3, 2), { temperature: 1 }),
    "symmetricKL: `x` must be of shape [n, d] with n ≥ 2, got [1, 2]. The density at a row is estimated from the other rows of its cloud.",
  ],
  [
    () => evaluate(unitRows(1, 3, 2), [[1, 0]], { temperature: 1 }),
    "symmetricKL: `y` must be of shape [m, 2] with m ≥ 2, the dimension of `x`, got [1, 2]. The density at a row is estimated from the other rows of its cloud.",
  ],
  [
    () => evaluate(unitRows(1, 3, 2), unitRows(1, 3, 2), { temperature: 0 }),
    "symmetricKL: `temperature` must be a finite number > 0, got 0. CLIP-like systems use 0.01 to 0.1.",
  ],
])("message %#", (call, message) => {
  expect(call).toThrow(expect.objectContaining({ name: "InputError", message }));
});

test("pulls no row of a cloud to itself: the value does not depend on how long a row is in its own direction alone", () => {
  // With the row itself among its neighbours, ‖x_i‖² would enter.
  const random = createRandom(9);
  const x = unitRows(1, 4, 3).map((row) => [...row, 0]);
  const y = unitRows(2, 4, 3).map((row) => [...row, 0]);
  const stretched = x.map((row, i) => (i === 0 ? [...row.slice(0, 3), 5 + random.uniform(1)[0]!] : row));
  expect(evaluate(stretched, y, { temperature: 0.5 })).toBe(evaluate(x, y, { temperature: 0.5 }));
});
