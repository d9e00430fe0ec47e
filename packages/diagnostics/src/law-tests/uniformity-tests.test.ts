import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { equalRows, meanAndError, randomRows, turnRows, unitRows } from "../../test/unit-rows.ts";
import { chiSquareTail } from "./chi-square-tail.ts";
import { ajneCumulants, gineCumulants, pearsonTail } from "./sobolev-weights.ts";
import { type UniformityTests, uniformityTests } from "./uniformity-tests.ts";

const names = ["rayleigh", "bingham", "ajne", "gine", "omnibus"] as const;
const statisticsOf = (tests: UniformityTests) => names.map((name) => tests[name].statistic);

describe("closed forms", () => {
  test.each([2, 3, 8])("all rows equal in R^%d: dN, ½(d − 1)(d + 2)N, N/4, N/2, 3N/2", async (d) => {
    const n = 7;
    const tests = await uniformityTests(equalRows([1, ...new Array<number>(d - 1).fill(0)], n));
    const expected = [d * n, ((d - 1) * (d + 2) * n) / 2, n / 4, n / 2, (3 * n) / 2];
    // Sums over the 21 pairs.
    for (const [k, value] of statisticsOf(tests).entries())
      expectClose(value, expected[k]!, { ulps: 64, epsilon: 2 ** -52 });
    expect(tests.sample).toEqual({ rows: n, of: n });
  });

  test("half the rows x, half −x: nothing odd is seen, everything even is", async () => {
    const [n, d] = [8, 3];
    const tests = await uniformityTests(unitRows(Array.from({ length: n }, (_, i) => [i % 2 === 0 ? 1 : -1, 0, 0])));
    const expected = [0, ((d - 1) * (d + 2) * n) / 2, 0, n / 2, n / 2];
    for (const [k, value] of statisticsOf(tests).entries()) {
      expectClose(value, expected[k]!, { ulps: 64, epsilon: 2 ** -52, scale: n });
    }
    expect([tests.rayleigh.pValue, tests.ajne.pValue]).toEqual([1, 1]);
  });

  test("orthonormal rows of R³ and their opposites: as even as degree 2 can tell", async () => {
    const axes = [0, 1, 2].flatMap((k) => [1, -1].map((side) => [0, 1, 2].map((l) => (l === k ? side : 0))));
    const tests = await uniformityTests(unitRows(axes));
    expectClose(tests.bingham.statistic, 0, { ulps: 64, epsilon: 2 ** -52, scale: 6 });
    // Twelve pairs at π/2, three at π: N/2 − (4/πN)·12.
    expectClose(tests.gine.statistic, 3 - (4 * 12) / (6 * Math.PI), { ulps: 64, epsilon: 2 ** -52, scale: 3 });
    // N/4 − (12·π/2 + 3π)/(πN).
    expectClose(tests.ajne.statistic, 0, { ulps: 64, epsilon: 2 ** -52, scale: 6 });
  });
});

test("the tail with three given cumulants is exact for a scaled and shifted χ² law", () => {
  const [m, scale, shift] = [7, 0.3, -2];
  const cumulants = [scale * m + shift, 2 * m * scale ** 2, 8 * m * scale ** 3] as const;
  for (const x of [1, 5, 20]) {
    const { pValue, degreesOfFreedom } = pearsonTail(scale * x + shift, cumulants);
    expectClose(degreesOfFreedom, m, { ulps: 64, epsilon: 2 ** -52 });
    expectClose(pValue, chiSquareTail(x, m), { ulps: 1e3, epsilon: 2 ** -52 });
  }
});

describe("the limiting laws", () => {
  // The kernel ½ − c sin θ (¼ − θ/2π) has E k² = Σ m w², and κ₂ is twice that.
  test.each([
    // E(½ − (2/π) sin θ)² on S²: ¼ − (2/π)(π/4) + (4/π²)(2/3).
    [3, 8 / (3 * Math.PI ** 2) - 0.25, 1 / 16 - 0.125 + (Math.PI ** 2 / 2 - 2) / (4 * Math.PI ** 2)],
    // On the circle θ is uniform: E(½ − (π/4)|sin θ|)² = π²/32 − ¼, E(¼ − θ/2π)² = 1/48.
    [2, Math.PI ** 2 / 32 - 0.25, 1 / 48],
  ])("d = %d: the variances of the kernels by direct integration", (d, gine, ajne) => {
    expectClose(gineCumulants(d)[1], 2 * gine, { ulps: 1, epsilon: 1e-9 });
    expectClose(ajneCumulants(d)[1], 2 * ajne, { ulps: 1, epsilon: 1e-9 });
  });

  test.each([512, 2048])("d = %d: the first weights alone, κ₂ → 1/(2π²d) and 1/(4d²)", (d) => {
    // m₁ = d, w₁ → 1/(2πd);  m₂ → d²/2, w₂ → 1/(2d²); the next degrees are smaller by 1/d².
    expectClose(ajneCumulants(d)[1] * d, 1 / (2 * Math.PI ** 2), { ulps: 1, epsilon: 4 / d });
    expectClose(gineCumulants(d)[1] * d * d, 0.25, { ulps: 1, epsilon: 4 / d });
    expectClose(gineCumulants(d)[2] * d ** 4, 0.5, { ulps: 1, epsilon: 4 / d });
  });
});

describe.each([
  [3, 50, 400],
  [2, 40, 300],
  [12, 60, 300],
])("uniform rows, d = %d, n = %d", (d, n, clouds) => {
  test("means as stated at every N, and sizes of 5 % within 3 standard errors", async () => {
    const all: UniformityTests[] = [];
    for (let seed = 1; seed <= clouds; seed++) all.push(await uniformityTests(randomRows(1000 * d + seed, n, d)));
    for (const name of names) {
      const { mean, error } = meanAndError(all.map((tests) => tests[name].statistic));
      expect(Math.abs(mean - all[0]![name].nullMean), `mean of ${name}`).toBeLessThan(3 * error);
      const size = all.filter((tests) => tests[name].pValue <= 0.05).length / clouds;
      expect(Math.abs(size - 0.05), `size of ${name}`).toBeLessThan(3 * Math.sqrt((0.05 * 0.95) / clouds));
      const median = all.filter((tests) => tests[name].pValue <= 0.5).length / clouds;
      expect(Math.abs(median - 0.5), `half of ${name}`).toBeLessThan(3 * Math.sqrt(0.25 / clouds));
    }
  });
});

test("an offset is seen by the odd tests, an axis by the even ones", async () => {
  const offset = await uniformityTests(randomRows(1, 200, 5, [0.5]));
  expect(offset.rayleigh.pValue).toBeLessThan(1e-6);
  expect(offset.ajne.pValue).toBeLessThan(1e-6);
  const axis = await uniformityTests(
    unitRows(
      Array.from({ length: 200 }, (_, i) => {
        const { data } = randomRows(i + 1, 1, 5);
        return [3 * data[0]!, ...data.subarray(1)];
      }),
    ),
  );
  expect(axis.rayleigh.pValue).toBeGreaterThan(1e-3);
  for (const name of ["bingham", "gine", "omnibus"] as const) expect(axis[name].pValue).toBeLessThan(1e-6);
});

test("turning the cloud does not matter; larger clouds are drawn from, and say so", async () => {
  const x = randomRows(5, 60, 6, [1]);
  const [a, b] = [await uniformityTests(x), await uniformityTests(turnRows(9, x))];
  for (const name of names) expectClose(b[name].statistic, a[name].statistic, { ulps: 1e4, epsilon: 2 ** -52 });
  const part = await uniformityTests(x, { maxRows: 20, seed: 3 });
  expect(part.sample).toEqual({ rows: 20, of: 60 });
  expect(part).toEqual(await uniformityTests(x, { maxRows: 20, seed: 3 }));
  expect(part).not.toEqual(await uniformityTests(x, { maxRows: 20, seed: 4 }));
});

describe("messages", () => {
  test.each([
    [randomRows(1, 4, 3), { maxRows: 1 }, "uniformityTests: `maxRows` must be an integer ≥ 2, got 1."],
    [
      equalRows([1], 4),
      {},
      "uniformityTests: `x` must be of dimension ≥ 2, got [4, 1]. The unit sphere of R¹ is two points.",
    ],
    [
      randomRows(1, 1, 3),
      {},
      "uniformityTests: `x` must be of at least 2 rows, got [1, 3]. A single row has nothing to be compared with.",
    ],
  ])("%#", async (x, options, message) => {
    await expect(uniformityTests(x, options)).rejects.toThrow(message);
  });

  test("an aborted signal stops the pairs", async () => {
    const signal = { aborted: true, reason: new Error("stop") };
    await expect(uniformityTests(randomRows(1, 100, 3), { signal })).rejects.toThrow("stop");
  });
});
