// A file of any format → a folder of .npy shards and a manifest, checked once, so that later work reads by position only.

import { mkdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { InputError, isInputError, type RunControl, throwIfAborted } from "@nce-geometry/tensor";
import type { Embeddings, NamedMatrix } from "../embeddings.ts";
import type { OpenEmbeddingsOptions } from "../open-embeddings.ts";
import { encodeNpz } from "../write/encode-npz.ts";
import {
  type IngestManifest,
  type IngestMatrix,
  type IngestPlan,
  type IngestShard,
  manifestName,
  manifestSchema,
} from "./ingest-manifest.ts";
import { openEmbeddingFile } from "./open-embedding-file.ts";
import { sha256OfFile } from "./sha256-of-file.ts";
import { mergeStatistics, shardOf } from "./shard-rows.ts";
import { writeFileAtomic } from "./write-file-atomic.ts";
import { writeNpyFile } from "./write-npy-file.ts";

export interface IngestOptions extends RunControl {
  /** How the file is read, where its content does not tell. */
  readonly read?: Pick<OpenEmbeddingsOptions, "format" | "dim">;
  /** How the shards store numbers. @defaultValue "float32" */
  readonly dtype?: "float16" | "float32" | "float64";
  /** Rows per shard, ≥ 1. @defaultValue as many as make 128 MiB of float32 */
  readonly shardRows?: number;
  /** Whether rows that are not finite, or of zeros only, stop the work or are counted. @defaultValue "refuse" */
  readonly badRows?: "refuse" | "keep";
}

/** Numbers per shard. */
const shardNumbers = 2 ** 25;
const columnsName = "columns.npz";
/** What is finished so far, while the manifest is not there. */
const progressName = "ingest-progress.json";

/**
 * Converts a file of embeddings once: every matrix into shards of .npy, the columns into a .npz, and a manifest with the SHA-256 of
 * each and of the source. `openEmbeddingFile(folder)` reads them back as one matrix each.
 *
 * A run that was stopped is taken up again: shards that are finished, from the same source and with the right hash, are kept.
 * Numerics: rounded to nearest, ties to even; what overflows is an error that names its row.
 * Memory:   what the reader of the format takes, and a block of some megabytes.
 * Throws:   InputError E_OPTION, E_NOT_FINITE or E_ZERO_ROW (naming the first such row), and what `openEmbeddingFile` and
 *           `writeFileAtomic` throw.
 */
export async function ingest(path: string, folder: string, options: IngestOptions = {}): Promise<IngestManifest> {
  const { read, dtype = "float32", badRows = "refuse", shardRows, ...control } = options;
  if (shardRows !== undefined && !(Number.isSafeInteger(shardRows) && shardRows >= 1)) {
    const [expected, received] = ["an integer >= 1", String(shardRows)];
    throw new InputError({ code: "E_OPTION", where: "ingest", argument: "shardRows", expected, received });
  }
  await using file = await openEmbeddingFile(path, { ...control, ...read });
  if (file.matrices.length === 0) {
    const [expected, received] = ["a file with a matrix", "one with columns only"];
    throw new InputError({ code: "E_SHAPE", where: "ingest", argument: path, expected, received });
  }
  await mkdir(folder, { recursive: true }).catch((cause: Error) => {
    const [expected, received] = ["a folder that can be made", cause.message];
    throw new InputError({ code: "E_FILE", where: "ingest", argument: folder, expected, received }, { cause });
  });
  const source = {
    file: basename(path),
    format: file.format,
    bytes: file.bytes,
    sha256: await sha256OfFile(path, control),
  };
  const plan: IngestPlan = { dtype, badRows, shardRows: shardRows ?? null, read: read ?? null };
  const progress = await openProgress(folder, JSON.stringify({ sha256: source.sha256, plan }));
  // From here on the folder is not what an earlier manifest says.
  await rm(join(folder, manifestName), { force: true });
  const matrices: IngestMatrix[] = [];
  for (const [index, matrix] of file.matrices.entries())
    matrices.push(
      await ingestMatrix(matrix, `m${index}`, { folder, path, dtype, badRows, shardRows, control, progress }),
    );
  const columns = await ingestColumns(file, folder, control);
  const manifest: IngestManifest = { schema: manifestSchema, source, plan, matrices, columns, notes: file.notes };
  await writeFileAtomic(join(folder, manifestName), `${JSON.stringify(manifest, null, 1)}\n`);
  await rm(join(folder, progressName), { force: true });
  return manifest;
}

interface Progress {
  readonly finished: ReadonlyMap<string, IngestShard>;
  add(shard: IngestShard): Promise<void>;
}

interface Job {
  readonly folder: string;
  readonly path: string;
  readonly dtype: "float16" | "float32" | "float64";
  readonly badRows: "refuse" | "keep";
  readonly shardRows: number | undefined;
  readonly control: RunControl;
  readonly progress: Progress;
}

async function ingestMatrix(matrix: NamedMatrix, prefix: string, job: Job): Promise<IngestMatrix> {
  const { name, rows, dim, dtype: sourceDtype } = matrix;
  const { folder, dtype, control } = job;
  const step = job.shardRows ?? Math.max(1, Math.floor(shardNumbers / dim));
  const shards: IngestShard[] = [];
  for (let start = 0; start < rows; start += step) {
    throwIfAborted(control.signal);
    const file = `${prefix}-${String(shards.length).padStart(5, "0")}.npy`;
    const count = Math.min(step, rows - start);
    const shard = (await keptShard(job, file, count)) ?? (await writeShard(matrix, file, { ...job, start, count }));
    shards.push(shard);
    control.onProgress?.({ done: start + count, total: rows, label: `ingesting ${name}` });
  }
  const statistics = mergeStatistics(shards.map((shard) => shard.statistics));
  return { name, rows, dim, dtype, sourceDtype, shards, statistics };

  async function keptShard({ progress }: Job, file: string, count: number): Promise<IngestShard | undefined> {
    const shard = progress.finished.get(file);
    if (shard?.rows !== count) return undefined;
    const sha256 = await sha256OfFile(join(folder, file)).catch(() => undefined);
    return sha256 === shard.sha256 ? shard : undefined;
  }
}

async function writeShard(
  matrix: NamedMatrix,
  file: string,
  {
    folder,
    path,
    dtype,
    badRows,
    control,
    progress,
    start,
    count,
  }: Job & { readonly start: number; readonly count: number },
): Promise<IngestShard> {
  const argument = `${path}#${matrix.name}`;
  const { source, statistics } = shardOf(matrix, { start, rows: count, badRows, argument });
  const target = join(folder, file);
  try {
    await writeNpyFile(target, source, { dtype, signal: control.signal });
  } catch (error) {
    throw inSource(error, argument, start);
  }
  const shard = { file, rows: count, sha256: await sha256OfFile(target), statistics: statistics() };
  await progress.add(shard);
  return shard;
}

/** The writer counts the rows of a shard; the user those of the file. */
function inSource(error: unknown, argument: string, start: number): unknown {
  if (!isInputError(error) || error.code !== "E_DTYPE") return error;
  const { code, expected, hint } = error;
  const received = error.received.replace(/in row (\d+)$/, (_, row) => `in row ${start + Number(row)}`);
  return new InputError({ code, where: "ingest", argument, expected, received, hint }, { cause: error });
}

async function ingestColumns(
  file: Embeddings,
  folder: string,
  control: RunControl,
): Promise<IngestManifest["columns"]> {
  if (file.vectors.length === 0) return null;
  const vectors = [];
  for (const vector of file.vectors) vectors.push({ name: vector.name, values: await vector.read() });
  const path = join(folder, columnsName);
  await writeFileAtomic(path, encodeNpz({ matrices: [], vectors }, "float32", {}), { signal: control.signal });
  return { file: columnsName, sha256: await sha256OfFile(path) };
}

/** What an earlier run of the same plan has finished, wholly or in part; anything unreadable counts as nothing. */
async function openProgress(folder: string, plan: string): Promise<Progress> {
  const path = join(folder, progressName);
  const before = await readJson<{ readonly plan: string; readonly shards: readonly IngestShard[] }>(path);
  const done = await readJson<IngestManifest>(join(folder, manifestName));
  const finished = new Map<string, IngestShard>();
  if (before?.plan === plan) for (const shard of before.shards) finished.set(shard.file, shard);
  else if (done && JSON.stringify({ sha256: done.source?.sha256, plan: done.plan }) === plan)
    for (const { shards } of done.matrices) for (const shard of shards) finished.set(shard.file, shard);
  return {
    finished: new Map(finished),
    async add(shard) {
      finished.set(shard.file, shard);
      await writeFileAtomic(path, JSON.stringify({ plan, shards: [...finished.values()] }));
    },
  };
}

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as T;
  } catch {
    return undefined;
  }
}
