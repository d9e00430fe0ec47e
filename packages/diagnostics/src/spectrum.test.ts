import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { axisRows, equalRows, randomRows, turnRows, unitRows } from "../test/unit-rows.ts";
import { spectrum } from "./spectrum.ts";

// Eigenvalues carry an absolute error of some size·ε·λ₁, with size at most 16 here.
const close = { ulps: 256, epsilon: Number.EPSILON };

describe("closed forms", () => {
  test.each([
    ["fewer rows than dimensions", 5, 8],
    ["as many rows as dimensions", 6, 6],
  ])("orthonormal rows, %s: RankMe n, and n − 1 equal directions of variance", async (_, n, dim) => {
    const { x } = await spectrum(axisRows(n, dim), axisRows(n, dim));
    expectClose(x.rankMe.value, n, close);
    expectClose(x.effectiveRank.value, n - 1, close);
    expectClose(x.participationRatio.value, n - 1, close);
    expect(x.rankCeiling).toBe(n - 1);
    expectAllClose(x.varianceShares.slice(0, n - 1), new Array(n - 1).fill(1 / (n - 1)), close);
  });

  test("each axis twice: more rows than dimensions", async () => {
    const x = unitRows([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    const spectra = await spectrum(x, x);
    expectClose(spectra.y.rankMe.value, 3, close);
    expectClose(spectra.y.effectiveRank.value, 2, close);
    expect(spectra.y.rankCeiling).toBe(3);
  });

  test("two unequal clusters on one line: one direction", async () => {
    const x = unitRows([
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    const { x: one } = await spectrum(x, x);
    expectClose(one.effectiveRank.value, 1, close);
    expectClose(one.participationRatio.value, 1, close);
    // Singular values √2 and 1.
    const p = Math.SQRT2 / (1 + Math.SQRT2);
    expectClose(one.rankMe.value, Math.exp(-p * Math.log(p) - (1 - p) * Math.log(1 - p)), close);
  });

  test("collapsed rows: RankMe 1, no variance", async () => {
    const x = equalRows([1, 2, 3], 7);
    const { rankMe, effectiveRank, participationRatio, varianceShares } = (await spectrum(x, x)).x;
    expectClose(rankMe.value, 1, close);
    expect([effectiveRank.value, participationRatio.value]).toEqual([0, 0]);
    expect(varianceShares.every((share) => share === 0)).toBe(true);
  });
});

test("small singular values keep their accuracy: a Gram matrix would lose them", async () => {
  // Rows e₁ + t·e_k are orthogonal up to their common part, so that all but one singular value are t/√(1 + t²).
  const [n, t] = [5, 1e-9];
  const x = unitRows(
    Array.from({ length: n }, (_, i) => [1, ...Array.from({ length: n }, (_, k) => (k === i ? t : 0))]),
  );
  const common = Math.sqrt((n + t * t) / (1 + t * t));
  const single = t / Math.sqrt(1 + t * t);
  const total = common + (n - 1) * single;
  const entropy = -[common, ...new Array(n - 1).fill(single)].reduce(
    (sum, s) => sum + (s / total) * Math.log(s / total),
    0,
  );
  const { rankMe } = (await spectrum(x, x)).x;
  // log RankMe is about 4t/√5·log(1/t), known to the rounding of t: an absolute error of some ε·log(1/t) each.
  expectClose(Math.log(rankMe.value), entropy, { ulps: 1024, epsilon: Number.EPSILON, scale: 1 });
  expect(entropy).toBeGreaterThan(3e-8);
});

test("zero columns and rotations change nothing", async () => {
  const x = randomRows(1, 12, 6, [1]);
  const padded = {
    rows: 12,
    dim: 14,
    data: Float64Array.from({ length: 168 }, (_, at) =>
      at % 14 < 6 ? x.data[Math.floor(at / 14) * 6 + (at % 14)]! : 0,
    ),
  };
  const [plain, turned] = [(await spectrum(x, x)).x, (await spectrum(turnRows(5, padded), padded)).x];
  expectClose(turned.rankMe.value, plain.rankMe.value, { ...close, ulps: 4096 });
  expectClose(turned.effectiveRank.value, plain.effectiveRank.value, { ...close, ulps: 4096 });
  expectClose(turned.participationRatio.value, plain.participationRatio.value, { ...close, ulps: 4096 });
});

test("participation ratio of uniform rows: 1/(1/n + (1 − 1/n)/d)", async () => {
  const [n, dim] = [1000, 64];
  const { x, y } = await spectrum(randomRows(1, n, dim), randomRows(2, n, dim));
  const expected = 1 / (1 / n + (1 - 1 / n) / dim);
  // Σλ² sums n²/2 nearly independent squares cos², each with mean 1/d and relative variance 2: 2√2/n, with a margin of 5.
  for (const one of [x, y])
    expectClose(one.participationRatio.value, expected, { ulps: 1, epsilon: (5 * 2 * Math.SQRT2) / n });
});

test("rows that are equal up to rounding come to an end", async () => {
  const x = equalRows(new Array(32).fill(1), 60);
  const { rankMe, effectiveRank } = (await spectrum(x, x)).x;
  expectClose(rankMe.value, 1, close);
  expect(effectiveRank.value).toBe(0);
});
