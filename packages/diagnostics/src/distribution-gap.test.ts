import { createRandom } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { meanAndError, noisyCopy, permuteRows, randomRows, turnRows, unitRows } from "../test/unit-rows.ts";
import { buresDistance } from "./bures-distance.ts";
import { distributionGap } from "./distribution-gap.ts";

describe("Bures distance", () => {
  test("equal clouds: 0, up to the root of the rounding of the covariance", async () => {
    const x = randomRows(1, 40, 6);
    const { squared } = await buresDistance(x, x);
    expect(squared.value).toBeLessThan(6 * Math.sqrt(1e-12 + 64 * Number.EPSILON));
  });

  test("diagonal covariances: Σ(√λ − √μ)² and the distance of the means", async () => {
    // ±a e_1 ± b e_2 with a shift along e_3: variances a², b² and mean c e_3.
    const box = (a: number, c: number) => {
      const b = Math.sqrt(1 - a * a - c * c);
      return unitRows([
        [a, b, c],
        [-a, b, c],
        [a, -b, c],
        [-a, -b, c],
      ]);
    };
    const [x, y] = [box(0.8, 0.1), box(0.5, 0.6)];
    const [bx, by] = [Math.sqrt(1 - 0.65), Math.sqrt(1 - 0.61)];
    const { squared, meanPart, covariancePart } = await buresDistance(x, y);
    const exact = { ulps: 256, epsilon: Number.EPSILON, scale: 1 };
    expectClose(meanPart, 0.25, exact);
    expectClose(covariancePart, (0.8 - 0.5) ** 2 + (bx - by) ** 2, exact);
    expectClose(squared.value, meanPart + covariancePart, exact);
  });

  test("a common rotation changes nothing; the order of the sets does not either", async () => {
    const [x, y] = [randomRows(1, 30, 5, [1]), randomRows(2, 30, 5, [0, 2])];
    const { squared } = await buresDistance(x, y);
    const close = { ulps: 2 ** 20, epsilon: Number.EPSILON, scale: 1 };
    expectClose((await buresDistance(turnRows(3, x), turnRows(3, y))).squared.value, squared.value, close);
    expectClose((await buresDistance(y, x)).squared.value, squared.value, close);
  });
});

test("equal laws: nothing but noise, with and without the offset, and the probe at ½ on average", {
  timeout: 20_000,
}, async () => {
  const draws = await Promise.all(
    Array.from({ length: 12 }, (_, r) =>
      distributionGap(randomRows(2 * r + 1, 40, 4), randomRows(2 * r + 2, 40, 4), { bootstrap: 0 }),
    ),
  );
  const energy = meanAndError(draws.map(({ energyDistance }) => energyDistance.whole.value));
  expect(Math.abs(energy.mean)).toBeLessThan(3 * energy.error);
  const area = meanAndError(draws.map(({ probeArea }) => probeArea.value));
  expect(Math.abs(area.mean - 0.5)).toBeLessThan(0.05 + 3 * area.error);
  const neighbours = meanAndError(draws.map(({ symmetricKL }) => symmetricKL!.nearestNeighbours!.value));
  // Biased by O(1/n) for each direction.
  expect(Math.abs(neighbours.mean)).toBeLessThan(0.1 + 3 * neighbours.error);
});

test("an offset alone: what is left without it is far smaller; a probe tells the sides apart", async () => {
  const x = randomRows(1, 120, 6);
  const y = noisyCopy(2, x, 0.01, [3]);
  const gap = await distributionGap(x, noisyCopy(3, y, 0.01), { bootstrap: 0 });
  expect(gap.energyDistance.withoutOffset.value).toBeLessThan(gap.energyDistance.whole.value / 3);
  expect(gap.energyDistance.offsetShare!).toBeGreaterThan(2 / 3);
  const { whole, withoutOffset, offsetShare } = gap.maximumMeanDiscrepancy.fixed;
  expect(offsetShare).toBe(1 - withoutOffset.value / whole.value);
  expect(gap.probeArea.value).toBeGreaterThan(0.9);
  expect(gap.bures.meanPart).toBeGreaterThan(gap.bures.covariancePart);
});

test("a difference of shape alone: the offset has no part in it", async () => {
  // Two antipodal caps against two others: both centroids at the origin.
  const sides = (seed: number, axis: number) => {
    const random = createRandom(seed).normal(160 * 4);
    return unitRows(
      Array.from({ length: 160 }, (_, i) =>
        Array.from({ length: 4 }, (_, k) => 0.1 * random[i * 4 + k]! + (k === axis ? (i % 2 === 0 ? 1 : -1) : 0)),
      ),
    );
  };
  const gap = await distributionGap(sides(1, 0), sides(2, 1), { bootstrap: 0 });
  expect(gap.energyDistance.whole.value).toBeGreaterThan(0.3);
  expect(Math.abs(gap.energyDistance.offsetShare!)).toBeLessThan(0.05);
  expect(gap.bures.covariancePart).toBeGreaterThan(100 * gap.bures.meanPart);
});

test("repeated rows: no neighbours' divergence; one caption of each item with a map", async () => {
  const once = randomRows(1, 10, 3);
  const twice = permuteRows(
    once,
    Array.from({ length: 40 }, (_, i) => i % 10),
  );
  expect((await distributionGap(twice, twice)).symmetricKL!.nearestNeighbours).toBeNull();
  const map = Int32Array.from({ length: 40 }, (_, j) => j % 10);
  const gap = await distributionGap(once, noisyCopy(2, twice, 0.5), { map });
  expect([gap.pairs, gap.densityPairs, gap.energyDistance.whole.samples]).toEqual([10, 10, 10]);
});

test.each([
  [{ fixedBandwidth: 0 }, "distributionGap: `fixedBandwidth` must be a finite number > 0, got 0."],
  [{ densityPairs: 1 }, "distributionGap: `densityPairs` must be an integer ≥ 2, got 1."],
])("%j", async (options, message) => {
  const x = randomRows(1, 8, 3);
  await expect(distributionGap(x, x, options)).rejects.toThrow(message);
});
