import { createRandom } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  axisRows,
  equalRows,
  inner,
  meanAndError,
  noisyCopy,
  permuteRows,
  randomRows,
  rowOf,
  turnRows,
  unitRows,
} from "../../test/unit-rows.ts";
import { matchSeparation } from "./match-separation.ts";

const exact = { ulps: 64, epsilon: 2 ** -52, scale: 1 };

describe("ends", () => {
  test("orthonormal rows matched with themselves: area 1, error 0", async () => {
    const x = axisRows(6, 6);
    const result = await matchSeparation(x, x, { bins: 4 });
    expect([result.areaUnderCurve.value, result.equalErrorRate.value, result.positives, result.negatives]).toEqual([
      1, 0, 6, 30,
    ]);
    expect(result.histograms).toEqual({
      edges: [-1, -0.5, 0, 0.5, 1],
      positives: [0, 0, 0, 6],
      negatives: [0, 0, 30, 0],
    });
    expect([result.curve.falsePositives.at(0), result.curve.truePositives.at(0)]).toEqual([0, 0]);
    expect([result.curve.falsePositives.at(-1), result.curve.truePositives.at(-1)]).toEqual([1, 1]);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  test("all rows equal: ½ and ½", async () => {
    const result = await matchSeparation(equalRows([1, 2], 8), equalRows([1, 2], 8));
    expect([result.areaUnderCurve.value, result.equalErrorRate.value]).toEqual([0.5, 0.5]);
  });
});

test("all pairs: the area is the share of matches above other pairs, counted", async () => {
  const x = randomRows(1, 9, 3);
  const y = noisyCopy(2, x, 0.8);
  const cosine = (i: number, j: number) => inner(rowOf(x, i), rowOf(y, j));
  let [wins, count] = [0, 0];
  for (let match = 0; match < 9; match++) {
    for (let i = 0; i < 9; i++) {
      for (let j = 0; j < 9; j++) {
        if (i === j) continue;
        if (cosine(match, match) > cosine(i, j)) wins++;
        count++;
      }
    }
  }
  const { areaUnderCurve, negatives } = await matchSeparation(x, y);
  expect(negatives).toBe(72);
  expectClose(areaUnderCurve.value, wins / count, exact);
});

test("independent rows: ½ on average, and both errors are the deviations over samples", async () => {
  const runs = [];
  for (let seed = 1; seed <= 50; seed++) {
    runs.push(
      await matchSeparation(randomRows(2 * seed, 40, 4), randomRows(2 * seed + 1, 40, 4), {
        seed,
        bootstrap: 60,
        negatives: 39,
      }),
    );
  }
  for (const name of ["areaUnderCurve", "equalErrorRate"] as const) {
    const { mean, error } = meanAndError(runs.map((run) => run[name].value));
    expect(Math.abs(mean - 0.5), name).toBeLessThan(3 * error);
    const stated = runs.reduce((sum, run) => sum + run[name].standardError!, 0) / 50;
    // A deviation from 50 values is known to 10 %, three of them; the bootstrap's own from 60 draws adds nothing on average.
    expect(Math.abs(stated / (error * Math.sqrt(50)) - 1), name).toBeLessThan(0.3);
  }
});

test("related rows with several captions: errors are still the deviations over samples of items", async () => {
  const runs = [];
  for (let seed = 1; seed <= 50; seed++) {
    const x = randomRows(seed, 40, 4);
    const map = Int32Array.from({ length: 160 }, (_, j) => j % 40);
    const related = permuteRows(noisyCopy(1000 + seed, x, 0.6), map);
    runs.push(
      (await matchSeparation(x, noisyCopy(2000 + seed, related, 0.1), { map, seed, bootstrap: 0 })).areaUnderCurve,
    );
  }
  const { error } = meanAndError(runs.map(({ value }) => value));
  const stated = runs.reduce((sum, { standardError }) => sum + standardError!, 0) / 50;
  expect(Math.abs(stated / (error * Math.sqrt(50)) - 1)).toBeLessThan(0.3);
  expect(runs[0]!.samples).toBe(40);
});

test("captions that lean to all images: the pairs of an item enter with it, else both errors would be far too large", async () => {
  const runs = [];
  for (let seed = 1; seed <= 50; seed++) {
    const lean = createRandom(seed).uniform(40, { low: -2, high: 2 });
    const x = randomRows(3 * seed, 40, 12);
    const y = noisyCopy(3 * seed + 1, x, 0.3);
    const leaning = ({ data }: typeof x, by: (i: number) => number) =>
      unitRows(Array.from({ length: 40 }, (_, i) => [...data.subarray(i * 12, (i + 1) * 12), by(i)]));
    const pair = [leaning(x, () => 2), leaning(y, (i) => lean[i]!)] as const;
    runs.push(await matchSeparation(...pair, { seed, bootstrap: 60, negatives: 39 }));
  }
  // Where the two errors cross there are few of 40 matches, whose resampled number jumps: the equal error rate's error errs upwards.
  for (const [name, allowed] of [
    ["areaUnderCurve", 0.3],
    ["equalErrorRate", 0.6],
  ] as const) {
    const { error } = meanAndError(runs.map((run) => run[name].value));
    const stated = runs.reduce((sum, run) => sum + run[name].standardError!, 0) / 50;
    expect(Math.abs(stated / (error * Math.sqrt(50)) - 1), name).toBeLessThan(allowed);
  }
});

test("turning both does not matter; items are drawn with all their captions", async () => {
  const x = randomRows(1, 30, 5);
  const y = noisyCopy(2, x, 0.5);
  const [plain, turned] = [await matchSeparation(x, y), await matchSeparation(turnRows(4, x), turnRows(4, y))];
  expectClose(turned.areaUnderCurve.value, plain.areaUnderCurve.value, exact);
  const map = Int32Array.from({ length: 60 }, (_, j) => j >> 1);
  const part = await matchSeparation(x, permuteRows(y, map), { map, maxItems: 10, negatives: 3 });
  expect([part.sample, part.positives, part.negatives]).toEqual([{ rows: 10, of: 30 }, 20, 60]);
});

test("without resampling the equal error rate has no error", async () => {
  const { equalErrorRate } = await matchSeparation(randomRows(1, 8, 3), randomRows(2, 8, 3), { bootstrap: 0 });
  expect(equalErrorRate.standardError).toBeUndefined();
});

describe("messages", () => {
  const x = randomRows(1, 4, 3);
  test.each([
    [{ negatives: 0 }, "matchSeparation: `negatives` must be an integer ≥ 1, got 0."],
    [{ bins: 0 }, "matchSeparation: `bins` must be an integer ≥ 1, got 0."],
    [{ maxItems: 1 }, "matchSeparation: `maxItems` must be an integer ≥ 2, got 1."],
    [{ level: 2 }, "matchSeparation: `level` must be a number in (0, 1 − 1e-6], got 2."],
  ])("%j", async (options, message) => {
    await expect(matchSeparation(x, x, options)).rejects.toThrow(message);
  });
});
