// What an experiment is: a configuration in, units of work that need nothing of one another, a record out. No files here.

import type { RunControl } from "@nce-geometry/tensor";

/** JSON, so that configurations, units and results can be stored, compared and sent to a worker. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One option of a configuration, for command lines, forms and checks. */
export interface OptionSpec {
  readonly name: string;
  /** What it is, with its unit, in one sentence. */
  readonly description: string;
  readonly domain:
    | { readonly kind: "number"; readonly low: number; readonly high: number; readonly whole?: boolean }
    | { readonly kind: "numbers"; readonly low: number; readonly high: number; readonly whole?: boolean }
    | { readonly kind: "choice"; readonly values: readonly string[] }
    | { readonly kind: "choices"; readonly values: readonly string[] }
    | { readonly kind: "boolean" };
}

/** How much to do: `paper`, the published setting; `quick`, the same question in seconds, with less said about it. */
export type Scale = "quick" | "full";

/** A piece of work that is done and stored as a whole: one seed at one setting. */
export interface Unit<U extends Json = Json> {
  /** Unique within a run, also a file name: letters, digits, `.`, `-` and `_`. */
  readonly key: string;
  readonly input: U;
}

/**
 * An experiment. Everything it computes follows from the configuration: the same configuration gives the same bytes, on one
 * thread or many, in one go or resumed.
 */
export interface Experiment<
  C extends Json = Json,
  U extends Json = Json,
  R extends Json = Json,
  S extends Json = Json,
> {
  /** E.g. `E2`. */
  readonly id: string;
  readonly title: string;
  /** The options of `C`, in the order in which to show them. */
  readonly options: readonly OptionSpec[];
  defaults(scale: Scale): C;
  /** Throws InputError E_OPTION, naming the option and its domain. */
  check(config: C): void;
  units(config: C): readonly Unit<U>[];
  /** Does one unit. */
  run(config: C, unit: Unit<U>, control: RunControl): Promise<R>;
  /** From the results of all units, in the order of `units`, to what is reported. */
  summarize(config: C, results: readonly R[]): S;
}

/** A finished run. */
export interface ExperimentResult<C extends Json = Json, R extends Json = Json, S extends Json = Json> {
  readonly schema: "nce-geometry/experiment@1";
  readonly experiment: string;
  readonly config: C;
  /** Results by key, in the order of the units. */
  readonly units: readonly { readonly key: string; readonly result: R }[];
  readonly summary: S;
}
