import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  bytesSource,
  type EmbeddingContents,
  type Embeddings,
  type EncodeEmbeddingsOptions,
  encodeEmbeddings,
  loadRows,
  openEmbeddings,
  type StoredType,
  selectMatrix,
  selectVector,
  type WrittenFormat,
  writtenFormats,
} from "../src/index.ts";
import { formatOfPath, openEmbeddingFile, writeEmbeddingFile } from "../src/node.ts";
import { encodeBfloat16 } from "../src/write/encode-rows.ts";

const normal = (rows: number, dim: number, seed: number): RowMatrix => ({
  rows,
  dim,
  data: Float32Array.from(createRandom(seed).normal(rows * dim)),
});
const image = { name: "image", rows: normal(7, 3, 1) };
const text = { name: "text", rows: normal(7, 3, 2) };
const ids = { name: "id", values: ["plain", 'a "b"', "two\nlines", "x,y\tz", " ", "ü😀", "007"] };
const map = { name: "map", values: [3, 1, 4, 1, 5, 9, 2 ** 53 - 1] };
const score = { name: "score", values: [0.1, -0, 1e-300, 2 / 3, 1, 2, 3] };

async function encode(
  format: WrittenFormat,
  contents: EmbeddingContents,
  options: EncodeEmbeddingsOptions = {},
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of encodeEmbeddings(format, contents, options)) chunks.push(chunk.slice());
  return new Uint8Array(Buffer.concat(chunks));
}
const names: Readonly<Record<WrittenFormat, string>> = {
  ...{ npy: "a.npy", npz: "a.npz", safetensors: "a.safetensors", parquet: "a.parquet" },
  ...{ csv: "a.csv", tsv: "a.tsv", jsonl: "a.jsonl", raw: "a.f32" },
};
const reopened = async (
  format: WrittenFormat,
  contents: EmbeddingContents,
  options: EncodeEmbeddingsOptions = {},
): Promise<Embeddings> =>
  openEmbeddings(bytesSource(await encode(format, contents, options), names[format]), {
    ...(format === "raw" && { format, dim: contents.matrices[0]!.rows.dim }),
  });
const numbers = async (file: Embeddings, name: string): Promise<number[]> => [
  ...(await loadRows(selectMatrix(file, name))).data,
];
/** Half a unit in the last place of so many bits. */
const rounded: Readonly<Record<StoredType, number>> = {
  ...{ float16: 2 ** -11, bfloat16: 2 ** -8, float32: 0, float64: 0 },
};

describe("what is written is read again", () => {
  test.each(["npz", "parquet", "csv", "tsv", "jsonl"] as const)(
    "%s: two matrices, ids, integers and floats",
    async (format) => {
      const file = await reopened(format, { matrices: [image, text], vectors: [ids, map, score] });
      expect(file.format).toBe(format);
      expect(file.matrices.map(({ name, rows, dim }) => [name, rows, dim])).toEqual([
        ["image", 7, 3],
        ["text", 7, 3],
      ]);
      expect(await numbers(file, "image")).toEqual([...image.rows.data]);
      expect(await numbers(file, "text")).toEqual([...text.rows.data]);
      for (const { name, values } of [ids, map, score])
        expect([...(await selectVector(file, name).read())]).toEqual(values);
    },
  );

  test("safetensors: matrices and columns of numbers", async () => {
    const file = await reopened("safetensors", { matrices: [image, text], vectors: [map, score] });
    expect(await numbers(file, "text")).toEqual([...text.rows.data]);
    expect([...(await selectVector(file, "map").read())]).toEqual(map.values);
    expect([...(await selectVector(file, "score").read())]).toEqual(score.values);
  });

  test("npy: one matrix, or a stack; raw: one", async () => {
    expect(await numbers(await reopened("npy", { matrices: [image] }), "0")).toEqual([...image.rows.data]);
    expect(await numbers(await reopened("npy", { matrices: [image, text] }), "1")).toEqual([...text.rows.data]);
    expect(await numbers(await reopened("raw", { matrices: [image] }), "0")).toEqual([...image.rows.data]);
  });

  test.each([
    ...(["float16", "float32", "float64"] as const).flatMap((dtype) => [
      ["npy", dtype] as const,
      ["npz", dtype] as const,
    ]),
    ...(["float16", "bfloat16", "float32", "float64"] as const).map((dtype) => ["safetensors", dtype] as const),
    ...(["float32", "float64"] as const).map((dtype) => ["parquet", dtype] as const),
  ])("%s in %s, rounded to nearest", async (format, dtype) => {
    const file = await reopened(format, { matrices: [image] }, { dtype });
    expect(file.matrices[0]!.dtype).toBe(dtype);
    const values = await numbers(file, file.matrices[0]!.name);
    values.forEach((value, i) => {
      const wanted = image.rows.data[i]!;
      expect(Math.abs(value - wanted)).toBeLessThanOrEqual(Math.abs(wanted) * rounded[dtype]);
    });
  });

  test("float64 exactly in text, with NaN and infinities where the format has them", async () => {
    const data = Float64Array.of(0.1, -0, 5e-324, Number.MAX_VALUE, Number.NaN, Number.NEGATIVE_INFINITY);
    const contents = { matrices: [{ name: "x", rows: { rows: 2, dim: 3, data } }] };
    for (const format of ["csv", "tsv"] as const)
      expect(await numbers(await reopened(format, contents), "x")).toEqual([...data]);
    await expect(encode("jsonl", contents)).rejects.toThrow(
      "encodeEmbeddings: `rows` must be finite numbers, as JSON has no others, got NaN in row 1.",
    );
    const finite = { rows: 1, dim: 3, data: data.slice(0, 3) };
    expect(await numbers(await reopened("jsonl", { matrices: [{ name: "x", rows: finite }] }), "x")).toEqual([
      ...finite.data,
    ]);
  });

  test.each(writtenFormats)("%s in several chunks, from a source, with progress", async (format) => {
    // Text is written in smaller chunks.
    const total = ["csv", "tsv", "jsonl"].includes(format) ? 500 : 2000;
    const rows = normal(total, 300, 3);
    const npy = await reopened("npy", { matrices: [{ name: "x", rows }] });
    const seen: number[] = [];
    const onProgress = ({ done }: { readonly done: number }): number => seen.push(done);
    const file = await reopened(format, { matrices: [{ name: "x", rows: npy.matrices[0]! }] }, { onProgress });
    const [matrix] = file.matrices;
    for (const row of [0, 437, total - 1])
      expect([...(await matrix!.read(row, 1))]).toEqual([...rows.data.slice(row * 300, (row + 1) * 300)]);
    if (format !== "raw" && format !== "safetensors") expect(seen.at(-1)).toBe(total);
    const signal = AbortSignal.abort(new Error("stopped"));
    await expect(encode(format, { matrices: [{ name: "x", rows }] }, { signal })).rejects.toThrow("stopped");
  });
});

describe("bfloat16", () => {
  /** The rule itself, on exact numbers: the nearer of two neighbours, the even one of two equally near. */
  function nearest(value: number): number {
    const size = Math.abs(value);
    const unit = 2 ** (Math.max(Math.floor(Math.log2(size)), -126) - 7);
    const floor = Math.floor(size / unit);
    const rest = size / unit - floor;
    const steps = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
    return Math.sign(value) * steps * unit;
  }
  const decode = (code: number): number => new Float32Array(Uint32Array.of(code << 16).buffer)[0]!;

  test("is the nearest, in one rounding from float64", () => {
    // 1 + 2⁻⁸ is a tie; a float64 just beside it becomes the tie when it is rounded to float32 first.
    const tie = 1 + 2 ** -8;
    for (const value of [
      1,
      tie,
      tie + 2 ** -40,
      tie - 2 ** -40,
      1 + 3 * 2 ** -8,
      1 + 3 * 2 ** -8 - 2 ** -50,
      2 ** -133,
      3 * 2 ** -134,
      1e-40,
    ])
      for (const sign of [1, -1]) expect(decode(encodeBfloat16(sign * value))).toBe(nearest(sign * value));
    for (const value of createRandom(4).normal(2000)) expect(decode(encodeBfloat16(value))).toBe(nearest(value));
  });

  test("keeps NaN, infinities and the sign of zero; refuses what becomes infinite", async () => {
    expect(decode(encodeBfloat16(Number.NaN))).toBeNaN();
    expect(decode(encodeBfloat16(Number.NEGATIVE_INFINITY))).toBe(Number.NEGATIVE_INFINITY);
    expect(decode(encodeBfloat16(-0))).toBe(-0);
    const one = (value: number): EmbeddingContents => ({
      matrices: [{ name: "x", rows: { rows: 2, dim: 1, data: Float64Array.of(0, value) } }],
    });
    const limit = 2 ** 128 - 2 ** 119;
    await expect(encode("safetensors", one(limit), { dtype: "bfloat16" })).rejects.toThrow(
      `encodeEmbeddings: \`rows\` must be numbers that bfloat16 can hold, got ${limit} in row 1. Scale the rows, or choose { dtype: "float64" }.`,
    );
    const file = await reopened("safetensors", one(limit * (1 - 2 ** -53)), { dtype: "bfloat16" });
    expect((await numbers(file, "x"))[1]).toBe(2 ** 128 - 2 ** 120);
  });
});

describe("what a format has no room for is refused", () => {
  test.each([
    ["npy", { matrices: [image], vectors: [map] }, {}, "`vectors` must be none of numbers in npy, got map."],
    ["raw", { matrices: [image, text] }, {}, "`matrices` must be one in a raw file, got 2."],
    ["raw", { matrices: [image] }, { dtype: "float64" }, '`dtype` must be "float32", got "float64".'],
    [
      "safetensors",
      { matrices: [image], vectors: [ids] },
      {},
      "`vectors` must be none of strings in safetensors, got id.",
    ],
    [
      "npz",
      { matrices: [image] },
      { dtype: "bfloat16" },
      '`dtype` must be "float16", "float32" or "float64", got "bfloat16".',
    ],
    [
      "csv",
      { matrices: [image, { name: "y", rows: normal(6, 3, 1) }] },
      {},
      "`matrices` must be of 7 rows, as image is, got 6 in y.",
    ],
    [
      "jsonl",
      { matrices: [image], vectors: [{ name: "id", values: ["a"] }] },
      {},
      "`vectors` must be of length 7, got 1 in id.",
    ],
    ["npz", { matrices: [image, image] }, {}, '`contents` must be of distinct names, got "image" twice.'],
    ["npz", { matrices: [] }, {}, "`matrices` must be at least one, got none."],
    [
      "xls" as "csv",
      { matrices: [image] },
      {},
      '`format` must be one of npy, npz, safetensors, parquet, csv, tsv, jsonl, raw, got "xls".',
    ],
  ] as const)("%s", async (format, contents, options, message) => {
    await expect(encode(format, contents, options)).rejects.toThrow(`encodeEmbeddings: ${message}`);
  });
});

describe("files", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "nce-geometry-write-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("are of the format that their extension names", async () => {
    for (const format of writtenFormats.filter((name) => name !== "raw")) {
      const path = join(folder, names[format]);
      await writeEmbeddingFile(path, { matrices: [image] });
      await using file = await openEmbeddingFile(path);
      expect(file.format).toBe(format);
      expect(await numbers(file, file.matrices[0]!.name)).toEqual([...image.rows.data]);
    }
    expect(formatOfPath("a.b/C.NDJSON")).toBe("jsonl");
    expect(() => formatOfPath("a.txt")).toThrow(
      "writeEmbeddingFile: `a.txt` must be named after a format: .npy, .npz, .safetensors, .parquet, .csv, .tsv, .jsonl, .ndjson, .f32, .raw, got .txt. Rename it, or say { format }.",
    );
  });
});
