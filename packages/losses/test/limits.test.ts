// Closed forms of every denominator, on tensors and on rows.

import { uniformInfoNCELimit } from "@nce-geometry/manifold";
import { type Critic, type DenominatorKind, type Rows, scalar, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  infoNCEPerSampleOnRows,
  symmetricInfoNCE,
  symmetricInfoNCEGradientOnRows,
  symmetricInfoNCEOnRows,
} from "../src/index.ts";
import {
  asRows,
  asTensor,
  backend,
  EPSILON,
  equalRows,
  growth,
  identity,
  type Matrix,
  nearby,
  numberOf,
  simplex,
  unitRows,
} from "./helpers.ts";

interface Denominator {
  readonly name: string;
  readonly options: { readonly denominator?: DenominatorKind; readonly ownWeight?: number };
  /** Negatives of an anchor among n pairs, of a reference of the size of one side. */
  readonly negatives: (n: number) => number;
}

const denominators: readonly Denominator[] = [
  { name: "cross", options: {}, negatives: (n) => n - 1 },
  { name: "own", options: { denominator: "own" }, negatives: (n) => n - 1 },
  { name: "pooled", options: { denominator: "pooled" }, negatives: (n) => 2 * n - 2 },
  { name: "reference", options: { denominator: "reference" }, negatives: (n) => n },
  { name: "mixture", options: { ownWeight: 0.25 }, negatives: (n) => n - 1 },
];

/** The loss on both paths, which must agree. */
async function lossOf(
  one: Denominator,
  [x, y, reference]: readonly [Matrix, Matrix, Matrix],
  { includePositive = true, ...rest }: { temperature: number; includePositive?: boolean; critic?: Critic },
  ulps: number,
): Promise<number> {
  const options = { ...one.options, ...rest, includePositive };
  const fixed = <R>(convert: (rows: Matrix) => R) =>
    one.name === "reference" ? { reference: convert(reference) } : {};
  const tensors = symmetricInfoNCE(asTensor(x), asTensor(y), { ...options, ...fixed((rows) => asTensor(rows)) });
  const rows = await symmetricInfoNCEOnRows(asRows(x), asRows(y), { ...options, ...fixed<Rows>(asRows) });
  expectClose(rows.loss, numberOf(tensors), { ulps, epsilon: EPSILON, scale: includePositive ? 0 : 1 });
  expect(rows.negatives).toBe(one.negatives(x.length));
  return numberOf(tensors);
}

describe.each(denominators)("$name", (one) => {
  test.each([2, 7])("collapse: log of the number of terms (n = %d)", async (n) => {
    const rows = equalRows(n, [0.6, 0.8]);
    const ulps = growth({ n: 2 * n, d: 2, temperature: 0.1 });
    const m = one.negatives(n);
    expectClose(await lossOf(one, [rows, rows, rows], { temperature: 0.1 }, ulps), Math.log(m + 1), {
      ulps,
      epsilon: EPSILON,
    });
    const decoupled = await lossOf(one, [rows, rows, rows], { temperature: 0.1, includePositive: false }, ulps);
    // A difference of two logits of size 1/τ.
    expectClose(decoupled, Math.log(m), { ulps, epsilon: EPSILON, scale: 1 });
  });

  // The reference is orthogonal to all anchors.
  const orthonormal = [8, 16].map((d) => identity(d).slice(0, 8));
  const padded = orthonormal[0]!.map((row) => [...row, ...row.map(() => 0)]);
  const apart = identity(16).slice(8);

  test.each([1, 0.07, 0.005])("orthonormal pairs: log1p(m·e^(−1/τ)), however small (τ = %d)", async (tau) => {
    const m = one.negatives(8);
    // The scores are exact; 1/τ is rounded, which e^(−1/τ) amplifies by 1/τ.
    const ulps = 32 + 4 / tau;
    const loss = await lossOf(one, [padded, padded, apart], { temperature: tau }, ulps);
    expectClose(loss, Math.log1p(m * Math.exp(-1 / tau)), { ulps, epsilon: EPSILON });
    const decoupled = await lossOf(one, [padded, padded, apart], { temperature: tau, includePositive: false }, ulps);
    expectClose(decoupled, Math.log(m) - 1 / tau, { ulps, epsilon: EPSILON });
  });

  test("a simplex: log1p(m·e^(−n/((n−1)τ)))", async () => {
    const [n, tau] = [6, 0.1];
    // A reference of n rows: the vertices, of which one is the anchor itself.
    const rows = simplex(n);
    const odds = Math.exp(-n / ((n - 1) * tau));
    const expected = one.name === "reference" ? Math.log1p(1 + (n - 1) * odds) : Math.log1p(one.negatives(n) * odds);
    const ulps = growth({ n: 2 * n, d: n, temperature: tau });
    expectClose(await lossOf(one, [rows, rows, rows], { temperature: tau }, ulps), expected, {
      ulps,
      epsilon: EPSILON,
    });
  });

  const [n, d] = [9, 4];
  const sets = [unitRows(1, n, d), unitRows(2, n, d), unitRows(3, n, d)] as const;

  test("τ → ∞: log of the number of terms, to first order in 1/τ", async () => {
    const m = one.negatives(n);
    const at = async (temperature: number) =>
      (await lossOf(one, sets, { temperature }, growth({ n: 2 * n, d, temperature: 0.1 }))) - Math.log(m + 1);
    const [far, farther] = [await at(1e3), await at(1e6)];
    // Scores differ by at most 2, and second-order terms are of relative size 1e-3.
    expect(Math.abs(farther)).toBeLessThan(2e-6);
    expect(Math.abs(farther / far - 1e-3)).toBeLessThan(1e-5);
  });

  test("τ → 0: τ·loss of an anchor is how far the best negative leads, within τ·log of the number of terms", async () => {
    const tau = 1e-3;
    const options = {
      ...one.options,
      temperature: tau,
      ...(one.name === "reference" && { reference: asRows(sets[2]) }),
    };
    const { loss } = await infoNCEPerSampleOnRows(asRows(sets[0]), asRows(sets[1]), options);
    const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, k) => sum + value * b[k]!, 0);
    sets[0].forEach((row, i) => {
      const lead = (rows: Matrix, self: number) =>
        Math.max(
          0,
          ...rows.flatMap((other, j) => (j === self ? [] : [dot(row, other)])).map((s) => s - dot(row, sets[1][i]!)),
        );
      const [cross, own] = [lead(sets[1], i), lead(sets[0], i)];
      const leads = {
        cross,
        own,
        pooled: Math.max(cross, own),
        reference: lead(sets[2], -1),
        mixture: 0.75 * cross + 0.25 * own,
      };
      const expected = leads[one.name as keyof typeof leads];
      // From above by at most τ·log of the terms, and from below by rounding alone.
      const excess = tau * loss[i]! - expected;
      expect(excess).toBeGreaterThan(-64 * EPSILON);
      expect(excess).toBeLessThan(tau * Math.log(one.negatives(n) + 1));
    });
  });

  test.each([0.07, 0.01, 0.005])("positive at −1, negatives at +1: no saturation (τ = %d)", async (tau) => {
    // Positives at the other end. Negatives lie on the anchor, save those of the other side in the pooled case, which lie with
    // the positive.
    const [x, y] = [
      [[1], [1]],
      [[-1], [-1]],
    ];
    const reference = [[1], [1]];
    const crossed = one.name === "cross" || one.name === "mixture";
    const pairs = crossed
      ? ([
          [[1], [-1]],
          [[-1], [1]],
        ] as const)
      : ([x, y] as const);
    const options = { ...one.options, forwardWeight: 1 };
    const tensors = (t: Tensor) => (one.name === "reference" ? { reference: asTensor(reference, t.backend) } : {});
    const { value, gradients } = valueAndGrad(
      (a, b, t) => symmetricInfoNCE(a!, b!, { ...options, ...tensors(a!), temperature: t! }),
      [asTensor(pairs[0]), asTensor(pairs[1]), scalar(backend, tau)],
    );
    const rows = await symmetricInfoNCEGradientOnRows(asRows(pairs[0]), asRows(pairs[1]), {
      ...options,
      ...(one.name === "reference" && { reference: asRows(reference) }),
      temperature: tau,
    });
    // The own negative of the mixture's anchor lies at −1 as its positive does, so that a quarter of it is log 2.
    const ahead = one.name === "reference" ? 2 : 1;
    const level = one.name === "pooled" ? 1 : 0;
    const logOdds = 2 / tau + Math.log(ahead) + Math.log1p((level / ahead) * Math.exp(-2 / tau));
    const far = logOdds + Math.log1p(Math.exp(-logOdds));
    const expected = one.name === "mixture" ? 0.75 * far + 0.25 * Math.LN2 : far;
    expectClose(numberOf(value), expected, { ulps: 16, epsilon: EPSILON });
    expectClose(rows.loss, expected, { ulps: 16, epsilon: EPSILON });
    expect(gradients[0]!.dataSync().every((entry) => Math.abs(entry) >= 0.25 / tau)).toBe(true);
    expectAllClose(rows.gradients.x, gradients[0]!.dataSync(), { ulps: 32, epsilon: EPSILON });
    // The share of the negatives ahead, times that of 2/τ.
    const share = 1 / (1 + ((1 + level) / ahead) * Math.exp(-2 / tau));
    const slope = (-(one.name === "mixture" ? 1.5 : 2) / tau ** 2) * share;
    expectClose(numberOf(gradients[2]!), slope, { ulps: 32, epsilon: EPSILON });
    expectClose(rows.gradients.temperature, slope, { ulps: 32, epsilon: EPSILON });
  });

  test("a batch of one: exactly 0, or against a reference log1p of its odds; decoupled −∞", async () => {
    const [x, y] = [[[0.6, 0.8]], [[0.8, 0.6]]];
    const loss = (includePositive: boolean) => lossOf(one, [x, y, x], { temperature: 0.5, includePositive }, 32);
    if (one.name === "reference") {
      // The reference is the anchor x, which leads by (1 − 0.96)/½, and for the anchor y the positive itself.
      const expected = 0.5 * (Math.log1p(Math.exp(0.08)) + Math.LN2);
      expectClose(await loss(true), expected, { ulps: 64, epsilon: EPSILON });
    } else {
      expect(await loss(true)).toBe(0);
      expect(await loss(false)).toBe(Number.NEGATIVE_INFINITY);
    }
  });

  test("duplicates of a well separated pair: log of their number", async () => {
    const rows = [...equalRows(3, [1, 0, 0, 0]), [0, 1, 0, 0], [0, 0, 1, 0]];
    const reference = [
      [0, 0, 0, 1],
      [1, 0, 0, 0],
      [0, 0, 0, 1],
      [0, 0, 0, 1],
      [0, 0, 0, 1],
    ];
    const options = {
      ...one.options,
      temperature: 0.02,
      ...(one.name === "reference" && { reference: asRows(reference) }),
    };
    const { loss } = await infoNCEPerSampleOnRows(asRows(rows), asRows(rows), options);
    // The others add e^(−50), less than a rounding, which logits of 50 have 50 times as large.
    const copies = { cross: 3, own: 3, pooled: 5, reference: 2, mixture: 3 }[one.name]!;
    expectClose(loss[0]!, Math.log(copies), { ulps: 4 / 0.02, epsilon: EPSILON });
  });

  test("NaN in one row spoils what sees it and nothing is hidden", async () => {
    const x = unitRows(1, 5, 3).map((row, i) => (i === 2 ? [Number.NaN, ...row.slice(1)] : row));
    const y = unitRows(2, 5, 3);
    const options = { ...one.options, temperature: 0.1, ...(one.name === "reference" && { reference: asRows(y) }) };
    const { loss } = await infoNCEPerSampleOnRows(asRows(x), asRows(y), options);
    const ownSide = one.name !== "cross" && one.name !== "reference";
    expect(Array.from(loss, (value) => Number.isNaN(value))).toEqual(x.map((_, i) => ownSide || i === 2));
  });
});

describe("uniform law", () => {
  // On a regular polygon Σ_j e^{cos(θ_j)/τ} = n(I₀(1/τ) + 2 Σ_k I_{kn}(1/τ)), and I_n(1/τ) < (e/(2nτ))ⁿ is below 1e-20 here:
  // for perfect positives each loss is exactly its limit.
  const [n, temperature] = [64, 0.2];
  const polygon = (size: number, turn = 0) =>
    Array.from({ length: size }, (_, i) => {
      const angle = (2 * Math.PI * (i + turn)) / size;
      return [Math.cos(angle), Math.sin(angle)];
    });
  const limit = uniformInfoNCELimit(2, { temperature });
  const tolerance = { ulps: growth({ n: 2 * n, d: 2, temperature }), epsilon: EPSILON };

  test("cross and own: log n + the limit", async () => {
    const rows = polygon(n);
    for (const one of denominators.filter(({ name }) => ["cross", "own", "mixture"].includes(name))) {
      const loss = await lossOf(one, [rows, rows, rows], { temperature }, tolerance.ulps);
      expectClose(loss, Math.log(n) + limit, tolerance);
    }
  });

  test("pooled: the anchor's positive is one of 2n − 1 terms, all but the anchor", async () => {
    const rows = polygon(n);
    const loss = await lossOf(denominators[2]!, [rows, rows, rows], { temperature }, tolerance.ulps);
    // Of the 2n terms the anchor itself, of weight 1 relative to the positive, is missing.
    expectClose(loss, Math.log(2 * n * Math.exp(limit) - 1), tolerance);
  });

  test("a decoupled reference that stands for N rows: log N + the limit, for any size of the batch", async () => {
    const size = 1e6;
    const x = unitRows(1, 5, 2);
    const options = { denominator: "reference", temperature, includePositive: false } as const;
    const rows = { rows: asRows(polygon(n, 0.3)), size };
    const summary = await symmetricInfoNCEOnRows(asRows(x), asRows(x), { ...options, reference: rows });
    expectClose(summary.loss, Math.log(size) + limit, tolerance);
    const tensor = { rows: asTensor(polygon(n, 0.3)), size };
    const value = symmetricInfoNCE(asTensor(x), asTensor(x), { ...options, reference: tensor });
    expectClose(numberOf(value), Math.log(size) + limit, tolerance);
  });
});

test("near zero loss every denominator keeps its digits in the gradient", async () => {
  const rows = identity(8);
  for (const denominator of ["cross", "own", "pooled"] as const) {
    const m = denominator === "pooled" ? 14 : 7;
    const tau = 0.01;
    const odds = m * Math.exp(-1 / tau);
    const { gradients } = await symmetricInfoNCEGradientOnRows(asRows(rows), asRows(rows), {
      denominator,
      temperature: tau,
    });
    // ∂/∂τ log(1 + m·e^(−1/τ)).
    expectClose(gradients.temperature, odds / (1 + odds) / tau ** 2, { ulps: 64 + 8 / tau, epsilon: EPSILON });
  }
});

test("perfect and imperfect positives differ", () => {
  const x = unitRows(1, 8, 3);
  const loss = (y: Matrix) =>
    numberOf(symmetricInfoNCE(asTensor(x), asTensor(y), { temperature: 0.1, denominator: "own" }));
  expect(loss(nearby(2, x, 0.5))).toBeGreaterThan(loss(x));
});
