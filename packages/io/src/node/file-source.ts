import { type FileHandle, open, stat } from "node:fs/promises";
import { InputError, isInputError } from "@nce-geometry/tensor";
import { assertRange, type ByteSource } from "../byte-source.ts";

/** A file open for positioned reads; it must be closed (or held with `await using`). */
export interface FileSource extends ByteSource, AsyncDisposable {
  close(): Promise<void>;
}

/** One system call reads at most this much. */
const largestRead = 2 ** 30;

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "nothing at that path",
  ENOTDIR: "a path through something that is not a folder",
  EACCES: "a file without permission to read it",
  EPERM: "a file without permission to read it",
  EISDIR: "a folder",
  EBADF: "one that was closed",
};

/**
 * Opens a file. Its size is that of the moment of opening.
 *
 * Throws: InputError E_FILE when it is missing, not a regular file or not readable; from `read` also when it is closed or has
 * become shorter since; E_OPTION from `read` for a range outside the file.
 */
export async function openFile(path: string): Promise<FileSource> {
  try {
    // Before opening, because opening a pipe waits for somebody to write into it.
    const found = await stat(path);
    if (!found.isFile())
      throw fileError(path, found.isDirectory() ? "a folder" : "something that is not a regular file");
    const handle = await open(path, "r");
    return fileSource(path, found.size, handle);
  } catch (error) {
    throw isInputError(error) ? error : unreadable(path, error);
  }
}

function fileSource(path: string, size: number, handle: FileHandle): FileSource {
  const close = (): Promise<void> => handle.close();
  return {
    name: path,
    size,
    close,
    [Symbol.asyncDispose]: close,
    async read(offset, length) {
      assertRange(path, size, offset, length);
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const wanted = Math.min(length - done, largestRead);
        const { bytesRead } = await handle.read(bytes, done, wanted, offset + done).catch((error: unknown) => {
          throw unreadable(path, error);
        });
        if (bytesRead === 0) throw fileError(path, "one that became shorter while it was read");
        done += bytesRead;
      }
      return bytes;
    },
  };
}

function unreadable(path: string, cause: unknown): InputError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return fileError(path, reasons[code ?? ""] ?? message, cause);
}

function fileError(path: string, received: string, cause?: unknown): InputError {
  const expected = "a file that can be read";
  const hint = "Check the path and its permissions.";
  return new InputError({ code: "E_FILE", where: "openFile", argument: path, expected, received, hint }, { cause });
}
