// demo: the main job on data whose gap is known beforehand.

import { join } from "node:path";
import { writeNpyFile } from "@nce-geometry/io/node";
import { generatePairedCaps } from "@nce-geometry/synthetic";
import { createRandom } from "@nce-geometry/tensor";
import type { ExitCode } from "../exit-code.ts";
import { assertWritableFolder, makeFolder } from "../output.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { analyze } from "./analyze.ts";

export interface DemoOptions {
  readonly out: string;
  readonly pairs: number;
  readonly seed: number;
}

/** Shape of the demonstration: clouds 0.85 apart, as CLIP's are, and partners that are found most of the time. */
const shape = { dim: 64, centroidGap: 0.85, bandWidth: 0.1, mismatch: 0.3 };

export async function demo({ out, pairs, seed }: DemoOptions, terminal: Terminal): Promise<ExitCode> {
  const { x, y, truth } = generatePairedCaps(createRandom(seed), { kind: "pairedCaps", pairs, ...shape });
  await assertWritableFolder(out);
  await makeFolder(out);
  const [images, texts] = [join(out, "images.npy"), join(out, "texts.npy")];
  await writeNpyFile(images, x, { dtype: "float32" });
  await writeNpyFile(texts, y, { dtype: "float32" });
  terminal.print(
    `Made ${pairs} pairs of "images" and "texts" in ${shape.dim} dimensions (seed ${seed}): two populations whose centroids\n` +
      `are exactly ${truth.centroidGap} apart. The interval of the centroid gap below should contain that, 19 times in 20.\n\n`,
  );
  return analyze(images, texts, { bootstrap: 1000, seed, out }, terminal);
}
