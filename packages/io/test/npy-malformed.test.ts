import { readFileSync } from "node:fs";
import { isInputError } from "@nce-geometry/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesSource, openNpy } from "../src/index.ts";

/** A version 1.0 file with this dictionary and this many bytes of data. */
function npy(dictionary: string, dataBytes: number, preamble = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]): Uint8Array {
  const header = new TextEncoder().encode(`${dictionary}\n`);
  const length = [header.length & 0xff, header.length >> 8];
  return Uint8Array.from([...preamble, ...length, ...header, ...new Uint8Array(dataBytes)]);
}
const dictionary = (descr: string, shape: string, order = "False"): string =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`;
const refusal = (bytes: Uint8Array): Promise<string> =>
  openNpy(bytesSource(bytes, "a.npy")).then(
    () => "accepted",
    (error: unknown) => (isInputError(error) ? `${error.code} ${error.message}` : String(error)),
  );

const wholeMessages: [what: string, bytes: Uint8Array, message: string][] = [
  [
    "nothing",
    new Uint8Array(0),
    "E_FORMAT openNpy: `a.npy` must be a .npy file, which begins with \\x93NUMPY, got bytes none.",
  ],
  [
    "another magic",
    npy(dictionary("'<f4'", "(1, 1)"), 4, [0x92, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]),
    "E_FORMAT openNpy: `a.npy` must be a .npy file, which begins with \\x93NUMPY, got bytes 92 4e 55 4d 50 59.",
  ],
  [
    "another format, which is recognised",
    npy(dictionary("'<f4'", "(1, 1)"), 4, [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]),
    "E_FORMAT openNpy: `a.npy` must be a .npy file, which begins with \\x93NUMPY, got an HDF5 file. Convert it in Python: a = h5py.File(path)['NAME'][...]; np.save('embeddings.npy', a).",
  ],
  [
    "another version",
    npy(dictionary("'<f4'", "(1, 1)"), 4, [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 4, 0]),
    "E_FORMAT openNpy: `a.npy` must be .npy format 1.0, 2.0 or 3.0, got format 4.0.",
  ],
  [
    "a header of four gigabytes",
    Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0, 0xff, 0xff, 0xff, 0xff]),
    "E_FORMAT openNpy: `a.npy` must be a header of at most 65536 bytes, got one of 4294967295 bytes.",
  ],
  [
    "object arrays",
    npy(dictionary("'|O'", "(1, 1)"), 8),
    'E_FORMAT openNpy: `a.npy` must be an array of little-endian floats (f2, f4, f8) or integers (i1 … i8, u1 … u8), got dtype "|O". Object arrays hold pickled Python objects, which are never executed. In Python: np.save(path, np.stack(list(a)).astype(np.float32)).',
  ],
  [
    "big-endian numbers",
    npy(dictionary("'>f4'", "(1, 1)"), 4),
    'E_FORMAT openNpy: `a.npy` must be an array of little-endian floats (f2, f4, f8) or integers (i1 … i8, u1 … u8), got dtype ">f4". In Python: np.save(path, a.astype(a.dtype.newbyteorder("<"))).',
  ],
  [
    "complex numbers",
    npy(dictionary("'<c8'", "(1, 1)"), 8),
    'E_FORMAT openNpy: `a.npy` must be an array of little-endian floats (f2, f4, f8) or integers (i1 … i8, u1 … u8), got dtype "<c8". In Python: np.save(path, np.concatenate([a.real, a.imag], axis=-1)).',
  ],
  [
    "truth values",
    npy(dictionary("'|b1'", "(1, 1)"), 1),
    'E_FORMAT openNpy: `a.npy` must be an array of little-endian floats (f2, f4, f8) or integers (i1 … i8, u1 … u8), got dtype "|b1". Truth values are not coordinates. In Python: np.save(path, a.astype(np.uint8)).',
  ],
  [
    "text",
    npy(dictionary("'<U2'", "(1, 1)"), 8),
    'E_FORMAT openNpy: `a.npy` must be an array of little-endian floats (f2, f4, f8) or integers (i1 … i8, u1 … u8), got dtype "<U2". Embeddings are numbers: save the array of vectors.',
  ],
  [
    "long doubles",
    npy(dictionary("'<f16'", "(1, 1)"), 16),
    'E_FORMAT openNpy: `a.npy` must be an array of little-endian floats (f2, f4, f8) or integers (i1 … i8, u1 … u8), got dtype "<f16". In Python: np.save(path, a.astype(np.float64)).',
  ],
  [
    "structured arrays",
    npy(dictionary("[('a', '<f4')]", "(1, 1)"), 4),
    "E_FORMAT openNpy: `a.npy` must be an array of plain numbers, got a structured dtype. Structured arrays are not read; save one field: np.save(path, a['embedding']).",
  ],
  [
    "a negative axis",
    npy(dictionary("'<f4'", "(-1, 4)"), 4),
    "E_FORMAT openNpy: `a.npy` must be a .npy file whose shape is a tuple of integers >= 0, got shape (-1, 4). Save the array again.",
  ],
  [
    "a list for a shape",
    npy(dictionary("'<f4'", "[1, 1]"), 4),
    "E_FORMAT openNpy: `a.npy` must be a .npy file whose shape is a tuple of integers >= 0, got shape [1, 1]. Save the array again.",
  ],
  [
    "a number for a shape",
    npy(dictionary("'<f4'", "4"), 16),
    "E_FORMAT openNpy: `a.npy` must be a .npy file whose shape is a tuple of integers >= 0, got shape 4. Save the array again.",
  ],
  [
    "truth values and text in a shape",
    npy(dictionary("'<f4'", "(True, 'a')"), 4),
    "E_FORMAT openNpy: `a.npy` must be a .npy file whose shape is a tuple of integers >= 0, got shape (True, 'a'). Save the array again.",
  ],
  [
    "a shape that overflows",
    npy(dictionary("'<f4'", "(9999999999999, 9999999)"), 4),
    "E_FORMAT openNpy: `a.npy` must be a file of 92 bytes, got a header that claims shape (9999999999999, 9999999).",
  ],
  [
    "a vector",
    npy(dictionary("'<f4'", "(4,)"), 16),
    "E_SHAPE openNpy: `a.npy` must be of shape (n, d) or (s, n, d), got shape (4,). In Python: np.save(path, a.reshape(-1, d)), d the dimension of one embedding.",
  ],
  [
    "a scalar",
    npy(dictionary("'<f4'", "()"), 4),
    "E_SHAPE openNpy: `a.npy` must be of shape (n, d) or (s, n, d), got shape (). In Python: np.save(path, a.reshape(-1, d)), d the dimension of one embedding.",
  ],
  [
    "rank four",
    npy(dictionary("'<f4'", "(1, 1, 1, 1)"), 4),
    "E_SHAPE openNpy: `a.npy` must be of shape (n, d) or (s, n, d), got shape (1, 1, 1, 1). Save one matrix per file.",
  ],
  [
    "no rows",
    npy(dictionary("'<f4'", "(0, 4)"), 0),
    "E_SHAPE openNpy: `a.npy` must be an array without empty axes, got shape (0, 4). An empty array holds no embeddings.",
  ],
  [
    "no columns",
    npy(dictionary("'<f4'", "(4, 0)"), 0),
    "E_SHAPE openNpy: `a.npy` must be an array without empty axes, got shape (4, 0). An empty array holds no embeddings.",
  ],
  [
    "missing numbers",
    npy(dictionary("'<f4'", "(2, 2)"), 13),
    "E_FORMAT openNpy: `a.npy` must be a file of exactly 86 bytes, got 3 bytes too few for shape (2, 2). The file is truncated: copy or save it again.",
  ],
  [
    "trailing bytes",
    npy(dictionary("'<f4'", "(2, 2)"), 17),
    "E_FORMAT openNpy: `a.npy` must be a file of exactly 86 bytes, got 1 bytes too many for shape (2, 2). The file has trailing bytes: save it again.",
  ],
  [
    "an unknown key",
    npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), 'x': 1}", 4),
    "E_FORMAT openNpy: `a.npy` must be a .npy file whose header has descr, fortran_order and shape, got a header with descr, fortran_order, shape, x.",
  ],
  [
    "a key twice",
    npy("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1, 1)}", 4),
    "E_FORMAT openNpy: `a.npy` must be a .npy file with a well-formed header, got a header in which the key descr appears twice at character 24.",
  ],
  [
    "code instead of a literal",
    npy("{'descr': '<f4', 'fortran_order': False, 'shape': (exit(), 1)}", 4),
    "E_FORMAT openNpy: `a.npy` must be a .npy file with a well-formed header, got a header in which a value is expected at character 51.",
  ],
];

describe("malformed files", () => {
  test.each(wholeMessages)("%s", async (_, bytes, message) => {
    expect(await refusal(bytes)).toBe(message);
  });

  test.each([
    "{",
    "",
    "[]",
    "{'descr'}",
    "{'a': 1} 1",
    "{'a': 1.5}",
    "{'a': 1e3}",
    "{'a': 'b\\'c'}",
    `{'a': ${"(".repeat(40)}`,
    "{'a': 01x}",
    "{'a': 01}",
    "{'a': --1}",
    "{'a': (,)}",
    "{'a': (1,,)}",
    "{'a': 1 2}",
    "{'a': 'b' 'c'}",
    "{'a' 1}",
    "{'a': 1}}",
    "{'a': True1}",
    "{'a': 123456789012345678901}",
  ])("the header %j", async (text) => {
    expect(await refusal(npy(text, 4))).toMatch(/^E_FORMAT .*well-formed header/);
  });

  test("fortran_order that is no truth value", async () => {
    expect(await refusal(npy(dictionary("'<f4'", "(1, 1)", "0"), 4))).toContain(
      "fortran_order is True or False, got fortran_order 0.",
    );
  });

  test("a 64-bit integer that no float holds names its row", async () => {
    const limit = 2n ** 53n;
    for (const [type, large] of [
      ["'<i8'", limit + 1n],
      ["'<i8'", -limit - 1n],
      ["'<u8'", 2n ** 64n - 1n],
    ] as const) {
      const bytes = npy(dictionary(type, "(3, 1)"), 24);
      const view = new DataView(bytes.buffer);
      view.setBigInt64(bytes.length - 16, type === "'<i8'" ? -limit : limit, true);
      view.setBigUint64(bytes.length - 8, BigInt.asUintN(64, large), true);
      const [matrix] = (await openNpy(bytesSource(bytes, "a.npy"))).matrices();
      expect((await matrix!.read(0, 2)).map(Math.abs)).toEqual(Float64Array.of(0, 2 ** 53));
      await expect(matrix!.read(1, 2)).rejects.toThrow(
        "read: `a.npy` must be an array of integers from -2^53 to 2^53, got one beyond them in row 2. In Python: np.save(path, a.astype(np.float64)).",
      );
    }
  });
});

describe("mutations of valid files", () => {
  const valid = ["f4.npy", "stacked-fortran.npy", "version-2.npy", "f2.npy"].map((name) =>
    readFileSync(new URL(`./fixtures/${name}`, import.meta.url)),
  );
  const mutation = fc.record({
    file: fc.nat(valid.length - 1),
    position: fc.nat(139),
    byte: fc.nat(255),
    cut: fc.option(fc.nat(200)),
  });

  test("end in a typed error or in rows that fit the file, never in anything else", async () => {
    await fc.assert(
      fc.asyncProperty(mutation, async ({ file, position, byte, cut }) => {
        const bytes = Uint8Array.from(valid[file]!);
        bytes[position % bytes.length] = byte;
        const source = bytesSource(cut === null ? bytes : bytes.slice(0, cut));
        try {
          const npy = await openNpy(source);
          for (const matrix of npy.matrices()) {
            expect((await matrix.read(0, matrix.rows)).length * npy.matrices().length).toBeLessThanOrEqual(source.size);
          }
        } catch (error) {
          if (!isInputError(error)) throw error;
        }
      }),
      { numRuns: 3000, seed: 1 },
    );
  });
});
