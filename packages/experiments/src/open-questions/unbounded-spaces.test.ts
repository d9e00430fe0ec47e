import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import type { ExperimentResult } from "../experiment.ts";
import { resultBytes, runExperiment } from "../runner/run-experiment.ts";
import { type UnboundedSpacesConfig, unboundedSpaces } from "./unbounded-spaces.ts";

const tiny: UnboundedSpacesConfig = {
  ...unboundedSpaces.defaults("quick"),
  stiffnesses: [0, 1],
  seeds: 2,
  particles: 200,
  time: 1,
  records: 4,
};

const run = async (config: UnboundedSpacesConfig) => (await runExperiment(unboundedSpaces, config)).result!;

describe("OQ6", () => {
  test("held particles have the exponential law of heights in both planes; free ones escape as they must", async () => {
    const { summary } = await run(tiny);
    expect(summary.points.map(({ space, stiffness, outcome }) => [space, stiffness, outcome])).toEqual([
      ["euclidean", 0, "escape"],
      ["euclidean", 1, "law"],
      ["lorentz", 0, "escape"],
      ["lorentz", 1, "law"],
    ]);
    const [free, held, freeHyperbolic, heldHyperbolic] = summary.points;
    for (const point of [held, heldHyperbolic]) {
      expect(point!.limitHeight).toBe(0.5);
      // An exponential law has its mean as its deviation; 400 particles; a step of 0.01 adds 1 %.
      expect(Math.abs(point!.height.mean - 0.5)).toBeLessThan(0.5 * (5 / 20 + 0.01));
      expect(Math.abs(point!.within.mean - point!.limitWithin)).toBeLessThan((5 * 0.5) / 20);
    }
    // P(½r² ≤ ½) = 1 − e^{−1} at k/τ = 2, and 1 − e^{−2(cosh 1 − 1)}.
    expectClose(held!.limitWithin, 1 - Math.exp(-1), { ulps: 4, epsilon: Number.EPSILON });
    expectClose(heldHyperbolic!.limitWithin, 1 - Math.exp(-2 * (Math.cosh(1) - 1)), {
      ulps: 16,
      epsilon: Number.EPSILON,
    });
    // Free: E v = 2t with deviation 2t; in the hyperbolic plane E (v + 1)² = (1 + 2e^{6t})/3, 400 particles tell the mean to 0.8.
    expect([free!.exactHeight, free!.limitHeight, heldHyperbolic!.exactHeight]).toEqual([2, null, null]);
    // The records at ½, ¾ and 1, each short of the law by e^{−4t}.
    const short = (Math.exp(-2) + Math.exp(-3) + Math.exp(-4)) / 3;
    expectClose(held!.exactHeight!, (1 - short) / 2, { ulps: 64, epsilon: Number.EPSILON });
    expect(Math.abs(free!.height.mean - 2)).toBeLessThan((5 * 2) / 20);
    expectClose(freeHyperbolic!.exactHeight!, Math.exp(2) - 1, { ulps: 4, epsilon: Number.EPSILON });
    expect(freeHyperbolic!.height.mean).toBeGreaterThan(2 * free!.height.mean);
    expect(free!.limitWithin).toBe(0);
    expect(freeHyperbolic!.within.mean).toBeLessThan(free!.within.mean);
  }, 30_000);

  test("all start at the origin; the mean height follows its closed form in time", async () => {
    const { summary, units } = await run({ ...tiny, spaces: ["euclidean"], time: 0.4 });
    expect(units.every(({ result }) => result.records[0]!.height === 0 && result.records[0]!.within === 1)).toBe(true);
    const [free, held] = summary.points;
    expect(free!.inTime.map(({ time }) => time)).toEqual(
      [0, 0.1, 0.2, 0.3, 0.4].map((time) => expect.closeTo(time, 12)),
    );
    for (const { time, exact } of held!.inTime) {
      expectClose(exact!, (1 - Math.exp(-4 * time)) / 2, { ulps: 16, epsilon: Number.EPSILON, scale: 1 });
    }
    for (const { time, exact, height } of free!.inTime) {
      expect(exact).toBe(2 * time);
      expect(Math.abs(height.mean - 2 * time)).toBeLessThanOrEqual((5 * 2 * time) / 20);
    }
  }, 30_000);

  test("the same configuration gives the same bytes; an aborted unit rejects", async () => {
    const config = { ...tiny, spaces: ["lorentz"] as const, stiffnesses: [1], seeds: 1, time: 0.2, particles: 20 };
    const bytes = async () => resultBytes((await run(config)) as ExperimentResult);
    expect(await bytes()).toEqual(await bytes());
    const stop = new AbortController();
    stop.abort(new Error("enough"));
    const [unit] = unboundedSpaces.units(config);
    await expect(unboundedSpaces.run(config, unit!, { signal: stop.signal })).rejects.toThrow("enough");
  });

  test.each<[object, string]>([
    [{ spaces: ["sphere"] }, 'OQ6: `spaces[0]` must be "euclidean" or "lorentz", got "sphere".'],
    [{ time: 7 }, "OQ6: `time` must be a number from 0.01 to 6, got 7."],
  ])("%j is refused", (change, message) => {
    expect(() => unboundedSpaces.check({ ...tiny, ...change } as UnboundedSpacesConfig)).toThrow(message);
  });
});
