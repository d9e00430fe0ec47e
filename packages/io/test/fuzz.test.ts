import { createRandom, InputError, isInputError } from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import { type ByteSource, bytesSource, openEmbeddings, readCaptionMap } from "../src/index.ts";
import { type CorpusFile, corpus } from "./corpus.ts";
import { damaged } from "./damage.ts";

/** Cases per file; a long campaign sets more. */
const runs = Number(process.env.FUZZ_RUNS ?? 20);
const seed = Number(process.env.FUZZ_SEED ?? 1);

/** What a reader may bring in or make of a file: numbers are packed at most so tightly, and small files are always allowed some. */
const allowed = (size: number): number => Math.max(2 ** 24, 1032 * size);

/** Counts reads, so that a reader that goes in circles is caught by their number, not by a clock. */
function counted(bytes: Uint8Array, name: string): ByteSource {
  const source = bytesSource(bytes, name);
  let [reads, total] = [0, 0];
  return {
    ...source,
    read(offset, length) {
      reads++;
      total += length;
      if (reads > 5000 || total > 200 * (bytes.length + 1000))
        throw new Error(`${reads} reads of ${total} bytes of ${bytes.length}`);
      return source.read(offset, length);
    },
  };
}

/** "read" when everything in it is, "refused" for an InputError; another error passes through. */
async function outcome({ name, options }: CorpusFile, bytes: Uint8Array): Promise<"read" | "refused"> {
  const source = counted(bytes, name);
  try {
    if (name === "map.json")
      return (await readCaptionMap(source, { items: 3, captions: 3 })).length === 3 ? "read" : "refused";
    const { matrices, vectors } = await openEmbeddings(source, options);
    for (const { rows, dim, read } of matrices) {
      expect(rows * dim).toBeLessThanOrEqual(allowed(bytes.length));
      expect(await read(0, rows)).toHaveLength(rows * dim);
      expect(await read(rows - 1, 1)).toHaveLength(dim);
    }
    for (const vector of vectors) {
      expect(vector.length).toBeLessThanOrEqual(allowed(bytes.length));
      expect(await vector.read()).toHaveLength(vector.length);
    }
    return "read";
  } catch (error) {
    if (!isInputError(error)) throw error;
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).not.toMatch(/\[object|is not a function|Cannot read|of undefined/);
    return "refused";
  }
}

const files = await corpus();

describe("damaged files end in an InputError or in rows of the right shape, after a bounded number of reads", () => {
  test.each(files.map((file) => [file.name, file] as const))(
    "%s",
    async (name, file) => {
      const random = createRandom(seed).split(name);
      const counts = { read: 0, refused: 0 };
      for (let run = 0; run < runs; run++) {
        const bytes = damaged(file.bytes, random.split(run));
        try {
          counts[await outcome(file, bytes)]++;
        } catch (error) {
          throw new Error(`run ${run} of seed ${seed}`, { cause: error });
        }
      }
      if (runs > 1000) console.info(`${name}: ${counts.read} read, ${counts.refused} refused`);
      expect(counts.read + counts.refused).toBe(runs);
    },
    20 * runs + 5000,
  );
});

test.each(files.filter(({ bytes }) => bytes.length < 2000).map((file) => [file.name, file] as const))(
  "%s cut off everywhere",
  async (_, file) => {
    const step = runs > 1000 ? 1 : 5;
    for (let length = 0; length < file.bytes.length; length += step) await outcome(file, file.bytes.slice(0, length));
  },
);
