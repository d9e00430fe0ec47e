import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadRows } from "@nce-geometry/io";
import { openEmbeddingFile } from "@nce-geometry/io/node";
import { generate, generators } from "@nce-geometry/synthetic";
import { createRandom } from "@nce-geometry/tensor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

let folder = "";
const at = (...names: string[]): string => join(folder, ...names);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nce-geometry-generate-"));
});
afterAll(() => rm(folder, { recursive: true }));

const cli = (...args: string[]) => runCli(["generate", ...args]);

const truthAt = async (...names: string[]) => JSON.parse(await readFile(at(...names), "utf8"));

async function rowsAt(...names: string[]) {
  await using file = await openEmbeddingFile(at(...names));
  const shapes = file.matrices.map(({ rows, dim }) => [rows, dim]);
  return { shapes, dtype: file.matrices[0]!.dtype, matrices: await Promise.all(file.matrices.map((m) => loadRows(m))) };
}

describe("generate", () => {
  test.each(generators)("$kind: every set of rows and every map, and the truth beside them", async ({ kind, size }) => {
    const { code, out, err } = await cli(kind, "--out", at(kind), `--${size.name}`, "20", "--seed", "7");
    expect([code, err]).toEqual([0, ""]);
    const record = await truthAt(kind, "truth.json");
    expect(record).toMatchObject({ schema: "nce-geometry/truth@1", seed: 7, options: { kind, [size.name]: 20 } });
    const generated = generate(createRandom(7), record.options);
    const files = (await readdir(at(kind))).filter((name) => name !== "truth.json").sort();
    const names = [...Object.keys(generated.matrices), ...Object.keys(generated.indices)];
    expect(Object.keys(record.files)).toEqual(names);
    expect(
      Object.values(record.files as Record<string, { file: string }>)
        .map(({ file }) => file)
        .sort(),
    ).toEqual(files);
    for (const [name, { rows, dim, data }] of Object.entries(generated.matrices)) {
      const stored = await rowsAt(kind, `${name}.npy`);
      expect([stored.shapes, stored.dtype]).toEqual([[[rows, dim]], "float64"]);
      expect(stored.matrices[0]!.data).toEqual(data);
      expect(record.files[name].shape).toEqual([rows, dim]);
    }
    for (const [name, values] of Object.entries(generated.indices)) {
      expect(await truthAt(kind, `${name}.json`)).toEqual([...values]);
    }
    expect(JSON.stringify(record.truth)).toBe(JSON.stringify(generated.truth));
    expect(out).toBe(
      `${kind} with seed 7: ${names.map((name) => record.files[name].file).join(", ")}, truth.json in ${at(kind)}\n`,
    );
  });

  test("a .npy file holds x, or x and y stacked, with the truth beside it", async () => {
    expect((await cli("uniform", "--out", at("one.npy"), "--rows", "5", "--dim", "3")).code).toBe(0);
    expect((await rowsAt("one.npy")).shapes).toEqual([[5, 3]]);
    expect(
      (await cli("corrupted-pairs", "--out", at("two.npy"), "--pairs", "12", "--dim", "4", "--dtype", "float32")).code,
    ).toBe(0);
    const { shapes, dtype } = await rowsAt("two.npy");
    expect([shapes, dtype]).toEqual([
      [
        [12, 4],
        [12, 4],
      ],
      "float32",
    ]);
    expect((await truthAt("two.truth.json")).files).toEqual({
      two: { file: "two.npy", shape: [2, 12, 4] },
      categories: { file: "two.categories.json", shape: [12] },
    });
    expect((await truthAt("two.categories.json")).length).toBe(12);
  });

  test("options of every form reach the generator", async () => {
    const words = ["--misalignment-y", "0.5", "--relation", '{"kind":"rotation","angle":1}', "--pairs", "10"];
    await cli("paired-circle", "--out", at("circle"), ...words);
    expect((await truthAt("circle", "truth.json")).options).toEqual({
      kind: "pairedCircle",
      pairs: 10,
      misalignmentY: 0.5,
      relation: { kind: "rotation", angle: 1 },
    });
    await cli(
      "vonMisesFisherMixture",
      "--out",
      at("mixture"),
      "--rows",
      "4",
      "--dim",
      "3",
      "--concentrations",
      "5, 20",
      "--weights",
      "0.3,0.7",
    );
    expect((await truthAt("mixture", "truth.json")).options).toMatchObject({
      concentrations: [5, 20],
      weights: [0.3, 0.7],
    });
    await cli("pathology", "--out", at("nan"), "--case", "nan");
    expect((await truthAt("nan", "truth.json")).truth).toMatchObject({ case: "nan", row: 4 });
    expect((await rowsAt("nan", "x.npy")).matrices[0]!.data[4 * 8 + 1]).toBeNaN();
  });

  test("the same seed gives the same bytes, another one others", async () => {
    for (const [name, seed] of [
      ["a", "1"],
      ["b", "1"],
      ["c", "2"],
    ] as const) {
      await cli("cone", "--out", at(name), "--rows", "9", "--dim", "4", "--seed", seed);
    }
    for (const file of ["x.npy", "truth.json"])
      expect(await readFile(at("a", file))).toEqual(await readFile(at("b", file)));
    expect(await readFile(at("a", "x.npy"))).not.toEqual(await readFile(at("c", "x.npy")));
  });

  test("kinds are listed one a line, and explained", async () => {
    const { code, out } = await cli("--list");
    expect(code).toBe(0);
    expect(
      out
        .trimEnd()
        .split("\n")
        .map((line) => line.split(/\s+/)[0]),
    ).toEqual(generators.map(({ kind }) => kind));
    expect((await cli()).out).toBe(out);
    expect((await cli("--help")).out).toContain("--out DIR writes x.npy");
    expect((await cli("twoWell", "--help")).out).toContain("--cap-angle <number>");
  });
});

const bad: readonly (readonly [string, readonly string[], string])[] = [
  [
    "an unknown kind",
    ["spiral", "--rows", "3"],
    `error: generate: \`KIND\` must be one of ${generators.map(({ kind }) => kind).join(", ")}, got "spiral". "nce-geometry generate --list" tells what they are.\n`,
  ],
  ["an option that is no number", ["uniform", "--dim", "x"], 'error: generate: `--dim` must be a number, got "x".\n'],
  [
    "a list with a hole",
    ["vonMisesFisherMixture", "--concentrations", "1,,2"],
    'error: generate: `--concentrations` must be numbers separated by commas, got "".\n',
  ],
  ["what is no JSON", ["positivePairs", "--noise", "vmf"], 'error: generate: `--noise` must be JSON, got "vmf".\n'],
  [
    "an option outside its domain",
    ["uniform", "--dim", "1"],
    "error: generateUniform: `dim` must be an integer ≥ 2, got 1.\n",
  ],
  ["half a row", ["uniform", "--rows", "0.5"], "error: generateUniform: `rows` must be an integer ≥ 1, got 0.5.\n"],
  [
    "half a seed",
    ["uniform", "--seed", "0.5"],
    "error: createRandom: `seed` must be a safe integer, a bigint or a string, got 0.5.\n",
  ],
  [
    "an unknown type",
    ["uniform", "--dtype", "int8"],
    'error: encodeNpy: `dtype` must be "float16", "float32" or "float64", got "int8".\n',
  ],
  [
    "rows that no file can hold",
    ["pathology", "--case", "empty"],
    "error: encodeNpy: `rows` must be at least one row of one number, got none.\n",
  ],
  [
    "numbers that the type cannot hold",
    ["pathology", "--case", "extremeLengths", "--dtype", "float16"],
    "error: encodeNpy: `rows` must be numbers that float16 can hold",
  ],
  ["an unknown option", ["uniform", "--temprature", "1"], "error: unknown option '--temprature'"],
];

describe("bad input ends with 2, says what is wrong, and writes nothing", () => {
  test.each(bad)("%s", async (_, args, message) => {
    const { code, out, err } = await cli(...args, "--out", at("never"));
    expect(err.startsWith(message)).toBe(true);
    if (message.endsWith("\n")) expect(err).toBe(message);
    expect([code, out]).toEqual([2, ""]);
    expect(await readdir(folder)).not.toContain("never");
  });

  test("pairs of unequal shape into one file", async () => {
    const { code, err } = await cli("captions", "--pairs", "3", "--dim", "2", "--out", at("never.npy"));
    expect([code, err]).toEqual([
      2,
      "error: generate: `--out` must be a folder for captions, got a .npy file. x of shape (3, 2) and y of shape (15, 2) cannot be stacked.\n",
    ]);
    expect(await readdir(folder)).not.toContain("never.npy");
  });

  test("no place to write", async () => {
    expect((await cli("uniform")).err).toContain("required option '--out <path>' not specified");
  });
});
