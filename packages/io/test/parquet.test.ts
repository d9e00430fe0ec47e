import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { isInputError } from "@nce-geometry/tensor";
import type { CompressionCodec, SchemaElement } from "hyparquet";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import { bytesSource, type Embeddings, openEmbeddings } from "../src/index.ts";

type Repetition = "REQUIRED" | "OPTIONAL";
interface Column {
  readonly name: string;
  readonly data: unknown[];
  readonly schema: SchemaElement[];
  readonly encoding?: NonNullable<ColumnSource["encoding"]>;
}
/** A list in the three levels of the format. */
function list(
  name: string,
  data: unknown[],
  leaf: Partial<SchemaElement>,
  repetition: Repetition = "OPTIONAL",
): Column {
  return {
    name,
    data,
    schema: [
      { name, repetition_type: repetition, num_children: 1, converted_type: "LIST" },
      { name: "list", repetition_type: "REPEATED", num_children: 1 },
      { name: "element", repetition_type: repetition, ...leaf },
    ],
  };
}
function flat(
  name: string,
  data: unknown[],
  leaf: Partial<SchemaElement>,
  repetition: Repetition = "OPTIONAL",
): Column {
  return { name, data, schema: [{ name, repetition_type: repetition, ...leaf }] };
}
interface Options {
  readonly codec?: CompressionCodec;
  readonly rowGroupSize?: number;
  readonly pageSize?: number;
}
function parquet(columns: readonly Column[], options: Options = {}): Uint8Array {
  const buffer = parquetWriteBuffer({
    columnData: columns.map(({ name, data, encoding }) => ({
      name,
      data,
      ...(encoding && { encoding }),
    })) as ColumnSource[],
    schema: [{ name: "root", num_children: columns.length }, ...columns.flatMap(({ schema }) => schema)],
    compressors: {
      GZIP: (bytes) => gzipSync(bytes),
      ZSTD: (bytes) => zstdCompressSync(bytes),
      BROTLI: (bytes) => brotliCompressSync(bytes),
    },
    ...options,
  });
  return new Uint8Array(buffer);
}
const open = (bytes: Uint8Array): Promise<Embeddings> => openEmbeddings(bytesSource(bytes, "a.parquet"));
const failure = (reading: Promise<unknown>): Promise<string> =>
  reading.then(
    () => "accepted",
    (error: unknown) => (isInputError(error) ? `${error.code} ${error.message}` : String(error)),
  );
const refused = "E_FORMAT openParquet: `a.parquet` must be a well-formed Parquet file with one vector per row, got";

/** Row i of n rows of dimension d; exact in half precision. */
const vectors = (rows: number, dim: number): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: dim }, (_, k) => ((i * dim + k) % 513) / 4 - 60));

describe("a column of lists", () => {
  const rows = vectors(700, 5);
  test.each(["REQUIRED", "OPTIONAL"] as const)(
    "of float, double, integers, %s, in several groups and pages",
    async (repetition) => {
      const bytes = parquet(
        [
          list("single", rows, { type: "FLOAT" }, repetition),
          list("double", rows, { type: "DOUBLE" }, repetition),
          list(
            "int",
            rows.map((row) => row.map(Math.round)),
            { type: "INT32" },
            repetition,
          ),
        ],
        { rowGroupSize: 300, pageSize: 1000 },
      );
      const { matrices, notes } = await open(bytes);
      expect(notes).toEqual([]);
      expect(matrices.map(({ name, rows, dim, dtype }) => [name, rows, dim, dtype])).toEqual([
        ["single", 700, 5, "float32"],
        ["double", 700, 5, "float64"],
        ["int", 700, 5, "int32"],
      ]);
      const all = rows.flat();
      expect([...(await matrices[0]!.read(0, 700))]).toEqual(all);
      expect([...(await matrices[1]!.read(299, 302))]).toEqual(all.slice(299 * 5, 601 * 5));
      expect([...(await matrices[2]!.read(650, 1))]).toEqual(rows[650]!.map(Math.round));
      expect(await matrices[0]!.read(0, 1)).toBeInstanceOf(Float32Array);
    },
  );

  test.each(["UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "BROTLI"] as const)("packed by %s", async (codec) => {
    const { matrices } = await open(parquet([list("v", rows, { type: "FLOAT" })], { codec }));
    expect([...(await matrices[0]!.read(0, 700))]).toEqual(rows.flat());
  });

  test("with repeated values, which a dictionary holds", async () => {
    const few = rows.map((row) => row.map((value) => Math.sign(value)));
    const { matrices } = await open(parquet([list("v", few, { type: "DOUBLE" })]));
    expect([...(await matrices[0]!.read(0, 700))]).toEqual(few.flat());
  });

  test("that is null, ragged or has gaps names the row, also in a later group", async () => {
    const broken = async (row: number, value: unknown): Promise<string> => {
      const data: unknown[] = [...rows];
      data[row] = value;
      const bytes = parquet([list("v", data, { type: "FLOAT" })], { rowGroupSize: 300 });
      return failure(open(bytes).then(({ matrices }) => matrices[0]!.read(600, 100)));
    };
    expect(await broken(650, null)).toBe(`${refused} null, in row 650 of v.`);
    expect(await broken(651, [1, 2])).toBe(`${refused} 2 numbers where the first row has 5, in row 651 of v.`);
    expect(await broken(652, [])).toBe(`${refused} 0 numbers where the first row has 5, in row 652 of v.`);
    expect(await broken(653, [1, 2, 3, 4, 5, 6])).toBe(
      `${refused} 6 numbers where the first row has 5, in row 653 of v.`,
    );
    expect(await broken(654, [1, 2, null, 4, 5])).toBe(`${refused} null at place 2, in row 654 of v.`);
    expect(await broken(699, [1])).toBe(`${refused} 1 numbers where the first row has 5, in row 699 of v.`);
  });

  test("that begins with null is a note", async () => {
    const { matrices, notes } = await open(parquet([list("v", [null, [1]], { type: "FLOAT" })]));
    expect([matrices, notes]).toEqual([[], ["v is not read: null or an empty list in the first row"]]);
  });
});

describe("columns of values", () => {
  test("ids as text and as 64-bit integers; one too large names its row", async () => {
    const bytes = parquet(
      [
        flat("id", ["a", "ü", "c"], { type: "BYTE_ARRAY", converted_type: "UTF8" }),
        flat("key", [1n, 2n ** 53n, -5n], { type: "INT64" }, "REQUIRED"),
        flat("large", [1n, 2n ** 53n + 1n, 0n], { type: "INT64" }),
        flat("unsigned", [1, 2 ** 32 - 1, 0], { type: "INT32", converted_type: "UINT_32" }),
        flat("gap", [1, null, 0], { type: "INT32" }),
        flat("flag", [true, false, true], { type: "BOOLEAN" }),
      ],
      { codec: "ZSTD" },
    );
    const { vectors, notes } = await open(bytes);
    expect(vectors.map(({ name, kind, length }) => [name, kind, length])).toEqual([
      ["id", "string", 3],
      ["key", "number", 3],
      ["large", "number", 3],
      ["unsigned", "number", 3],
      ["gap", "number", 3],
    ]);
    expect(await vectors[0]!.read()).toEqual(["a", "ü", "c"]);
    expect([...(await vectors[1]!.read())]).toEqual([1, 2 ** 53, -5]);
    expect(await failure(vectors[2]!.read())).toBe(`${refused} an integer beyond ±2^53, in row 1 of large.`);
    expect([...(await vectors[3]!.read())]).toEqual([1, 2 ** 32 - 1, 0]);
    expect(await failure(vectors[4]!.read())).toBe(`${refused} null, in row 1 of gap.`);
    expect(notes).toEqual(["flag is not read: BOOLEAN"]);
  });

  test("whose names count are one matrix, in the order of the counter", async () => {
    const column = (k: number): Column =>
      flat(`x_${k}`, [k, 10 + k, 20 + k], { type: "FLOAT" }, k === 0 ? "OPTIONAL" : "REQUIRED");
    const { matrices, vectors } = await open(parquet([1, 0, 2].map(column), { rowGroupSize: 2 }));
    expect(vectors).toEqual([]);
    expect(matrices.map(({ name, dim, dtype }) => [name, dim, dtype])).toEqual([["x", 3, "float32"]]);
    expect([...(await matrices[0]!.read(0, 3))]).toEqual([0, 1, 2, 10, 11, 12, 20, 21, 22]);
    const gap = await open(parquet([0, 2].map(column)));
    expect([gap.matrices, gap.notes]).toEqual([
      [],
      ["x with 2 counted columns is no vector: 1 is missing or there twice"],
    ]);
  });

  test("half precision, also in lists, is read; other bytes of fixed length are not, for the file does not say what they are", async () => {
    const half = { type: "FIXED_LEN_BYTE_ARRAY", type_length: 2, logical_type: { type: "FLOAT16" } } as const;
    const { matrices, notes } = await open(
      parquet([
        list(
          "v",
          [
            [0.5, -1.25],
            [65504, 0],
          ],
          half,
        ),
        flat("blob", [new Uint8Array(8), new Uint8Array(8)], { type: "FIXED_LEN_BYTE_ARRAY", type_length: 8 }),
      ]),
    );
    expect([matrices[0]!.dtype, [...(await matrices[0]!.read(0, 2))]]).toEqual(["float16", [0.5, -1.25, 65504, 0]]);
    expect(notes).toEqual(["blob is not read: FIXED_LEN_BYTE_ARRAY of 8 bytes"]);
  });

  test.each([
    ["BYTE_STREAM_SPLIT", "FLOAT", [1.5, -2, 3]],
    ["DELTA_BINARY_PACKED", "INT32", [7, -2, 3]],
    ["DELTA_BINARY_PACKED", "INT64", [7n, -2n, 3n]],
    ["DELTA_LENGTH_BYTE_ARRAY", "BYTE_ARRAY", ["a", "bc", ""]],
    ["DELTA_BYTE_ARRAY", "BYTE_ARRAY", ["ab", "abc", "b"]],
  ] as const)("in the encoding %s of %s", async (encoding, type, data) => {
    const leaf = type === "BYTE_ARRAY" ? { type, converted_type: "UTF8" as const } : { type };
    const { vectors } = await open(parquet([{ ...flat("v", [...data], leaf, "REQUIRED"), encoding }]));
    expect([...(await vectors[0]!.read())]).toEqual(
      data.map((value) => (typeof value === "bigint" ? Number(value) : value)),
    );
  });
});

describe("malformed files", () => {
  const bytes = parquet([list("v", vectors(3, 2), { type: "FLOAT" })], { codec: "UNCOMPRESSED" });
  test("cut off, or with a footer that is not one", async () => {
    expect(await failure(open(bytes.slice(0, -1)))).toBe(`${refused} parquet file invalid (footer != PAR1).`);
    expect(await failure(open(bytes.slice(0, 6)))).toMatch(/^E_FORMAT openParquet: `a.parquet`/);
    const long = bytes.slice();
    new DataView(long.buffer).setUint32(long.length - 8, 2 ** 31, true);
    expect(await failure(open(long))).toBe(
      `${refused} parquet metadata length 2147483648 exceeds available buffer ${bytes.length - 8}.`,
    );
  });
  test("without rows", async () => {
    expect(await failure(open(parquet([list("v", [], { type: "FLOAT" })])))).toBe(`${refused} no rows.`);
  });
});
