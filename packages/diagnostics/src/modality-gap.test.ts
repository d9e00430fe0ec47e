import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { equalRows, randomRows, unitRows } from "../test/unit-rows.ts";
import { modalityGap } from "./modality-gap.ts";

const exact = { ulps: 16, epsilon: Number.EPSILON, scale: 1 };

describe("closed forms", () => {
  test("two points: the distance between them, no floor, relative gap 1", async () => {
    const gap = await modalityGap(equalRows([1, 0], 5), equalRows([0.6, 0.8], 5));
    expectClose(gap.centroid.value, Math.sqrt(0.8), exact);
    expect(gap.centroid.standardError).toBeLessThan(1e-15);
    expect(gap.centroidFloor).toBeLessThan(1e-7);
    expectClose(gap.centroidNorm.x.value, 1, exact);
    expectClose(gap.centroidCosine!.value, 0.6, exact);
    expectClose(gap.relative!.value, 1, exact);
  });

  test("cones of half-angles α and β about orthogonal axes: √(cos²α + cos²β)", async () => {
    const [alpha, beta] = [0.4, 1.1];
    const x = unitRows([1, -1].map((side) => [Math.cos(alpha), side * Math.sin(alpha), 0]));
    const y = unitRows([1, -1].map((side) => [0, side * Math.sin(beta), Math.cos(beta)]));
    const gap = await modalityGap(x, y);
    expectClose(gap.centroid.value, Math.hypot(Math.cos(alpha), Math.cos(beta)), exact);
    expectClose(gap.centroidNorm.x.value, Math.cos(alpha), exact);
    expectClose(gap.centroidNorm.y.value, Math.cos(beta), exact);
    expectClose(gap.centroidCosine!.value, 0, exact);
    // d_i − Δ = (0, ±(sin α − sin β), 0), so that Σ‖d_i − Δ‖²/(n(n − 1)) = (sin α − sin β)².
    expectClose(gap.centroidFloor, Math.abs(Math.sin(alpha) - Math.sin(beta)), { ...exact, ulps: 64 });
    // Pairs: ‖x_i − y_i‖²/4; within: (1 − cos 2α)/2 = sin²α.
    const pair = (1 - Math.sin(alpha) * Math.sin(beta)) / 2;
    const within = (Math.sin(alpha) ** 2 + Math.sin(beta) ** 2) / 2;
    expectClose(gap.relative!.value, pair / (pair + within), exact);
  });

  test("identical modalities: no gap of either kind", async () => {
    const x = randomRows(1, 30, 4);
    const gap = await modalityGap(x, x);
    expect([gap.centroid.value, gap.centroidFloor, gap.relative!.value]).toEqual([0, 0, 0]);
    expect(gap.centroid.standardError).toBeUndefined();
  });

  test("antipodal rows have no centroid direction", async () => {
    const x = unitRows([
      [1, 0],
      [-1, 0],
    ]);
    const gap = await modalityGap(
      x,
      unitRows([
        [0, 1],
        [0, -1],
      ]),
    );
    expect(gap.centroidCosine).toBeNull();
    expect(gap.centroid.value).toBe(0);
  });

  test("all rows of both sets equal: no relative gap to speak of", async () => {
    const x = equalRows([3, 4], 4);
    expect((await modalityGap(x, x)).relative).toBeNull();
  });
});

describe("independent uniform modalities", () => {
  test("the relative gap is ½ and the floor is what the centroids show", async () => {
    const gaps = await Promise.all(
      Array.from({ length: 60 }, (_, r) =>
        modalityGap(randomRows(2 * r + 1, 50, 5), randomRows(2 * r + 2, 50, 5), { bootstrap: 0 }),
      ),
    );
    const { value, standardError } = gaps[0]!.relative!;
    expect(Math.abs(value - 0.5)).toBeLessThan(4 * standardError!);
    // E centroid² = 2/n for uniform rows; its mean over 60 sets of χ²_5-like numbers has a relative deviation of √(2/5/60).
    const meanSquare = gaps.reduce((sum, gap) => sum + gap.centroid.value ** 2, 0) / 60;
    const floorSquare = gaps.reduce((sum, gap) => sum + gap.centroidFloor ** 2, 0) / 60;
    expect(Math.abs(meanSquare / (2 / 50) - 1)).toBeLessThan(4 * Math.sqrt(2 / 5 / 60));
    expect(Math.abs(floorSquare / (2 / 50) - 1)).toBeLessThan(0.1);
  });
});

test("intervals cover the distance of the populations, with a gap and without", async () => {
  // x = (√(1 − h²)·u, h), y = (√(1 − h²)·v, −h) with u, v uniform: the centroids of the populations are 2h apart, yet every
  // sample of 40 shows more, because its means are not those of the populations.
  const [n, dim, runs] = [40, 6, 200];
  for (const height of [0, 0.1, 0.4]) {
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const [u, v] = [randomRows(2 * run + 1, n, dim), randomRows(2 * run + 2, n, dim)];
      const lift = ({ data }: typeof u, h: number) =>
        unitRows(
          Array.from({ length: n }, (_, i) => [
            ...data.subarray(i * dim, (i + 1) * dim).map((value) => Math.sqrt(1 - h * h) * value),
            h,
          ]),
        );
      const { interval, value } = (await modalityGap(lift(u, height), lift(v, -height), { bootstrap: 0 })).centroid;
      expect(interval!.low).toBeLessThanOrEqual(value);
      expect(interval!.high).toBeGreaterThanOrEqual(value);
      if (interval!.low <= 2 * height && 2 * height <= interval!.high) covered++;
    }
    // Nominally 95 %; three binomial standard deviations of 200 runs are 4.6 %.
    expect(covered / runs, `height ${height}`).toBeGreaterThan(0.95 - 0.046);
  }
});
