import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddingFile, writeEmbeddingFile } from "@nce-geometry/io/node";
import { createRandom } from "@nce-geometry/tensor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

let folder = "";
const at = (name: string): string => join(folder, name);

const cli = (...args: string[]) => runCli(args, { folder });

const data = Float32Array.from(createRandom("convert").normal(60));
const ids = Array.from({ length: 10 }, (_, row) => `id-${row}`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nce-geometry-convert-"));
  const image = { name: "image", rows: { rows: 10, dim: 6, data } };
  const text = { name: "text", rows: { rows: 10, dim: 6, data: data.toReversed() } };
  await writeEmbeddingFile(at("clip.npz"), {
    matrices: [image, text],
    vectors: [{ name: "ids", values: ids }],
  });
});
afterAll(() => rm(folder, { recursive: true }));

async function numbersOf(path: string, index = 0): Promise<number[]> {
  await using file = await openEmbeddingFile(path);
  return [...(await file.matrices[index]!.read(0, 10))];
}

describe("convert", () => {
  test.each(["safetensors", "npz"])("to .%s: both matrices, bit for bit", async (format) => {
    const { code, out } = await cli("convert", at("clip.npz"), at(`all.${format}`));
    expect([code, out]).toEqual([0, expect.stringContaining("matrix image: (10, 6)\n  matrix text: (10, 6)")]);
    expect(await numbersOf(at(`all.${format}`), 1)).toEqual([...data.toReversed()]);
  });

  test.each(["csv", "tsv", "jsonl", "parquet", "npy"])("to .%s: one matrix, bit for bit", async (format) => {
    expect((await cli("convert", `${at("clip.npz")}#image`, at(`one.${format}`))).code).toBe(0);
    expect(await numbersOf(at(`one.${format}`))).toEqual([...data]);
  });

  test("in half precision, each number to 11 bits", async () => {
    expect((await cli("convert", `${at("clip.npz")}#image`, at("half.npy"), "--dtype", "float16")).code).toBe(0);
    const half = await numbersOf(at("half.npy"));
    expect(half.every((value, k) => Math.abs(value - data[k]!) <= 2 ** -11 * Math.abs(data[k]!))).toBe(true);
    expect(half).not.toEqual([...data]);
  });

  test("raw files are read with their dimension", async () => {
    await cli("convert", `${at("clip.npz")}#image`, at("one.raw"));
    expect((await cli("convert", at("one.raw"), at("back.npy"), "--format", "raw", "--dim", "6")).code).toBe(0);
    expect(await numbersOf(at("back.npy"))).toEqual([...data]);
    const { code, err } = await cli("convert", at("one.raw"), at("back.npy"), "--format", "raw", "--dim", "7");
    expect([code, err]).toEqual([2, expect.stringContaining("must be whole rows of 7 float32 numbers, got 240 bytes")]);
  });

  test("an unknown extension is refused", async () => {
    expect((await cli("convert", at("clip.npz"), at("clip.xyz"))).code).toBe(2);
  });
});

describe("ingest", () => {
  test("into shards that every command reads like a file", async () => {
    const { code, out } = await cli("ingest", at("clip.npz"), "--out", at("shards"), "--shard-rows", "4");
    expect([code, out]).toEqual([0, expect.stringContaining("matrix image: (10, 6) float32 in 3 shards; lengths ")]);
    expect(await numbersOf(at("shards"), 1)).toEqual([...data.toReversed()]);
    const manifest = JSON.parse(await readFile(join(at("shards"), "manifest.json"), "utf8"));
    expect(manifest.source).toMatchObject({ file: "clip.npz", format: "npz" });
    const analysis = JSON.parse((await cli("analyze", at("shards"), "--bootstrap", "0", "--json")).out);
    const direct = JSON.parse((await cli("analyze", at("clip.npz"), "--bootstrap", "0", "--json")).out);
    expect(analysis.analysis).toEqual(direct.analysis);
    expect(analysis.inputs.x).toMatchObject({ name: "image", file: "shards" });
  });
});
