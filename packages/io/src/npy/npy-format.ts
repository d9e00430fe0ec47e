import type { ByteSource } from "../byte-source.ts";
import type { Embeddings } from "../embeddings.ts";
import type { Format } from "../open-embeddings.ts";
import { npyText } from "./npy-text.ts";
import { npyArray, readNpyHeader } from "./open-npy.ts";

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** .npy as one of the formats. */
export const npyFormat: Format = {
  names: ["npy"],
  recognise: (start) => (magic.every((byte, place) => start[place] === byte) ? "npy" : undefined),
  async open(source) {
    return { format: "npy", source: source.name, bytes: source.size, ...(await npyContents(source, "")) };
  },
};

/** One array under a name: the matrices of its stack, or one column. */
export async function npyContents(
  source: ByteSource,
  name: string,
): Promise<Pick<Embeddings, "matrices" | "vectors" | "notes">> {
  const header = await readNpyHeader(source);
  const text = npyText(source, header, name === "" ? "0" : name);
  if (text) return { matrices: [], vectors: [text], notes: [] };
  const { matrices, vectors } = npyArray(source, header, name);
  const isSlow = header.fortranOrder && matrices.length > 0;
  const notes = isSlow ? ["stored in Fortran order: a block of rows costs one read per column"] : [];
  return { matrices, vectors, notes };
}
