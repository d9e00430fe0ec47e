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
    if (typeof value !== "number") return `${value === null ? "null" : JSON.stringify(value)} at place ${k}`;
    out[at + k] = value;
  }
  return undefined;
}

/** A number as text writes it, `nan` and `inf` in any case included; undefined for other text. */
export function numberIn(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return Number(trimmed);
  if (/^[+-]?nan$/i.test(trimmed)) return Number.NaN;
  if (/^[+-]?inf(inity)?$/i.test(trimmed)) return trimmed.startsWith("-") ? -Infinity : Infinity;
  return undefined;
}

/** `image_17`, `image17`, `image[17]` → `image`; `17` → the empty name; undefined for a name that does not count. */
export function countedName(name: string): string | undefined {
  return /^(.*?)[_\-. [(]?\d+[\])]?$/.exec(name.trim())?.[1];
}
