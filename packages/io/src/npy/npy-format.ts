import type { ByteSource } from "../byte-source.ts";
import type { NamedMatrix, NamedVector } from "../embeddings.ts";
import type { Format } from "../open-embeddings.ts";
import { npyVector } from "./npy-vector.ts";
import { npyMatrices, readNpyHeader } from "./open-npy.ts";

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** .npy as one of the formats. */
export const npyFormat: Format = {
  names: ["npy"],
  recognise: (start) => (magic.every((byte, place) => start[place] === byte) ? "npy" : undefined),
  async open(source) {
    return { format: "npy", source: source.name, bytes: source.size, ...(await npyContents(source, String)) };
  },
};

export interface NpyContents {
  readonly matrices: readonly NamedMatrix[];
  readonly vectors: readonly NamedVector[];
  readonly notes: readonly string[];
}

/** One array: the matrices of its stack, or one column. `nameOf` gives the name of matrix k of a stack, of 0 otherwise. */
export async function npyContents(source: ByteSource, nameOf: (index: number) => string): Promise<NpyContents> {
  const header = await readNpyHeader(source);
  if (header.shape.length === 1 && header.shape[0]! > 0)
    return { matrices: [], vectors: [npyVector(source, header, nameOf(0))], notes: [] };
  const matrices = npyMatrices(source, header).map((rows, index) => ({ ...rows, name: nameOf(index) }));
  const notes = header.fortranOrder ? ["stored in Fortran order: a block of rows costs one read per column"] : [];
  return { matrices, vectors: [], notes };
}
