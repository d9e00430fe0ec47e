// What every format comes down to: matrices with names, and the columns beside them.

import { InputError, type RowSource } from "@nce-geometry/tensor";

/** The formats that are read; `shards` is a folder that was ingested. */
export type FormatName =
  | "npy"
  | "npz"
  | "safetensors"
  | "pt"
  | "parquet"
  | "arrow"
  | "csv"
  | "tsv"
  | "jsonl"
  | "json"
  | "raw"
  | "shards";

/** A matrix in a file: rows that are read on demand. */
export interface NamedMatrix extends RowSource {
  /** Key or column in the file; of a .npy its place in the stack, "0" when it stands alone. */
  readonly name: string;
}

/** A column beside the matrices, such as ids, labels or a map from captions to images; read when asked for. */
export type NamedVector = NamedNumbers | NamedStrings;
export interface NamedNumbers {
  readonly kind: "number";
  readonly name: string;
  readonly length: number;
  /** Integers are exact; one beyond ±2⁵³ is an E_FORMAT that names its row. */
  read(): Promise<Float64Array>;
}
export interface NamedStrings {
  readonly kind: "string";
  readonly name: string;
  readonly length: number;
  read(): Promise<readonly string[]>;
}

/** What a file holds. */
export interface Embeddings {
  readonly format: FormatName;
  /** Name of the file, for messages. */
  readonly source: string;
  /** Size of the file. */
  readonly bytes: number;
  readonly matrices: readonly NamedMatrix[];
  readonly vectors: readonly NamedVector[];
  /** What a reader should know, e.g. that float64 columns were rounded or that the order is Fortran's. */
  readonly notes: readonly string[];
}

/** One matrix in words: `image: (500, 512) float32`. */
export function describeMatrix({ name, rows, dim, dtype }: NamedMatrix): string {
  return `${name}: (${rows}, ${dim}) ${dtype}`;
}

/**
 * The matrix of that name, or the only one.
 *
 * Throws: InputError E_OPTION when there is none of that name, or several and no name; the message lists what there is.
 */
export function selectMatrix(embeddings: Embeddings, name?: string): NamedMatrix {
  const { matrices, vectors, notes, source } = embeddings;
  const found = name === undefined ? matrices : matrices.filter((matrix) => matrix.name === name);
  if (found.length === 1) return found[0]!;
  throw new InputError({
    code: "E_OPTION",
    where: "selectMatrix",
    argument: source,
    expected: name === undefined ? "a file of one matrix, or named with a matrix" : `a file with a matrix "${name}"`,
    received: `one with ${matrices.map(describeMatrix).join("; ") || `no matrix${describeColumns(vectors)}`}`,
    hint: matrices.length > 0 ? `Name one, for example ${source}#${matrices[0]!.name}.` : hintOf(notes),
  });
}

/** Why there is no matrix, as far as the reader said it. */
function hintOf(notes: readonly string[]): string | undefined {
  return notes.length > 0 ? `Of the file: ${notes.slice(0, 3).join("; ")}.` : undefined;
}

function describeColumns(vectors: readonly NamedVector[]): string {
  const columns = vectors.map(({ name, length, kind }) => `${name}: ${length} ${kind}s`);
  return columns.length > 0 ? ` but the columns ${columns.slice(0, 5).join("; ")}` : "";
}

/** The column of that name. Throws InputError E_OPTION that lists what there is. */
export function selectVector({ vectors, source }: Embeddings, name: string): NamedVector {
  const found = vectors.find((vector) => vector.name === name);
  if (found) return found;
  const there = vectors.map((vector) => `${vector.name}: ${vector.length} ${vector.kind}s`).join("; ") || "no column";
  throw new InputError({
    code: "E_OPTION",
    where: "selectVector",
    argument: source,
    expected: `a file with a column "${name}"`,
    received: `one with ${there}`,
  });
}
