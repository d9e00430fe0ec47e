import type { NamedMatrix } from "../embeddings.ts";
import type { Format } from "../open-embeddings.ts";
import { openNpy } from "./open-npy.ts";

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** .npy as one of the formats. */
export const npyFormat: Format = {
  names: ["npy"],
  recognise: (start) => (magic.every((byte, place) => start[place] === byte) ? "npy" : undefined),
  async open(source) {
    const npy = await openNpy(source);
    const matrices = npy.matrices().map((rows, index): NamedMatrix => ({ ...rows, name: String(index) }));
    const notes = npy.fortranOrder ? ["stored in Fortran order: a block of rows costs one read per column"] : [];
    return { format: "npy", source: source.name, bytes: npy.bytes, matrices, vectors: [], notes };
  },
};
