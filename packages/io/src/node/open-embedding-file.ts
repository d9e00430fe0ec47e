import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Embeddings } from "../embeddings.ts";
import { type OpenEmbeddingsOptions, openEmbeddings } from "../open-embeddings.ts";
import { openFile } from "./file-source.ts";
import { manifestName } from "./ingest-manifest.ts";
import { openIngested } from "./open-ingested.ts";

/** An open file of embeddings; close it when its rows are no longer needed (or hold it with `await using`). */
export interface EmbeddingFile extends Embeddings, AsyncDisposable {
  close(): Promise<void>;
}

/**
 * Opens a file of embeddings by its content; or a folder that `ingest` made, by its name or that of its manifest.json, whose shards are
 * held against their hashes when they are first read.
 *
 * Throws: InputError E_FILE (missing, empty, another folder, not readable), and what `openEmbeddings` throws.
 */
export async function openEmbeddingFile(path: string, options: OpenEmbeddingsOptions = {}): Promise<EmbeddingFile> {
  const folder = await ingestedFolder(path);
  if (folder !== undefined) {
    const opened = await openIngested(folder);
    return { ...opened, [Symbol.asyncDispose]: opened.close };
  }
  const file = await openFile(path);
  try {
    return { ...(await openEmbeddings(file, options)), close: file.close, [Symbol.asyncDispose]: file.close };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The folder when the path is an ingested one, or its manifest. */
async function ingestedFolder(path: string): Promise<string | undefined> {
  if (basename(path) === manifestName) return dirname(path);
  const isThere = await stat(join(path, manifestName)).then(
    (found) => found.isFile(),
    () => false,
  );
  return isThere ? path : undefined;
}
