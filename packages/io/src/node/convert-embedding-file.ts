import type { RunControl } from "@nce-geometry/tensor";
import { type Embeddings, type NamedMatrix, selectMatrix } from "../embeddings.ts";
import type { OpenEmbeddingsOptions } from "../open-embeddings.ts";
import { holdsVector, type WritableVector, type WrittenFormat } from "../write/encode-embeddings.ts";
import type { StoredType } from "../write/encode-rows.ts";
import { openEmbeddingFile } from "./open-embedding-file.ts";
import { formatOfPath, writeEmbeddingFile } from "./write-embedding-file.ts";

export interface ConvertEmbeddingFileOptions extends RunControl {
  /** How the file is read, where its content does not tell. */
  readonly read?: Pick<OpenEmbeddingsOptions, "format" | "dim">;
  /** What is written. @defaultValue by the extension of the target */
  readonly format?: WrittenFormat;
  /** How numbers are stored; see `encodeEmbeddings`. */
  readonly dtype?: StoredType;
  /** Matrices to take along. @defaultValue all */
  readonly matrices?: readonly string[];
}

export interface Conversion {
  readonly format: WrittenFormat;
  readonly matrices: readonly { readonly name: string; readonly rows: number; readonly dim: number }[];
  readonly columns: readonly string[];
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

/**
 * One file of embeddings as another format, columns kept where it has room for them.
 *
 * Throws: as `openEmbeddingFile`, `selectMatrix`, `encodeEmbeddings` and `writeFileAtomic`; nothing is left behind then.
 */
export async function convertEmbeddingFile(
  from: string,
  to: string,
  options: ConvertEmbeddingFileOptions = {},
): Promise<Conversion> {
  const { read, format = formatOfPath(to), dtype, matrices: names, ...control } = options;
  await using file = await openEmbeddingFile(from, { ...control, ...read });
  const matrices = names ? names.map((name) => selectMatrix(file, name)) : file.matrices;
  const { vectors, notes } = await columnsFor(file, matrices, format);
  const contents = { matrices: matrices.map((rows) => ({ name: rows.name, rows })), vectors };
  await writeEmbeddingFile(to, contents, { ...control, format, ...(dtype && { dtype }) });
  return {
    format,
    matrices: matrices.map(({ name, rows, dim }) => ({ name, rows, dim })),
    columns: vectors.map(({ name }) => name),
    notes: [...file.notes, ...notes],
  };
}

async function columnsFor(
  file: Embeddings,
  matrices: readonly NamedMatrix[],
  format: WrittenFormat,
): Promise<{ readonly vectors: readonly WritableVector[]; readonly notes: readonly string[] }> {
  const isTable = ["parquet", "csv", "tsv", "jsonl"].includes(format);
  const vectors: WritableVector[] = [];
  const notes: string[] = [];
  for (const vector of file.vectors) {
    const { name, length, kind } = vector;
    if (!holdsVector(format, kind)) notes.push(`${name} is left out: ${format} has no room for a column of ${kind}s`);
    else if (isTable && length !== matrices[0]?.rows)
      notes.push(`${name} is left out: its ${length} values are no rows`);
    else vectors.push({ name, values: await vector.read() });
  }
  return { vectors, notes };
}
