import { InputError } from "@nce-geometry/tensor";
import type { EmbeddedPairs } from "./given-pairs.ts";

/** The rows of y of each row of x. Throws InputError E_OPTION where an item has none. */
export function captionsOf(where: string, { x, map }: EmbeddedPairs): readonly (readonly number[])[] {
  if (map === undefined) return Array.from({ length: x.rows }, (_, item) => [item]);
  const captions: number[][] = Array.from({ length: x.rows }, () => []);
  map.forEach((item, caption) => {
    const list = captions[item];
    if (list === undefined) throw wrongMap(where, `item ${item} for caption ${caption} of ${x.rows} items`);
    list.push(caption);
  });
  const without = captions.findIndex((list) => list.length === 0);
  if (without >= 0) throw wrongMap(where, `none for item ${without}`);
  return captions;
}

function wrongMap(where: string, received: string): InputError {
  const expected = "a map that gives every item a caption";
  return new InputError({ code: "E_OPTION", where, argument: "map", expected, received });
}
