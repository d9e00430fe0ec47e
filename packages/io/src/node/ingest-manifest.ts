// The manifest of an ingested folder: what its shards hold, and the hashes that prove it.

import { readFile } from "node:fs/promises";
import { isInputError } from "@nce-geometry/tensor";
import { malformedFile } from "../malformed.ts";
import type { RowStatistics } from "./shard-rows.ts";

export const manifestName = "manifest.json";
export const manifestSchema = "nce-geometry/ingest/1";

export interface IngestShard {
  /** Name in the folder. */
  readonly file: string;
  readonly rows: number;
  /** SHA-256 of the file, hexadecimal. */
  readonly sha256: string;
  readonly statistics: RowStatistics;
}

export interface IngestMatrix {
  readonly name: string;
  readonly rows: number;
  readonly dim: number;
  /** As stored in the shards. */
  readonly dtype: "float16" | "float32" | "float64";
  /** As stored in the source. */
  readonly sourceDtype: string;
  readonly shards: readonly IngestShard[];
  readonly statistics: RowStatistics;
}

/** What was asked for; JSON. */
export interface IngestPlan {
  readonly dtype: "float16" | "float32" | "float64";
  readonly badRows: "refuse" | "keep";
  /** null for the default. */
  readonly shardRows: number | null;
  /** How the source was read; null where its content tells. */
  readonly read: { readonly format?: string; readonly dim?: number } | null;
}

export interface IngestManifest {
  readonly schema: typeof manifestSchema;
  readonly source: { readonly file: string; readonly format: string; readonly bytes: number; readonly sha256: string };
  readonly plan: IngestPlan;
  readonly matrices: readonly IngestMatrix[];
  /** The columns of the source, such as ids, in a .npz; null when it has none. */
  readonly columns: { readonly file: string; readonly sha256: string } | null;
  /** What the reader of the source said. */
  readonly notes: readonly string[];
}

/** Reads and checks a manifest. Throws InputError E_FORMAT naming what is wrong. */
export async function readManifest(path: string): Promise<IngestManifest> {
  const broken = (received: string): Error =>
    malformedFile("openEmbeddingFile", path, "the manifest of an ingested folder", received, "Run ingest again.");
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw isInputError(error) ? error : broken((error as Error).message);
  }
  if (!isRecord(value) || value.schema !== manifestSchema)
    throw broken(`schema ${JSON.stringify(isRecord(value) ? value.schema : null)}`);
  const { matrices, source, columns, notes } = value;
  if (!isRecord(source) || typeof source.bytes !== "number") throw broken("no source");
  if (!Array.isArray(notes)) throw broken("no notes");
  if (!Array.isArray(matrices) || matrices.length === 0) throw broken("no matrices");
  if (columns !== null && !isFile(columns)) throw broken("columns that are no file");
  for (const matrix of matrices) {
    const wrong = isRecord(matrix) ? wrongMatrix(matrix) : "a matrix that is no object";
    if (wrong !== undefined) throw broken(wrong);
  }
  return value as unknown as IngestManifest;
}

function wrongMatrix({ name, rows, dim, dtype, shards }: Record<string, unknown>): string | undefined {
  if (typeof name !== "string") return "a matrix without a name";
  if (!isCount(rows) || !isCount(dim)) return `matrix ${name} of shape (${rows}, ${dim})`;
  if (!["float16", "float32", "float64"].includes(dtype as string)) return `matrix ${name} of ${dtype}`;
  if (!Array.isArray(shards) || !shards.every((shard) => isFile(shard) && isCount(shard.rows)))
    return `matrix ${name} with shards that are no files`;
  const sum = shards.reduce((total: number, shard: IngestShard) => total + shard.rows, 0);
  return sum === rows ? undefined : `matrix ${name} of ${rows} rows in shards of ${sum}`;
}

/** A name in the folder itself, never a path out of it. */
function isFile(value: unknown): value is Record<string, unknown> & { readonly file: string } {
  return (
    isRecord(value) &&
    typeof value.sha256 === "string" &&
    typeof value.file === "string" &&
    /^[^/\\]+$/.test(value.file) &&
    value.file !== ".."
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
