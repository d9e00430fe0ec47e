// An experiment at every combination of some values of its options.

import { InputError } from "@nce-geometry/tensor";
import type { Experiment, Json } from "../experiment.ts";
import { checkValue, optionOf } from "./check-options.ts";
import { type ResultTable, type Scalar, scalarsOf, tableOf } from "./result-table.ts";
import { hashOf } from "./unit-store.ts";

/** One combination. */
export interface SweepPoint<C extends Json = Json> {
  /** Unique within the sweep, also a file name, e.g. `temperature-0.1_denominator-own`. */
  readonly key: string;
  /** The values of the options that are swept. */
  readonly settings: Readonly<Record<string, Json>>;
  /** The whole configuration. */
  readonly config: C;
}

/** For options by name, the values to go through. */
export type SweepGrid = Readonly<Record<string, readonly Json[]>>;

export interface SweepOptions<C extends Json> {
  /** The options that are not swept. @defaultValue experiment.defaults("quick") */
  readonly base?: C;
}

/**
 * The configurations at all combinations of the values of a grid, the last option fastest.
 *
 * Domain:   at least one option, at least one value each, none twice; an option that is a list has lists as values. Every combination is checked.
 * Limits:   {a: [1, 2], b: [3]} → (1, 3), (2, 3).
 * Throws:   InputError E_OPTION with the experiment, the option and its domain.
 */
export function sweep<C extends Json>(
  experiment: Experiment<C>,
  grid: SweepGrid,
  options: SweepOptions<C> = {},
): readonly SweepPoint<C>[] {
  const { base = experiment.defaults("quick") } = options;
  const axes = Object.entries(grid);
  if (axes.length === 0) throw refuse(experiment.id, "grid", "at least one option with values", "none");
  for (const [name, values] of axes) checkAxis(experiment as unknown as Experiment, name, values);
  const combinations = axes.reduce<readonly Readonly<Record<string, Json>>[]>(
    (before, [name, values]) => before.flatMap((some) => values.map((value) => ({ ...some, [name]: value }))),
    [{}],
  );
  return combinations.map((settings) => {
    const config = { ...(base as object), ...settings } as unknown as C;
    experiment.check(config);
    return { key: keyOf(settings), settings, config };
  });
}

/**
 * The summaries of a sweep as a table: one row per combination, its settings, then the numbers and words of its summary.
 *
 * Shapes:   points [n], summaries [n].
 * Throws:   InputError E_SHAPE where there are not as many.
 */
export function sweepTable(points: readonly SweepPoint[], summaries: readonly Json[]): ResultTable {
  if (summaries.length !== points.length) {
    const details = { expected: `${points.length} summaries, one per point`, received: String(summaries.length) };
    throw new InputError({ code: "E_SHAPE", where: "sweepTable", argument: "summaries", ...details });
  }
  return tableOf(points.map(({ settings }, i) => ({ ...shown(settings), ...scalarsOf(summaries[i]!) })));
}

function checkAxis(experiment: Experiment, name: string, values: readonly Json[]): void {
  const { domain } = optionOf(experiment, name);
  if (!Array.isArray(values) || values.length === 0) {
    throw refuse(experiment.id, `grid.${name}`, "a list of one or more values", JSON.stringify(values));
  }
  const seen = new Set<string>();
  values.forEach((value, i) => {
    checkValue(experiment.id, `grid.${name}[${i}]`, domain, value);
    const hash = hashOf(value);
    if (seen.has(hash)) {
      throw refuse(
        experiment.id,
        `grid.${name}[${i}]`,
        "a value that is not in the list already",
        JSON.stringify(value),
      );
    }
    seen.add(hash);
  });
}

function refuse(where: string, argument: string, expected: string, received: string): InputError {
  return new InputError({ code: "E_OPTION", where, argument, expected, received });
}

/** Longest key, so that a path with it stays possible everywhere. */
const LONGEST_KEY = 80;

function keyOf(settings: Readonly<Record<string, Json>>): string {
  const parts = Object.entries(settings).map(([name, value]) => `${name}-${[value].flat().join("-")}`);
  const text = parts.join("_");
  const name = text.replaceAll(/[^A-Za-z0-9._-]/g, "");
  if (name === text && name.length <= LONGEST_KEY) return name;
  return `${name.slice(0, LONGEST_KEY - 9)}-${hashOf(settings).slice(0, 8)}`;
}

/** Settings as cells; lists as their values with spaces between. */
function shown(settings: Readonly<Record<string, Json>>): Readonly<Record<string, Scalar>> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, Array.isArray(value) ? value.join(" ") : (value as Scalar)]),
  );
}
