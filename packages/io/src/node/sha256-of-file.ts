import { createHash } from "node:crypto";
import { type RunControl, throwIfAborted } from "@nce-geometry/tensor";
import { openFile } from "./file-source.ts";

const blockBytes = 4 * 2 ** 20;

/**
 * SHA-256 of a file's bytes in hexadecimal, read block by block; progress is counted in bytes.
 *
 * Throws: InputError E_FILE when the file cannot be read; the signal's reason when aborted.
 */
export async function sha256OfFile(path: string, { signal, onProgress }: RunControl = {}): Promise<string> {
  await using file = await openFile(path);
  const hash = createHash("sha256");
  for (let done = 0; done < file.size; ) {
    throwIfAborted(signal);
    const length = Math.min(blockBytes, file.size - done);
    hash.update(await file.read(done, length));
    done += length;
    onProgress?.({ done, total: file.size, label: "hashing" });
  }
  return hash.digest("hex");
}
