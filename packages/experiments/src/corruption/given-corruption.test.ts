import { generateCorruptedPairs } from "@nce-geometry/synthetic";
import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { beforeAll, describe, expect, test } from "vitest";
import { givenInMemory, type NamedPairs } from "../given/given-pairs.ts";
import { rowsOf } from "../given/rows-of.ts";
import { type ExperimentRun, resultBytes, runExperiment } from "../runner/run-experiment.ts";
import { memoryStore } from "../runner/unit-store.ts";
import { corruptionExperiment } from "./corruption.ts";
import type { GivenCorruptionConfig } from "./given-config.ts";
import type { CorruptionReference, CorruptionResult } from "./run-unit.ts";
import type { CorruptionOfModel, CorruptionSummary } from "./summarize.ts";

const clusters = generateCorruptedPairs(createRandom(0), {
  ...{ kind: "corruptedPairs", pairs: 120, dim: 8, categories: 4, spread: 0.3, noise: 0.05, fraction: 0 },
});

/** A gap by construction: the same vector is added to all rows of y. */
const shifted: RowMatrix = {
  ...clusters.y,
  data: Float64Array.from(clusters.y.data, (value, i) => value + (i % 8 === 0 ? 2 : 0)),
};
const pairs: NamedPairs = { name: "clusters", x: clusters.x, y: shifted };

/** Items with two captions, each of which is the partner again. */
const owners = Array.from({ length: 240 }, (_, caption) => Math.floor(caption / 2));
const captioned: NamedPairs = {
  name: "captions",
  x: clusters.x,
  y: rowsOf(shifted, owners),
  map: new Int32Array(owners),
};

const experimentOver = (...models: readonly NamedPairs[]) => corruptionExperiment(givenInMemory(models));
const tiny = (...models: readonly NamedPairs[]): GivenCorruptionConfig => ({
  ...experimentOver(...models).defaults("quick"),
  ...{ seeds: 3, fractions: [0, 0.5, 1], heldOut: 0.25, outputs: 6, batch: 32, steps: 80, learningRate: 0.01 },
  start: "independent",
});

type Result = NonNullable<ExperimentRun<GivenCorruptionConfig, CorruptionResult, CorruptionSummary>["result"]>;
let result: Result;
let model: CorruptionOfModel;
beforeAll(async () => {
  result = (await runExperiment(experimentOver(pairs), tiny(pairs))).result!;
  model = result.summary.models[0]!;
}, 60_000);

describe("E5 on given features", () => {
  test("retrieval falls with p beyond its errors, at p = 1 to chance", () => {
    const [none, half, all] = model.points;
    expect([none!.fraction, half!.fraction, all!.fraction]).toEqual([0, 0.5, 1]);
    const { mean, interval, standardError } = model.change!.recall;
    expect(mean).toBeLessThan(-4 * standardError!);
    expect(interval!.high).toBeLessThan(0);
    expect(half!.recall.mean).toBeLessThan(none!.recall.mean);
    // Thirty queries in each of three seeds: chance 1/30 with a standard error of at most √(1/30/90), were both directions the same;
    // four of them.
    expect(all!.recall.mean).toBeLessThan(1 / 30 + 4 * Math.sqrt(1 / 30 / 90));
  });

  test("items are split: a share held out, the same at every p, another in every seed", () => {
    const references = result.units.flatMap(({ result: unit }): CorruptionReference[] =>
      unit.kind === "reference" ? [unit] : [],
    );
    expect([model.training, model.heldOut, model.inputs]).toEqual([90, 30, 8]);
    expect(references).toHaveLength(3);
    expect(new Set(references.map(({ features }) => features.centroidGap)).size).toBe(3);
  });

  test("features have the gap of the data, and the noise floor is less", () => {
    const { centroidGap, centroidFloor, squaredGap } = model.features;
    expect(centroidGap.mean).toBeGreaterThan(10 * centroidFloor.mean);
    const { features } = result.units[0]!.result as CorruptionReference;
    expect(features.squaredGap).toBe(features.centroidGap ** 2 - features.centroidFloor ** 2);
    expect(squaredGap.mean).toBeLessThan(centroidGap.mean ** 2 + 3 * squaredGap.standardError!);
  });

  test("the same bytes again, also with units from the store", { timeout: 60_000 }, async () => {
    const store = memoryStore();
    const small = { ...tiny(pairs), seeds: 1, fractions: [0, 1], steps: 10 };
    const first = await runExperiment(experimentOver(pairs), small, { store });
    const again = await runExperiment(experimentOver(pairs), small, { store });
    const fresh = await runExperiment(experimentOver(pairs), small);
    expect([first.units.computed, again.units.reused]).toEqual([3, 3]);
    for (const { result: other } of [again, fresh]) expect(resultBytes(other!)).toEqual(resultBytes(first.result!));
  });

  test("a store of other data is refused", { timeout: 60_000 }, async () => {
    const store = memoryStore();
    const other = { ...pairs, y: clusters.y };
    const small = { seeds: 1, fractions: [0], steps: 1 };
    await runExperiment(experimentOver(pairs), { ...tiny(pairs), ...small }, { store });
    const run = runExperiment(experimentOver(other), { ...tiny(other), ...small }, { store });
    await expect(run).rejects.toThrow("data");
    expect(() => experimentOver(other).check(tiny(pairs))).toThrow(
      "E5: `data` must be what was given to the experiment, got something else.",
    );
  });

  test("captions: one of an item at a time, so that copies of a partner change nothing for the features", async () => {
    const small = { seeds: 1, fractions: [0, 1], steps: 60 };
    const { units } = (await runExperiment(experimentOver(captioned), { ...tiny(captioned), ...small })).result!;
    const reference = units[0]!.result as CorruptionReference;
    const same = result.units[0]!.result as CorruptionReference;
    expect(reference.features).toEqual(same.features);
    expect([reference.training, reference.heldOut]).toEqual([90, 30]);
    const [right, wrong] = units
      .slice(1)
      .map(({ result: unit }) => unit as Extract<CorruptionResult, { kind: "heads" }>);
    expect(wrong!.recall).toBeLessThan(right!.recall);
  }, 60_000);

  test("a batch of more than the training pairs is all of them", async () => {
    const small = { ...tiny(pairs), seeds: 1, fractions: [0], steps: 2 };
    const of = async (batch: number) => (await runExperiment(experimentOver(pairs), { ...small, batch })).result!.units;
    expect(await of(4000)).toEqual(await of(90));
  });

  test.each([
    [
      { heldOut: 0.05 },
      "E5: `clusters` must be a model with at least 4 items to train on and 11 held out, got 114 and 6 of 120.",
    ],
    [{ heldOut: 0.01 }, "E5: `heldOut` must be a number from 0.05 to 0.9, got 0.01."],
    [{ models: ["clip"] }, 'E5: `models[0]` must be "clusters", got "clip".'],
    [{ start: "zero" }, 'E5: `start` must be "shared" or "independent", got "zero".'],
  ])("%j is refused", (change, message) => {
    const config = { ...tiny(pairs), ...change } as GivenCorruptionConfig;
    expect(() => experimentOver(pairs).check(config)).toThrow(message);
  });

  test("an item without a caption is refused", async () => {
    const map = captioned.map!.map((owner) => (owner === 7 ? 8 : owner));
    const experiment = experimentOver({ ...captioned, map });
    await expect(runExperiment(experiment, tiny({ ...captioned, map }))).rejects.toThrow(
      "E5: `map` must be a map that gives every item a caption, got none for item 7.",
    );
  });

  test("rows that are not paired, or not finite, are refused", () => {
    const short = { ...clusters.y, rows: 119, data: clusters.y.data.slice(0, 119 * 8) };
    expect(() => experimentOver({ ...pairs, y: short })).toThrow("givenInMemory: `clusters` must be two sets of rows");
    const broken = { ...clusters.y, data: clusters.y.data.map((value, i) => (i === 3 ? Number.NaN : value)) };
    expect(() => experimentOver({ ...pairs, y: broken })).toThrow(expect.objectContaining({ code: "E_NOT_FINITE" }));
  });
});
