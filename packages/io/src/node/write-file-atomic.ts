import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { type CancelSignal, InputError, throwIfAborted } from "@nce-geometry/tensor";

export interface WriteFileOptions {
  /** Stops before the next chunk; nothing is left behind. */
  readonly signal?: CancelSignal | undefined;
}

/**
 * Writes a file that is either complete or not there: into a new file beside it, flushed to disk, then renamed over `path`.
 *
 * Throws: InputError E_FILE when the folder is missing or not writable; the signal's reason when aborted; what the chunks throw.
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array | AsyncIterable<Uint8Array>,
  { signal }: WriteFileOptions = {},
): Promise<void> {
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    const file = await open(temporary, "wx");
    try {
      for await (const chunk of chunksOf(content)) {
        throwIfAborted(signal);
        await file.writeFile(chunk);
      }
      throwIfAborted(signal);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw isSystemError(error) ? unwritable(path, error) : error;
  }
}

async function* chunksOf(
  content: string | Uint8Array | AsyncIterable<Uint8Array>,
): AsyncGenerator<string | Uint8Array> {
  if (typeof content === "string" || content instanceof Uint8Array) yield content;
  else yield* content;
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}

function unwritable(path: string, error: NodeJS.ErrnoException): InputError {
  const received = error.code === "ENOENT" ? "a folder that does not exist" : (error.code ?? error.message);
  const details = {
    code: "E_FILE",
    where: "writeFileAtomic",
    argument: path,
    expected: "a path that can be written",
    received,
  } as const;
  return new InputError(details, { cause: error });
}
