import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bytesSource, encodeNpy, loadRows, openNpy } from "../src/index.ts";
import { openEmbeddingFile, sha256OfFile, writeFileAtomic, writeNpyFile } from "../src/node.ts";

const matrix = (rows: number, dim: number, seed: number): RowMatrix => ({
  rows,
  dim,
  data: createRandom(seed).normal(rows * dim),
});
const inMemory = async (chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const parts: number[] = [];
  for await (const chunk of chunks) for (const byte of chunk) parts.push(byte);
  return Uint8Array.from(parts);
};

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nce-geometry-io-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("what is written is read again", () => {
  test("float64 exactly, float32 and float16 rounded", async () => {
    const rows = matrix(7, 5, 1);
    const read = async (dtype: "float64" | "float32"): Promise<number[]> => [
      ...(await loadRows((await openNpy(bytesSource(await inMemory(encodeNpy(rows, { dtype }))))).matrices()[0]!)).data,
    ];
    expect(await read("float64")).toEqual([...rows.data]);
    expect(await read("float32")).toEqual([...Float32Array.from(rows.data)]);
    const half = await openNpy(bytesSource(await inMemory(encodeNpy(rows, { dtype: "float16" }))));
    expect(half.dtype).toBe("float16");
    const values = (await loadRows(half.matrices()[0]!)).data;
    values.forEach((value, i) => {
      // Half a unit in the last place of 11 bits.
      expect(Math.abs(value - rows.data[i]!)).toBeLessThanOrEqual(Math.abs(rows.data[i]!) * 2 ** -11);
    });
  });

  test("a stack keeps its matrices apart, also from sources", async () => {
    const [a, b] = [matrix(3, 4, 1), matrix(3, 4, 2)];
    const once = await openNpy(bytesSource(await inMemory(encodeNpy([a, b]))));
    expect(once.shape).toEqual([2, 3, 4]);
    const twice = await openNpy(bytesSource(await inMemory(encodeNpy([...once.matrices()]))));
    expect(await Promise.all(twice.matrices().map(loadRows))).toEqual([a, b]);
  });

  test("the header is that of NumPy: format 1.0, numbers at a multiple of 64", async () => {
    const bytes = await inMemory(encodeNpy({ rows: 2, dim: 3, data: new Float32Array(6) }));
    expect(bytes.length).toBe(128 + 24);
    expect(new TextDecoder("latin1").decode(bytes.subarray(6, 128))).toBe(
      `\x01\0\x76\0${"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".padEnd(117)}\n`,
    );
  });

  test("default element types", async () => {
    const typeOf = async (rows: RowMatrix): Promise<string> =>
      (await openNpy(bytesSource(await inMemory(encodeNpy(rows))))).dtype;
    expect(await typeOf({ rows: 1, dim: 1, data: new Float32Array(1) })).toBe("float32");
    expect(await typeOf({ rows: 1, dim: 1, data: new Float64Array(1) })).toBe("float64");
  });

  test("what does not fit together is refused", async () => {
    const failure = (rows: RowMatrix | RowMatrix[]): Promise<unknown> => inMemory(encodeNpy(rows));
    await expect(failure([])).rejects.toThrow("encodeNpy: `rows` must be at least one row of one number, got none.");
    await expect(failure([matrix(2, 2, 1), matrix(3, 2, 1)])).rejects.toThrow(
      "encodeNpy: `rows` must be matrices of equal shape (2, 2), got shape (3, 2) in matrix 1.",
    );
    await expect(failure({ rows: 2, dim: 2, data: new Float32Array(3) })).rejects.toThrow(
      "encodeNpy: `rows` must be 4 numbers for shape (2, 2), got 3.",
    );
  });
});

describe("files", () => {
  test("are written whole and read by position", async () => {
    const rows = matrix(1000, 33, 3);
    const path = join(folder, "a.npy");
    await writeNpyFile(path, rows);
    await using file = await openEmbeddingFile(path);
    expect([...(await file.matrices()[0]!.read(990, 10))]).toEqual([...rows.data.slice(990 * 33)]);
  });

  test("a failed or aborted write leaves neither a file nor a part of one", async () => {
    const path = join(folder, "b.npy");
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(10);
      throw new Error("no more");
    }
    await expect(writeFileAtomic(path, failing())).rejects.toThrow("no more");
    const stop = AbortSignal.abort(new Error("stopped"));
    await expect(writeFileAtomic(path, "text", { signal: stop })).rejects.toThrow("stopped");
    await expect(writeNpyFile(path, matrix(2, 2, 1), { signal: stop })).rejects.toThrow("stopped");
    expect((await readdir(folder)).filter((name) => name.startsWith("b.npy"))).toEqual([]);
  });

  test("a failed write leaves the previous file as it was", async () => {
    const path = join(folder, "c.txt");
    await writeFile(path, "before");
    await expect(writeFileAtomic(path, "after", { signal: AbortSignal.abort(new Error("stopped")) })).rejects.toThrow(
      "stopped",
    );
    expect(await readFile(path, "utf8")).toBe("before");
    await writeFileAtomic(path, "after");
    expect(await readFile(path, "utf8")).toBe("after");
  });

  test("sha256 is the published one", async () => {
    const path = join(folder, "abc");
    await writeFile(path, "abc");
    // FIPS 180-4, example of the one-block message "abc".
    expect(await sha256OfFile(path)).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  test("what cannot be opened says why", async () => {
    const message = (path: string): Promise<string> =>
      openEmbeddingFile(path).then(
        () => "",
        (error: Error) => error.message,
      );
    const made = async (name: string, bytes: Uint8Array | string): Promise<string> => {
      await writeFile(join(folder, name), bytes);
      return join(folder, name);
    };
    const missing = join(folder, "missing.npy");
    expect(await message(missing)).toBe(
      `openFile: \`${missing}\` must be a file that can be read, got nothing at that path.`,
    );
    expect(await message(folder)).toBe(`openFile: \`${folder}\` must be a file that can be read, got a folder.`);
    const empty = await made("empty.npy", "");
    expect(await message(empty)).toBe(`openEmbeddingFile: \`${empty}\` must be a .npy file, got an empty file.`);
    const through = join(empty, "x.npy");
    expect(await message(through)).toContain("got a path through something that is not a folder.");
    const foreign: [bytes: number[] | string, name: string][] = [
      ["PK\x03\x04", "a zip archive (.npz, or a PyTorch checkpoint)"],
      ["PAR1....", "a Parquet file"],
      ["ARROW1..", "an Arrow file"],
      [[0x89, 0x48, 0x44, 0x46], "an HDF5 file"],
      [[64, 0, 0, 0, 0, 0, 0, 0, 0x7b], "a safetensors file"],
      [[0x80, 4, 0x95], "a pickle"],
    ];
    for (const [bytes, name] of foreign) {
      const path = await made("foreign", typeof bytes === "string" ? bytes : Uint8Array.from(bytes));
      expect(await message(path)).toContain(`must be a .npy file, got ${name}. Convert it in Python: `);
    }
    expect(await message(await made("text.npy", "hello, world"))).toContain(
      "which begins with \\x93NUMPY, got bytes 68 65 6c 6c 6f 2c",
    );
  });

  test("a folder that is missing is named", async () => {
    const path = join(folder, "no", "where.txt");
    await expect(writeFileAtomic(path, "x")).rejects.toThrow(
      `writeFileAtomic: \`${path}\` must be a path that can be written, got a folder that does not exist.`,
    );
  });
});
