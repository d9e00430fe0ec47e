import { createRandom } from "@nce-geometry/tensor";
import { expect, test } from "vitest";
import { drawCaptions } from "./train-heads.ts";

test("every caption of an item is drawn as often as any other, of every item one", () => {
  const captions = [[0, 1, 2, 3], [4], [5, 6]];
  const draws = 4000;
  const counts = new Array<number>(7).fill(0);
  for (let seed = 0; seed < draws; seed++) {
    const chosen = drawCaptions(createRandom(seed), captions);
    expect(chosen).toHaveLength(3);
    for (const caption of chosen) counts[caption]!++;
  }
  for (const list of captions) {
    const share = 1 / list.length;
    const spread = Math.sqrt(draws * share * (1 - share));
    for (const caption of list) expect(Math.abs(counts[caption]! - draws * share)).toBeLessThanOrEqual(4 * spread);
  }
});
