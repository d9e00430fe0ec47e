import { readFileSync } from "node:fs";
import { isInputError } from "@nce-geometry/tensor";
import {
  Bool,
  type DataType,
  Field,
  FixedSizeList,
  Float16,
  Float32,
  Float64,
  Int32,
  Int64,
  LargeUtf8,
  List,
  makeBuilder,
  RecordBatchFileWriter,
  RecordBatchStreamWriter,
  Struct,
  Table,
  Uint8,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import { describe, expect, test } from "vitest";
import { decodeLz4Frame } from "../src/arrow/lz4-frame.ts";
import { bytesSource, type Embeddings, openEmbeddings, selectMatrix, selectVector } from "../src/index.ts";

const vectors = (rows: number, dim: number): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: dim }, (_, k) => ((i * dim + k) % 513) / 4 - 60));
const column = (type: DataType, values: readonly unknown[]): Vector => {
  const builder = makeBuilder({ type, nullValues: [null] });
  for (const value of values) builder.append(value);
  return builder.finish().toVector();
};
const item = (type: DataType): Field => new Field("item", type, true);

interface Options {
  readonly stream?: boolean;
  /** Rows per batch. */
  readonly batch?: number;
}
function arrow(columns: Record<string, Vector>, { stream = false, batch = 1e9 }: Options = {}): Uint8Array {
  const writer = stream ? new RecordBatchStreamWriter() : new RecordBatchFileWriter();
  const table = new Table(columns);
  for (let start = 0; start < table.numRows; start += batch)
    for (const part of table.slice(start, start + batch).batches) writer.write(part);
  return writer.finish().toUint8Array(true);
}
const open = (bytes: Uint8Array): Promise<Embeddings> => openEmbeddings(bytesSource(bytes, "a.arrow"));
const failure = (reading: Promise<unknown>): Promise<string> =>
  reading.then(
    () => "accepted",
    (error: unknown) => (isInputError(error) ? `${error.code} ${error.message}` : String(error)),
  );
const refused = "E_FORMAT openArrow: `a.arrow` must be a well-formed Arrow file with one vector per row, got";

describe("columns of lists", () => {
  const rows = vectors(20, 3);
  const variants: [name: string, options: Options][] = [
    ["a file", {}],
    ["a stream", { stream: true }],
    ["a file of several batches", { batch: 7 }],
    ["a stream of several batches", { stream: true, batch: 6 }],
  ];
  test.each(variants)("of fixed and of any size in %s", async (_, options) => {
    const bytes = arrow(
      {
        half: column(new FixedSizeList(3, item(new Float16())), rows),
        single: column(new FixedSizeList(3, item(new Float32())), rows),
        double: column(new List(item(new Float64())), rows),
        bytes: column(
          new List(item(new Uint8())),
          rows.map((_, i) => [i, 255 - i]),
        ),
        id: column(
          new Utf8(),
          rows.map((_, i) => `ä${i}`),
        ),
        large: column(
          new LargeUtf8(),
          rows.map((_, i) => "x".repeat(i)),
        ),
        key: column(
          new Int64(),
          rows.map((_, i) => BigInt(i) ** 10n),
        ),
        flag: column(
          new Bool(),
          rows.map((_, i) => i % 2 === 0),
        ),
      },
      options,
    );
    const file = await open(bytes);
    expect(file.matrices.map(({ name, rows, dim, dtype }) => [name, rows, dim, dtype])).toEqual([
      ["half", 20, 3, "float16"],
      ["single", 20, 3, "float32"],
      ["double", 20, 3, "float64"],
      ["bytes", 20, 2, "uint8"],
    ]);
    for (const name of ["half", "single", "double"]) {
      expect([...(await selectMatrix(file, name).read(0, 20))]).toEqual(rows.flat());
      expect([...(await selectMatrix(file, name).read(5, 9))]).toEqual(rows.slice(5, 14).flat());
    }
    expect([...(await selectMatrix(file, "bytes").read(19, 1))]).toEqual([19, 236]);
    expect(await selectVector(file, "id").read()).toEqual(rows.map((_, i) => `ä${i}`));
    expect(await selectVector(file, "large").read()).toEqual(rows.map((_, i) => "x".repeat(i)));
    expect([...(await selectVector(file, "key").read())]).toEqual(rows.map((_, i) => i ** 10));
    expect(file.notes).toEqual(["flag is not read: truth values"]);
  });

  test("in a struct, and columns whose names count", async () => {
    const fields = [new Field("embedding", new List(item(new Float32())), true), new Field("n", new Int32(), true)];
    const struct = column(
      new Struct(fields),
      rows.map((row, n) => ({ embedding: row, n })),
    );
    const x = (k: number): Vector =>
      vectorFromArray(
        rows.map((row) => row[k]!),
        new Float32(),
      );
    const file = await open(arrow({ data: struct, x_1: x(1), x_0: x(0), x_2: x(2) }));
    expect([...(await selectMatrix(file, "data.embedding").read(0, 20))]).toEqual(rows.flat());
    expect([...(await selectMatrix(file, "x").read(0, 20))]).toEqual(rows.flat());
    expect((await selectVector(file, "data.n").read())[19]).toBe(19);
  });

  test("that are null, ragged or have gaps name the row", async () => {
    const broken = async (type: DataType, row: number, value: unknown): Promise<string> => {
      const data: unknown[] = [...rows];
      data[row] = value;
      const bytes = arrow({ v: column(type, data) }, { batch: 8 });
      return failure(open(bytes).then(({ matrices }) => matrices[0]!.read(0, 20)));
    };
    const [list, fixed] = [new List(item(new Float32())), new FixedSizeList(3, item(new Float32()))];
    expect(await broken(list, 9, null)).toBe(`${refused} null, in row 9 of v.`);
    expect(await broken(list, 10, [1])).toBe(`${refused} 1 numbers where the first row has 3, in row 10 of v.`);
    expect(await broken(list, 19, [1, 2, null])).toBe(`${refused} null at place 2, in row 19 of v.`);
    expect(await broken(fixed, 11, null)).toBe(`${refused} null, in row 11 of v.`);
    const { matrices, notes } = await open(arrow({ v: column(list, [null, [1]]) }));
    expect([matrices, notes]).toEqual([[], ["v is not read: null or an empty list in the first row"]]);
  });

  test("beyond ±2^53 name the row", async () => {
    const key = column(new Int64(), [1n, 2n ** 53n, -(2n ** 60n)]);
    expect(await failure(selectVector(await open(arrow({ key })), "key").read())).toContain(
      "one beyond them in row 2.",
    );
  });
});

describe("malformed files", () => {
  const columns = { v: column(new List(item(new Float32())), vectors(3, 2)) };
  test.each([false, true])("cut off anywhere (stream: %s), they are refused", async (stream) => {
    const bytes = arrow(columns, { stream });
    // A stream may lack the mark at its end, eight bytes.
    for (let length = 16; length < bytes.length - (stream ? 8 : 0); length++)
      expect(await failure(open(bytes.slice(0, length)))).toMatch(/^E_FORMAT openArrow/);
  });
  test("without rows", async () => {
    const writer = new RecordBatchFileWriter();
    writer.reset(undefined, new Table(columns).schema);
    expect(await failure(open(writer.finish().toUint8Array(true)))).toBe(`${refused} no rows.`);
  });
});

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`./fixtures/arrow/${name}`, import.meta.url)));

describe("packed files of Arrow C++", () => {
  const range = (start: number): number[] => Array.from({ length: 30 }, (_, k) => start + k);
  test.each(["lz4.stream", "zstd.arrow"])("%s: two batches of integers, and texts with gaps", async (name) => {
    const file = await open(fixture(name));
    expect([...(await selectVector(file, "ints").read())]).toEqual([...range(42), ...range(4200)]);
    expect(await failure(selectVector(file, "strs").read())).toBe(`${refused} null, in row 2 of strs.`);
  });
  test("buffers that were better left as they are", async () => {
    const file = await open(fixture("incompressible-lz4.arrow"));
    expect([...(await selectVector(file, "ints").read())]).toEqual([19006, 35514, 17250, 14399]);
    expect((await selectVector(file, "strings").read())[3]).toMatch(/^ +$/);
  });
});

describe("LZ4 frames", () => {
  const bytes = Uint8Array.from({ length: 200_000 }, (_, k) => (k * k) % 251);
  test.each(["linked-blocks.lz4", "block-checksums.lz4"])("of the tool: %s", (name) => {
    expect(decodeLz4Frame(fixture(name), bytes.length)).toEqual(bytes);
  });

  test("cut off, or of another size, are refused", () => {
    const frame = fixture("linked-blocks.lz4");
    expect(() => decodeLz4Frame(frame, 199_999)).toThrow(/^(an LZ4 copy from nowhere|LZ4 literals too long)$/);
    expect(() => decodeLz4Frame(frame, 200_001)).toThrow("200000 bytes in an LZ4 frame of 200001");
    expect(() => decodeLz4Frame(frame.subarray(0, 500), 200_000)).toThrow("an LZ4 block cut off");
    expect(() => decodeLz4Frame(bytes, 200_000)).toThrow("no LZ4 frame");
  });
});
