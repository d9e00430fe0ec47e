import { describe, expect, test } from "vitest";
import type { ExperimentResult } from "../experiment.ts";
import { resultBytes, runExperiment } from "../runner/run-experiment.ts";
import { type ControlComparisonConfig, type ControlResult, controlComparison } from "./control-comparison.ts";

const tiny: ControlComparisonConfig = {
  ...controlComparison.defaults("quick"),
  controls: [
    "cross",
    "own",
    "mixed",
    "symmetricKL",
    "squaredMMD",
    "energyDistance",
    "slicedWasserstein",
    "centroidDistance",
  ],
  weights: [0.5],
  seeds: 2,
  batch: 12,
  steps: 20,
  evaluation: 200,
  gallery: 40,
};

const run = async (config: ControlComparisonConfig) => (await runExperiment(controlComparison, config)).result!;

const made = (
  control: "cross" | "own" | "pooled",
  seed: number,
  symmetricKL: number,
  recallAt10: number,
): ControlResult => ({
  control,
  weight: null,
  seed,
  symmetricKL,
  centroidGap: 0,
  recallAt1: 0,
  recallAt10,
  ownShare: 0.5,
  pairCosine: 1,
});

describe("OQ4", () => {
  test("every control with every weight that it can have, on every seed", async () => {
    const keys = controlComparison
      .units({ ...tiny, controls: ["cross", "mixed", "squaredMMD"], weights: [0.5, 2], seeds: 1 })
      .map(({ key }) => key);
    expect(keys).toEqual(["cross_seed-0", "mixed-0.5_seed-0", "squaredMMD-0.5_seed-0", "squaredMMD-2_seed-0"]);
    const { summary } = await run(tiny);
    expect(summary.points.map(({ control }) => control)).toEqual(tiny.controls);
    expect(summary.points[0]!.fromCross).toEqual({
      symmetricKL: { mean: 0, standardError: 0, seeds: 2, interval: { low: 0, high: 0 } },
      recallAt10: { mean: 0, standardError: 0, seeds: 2, interval: { low: 0, high: 0 } },
    });
    // Each control is something else: the same seeds end elsewhere.
    const ends = summary.points.map(({ pairCosine }) => pairCosine.mean);
    expect(new Set(ends).size).toBe(ends.length);
    for (const { recallAt10, recallAt1, ownShare } of summary.points) {
      expect(recallAt10.mean).toBeGreaterThanOrEqual(recallAt1.mean);
      expect(recallAt10.mean).toBeGreaterThan(0);
      expect(ownShare.mean).toBeGreaterThan(0);
      expect(ownShare.mean).toBeLessThan(1);
    }
  }, 30_000);

  test("a regulariser of hardly any weight is cross", async () => {
    const { summary } = await run({ ...tiny, controls: ["cross", "energyDistance"], weights: [1e-6] });
    const { fromCross } = summary.points[1]!;
    expect(Math.abs(fromCross!.symmetricKL.mean)).toBeLessThan(1e-2);
  }, 30_000);

  test("the front, and what is surely dominated, with differences paired by seed", () => {
    const config = { ...tiny, controls: ["cross", "own", "pooled"] as const, seeds: 2 };
    const { points } = controlComparison.summarize(config, [
      // Seeds differ by much, controls by little: own is better in both on each seed, pooled by more gap and less recall on average.
      made("cross", 0, 1, 0.5),
      made("cross", 1, 5, 0.9),
      made("own", 0, 0.9, 0.6),
      made("own", 1, 4.9, 1),
      made("pooled", 0, 0.5, 0.2),
      made("pooled", 1, 5, 0.9),
    ]);
    expect(points.map(({ onFront }) => onFront)).toEqual([false, true, true]);
    expect(points.map(({ surelyDominated }) => surelyDominated)).toEqual([true, false, false]);
    expect(points[1]!.fromCross!.symmetricKL.mean).toBeCloseTo(-0.1, 12);
    expect(points[2]!.separated.value).toBe(0.5);
    // Better by 1 ± ⅓ on both: three standard errors, and of two seeds the interval is 12.7 of them.
    const unsure = controlComparison.summarize(config, [
      made("cross", 0, 5, 0.2),
      made("cross", 1, 5, 0.2),
      made("own", 0, 5 - 4 / 3, 0.2 + 4 / 30),
      made("own", 1, 5 - 2 / 3, 0.2 + 2 / 30),
      made("pooled", 0, 9, 0.1),
      made("pooled", 1, 9, 0.1),
    ]);
    expect(unsure.points.map(({ onFront }) => onFront)).toEqual([false, true, false]);
    expect(unsure.points[0]!.surelyDominated).toBe(false);
    const single = controlComparison.summarize({ ...config, seeds: 1 }, [
      made("cross", 0, 1, 0.5),
      made("own", 0, 0.9, 0.6),
      made("pooled", 0, 2, 0.1),
    ]);
    expect(single.points.map(({ surelyDominated }) => surelyDominated)).toEqual([null, null, null]);
  });

  test("the same configuration gives the same bytes", async () => {
    const config = { ...tiny, controls: ["slicedWasserstein"] as const, seeds: 1 };
    const bytes = async () => resultBytes((await run(config)) as ExperimentResult);
    expect(await bytes()).toEqual(await bytes());
  });

  test.each<[object, string]>([
    [
      { controls: ["none"] },
      'OQ4: `controls[0]` must be "cross", "own", "pooled", "mixed", "symmetricKL", "squaredMMD", "energyDistance", "slicedWasserstein" or "centroidDistance", got "none".',
    ],
    [{ weights: [0] }, "OQ4: `weights[0]` must be a number from 0.000001 to 1000000, got 0."],
    [{ gallery: 1 }, "OQ4: `gallery` must be an integer from 2 to 20000, got 1."],
  ])("%j is refused", (change, message) => {
    expect(() => controlComparison.check({ ...tiny, ...change } as ControlComparisonConfig)).toThrow(message);
  });
});
