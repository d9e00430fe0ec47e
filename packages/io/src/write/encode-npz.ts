// .npz: .npy files in a ZIP archive, stored, so that they can be read by position.

import type { RunControl } from "@nce-geometry/tensor";
import { encodeNpy } from "../npy/encode-npy.ts";
import { encodeNpyVector } from "../npy/encode-npy-vector.ts";
import { encodeZip, type ZipMember } from "../zip/encode-zip.ts";
import type { EmbeddingContents } from "./encode-embeddings.ts";
import type { StoredType } from "./encode-rows.ts";

/** Matrices and columns under their names, one behind the other. */
export function encodeNpz(
  { matrices, vectors = [] }: EmbeddingContents,
  dtype: Exclude<StoredType, "bfloat16">,
  control: RunControl,
): AsyncGenerator<Uint8Array> {
  const members: ZipMember[] = [
    ...matrices.map(({ name, rows }) => ({ name: `${name}.npy`, chunks: encodeNpy(rows, { ...control, dtype }) })),
    ...vectors.map(({ name, values }) => ({ name: `${name}.npy`, chunks: [encodeNpyVector(values)] })),
  ];
  return encodeZip(members);
}
