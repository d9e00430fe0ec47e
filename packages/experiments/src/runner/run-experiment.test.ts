import { createRandom } from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import { toy } from "../../test/toy.ts";
import type { ExperimentResult, Json, Unit } from "../experiment.ts";
import { type RunExperimentOptions, resultBytes, runExperiment } from "./run-experiment.ts";
import { memoryStore, seal, type UnitStore } from "./unit-store.ts";

const config = toy.defaults("full");
const units = toy.units(config);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

async function bytesOf(options?: RunExperimentOptions, settings = config): Promise<string> {
  const { status, result } = await runExperiment(toy, settings, options);
  expect(status).toBe("finished");
  return text(resultBytes(result as ExperimentResult));
}

/** Executes units as a machine with other things to do would: each ends when it likes. */
function shuffled(seed: number): NonNullable<RunExperimentOptions["execute"]> {
  const order = createRandom(seed).permutation(units.length);
  return async (unit, control) => {
    const turns = order[units.findIndex(({ key }) => key === unit.key)]!;
    await new Promise((resolve) => setTimeout(resolve, turns));
    return toy.run(config, unit as Unit<{ seed: number; power: number }>, control);
  };
}

/** Aborts when so many units are done. */
async function runUntil(done: number, store: UnitStore): Promise<void> {
  const stop = new AbortController();
  const onProgress: RunExperimentOptions["onProgress"] = (progress) => {
    if (progress.done >= done) stop.abort();
  };
  const run = await runExperiment(toy, config, { store, signal: stop.signal, onProgress });
  expect(run.status).toBe(done < units.length ? "aborted" : "finished");
  if (run.status === "aborted") expect(run.units).toEqual({ total: units.length, reused: 0, computed: done });
}

describe("runExperiment", () => {
  test("the result holds configuration, units in order, and their summary", async () => {
    const { result, ...rest } = await runExperiment(toy, config);
    expect(rest).toEqual({ status: "finished", units: { total: 8, reused: 0, computed: 8 }, notes: [] });
    expect(result).toMatchObject({ schema: "nce-geometry/experiment@1", experiment: "TOY", config });
    expect(result!.units.map(({ key }) => key)).toEqual(units.map(({ key }) => key));
    const sums = result!.units.map((unit) => unit.result.sum);
    expect(result!.summary).toEqual({ total: sums.reduce((a, b) => a + b, 0) });
  });

  test("stopped after any number of units and resumed: the same bytes, and nothing is done twice", async () => {
    const undisturbed = await bytesOf();
    for (let done = 0; done <= units.length; done++) {
      const store = memoryStore();
      await runUntil(done, store);
      const { result, units: counts } = await runExperiment(toy, config, { store });
      expect(counts).toEqual({ total: 8, reused: done, computed: 8 - done });
      expect(text(resultBytes(result as ExperimentResult))).toBe(undisturbed);
    }
  });

  test("killed while it saves, so that a record is torn: that unit is computed anew", async () => {
    const undisturbed = await bytesOf();
    for (let torn = 0; torn <= units.length; torn++) {
      const store = memoryStore();
      let saves = 0;
      const killed: UnitStore = {
        load: store.load,
        save: async (key, bytes) => {
          if (saves++ < torn) return store.save(key, bytes);
          await store.save(key, bytes.subarray(0, bytes.length / 2));
          throw new Error("killed");
        },
      };
      await expect(runExperiment(toy, config, { store: killed })).rejects.toThrow("killed");
      const notes: string[] = [];
      expect(await bytesOf({ store, onNote: ({ kind, key }) => notes.push(`${kind} ${key}`) })).toBe(undisturbed);
      expect(notes).toEqual([torn === 0 ? "damaged run" : `damaged unit-${units[torn - 1]!.key}`]);
    }
  });

  test("a changed bit anywhere in a stored unit is seen", async () => {
    const store = memoryStore();
    const undisturbed = await bytesOf({ store });
    const key = `unit-${units[3]!.key}`;
    const whole = (await store.load(key))!;
    for (let at = 0; at < whole.length; at += 7) {
      await store.save(
        key,
        whole.map((byte, i) => (i === at ? byte ^ 1 : byte)),
      );
      const run = await runExperiment(toy, config, { store });
      expect(run.units.computed).toBe(1);
      expect(run.notes).toEqual([
        { kind: "damaged", key, message: `Unit ${units[3]!.key} was damaged and is computed anew.` },
      ]);
      expect(text(resultBytes(run.result as ExperimentResult))).toBe(undisturbed);
    }
  });

  test.each([1, 2, 3])("units that end in any order, eight at once: the same bytes (order %i)", async (seed) => {
    expect(await bytesOf({ execute: shuffled(seed), concurrency: 8 })).toBe(await bytesOf());
  });

  test("a stored unit and a fresh one are the same numbers, −0 included", async () => {
    const zero = { ...config, scale: 0, negate: true };
    const store = memoryStore();
    const fresh = await runExperiment(toy, zero, { store });
    const stored = await runExperiment(toy, zero, { store });
    expect(fresh.result!.units[0]!.result.sum).toBe(0);
    expect(stored.result).toEqual(fresh.result);
  });

  test("a store of another configuration is refused, unless told to take it over", async () => {
    const store = memoryStore();
    await runExperiment(toy, { ...config, scale: 2 }, { store });
    await expect(runExperiment(toy, config, { store })).rejects.toThrow(
      "runExperiment: `store` must be empty or of this configuration, got one of another value of `scale`. " +
        'Choose another place, or set onForeign to "recompute" to replace what is there.',
    );
    const run = await runExperiment(toy, config, { store, onForeign: "recompute" });
    expect(run.units).toEqual({ total: 8, reused: 0, computed: 8 });
    expect(run.notes[0]).toEqual({
      kind: "foreign",
      key: "run",
      message: "The store was of another value of `scale` and is taken over.",
    });
    expect(run.notes[1]!.message).toBe(`Unit ${units[0]!.key} was of another run and is computed anew.`);
    expect(run.notes).toHaveLength(9);
    expect(text(resultBytes(run.result as ExperimentResult))).toBe(await bytesOf());
    expect((await runExperiment(toy, config, { store })).units.reused).toBe(8);
  });

  test("another version, another experiment and what is no run at all are foreign too", async () => {
    const store = memoryStore();
    await runExperiment(toy, config, { store, version: "1.0.0" });
    const refusal = (what: string): string =>
      `runExperiment: \`store\` must be empty or of this configuration, got one of ${what}. ` +
      'Choose another place, or set onForeign to "recompute" to replace what is there.';
    await expect(runExperiment(toy, config, { store, version: "1.0.1" })).rejects.toThrow(refusal("version 1.0.0"));
    await expect(runExperiment({ ...toy, id: "E9" }, config, { store })).rejects.toThrow(refusal("experiment TOY"));
    await store.save("run", seal({ schema: "diary" }));
    await expect(runExperiment(toy, config, { store })).rejects.toThrow(refusal("something else"));
  });

  test("a unit of another run in our store is not used", async () => {
    const [ours, theirs] = [memoryStore(), memoryStore()];
    const undisturbed = await bytesOf({ store: ours });
    await bytesOf({ store: theirs }, { ...config, scale: 2 });
    const key = `unit-${units[0]!.key}`;
    await ours.save(key, (await theirs.load(key))!);
    const notes: string[] = [];
    expect(await bytesOf({ store: ours, onNote: ({ kind }) => notes.push(kind) })).toBe(undisturbed);
    await ours.save(key, (await ours.load(`unit-${units[1]!.key}`))!);
    expect(await bytesOf({ store: ours, onNote: ({ kind }) => notes.push(kind) })).toBe(undisturbed);
    expect(notes).toEqual(["foreign", "foreign"]);
  });

  test("a unit that fails: its error, after the others under way are stored", async () => {
    const store = memoryStore();
    const execute: RunExperimentOptions["execute"] = async (unit, control) => {
      if (unit.key === units[1]!.key) throw new Error("no luck");
      await new Promise((resolve) => setTimeout(resolve, 5));
      return toy.run(config, unit as Unit<{ seed: number; power: number }>, control);
    };
    await expect(runExperiment(toy, config, { store, execute, concurrency: 3 })).rejects.toThrow("no luck");
    expect((await runExperiment(toy, config, { store })).units).toEqual({ total: 8, reused: 2, computed: 6 });
  });

  test("what comes back after the signal is not stored", async () => {
    const store = memoryStore();
    const stop = new AbortController();
    const execute = (): Promise<Json> => {
      stop.abort();
      return Promise.resolve({ sum: 1e9, draws: [] });
    };
    const run = await runExperiment(toy, config, { store, execute, signal: stop.signal });
    expect(run).toEqual({ status: "aborted", units: { total: 8, reused: 0, computed: 0 }, notes: [] });
    expect(await bytesOf({ store })).toBe(await bytesOf());
  });

  test("progress is told for what was there, and for every unit", async () => {
    const store = memoryStore();
    await runUntil(3, store);
    const seen: string[] = [];
    const onProgress: RunExperimentOptions["onProgress"] = ({ done, total, label }) =>
      seen.push(`${done}/${total} ${label ?? "-"}`);
    await runExperiment(toy, config, { store, onProgress });
    expect(seen).toEqual(["3/8 -", ...units.slice(3).map(({ key }, i) => `${i + 4}/8 ${key}`)]);
  });

  test("results that are not JSON, keys that are no names, and options outside their domains are refused", async () => {
    const execute = (): Promise<Json> => Promise.resolve({ draws: [1, Number.NaN] });
    await expect(runExperiment(toy, config, { execute })).rejects.toThrow(
      "TOY: `unit seed-0_power-1.draws[1]` must be a finite number, got NaN. " +
        "JSON has no other numbers: report what is not a number as null, and say why.",
    );
    const twice = { ...toy, units: () => [units[0]!, units[0]!] };
    await expect(runExperiment(twice, config)).rejects.toThrow(
      'TOY: `units.key` must be a file name that no other unit has, got "seed-0_power-1".',
    );
    await expect(runExperiment(toy, config, { concurrency: 0 })).rejects.toThrow(
      "runExperiment: `concurrency` must be an integer ≥ 1, got 0.",
    );
    await expect(runExperiment(toy, config, { onForeign: "keep" as never })).rejects.toThrow(
      'runExperiment: `onForeign` must be "refuse" or "recompute", got keep.',
    );
    await expect(runExperiment(toy, { ...config, seeds: 0 })).rejects.toThrow(
      "TOY: `seeds` must be an integer from 1 to 100, got 0.",
    );
  });
});
