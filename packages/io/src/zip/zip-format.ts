// ZIP archives: .npz, or a PyTorch checkpoint, by what is in them.

import { malformedFile } from "../malformed.ts";
import { isNpz, openNpz } from "../npz/npz-format.ts";
import type { Format } from "../open-embeddings.ts";
import { readZipDirectory } from "./zip-directory.ts";

/** The formats that are ZIP archives. */
export const zipFormat: Format = {
  names: ["npz"],
  recognise: (start) =>
    start[0] === 0x50 && start[1] === 0x4b && start[2] === 3 && start[3] === 4 ? "npz" : undefined,
  async open(source) {
    const entries = await readZipDirectory(source);
    if (isNpz(entries)) return openNpz(source, entries);
    const names = entries
      .slice(0, 5)
      .map(({ name }) => name)
      .join(", ");
    throw malformedFile("openEmbeddings", source.name, "a .npz archive", `an archive of ${names || "nothing"}`);
  },
};
