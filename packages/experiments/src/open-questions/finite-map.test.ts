import { describe, expect, test } from "vitest";
import type { ExperimentResult } from "../experiment.ts";
import { resultBytes, runExperiment } from "../runner/run-experiment.ts";
import { type FiniteMapConfig, finiteMap, statesOf } from "./finite-map.ts";

const tiny: FiniteMapConfig = {
  ...finiteMap.defaults("quick"),
  batches: [2, 32],
  temperatures: [0.1],
  gradientNoises: [30],
  seeds: 4,
  steps: 200,
  looks: 7,
  evaluation: 400,
};

const run = async (config: FiniteMapConfig) => (await runExperiment(finiteMap, config)).result!;

describe("OQ1", () => {
  test("a state is left only well below the threshold at which it is entered", () => {
    expect(statesOf([0.6, 0.4, 0.6, 0.2, 0.4], 0.5)).toEqual([true, true, true, false, false]);
    expect(statesOf([0.1, 0.4, 0.6], 0.5)).toEqual([false, false, true]);
  });

  test("a map with a cell for every batch and temperature; larger batches align better", async () => {
    const { summary, units } = await run(tiny);
    expect(summary.cells.map(({ batch, temperature }) => [batch, temperature])).toEqual([
      [2, 0.1],
      [32, 0.1],
    ]);
    const [small, large] = summary.cells;
    expect(large!.pairCosine.mean).toBeGreaterThan(small!.pairCosine.mean);
    expect(large!.separated.runs).toBe(4);
    const { separatedOfSame, separatedOfOpposite } = large!;
    expect((separatedOfSame?.runs ?? 0) + (separatedOfOpposite?.runs ?? 0)).toBe(4);
    // Closed form of the data at σ = 0.3: Jeffreys 0.0746, with the features' noise on both a little less.
    expect(summary.dataSymmetricKL).toBeGreaterThan(0.07 / 2);
    expect(summary.dataSymmetricKL).toBeLessThan(0.0746 / 2 + 1e-4);
    for (const { result } of units) {
      // 200 steps, a look every 29, and one at the end.
      expect(result.steps).toEqual([0, 29, 58, 87, 116, 145, 174, 200]);
      expect(result.trace).toHaveLength(8);
      expect(result.symmetricKL).toBe(result.trace.at(-1));
      // The looks at 116, 145, 174 and 200 are of the second half.
      const late = statesOf(result.trace, tiny.separatedAbove).slice(4);
      expect(result.lateCrossings).toBe(late.slice(1).filter((state, k) => state !== late[k]).length);
      expect(result.timeSeparated).toBe(late.filter(Boolean).length / 4);
    }
    expect(units.some(({ result }) => result.crossings > result.lateCrossings)).toBe(true);
  });

  test("noise far above the gradient keeps modalities apart for a longer time, at the largest batch", async () => {
    const { cells, noisy } = (await run(tiny)).summary;
    expect(noisy.map(({ batch, gradientNoise }) => [batch, gradientNoise])).toEqual([
      [32, 0],
      [32, 30],
    ]);
    expect(noisy[0]).toEqual(cells[1]);
    const [without, shaken] = noisy.map(({ timeSeparated }) => timeSeparated);
    const error = Math.hypot(without!.standardError!, shaken!.standardError!);
    expect(shaken!.mean - without!.mean).toBeGreaterThan(3 * error);
  });

  test("the same configuration gives the same bytes; noise on the gradient gives others", async () => {
    const bytes = async (config: FiniteMapConfig) => resultBytes((await run(config)) as ExperimentResult);
    const small = { ...tiny, batches: [4], seeds: 1 };
    expect(await bytes(small)).toEqual(await bytes(small));
    const [without, noisy] = (await run(small)).units.map(({ result }) => result);
    expect([without!.gradientNoise, noisy!.gradientNoise]).toEqual([0, 30]);
    // The same start, and another way.
    expect(noisy!.trace[0]).toBe(without!.trace[0]);
    expect(noisy!.symmetricKL).not.toBe(without!.symmetricKL);
  });

  test("an aborted unit rejects", async () => {
    const stop = new AbortController();
    stop.abort(new Error("enough"));
    const [unit] = finiteMap.units(tiny);
    await expect(finiteMap.run(tiny, unit!, { signal: stop.signal })).rejects.toThrow("enough");
  });

  test.each<[object, string]>([
    [{ batches: [1] }, "OQ1: `batches[0]` must be an integer from 2 to 4096, got 1."],
    [{ temperatures: [0.001] }, "OQ1: `temperatures[0]` must be a number from 0.006 to 100, got 0.001."],
    [{ gradientNoises: [0] }, "OQ1: `gradientNoises[0]` must be a number from 0.000001 to 1000, got 0."],
  ])("%j is refused", (change, message) => {
    expect(() => finiteMap.check({ ...tiny, ...change })).toThrow(message);
  });
});
