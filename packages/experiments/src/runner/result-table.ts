// Records as tables: what CSV files and comparisons of runs are made of.

import type { Json } from "../experiment.ts";

/** What a cell of a table holds. */
export type Scalar = null | boolean | number | string;

/** Rows under named columns; null where a row has no such value. */
export interface ResultTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Scalar[])[];
}

/**
 * The numbers and words of a JSON value with the way to each.
 *
 * Limits:   {a: [1, {b: "x"}]} → a.0: 1, a.1.b: "x";  a number alone → value: 1.
 */
export function scalarsOf(value: Json): Readonly<Record<string, Scalar>> {
  const found: Record<string, Scalar> = {};
  const visit = (one: Json, path: string): void => {
    if (one === null || typeof one !== "object") {
      found[path || "value"] = one;
      return;
    }
    for (const [key, item] of Object.entries(one)) visit(item as Json, path ? `${path}.${key}` : key);
  };
  visit(value, "");
  return found;
}

/** Records under the union of their columns, in the order in which the columns first appear. */
export function tableOf(records: readonly Readonly<Record<string, Scalar>>[]): ResultTable {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return { columns, rows: records.map((record) => columns.map((column) => record[column] ?? null)) };
}

/**
 * The units of a result as a table: the key, then every number and word outside of lists.
 *
 * Domain:   lists, such as trajectories and positions of particles, are left out: they are in the result itself.
 */
export function unitTable(result: {
  readonly units: readonly { readonly key: string; readonly result: Json }[];
}): ResultTable {
  return tableOf(result.units.map((unit) => ({ unit: unit.key, ...scalarsOf(withoutLists(unit.result)) })));
}

function withoutLists(value: Json): Json {
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value as Readonly<Record<string, Json>>).filter(([, item]) => !Array.isArray(item));
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutLists(item)]));
}
