import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { movedRows, noisyModel, normalRows } from "../../test/model-rows.ts";
import { axisRows, equalRows, meanAndError } from "../../test/unit-rows.ts";
import { procrustesDistance } from "./procrustes-distance.ts";

const close = { ulps: 1e4, epsilon: 2 ** -52, scale: 1 };

test("0 for a turned, scaled and shifted copy", async () => {
  const a = normalRows(1, 12, 5);
  const { squaredDistance, nuclearNorm } = await procrustesDistance(a, movedRows(4, a, 3, 2));
  expectClose(squaredDistance!.value, 0, close);
  expectClose(nuclearNorm!, 1, close);
});

test("unstandardised: a copy scaled by c is (c − 1)²‖A‖² away", async () => {
  const a = normalRows(1, 12, 5);
  const whole = Float64Array.from(a.data).reduce((sum, value) => sum + value * value, 0);
  const { squaredDistance } = await procrustesDistance(a, movedRows(4, a, 3), { standardize: "none" });
  expectClose(squaredDistance!.value / whole, 4, close);
});

test("the least distance over all turns and reflections of the plane", async () => {
  const [a, b] = [normalRows(1, 6, 2), normalRows(2, 6, 2)];
  let least = Number.POSITIVE_INFINITY;
  const steps = 20_000;
  for (const side of [1, -1]) {
    for (let step = 0; step < steps; step++) {
      const angle = (2 * Math.PI * step) / steps;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      let sum = 0;
      for (let i = 0; i < 6; i++) {
        const [x, y] = [a.data[2 * i]!, side * a.data[2 * i + 1]!];
        sum += (c * x - s * y - b.data[2 * i]!) ** 2 + (s * x + c * y - b.data[2 * i + 1]!) ** 2;
      }
      least = Math.min(least, sum);
    }
  }
  // The search is within (π/steps)² of the best turn, times the size of the rows.
  const { squaredDistance } = await procrustesDistance(a, b, { standardize: "none" });
  expectClose(squaredDistance!.value, least, { ulps: 50, epsilon: (Math.PI / steps) ** 2, scale: 1 });
});

test("dimensions may differ: fewer ones are padded with zeros", async () => {
  const a = normalRows(1, 10, 2);
  const padded = {
    rows: 10,
    dim: 4,
    data: Float64Array.from({ length: 40 }, (_, at) => (at % 4 < 2 ? a.data[Math.floor(at / 4) * 2 + (at % 4)]! : 0)),
  };
  expectClose((await procrustesDistance(a, movedRows(3, padded, 1))).squaredDistance!.value, 0, close);
  expectClose((await procrustesDistance(movedRows(3, padded, 1), a)).squaredDistance!.value, 0, close);
});

test("rows that share nothing are 2 apart", async () => {
  // One column each, orthogonal and of mean 0.
  const column = (values: readonly number[]) => ({ rows: 4, dim: 1, data: Float64Array.from(values) });
  const { squaredDistance } = await procrustesDistance(column([1, 1, -1, -1]), column([1, -1, 1, -1]));
  expectClose(squaredDistance!.value, 2, close);
});

test("a model without variance has no distance", async () => {
  expect(await procrustesDistance(equalRows([1, 2], 5), axisRows(5, 5))).toEqual({
    squaredDistance: null,
    nuclearNorm: null,
    permuted: null,
  });
});

test.each(["both", "none"] as const)(
  "standardize %s: the standard error is the deviation over samples",
  async (standardize) => {
    const runs = [];
    for (let seed = 1; seed <= 120; seed++) {
      const a = normalRows(`x${seed}`, 60, 3);
      const { squaredDistance } = await procrustesDistance(a, noisyModel(`y${seed}`, a, 1), {
        standardize,
        bootstrap: 0,
      });
      runs.push(squaredDistance!);
    }
    const { error } = meanAndError(runs.map(({ value }) => value));
    const stated = runs.reduce((sum, { standardError }) => sum + standardError!, 0) / 120;
    // Known to 1/√240 = 6.5 %, three of them and terms of order 1/n; the sum of 60 terms has no 1/n, its error is that of a sum.
    expect(Math.abs(stated / (error * Math.sqrt(120)) - 1)).toBeLessThan(0.25);
  },
);

test("independent models: p-values of the right size; with n < d the permuted mean shows what the rotation fits", async () => {
  let small = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const pair = [normalRows(`a${seed}`, 14, 3), normalRows(`b${seed}`, 14, 3)] as const;
    if ((await procrustesDistance(...pair, { permutations: 19, seed, bootstrap: 0 })).permuted!.pValue <= 0.25) small++;
  }
  expect(Math.abs(small / 60 - 0.25)).toBeLessThan(3 * Math.sqrt((0.25 * 0.75) / 60));
  const { squaredDistance, permuted } = await procrustesDistance(normalRows("a", 10, 40), normalRows("b", 10, 40), {
    permutations: 9,
  });
  expect(squaredDistance!.value).toBeLessThan(0.3);
  expect(Math.abs(-permuted!.mean - squaredDistance!.value)).toBeLessThan(4 * permuted!.standardDeviation);
});

describe("messages", () => {
  test("standardize", async () => {
    const a = normalRows(1, 4, 2);
    await expect(procrustesDistance(a, a, { standardize: "centre" as "none" })).rejects.toThrow(
      'procrustesDistance: `standardize` must be "both" or "none", got centre.',
    );
  });
});
