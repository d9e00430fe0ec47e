import { type FileHandle, open } from "node:fs/promises";
import { InputError } from "@nce-geometry/tensor";
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
};

/** Opens a file. Throws InputError E_FILE when it is missing, a folder, or not readable. */
export async function openFile(path: string): Promise<FileSource> {
  try {
    const handle = await open(path, "r");
    return await fileSource(path, handle);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw unreadable(path, error);
  }
}

async function fileSource(path: string, handle: FileHandle): Promise<FileSource> {
  const stat = await handle.stat();
  const close = (): Promise<void> => handle.close();
  if (!stat.isFile()) {
    await close();
    throw fileError(path, stat.isDirectory() ? "a folder" : "something that is not a regular file");
  }
  return {
    name: path,
    size: stat.size,
    close,
    [Symbol.asyncDispose]: close,
    async read(offset, length) {
      assertRange(path, stat.size, offset, length);
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const { bytesRead } = await handle.read(bytes, done, Math.min(length - done, largestRead), offset + done);
        if (bytesRead === 0) throw fileError(path, "one that became shorter while it was read");
        done += bytesRead;
      }
      return bytes;
    },
  };
}

/** The error for a path that could not be opened or read. */
export function unreadable(path: string, cause: unknown): InputError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return fileError(path, reasons[code ?? ""] ?? message, cause);
}

function fileError(path: string, received: string, cause?: unknown): InputError {
  return new InputError(
    { code: "E_FILE", where: "openFile", argument: path, expected: "a file that can be read", received },
    { cause },
  );
}
