import { digamma } from "@nce-geometry/manifold";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  deviation,
  equalRows,
  lawAt,
  mean,
  rotateRows,
  sampleOf,
  stacked,
  uniformRows,
} from "../../test/sphere-samples.ts";
import { knnDivergence, knnSymmetricKL } from "./knn-divergence.ts";

test("von Mises–Fisher laws of concentrations 20 and 5, an angle of 1 apart, in R^8: 3.604", async () => {
  const [p, q] = [lawAt(8, 20), lawAt(8, 5, 1)];
  expectClose(p.klDivergence(q), 3.60433919968, { ulps: 1e5, epsilon: Number.EPSILON });
  const { value, standardError, ...facts } = await knnDivergence(sampleOf(p, 1000, 5), sampleOf(q, 1000, 6));
  expect(Math.abs(value - p.klDivergence(q))).toBeLessThan(3 * standardError!);
  expect(facts).toEqual({ samples: 2000, unit: "nats", method: "knn-caps k=3" });
});

test("two uniform samples of 15 and 40 rows: the bias is that of log m/(n − 1) alone", async () => {
  const values: number[] = [];
  for (let r = 0; r < 200; r++) {
    values.push((await knnDivergence(uniformRows(15, 4, 2 * r), uniformRows(40, 4, 2 * r + 1))).value);
  }
  const bias = Math.log(40 / 14) - digamma(41) + digamma(15);
  expect(Math.abs(mean(values) - bias)).toBeLessThan((3 * deviation(values)) / Math.sqrt(200));
});

test("the standard errors are honest, on the safe side", async () => {
  const [p, q] = [lawAt(3, 6), lawAt(3, 3, 0.4)];
  const runs = Array.from({ length: 60 }, (_, r) => [sampleOf(p, 90, 2 * r), sampleOf(q, 130, 2 * r + 1)] as const);
  for (const estimator of [knnDivergence, knnSymmetricKL]) {
    const estimates = await Promise.all(runs.map(([x, y]) => estimator(x, y)));
    const ratio = mean(estimates.map((e) => e.standardError!)) / deviation(estimates.map((e) => e.value));
    // A deviation over 60 runs is known to 9 %.
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(2);
  }
});

test("the symmetric form is the mean of both directions, whatever the order and the rotation", async () => {
  const [x, y] = [sampleOf(lawAt(4, 8), 50, 1), sampleOf(lawAt(4, 3, 0.5), 70, 2)];
  const [forth, back] = [await knnDivergence(x, y), await knnDivergence(y, x)];
  const tolerance = { ulps: 256, epsilon: Number.EPSILON, scale: 1 };
  for (const [a, b] of [
    [x, y],
    [y, x],
    [rotateRows(x), rotateRows(y)],
  ] as const) {
    const symmetric = await knnSymmetricKL(a, b);
    expectClose(symmetric.value, (forth.value + back.value) / 2, tolerance);
    expect(symmetric.standardError).toBeLessThan((forth.standardError! + back.standardError!) / 2 + 1e-9);
  }
});

test("wide against narrow: more neighbours give another value, and a note says so", async () => {
  const [wide, narrow] = [sampleOf(lawAt(8, 5, 1), 300, 1), sampleOf(lawAt(8, 20), 300, 2)];
  const { value, notes } = await knnDivergence(wide, narrow);
  expect(value).toBeLessThan(lawAt(8, 5, 1).klDivergence(lawAt(8, 20)) - 3);
  const wider = (await knnDivergence(wide, narrow, { k: 12 })).value.toPrecision(3);
  expect(notes).toEqual([
    `With 12 neighbours D_KL(x‖y) would be ${wider} in place of ${value.toPrecision(3)}: smoothing decides it.`,
  ]);
});

describe("duplicates", () => {
  const [x, y] = [uniformRows(20, 3, 1), uniformRows(20, 3, 2)];
  const twins = equalRows([0, 0, 1], 2);

  test("k + 1 equal rows in x: +∞", async () => {
    const { value, notes } = await knnDivergence(stacked(x, twins), y, { k: 1 });
    expect(value).toBe(Number.POSITIVE_INFINITY);
    expect(notes).toEqual([
      "2 of 22 rows of x have 1 neighbours equal to them: no density can be estimated there. Merge duplicates or take a larger k.",
    ]);
  });

  test("rows of y equal to one of x: −∞; both: NaN", async () => {
    const one = equalRows([0, 0, 1], 1);
    expect((await knnDivergence(stacked(x, one), stacked(y, one), { k: 1 })).value).toBe(Number.NEGATIVE_INFINITY);
    const both = await knnDivergence(stacked(x, twins), stacked(y, one), { k: 1 });
    expect(both.value).toBeNaN();
    expect(both.notes).toHaveLength(2);
    expect(both.standardError).toBeUndefined();
  });
});

test("messages", async () => {
  const [x, y] = [uniformRows(5, 3, 1), uniformRows(4, 3, 2)];
  await expect(knnSymmetricKL(x, y, { k: 4 })).rejects.toThrow(
    "knnSymmetricKL: `k` must be an integer from 1 to 3, the number of other rows, got 4.",
  );
  expect((await knnDivergence(x, y, { k: 4 })).samples).toBe(9);
  await expect(knnDivergence(x, y, { sampling: "paired" })).rejects.toThrow(
    "knnDivergence: `y` must be of 5 rows, as `x` is, got [4, 3]. Row i of one is the match of row i of the other; repeat a row that has several matches.",
  );
  await expect(knnDivergence(x, uniformRows(4, 5, 2))).rejects.toThrow(
    "knnDivergence: `y` must be of dimension 3, as `x` is, got [4, 5]. Both modalities must live in one space.",
  );
  await expect(knnDivergence(x, y, { sampling: "matched" as "paired" })).rejects.toThrow(
    'knnDivergence: `sampling` must be "independent" or "paired", got matched.',
  );
});
