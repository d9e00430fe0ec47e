import { readFileSync } from "node:fs";
import { isInputError, type RowSource } from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import { type ByteSource, blobSource, bytesSource, openNpy } from "../src/index.ts";
import { openEmbeddingFile } from "../src/node.ts";

interface Expected {
  readonly shape: readonly number[];
  readonly fortranOrder: boolean;
  readonly dtype: string;
  readonly values: readonly number[];
}
const folder = new URL("./fixtures/", import.meta.url);
const expected: Record<string, Expected> = JSON.parse(readFileSync(new URL("expected.json", folder), "utf8"));
const names: Record<string, string> = { f: "float", i: "int", u: "uint" };

async function numbers(matrices: readonly RowSource[]): Promise<number[]> {
  const blocks = await Promise.all(matrices.map((matrix) => matrix.read(0, matrix.rows)));
  return blocks.flatMap((block) => [...block]);
}

describe.each(Object.entries(expected))("%s", (name, { shape, fortranOrder, dtype, values }) => {
  const bytes = readFileSync(new URL(name, folder));
  const storage = `${names[dtype[0]!]}${8 * Number(dtype[1])}`;

  test("holds the expected numbers from bytes, from a blob and from a file", async () => {
    await using file = await openEmbeddingFile(new URL(name, folder).pathname);
    expect(await numbers(file.matrices)).toEqual(values);
    for (const npy of [await openNpy(bytesSource(bytes)), await openNpy(blobSource(new Blob([bytes])))]) {
      expect(npy.shape).toEqual(shape);
      expect(npy.fortranOrder).toBe(fortranOrder);
      expect(npy.dtype).toBe(storage);
      expect(await numbers(npy.matrices())).toEqual(values);
    }
  });

  test("row by row as in one piece", async () => {
    const rows = (await openNpy(bytesSource(bytes))).matrices().map(async (matrix) => {
      const single = await Promise.all(Array.from({ length: matrix.rows }, (_, row) => matrix.read(row, 1)));
      return single.flatMap((block) => [...block]);
    });
    expect((await Promise.all(rows)).flat()).toEqual(values);
  });

  test("cut anywhere or lengthened, it is refused with a typed error", async () => {
    for (const length of [...Array(bytes.length).keys(), bytes.length + 1]) {
      const changed = new Uint8Array(length);
      changed.set(bytes.subarray(0, length));
      const error = await openNpy(bytesSource(changed)).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(isInputError(error) && error.code, `length ${length}`).toBe("E_FORMAT");
    }
  });
});

test("float32 where every stored number is one, float64 elsewhere", async () => {
  for (const [name, { dtype }] of Object.entries(expected)) {
    const [matrix] = (await openNpy(bytesSource(readFileSync(new URL(name, folder))))).matrices();
    const wide = ["f8", "i4", "i8", "u4", "u8"].includes(dtype);
    expect(await matrix!.read(0, 1), name).toBeInstanceOf(wide ? Float64Array : Float32Array);
  }
});

test("reading three rows reads the bytes of three rows", async () => {
  const bytes = readFileSync(new URL("stacked.npy", folder));
  const reads: [offset: number, length: number][] = [];
  const inner = bytesSource(bytes);
  const counting: ByteSource = {
    ...inner,
    read: (offset, length) => {
      reads.push([offset, length]);
      return inner.read(offset, length);
    },
  };
  const npy = await openNpy(counting);
  const header = reads.splice(0);
  expect(header).toEqual([
    [0, 12],
    [0, 128],
  ]);
  expect([...(await npy.matrices()[1]!.read(1, 2))]).toEqual([8, 9, 10, 11]);
  expect(reads).toEqual([[128 + 8 * 4, 4 * 4]]);
});

test("rows are converted into an array that the caller brings", async () => {
  const [matrix] = (await openNpy(bytesSource(readFileSync(new URL("f4.npy", folder))))).matrices();
  const out = new Float64Array(10);
  const block = await matrix!.read(0, 2, out);
  expect(block).toBeInstanceOf(Float64Array);
  expect(block.buffer).toBe(out.buffer);
  expect([...block]).toEqual(expected["f4.npy"]!.values);
  await expect(matrix!.read(0, 2, new Float64Array(5))).rejects.toThrow(
    "read: `out` must be an array of at least 6 numbers, got 5.",
  );
});

test("rows that are not there are refused", async () => {
  const [matrix] = (await openNpy(bytesSource(readFileSync(new URL("f4.npy", folder)), "f4.npy"))).matrices();
  for (const [start, count] of [
    [1, 2],
    [-1, 1],
    [0, -1],
    [0.5, 1],
    [Number.NaN, 1],
  ] as const) {
    await expect(matrix!.read(start, count)).rejects.toThrow(
      `read: \`rows of f4.npy\` must be inside its 2 rows, got start ${start}, count ${count}.`,
    );
  }
  expect(await matrix!.read(2, 0)).toHaveLength(0);
});

test("bytes of Node's Buffer, wherever they begin, are copied and not shared", async () => {
  const bytes = readFileSync(new URL("f8.npy", folder));
  for (const offset of [0, 1, 4, 7]) {
    const buffer = Buffer.from(new ArrayBuffer(bytes.length + 8), offset, bytes.length);
    buffer.set(bytes);
    const [matrix] = (await openNpy(bytesSource(buffer))).matrices();
    const block = await matrix!.read(0, 2);
    expect([...block]).toEqual(expected["f8.npy"]!.values);
    block.fill(99);
    expect(buffer.equals(bytes)).toBe(true);
  }
});

test("a source that returns views at odd addresses is read all the same", async () => {
  const bytes = readFileSync(new URL("i8.npy", folder));
  const odd: ByteSource = {
    name: "odd",
    size: bytes.length,
    read: async (offset, length) => {
      const buffer = Buffer.from(new ArrayBuffer(length + 1), 1, length);
      buffer.set(bytes.subarray(offset, offset + length));
      return buffer;
    },
  };
  expect(await numbers((await openNpy(odd)).matrices())).toEqual(expected["i8.npy"]!.values);
});

test("three rows near the end of a file of four terabytes cost their own bytes", async () => {
  const [rows, dim] = [10 ** 9, 1024];
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${dim}), }\n`;
  const header = Buffer.from(`\x93NUMPY\x01\0${String.fromCharCode(text.length, 0)}${text}`, "latin1");
  const reads: [offset: number, length: number][] = [];
  const virtual: ByteSource = {
    name: "virtual",
    size: header.length + 4 * rows * dim,
    read: async (offset, length) => {
      reads.push([offset, length]);
      return offset < header.length ? new Uint8Array(header.subarray(offset, offset + length)) : new Uint8Array(length);
    },
  };
  const [matrix] = (await openNpy(virtual)).matrices();
  expect(await matrix!.read(rows - 3, 3)).toHaveLength(3 * dim);
  expect(reads).toEqual([
    [0, 12],
    [0, header.length],
    [header.length + 4 * dim * (rows - 3), 3 * 4 * dim],
  ]);
});
