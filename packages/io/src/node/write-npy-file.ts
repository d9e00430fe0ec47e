import type { Rows } from "@nce-geometry/tensor";
import { type EncodeNpyOptions, encodeNpy } from "../npy/encode-npy.ts";
import { writeFileAtomic } from "./write-file-atomic.ts";

/**
 * Writes rows as a .npy file, complete or not at all; several sets of rows of equal shape are stacked as (s, n, d).
 *
 * Throws: as `encodeNpy` and `writeFileAtomic`.
 */
export async function writeNpyFile(
  path: string,
  rows: Rows | readonly Rows[],
  options: EncodeNpyOptions = {},
): Promise<void> {
  await writeFileAtomic(path, encodeNpy(rows, options), { signal: options.signal });
}
