// Where results go. Both files of a report appear complete or not at all.

import { constants } from "node:fs";
import { access, mkdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { writeFilesAtomic } from "@nce-geometry/io/node";
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

/** Writes the files into `folder`, which is created; all of them or none. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
  signal?: CancelSignal,
): Promise<void> {
  throwIfAborted(signal);
  await makeFolder(folder);
  const placed = Object.entries(files).map(([name, text]) => [join(folder, name), text]);
  await writeFilesAtomic(Object.fromEntries(placed), { signal });
}

/** Makes a folder and those it lies in, one by one: Node's recursive form never ends where a file system refuses new entries. */
export async function makeFolder(folder: string): Promise<void> {
  const path = resolve(folder);
  if (await exists(path)) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  try {
    await mkdir(path);
  } catch (error) {
    throw unwritable(folder, (error as Error).message, error);
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function nearestExisting(path: string): Promise<string> {
  const parent = dirname(path);
  return (await exists(path)) || parent === path ? path : nearestExisting(parent);
}

function unwritable(folder: string, received: string, cause?: unknown): InputError {
  return new InputError(
    {
      code: "E_FILE",
      where: "nce-geometry",
      argument: "--out",
      expected: `a folder that can be written (${folder})`,
      received,
      hint: "Name another folder.",
    },
    { cause },
  );
}
