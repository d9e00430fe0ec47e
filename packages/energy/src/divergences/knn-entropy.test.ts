import { logSphereArea } from "@nce-geometry/manifold";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  deviation,
  equalRows,
  lawAt,
  mean,
  rotateRows,
  sampleOf,
  shuffled,
  stacked,
  uniformRows,
} from "../../test/sphere-samples.ts";
import { knnEntropy } from "./knn-entropy.ts";

test.each([3, 16, 64, 128, 512])("uniform law in R^%d: within 3 standard errors of log of the area", async (dim) => {
  const { value, standardError, notes, ...facts } = await knnEntropy(uniformRows(200, dim, 1));
  expect(Math.abs(value - logSphereArea(dim))).toBeLessThan(3 * standardError!);
  expect(notes).toBeUndefined();
  expect(facts).toEqual({ samples: 200, unit: "nats", method: "knn-caps k=3" });
});

test.each([1, 4])("unbiased for the uniform law at every n, here 12 rows and k = %d", async (k) => {
  const values: number[] = [];
  for (let seed = 0; seed < 200; seed++) values.push((await knnEntropy(uniformRows(12, 3, seed), { k })).value);
  // Any ψ(n − 1) in place of ψ(n), or log n, would be off by 0.04 or more, six of these errors.
  expect(Math.abs(mean(values) - logSphereArea(3))).toBeLessThan((3 * deviation(values)) / Math.sqrt(200));
});

test("the standard error is honest, on the safe side", async () => {
  const law = lawAt(3, 10);
  const estimates = await Promise.all(Array.from({ length: 120 }, (_, r) => knnEntropy(sampleOf(law, 100, r))));
  const covered = estimates.filter((e) => Math.abs(e.value - law.entropy) <= 1.96 * e.standardError!).length;
  // 95 % of 120 less 3 standard deviations of a binomial count.
  expect(covered).toBeGreaterThanOrEqual(107);
  const ratio = mean(estimates.map((e) => e.standardError!)) / deviation(estimates.map((e) => e.value));
  expect(ratio).toBeLessThan(2);
});

test("concentrated in high dimension: biased up, and a note knows", async () => {
  const law = lawAt(64, 60);
  const { value, notes } = await knnEntropy(sampleOf(law, 300, 2));
  expect(value).toBeGreaterThan(law.entropy + 3);
  expect(notes).toHaveLength(1);
  expect(notes![0]).toMatch(
    /^Biased up: no law with this mean has an entropy above -5\d\.\d+ nats\. 300 rows are too few in dimension 64/,
  );
});

test("rotation and order of the rows change nothing", async () => {
  const x = sampleOf(lawAt(5, 4), 60, 3);
  const { value, standardError } = await knnEntropy(x);
  // Angles of size 1 carry some d·ε; their logarithms (d − 1) times as much.
  const tolerance = { ulps: 256, epsilon: Number.EPSILON, scale: 1 };
  for (const moved of [rotateRows(x), shuffled(x)]) {
    const other = await knnEntropy(moved);
    expectClose(other.value, value, tolerance);
    expectClose(other.standardError!, standardError!, tolerance);
  }
});

describe("duplicates", () => {
  const x = stacked(uniformRows(20, 3, 1), equalRows([0, 0, 1], 4));

  test("k + 1 equal rows: −∞ with their number", async () => {
    const { value, standardError, notes } = await knnEntropy(x);
    expect([value, standardError]).toEqual([Number.NEGATIVE_INFINITY, undefined]);
    expect(notes).toEqual([
      "4 of 24 rows of x have 3 neighbours equal to them: no density can be estimated there. Merge duplicates or take a larger k.",
    ]);
  });

  test("a larger k steps over them", async () => {
    expect((await knnEntropy(x, { k: 4 })).value).toBeGreaterThan(0);
  });

  test("refused on demand", async () => {
    await expect(knnEntropy(x, { duplicates: "refuse" })).rejects.toThrow(
      "knnEntropy: `x` must be rows with fewer than 3 equal neighbours, got 4 that have 3, the first being row 20. Merge duplicates or take a larger k.",
    );
  });
});

test("rows nearer than inner products resolve keep their order", async () => {
  const near = (angle: number) => [Math.cos(angle), Math.sin(angle)];
  const x = stacked(equalRows([1, 0], 1), stacked(equalRows(near(3e-9), 1), equalRows(near(1e-9), 1)));
  const { value } = await knnEntropy(x, { k: 1 });
  // Nearest angles 1e-9, 2e-9, 1e-9; caps on the circle are arcs of 2θ; ψ(3) − ψ(1) = 3/2.
  expectClose(value, 1.5 + Math.log(2e-9) + Math.LN2 / 3, { ulps: 1e8, epsilon: Number.EPSILON, scale: 1 });
});

describe("bad input", () => {
  const x = uniformRows(5, 3, 1);
  const withRow = (row: readonly number[]) => stacked(x, equalRows(row, 1));
  test.each([
    [
      () => knnEntropy(uniformRows(1, 3, 1)),
      "E_SHAPE",
      "knnEntropy: `x` must be of at least 2 rows, got [1, 3]. A single row has nothing to be compared with.",
    ],
    [
      () => knnEntropy(x, { k: 5 }),
      "E_OPTION",
      "knnEntropy: `k` must be an integer from 1 to 4, the number of other rows, got 5.",
    ],
    [
      () => knnEntropy(x, { k: 0 }),
      "E_OPTION",
      "knnEntropy: `k` must be an integer from 1 to 4, the number of other rows, got 0.",
    ],
    [
      () => knnEntropy(withRow([0, 2, 0])),
      "E_OPTION",
      "knnEntropy: `x` must be of unit rows, got norm 2.00000 in row 5. Normalise the rows first, e.g. with normalizeRowMatrix of @nce-geometry/pairwise.",
    ],
    [
      () => knnEntropy(withRow([0, Number.NaN, 0])),
      "E_NOT_FINITE",
      "knnEntropy: `x` must be finite, got NaN or ∞ in row 5.",
    ],
    [
      () => knnEntropy(withRow([0, 0, 0])),
      "E_ZERO_ROW",
      "knnEntropy: `x` must be of unit rows, got zeros in row 5. A zero row has no direction; remove it.",
    ],
    [
      () => knnEntropy(equalRows([1], 3)),
      "E_SHAPE",
      "knnEntropy: `x` must be of dimension ≥ 2, got [3, 1]. The unit sphere of R¹ is two points, which have no densities.",
    ],
    [
      () => knnEntropy(x, { duplicates: "jitter" as "refuse" }),
      "E_OPTION",
      'knnEntropy: `duplicates` must be "report" or "refuse", got jitter.',
    ],
  ])("%#", async (call, code, message) => {
    await expect(call()).rejects.toThrow(expect.objectContaining({ code, message }));
  });
});
