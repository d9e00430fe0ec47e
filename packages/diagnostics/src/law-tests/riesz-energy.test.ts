import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { axisRows, equalRows, meanAndError, randomRows, turnRows, unitRows } from "../../test/unit-rows.ts";
import { rieszEnergy } from "./riesz-energy.ts";

const exact = { ulps: 64, epsilon: 2 ** -52 };

describe("closed forms", () => {
  test.each([3, 1, 0.5, -0.5, -1, -2])("s = %d: orthonormal rows ±2^{−s/2}, antipodes ±2^{−s}", async (s) => {
    expectClose((await rieszEnergy(axisRows(5, 5), { exponent: s })).energy.value, Math.sign(s) * 2 ** (-s / 2), exact);
    const antipodes = unitRows([
      [1, 0],
      [-1, 0],
    ]);
    expectClose((await rieszEnergy(antipodes, { exponent: s })).energy.value, Math.sign(s) * 2 ** -s, exact);
  });

  test("s = 0: −½ log 2 of orthonormal rows", async () => {
    expectClose((await rieszEnergy(axisRows(4, 4), { exponent: 0 })).energy.value, -Math.LN2 / 2, exact);
  });

  test("s = −2: −2n(1 − ‖m‖²)/(n − 1)", async () => {
    const { rows: n, dim, data } = randomRows(3, 25, 4, [1]);
    const centroid = Array.from(
      { length: dim },
      (_, k) => Float64Array.from(data).reduce((sum, v, at) => sum + (at % dim === k ? v : 0), 0) / n,
    );
    const square = centroid.reduce((sum, v) => sum + v * v, 0);
    const { energy } = await rieszEnergy({ rows: n, dim, data }, { exponent: -2 });
    expectClose(energy.value, (-2 * n * (1 - square)) / (n - 1), { ...exact, ulps: 1000 });
  });

  test("equal rows repel each other infinitely, or not at all", async () => {
    const x = equalRows([3, 4], 4);
    const { energy } = await rieszEnergy(x);
    expect([energy.value, energy.standardError, energy.notes]).toEqual([
      Number.POSITIVE_INFINITY,
      undefined,
      ["Two rows are equal: their repulsion is infinite."],
    ]);
    expect((await rieszEnergy(x, { exponent: -1 })).energy.value + 0).toBe(0);
  });
});

test.each([1, 0, -1, -2])(
  "s = %d: uniform clouds have the energy of the uniform law, and errors that say so",
  async (s) => {
    const runs = [];
    for (let seed = 1; seed <= 150; seed++)
      runs.push(await rieszEnergy(randomRows(seed, 30, 6), { exponent: s, bootstrap: 0 }));
    const { mean, error } = meanAndError(runs.map(({ energy }) => energy.value));
    expect(Math.abs(mean - runs[0]!.uniform!)).toBeLessThan(3 * error);
  },
);

test("the standard error is the deviation over clouds of another law", async () => {
  const runs = [];
  for (let seed = 1; seed <= 150; seed++)
    runs.push((await rieszEnergy(randomRows(seed, 40, 8, [1.5]), { bootstrap: 0 })).energy);
  const { error } = meanAndError(runs.map(({ value }) => value));
  const stated = runs.reduce((sum, { standardError }) => sum + standardError!, 0) / 150;
  expect(Math.abs(stated / (error * Math.sqrt(150)) - 1)).toBeLessThan(0.25);
});

test("Coulomb's energy of uniform points of S² is 1; the uniform law is the least; where it is infinite", async () => {
  const x = randomRows(1, 20, 3);
  expectClose((await rieszEnergy(x)).uniform!, 1, exact);
  expect((await rieszEnergy(x, { exponent: 2 })).uniform).toBeNull();
  expect((await rieszEnergy(x, { exponent: 1 })).energy.notes).toEqual([
    "With 2s ≥ d − 1 single close pairs decide about the energy: its standard error says little.",
  ]);
  const cone = await rieszEnergy(randomRows(1, 60, 6, [2]));
  expect(cone.energy.value).toBeGreaterThan(cone.uniform!);
  expectClose((await rieszEnergy(turnRows(2, x))).energy.value, (await rieszEnergy(x)).energy.value, {
    ...exact,
    ulps: 1e4,
  });
});

test("message", async () => {
  await expect(rieszEnergy(randomRows(1, 4, 3), { exponent: Number.NaN })).rejects.toThrow(
    "rieszEnergy: `exponent` must be a finite number, got NaN.",
  );
});
