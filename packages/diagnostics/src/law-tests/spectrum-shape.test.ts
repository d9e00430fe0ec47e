import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { axisRows, equalRows, meanAndError, randomRows, turnRows, unitRows } from "../../test/unit-rows.ts";
import { spectrumShape } from "./spectrum-shape.ts";

const exact = { ulps: 64, epsilon: 2 ** -52, scale: 1 };

describe("closed forms", () => {
  test("orthonormal rows about the origin: everything full", async () => {
    const shape = await spectrumShape(axisRows(6, 6), { about: "origin" });
    expectClose(shape.stableRank!.value, 6, exact);
    expectClose(shape.participationRatio!.value, 6, exact);
    expectClose(shape.isoScore!.value, 1, exact);
    expect([shape.ceiling, shape.axesFor]).toEqual([6, { "0.5": 3, "0.9": 6, "0.95": 6, "0.99": 6 }]);
    for (const [k, share] of shape.explained.entries()) expectClose(share, (k + 1) / 6, exact);
  });

  test("about the centroid orthonormal rows lose one axis", async () => {
    const shape = await spectrumShape(axisRows(5, 9));
    expectClose(shape.stableRank!.value, 4, exact);
    expectClose(shape.participationRatio!.value, 4, exact);
    expectClose(shape.isoScore!.value, 3 / 8, exact);
    expect(shape.ceiling).toBe(4);
  });

  test("variances 4 : 1 along two axes of R³", async () => {
    // Rows (±s, 0, h) and (0, ±t, h′): about the centroid in the first two coordinates 2s², 2t²; the third by h ≠ h′.
    const [s, t] = [0.8, 0.4];
    const rows = [1, -1].flatMap((side) => [
      [side * s, 0, Math.sqrt(1 - s * s)],
      [0, side * t, Math.sqrt(1 - t * t)],
    ]);
    const shape = await spectrumShape(unitRows(rows), { about: "centroid", shares: [0.7] });
    const third = (Math.sqrt(1 - t * t) - Math.sqrt(1 - s * s)) ** 2 / 4;
    const [first, second] = [(2 * s * s) / 4, (2 * t * t) / 4];
    const trace = first + second + third;
    expectClose(shape.stableRank!.value, trace / first, exact);
    const ratio = trace ** 2 / (first ** 2 + second ** 2 + third ** 2);
    expectClose(shape.participationRatio!.value, ratio, exact);
    expectClose(shape.isoScore!.value, (ratio - 1) / 2, exact);
    expect(shape.axesFor).toEqual({ "0.7": first / trace >= 0.7 ? 1 : 2 });
  });

  test("no variance: null", async () => {
    const shape = await spectrumShape(equalRows([1, 2, 3], 6));
    expect([shape.stableRank, shape.participationRatio, shape.isoScore, shape.explained]).toEqual([
      null,
      null,
      null,
      [],
    ]);
  });
});

test("IsoScore by its own six steps", async () => {
  const d = 5;
  const shape = await spectrumShape(randomRows(2, 40, d, [1, 1]));
  const shares = shape.explained.map((sum, k) => sum - (shape.explained[k - 1] ?? 0));
  const norm = Math.hypot(...shares);
  const defect =
    Math.hypot(...shares.map((share) => (Math.sqrt(d) * share) / norm - 1)) / Math.sqrt(2 * (d - Math.sqrt(d)));
  const fraction = (d - defect ** 2 * (d - Math.sqrt(d))) ** 2 / d ** 2;
  expectClose(shape.isoScore!.value, (d * fraction - 1) / (d - 1), { ...exact, ulps: 256 });
});

test.each([
  [40, 8],
  [30, 60],
])("uniform rows, n = %d, d = %d: participation ratio near 1/(1/n + (1 − 1/n)/d)", async (n, d) => {
  const ratios: number[] = [];
  for (let seed = 1; seed <= 60; seed++) {
    ratios.push(
      (await spectrumShape(randomRows(seed, n, d), { about: "origin", bootstrap: 0 })).participationRatio!.value,
    );
  }
  const { mean, error } = meanAndError(ratios);
  const predicted = 1 / (1 / n + (1 - 1 / n) / d);
  // A ratio of means for a mean of ratios: relative error of order 1/(nd).
  expect(Math.abs(mean - predicted)).toBeLessThan(3 * error + (4 * predicted) / (n * d));
});

test("standard errors are the deviations over clouds, on both sides of n = d", async () => {
  for (const [n, d] of [
    [80, 4],
    [60, 70],
  ] as const) {
    const runs = [];
    for (let seed = 1; seed <= 100; seed++) {
      runs.push(await spectrumShape(stretched(seed, n, d), { bootstrap: 0 }));
    }
    for (const name of ["stableRank", "participationRatio", "isoScore"] as const) {
      const { error } = meanAndError(runs.map((run) => run[name]!.value));
      const stated = runs.reduce((sum, run) => sum + run[name]!.standardError!, 0) / 100;
      // 1/√200 = 7 % of the deviation of 100 values, three of them, and terms of order 1/√n.
      expect(Math.abs(stated / (error * 10) - 1), `${name} ${n} ${d}`).toBeLessThan(0.35);
    }
  }
});

test("turning does not matter; a source of fewer rows than dimensions agrees with its transpose's moments", async () => {
  const x = randomRows(4, 12, 20, [1]);
  const [a, b] = [await spectrumShape(x), await spectrumShape(turnRows(3, x))];
  for (const name of ["stableRank", "participationRatio"] as const) {
    expectClose(b[name]!.value, a[name]!.value, { ...exact, ulps: 1e4 });
    expectClose(b[name]!.standardError!, a[name]!.standardError!, { ...exact, ulps: 1e4 });
  }
});

test("messages", async () => {
  const x = randomRows(1, 4, 3);
  await expect(spectrumShape(x, { shares: [0.5, 1] })).rejects.toThrow(
    "spectrumShape: `shares` must be a number > 0 and < 1, got 1.",
  );
});

/** Rows with one axis of larger variance, so that the largest eigenvalue is simple. */
function stretched(seed: number, n: number, d: number) {
  const { data } = randomRows(seed, n, d);
  return unitRows(
    Array.from({ length: n }, (_, i) => Array.from(data.subarray(i * d, (i + 1) * d), (v, k) => (k === 0 ? 4 * v : v))),
  );
}
