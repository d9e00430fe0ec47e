import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import type { ExperimentResult } from "../experiment.ts";
import { resultBytes, runExperiment } from "../runner/run-experiment.ts";
import { type DensityFloorConfig, densityFloor } from "./density-floor.ts";

const tiny: DensityFloorConfig = {
  ...densityFloor.defaults("quick"),
  floors: [1e-2, 1e-6, 1e-12],
  depths: [0, 12, 80],
  cells: 16,
  starts: 4,
};

const run = async (config: DensityFloorConfig) => (await runExperiment(densityFloor, config)).result!;

describe("OQ2", () => {
  test("the barrier is 2·log((1 − (n−1)δ)/δ), by the formula and by asking", async () => {
    const { units } = await run(tiny);
    for (const { result } of units) {
      const exact = 2 * Math.log((1 - 15 * result.floor) / result.floor);
      expectClose(result.barrier, exact, { ulps: 64, epsilon: Number.EPSILON });
      expect(Math.abs(result.measuredBarrier - exact)).toBeLessThan(1e-9 * exact);
      expect(result.asymptote - exact).toBeGreaterThan(0);
      // 2·log(1 − 15δ) is all that is between them.
      expect(result.asymptote - exact).toBeLessThan(40 * result.floor);
    }
  });

  test("as the floor falls the barrier grows like 2·log(1/δ), D_S like log(1/δ), the overlap vanishes", async () => {
    const { summary, units } = await run(tiny);
    expect(summary.barrierSlope).toBeGreaterThan(2);
    expect(summary.barrierSlope).toBeLessThan(2.02);
    expect(summary.symmetricKLSlope).toBeGreaterThan(1);
    expect(summary.symmetricKLSlope).toBeLessThan(1.05);
    for (const { result } of units) {
      const [equal] = result.ends;
      expect(equal!.coLocated.value).toBe(0);
      expectClose(equal!.symmetricKL.mean, result.largestSymmetricKL, { ulps: 64, epsilon: Number.EPSILON });
      // min of the two vertices: δ on all cells but the two, which have δ of the other.
      expectClose(equal!.overlap.mean, 16 * result.floor, { ulps: 64, epsilon: Number.EPSILON });
    }
  });

  test("a deep well joins the modalities under a high floor, under a low one they end a cell apart in the same well", async () => {
    const { units } = await run(tiny);
    const deep = units.map(({ result }) => result.ends.at(-1)!);
    // Δ/τ = 80: the cell beside the bottom is (½(1 − cos π/4) + 4(1 − cos π/8))/τ = 4.5 nats above it, less than these barriers.
    for (const { coLocated, angle } of deep) {
      expect(coLocated.value).toBe(0);
      expectClose(angle.mean, (2 * Math.PI) / 16, { ulps: 8, epsilon: Number.EPSILON });
    }
    // δ = 0.06: 2·log(0.1/0.06) = 1.02 nats are paid for by the depth.
    const high = await run({ ...tiny, floors: [0.06] });
    expect(high.units[0]!.result.ends.at(-1)!.coLocated.value).toBe(1);
    expect(high.summary.barrierSlope).toBeNull();
    // Where modalities end on one cell there is no D_S of a separated state to speak of.
    const joined = await run({ ...tiny, floors: [1e-6, 0.06], depths: [80] });
    expect(joined.summary.barrierSlope).toBeGreaterThan(2);
    expect(joined.summary.symmetricKLSlope).toBeNull();
  });

  test("answering at once, from the same vertex, goes round in circles", async () => {
    const { units } = await run({ ...tiny, floors: [1e-6], depths: [80], spread: 0, schedule: "simultaneous" });
    const [end] = units[0]!.result.ends;
    expect(end!.cycling).toBe(4);
  });

  test("the same configuration gives the same bytes", async () => {
    const bytes = async () => resultBytes((await run(tiny)) as ExperimentResult);
    expect(await bytes()).toEqual(await bytes());
  });

  test.each<[object, string]>([
    [{ cells: 15 }, "OQ2: `cells` must be an even number, so that both wells have a cell at their bottom, got 15."],
    [{ floors: [1e-3, 0.0625] }, "OQ2: `floors[1]` must be below 1/16, one in the number of cells, got 0.0625."],
    [{ floors: [0] }, "OQ2: `floors[0]` must be a number from 1e-100 to 0.25, got 0."],
    [{ schedule: "both" }, 'OQ2: `schedule` must be "alternating" or "simultaneous", got "both".'],
  ])("%j is refused", (change, message) => {
    expect(() => densityFloor.check({ ...tiny, ...change } as DensityFloorConfig)).toThrow(message);
  });
});
