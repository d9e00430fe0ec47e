// An ingested folder, read back: shards as one matrix, each held against its hash before its first row is used.

import { join } from "node:path";
import type { Embeddings, NamedMatrix, NamedVector } from "../embeddings.ts";
import { malformedFile } from "../malformed.ts";
import { openEmbeddings } from "../open-embeddings.ts";
import { assertRows } from "../strided-rows.ts";
import { type FileSource, openFile } from "./file-source.ts";
import { type IngestMatrix, type IngestShard, manifestName, readManifest } from "./ingest-manifest.ts";
import { sha256OfFile } from "./sha256-of-file.ts";

/** Opens a folder by its manifest. Throws InputError E_FILE, E_FORMAT (naming the shard that is not what it was). */
export async function openIngested(folder: string): Promise<Embeddings & { close(): Promise<void> }> {
  const manifest = await readManifest(join(folder, manifestName));
  const files = openedFiles(folder);
  try {
    const vectors = manifest.columns ? await columnsOf(files, manifest.columns) : [];
    const matrices = manifest.matrices.map((matrix) => matrixOf(files, matrix));
    const bytes = matrices.reduce((sum, { rows, dim, dtype }) => sum + rows * dim * (Number(dtype.slice(5)) / 8), 0);
    const { source, notes } = manifest;
    const from = `ingested from ${source.file} (${source.format}, sha256 ${source.sha256})`;
    return { format: "shards", source: folder, bytes, matrices, vectors, notes: [from, ...notes], close: files.close };
  } catch (error) {
    await files.close();
    throw error;
  }
}

interface OpenedFiles {
  /** The file, once its hash has been found right. */
  verified(shard: { readonly file: string; readonly sha256: string }): Promise<FileSource>;
  close(): Promise<void>;
}

function openedFiles(folder: string): OpenedFiles {
  const opened = new Map<string, Promise<FileSource>>();
  const verify = async (file: string, sha256: string): Promise<FileSource> => {
    const path = join(folder, file);
    const found = await sha256OfFile(path);
    if (found === sha256) return openFile(path);
    const hint = "Restore the file, or run ingest again.";
    throw malformedFile(
      "openEmbeddingFile",
      path,
      `the shard that was written (sha256 ${sha256})`,
      `sha256 ${found}`,
      hint,
    );
  };
  return {
    verified({ file, sha256 }) {
      const promise = opened.get(file) ?? verify(file, sha256);
      opened.set(file, promise);
      return promise;
    },
    async close() {
      for (const file of opened.values()) await (await file.catch(() => undefined))?.close();
    },
  };
}

function matrixOf(files: OpenedFiles, { name, rows, dim, dtype, shards }: IngestMatrix): NamedMatrix {
  const starts = [0];
  for (const shard of shards) starts.push(starts.at(-1)! + shard.rows);
  const opened = new Map<IngestShard, NamedMatrix>();
  const matrix = async (shard: IngestShard): Promise<NamedMatrix> => {
    const known = opened.get(shard);
    if (known) return known;
    const source = await files.verified(shard);
    const [found] = (await openEmbeddings(source)).matrices;
    if (found?.rows !== shard.rows || found.dim !== dim || found.dtype !== dtype) {
      const shape = `shape (${shard.rows}, ${dim}) ${dtype}`;
      const received = found ? `(${found.rows}, ${found.dim}) ${found.dtype}` : "no matrix";
      throw malformedFile("openEmbeddingFile", source.name, `of ${shape}, as the manifest says`, received);
    }
    opened.set(shard, found);
    return found;
  };
  return {
    name,
    rows,
    dim,
    dtype,
    async read(start, count, out) {
      assertRows(name, { rows, dim }, { start, count, out });
      const length = count * dim;
      const block = out ?? (dtype === "float64" ? new Float64Array(length) : new Float32Array(length));
      for (const [index, shard] of shards.entries()) {
        const [from, to] = [Math.max(start, starts[index]!), Math.min(start + count, starts[index + 1]!)];
        if (from >= to) continue;
        const part = await (await matrix(shard)).read(from - starts[index]!, to - from);
        block.set(part, (from - start) * dim);
      }
      return block.length === length ? block : block.subarray(0, length);
    },
  };
}

async function columnsOf(
  files: OpenedFiles,
  columns: { readonly file: string; readonly sha256: string },
): Promise<readonly NamedVector[]> {
  return (await openEmbeddings(await files.verified(columns))).vectors;
}
