// Finished units as files of a folder, each complete or not there.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { UnitStore } from "@nce-geometry/experiments";
import { writeFileAtomic } from "@nce-geometry/io/node";
import { InputError } from "@nce-geometry/tensor";
import { makeFolder } from "../output.ts";

/** A store in a folder, which is made when the first unit is saved. */
export function folderStore(folder: string): UnitStore {
  const pathOf = (key: string): string => join(folder, `${key}.json`);
  let made: Promise<void> | undefined;
  return {
    async load(key) {
      try {
        return new Uint8Array(await readFile(pathOf(key)));
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code === "ENOENT" || code === "ENOTDIR") return undefined;
        const expected = "a stored unit that can be read";
        throw new InputError({
          code: "E_FILE",
          where: "reproduce",
          argument: pathOf(key),
          expected,
          received: message,
        });
      }
    },
    async save(key, bytes) {
      made ??= makeFolder(folder);
      await made;
      await writeFileAtomic(pathOf(key), bytes);
    },
  };
}
