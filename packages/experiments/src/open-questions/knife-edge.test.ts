import { describe, expect, test } from "vitest";
import type { ExperimentResult } from "../experiment.ts";
import { resultBytes, runExperiment } from "../runner/run-experiment.ts";
import { type KnifeEdgeConfig, knifeEdge } from "./knife-edge.ts";

const tiny: KnifeEdgeConfig = {
  ...knifeEdge.defaults("quick"),
  ownWeights: [0.5, 0.7, 0.8, 1],
  spreads: [1e-3],
  cells: 8,
  starts: 3,
  directions: 5,
};

const run = async (config: KnifeEdgeConfig) => (await runExperiment(knifeEdge, config)).result!;

describe("OQ3", () => {
  test("below λ = ¾ the smallest perturbation tears the densities apart, above it they come together", async () => {
    const { summary, units } = await run(tiny);
    expect(summary.separated.map(([share]) => share!.value)).toEqual([1, 1, 0, 0]);
    expect([summary.lastUnstable, summary.predictedThreshold, summary.firstStable]).toEqual([0.7, 0.75, 0.8]);
    expect([summary.lastNegative, summary.firstPositive]).toEqual([0.7, 0.8]);
    expect(summary.unfinished).toEqual({ count: expect.any(Number), descents: 12 });
    for (const { result } of units) {
      const isStable = result.ownWeight > 0.75;
      // Two independent perturbations of size s have D_S = s² to first order; the means of three of eight cells scatter.
      expect(result.startSymmetricKL.mean).toBeGreaterThan(0.3e-6);
      expect(result.startSymmetricKL.mean).toBeLessThan(3e-6);
      if (isStable) expect(result.endSymmetricKL.mean).toBeLessThan(result.startSymmetricKL.mean / 10);
      else expect(result.endSymmetricKL.mean).toBeGreaterThan(1);
      expect(Math.abs(result.jointThreshold.mean - 0.75)).toBeLessThan(1e-4);
    }
  });

  test("what holds up to a weight holds at all below it, what holds from one on at all above it", async () => {
    const { units } = await run(tiny);
    const summaryOf = (shares: readonly number[], unfinished = 0) =>
      knifeEdge.summarize(
        tiny,
        units.map(({ result }, k) => ({
          ...result,
          separated: { ...result.separated, value: shares[k]! },
          unfinished,
        })),
      );
    const mixed = summaryOf([0, 1, 0, 1], 2);
    expect([mixed.lastUnstable, mixed.firstStable]).toEqual([null, null]);
    expect(mixed.unfinished).toEqual({ count: 8, descents: 12 });
    const ordered = summaryOf([1, 0.5, 1, 0]);
    expect([ordered.lastUnstable, ordered.firstStable]).toEqual([0.5, 1]);
    const all = summaryOf([0, 0, 0, 0]);
    expect([all.lastUnstable, all.firstStable]).toEqual([null, 0.5]);
  });

  test("curvatures at the matched state are λ − ½, 4λ − 3 and 1 in every direction", async () => {
    const { units } = await run({ ...tiny, ownWeights: [0, 0.5, 0.75, 1] });
    for (const { result } of units) {
      for (const { predicted, least, greatest, signs } of Object.values(result.curvature)) {
        // Sums over eight cells of terms that cancel to the prediction.
        expect(Math.abs(least - predicted)).toBeLessThan(1e-13);
        expect(Math.abs(greatest - predicted)).toBeLessThan(1e-13);
        const expected = predicted > 0 ? "positive" : predicted < 0 ? "negative" : "flat";
        expect(signs[expected]).toBe(5);
      }
      expect(result.curvature.apart.predicted).toBe(4 * result.ownWeight - 3);
      expect(result.curvature.alone.predicted).toBe(result.ownWeight - 0.5);
    }
  });

  test("the same configuration gives the same bytes; an aborted unit rejects", async () => {
    const config = { ...tiny, ownWeights: [0.8] };
    const bytes = async () => resultBytes((await run(config)) as ExperimentResult);
    expect(await bytes()).toEqual(await bytes());
    const stop = new AbortController();
    stop.abort(new Error("enough"));
    const [unit] = knifeEdge.units(config);
    await expect(knifeEdge.run(config, unit!, { signal: stop.signal })).rejects.toThrow();
  });

  test.each<[object, string]>([
    [{ cells: 9 }, "OQ3: `cells` must be an even number, so that both wells have a cell at their bottom, got 9."],
    [{ floor: 0.2 }, "OQ3: `floor` must be below 1/8, one in the number of cells, got 0.2."],
    [{ starts: 1 }, "OQ3: `starts` must be an integer from 2 to 10000, got 1."],
    [{ ownWeights: [-1] }, "OQ3: `ownWeights[0]` must be a number from 0 to 4, got -1."],
  ])("%j is refused", (change, message) => {
    expect(() => knifeEdge.check({ ...tiny, ...change })).toThrow(message);
  });
});
