import { beforeAll, describe, expect, test } from "vitest";
import { type ExperimentRun, resultBytes, runExperiment } from "../runner/run-experiment.ts";
import type { CorruptionConfig } from "./config.ts";
import { type CorruptionSummary, corruption } from "./corruption.ts";
import type { CorruptionResult } from "./run-unit.ts";

const tiny: CorruptionConfig = {
  ...corruption.defaults("quick"),
  ...{
    seeds: 2,
    fractions: [0, 1],
    pairs: 80,
    heldOut: 60,
    categories: 4,
    inputs: 8,
    outputs: 6,
    batch: 24,
    steps: 60,
  },
};

let result: NonNullable<ExperimentRun<CorruptionConfig, CorruptionResult, CorruptionSummary>["result"]>;
beforeAll(async () => {
  result = (await runExperiment(corruption, tiny)).result!;
}, 60_000);

describe("E5", () => {
  test("trained on wrong partners, heads find fewer right ones, but still the category", () => {
    const [right, wrong] = result.summary.points;
    expect(right!.recall.mean).toBeGreaterThan(wrong!.recall.mean + 2 * wrong!.recall.standardError!);
    expect(wrong!.categoryRecall.mean).toBeGreaterThan(0.5);
    expect(result.summary.change.recall.mean).toBeCloseTo(wrong!.recall.mean - right!.recall.mean, 12);
  });

  test("the share asked for is corrupted: none, or all", () => {
    expect(result.units.map(({ result: { corrupted } }) => corrupted)).toEqual([0, 0, 1, 1]);
    expect(result.units.every(({ result: { firstLoss, lastLoss } }) => lastLoss < firstLoss)).toBe(true);
  });

  test("the same bytes again", { timeout: 60_000 }, async () => {
    expect(resultBytes((await runExperiment(corruption, tiny)).result!)).toEqual(resultBytes(result));
  });

  test.each([
    [{ batch: 121 }, "E5: `batch` must be at most `pairs` = 80, got 121."],
    [{ categories: 61 }, "E5: `categories` must be at most half of `pairs` = 80, got 61."],
  ])("%j is refused", (change, message) => {
    expect(() => corruption.check({ ...tiny, ...change })).toThrow(message);
  });
});
