import type { Embeddings } from "../embeddings.ts";
import { type OpenEmbeddingsOptions, openEmbeddings } from "../open-embeddings.ts";
import { openFile } from "./file-source.ts";

/** An open file of embeddings; close it when its rows are no longer needed (or hold it with `await using`). */
export interface EmbeddingFile extends Embeddings, AsyncDisposable {
  close(): Promise<void>;
}

/**
 * Opens a file of embeddings by its content.
 *
 * Throws: InputError E_FILE (missing, empty, a folder, not readable), and what `openEmbeddings` throws.
 */
export async function openEmbeddingFile(path: string, options: OpenEmbeddingsOptions = {}): Promise<EmbeddingFile> {
  const file = await openFile(path);
  try {
    return { ...(await openEmbeddings(file, options)), close: file.close, [Symbol.asyncDispose]: file.close };
  } catch (error) {
    await file.close();
    throw error;
  }
}
