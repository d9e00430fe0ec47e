// --map FILE[#NAME]: which item each caption belongs to.

import { readCaptionMap } from "@nce-geometry/io";
import { openFile } from "@nce-geometry/io/node";
import { parseNamed } from "./inputs.ts";

/** The item of each caption, from a file of any format that is read; `FILE#NAME` names the column or key. */
export async function loadCaptionMap(
  word: string,
  { items, captions }: { readonly items: number; readonly captions: number },
): Promise<Int32Array> {
  const { path, matrix: name } = parseNamed(word);
  await using file = await openFile(path);
  return await readCaptionMap(file, { items, captions, ...(name !== undefined && { name }) });
}
