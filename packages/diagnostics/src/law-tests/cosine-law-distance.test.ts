import { logCapProbability } from "@nce-geometry/manifold";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { equalRows, meanAndError, randomRows, turnRows, unitRows } from "../../test/unit-rows.ts";
import { cosineLaw } from "./cosine-law.ts";
import { cosineLawDistance, distanceToLaw } from "./cosine-law-distance.ts";

const exact = { ulps: 64, epsilon: 2 ** -52, scale: 1 };
/** The accuracy that `cosineLaw` promises. */
const tabulated = { ulps: 4, epsilon: 1e-12, scale: 1 };

describe("the law", () => {
  test("d = 2: θ/π;  d = 3: (1 − cos θ)/2;  d = 4: (θ − sin θ cos θ)/π", () => {
    for (const angle of [0, 1e-3, 0.4, 1.5, Math.PI / 2, 2.9, Math.PI]) {
      expectClose(cosineLaw(2).probability(angle), angle / Math.PI, tabulated);
      expectClose(cosineLaw(3).probability(angle), (1 - Math.cos(angle)) / 2, tabulated);
      const four = (angle - Math.sin(angle) * Math.cos(angle)) / Math.PI;
      expectClose(cosineLaw(4).probability(angle), four, tabulated);
    }
  });

  test.each([16, 512, 2048])("d = %d: cap probabilities, in the middle and far out", (d) => {
    const law = cosineLaw(d);
    for (const deviations of [-6, -1.3, 0, 0.001, 2, 6]) {
      const angle = Math.PI / 2 + deviations / Math.sqrt(d);
      expectClose(law.probability(angle), Math.exp(logCapProbability(d, angle)), tabulated);
    }
  });

  test.each([2, 3, 10, 512])("d = %d: ∫P sin θ over all angles is 1, the mean cosine being 0", (d) => {
    const law = cosineLaw(d);
    expectClose(law.integral(Math.PI, 1) - law.integral(0, 0), 1, exact);
  });
});

describe("closed forms", () => {
  test.each([2, 3, 64])("all rows equal in R^%d: E|1 − t| = 1", async (d) => {
    const { distance } = await cosineLawDistance(equalRows([1, ...new Array<number>(d - 1).fill(0)], 5), {
      nullDraws: 0,
    });
    expectClose(distance.value, 1, tabulated);
  });

  test("orthonormal rows: E|t|, ½ on S² and 2/π on the circle", async () => {
    const axes = unitRows([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expectClose((await cosineLawDistance(axes, { nullDraws: 0 })).distance.value, 0.5, tabulated);
    const pair = unitRows([
      [1, 0],
      [0, 1],
    ]);
    expectClose((await cosineLawDistance(pair, { nullDraws: 0 })).distance.value, 2 / Math.PI, tabulated);
  });

  test("two atoms at t = ±½ on S²: F_n − F by hand", () => {
    // F = (1 + t)/2, F_n = 0, ½, 1: 2·(∫_{−1}^{−½} F + ∫_{−½}^{0} (½ − F)) = 2·(1/16 + 1/16).
    const { value } = distanceToLaw(Float64Array.of(Math.PI / 3, (2 * Math.PI) / 3), cosineLaw(3));
    expectClose(value, 0.25, tabulated);
  });

  test("the slope is the derivative with respect to the mass of a pair", () => {
    // Moving mass h from both atoms to one at θ changes the distance by h·(slope(θ) − mean slope).
    const law = cosineLaw(3);
    const base = [0.7, 1.9, 2.4];
    const { slope } = distanceToLaw(Float64Array.from(base), law);
    const heavy = (count: number) =>
      Float64Array.from([...base.flatMap((angle) => new Array<number>(count).fill(angle)), 1.1]);
    const mean = base.reduce((sum, angle) => sum + slope(angle), 0) / 3;
    const [h, moved] = [
      1 / (3 * 2000 + 1),
      distanceToLaw(heavy(2000), law).value - distanceToLaw(heavy(2000).slice(0, -1), law).value,
    ];
    // First order in h; the second is of the size of the density, below 1.
    expect(Math.abs(moved / h - (slope(1.1) - mean))).toBeLessThan(2 * h);
  });
});

test("uniform clouds: the drawn comparison has the right size, and a cone is far outside it", async () => {
  const pValues: number[] = [];
  for (let seed = 1; seed <= 80; seed++) {
    pValues.push(
      (await cosineLawDistance(randomRows(seed, 16, 4), { nullDraws: 19, seed, bootstrap: 0 })).uniform!.pValue,
    );
  }
  // Exact test: P(p ≤ 0.25) = 0.25 with 19 draws.
  const small = pValues.filter((p) => p <= 0.25).length / 80;
  expect(Math.abs(small - 0.25)).toBeLessThan(3 * Math.sqrt((0.25 * 0.75) / 80));
  const cone = await cosineLawDistance(randomRows(1, 60, 4, [2]), { nullDraws: 19 });
  expect(cone.uniform!.pValue).toBe(0.05);
  expect(cone.distance.value).toBeGreaterThan(cone.uniform!.mean + 10 * cone.uniform!.standardDeviation);
});

test("the standard error is the deviation over clouds of a law that is not uniform", async () => {
  const runs = [];
  for (let seed = 1; seed <= 100; seed++) {
    runs.push((await cosineLawDistance(randomRows(seed, 30, 4, [1.5]), { nullDraws: 0, bootstrap: 0 })).distance);
  }
  const { error } = meanAndError(runs.map(({ value }) => value));
  const stated = runs.reduce((sum, { standardError }) => sum + standardError!, 0) / 100;
  // A deviation from 100 values is known to 1/√200 = 7 %; three of them, and as much for terms of order 1/n.
  expect(Math.abs(stated / (error * Math.sqrt(100)) - 1)).toBeLessThan(0.25);
});

test("turning does not matter; messages", async () => {
  const x = randomRows(5, 30, 6, [1]);
  const [a, b] = [
    await cosineLawDistance(x, { nullDraws: 0 }),
    await cosineLawDistance(turnRows(9, x), { nullDraws: 0 }),
  ];
  expectClose(b.distance.value, a.distance.value, tabulated);
  expect(a.uniform).toBeNull();
  await expect(cosineLawDistance(x, { nullDraws: -1 })).rejects.toThrow(
    "cosineLawDistance: `nullDraws` must be an integer ≥ 0, got -1.",
  );
});
