// ZIP archives: .npz, or a PyTorch checkpoint, by what is in them.

import { malformedFile } from "../malformed.ts";
import { isNpz, openNpz } from "../npz/npz-format.ts";
import type { Format } from "../open-embeddings.ts";
import { isCheckpoint, openCheckpoint } from "../pt/pt-format.ts";
import { readZipDirectory } from "./zip-directory.ts";

/** The formats that are ZIP archives. */
export const zipFormat: Format = {
  names: ["npz", "pt"],
  recognise: (start, name) => {
    const magic = start[0] === 0x50 && start[1] === 0x4b && start[2] === 3 && start[3] === 4;
    return magic ? (/\.pth?$/.test(name) ? "pt" : "npz") : undefined;
  },
  async open(source) {
    const entries = await readZipDirectory(source);
    if (isNpz(entries)) return openNpz(source, entries);
    if (isCheckpoint(entries)) return openCheckpoint(source, entries);
    const names = entries
      .map(({ name }) => name)
      .slice(0, 5)
      .join(", ");
    throw malformedFile("openEmbeddings", source.name, "a .npz or a checkpoint", `an archive of ${names || "nothing"}`);
  },
};
