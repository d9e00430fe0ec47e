import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type CancelSignal, InputError, throwIfAborted } from "@nce-geometry/tensor";

export interface WriteFileOptions {
  /** Stops before the next chunk; nothing is left behind. */
  readonly signal?: CancelSignal | undefined;
}

type Content = string | Uint8Array | AsyncIterable<Uint8Array>;

/**
 * Writes a file that is either complete or not there: into a new file beside it, flushed to disk, then renamed over `path`.
 *
 * A failure leaves what was there before, and no part of the new file.
 * Throws: InputError E_FILE when the folder is missing, not writable or full; the signal's reason when aborted; what the chunks
 * throw.
 */
export async function writeFileAtomic(path: string, content: Content, options: WriteFileOptions = {}): Promise<void> {
  await writeFilesAtomic({ [path]: content }, options);
}

/**
 * Writes several files that belong together: all are written beside their places and flushed before the first is renamed, so
 * that a full disk, an abort or a place taken by a folder leaves none of them.
 *
 * Throws: as {@link writeFileAtomic}.
 */
export async function writeFilesAtomic(
  files: Readonly<Record<string, Content>>,
  { signal }: WriteFileOptions = {},
): Promise<void> {
  const staged: { readonly path: string; readonly temporary: string }[] = [];
  try {
    for (const [path, content] of Object.entries(files)) {
      await assertNoFolder(path);
      // Named after nothing, so that a long name does not become too long.
      const temporary = join(dirname(path), `.${randomUUID()}.part`);
      const file = await orUnwritable(path, open(temporary, "wx"));
      staged.push({ path, temporary });
      await fill(path, file, content, signal);
    }
    throwIfAborted(signal);
    for (const { path, temporary } of staged) await orUnwritable(path, rename(temporary, path));
  } catch (error) {
    for (const { temporary } of staged) await rm(temporary, { force: true });
    throw error;
  }
}

async function fill(path: string, file: FileHandle, content: Content, signal: CancelSignal | undefined): Promise<void> {
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
}

/** A folder in the place of a file would show only when the others have been renamed. */
async function assertNoFolder(path: string): Promise<void> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) throw unwritable(path, Object.assign(new Error("is a directory"), { code: "EISDIR" }));
}

/** What the disk refuses becomes a typed error; what the chunks throw does not pass here. */
async function orUnwritable<T>(path: string, operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (error) {
    throw unwritable(path, error as NodeJS.ErrnoException);
  }
}

async function* chunksOf(content: Content): AsyncGenerator<string | Uint8Array> {
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
  const hint = "Name a place that exists, has room and that you may write to.";
  return new InputError(
    {
      code: "E_FILE",
      where: "writeFileAtomic",
      argument: path,
      expected: "a path that can be written",
      received,
      hint,
    },
    { cause: error },
  );
}
