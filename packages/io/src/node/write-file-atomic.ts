import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type CancelSignal, InputError, throwIfAborted } from "@nce-geometry/tensor";

export interface WriteFileOptions {
  /** Stops before the next chunk; nothing is left behind. */
  readonly signal?: CancelSignal | undefined;
}

/**
 * Writes a file that is either complete or not there: into a new file beside it, flushed to disk, then renamed over `path`.
 *
 * A failure leaves what was there before, and no part of the new file.
 * Throws: InputError E_FILE when the folder is missing, not writable or full; the signal's reason when aborted; what the chunks
 * throw.
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array | AsyncIterable<Uint8Array>,
  { signal }: WriteFileOptions = {},
): Promise<void> {
  // Named after nothing, so that a long name does not become too long.
  const temporary = join(dirname(path), `.${randomUUID()}.part`);
  const file = await orUnwritable(path, open(temporary, "wx"));
  try {
    try {
      for await (const chunk of chunksOf(content)) {
        throwIfAborted(signal);
        await orUnwritable(path, file.writeFile(chunk));
      }
      throwIfAborted(signal);
      await orUnwritable(path, file.sync());
    } finally {
      await file.close();
    }
    await orUnwritable(path, rename(temporary, path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** What the disk refuses becomes a typed error; what the chunks throw does not pass here. */
async function orUnwritable<T>(path: string, operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (error) {
    throw unwritable(path, error as NodeJS.ErrnoException);
  }
}

async function* chunksOf(
  content: string | Uint8Array | AsyncIterable<Uint8Array>,
): AsyncGenerator<string | Uint8Array> {
  if (typeof content === "string" || content instanceof Uint8Array) yield content;
  else yield* content;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "a folder that does not exist",
  ENOTDIR: "a path through something that is not a folder",
  EISDIR: "a folder",
  EACCES: "a folder without permission to write into it",
  EPERM: "a folder without permission to write into it",
  EROFS: "a disk that is read-only",
  ENOSPC: "a full disk",
  ENAMETOOLONG: "a name that is too long",
};

function unwritable(path: string, error: NodeJS.ErrnoException): InputError {
  const received = reasons[error.code ?? ""] ?? error.message;
  return new InputError(
    { code: "E_FILE", where: "writeFileAtomic", argument: path, expected: "a path that can be written", received },
    { cause: error },
  );
}
