import { existsSync, readFileSync } from "node:fs";
import { isInputError } from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import { bytesSource, type Embeddings, openEmbeddings, selectMatrix, selectVector } from "../src/index.ts";
import { openEmbeddingFile } from "../src/node.ts";

/** What Python wrote; JSON has no NaN and no infinities, which are texts here. */
interface Expected {
  readonly matrices: Readonly<
    Record<string, { readonly dtype: string; readonly rows: readonly (number | string)[][] }>
  >;
  readonly vectors: Readonly<Record<string, readonly (number | string)[]>>;
}
const folder = new URL("./fixtures/formats/", import.meta.url);
const expected: Record<string, Expected> = JSON.parse(readFileSync(new URL("expected.json", folder), "utf8"));
const bytesOf = (name: string): Uint8Array => readFileSync(new URL(name, folder));

async function contents(embeddings: Embeddings): Promise<Expected> {
  const matrices: Record<string, Expected["matrices"][string]> = {};
  for (const { name, rows, dim, dtype, read } of embeddings.matrices) {
    const values = [...(await read(0, rows))].map((value) => (Number.isFinite(value) ? value : String(value)));
    matrices[name] = { dtype, rows: Array.from({ length: rows }, (_, i) => values.slice(i * dim, (i + 1) * dim)) };
  }
  const vectors: Record<string, readonly (number | string)[]> = {};
  for (const vector of embeddings.vectors) {
    vectors[vector.name] = [...(await vector.read())];
    expect(vectors[vector.name]).toHaveLength(vector.length);
  }
  return { matrices, vectors };
}
const refusal = (name: string, bytes = bytesOf(name)): Promise<string> =>
  openEmbeddings(bytesSource(bytes, name)).then(
    () => "accepted",
    (error: unknown) => (isInputError(error) ? `${error.code} ${error.message}` : String(error)),
  );

describe.each(Object.entries(expected))("%s", (name, wanted) => {
  test("holds what Python wrote, from bytes and from a file", async () => {
    expect(await contents(await openEmbeddings(bytesSource(bytesOf(name), name)))).toEqual(wanted);
    await using file = await openEmbeddingFile(new URL(name, folder).pathname);
    expect(await contents(file)).toEqual(wanted);
  });

  test("row by row, in pieces and into an array that is given, as in one piece", async () => {
    for (const { rows, dim, read } of (await openEmbeddings(bytesSource(bytesOf(name), name))).matrices) {
      const all = [...(await read(0, rows))];
      const single: number[] = [];
      for (let row = 0; row < rows; row++) single.push(...(await read(row, 1)));
      expect(single).toEqual(all);
      const out = new Float64Array(rows * dim + 1).fill(7);
      expect([...(await read(1 % rows, 1, out))]).toEqual(all.slice((1 % rows) * dim, ((1 % rows) + 1) * dim));
      expect(out.at(-1)).toBe(7);
      expect(await read(rows, 0)).toHaveLength(0);
      await expect(read(rows, 1)).rejects.toThrow(`\`rows of ${name}`);
    }
  });
});

describe("what is not read is said", () => {
  const notes = async (name: string): Promise<readonly string[]> =>
    (await openEmbeddings(bytesSource(bytesOf(name), name))).notes;

  test("in notes, where something else is read", async () => {
    expect(await notes("types.pt")).toEqual(["scalar is not read: shape () float32", "epoch is not read: number"]);
    expect(await notes("types.safetensors")).toEqual([
      "flags is not read: shape (2) BOOL",
      "empty is not read: shape (0, 3) F32",
      "model: small",
    ]);
    expect(await notes("nameless.tsv")).toEqual(["no line of names: all 3 fields with numbers are one vector"]);
    expect(await notes("columns.json")).toEqual(["model is not read: string"]);
    expect(await notes("response.json")).toEqual(["object is not read: string"]);
    expect(await notes("deflated.npz")).toEqual([
      "image: stored in Fortran order: a block of rows costs one read per column",
      "image: packed, so it was unpacked into memory",
      "text: packed, so it was unpacked into memory",
      "stack: packed, so it was unpacked into memory",
      "rank4 is not read: openNpy: `deflated.npz#rank4.npy` must be of shape (n, d) or (s, n, d), got shape (1, 1, 1, 1). Save one matrix per file.",
    ]);
  });

  test("in an error, where a checkpoint holds more than tensors; nothing is executed", async () => {
    const hint = "In Python: safetensors.torch.save_file({'image': image, 'text': text}, path).";
    expect(await refusal("planted.pt")).toBe(
      `E_FORMAT openCheckpoint: \`planted.pt\` must be a PyTorch checkpoint of tensors, got the name posix system, which is not among those of tensors, at byte 197. ${hint}`,
    );
    expect(existsSync("/tmp/planted")).toBe(false);
    expect(await refusal("exponential.pt")).toBe(
      `E_FORMAT openCheckpoint: \`exponential.pt\` must be a PyTorch checkpoint of tensors, got dictionaries nested without end. ${hint}`,
    );
    expect(await refusal("expanded.pt")).toBe(
      'E_FORMAT openCheckpoint: `expanded.pt` must be a PyTorch checkpoint of tensors, got tensor "image" of more numbers than its storage holds. In Python: call .contiguous() before saving.',
    );
    expect(await refusal("legacy.pt")).toContain("Convert it in Python: ");
  });

  test("of text in UTF-16", async () => {
    expect(await refusal("utf16.csv")).toBe(
      "E_FORMAT openEmbeddings: `utf16.csv` must be a text file in UTF-8, got one in UTF-16. Save it in UTF-8.",
    );
  });
});

describe("names", () => {
  const open = (name: string): Promise<Embeddings> => openEmbeddings(bytesSource(bytesOf(name), name));

  test("choose a matrix or a column, and an unknown one lists what there is", async () => {
    const file = await open("stored.npz");
    expect(selectMatrix(file, "text").name).toBe("text");
    expect(selectMatrix(await open("single.pt")).name).toBe("tensor");
    expect(await selectVector(file, "map").read()).toEqual(Float64Array.of(0, 1, 1, 3));
    expect(() => selectMatrix(file)).toThrow(
      "selectMatrix: `stored.npz` must be a file of one matrix, or named with a matrix, got one with image: (4, 3) float32; text: (4, 3) float32. Name one, for example stored.npz#image.",
    );
    expect(() => selectMatrix(file, "x")).toThrow(
      'selectMatrix: `stored.npz` must be a file with a matrix "x", got one with image: (4, 3) float32; text: (4, 3) float32. Name one, for example stored.npz#image.',
    );
    expect(() => selectVector(file, "x")).toThrow(
      'selectVector: `stored.npz` must be a file with a column "x", got one with ids: 4 strings; map: 4 numbers.',
    );
  });

  test("content beats the name; a format that is said beats both", async () => {
    expect((await openEmbeddings(bytesSource(bytesOf("stored.npz"), "a.csv"))).format).toBe("npz");
    expect((await openEmbeddings(bytesSource(bytesOf("plain.pt"), "a.npz"))).format).toBe("pt");
    expect((await openEmbeddings(bytesSource(bytesOf("types.safetensors"), "a.json"))).format).toBe("safetensors");
    expect((await openEmbeddings(bytesSource(bytesOf("nested.jsonl"), "a.txt"), { format: "jsonl" })).format).toBe(
      "jsonl",
    );
    expect(await refusal("a.txt", bytesOf("nested.jsonl"))).toBe(
      'E_FORMAT openEmbeddings: `a.txt` must be a file of embeddings, got a file of another kind. Text is known by its name (.csv, .tsv, .jsonl, .json); of raw float32, say { format: "raw", dim }.',
    );
  });
});

test("raw float32 needs the numbers per row", async () => {
  const source = bytesSource(new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer), "a.bin");
  const { matrices } = await openEmbeddings(source, { format: "raw", dim: 3 });
  expect([matrices[0]!.rows, [...(await matrices[0]!.read(1, 1))]]).toEqual([2, [4, 5, 6]]);
  await expect(openEmbeddings(source, { format: "raw" })).rejects.toThrow(
    "openEmbeddings: `dim` must be an integer >= 1, the numbers per row of a raw file, got undefined.",
  );
  await expect(openEmbeddings(source, { format: "raw", dim: 4 })).rejects.toThrow(
    "openEmbeddings: `a.bin` must be whole rows of 4 float32 numbers, got 24 bytes, 8 more than 1 rows.",
  );
});
