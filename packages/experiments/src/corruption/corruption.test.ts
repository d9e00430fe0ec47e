import { beforeAll, describe, expect, test } from "vitest";
import { type ExperimentRun, resultBytes, runExperiment } from "../runner/run-experiment.ts";
import type { CorruptionConfig } from "./config.ts";
import { corruption } from "./corruption.ts";
import type { CorruptionResult } from "./run-unit.ts";
import type { CorruptionSummary } from "./summarize.ts";

const tiny: CorruptionConfig = {
  ...corruption.defaults("quick"),
  ...{
    seeds: 2,
    fractions: [1, 0],
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
    const { points, change } = result.summary.models[0]!;
    const [right, wrong] = points;
    expect([right!.fraction, wrong!.fraction]).toEqual([0, 1]);
    expect(right!.recall.mean).toBeGreaterThan(wrong!.recall.mean + 2 * wrong!.recall.standardError!);
    expect(wrong!.categoryRecall!.mean).toBeGreaterThan(0.5);
    expect(change!.recall.mean).toBeCloseTo(wrong!.recall.mean - right!.recall.mean, 12);
  });

  test("the share asked for is corrupted: none, or all", () => {
    const trained = result.units.flatMap(({ result: unit }) => (unit.kind === "heads" ? [unit] : []));
    expect(trained.map(({ corrupted }) => corrupted)).toEqual([1, 1, 0, 0]);
    expect(trained.every(({ firstLoss, lastLoss }) => lastLoss < firstLoss)).toBe(true);
  });

  test("features and first heads stand beside: the first find partners, independent heads do not", () => {
    const { features, untrained } = result.summary.models[0]!;
    expect(features.recall.mean).toBeGreaterThan(0.5);
    // Chance is 1/60, with an error of about √(1/60 · 1/60) per direction and seed.
    expect(untrained.recall.mean).toBeLessThan(features.recall.mean / 4);
  });

  test("the same bytes again", { timeout: 60_000 }, async () => {
    expect(resultBytes((await runExperiment(corruption, tiny)).result!)).toEqual(resultBytes(result));
  });

  test("more categories than half of the pairs are refused", () => {
    expect(() => corruption.check({ ...tiny, categories: 61 })).toThrow(
      "E5: `categories` must be at most half of `pairs` = 80, got 61.",
    );
  });
});
