import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { bytesSource, checkEmbeddings, describeMatrix, inspectRows, loadRows, openNpy } from "../src/index.ts";
import { openEmbeddingFile } from "../src/node.ts";

const path = fileURLToPath(new URL("../../../../shared/embeddings/clip.npy", import.meta.url));
const present = existsSync(path);

describe.skipIf(!present)(`CLIP features${present ? "" : " (SKIPPED: shared/embeddings/clip.npy is not here)"}`, () => {
  test("two stacked matrices of 500 unit rows in 512 dimensions", async () => {
    await using file = await openEmbeddingFile(path);
    expect(file.matrices.map(describeMatrix)).toEqual(["0: (500, 512) float32", "1: (500, 512) float32"]);
    for (const matrix of file.matrices) {
      const { nan, infinite, zero, norms, unit } = await inspectRows(matrix);
      expect([nan.rows, infinite.rows, zero.rows, unit]).toEqual([0, 0, 0, 500]);
      // Normalised in half precision: the length is rounded, and so is each quotient, by 2⁻¹¹ each.
      expectClose(norms!.min, 1, { ulps: 2, epsilon: 2 ** -11 });
      expectClose(norms!.max, 1, { ulps: 2, epsilon: 2 ** -11 });
      await checkEmbeddings(matrix, { where: "test", argument: path });
    }
  });

  test("from the file and from its bytes, the numbers at their places", async () => {
    await using file = await openEmbeddingFile(path);
    const bytes = readFileSync(path);
    const fromBytes = (await openNpy(bytesSource(bytes))).matrices();
    for (const [index, matrix] of file.matrices.entries()) {
      const { data } = await loadRows(matrix);
      expect(data).toEqual((await loadRows(fromBytes[index]!)).data);
      // Read without any of the code under test: numbers begin where the file's size says.
      const start = bytes.length - 4 * 2 * 500 * 512;
      for (const k of [0, 511, 512, 255_999]) {
        expect(data[k]).toBe(bytes.readFloatLE(start + 4 * (index * 500 * 512 + k)));
      }
    }
  });
});
