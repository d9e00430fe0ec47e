import { InputError } from "@nce-geometry/tensor";
import { recogniseForeignFormat } from "../foreign-format.ts";
import { type NpyFile, openNpy } from "../npy/open-npy.ts";
import { openFile } from "./file-source.ts";

/** An open file of embeddings; close it when its rows are no longer needed (or hold it with `await using`). */
export interface EmbeddingFile extends NpyFile, AsyncDisposable {
  readonly path: string;
  close(): Promise<void>;
}

/**
 * Opens a file of embeddings by its content, whatever its name: .npy.
 *
 * Throws: InputError E_FILE (missing, empty, a folder, not readable), E_FORMAT (another format, with the line of Python that
 * converts it; a malformed file), E_SHAPE (not (n, d) or (s, n, d)).
 */
export async function openEmbeddingFile(path: string): Promise<EmbeddingFile> {
  const file = await openFile(path);
  try {
    if (file.size === 0)
      throw refused(
        "E_FILE",
        path,
        "an empty file",
        "Save the embeddings again; writing them may have been interrupted.",
      );
    const foreign = recogniseForeignFormat(await file.read(0, Math.min(16, file.size)));
    if (foreign) throw refused("E_FORMAT", path, foreign.name, foreign.hint);
    return { ...(await openNpy(file)), path, close: file.close, [Symbol.asyncDispose]: file.close };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function refused(code: "E_FILE" | "E_FORMAT", path: string, received: string, hint?: string): InputError {
  return new InputError({ code, where: "openEmbeddingFile", argument: path, expected: "a .npy file", received, hint });
}
