import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bytesSource, encodeNpy, loadRows, openNpy } from "../src/index.ts";
import {
  openEmbeddingFile,
  openFile,
  sha256OfFile,
  writeFileAtomic,
  writeFilesAtomic,
  writeNpyFile,
} from "../src/node.ts";

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
    expect(await Promise.all(twice.matrices().map((source) => loadRows(source)))).toEqual([a, b]);
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
    const options = { dtype: "int8" } as unknown as { dtype: "float32" };
    await expect(inMemory(encodeNpy(matrix(2, 2, 1), options))).rejects.toThrow(
      'encodeNpy: `dtype` must be "float16", "float32" or "float64", got "int8".',
    );
  });

  // The largest number that rounds to a finite one, and the next: half a unit in the last place above the largest of the type.
  test.each([
    ["float16", 65520, 65504],
    ["float32", 2 ** 128 - 2 ** 103, 2 ** 128 - 2 ** 104],
  ] as const)("a finite number never becomes an infinite %s", async (dtype, limit, largest) => {
    const below = limit * (1 - 2 ** -53);
    const rows = (value: number): RowMatrix => ({ rows: 3, dim: 1, data: Float64Array.of(0, -value, Number.NaN) });
    const npy = await openNpy(bytesSource(await inMemory(encodeNpy(rows(below), { dtype }))));
    expect([...(await loadRows(npy.matrices()[0]!)).data]).toEqual([0, -largest, Number.NaN]);
    await expect(inMemory(encodeNpy(rows(limit), { dtype }))).rejects.toThrow(
      `encodeNpy: \`rows\` must be numbers that ${dtype} can hold, got ${-limit} in row 1. Scale the rows, or choose { dtype: "float64" }.`,
    );
    const infinite = await openNpy(bytesSource(await inMemory(encodeNpy(rows(Number.POSITIVE_INFINITY), { dtype }))));
    expect((await loadRows(infinite.matrices()[0]!)).data[1]).toBe(Number.NEGATIVE_INFINITY);
  });

  test("progress counts the rows of all matrices", async () => {
    const seen: string[] = [];
    const onProgress = ({ done, total }: { done: number; total: number }): number => seen.push(`${done}/${total}`);
    const [rows, dim] = [3, 2 ** 18];
    const data = new Float32Array(rows * dim);
    for await (const chunk of encodeNpy(
      [
        { rows, dim, data },
        { rows, dim, data },
      ],
      { onProgress },
    ))
      chunk.fill(0);
    expect(seen).toEqual(["2/6", "3/6", "5/6", "6/6"]);
  });
});

describe("files", () => {
  test("are written whole and read by position", async () => {
    const rows = matrix(1000, 33, 3);
    const path = join(folder, "a.npy");
    await writeNpyFile(path, rows);
    await using file = await openEmbeddingFile(path);
    expect([...(await file.matrices[0]!.read(990, 10))]).toEqual([...rows.data.slice(990 * 33)]);
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
    await expect(writeFileAtomic(folder, "x")).rejects.toThrow(
      `writeFileAtomic: \`${folder}\` must be a path that can be written, got a folder. Name a place that exists, has room and that you may write to.`,
    );
    expect((await readdir(folder)).filter((name) => name.includes("b.npy") || name.endsWith(".part"))).toEqual([]);
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

  test("files that belong together appear together or not at all", async () => {
    const [first, second] = [join(folder, "together-1.txt"), join(folder, "together-2.txt")];
    await writeFilesAtomic({ [first]: "1", [second]: "2" });
    expect([await readFile(first, "utf8"), await readFile(second, "utf8")]).toEqual(["1", "2"]);
    const taken = join(folder, "taken");
    await mkdir(taken);
    await expect(writeFilesAtomic({ [first]: "new", [taken]: "x" })).rejects.toThrow("got a folder.");
    expect(await readFile(first, "utf8")).toBe("1");
    expect((await readdir(folder)).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test("sha256 is the published one", async () => {
    const path = join(folder, "abc");
    await writeFile(path, "abc");
    // FIPS 180-4, example of the one-block message "abc".
    expect(await sha256OfFile(path)).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    // The same standard: a million times "a".
    await writeFile(path, "a".repeat(1_000_000));
    expect(await sha256OfFile(path)).toBe("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    await writeFile(path, new Uint8Array(4 * 2 ** 20 + 1));
    const done: number[] = [];
    await sha256OfFile(path, { onProgress: (progress) => done.push(progress.done) });
    expect(done).toEqual([4 * 2 ** 20, 4 * 2 ** 20 + 1]);
    const signal = AbortSignal.abort(new Error("stopped"));
    await expect(sha256OfFile(path, { signal })).rejects.toThrow("stopped");
  });

  test("a file that is closed or shrinks while it is open says so", async () => {
    const path = join(folder, "short");
    await writeFile(path, "0123456789");
    const file = await openFile(path);
    await truncate(path, 4);
    expect(await file.read(0, 4)).toHaveLength(4);
    await expect(file.read(2, 4)).rejects.toThrow(
      `openFile: \`${path}\` must be a file that can be read, got one that became shorter while it was read.`,
    );
    await expect(file.read(8, 4)).rejects.toThrow(
      `read: \`${path}\` must be read inside its 10 bytes, got offset 8, length 4.`,
    );
    await file.close();
    await file.close();
    await expect(file.read(0, 1)).rejects.toThrow(
      `openFile: \`${path}\` must be a file that can be read, got one that was closed.`,
    );
  });

  test.skipIf(process.platform === "win32")("a pipe is refused, not waited for", async () => {
    const path = join(folder, "pipe");
    execFileSync("mkfifo", [path]);
    await expect(openFile(path)).rejects.toThrow(
      `openFile: \`${path}\` must be a file that can be read, got something that is not a regular file.`,
    );
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
      `openFile: \`${missing}\` must be a file that can be read, got nothing at that path. Check the path and its permissions.`,
    );
    const from = relative(process.cwd(), missing);
    expect(await message(from)).toBe(
      `openFile: \`${from}\` must be a file that can be read, got nothing at that path. Check the path and its permissions.`,
    );
    expect(await message(folder)).toBe(
      `openFile: \`${folder}\` must be a file that can be read, got a folder. Check the path and its permissions.`,
    );
    const empty = await made("empty.npy", "");
    expect(await message(empty)).toBe(
      `openEmbeddings: \`${empty}\` must be a file of embeddings, got an empty file. Save the embeddings again; writing them may have been interrupted.`,
    );
    const through = join(empty, "x.npy");
    expect(await message(through)).toContain("got a path through something that is not a folder.");
    const foreign: [bytes: number[] | string, name: string][] = [
      ["FEA1....", "a Feather file of version 1"],
      [[0x89, 0x48, 0x44, 0x46], "an HDF5 file"],
      [[0x80, 4, 0x95], "a pickle"],
    ];
    for (const [bytes, name] of foreign) {
      const path = await made("foreign", typeof bytes === "string" ? bytes : Uint8Array.from(bytes));
      expect(await message(path)).toContain(`must be a file of embeddings, got ${name}. Convert it in Python: `);
    }
    expect(await message(await made("text.npy", "hello, world"))).toContain("got a file of another kind.");
  });

  test("what cannot be written says why", async () => {
    const refused = async (path: string, received: string): Promise<void> => {
      await expect(writeFileAtomic(path, "x")).rejects.toThrow(
        `writeFileAtomic: \`${path}\` must be a path that can be written, got ${received}.`,
      );
    };
    const file = join(folder, "file");
    await writeFileAtomic(file, "x");
    await refused(join(folder, "no", "where.txt"), "a folder that does not exist");
    await refused(join(file, "x"), "a path through something that is not a folder");
    await refused(join(folder, "n".repeat(300)), "a name that is too long");
    const longest = join(folder, "n".repeat(255));
    await writeFileAtomic(longest, "x");
    expect(await readFile(longest, "utf8")).toBe("x");
    expect((await readdir(folder)).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test("what the chunks throw is not taken for a fault of the disk", async () => {
    async function* reading(): AsyncGenerator<Uint8Array> {
      yield await readFile(join(folder, "missing"));
    }
    await expect(writeFileAtomic(join(folder, "d"), reading())).rejects.toMatchObject({ code: "ENOENT" });
  });
});
