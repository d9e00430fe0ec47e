import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inspectRows, loadRows, selectMatrix, selectVector } from "../src/index.ts";
import {
  convertEmbeddingFile,
  type IngestOptions,
  ingest,
  openEmbeddingFile,
  writeEmbeddingFile,
} from "../src/node.ts";

const rows = (count: number, dim: number, seed: number): RowMatrix => ({
  rows: count,
  dim,
  data: Float32Array.from(createRandom(seed).normal(count * dim)),
});
const image = { name: "image", rows: rows(10, 4, 1) };
const text = { name: "text", rows: rows(10, 4, 2) };
const id = { name: "id", values: Array.from({ length: 10 }, (_, row) => `row ${row}`) };

let folder = "";
let source = "";
let made = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nce-geometry-ingest-"));
  source = join(folder, "pair.jsonl");
  await writeEmbeddingFile(source, { matrices: [image, text], vectors: [id] });
});
afterAll(() => rm(folder, { recursive: true }));
const fresh = (): string => join(folder, `out-${made++}`);
const values = async (path: string, name: string): Promise<number[]> => {
  await using file = await openEmbeddingFile(path);
  return [...(await loadRows(selectMatrix(file, name))).data];
};

describe("ingest", () => {
  test("makes shards and a manifest that read back as the matrices, with the columns", async () => {
    const target = fresh();
    const manifest = await ingest(source, target, { shardRows: 4 });
    expect(
      manifest.matrices.map(({ name, rows, dim, dtype, sourceDtype, shards }) => ({
        name,
        rows,
        dim,
        dtype,
        sourceDtype,
        shards: shards.map((shard) => [shard.file, shard.rows]),
      })),
    ).toEqual([
      {
        name: "image",
        rows: 10,
        dim: 4,
        dtype: "float32",
        sourceDtype: "float64",
        shards: [
          ["m0-00000.npy", 4],
          ["m0-00001.npy", 4],
          ["m0-00002.npy", 2],
        ],
      },
      {
        name: "text",
        rows: 10,
        dim: 4,
        dtype: "float32",
        sourceDtype: "float64",
        shards: [
          ["m1-00000.npy", 4],
          ["m1-00001.npy", 4],
          ["m1-00002.npy", 2],
        ],
      },
    ]);
    expect((await readdir(target)).sort()).toEqual([
      "columns.npz",
      "m0-00000.npy",
      "m0-00001.npy",
      "m0-00002.npy",
      "m1-00000.npy",
      "m1-00001.npy",
      "m1-00002.npy",
      "manifest.json",
    ]);
    expect(JSON.parse(await readFile(join(target, "manifest.json"), "utf8"))).toEqual(manifest);
    for (const path of [target, join(target, "manifest.json")]) {
      expect(await values(path, "image")).toEqual([...image.rows.data]);
      expect(await values(path, "text")).toEqual([...text.rows.data]);
    }
    await using file = await openEmbeddingFile(target);
    expect(file.format).toBe("shards");
    expect(file.bytes).toBe(2 * 10 * 4 * 4);
    expect(await selectVector(file, "id").read()).toEqual(id.values);
    expect([...(await file.matrices[1]!.read(3, 6))]).toEqual([...text.rows.data.slice(12, 36)]);
    expect(file.notes).toEqual([`ingested from pair.jsonl (jsonl, sha256 ${manifest.source.sha256})`]);
  });

  test("summarises rows over shards as inspectRows does in one piece", async () => {
    const target = fresh();
    const { matrices } = await ingest(source, target, { shardRows: 3 });
    const { norms } = await inspectRows({
      ...image.rows,
      dtype: "float32",
      read: async (start, count) => image.rows.data.slice(4 * start, 4 * (start + count)),
    });
    const { statistics } = matrices[0]!;
    expect(statistics).toMatchObject({ rows: 10, notFinite: 0, zero: 0 });
    expect(statistics.norms!.min).toBe(norms!.min);
    expect(statistics.norms!.max).toBe(norms!.max);
    // Ten additions of lengths of order 1 in another order.
    expect(Math.abs(statistics.norms!.mean - norms!.mean)).toBeLessThan(10 * 2 ** -52 * norms!.max);
  });

  test("taken up again after a stop, keeps what is finished and whole, and ends as if never stopped", async () => {
    const target = fresh();
    const stop = new AbortController();
    let progress = 0;
    const onProgress: IngestOptions["onProgress"] = ({ label }) => {
      if (label?.startsWith("ingesting") && ++progress === 4) stop.abort(new Error("stopped"));
    };
    await expect(ingest(source, target, { shardRows: 4, onProgress, signal: stop.signal })).rejects.toThrow("stopped");
    const before = await readdir(target);
    expect(before.sort()).toEqual([
      "ingest-progress.json",
      "m0-00000.npy",
      "m0-00001.npy",
      "m0-00002.npy",
      "m1-00000.npy",
    ]);
    await expect(openEmbeddingFile(target)).rejects.toThrow("got a folder.");
    await writeFile(join(target, "m0-00001.npy"), "damaged");
    const times = async (): Promise<number[]> => {
      const stats = await Promise.all(
        ["m0-00000.npy", "m0-00001.npy", "m0-00002.npy", "m1-00000.npy"].map((name) =>
          stat(join(target, name), { bigint: true }),
        ),
      );
      return stats.map(({ ino }) => Number(ino));
    };
    const [first, damaged, ...others] = await times();
    const manifest = await ingest(source, target, { shardRows: 4 });
    const [firstAfter, damagedAfter, ...othersAfter] = await times();
    expect([firstAfter, othersAfter]).toEqual([first, others]);
    expect(damagedAfter).not.toBe(damaged);
    expect(manifest).toEqual(await ingest(source, fresh(), { shardRows: 4 }));
    expect(await readdir(target)).not.toContain("ingest-progress.json");
  });

  test("run again on what is finished, writes nothing but what is damaged", async () => {
    const target = fresh();
    const manifest = await ingest(source, target, { shardRows: 4 });
    const inode = async (name: string): Promise<bigint> => (await stat(join(target, name), { bigint: true })).ino;
    const before = await inode("m0-00000.npy");
    await writeFile(join(target, "m1-00002.npy"), "damaged");
    expect(await ingest(source, target, { shardRows: 4 })).toEqual(manifest);
    expect(await inode("m0-00000.npy")).toBe(before);
    expect(await values(target, "text")).toEqual([...text.rows.data]);
  });

  test("another plan keeps nothing", async () => {
    const target = fresh();
    const stop = new AbortController();
    const onProgress: IngestOptions["onProgress"] = ({ label }) => {
      if (label?.startsWith("ingesting")) stop.abort(new Error("stopped"));
    };
    await expect(ingest(source, target, { shardRows: 4, onProgress, signal: stop.signal })).rejects.toThrow("stopped");
    const { matrices } = await ingest(source, target, { shardRows: 4, dtype: "float16" });
    expect(matrices[0]!.dtype).toBe("float16");
    await using file = await openEmbeddingFile(target);
    expect(file.matrices[0]!.dtype).toBe("float16");
    expect(await file.matrices[0]!.read(0, 1)).toBeInstanceOf(Float32Array);
  });

  test("a shard that has changed is refused before its first row is used; the others are read", async () => {
    const target = fresh();
    await ingest(source, target, { shardRows: 4 });
    const path = join(target, "m0-00001.npy");
    const bytes = await readFile(path);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(path, bytes);
    await using file = await openEmbeddingFile(target);
    const matrix = selectMatrix(file, "image");
    expect([...(await matrix.read(0, 4))]).toEqual([...image.rows.data.slice(0, 16)]);
    await expect(matrix.read(3, 2)).rejects.toThrow(
      new RegExp(
        `^openEmbeddingFile: \`${path}\` must be the shard that was written \\(sha256 [0-9a-f]{64}\\), got sha256 [0-9a-f]{64}\\. Restore the file, or run ingest again\\.$`,
      ),
    );
  });

  test("rows without direction stop it, with their row in the file, or are counted", async () => {
    const bad = { rows: 6, dim: 2, data: Float32Array.of(1, 0, 0, 1, 1, 1, 0, 0, 1, Number.NaN, 3, 4) };
    const path = join(folder, "bad.npy");
    await writeEmbeddingFile(path, { matrices: [{ name: "x", rows: bad }] });
    await expect(ingest(path, fresh(), { shardRows: 2 })).rejects.toThrow(
      `ingest: \`${path}#0\` must be rows of positive length, got zeros in row 3. Remove the row and its match, compute it again, or keep such rows.`,
    );
    const { matrices } = await ingest(path, fresh(), { shardRows: 2, badRows: "keep" });
    expect(matrices[0]!.statistics).toEqual({
      rows: 6,
      notFinite: 1,
      zero: 1,
      norms: { min: 0, mean: expect.closeTo((1 + 1 + Math.SQRT2 + 0 + 5) / 5), max: 5 },
    });
    const large = join(folder, "large.npy");
    await writeEmbeddingFile(large, {
      matrices: [{ name: "x", rows: { rows: 3, dim: 1, data: Float32Array.of(1, 2, 7e4) } }],
    });
    await expect(ingest(large, fresh(), { shardRows: 2, dtype: "float16" })).rejects.toThrow(
      `ingest: \`${large}#0\` must be numbers that float16 can hold, got 70000 in row 2. Scale the rows, or choose { dtype: "float64" }.`,
    );
  });

  test("a manifest that does not fit is refused", async () => {
    const target = fresh();
    const manifest = await ingest(source, target, { shardRows: 4 });
    const path = join(target, "manifest.json");
    const message = async (change: object | string): Promise<string> => {
      await writeFile(path, typeof change === "string" ? change : JSON.stringify({ ...manifest, ...change }));
      return openEmbeddingFile(target).then(
        () => "accepted",
        (error: Error) => error.message,
      );
    };
    const start = `openEmbeddingFile: \`${path}\` must be the manifest of an ingested folder, got`;
    expect(await message("{")).toMatch(new RegExp(`^${start} Expected property name`));
    expect(await message({ schema: "x" })).toBe(`${start} schema "x". Run ingest again.`);
    expect(await message({ matrices: [] })).toBe(`${start} no matrices. Run ingest again.`);
    const [first] = manifest.matrices;
    expect(await message({ matrices: [{ ...first, rows: 11 }] })).toBe(
      `${start} matrix image of 11 rows in shards of 10. Run ingest again.`,
    );
    const outside = { ...first!.shards[0], file: "../x.npy" };
    expect(await message({ matrices: [{ ...first, rows: 4, shards: [outside] }] })).toBe(
      `${start} matrix image with shards that are no files. Run ingest again.`,
    );
  });

  test("options and targets that cannot be are refused", async () => {
    await expect(ingest(source, fresh(), { shardRows: 0 })).rejects.toThrow(
      "ingest: `shardRows` must be an integer >= 1, got 0.",
    );
    await expect(ingest(source, join(source, "x"))).rejects.toThrow(
      `ingest: \`${join(source, "x")}\` must be a folder that can be made, got`,
    );
  });
});

describe("convert", () => {
  test.each(["npz", "safetensors", "parquet", "csv", "tsv"])(
    "to %s, the columns kept where there is room",
    async (extension) => {
      const target = `${fresh()}.${extension}`;
      const { format, matrices, columns, notes } = await convertEmbeddingFile(source, target);
      expect([format, matrices]).toEqual([
        extension,
        [
          { name: "image", rows: 10, dim: 4 },
          { name: "text", rows: 10, dim: 4 },
        ],
      ]);
      expect(await values(target, "text")).toEqual([...text.rows.data]);
      const hasRoom = extension !== "safetensors";
      expect(columns).toEqual(hasRoom ? ["id"] : []);
      expect(notes).toEqual(hasRoom ? [] : ["id is left out: safetensors has no room for a column of strings"]);
    },
  );

  test("one matrix of several, with another type", async () => {
    const target = `${fresh()}.npy`;
    const { notes } = await convertEmbeddingFile(source, target, { matrices: ["text"], dtype: "float32" });
    expect(await values(target, "0")).toEqual([...text.rows.data]);
    expect(notes).toEqual(["id is left out: npy has no room for a column of strings"]);
    await expect(convertEmbeddingFile(source, target, { matrices: ["x"] })).rejects.toThrow('a file with a matrix "x"');
  });

  test("an ingested folder is a source as any other", async () => {
    const target = fresh();
    await ingest(source, target, { shardRows: 4 });
    const csv = `${fresh()}.csv`;
    await convertEmbeddingFile(target, csv);
    expect(await values(csv, "image")).toEqual([...image.rows.data]);
  });
});
