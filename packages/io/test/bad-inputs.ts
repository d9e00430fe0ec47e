// Every way in which a file can be wrong that a user is likely to meet, with the whole message he gets. Tests walk this table, and
// docs/errors.md is made from it.

import { readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { parquetWriteBuffer } from "hyparquet-writer";
import {
  type ByteSource,
  bytesSource,
  checkEmbeddings,
  type EmbeddingContents,
  encodeEmbeddings,
  joinByIds,
  type OpenEmbeddingsOptions,
  openEmbeddings,
  readCaptionMap,
  selectMatrix,
  type WrittenFormat,
} from "../src/index.ts";
import { npyHeader } from "../src/npy/encode-npy.ts";
import { encodeZip } from "../src/zip/encode-zip.ts";
import { messages } from "./bad-input-messages.ts";

export interface BadInput {
  readonly format: string;
  /** What is wrong, in a few words; with the format the key of its message. */
  readonly what: string;
  /** Does what a user does with it. */
  readonly use: () => Promise<unknown>;
}

type Content = Uint8Array | Promise<Uint8Array>;

/** Opens a file and reads everything in it. */
const opened =
  (name: string, content: Content, options: OpenEmbeddingsOptions = {}) =>
  async (): Promise<void> => {
    const { matrices, vectors } = await openEmbeddings(bytesSource(await content, name), options);
    for (const { rows, read } of matrices) await read(0, rows);
    for (const vector of vectors) await vector.read();
  };
/** Opens a file, takes the only matrix in it and holds its rows against what an analysis needs. */
const checked =
  (name: string, content: Content, options: OpenEmbeddingsOptions = {}) =>
  async (): Promise<void> =>
    checkEmbeddings(selectMatrix(await openEmbeddings(bytesSource(await content, name), options)), {
      where: "analyze",
      argument: name,
    });
const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const fixture = (path: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`./fixtures/${path}`, import.meta.url)));

const normal = (rows: number, dim: number): RowMatrix => ({
  rows,
  dim,
  data: Float32Array.from(createRandom(1).normal(rows * dim)),
});
/** Six rows of which number 4 is of one value. */
const withRow = (value: number): RowMatrix => ({
  rows: 6,
  dim: 2,
  data: Float32Array.from({ length: 12 }, (_, k) => (k >> 1 === 4 ? value : 1 + k)),
});
async function written(
  format: WrittenFormat,
  rows: RowMatrix = normal(6, 2),
  vectors: NonNullable<EmbeddingContents["vectors"]> = [],
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of encodeEmbeddings(format, { matrices: [{ name: "v", rows }], vectors }))
    chunks.push(chunk.slice());
  return joined(...chunks);
}
const cut = async (content: Content, length: number): Promise<Uint8Array> => {
  const bytes = await content;
  return bytes.slice(0, length < 0 ? bytes.length + length : length);
};
/** A change to a copy. */
const changed = async (content: Content, change: (view: DataView, bytes: Uint8Array) => void): Promise<Uint8Array> => {
  const bytes = (await content).slice();
  change(new DataView(bytes.buffer), bytes);
  return bytes;
};

/** A file of any size that costs nothing: its first bytes, and others that are all the same behind them. */
function virtual(name: string, size: number, start: Uint8Array, filling = 0): ByteSource {
  return {
    name,
    size,
    async read(offset, length) {
      const bytes = new Uint8Array(length).fill(filling);
      if (offset < start.length) bytes.set(start.subarray(offset, offset + length));
      return bytes;
    },
  };
}
const npy = (descr: string, shape: readonly number[], bytes: number): Uint8Array =>
  joined(npyHeader(descr, shape), new Uint8Array(bytes));

async function zip(members: readonly (readonly [name: string, bytes: Uint8Array])[]): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of encodeZip(members.map(([name, bytes]) => ({ name, chunks: [bytes] }))))
    chunks.push(chunk.slice());
  return joined(...chunks);
}
/** One deflated entry, written by hand: packed bytes, and what the directory says of them. */
function deflated(name: string, packed: Uint8Array, size: number, crc: number): Uint8Array {
  const header = (signature: number, middle: number[], end: number[]): Uint8Array => {
    const bytes = new Uint8Array(4 + 2 * middle.length + 12 + 2 * end.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, signature, true);
    for (const [k, value] of middle.entries()) view.setUint16(4 + 2 * k, value, true);
    const at = 4 + 2 * middle.length;
    for (const [k, value] of [crc, packed.length, size].entries()) view.setUint32(at + 4 * k, value, true);
    for (const [k, value] of end.entries()) view.setUint16(at + 12 + 2 * k, value, true);
    return bytes;
  };
  const label = text(name);
  const local = joined(header(0x04034b50, [20, 0, 8, 0, 0x21], [label.length, 0]), label, packed);
  const central = joined(header(0x02014b50, [20, 20, 0, 8, 0, 0x21], [label.length, 0, 0, 0, 0, 0, 0, 0, 0]), label);
  const end = new Uint8Array(22);
  const view = new DataView(end.buffer);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, 1, true);
  view.setUint16(10, 1, true);
  view.setUint32(12, central.length, true);
  view.setUint32(16, local.length, true);
  return joined(local, central, end);
}
const array = npy("<f4", [2, 2], 16);

function safetensors(header: string | object, data = 0): Uint8Array {
  const json = text(typeof header === "string" ? header : JSON.stringify(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true);
  return joined(length, json, new Uint8Array(data));
}
const tensor = (shape: readonly number[], data_offsets: readonly number[], dtype = "F32"): object => ({
  dtype,
  shape,
  data_offsets,
});

function parquet(data: readonly unknown[]): Uint8Array {
  const schema = [
    { name: "root", num_children: 1 },
    { name: "v", repetition_type: "OPTIONAL" as const, num_children: 1, converted_type: "LIST" as const },
    { name: "list", repetition_type: "REPEATED" as const, num_children: 1 },
    { name: "element", repetition_type: "OPTIONAL" as const, type: "FLOAT" as const },
  ];
  return new Uint8Array(
    parquetWriteBuffer({ columnData: [{ name: "v", data: [...data] }], schema, codec: "UNCOMPRESSED" }),
  );
}
const map = (json: unknown, name?: string) => () =>
  readCaptionMap(bytesSource(text(JSON.stringify(json)), "map.json"), {
    items: 3,
    captions: 4,
    ...(name !== undefined && { name }),
  });
const ids = (
  name: string,
  values: readonly string[],
): { kind: "string"; name: string; length: number; read: () => Promise<readonly string[]> } => ({
  kind: "string",
  name,
  length: values.length,
  read: async () => values,
});

type Case = readonly [what: string, use: () => Promise<unknown>];
const cases: Readonly<Record<string, readonly Case[]>> = {
  "any file": [
    ["empty", opened("a.npy", new Uint8Array(0))],
    ["of another kind", opened("a.txt", text("hello"))],
    ["HDF5", opened("a.h5", Uint8Array.of(0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10))],
    ["a pickle", opened("a.pkl", Uint8Array.of(0x80, 4, 0x95, 0, 0))],
    ["Feather, version 1", opened("a.feather", text("FEA1...."))],
    ["an unknown format asked for", opened("a.bin", text("x"), { format: "xls" as "csv" })],
    [
      "no matrix of that name",
      async () => selectMatrix(await openEmbeddings(bytesSource(await written("npz"), "a.npz")), "image"),
    ],
    [
      "several matrices and no name",
      async () => selectMatrix(await openEmbeddings(bytesSource(npy("<f4", [2, 3, 1], 24), "a.npy"))),
    ],
  ],
  npy: [
    ["cut inside its magic", opened("a.npy", array.slice(0, 7))],
    ["cut inside its header", opened("a.npy", array.slice(0, 60))],
    ["cut inside its numbers", opened("a.npy", array.slice(0, -1))],
    ["trailing bytes", opened("a.npy", joined(array, new Uint8Array(3)))],
    ["objects", opened("a.npy", npy("|O", [2, 2], 32))],
    ["big-endian", opened("a.npy", npy(">f4", [2, 2], 16))],
    ["complex", opened("a.npy", npy("<c8", [2, 2], 32))],
    ["truth values", opened("a.npy", npy("|b1", [2, 2], 4))],
    ["a scalar", opened("a.npy", npy("<f4", [], 4))],
    ["a vector where a matrix is needed", checked("a.npy", npy("<f4", [4], 16))],
    ["rank four", opened("a.npy", npy("<f4", [1, 1, 2, 2], 16))],
    ["an empty axis", opened("a.npy", npy("<f4", [0, 4], 0))],
    ["NaN in a row", checked("a.npy", written("npy", withRow(Number.NaN)))],
    ["infinity in a row", checked("a.npy", written("npy", withRow(Number.POSITIVE_INFINITY)))],
    ["a row of zeros", checked("a.npy", written("npy", withRow(0)))],
    [
      "an integer beyond 2^53",
      opened(
        "a.npy",
        changed(npy("<i8", [3, 1], 24), (view) => view.setBigInt64(view.byteLength - 8, 2n ** 60n, true)),
      ),
    ],
    ["a shape of petabytes", opened("a.npy", npy("<f4", [2 ** 40, 2 ** 10], 16))],
    [
      "3 GiB, of which a byte is missing",
      () => openEmbeddings(virtual("a.npy", 3 * 2 ** 30 + 127, npyHeader("<f4", [2 ** 20, 768]))),
    ],
  ],
  npz: [
    ["cut before its directory", opened("a.npz", cut(written("npz"), 200))],
    ["cut inside its end", opened("a.npz", cut(written("npz"), -3))],
    ["nothing but other files", opened("a.npz", zip([["readme.txt", text("hello")]]))],
    [
      "two entries of one name",
      opened(
        "a.npz",
        zip([
          ["v.npy", array],
          ["v.npy", array],
        ]),
      ),
    ],
    ["only arrays that are not read", opened("a.npz", zip([["v.npy", npy("|O", [2, 2], 32)]]))],
    ["packed data that are damaged", opened("a.npz", deflated("v.npy", Uint8Array.of(255, 255, 255), array.length, 0))],
    [
      "packed data with another checksum",
      opened("a.npz", deflated("v.npy", new Uint8Array(deflateRawSync(array)), array.length, 1)),
    ],
    [
      "an entry that claims to unpack to gigabytes",
      opened("a.npz", deflated("v.npy", new Uint8Array(deflateRawSync(array)), 2 ** 31, 1)),
    ],
    [
      "an encrypted entry",
      opened(
        "a.npz",
        changed(deflated("v.npy", new Uint8Array(deflateRawSync(array)), array.length, 1), (view) =>
          view.setUint16(view.byteLength - 22 - 51 + 8, 1, true),
        ),
      ),
    ],
    ["NaN in a row", checked("a.npz", written("npz", withRow(Number.NaN)))],
    ["a row of zeros", checked("a.npz", written("npz", withRow(0)))],
  ],
  safetensors: [
    ["cut inside its header", opened("a.safetensors", cut(written("safetensors"), 40))],
    ["cut inside a tensor", opened("a.safetensors", cut(written("safetensors"), -5))],
    ["a header that is not JSON", opened("a.safetensors", safetensors("{not json"))],
    [
      "a tensor of another size than its shape",
      opened("a.safetensors", safetensors({ v: tensor([2, 2], [0, 12]) }, 12)),
    ],
    [
      "a tensor without a shape",
      opened("a.safetensors", safetensors({ v: { dtype: "F32", data_offsets: [0, 4] } }, 4)),
    ],
    [
      "a hole between tensors",
      opened("a.safetensors", safetensors({ v: tensor([1, 1], [0, 4]), w: tensor([1, 1], [8, 12]) }, 12)),
    ],
    ["trailing bytes", opened("a.safetensors", safetensors({ v: tensor([1, 1], [0, 4]) }, 9))],
    [
      "an element type that is not read",
      checked("a.safetensors", safetensors({ v: tensor([2, 2], [0, 4], "F8_E4M3") }, 4)),
    ],
    ["NaN in a row", checked("a.safetensors", written("safetensors", withRow(Number.NaN)))],
    ["a row of zeros", checked("a.safetensors", written("safetensors", withRow(0)))],
    [
      "3 GiB, of which a byte is missing",
      () =>
        openEmbeddings(
          virtual(
            "a.safetensors",
            3 * 2 ** 30 + 60,
            safetensors(JSON.stringify({ v: tensor([2 ** 20, 768], [0, 3 * 2 ** 30]) })),
          ),
        ),
    ],
  ],
  pt: [
    ["a pickle that would call the shell", opened("a.pt", fixture("formats/planted.pt"))],
    ["saved before PyTorch 1.6", opened("a.pt", fixture("formats/legacy.pt"))],
    ["cut", opened("a.pt", cut(fixture("formats/plain.pt"), 900))],
    ["rows that are repeated by a stride of 0", opened("a.pt", fixture("formats/expanded.pt"))],
    ["dictionaries nested without end", opened("a.pt", fixture("formats/exponential.pt"))],
    ["a pickle that is cut", opened("a.pt", zip([["a/data.pkl", Uint8Array.of(0x80, 2, 0x7d, 0x58, 9)]]))],
    ["a tensor without its storage", opened("a.pt", withoutStorage())],
    [
      "big-endian storages",
      opened(
        "a.pt",
        zip([
          ["a/data.pkl", Uint8Array.of(0x80, 2, 0x7d, 0x2e)],
          ["a/byteorder", text("big")],
        ]),
      ),
    ],
    ["no tensor in it", checked("a.pt", fixture("formats/protocol-4.pt"))],
  ],
  parquet: [
    ["cut", opened("a.parquet", cut(parquet([[1, 2]]), -1))],
    [
      "a footer longer than the file",
      opened(
        "a.parquet",
        changed(parquet([[1, 2]]), (view) => view.setUint32(view.byteLength - 8, 2 ** 30, true)),
      ),
    ],
    ["no rows", opened("a.parquet", parquet([]))],
    ["a ragged list", opened("a.parquet", parquet([[1, 2], [3, 4], [5]]))],
    ["an empty list", opened("a.parquet", parquet([[1, 2], [], [5, 6]]))],
    ["null for a list", opened("a.parquet", parquet([[1, 2], null]))],
    [
      "null in a list",
      opened(
        "a.parquet",
        parquet([
          [1, 2],
          [3, null],
        ]),
      ),
    ],
    ["null in the first row", checked("a.parquet", parquet([null, [1, 2]]))],
    ["NaN in a row", checked("a.parquet", written("parquet", withRow(Number.NaN)))],
    ["a row of zeros", checked("a.parquet", written("parquet", withRow(0)))],
  ],
  arrow: [
    ["a file that is cut", opened("a.arrow", cut(fixture("arrow/lists.arrow"), -20))],
    ["a stream that is cut", opened("a.arrow", cut(fixture("arrow/lists.stream"), 1500))],
    ["a stream without a schema", opened("a.arrow", Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0))],
    ["gaps in a column of text", opened("a.arrow", fixture("arrow/lz4.stream"))],
  ],
  csv: [
    ["nothing but names", opened("a.csv", text("x0,x1\n"))],
    ["a row with too few fields", opened("a.csv", text("x0,x1\n1,2\n3\n"))],
    ["a row with too many fields", opened("a.csv", text("x0,x1\n1,2\n3,4,5\n"))],
    ["text among numbers", opened("a.csv", text("x0,x1\n1,2\n3,n/a\n"))],
    ["an empty field", opened("a.csv", text("x0,x1\n1,\n"))],
    ["a decimal comma", opened("a.csv", text('id,x0,x1\na,1,2\nb,"3,5",4\n'))],
    ["lists of several lengths", opened("a.csv", text('id,v\na,"[1, 2]"\nb,"[3]"\n'))],
    ["a list that is none", opened("a.csv", text('id,v\na,"[1, 2]"\nb,nothing\n'))],
    ["a column counted with a gap", checked("a.csv", text("x0,x2\n1,2\n"))],
    ["two columns of one name", opened("a.csv", text("id,id,x0,x1\na,b,1,2\n"))],
    ["UTF-16", opened("a.csv", fixture("formats/utf16.csv"))],
    ["bytes that are not UTF-8", opened("a.csv", Uint8Array.of(97, 10, 0xe9, 10))],
    ["a quotation mark that is not closed", opened("a.csv", text('id,x0,x1\n"a,1,2\nb,3,4\n'))],
    ["NaN in a row", checked("a.csv", written("csv", withRow(Number.NaN)))],
    ["a row of zeros", checked("a.csv", written("csv", withRow(0)))],
    ["4 GiB without an end of line", () => openEmbeddings(virtual("a.csv", 2 ** 32, text('"'), 49))],
  ],
  tsv: [
    ["a row with too few fields", opened("a.tsv", text("3\t2\n3\n"))],
    ["text among numbers", opened("a.tsv", text("3\t2\n3\tx\n"))],
    ["commas instead of tabs", checked("a.tsv", text("1,2\n3,4\n"))],
  ],
  jsonl: [
    ["a line that is cut", opened("a.jsonl", text('{"v":[1,2]}\n{"v":[1,'))],
    ["NaN, which JSON does not have", opened("a.jsonl", text('{"v":[1,2]}\n{"v":[1,NaN]}\n'))],
    ["lists of several lengths", opened("a.jsonl", text('{"v":[1,2]}\n{"v":[3]}\n'))],
    ["null for a list", opened("a.jsonl", text('{"v":[1,2]}\n{"v":null}\n'))],
    ["null in a list", opened("a.jsonl", text('{"v":[1,2]}\n{"v":[3,null]}\n'))],
    ["a field that is missing", opened("a.jsonl", text('{"v":[1,2]}\n{"w":[3,4]}\n'))],
    ["text among numbers", opened("a.jsonl", text('{"v":[1,2]}\n{"v":["3",4]}\n'))],
    ["empty lines only", opened("a.jsonl", text("\n\n\n"))],
    ["a row of zeros", checked("a.jsonl", written("jsonl", withRow(0)))],
  ],
  json: [
    ["cut", opened("a.json", text('{"v":[[1,2],[3'))],
    ["one record per line", opened("a.json", text('{"v":[1]}\n{"v":[2]}\n'))],
    ["no lists", opened("a.json", text('{"model":"m"}'))],
    ["ragged rows", opened("a.json", text('{"v":[[1,2],[3]]}'))],
    ["null in a row", opened("a.json", text("[[1,2],[null,4]]"))],
    ["a document of 600 MB", () => openEmbeddings(virtual("a.json", 6e8, text("[".padEnd(600))))],
  ],
  raw: [
    ["no dimension", opened("a.f32", new Uint8Array(24), { format: "raw" })],
    ["another dimension", opened("a.f32", new Uint8Array(24), { format: "raw", dim: 4 })],
    ["a row of zeros", checked("a.f32", new Uint8Array(24), { format: "raw", dim: 3 })],
    [
      "3 GiB and a byte",
      () => openEmbeddings(virtual("a.f32", 3 * 2 ** 30 + 1, new Uint8Array(0)), { format: "raw", dim: 768 }),
    ],
  ],
  "caption map": [
    ["an item out of range", map([0, 1, 3, 0])],
    ["a negative item", map([0, -1, 0, 0])],
    ["a fraction", map([0, 0.5, 0, 0])],
    ["of another length", map([0, 1])],
    ["a caption twice", map([[0, 1], [1, 2], [3]])],
    ["a caption without an item", map([[0, 1], [2]])],
    ["of another shape", map({ a: 1, b: 2 })],
    ["an id that is there twice", () => joinByIds(ids("caption", ["a"]), ids("image", ["a", "b", "a"]))],
    ["an id that no item has", () => joinByIds(ids("caption", ["a", "x"]), ids("image", ["a", "b"]))],
  ],
  writing: [
    [
      "a number too large for float16",
      async () =>
        drained(
          "npz",
          { matrices: [{ name: "v", rows: { rows: 2, dim: 1, data: Float64Array.of(1, 7e4) } }] },
          "float16",
        ),
    ],
    [
      "matrices of several lengths in one table",
      async () =>
        drained("csv", {
          matrices: [
            { name: "a", rows: normal(2, 2) },
            { name: "b", rows: normal(3, 2) },
          ],
        }),
    ],
    [
      "matrices of several dimensions in one .npy",
      async () =>
        drained("npy", {
          matrices: [
            { name: "a", rows: normal(2, 2) },
            { name: "b", rows: normal(2, 3) },
          ],
        }),
    ],
    [
      "ids of another length",
      async () =>
        drained("parquet", { matrices: [{ name: "a", rows: normal(2, 2) }], vectors: [{ name: "id", values: ["x"] }] }),
    ],
    [
      "ids where the format has no room",
      async () =>
        drained("npy", {
          matrices: [{ name: "a", rows: normal(2, 2) }],
          vectors: [{ name: "id", values: ["x", "y"] }],
        }),
    ],
    ["NaN in JSON Lines", async () => drained("jsonl", { matrices: [{ name: "v", rows: withRow(Number.NaN) }] })],
  ],
};

async function drained(format: WrittenFormat, contents: EmbeddingContents, dtype?: "float16"): Promise<void> {
  for await (const chunk of encodeEmbeddings(format, contents, dtype && { dtype })) if (chunk.length < 0) return;
}

/** A checkpoint from whose directory the storages are gone: only its pickle is copied. */
async function withoutStorage(): Promise<Uint8Array> {
  const bytes = fixture("formats/single.pt");
  // Stored entries: the pickle stands behind its local header, from its first opcode to the end of the protocol.
  const view = new DataView(bytes.buffer);
  const length = view.getUint16(26, true) + view.getUint16(28, true);
  const end = bytes.indexOf(0x2e, bytes.lastIndexOf(0x52, 400)) + 1;
  return zip([["a/data.pkl", bytes.slice(30 + length, end)]]);
}

/** The catalogue. */
export const badInputs: readonly BadInput[] = Object.entries(cases).flatMap(([format, list]) =>
  list.map(([what, use]) => ({ format, what, use })),
);

/** The whole message of a case. */
export function messageOf({ format, what }: BadInput): string {
  return messages[`${format}: ${what}`] ?? "no message is recorded";
}
