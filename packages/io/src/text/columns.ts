// What the columns of a table are: found in its first record, held against every other.

/** A column of vectors: a field that holds a list, or a run of fields with one number each. */
export interface MatrixColumn<Record> {
  readonly name: string;
  readonly dim: number;
  /** Puts the numbers of a record into `out` from `at`; returns what is wrong with it instead, if anything is. */
  take(record: Record, out: Float64Array, at: number): string | undefined;
}

/** A column of single values. */
export interface ValueColumn<Record> {
  readonly name: string;
  /** The value of a record; undefined when there is none. */
  take(record: Record): number | string | undefined;
}

export interface Columns<Record> {
  readonly matrices: readonly MatrixColumn<Record>[];
  readonly values: readonly ValueColumn<Record>[];
  readonly notes: readonly string[];
}

/** Puts a list of numbers into `out`; returns what is wrong with the list instead. */
export function takeList(list: readonly unknown[], dim: number, out: Float64Array, at: number): string | undefined {
  if (list.length !== dim) return `${list.length} numbers where the first row has ${dim}`;
  for (let k = 0; k < dim; k++) {
    const value = list[k];
    if (typeof value !== "number") return `${brief(value)} at place ${k}`;
    out[at + k] = value;
  }
  return undefined;
}

/** A value in a few words; never a walk through what may be nested deep. */
export function brief(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value))
    return value.length <= 4 && value.every((item) => typeof item === "number") ? `[${value.join(", ")}]` : "a list";
  if (value === undefined) return "nothing";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** What `Number` takes for one although no table means it: nothing, and hexadecimal, octal and binary digits; or writes otherwise. */
const odd = /^\s*$|[xobi]/i;

/** A number as text writes it, `nan` and `inf` in any case included; undefined for other text. */
export function numberIn(text: string): number | undefined {
  const value = Number(text);
  if (!Number.isNaN(value) && !odd.test(text)) return value;
  const [, sign, word] = /^\s*([+-]?)(nan|inf|infinity)\s*$/i.exec(text) ?? [];
  if (word === undefined) return undefined;
  if (word.toLowerCase() === "nan") return Number.NaN;
  return sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** The shortest text that reads back exactly: as `String`, save that −0 keeps its sign. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

export interface CountedColumns {
  /** What all their names begin with; "0" when that is nothing. */
  readonly name: string;
  /** Places of the columns, in the order in which their names count. */
  readonly places: readonly number[];
}

/**
 * Columns that are one vector because their names count: `image_0, image_1, …`, `x[1], x[2], …` or `0, 1, …`. Their order is that of
 * the counter, not of the file: tools that sort names put `x_10` before `x_2`.
 *
 * `counted` are runs from 0 or 1 without gaps; `broken` says which names count but leave something out.
 */
export function countedColumns(
  names: readonly string[],
  places: readonly number[],
): { readonly counted: readonly CountedColumns[]; readonly broken: readonly string[] } {
  const groups = new Map<string, { readonly place: number; readonly count: number }[]>();
  for (const place of places) {
    const [, prefix, digits] = /^(.*?)[_\-. [(]?(\d+)[\])]?$/.exec(names[place]!.trim()) ?? [];
    if (prefix === undefined) continue;
    const group = groups.get(prefix) ?? [];
    group.push({ place, count: Number(digits) });
    groups.set(prefix, group);
  }
  const [counted, broken]: [CountedColumns[], string[]] = [[], []];
  for (const [prefix, group] of groups) {
    if (group.length < 2) continue;
    const sorted = group.toSorted((a, b) => a.count - b.count);
    const first = sorted[0]!.count;
    const gap = sorted.findIndex(({ count }, index) => count !== first + index);
    if (first <= 1 && gap < 0) counted.push({ name: prefix || "0", places: sorted.map(({ place }) => place) });
    else
      broken.push(
        `${prefix || "the columns"} with ${group.length} counted columns is no vector: ${first > 1 ? `it begins at ${first}` : `${first + gap} is missing or there twice`}`,
      );
  }
  return { counted, broken };
}
