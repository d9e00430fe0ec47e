// Where results go. Both files of a report appear complete or not at all.

import { constants } from "node:fs";
import { access, mkdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { writeFileAtomic } from "@nce-geometry/io/node";
import { type CancelSignal, InputError, throwIfAborted } from "@nce-geometry/tensor";

/** Refuses a folder that cannot be made or written, before the work starts. Creates nothing. */
export async function assertWritableFolder(folder: string): Promise<void> {
  const nearest = await nearestExisting(resolve(folder));
  const isFolder = (await stat(nearest)).isDirectory();
  const writable =
    isFolder &&
    (await access(nearest, constants.W_OK).then(
      () => true,
      () => false,
    ));
  if (writable) return;
  throw unwritable(folder, isFolder ? `no permission to write ${nearest}` : `${nearest}, which is not a folder`);
}

/** Writes the files into `folder`, which is created; each is renamed into place when whole. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
  signal?: CancelSignal,
): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw unwritable(folder, (error as Error).message, error);
  }
  for (const [name, text] of Object.entries(files)) {
    throwIfAborted(signal);
    await writeFileAtomic(join(folder, name), text);
  }
}

async function nearestExisting(path: string): Promise<string> {
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  const parent = dirname(path);
  return exists || parent === path ? path : nearestExisting(parent);
}

function unwritable(folder: string, received: string, cause?: unknown): InputError {
  return new InputError(
    {
      code: "E_FILE",
      where: "nce-geometry",
      argument: "--out",
      expected: `a folder that can be written (${folder})`,
      received,
    },
    { cause },
  );
}
