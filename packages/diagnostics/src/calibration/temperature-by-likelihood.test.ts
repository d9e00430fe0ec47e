import { createRandom } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { drawnTable } from "../../test/drawn-table.ts";
import { axisRows, equalRows, meanAndError, noisyCopy, permuteRows, randomRows } from "../../test/unit-rows.ts";
import { softmaxLikelihood } from "./softmax-likelihood.ts";
import { fitTemperature, temperatureByLikelihood } from "./temperature-by-likelihood.ts";

const close = { ulps: 1e4, epsilon: 2 ** -52, scale: 1 };

const settings = { direction: "yToX", range: [0.001, 100], level: 0.95 } as const;

describe("the likelihood", () => {
  const table = drawnTable(1, 30, 4, 6);

  test.each(["yToX", "xToY", "both"] as const)("%s: slope and curvature are its derivatives", (direction) => {
    const h = 1e-4;
    const [before, here, after] = [3 - h, 3, 3 + h].map((beta) => softmaxLikelihood(table, direction, beta));
    const slope = here!.slopes.reduce((sum, v) => sum + v, 0) / 30;
    // Central differences err by h² times third derivatives below 1, and by ε/h and ε/h² of rounding.
    expectClose((after!.value - before!.value) / (2 * h), slope, { ulps: 1, epsilon: 1e-7, scale: 1 });
    expectClose((after!.value - 2 * here!.value + before!.value) / h ** 2, here!.curvature, {
      ulps: 1,
      epsilon: 1e-6,
      scale: 1,
    });
  });

  test("by its definition, other captions of an item left out", () => {
    const { items: n, itemOf, scores } = table;
    const terms = (j: number, beta: number) => {
      const own = scores[j * n + itemOf[j]!]!;
      let [items, captions] = [0, Math.exp(beta * own)];
      for (let i = 0; i < n; i++) items += Math.exp(beta * scores[j * n + i]!);
      for (let k = 0; k < 30; k++)
        if (itemOf[k] !== itemOf[j]) captions += Math.exp(beta * scores[k * n + itemOf[j]!]!);
      return [Math.log(items) - beta * own, Math.log(captions) - beta * own];
    };
    const sums = [0, 0];
    for (let j = 0; j < 30; j++) for (const [side, term] of terms(j, 2.5).entries()) sums[side]! += term / 30;
    expectClose(softmaxLikelihood(table, "yToX", 2.5).value, sums[0]!, close);
    expectClose(softmaxLikelihood(table, "xToY", 2.5).value, sums[1]!, close);
    expectClose(softmaxLikelihood(table, "both", 2.5).value, (sums[0]! + sums[1]!) / 2, close);
  });

  test("large β does not overflow", () => {
    const { value, slopes } = softmaxLikelihood(table, "both", 1e5);
    expect([Number.isFinite(value), slopes.every(Number.isFinite)]).toEqual([true, true]);
  });
});

test("two items, cosines ±a: σ(2βa) is the share of right matches, so that τ = 2a/logit", () => {
  // Of 8 captions 6 belong to the item they are nearer to.
  const a = 0.3;
  const nearer = [0, 0, 0, 0, 1, 1, 1, 1];
  const itemOf = Int32Array.of(0, 0, 0, 1, 1, 1, 1, 0);
  const scores = Float64Array.from(nearer.flatMap((item) => (item === 0 ? [a, -a] : [-a, a])));
  const { status, temperature, negativeLogLikelihood } = fitTemperature(
    { sample: { rows: 2, of: 2 }, items: 2, captions: 8, itemOf, scores },
    settings,
  );
  expect(status).toBe("found");
  expectClose(temperature.value, (2 * a) / Math.log(3), { ulps: 1, epsilon: 1e-11 });
  const entropy = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25));
  expectClose(negativeLogLikelihood.value, entropy, close);
  expectClose(negativeLogLikelihood.uniform, Math.LN2, close);
});

test("matches drawn at τ₀ are fitted with τ₀; the interval covers it, and its scale is the deviation", () => {
  let covered = 0;
  const values: number[] = [];
  const errors: number[] = [];
  for (let seed = 1; seed <= 100; seed++) {
    const table = drawnTable(seed, 200, 3, 20);
    const { temperature } = fitTemperature(table, settings);
    values.push(1 / temperature.value);
    errors.push(temperature.standardError! / temperature.value ** 2);
    if (temperature.interval!.low <= 1 / 3 && 1 / 3 <= temperature.interval!.high) covered++;
  }
  const { mean, error } = meanAndError(values);
  expect(Math.abs(mean - 3)).toBeLessThan(3 * error + 0.02);
  const stated = errors.reduce((sum, v) => sum + v, 0) / 100;
  // Clusters of twenty items: their variance is known to 32 % each, on average to 3 %; the deviation of 100 values to 7 %.
  expect(Math.abs(stated / (error * Math.sqrt(100)) - 1)).toBeLessThan(0.25);
  // Nominally 95 %, less some 2 % with twenty clusters; three binomial deviations are 6.5 %.
  expect(covered / 100).toBeGreaterThan(0.86);
});

test("with many matches the interval is the error's, z to either side in 1/τ", () => {
  const { value, standardError, interval } = fitTemperature(drawnTable(5, 6000, 3, 40), settings).temperature;
  const half = (1 / interval!.low - 1 / interval!.high) / 2;
  // The likelihood's third order shifts the two ends alike; the width is off by its square.
  expectClose(half, (1.959963984540054 * standardError!) / value ** 2, { ulps: 1, epsilon: 0.01 });
});

describe("ends of the range", () => {
  test("every match ahead of all others: the likelihood grows as τ → 0", async () => {
    const x = axisRows(5, 5);
    const { status, temperature } = await temperatureByLikelihood(x, x, { range: [0.01, 10] });
    expect([status, temperature.interval]).toEqual(["atLowerEnd", undefined]);
    expectClose(temperature.value, 0.01, close);
  });

  test("all rows equal, or matches below other pairs: no τ is too large", async () => {
    const one = equalRows([1, 2], 5);
    expect((await temperatureByLikelihood(one, one)).status).toBe("atUpperEnd");
    const x = axisRows(5, 5);
    const opposite = { ...x, data: Float64Array.from(x.data, (v) => -v) };
    const result = await temperatureByLikelihood(x, opposite);
    expect(result.status).toBe("atUpperEnd");
    expectClose(result.negativeLogLikelihood.uniform, Math.log(5), close);
  });

  test("an interval that reaches the end says so", async () => {
    const x = randomRows(1, 12, 3);
    const { temperature } = await temperatureByLikelihood(x, noisyCopy(2, x, 0.9), {
      range: [0.05, 0.4],
      level: 0.999,
    });
    expect(temperature.notes).toEqual(["The interval reaches the end of the range."]);
  });
});

test("scaling the noise changes τ, permuting pairs together does not; captions three times over leave value and error", async () => {
  const x = randomRows(1, 60, 6);
  const y = noisyCopy(2, x, 0.5);
  const plain = await temperatureByLikelihood(x, y, { direction: "yToX" });
  expect(
    (await temperatureByLikelihood(x, noisyCopy(2, x, 0.8), { direction: "yToX" })).temperature.value,
  ).toBeGreaterThan(plain.temperature.value);
  const order = createRandom(3).permutation(60);
  const moved = await temperatureByLikelihood(permuteRows(x, order), permuteRows(y, order), { direction: "yToX" });
  const same = { ulps: 1, epsilon: 1e-9 };
  expectClose(moved.temperature.value, plain.temperature.value, same);
  const map = Int32Array.from({ length: 180 }, (_, j) => j % 60);
  const triple = await temperatureByLikelihood(x, permuteRows(y, map), { map, direction: "yToX" });
  expectAllClose(
    [triple.temperature.value, triple.temperature.standardError!, triple.temperature.interval!.low],
    [plain.temperature.value, plain.temperature.standardError!, plain.temperature.interval!.low],
    same,
  );
});

describe("messages", () => {
  const x = randomRows(1, 4, 3);
  test.each([
    [{ range: [0, 1] as const }, "temperatureByLikelihood: `range[0]` must be a finite number > 0, got 0."],
    [{ range: [1, 1] as const }, "temperatureByLikelihood: `range` must be ascending, got [1, 1]."],
    [
      { direction: "sideways" as "both" },
      'temperatureByLikelihood: `direction` must be "xToY", "yToX" or "both", got sideways.',
    ],
    [{ level: 0 }, "temperatureByLikelihood: `level` must be a number > 0 and < 1, got 0."],
  ])("%j", async (options, message) => {
    await expect(temperatureByLikelihood(x, x, options)).rejects.toThrow(message);
  });
});
