import { uniformChordMoment, uniformLawUniformity, zonalMean } from "@nce-geometry/manifold";
import { type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  asTensor,
  EPSILON,
  equalRows,
  identity,
  type Matrix,
  nearby,
  numberOf,
  rotate,
  simplex,
  thrownBy,
  unitRows,
} from "../../test/helpers.ts";
import { type KCLOptions, kcl } from "./kcl.ts";
import type { KCLKernel } from "./kcl-kernel.ts";

const kernels: { kernel: KCLKernel; of: (r: number) => number }[] = [
  { kernel: { kind: "gaussian", scale: 2 }, of: (r) => Math.exp(-2 * r * r) },
  { kernel: { kind: "log", scale: 2 }, of: (r) => -0.5 * Math.log(1 + 2 * r * r) },
  { kernel: { kind: "imq", offset: 0.5 }, of: (r) => 0.5 / Math.sqrt(0.25 + r * r) },
  { kernel: { kind: "riesz", power: 1 }, of: (r) => 1 / r },
  { kernel: { kind: "riesz", power: -1 }, of: (r) => -r },
  { kernel: { kind: "riesz", power: -1.5 }, of: (r) => -(r ** 1.5) },
];
const finiteAtZero = kernels.filter(({ of }) => Number.isFinite(of(0)));
const gamma = 3;

const value = (x: Matrix, y: Matrix, options: Omit<KCLOptions, "energyWeight">, energyWeight = gamma) =>
  numberOf(kcl(asTensor(x), asTensor(y), { ...options, energyWeight }));
const distance = (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((v, k) => v - b[k]!));

// Kernels lose (d + 2)ε times the logarithm's slope, at most 4 here; sums over n² pairs n.
const tolerance = { ulps: 256, epsilon: EPSILON, scale: 4 };

describe("definition and limits", () => {
  test.each(kernels)("$kernel: −2 mean k⁺ + γ(mean k_xx + mean k_yy)", ({ kernel, of }) => {
    const [n, d] = [6, 3];
    const [x, y] = [unitRows(1, n, d), unitRows(2, n, d)];
    let expected = 0;
    for (let i = 0; i < n; i++) {
      expected -= (2 * of(distance(x[i]!, y[i]!))) / n;
      for (let j = 0; j < n; j++) {
        if (j === i) continue;
        expected += (gamma * (of(distance(x[i]!, x[j]!)) + of(distance(y[i]!, y[j]!)))) / (n * (n - 1));
      }
    }
    expectClose(value(x, y, { kernel }), expected, tolerance);
  });

  test.each(finiteAtZero)("$kernel: equal rows, orthonormal pairs, a simplex", ({ kernel, of }) => {
    const n = 5;
    const rows = equalRows(n, [0.6, 0.8]);
    expectClose(value(rows, rows, { kernel }), 2 * (gamma - 1) * of(0), tolerance);
    const orthonormal = 2 * gamma * of(Math.SQRT2) - 2 * of(0);
    expectClose(value(identity(n), identity(n), { kernel }), orthonormal, tolerance);
    const vertices = 2 * gamma * of(Math.sqrt((2 * n) / (n - 1))) - 2 * of(0);
    expectClose(value(simplex(n), simplex(n), { kernel }), vertices, tolerance);
  });

  test("kernels matter where they should: γ = 1 and one kernel is an energy distance of pairs", () => {
    const [x, y] = [unitRows(1, 6, 3), unitRows(2, 6, 3)];
    const mean = (a: Matrix, b: Matrix, matched: boolean) => {
      const values = a.flatMap((u, i) => b.flatMap((v, j) => (matched === (i === j) ? [distance(u, v)] : [])));
      return values.reduce((sum, v) => sum + v, 0) / values.length;
    };
    const expected = 2 * mean(x, y, true) - mean(x, x, false) - mean(y, y, false);
    expectClose(value(x, y, { kernel: { kind: "riesz", power: -1 } }, 1), expected, tolerance);
  });

  test("the log kernel unmatched weighs positives twice, as the public code does", () => {
    const [x, y] = [unitRows(1, 6, 3), unitRows(2, 6, 3)];
    const [matched, unmatched] = [true, false].map((flag) =>
      value(x, y, { kernel: { kind: "log", scale: 2, matched: flag } }),
    );
    const positives = x.reduce((sum, row, i) => sum + Math.log(1 + 2 * distance(row, y[i]!) ** 2), 0) / 6;
    expectClose(unmatched! - matched!, positives, tolerance);
    expect(value(x, y, { kernel: { kind: "log", scale: 2 } })).toBe(matched);
  });

  test("another kernel between positives: Riesz energies with a Gaussian keep perfect pairs finite", () => {
    const kernel = { kind: "riesz", power: 1 } as const;
    const rows = identity(4);
    expect(value(rows, rows, { kernel })).toBe(Number.NEGATIVE_INFINITY);
    const mixed = value(rows, rows, { kernel, alignmentKernel: { kind: "gaussian", scale: 2 } });
    expectClose(mixed, (2 * gamma) / Math.SQRT2 - 2, tolerance);
  });
});

describe("the uniform law", () => {
  // n equally spaced points of the circle: the mean over all pairs is the integral where the kernel is smooth.
  const n = 256;
  const circle = Array.from({ length: n }, (_, i) => [
    Math.cos((2 * Math.PI * i) / n),
    Math.sin((2 * Math.PI * i) / n),
  ]);
  const offDiagonal = (mean: number, self: number) => (n * mean - self) / (n - 1);

  test("Gaussian: e^(uniformity)", () => {
    const energy = offDiagonal(Math.exp(uniformLawUniformity(2, { scale: 2 })), 1);
    const kernel = { kind: "gaussian", scale: 2 } as const;
    expectClose(value(circle, circle, { kernel }), 2 * gamma * energy - 2, tolerance);
  });

  test.each([
    { kernel: { kind: "log", scale: 2 } as KCLKernel, of: (D: number) => -0.5 * Math.log1p(2 * D) },
    { kernel: { kind: "imq", offset: 0.5 } as KCLKernel, of: (D: number) => 0.5 / Math.sqrt(0.25 + D) },
  ])("$kernel.kind: the integral over the circle", ({ kernel, of }) => {
    const { value: mean } = zonalMean((_, cosine) => of(2 - 2 * cosine), { dimension: 2, tolerance: 1e-14 });
    const expected = 2 * gamma * offDiagonal(mean, of(0)) - 2 * of(0);
    expectClose(value(circle, circle, { kernel }), expected, { ...tolerance, ulps: 2 ** 12 });
  });

  test("Riesz −1: 4/π up to the 1/n² of a kernel with a kink", () => {
    expectClose(uniformChordMoment(2, 1), 4 / Math.PI, { ulps: 8, epsilon: EPSILON });
    // Exactly Σ 2 sin(πk/n) = 2 cot(π/2n).
    const mean = 2 / Math.tan(Math.PI / (2 * n)) / (n - 1);
    const actual = -value(circle, circle, { kernel: { kind: "riesz", power: -1 } }) / (2 * gamma);
    expectClose(actual, mean, { ...tolerance, ulps: n });
    expect(Math.abs(actual - (n * uniformChordMoment(2, 1)) / (n - 1))).toBeLessThan(2 * (Math.PI / n) ** 2);
  });

  test.each([
    {
      kernel: { kind: "riesz", power: 1 } as KCLKernel,
      d: 16,
      mean: uniformChordMoment(16, -1),
      square: uniformChordMoment(16, -2),
    },
    { kernel: { kind: "riesz", power: -1 } as KCLKernel, d: 3, mean: -uniformChordMoment(3, 1), square: 2 },
    {
      kernel: { kind: "gaussian", scale: 2 } as KCLKernel,
      d: 16,
      mean: Math.exp(uniformLawUniformity(16, { scale: 2 })),
      square: Math.exp(uniformLawUniformity(16, { scale: 4 })),
    },
  ])("$kernel.kind in d = $d within 4 standard errors", ({ kernel, d, mean, square }) => {
    const size = 200;
    const [x, y] = [unitRows(21, size, d), unitRows(22, size, d)];
    // The alignment term is left to a Gaussian, and taken away again.
    const alignmentKernel = { kind: "gaussian", scale: 1 } as const;
    const positives = x.reduce((sum, row, i) => sum + Math.exp(-(distance(row, y[i]!) ** 2)), 0) / size;
    const energies = (value(x, y, { kernel, alignmentKernel }, 1) + 2 * positives) / 2;
    // A U-statistic whose projections are constant: Var = 2 Var k/(n(n−1)), halved by the mean of two.
    const error = Math.sqrt((square - mean * mean) / (size * (size - 1)));
    expect(Math.abs(energies - mean)).toBeLessThan(4 * error);
    expect(error).toBeLessThan(0.01 * Math.abs(mean));
  });
});

describe("duplicates", () => {
  const x = [
    [1, 0],
    [1, 0],
    [0, 1],
  ];
  const y = [
    [0.6, 0.8],
    [0.8, 0.6],
    [-1, 0],
  ];
  const gradientsOf = (kernel: KCLKernel, alignmentKernel?: KCLKernel) => {
    const options = { kernel, energyWeight: gamma, ...(alignmentKernel ? { alignmentKernel } : {}) };
    return valueAndGrad((...xs: Tensor[]) => kcl(xs[0]!, xs[1]!, options), [asTensor(x), asTensor(y)]);
  };

  test("equal rows within a view: Riesz is +∞, and its gradient leaves that pair out", () => {
    const { value: loss, gradients } = gradientsOf({ kind: "riesz", power: 1 }, { kind: "gaussian", scale: 1e-9 });
    expect(numberOf(loss)).toBe(Number.POSITIVE_INFINITY);
    // A Gaussian of scale 1e-9 pulls at the positives with some 1e-9.
    // ∇(1/r) = −(x_0 − x_2)/r³ from the pair with x_2, which counts twice among 6.
    const factor = (-2 * gamma) / 6 / 2 ** 1.5;
    expectAllClose(gradients[0]!.dataSync().subarray(0, 2), [factor, -factor], { ulps: 2 ** 26, epsilon: EPSILON });
  });

  test.each(finiteAtZero)("$kernel: they do not pull at one another", ({ kernel }) => {
    const { value: loss, gradients } = gradientsOf(kernel);
    expect(numberOf(loss)).not.toBeNaN();
    const all = gradients.flatMap((gradient) => [...gradient.dataSync()]);
    expect(all.every(Number.isFinite)).toBe(true);
    // The first two rows of x see the same others, save their partners, whose mirror images pull alike along the diagonal.
    const { gradients: swapped } = valueAndGrad(
      (...xs: Tensor[]) => kcl(xs[0]!, xs[1]!, { kernel, energyWeight: gamma }),
      [asTensor(x), asTensor([y[1]!, y[0]!, y[2]!])],
    );
    expectAllClose(swapped[0]!.dataSync().subarray(0, 2), gradients[0]!.dataSync().subarray(2, 4), tolerance);
  });

  test("perfect pairs and equal rows with Riesz: ∞ − ∞ is NaN", () => {
    const rows = equalRows(3, [1, 0]);
    expect(value(rows, rows, { kernel: { kind: "riesz", power: 1 } })).toBeNaN();
  });
});

describe.each(kernels)("laws, $kernel", ({ kernel }) => {
  const x = unitRows(5, 7, 4);
  const y = nearby(6, x, 0.5);
  const before = value(x, y, { kernel });

  test("swap, permutation, joint rotation and shift change nothing; breaking the pairs does", () => {
    expectClose(value(y, x, { kernel }), before, tolerance);
    expectClose(value([...x].reverse(), [...y].reverse(), { kernel }), before, tolerance);
    expectClose(value(rotate(x, 1.1), rotate(y, 1.1), { kernel }), before, tolerance);
    const shift = (rows: Matrix) => rows.map((row) => row.map((v) => v + 0.5));
    expectClose(value(shift(x), shift(y), { kernel }), before, tolerance);
    expect(Math.abs(value([...x].reverse(), y, { kernel }) - before)).toBeGreaterThan(0.01);
  });

  test("linear in γ", () => {
    const at = (weight: number) => value(x, y, { kernel }, weight);
    expectClose(at(3) - at(2), at(2) - at(1), tolerance);
  });
});

test.each<[Partial<KCLOptions>, string]>([
  [{ energyWeight: 0 }, "kcl: `energyWeight` must be a finite number > 0, got 0."],
  [{ kernel: { kind: "gaussian", scale: -1 } }, "kcl: `kernel.scale` must be a finite number > 0, got -1."],
  [{ kernel: { kind: "log", scale: 0 } }, "kcl: `kernel.scale` must be a finite number > 0, got 0."],
  [{ kernel: { kind: "imq", offset: 0 } }, "kcl: `kernel.offset` must be a finite number > 0, got 0."],
  [{ kernel: { kind: "riesz", power: 0 } }, "kcl: `kernel.power` must be a finite number ≠ 0, got 0."],
  [
    { kernel: { kind: "sobolev" } as never },
    'kcl: `kernel.kind` must be "gaussian", "log", "imq" or "riesz", got "sobolev".',
  ],
  [
    { alignmentKernel: { kind: "imq", offset: Number.NaN } },
    "kcl: `alignmentKernel.offset` must be a finite number > 0, got NaN.",
  ],
])("message %#", (change, message) => {
  const x = asTensor(unitRows(1, 4, 3));
  const good: KCLOptions = { kernel: { kind: "gaussian", scale: 2 }, energyWeight: 1 };
  expect(thrownBy(() => kcl(x, x, { ...good, ...change }))).toMatchObject({ name: "InputError", message });
  const one = asTensor([[1, 0]]);
  expect(thrownBy(() => kcl(one, one, good))).toMatchObject({
    message: "kcl: `x` must be of shape [n, d] with n ≥ 2, got [1, 2]. A single row has no others to be told from.",
  });
});
