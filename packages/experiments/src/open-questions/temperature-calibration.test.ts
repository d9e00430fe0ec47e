import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import type { ExperimentResult } from "../experiment.ts";
import { gradientConsistency } from "../gradient-consistency/gradient-consistency.ts";
import { resultBytes, runExperiment } from "../runner/run-experiment.ts";
import { crossingOf, type TemperatureCalibrationConfig, temperatureCalibration } from "./temperature-calibration.ts";

const tiny: TemperatureCalibrationConfig = {
  ...temperatureCalibration.defaults("quick"),
  temperatures: [1, 0.05],
  sizes: [4, 64],
  seeds: 2,
  reference: 256,
  anchors: 16,
  inputs: 8,
  outputs: 8,
};

const run = async (config: TemperatureCalibrationConfig) =>
  (await runExperiment(temperatureCalibration, config)).result!;

describe("OQ5", () => {
  test("where a curve comes to stay above a level", () => {
    expectClose(crossingOf([1, Math.exp(2)], [0, 1], 0.5) as number, Math.E, { ulps: 8, epsilon: Number.EPSILON });
    expect(crossingOf([1, 2], [0.6, 0.7], 0.5)).toBe("always");
    expect(crossingOf([1, 2], [0.6, 0.4], 0.5)).toBe("never");
    // It falls below once more between 2 and 4: what counts is the last time.
    expect(crossingOf([1, 2, 4, 8], [0.6, 0.4, 0.6, 0.7], 0.5)).toBeGreaterThan(2);
  });

  test("more negatives and higher temperatures align better; cold softmaxes see few negatives", async () => {
    const { summary } = await run(tiny);
    expect(summary.cells.map(({ temperature, size }) => [temperature, size])).toEqual([
      [1, 4],
      [1, 64],
      [0.05, 4],
      [0.05, 64],
    ]);
    const [hotFew, hotMany, coldFew, coldMany] = summary.cells;
    expect(hotMany!.alignment.mean).toBeGreaterThan(hotFew!.alignment.mean);
    expect(coldMany!.alignment.mean).toBeGreaterThan(coldFew!.alignment.mean);
    expect(hotMany!.alignment.mean).toBeGreaterThan(coldMany!.alignment.mean);
    expect(hotMany!.effectiveNegatives.mean).toBeGreaterThan(coldMany!.effectiveNegatives.mean);
    expect(hotMany!.effectiveNegatives.mean).toBeLessThanOrEqual(64);
    expect(coldMany!.positiveMass.mean).toBeGreaterThan(hotMany!.positiveMass.mean);
  });

  test("a calibrated temperature lies between those tried, is lower for more negatives, or is null", async () => {
    const wanted = 0.8;
    const results = [1, 0.05].flatMap((temperature) =>
      [0, 1].map((seed) => ({
        temperature,
        seed,
        alignment: temperature === 1 ? [0.7, 0.9] : [0.1, 0.7],
        referenceSquaredError: 0,
        positiveMass: [0.5, 0.5],
        effectiveNegatives: [1, 2],
      })),
    );
    const [few, many] = temperatureCalibration.summarize({ ...tiny, wanted }, results).calibrated;
    expect(few).toEqual({ size: 4, temperature: null, interval: null, seeds: { between: 0, always: 0, never: 2 } });
    // Half way from 0.05 to 1 in the logarithm.
    expectClose(many!.temperature!, Math.sqrt(0.05), { ulps: 16, epsilon: Number.EPSILON });
    expect(many!.interval!.high / many!.interval!.low).toBe(1);
    expect(many!.seeds).toEqual({ between: 2, always: 0, never: 0 });
  });

  test("the interval of a calibrated temperature is Student's over the logarithms", () => {
    const reaching = (seed: number, cold: number) => [
      { temperature: 1, seed, alignment: [1, 1] },
      { temperature: 0.05, seed, alignment: [cold, cold] },
    ];
    const rest = { referenceSquaredError: 0, positiveMass: [0.5, 0.5], effectiveNegatives: [1, 2] };
    // The level ½ is reached at shares 0 and ½ of the way from log 0.05 to log 1.
    const found = [...reaching(0, 0.5 - 1e-12), ...reaching(1, 0)].map((one) => ({ ...one, ...rest }));
    const [one] = temperatureCalibration.summarize({ ...tiny, wanted: 0.5 }, found).calibrated;
    const [width, half] = [Math.log(20) / 2, Math.tan((Math.PI * 0.95) / 2) / 2];
    expect(Math.log(one!.interval!.high / one!.temperature!) / width).toBeCloseTo(half, 9);
    expect(Math.log(one!.temperature! / one!.interval!.low) / width).toBeCloseTo(half, 9);
  });

  test("the alignment is E1's cosine without the noise of the reference", async () => {
    const { units } = await run({ ...tiny, temperatures: [0.1], seeds: 1 });
    const { reference, sizes, anchors, inputs, outputs } = tiny;
    const asE1 = { ...gradientConsistency.defaults("full"), reference, sizes, anchors, inputs, outputs };
    const unit = { key: "one", input: { seed: 0, critic: "cosine" } } as const;
    const { independent } = await gradientConsistency.run({ ...asE1, cosineTemperature: 0.1 }, unit, {});
    expect(independent.referenceSquaredError).toBeGreaterThan(0.001);
    for (const [k, cosine] of independent.cosine.entries()) {
      const expected = cosine * Math.sqrt(1 + independent.referenceSquaredError);
      expectClose(units[0]!.result.alignment[k]!, expected, { ulps: 4, epsilon: Number.EPSILON });
    }
  });

  test("references that do not agree leave the cosine as it is", async () => {
    const config = { ...tiny, temperatures: [0.001], sizes: [1, 2], reference: 2, anchors: 2, inputs: 32, outputs: 32 };
    const { units } = await run(config);
    const disagreeing = units.filter(({ result }) => result.referenceSquaredError < -1);
    expect(disagreeing.length).toBeGreaterThan(0);
    for (const { result } of disagreeing) for (const one of result.alignment) expect(Math.abs(one)).toBeLessThan(1.01);
  });

  test("the same configuration gives the same bytes", async () => {
    const config = { ...tiny, seeds: 1 };
    const bytes = async () => resultBytes((await run(config)) as ExperimentResult);
    expect(await bytes()).toEqual(await bytes());
  });

  test.each<[object, string]>([
    [{ wanted: 1 }, "OQ5: `wanted` must be a number from 0.01 to 0.9999, got 1."],
    [{ sizes: [4, 512] }, "OQ5: `sizes[1]` must be at most `reference` = 256, got 512."],
    [{ sizes: [] }, "OQ5: `sizes` must be a list of integers from 1 to 65536, got []."],
  ])("%j is refused", (change, message) => {
    expect(() => temperatureCalibration.check({ ...tiny, ...change })).toThrow(message);
  });
});
