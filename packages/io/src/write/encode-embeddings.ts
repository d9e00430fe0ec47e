// From matrices and columns to the bytes of a file, whatever the format.

import { InputError, type Rows, type RunControl } from "@nce-geometry/tensor";
import { encodeNpy, npyTypes } from "../npy/encode-npy.ts";
import { encodeNpz } from "./encode-npz.ts";
import { encodeParquet } from "./encode-parquet.ts";
import { assertShape, checkedType, defaultType, encodeRows, type StoredType } from "./encode-rows.ts";
import { encodeSafetensors } from "./encode-safetensors.ts";
import { encodeText } from "./encode-text.ts";

/** The formats that are written. */
export const writtenFormats = ["npy", "npz", "safetensors", "parquet", "csv", "tsv", "jsonl", "raw"] as const;
export type WrittenFormat = (typeof writtenFormats)[number];

export interface WritableMatrix {
  /** Key or column in the file; a .npy and raw numbers have none. */
  readonly name: string;
  readonly rows: Rows;
}

/** A column beside the matrices: ids, labels, a map. */
export interface WritableVector {
  readonly name: string;
  readonly values: ArrayLike<number> | readonly string[];
}

export interface EmbeddingContents {
  readonly matrices: readonly WritableMatrix[];
  readonly vectors?: readonly WritableVector[];
}

export interface EncodeEmbeddingsOptions extends RunControl {
  /**
   * How the numbers of matrices are stored: any type in safetensors, all but bfloat16 in .npy and .npz, float32 and float64 in Parquet,
   * float32 in raw files; text has the numbers as they are. @defaultValue "float32" when all rows are so stored, or in less, else
   * "float64"; "float32" in raw files
   */
  readonly dtype?: StoredType;
}

const where = "encodeEmbeddings";

/** Whether a format has room for such a column beside the matrices. */
export function holdsVector(format: WrittenFormat, kind: "number" | "string"): boolean {
  return format === "safetensors" ? kind === "number" : format !== "npy" && format !== "raw";
}

/**
 * The bytes of a file of embeddings in chunks.
 *
 * Shapes:   npz and safetensors hold matrices and columns of any shapes; in Parquet and text all have the same rows; a .npy holds one
 *           matrix, or a stack of equal shapes, and raw numbers one matrix, without columns.
 * Numerics: rounded to nearest, ties to even; NaN and ±∞ are kept, save in JSON Lines, which has none.
 * Memory:   one chunk of some megabytes; Parquet a row group of a million numbers as objects (interoperable, but slow).
 * Throws:   InputError E_OPTION (an unknown format, a type or a column that it has no room for, two of one name), E_SHAPE, E_DTYPE (a
 *           finite number that would become infinite, naming its row), E_NOT_FINITE (JSON Lines); the signal's reason when aborted.
 */
export async function* encodeEmbeddings(
  format: WrittenFormat,
  contents: EmbeddingContents,
  options: EncodeEmbeddingsOptions = {},
): AsyncGenerator<Uint8Array> {
  const { matrices, vectors = [] } = contents;
  assertContents(format, contents);
  const rows = matrices.map((matrix) => matrix.rows);
  const { dtype = defaultType(rows), ...control } = options;
  switch (format) {
    case "npy":
      yield* encodeNpy(rows.length === 1 ? rows[0]! : rows, { ...control, dtype: checkedType(where, dtype, npyTypes) });
      return;
    case "npz":
      yield* encodeNpz(contents, checkedType(where, dtype, npyTypes), control);
      return;
    case "safetensors":
      yield* encodeSafetensors(
        contents,
        checkedType(where, dtype, ["float16", "bfloat16", "float32", "float64"]),
        control,
      );
      return;
    case "parquet":
      yield* encodeParquet({ matrices, vectors }, checkedType(where, dtype, ["float32", "float64"]), control);
      return;
    case "raw":
      yield* encodeRows(rows[0]!, {
        ...control,
        where,
        dtype: checkedType(where, options.dtype ?? "float32", ["float32"]),
      });
      return;
    default:
      yield* encodeText(format, contents, control);
  }
}

function assertContents(format: WrittenFormat, { matrices, vectors = [] }: EmbeddingContents): void {
  const fail = (code: "E_OPTION" | "E_SHAPE", argument: string, expected: string, received: string): never => {
    throw new InputError({ code, where, argument, expected, received });
  };
  if (!writtenFormats.includes(format))
    fail("E_OPTION", "format", `one of ${writtenFormats.join(", ")}`, JSON.stringify(format));
  if (matrices.length === 0) fail("E_SHAPE", "matrices", "at least one", "none");
  for (const { rows } of matrices) assertShape(where, rows);
  if (format === "raw" && matrices.length > 1) fail("E_OPTION", "matrices", "one in a raw file", `${matrices.length}`);
  for (const { name, values } of vectors) {
    const kind = typeof values[0] === "string" ? "string" : "number";
    if (!holdsVector(format, kind)) fail("E_OPTION", "vectors", `none of ${kind}s in ${format}`, name);
  }
  const names = [...matrices, ...vectors].map(({ name }) => name);
  const twice = names.find((name, place) => names.indexOf(name) < place);
  if (twice !== undefined && format !== "npy")
    fail("E_OPTION", "contents", "of distinct names", `${JSON.stringify(twice)} twice`);
  if (!["parquet", "csv", "tsv", "jsonl"].includes(format)) return;
  const total = matrices[0]!.rows.rows;
  for (const { name, rows } of matrices)
    if (rows.rows !== total)
      fail("E_SHAPE", "matrices", `of ${total} rows, as ${matrices[0]!.name} is`, `${rows.rows} in ${name}`);
  for (const { name, values } of vectors)
    if (values.length !== total) fail("E_SHAPE", "vectors", `of length ${total}`, `${values.length} in ${name}`);
}
