// From a configuration to a result, over units that may have been done before, in any order, anywhere.

import { InputError, type Progress, type RunControl, yieldToEventLoop } from "@nce-geometry/tensor";
import type { Experiment, ExperimentResult, Json, Unit } from "../experiment.ts";
import { asJson, canonicalBytes, isRecord } from "./canonical-json.ts";
import { hashOf, seal, type UnitStore, unseal } from "./unit-store.ts";

export interface RunExperimentOptions extends RunControl {
  /** Where finished units are kept and looked for. @defaultValue none: everything is computed */
  readonly store?: UnitStore;
  /**
   * Does a unit elsewhere, e.g. on a worker thread. It must give what `experiment.run` gives, and reject when aborted.
   * @defaultValue experiment.run, here
   */
  readonly execute?: (unit: Unit, control: RunControl) => Promise<Json>;
  /** Units under way at once, an integer ≥ 1. @defaultValue 1 */
  readonly concurrency?: number;
  /**
   * What to do with a store of another configuration, experiment or version: `refuse` it, or take it over and `recompute` what is of another.
   * @defaultValue "refuse"
   */
  readonly onForeign?: "refuse" | "recompute";
  /** Version of the code. Units that another version stored are of another configuration. @defaultValue none is told from another */
  readonly version?: string;
  /** Called for every stored record that cannot be used. */
  readonly onNote?: (note: RunNote) => void;
  /** Called with the progress within a unit, where the unit tells it. */
  readonly onUnitProgress?: (key: string, progress: Progress) => void;
}

/** A stored record that was not used. */
export interface RunNote {
  /** `damaged`: it is not what was stored. `foreign`: it is of another configuration. */
  readonly kind: "damaged" | "foreign";
  /** Key in the store. */
  readonly key: string;
  /** What was found and what was done, a sentence. */
  readonly message: string;
}

/** How a run went; only `result` is the same for every way of getting there. */
export interface ExperimentRun<C extends Json = Json, R extends Json = Json, S extends Json = Json> {
  /** `aborted`: the signal was; what was finished is in the store. */
  readonly status: "finished" | "aborted";
  /** Absent where aborted. */
  readonly result?: ExperimentResult<C, R, S>;
  /** Units in all, of these taken from the store, and computed by this call. */
  readonly units: { readonly total: number; readonly reused: number; readonly computed: number };
  readonly notes: readonly RunNote[];
}

/**
 * Runs an experiment: takes the finished units from the store, does the missing ones, and summarises all of them in their order.
 *
 * Limits:   the bytes of the result ({@link resultBytes}) do not depend on order, concurrency, `execute`, or on how often and where it was stopped.
 * Numerics: every unit passes through canonical JSON, so that a stored one and a fresh one are the same numbers.
 * Throws:   InputError E_OPTION for the configuration; E_DOMAIN for a store of another configuration; what a unit or the store throws, after the units
 *           under way have ended and those finished are stored. Being aborted is a status.
 */
export async function runExperiment<C extends Json, U extends Json, R extends Json, S extends Json>(
  experiment: Experiment<C, U, R, S>,
  config: C,
  options: RunExperimentOptions = {},
): Promise<ExperimentRun<C, R, S>> {
  const plan = planOf(experiment as unknown as Experiment, config, options);
  const notes: RunNote[] = [];
  const note = (one: RunNote): void => {
    notes.push(one);
    options.onNote?.(one);
  };
  await claim(plan, note);
  const results = new Map<string, Json>();
  for (const { key } of plan.units) {
    const stored = await storedResult(plan, key, note);
    if (stored !== undefined) results.set(key, stored);
  }
  const reused = results.size;
  const isWhole = await computeMissing(plan, results);
  const units = { total: plan.units.length, reused, computed: results.size - reused };
  if (!isWhole) return { status: "aborted", units, notes };
  return { status: "finished", result: assemble(plan, results) as unknown as ExperimentResult<C, R, S>, units, notes };
}

/** A result in canonical form, to be stored and compared. */
export function resultBytes(result: ExperimentResult): Uint8Array {
  return canonicalBytes({ ...result });
}

interface Plan {
  readonly experiment: Experiment;
  readonly config: Json;
  readonly units: readonly Unit[];
  /** What the store is claimed with, and its hash, by which every unit says what it is of. */
  readonly claim: Claim;
  readonly hash: string;
  readonly concurrency: number;
  readonly options: RunExperimentOptions;
}

/** Key of the record that says what a store is of; those of units begin with `unit-`. */
const RUN_KEY = "run";

interface Claim {
  readonly schema: "nce-geometry/run@1";
  readonly experiment: string;
  readonly version: string | null;
  readonly config: Json;
  readonly [key: string]: Json;
}

const WHERE = "runExperiment";

function planOf(experiment: Experiment, given: Json, options: RunExperimentOptions): Plan {
  const { concurrency = 1, onForeign = "refuse", version = null } = options;
  if (!(Number.isSafeInteger(concurrency) && concurrency >= 1)) {
    throw refused("concurrency", "an integer ≥ 1", String(concurrency));
  }
  if (onForeign !== "refuse" && onForeign !== "recompute") {
    throw refused("onForeign", '"refuse" or "recompute"', String(onForeign));
  }
  experiment.check(given);
  const config = asJson(given, { where: experiment.id, argument: "config" });
  const units = experiment.units(config);
  requireKeys(experiment.id, units);
  const claim: Claim = { schema: "nce-geometry/run@1", experiment: experiment.id, version, config };
  return { experiment, config, units, claim, hash: hashOf(claim), concurrency, options };
}

function refused(argument: string, expected: string, received: string): InputError {
  return new InputError({ code: "E_OPTION", where: WHERE, argument, expected, received });
}

function requireKeys(where: string, units: readonly Unit[]): void {
  const seen = new Set<string>();
  for (const { key } of units) {
    const isName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(key);
    if (isName && !seen.has(key)) {
      seen.add(key);
      continue;
    }
    const expected = "a file name that no other unit has";
    throw new InputError({ code: "E_OPTION", where, argument: "units.key", expected, received: JSON.stringify(key) });
  }
}

/** Sees whose the store is, and writes our name on it. */
async function claim(plan: Plan, note: (note: RunNote) => void): Promise<void> {
  const { store, onForeign = "refuse" } = plan.options;
  const bytes = await store?.load(RUN_KEY);
  if (bytes !== undefined) {
    const found = unseal(bytes);
    if (found !== undefined && hashOf(found) === plan.hash) return;
    if (found === undefined) {
      note({ kind: "damaged", key: RUN_KEY, message: "The record of the run was damaged and is written anew." });
    } else {
      const difference = differenceOf(plan.claim, found);
      if (onForeign === "refuse") throw foreignStore(difference);
      note({ kind: "foreign", key: RUN_KEY, message: `The store was of ${difference} and is taken over.` });
    }
  }
  await store?.save(RUN_KEY, seal(plan.claim));
}

function foreignStore(received: string): InputError {
  const expected = "empty or of this configuration";
  const hint = 'Choose another place, or set onForeign to "recompute" to replace what is there.';
  return new InputError({
    code: "E_DOMAIN",
    where: WHERE,
    argument: "store",
    expected,
    received: `one of ${received}`,
    hint,
  });
}

/** In which way a store is of another run, in words. */
function differenceOf(own: Claim, found: Json): string {
  if (!isRecord(found) || found.schema !== own.schema) return "something else";
  if (found.experiment !== own.experiment) return `experiment ${String(found.experiment)}`;
  const [ours, theirs] = [own.config, found.config] as const;
  if (isRecord(ours) && isRecord(theirs)) {
    const names = Object.keys({ ...ours, ...theirs });
    const others = names.filter((name) => hashOrNone(ours[name]) !== hashOrNone(theirs[name]));
    if (others.length > 0) return `another value of ${others.map((name) => `\`${name}\``).join(", ")}`;
  }
  return `version ${found.version === null ? "unknown" : String(found.version)}`;
}

function hashOrNone(value: unknown): string {
  return value === undefined ? "" : hashOf(value as Json);
}

/** The stored result of a unit, if it is there, whole, and ours. */
async function storedResult(plan: Plan, key: string, note: (note: RunNote) => void): Promise<Json | undefined> {
  const name = unitKey(key);
  const bytes = await plan.options.store?.load(name);
  if (bytes === undefined) return undefined;
  const content = unseal(bytes);
  if (!isRecord(content)) {
    note({ kind: "damaged", key: name, message: `Unit ${key} was damaged and is computed anew.` });
    return undefined;
  }
  if (content.run === plan.hash && content.key === key) return content.result as Json;
  note({ kind: "foreign", key: name, message: `Unit ${key} was of another run and is computed anew.` });
  return undefined;
}

function unitKey(key: string): string {
  return `unit-${key}`;
}

/** Does what is missing; false where the signal was aborted before all was done. */
async function computeMissing(plan: Plan, results: Map<string, Json>): Promise<boolean> {
  const { signal, onProgress } = plan.options;
  const missing = plan.units.filter(({ key }) => !results.has(key));
  const tell = (label?: string): void =>
    onProgress?.({ done: results.size, total: plan.units.length, ...(label !== undefined && { label }) });
  let failure: { readonly error: unknown } | undefined;
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < missing.length && failure === undefined && !signal?.aborted) {
      const unit = missing[next++]!;
      try {
        const result = await computed(plan, unit);
        // What comes back after the signal may be half done.
        if (signal?.aborted) return;
        results.set(unit.key, result);
        tell(unit.key);
      } catch (error) {
        failure ??= { error };
      }
      await yieldToEventLoop();
    }
  };
  tell();
  await Promise.all(Array.from({ length: Math.min(plan.concurrency, missing.length) }, work));
  if (results.size === plan.units.length) return true;
  if (failure !== undefined && !signal?.aborted) throw failure.error;
  return false;
}

/** Does a unit and stores it. */
async function computed({ experiment, config, hash, options }: Plan, unit: Unit): Promise<Json> {
  const { store, signal, onUnitProgress } = options;
  const execute = options.execute ?? ((one, control) => experiment.run(config, one, control));
  const onProgress = onUnitProgress && ((progress: Progress) => onUnitProgress(unit.key, progress));
  const raw = await execute(unit, { signal, onProgress });
  const result = asJson(raw, { where: experiment.id, argument: `unit ${unit.key}` });
  if (!signal?.aborted) {
    await store?.save(unitKey(unit.key), seal({ schema: "nce-geometry/unit@1", run: hash, key: unit.key, result }));
  }
  return result;
}

function assemble({ experiment, config, units }: Plan, results: ReadonlyMap<string, Json>): ExperimentResult {
  const list = units.map(({ key }) => ({ key, result: results.get(key)! }));
  const summary = experiment.summarize(
    config,
    list.map(({ result }) => result),
  );
  return {
    schema: "nce-geometry/experiment@1",
    experiment: experiment.id,
    config,
    units: list,
    summary: asJson(summary, { where: experiment.id, argument: "summary" }),
  };
}
