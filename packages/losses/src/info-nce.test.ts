import { type Critic, isInputError, scalar, type Tensor, valueAndGrad, zeros } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  asTensor,
  backend,
  EPSILON,
  equalRows,
  growth,
  identity,
  type Matrix,
  nearby,
  numberOf,
  randomRows,
  rotate,
  simplex,
  thrownBy,
  unitRows,
} from "../test/helpers.ts";
import { infoNCE, infoNCEPerSample, infoNCEStatistics } from "./info-nce.ts";

const rbf: Critic = { kind: "rbf", scale: 0.5 };
const loss = (a: Matrix, b: Matrix, temperature: number, critic?: Critic) =>
  numberOf(infoNCE(asTensor(a), asTensor(b), critic ? { temperature, critic } : { temperature }));

describe("limits", () => {
  test.each([2, 8, 64])("equal rows give log n (n = %d)", (n) => {
    const rows = equalRows(n, [0.6, 0.8, 0]);
    expectClose(loss(rows, rows, 0.1), Math.log(n), { ulps: growth({ n, d: 3, temperature: 0.1 }), epsilon: EPSILON });
  });

  test.each([1, 0.07, 0.01, 0.005])("orthonormal pairs give log1p((n−1)e^(−1/τ)), however small (τ = %d)", (tau) => {
    const expected = Math.log1p(7 * Math.exp(-1 / tau));
    // The scores are exact; 1/τ itself is rounded, which e^(−1/τ) amplifies by 1/τ.
    expectClose(loss(identity(8), identity(8), tau), expected, { ulps: 16 + 2 / tau, epsilon: EPSILON });
  });

  test.each([3, 16])("a simplex of n vertices gives log1p((n−1)e^(−n/((n−1)τ))) (n = %d)", (n) => {
    const rows = simplex(n);
    const expected = Math.log1p((n - 1) * Math.exp(-n / ((n - 1) * 0.1)));
    expectClose(loss(rows, rows, 0.1), expected, { ulps: growth({ n, d: n, temperature: 0.1 }), epsilon: EPSILON });
  });

  test("τ → ∞ gives log n, to first order in 1/τ", () => {
    const [a, b] = [unitRows(1, 9, 4), unitRows(2, 9, 4)];
    expect(Math.abs(loss(a, b, 1e6) - Math.log(9))).toBeLessThan(2e-6);
    expect(Math.abs(loss(a, b, 1e3) - Math.log(9))).toBeGreaterThan(1e-6);
  });

  test("a batch of one is exactly 0, and so are its gradients", () => {
    const f = (a: Tensor, b: Tensor, t: Tensor) => infoNCE(a, b, { temperature: t });
    const inputs = [asTensor([[0.3, 0.4]]), asTensor([[-5, 2]]), scalar(backend, 0.07)];
    const { value, gradients } = valueAndGrad(f as (...xs: Tensor[]) => Tensor, inputs);
    expect(numberOf(value)).toBe(0);
    for (const gradient of gradients) expect(gradient.dataSync().every((entry) => entry === 0)).toBe(true);
  });

  test("k copies of a well separated pair give log k", () => {
    const rows = [...equalRows(3, [1, 0, 0, 0]), [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]];
    const perSample = infoNCEPerSample(asTensor(rows), asTensor(rows), { temperature: 0.02 }).dataSync();
    // The other three directions add e^(−50) = 2e-22, less than a rounding.
    expectAllClose(perSample.subarray(0, 3), [Math.log(3), Math.log(3), Math.log(3)], { ulps: 8, epsilon: EPSILON });
  });

  test("a negative that leads by 400 nats costs 400 nats", () => {
    const perSample = infoNCEPerSample(asTensor([[1], [-1]]), asTensor([[-1], [1]]), { temperature: 0.005 });
    expectAllClose(perSample.dataSync(), [400, 400], { ulps: 2, epsilon: EPSILON });
  });
});

describe("definition", () => {
  test.each([{ kind: "cosine" } as Critic, rbf])("equals −log softmax of the scores ($kind)", (critic) => {
    const [n, d, tau] = [7, 5, 0.3];
    const [a, b] = [unitRows(3, n, d), unitRows(4, n, d)];
    const score = (i: number, j: number) =>
      critic.kind === "rbf"
        ? -critic.scale * a[i]!.reduce((sum, v, k) => sum + (v - b[j]![k]!) ** 2, 0)
        : a[i]!.reduce((sum, v, k) => sum + v * b[j]![k]!, 0);
    const expected = a.map((_, i) => {
      const partition = b.reduce((sum, _row, j) => sum + Math.exp(score(i, j) / tau), 0);
      return Math.log(partition) - score(i, i) / tau;
    });
    const options = { temperature: tau, critic };
    // The reference cancels log Z against s_ii/τ, both below 10.
    const tolerance = { ulps: growth({ n, d, temperature: tau }), epsilon: EPSILON, scale: 10 };
    expectAllClose(infoNCEPerSample(asTensor(a), asTensor(b), options).dataSync(), expected, tolerance);
    const mean = expected.reduce((sum, v) => sum + v, 0) / n;
    expectClose(numberOf(infoNCE(asTensor(a), asTensor(b), options)), mean, tolerance);
  });
});

describe("laws", () => {
  const [n, d, temperature] = [12, 6, 0.1];
  const [a, b] = [unitRows(5, n, d), nearby(6, unitRows(5, n, d), 0.4)];
  const tolerance = { ulps: growth({ n, d, temperature }), epsilon: EPSILON };

  test("permuting the pairs permutes the losses", () => {
    const order = [3, 1, 0, 2, 11, 10, 5, 4, 6, 7, 9, 8];
    const before = infoNCEPerSample(asTensor(a), asTensor(b), { temperature }).dataSync();
    const permuted = order.map((i) => a[i]!);
    const after = infoNCEPerSample(asTensor(permuted), asTensor(order.map((i) => b[i]!)), { temperature }).dataSync();
    expectAllClose(
      after,
      order.map((i) => before[i]!),
      tolerance,
    );
  });

  test.each([undefined, rbf])("rotating both sides changes nothing, rotating one does (%o)", (critic) => {
    const value = loss(a, b, temperature, critic);
    expectClose(loss(rotate(a, 1.1), rotate(b, 1.1), temperature, critic), value, {
      ...tolerance,
      ulps: 4 * tolerance.ulps,
    });
    expect(Math.abs(loss(rotate(a, 1.1), b, temperature, critic) - value)).toBeGreaterThan(0.01);
  });

  test("with `cosine` only rows·rows/τ matters", () => {
    const doubled = a.map((row) => row.map((value) => 2 * value));
    expectClose(loss(doubled, b, 2 * temperature), loss(a, b, temperature), tolerance);
  });

  test("on unit rows `rbf` is `cosine` at temperature τ/(2·scale)", () => {
    const critic: Critic = { kind: "rbf", scale: 3 };
    expectClose(loss(a, b, 0.6, critic), loss(a, b, 0.1), tolerance);
  });

  test("with `rbf` a common shift changes nothing", () => {
    const shift = (rows: Matrix) => rows.map((row) => row.map((value) => value + 0.5));
    // Shifted rows have squared norms up to 1 + √6 + 6/4 < 5, and their products carry that error.
    const scale = 5 * loss(a, b, temperature, rbf);
    expectClose(loss(shift(a), shift(b), temperature, rbf), loss(a, b, temperature, rbf), { ...tolerance, scale });
  });

  test("NaN in a positive spoils every loss, NaN in an anchor its own alone", () => {
    const spoilt = b.map((row, i) => (i === 2 ? [...row.slice(1), Number.NaN] : row));
    expect(loss(a, spoilt, temperature)).toBeNaN();
    const anchors = a.map((row, i) => (i === 2 ? [...row.slice(1), Number.NaN] : row));
    const losses = infoNCEPerSample(asTensor(anchors), asTensor(b), { temperature }).dataSync();
    expect([...losses].map((value) => Number.isNaN(value))).toEqual(a.map((_, i) => i === 2));
    expect(loss([[Number.NaN]], [[1]], 0.1)).toBeNaN();
  });
});

describe("statistics", () => {
  test("equal rows share everything equally", () => {
    const n = 5;
    const rows = asTensor(equalRows(n, [0.6, 0.8]));
    const s = infoNCEStatistics(rows, rows, { temperature: 0.5 });
    const tolerance = { ulps: growth({ n, d: 2, temperature: 0.5 }), epsilon: EPSILON };
    expectClose(numberOf(s.loss), Math.log(n), tolerance);
    expectClose(numberOf(s.decoupledLoss), Math.log(n - 1), tolerance);
    expectClose(numberOf(s.positiveMass), 1 / n, tolerance);
    expectClose(numberOf(s.effectiveNegatives), n ** 2 / (n - 1), tolerance);
    expectClose(numberOf(s.conditionalEffectiveNegatives), n - 1, tolerance);
    expect(s.perSample.positiveMass.shape).toEqual([n]);
  });

  test("they are what the softmax weights say", () => {
    const [n, d, temperature] = [6, 4, 0.2];
    const [a, b] = [unitRows(7, n, d), unitRows(8, n, d)];
    const s = infoNCEStatistics(asTensor(a), asTensor(b), { temperature });
    const expected = a.map((x, i) => {
      const weights = b.map((y) => Math.exp(x.reduce((sum, v, k) => sum + v * y[k]!, 0) / temperature));
      const total = weights.reduce((sum, w) => sum + w, 0);
      const p = weights.map((w) => w / total);
      const collision = p.reduce((sum, w, j) => (j === i ? sum : sum + w * w), 0);
      return {
        mass: p[i]!,
        decoupled: Math.log((1 - p[i]!) / p[i]!),
        all: 1 / collision,
        conditional: (1 - p[i]!) ** 2 / collision,
      };
    });
    const tolerance = { ulps: 8 * growth({ n, d, temperature }), epsilon: EPSILON, scale: 1 };
    const column = (f: (e: (typeof expected)[number]) => number) => expected.map(f);
    expectAllClose(
      s.perSample.positiveMass.dataSync(),
      column((e) => e.mass),
      tolerance,
    );
    expectAllClose(
      s.perSample.decoupledLoss.dataSync(),
      column((e) => e.decoupled),
      tolerance,
    );
    expectAllClose(
      s.perSample.effectiveNegatives.dataSync(),
      column((e) => e.all),
      tolerance,
    );
    expectAllClose(
      s.perSample.conditionalEffectiveNegatives.dataSync(),
      column((e) => e.conditional),
      tolerance,
    );
    expectClose(numberOf(s.effectiveNegatives), column((e) => e.all).reduce((sum, v) => sum + v, 0) / n, tolerance);
  });

  test("one near negative among far ones counts as one", () => {
    const rows = [
      [1, 0, 0, 0],
      [0.8, 0.6, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ];
    const s = infoNCEStatistics(asTensor(rows), asTensor(rows), { temperature: 0.02 });
    // The far ones weigh e^(−40) of the near one.
    expectClose(s.perSample.conditionalEffectiveNegatives.dataSync()[0]!, 1, { ulps: 64 / 0.02, epsilon: EPSILON });
  });

  test("a batch of one has no negatives", () => {
    const s = infoNCEStatistics(asTensor([[1, 2]]), asTensor([[3, 4]]), { temperature: 0.1 });
    const { perSample, ...means } = s;
    const numbers = Object.fromEntries(Object.entries(means).map(([name, value]) => [name, numberOf(value)]));
    expect(numbers).toEqual({
      loss: 0,
      decoupledLoss: Number.NEGATIVE_INFINITY,
      positiveMass: 1,
      effectiveNegatives: 0,
      conditionalEffectiveNegatives: 0,
    });
    expect(perSample.loss.shape).toEqual([1]);
  });
});

describe("bad input", () => {
  const x = asTensor(randomRows(1, 4, 3));
  const good = { temperature: 0.1 };
  test.each([
    [
      () => infoNCE(x, x, { temperature: 0 }),
      "infoNCE: `temperature` must be a finite number > 0, got 0. CLIP-like systems use 0.01 to 0.1.",
    ],
    [
      () => infoNCE(x, x, { temperature: Number.NaN }),
      "infoNCE: `temperature` must be a finite number > 0, got NaN. CLIP-like systems use 0.01 to 0.1.",
    ],
    [
      () => infoNCEPerSample(x, x, { temperature: zeros(backend, [1]) }),
      "infoNCEPerSample: `temperature` must be a finite number > 0 or a scalar tensor, got a tensor of shape [1].",
    ],
    [
      () => infoNCE(x, x, { ...good, critic: { kind: "rbf", scale: -1 } }),
      "infoNCE: `critic.scale` must be a finite number > 0, got -1.",
    ],
    [
      () => infoNCE(x, x, { ...good, critic: { kind: "dot" } as never }),
      'infoNCE: `critic.kind` must be "cosine" or "rbf", got "dot".',
    ],
    [
      () => infoNCE(x, asTensor(randomRows(1, 5, 3)), good),
      "infoNCE: `positives` must be of the shape [4, 3] of `anchors`, got [5, 3]. Row i of one is the partner of row i of the other.",
    ],
    [
      () => infoNCEStatistics(x, asTensor(randomRows(1, 4, 2)), good),
      "infoNCEStatistics: `positives` must be of the shape [4, 3] of `anchors`, got [4, 2]. Row i of one is the partner of row i of the other.",
    ],
    [() => infoNCE(zeros(backend, [3]), x, good), "infoNCE: `anchors` must be of shape [n, d] with n ≥ 1, got [3]."],
  ])("message %#", (call, message) => {
    const error = thrownBy(call);
    expect(isInputError(error)).toBe(true);
    expect((error as Error).message).toBe(message);
  });
});

test("nothing leaks: one tensor comes out, one is added", () => {
  const [a, b] = [asTensor(randomRows(1, 4, 3)), asTensor(randomRows(2, 4, 3))];
  const before = backend.liveTensors();
  const result = infoNCE(a, b, { temperature: 0.1 });
  expect(backend.liveTensors() - before).toBe(1);
  result.dispose();
  infoNCEStatistics(a, b, { temperature: 0.1 });
  expect(backend.liveTensors() - before).toBe(10);
});
