import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeNpyFile } from "@nce-geometry/io/node";
import { createRandom } from "@nce-geometry/tensor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Interrupted } from "../src/exit-code.ts";
import { type Outcome, runCli } from "./run-cli.ts";

let folder = "";
const at = (...names: string[]): string => join(folder, ...names);

const cli = (args: readonly string[], signal?: AbortSignal): Promise<Outcome> => runCli(args, signal ? { signal } : {});

/** n pairs of rows in d dimensions that match up to noise, offset along the last axis. */
function pairOf(rows: number, dim: number): { x: Float32Array; y: Float32Array } {
  const random = createRandom("command line");
  const x = Float32Array.from(random.normal(rows * dim));
  const noise = random.normal(rows * dim);
  const y = x.map((value, index) => value + 0.5 * noise[index]! + ((index + 1) % dim === 0 ? 3 : 0));
  return { x, y };
}

const npy = (name: string, data: Float32Array, rows: number, dim: number): Promise<void> =>
  writeNpyFile(at(name), { rows, dim, data });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nce-geometry-cli-"));
  const { x, y } = pairOf(40, 8);
  await npy("x.npy", x, 40, 8);
  await npy("y.npy", y, 40, 8);
  await writeNpyFile(at("both.npy"), [
    { rows: 40, dim: 8, data: x },
    { rows: 40, dim: 8, data: y },
  ]);
  await writeNpyFile(
    at("three.npy"),
    [0, 1, 2].map((seed) => ({ rows: 3, dim: 2, data: createRandom(seed).normal(6) })),
  );
  await npy("short.npy", x.subarray(0, 39 * 8), 39, 8);
  await npy("narrow.npy", x.subarray(0, 40 * 7), 40, 7);
  await npy("one.npy", x.subarray(0, 8), 1, 8);
  await npy("nan.npy", x.with(3 * 8 + 1, Number.NaN), 40, 8);
  await npy("infinite.npy", x.with(5 * 8, Number.POSITIVE_INFINITY), 40, 8);
  await npy(
    "zero.npy",
    x.map((value, index) => (index >= 16 && index < 24 ? 0 : value)),
    40,
    8,
  );
  await writeFile(at("empty.npy"), "");
  await writeFile(at("text.npy"), "these are not numbers");
  await writeFile(at("cut.npy"), (await readFile(at("x.npy"))).subarray(0, 500));
  await writeFile(at("file"), "");
});
afterAll(() => rm(folder, { recursive: true }));

describe("analyze", () => {
  test("two files: a summary in words, a report in both forms, and nothing else", async () => {
    const { code, out, err } = await cli([
      "analyze",
      at("x.npy"),
      at("y.npy"),
      "--bootstrap",
      "20",
      "--out",
      at("two"),
    ]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("x and y: 40 matched pairs in 8 dimensions");
    expect(out).toMatch(/The centroids of x and y are \d\.\d+ apart/);
    expect(await readdir(at("two"))).toEqual(["report.html", "report.json"]);
    const report = JSON.parse(await readFile(at("two", "report.json"), "utf8"));
    expect(report).toMatchObject({
      schema: "nce-geometry/report@1",
      generator: { name: "nce-geometry" },
      inputs: { x: { name: "x", file: "x.npy", matrix: null, rows: 40, dim: 8, dtype: "float32" }, y: { name: "y" } },
      analysis: {
        schema: "nce-geometry/pair-analysis@2",
        items: 40,
        captions: 40,
        settings: { bootstrap: 20, seed: 0 },
      },
      conditions: [],
    });
    expect(report.inputs.x.sha256).toMatch(/^[0-9a-f]{64}$/);
    const page = await readFile(at("two", "report.html"), "utf8");
    expect(page.match(/<svg /g)).toHaveLength(8);
    expect(page).not.toMatch(/\b(src|href)=|@import|url\(/);
    expect(page).not.toContain("NaN");
  });

  test("a matrix of a file is named behind #", async () => {
    const named = await cli(["analyze", `${at("three.npy")}#2`, `${at("three.npy")}#0`, "--json"]);
    expect(JSON.parse(named.out).inputs).toMatchObject({ x: { name: "2", matrix: "2" }, y: { matrix: "0" } });
    const { err } = await cli(["analyze", `${at("x.npy")}#image`, at("y.npy")]);
    expect(err).toContain('with a matrix "image", got one with 0: (40, 8) float32. Name one, for example');
  });

  test("one stacked file gives the numbers of two files", async () => {
    const analysis = async (...files: string[]): Promise<unknown> =>
      JSON.parse((await cli(["analyze", ...files, "--json", "--bootstrap", "5"])).out).analysis;
    expect(await analysis(at("both.npy"))).toEqual(await analysis(at("x.npy"), at("y.npy")));
  });

  test("the same seed gives the same bytes, another one other intervals only", async () => {
    const report = async (seed: string): Promise<string> =>
      (await cli(["analyze", at("both.npy"), "--json", "--seed", seed, "--bootstrap", "20"])).out;
    const [first, again, other] = [await report("1"), await report("1"), JSON.parse(await report("2"))];
    expect(again).toBe(first);
    const { analysis } = JSON.parse(first);
    expect(other.analysis.gap.centroid.value).toBe(analysis.gap.centroid.value);
    expect(other.analysis.gap.centroid.interval).not.toEqual(analysis.gap.centroid.interval);
  });

  test("temperatures are those asked for, repeated or listed, and names too", async () => {
    const args = [
      "analyze",
      at("both.npy"),
      "--json",
      "--bootstrap",
      "0",
      "--temperature",
      "0.05,2",
      "--temperature",
      "0.3",
    ];
    const report = JSON.parse((await cli([...args, "--names", "image, text"])).out);
    expect(report.analysis.settings.temperatures).toEqual([0.05, 2, 0.3]);
    expect(Object.keys(report.analysis.energy).sort()).toEqual(["0.05", "0.3", "2"]);
    expect([report.inputs.x.name, report.inputs.y.name]).toEqual(["image", "text"]);
    expect(report.findings[0].text).toContain("image and text");
  });

  test("a condition that holds ends with 1 and still writes the report", async () => {
    const args = ["analyze", at("both.npy"), "--bootstrap", "0", "--out", at("gate")];
    const held = await cli([...args, "--fail-if", "gap.centroid>0.01", "--fail-if", "gap.centroid>1.99"]);
    expect(held.code).toBe(1);
    expect(held.out).toMatch(/--fail-if gap\.centroid>0\.01: HOLDS \(value \d\.\d+\)/);
    expect(held.out).toMatch(/--fail-if gap\.centroid>1\.99: does not hold/);
    expect(await readdir(at("gate"))).toHaveLength(2);
    expect((await cli([...args, "--fail-if", "gap.centroid>1.99"])).code).toBe(0);
  });

  test("an interruption writes nothing", async () => {
    const { code, err } = await cli(
      ["analyze", at("both.npy"), "--out", at("stopped")],
      AbortSignal.abort(new Interrupted()),
    );
    expect([code, err]).toEqual([130, "interrupted; nothing was written\n"]);
    expect(await readdir(folder)).not.toContain("stopped");
  });
});

const bad: [what: string, args: (out: string) => string[], message: string][] = [
  [
    "a missing file",
    () => ["analyze", at("no.npy")],
    "`FOLDER/no.npy` must be a file that can be read, got nothing at that path. Check the path and its permissions.",
  ],
  [
    "an empty file",
    () => ["analyze", at("empty.npy")],
    "`FOLDER/empty.npy` must be a file of embeddings, got an empty file. Save the embeddings again; writing them may have been interrupted.",
  ],
  ["a folder", () => ["analyze", at("")], "must be a file that can be read, got a folder."],
  ["another format", () => ["analyze", at("text.npy")], "must be a file of embeddings, got a file of another kind."],
  [
    "a truncated file",
    () => ["analyze", at("cut.npy")],
    "must be a file of exactly 1408 bytes, got 908 bytes too few for shape (40, 8).",
  ],
  [
    "a stack of three",
    () => ["analyze", at("three.npy")],
    "`X` must be a file of two matrices when it stands alone, got FOLDER/three.npy with 0: (3, 2) float64; 1: (3, 2) float64; 2: (3, 2) float64. Name two of them: FOLDER/three.npy#0 FOLDER/three.npy#1.",
  ],
  [
    "a stack and a file",
    () => ["analyze", at("both.npy"), at("x.npy")],
    "`FOLDER/both.npy` must be a file of one matrix, or named with a matrix, got one with 0: (40, 8) float32; 1: (40, 8) float32. Name one, for example FOLDER/both.npy#0.",
  ],
  ["different numbers of rows", () => ["analyze", at("x.npy"), at("short.npy")], "40"],
  ["different dimensions", () => ["analyze", at("x.npy"), at("narrow.npy")], "7"],
  ["a single pair", () => ["analyze", at("one.npy"), at("one.npy")], "at least 2"],
  ["a NaN", () => ["analyze", at("x.npy"), at("nan.npy")], "analyze: `nan.npy`"],
  ["an infinity", () => ["analyze", at("infinite.npy"), at("x.npy")], "analyze: `infinite.npy`"],
  ["a zero row", () => ["analyze", at("zero.npy"), at("x.npy")], "analyze: `zero.npy`"],
  [
    "an output that is a file",
    () => ["analyze", at("both.npy"), "--out", at("file")],
    "`--out` must be a folder that can be written (FOLDER/file), got FOLDER/file, which is not a folder.",
  ],
  [
    "an output below a file",
    () => ["analyze", at("both.npy"), "--out", at("file", "x")],
    "got FOLDER/file, which is not a folder.",
  ],
  ["an unknown flag", (out) => ["analyze", at("both.npy"), "--otu", out], "unknown option '--otu'"],
  ["an unknown command", () => ["analyse", at("both.npy")], "unknown command 'analyse'"],
  ["no file", () => ["analyze"], "missing required argument 'x'"],
  [
    "a malformed condition",
    (out) => ["analyze", at("both.npy"), "--out", out, "--fail-if", "gap>>1"],
    "`--fail-if` must be NAME followed by",
  ],
  [
    "a condition on nothing",
    (out) => ["analyze", at("both.npy"), "--bootstrap", "0", "--out", out, "--fail-if", "gap.x>1"],
    'must be the path of a number in the analysis, got "gap.x".',
  ],
  [
    "a temperature of 0",
    () => ["analyze", at("both.npy"), "--temperature", "0"],
    "must be a number in [0.000001, 1000000]",
  ],
  [
    "a temperature that is none",
    () => ["analyze", at("both.npy"), "--temperature", "0.1,"],
    "must be a number in [0.000001, 1000000]",
  ],
  ["half a draw", () => ["analyze", at("both.npy"), "--bootstrap", "0.5"], "must be a whole number >= 0"],
  ["a negative seed", () => ["analyze", at("both.npy"), "--seed", "-1"], "must be a whole number >= 0"],
  [
    "three names",
    () => ["analyze", at("both.npy"), "--names", "a,b,c"],
    '`--names` must be two different names separated by a comma, got "a,b,c".',
  ],
  [
    "a threshold that does not exist",
    () => ["analyze", at("both.npy"), "--threshold", "wide=1"],
    "`--threshold` must be NAME=NUMBER, NAME one of fewPairs, collapsed,",
  ],
  [
    "a map of one set",
    () => ["analyze", at("x.npy"), "--map", at("x.npy")],
    "`--map` must be left out where one set of rows is analysed by itself, got one set. Name the file of the other modality as well.",
  ],
  ["a single row alone", () => ["analyze", at("one.npy")], "must be of at least 2 rows, got shape (1, 8)."],
  [
    "a model that is one set, of two modalities",
    () => ["analyze", at("both.npy"), "--compare", at("x.npy")],
    "`--compare` must be two modalities, got one set of rows. Both models must be given alike: one file each, or both modalities each.",
  ],
  [
    "a model of other items",
    () => ["analyze", at("x.npy"), "--compare", at("short.npy")],
    "`--compare` must be of 40 rows, as x.npy is, got short.npy of shape (39, 8). Row i of one model and row i of the other must be the same item.",
  ],
  [
    "a preset that does not exist",
    () => ["analyze", at("both.npy"), "--preset", "fast"],
    "Allowed choices are quick, full.",
  ],
  [
    "a report of no kind",
    () => ["retrieve", at("both.npy"), "--out", at("lists.txt")],
    "retrieve: `--out` must be a name that ends in .jsonl or .csv, got FOLDER/lists.txt.",
  ],
  ["no results", (out) => ["retrieve", at("both.npy"), "--top", "0", "--out", out], "must be a whole number >= 1"],
  [
    "queries of another dimension",
    () => ["retrieve", at("both.npy"), "--queries", at("narrow.npy"), "--out", at("never.csv")],
    "must be of dimension 8, as the rows searched are, got shape (40, 7).",
  ],
  [
    "a cure that does not exist",
    () => ["retrieve", at("both.npy"), "--cure", "magic", "--out", at("never.csv")],
    "Allowed choices are csls, invertedSoftmax, queryBank, dualSoftmax, localScaling, mutualProximity.",
  ],
];

describe("bad input ends with 2, says what is wrong, and writes nothing", () => {
  test.each(bad)("%s", async (_, args, message) => {
    const out = at("never");
    const words = args(out);
    const outcome = await cli(words.includes("--out") ? words : [...words, "--out", out]);
    expect(outcome.err.replaceAll(folder, "FOLDER")).toContain(message);
    expect(outcome.code).toBe(2);
    expect(outcome.out).toBe("");
    expect(await readdir(folder)).not.toContain("never");
  });

  test("the first offending row is named", async () => {
    expect((await cli(["analyze", at("x.npy"), at("nan.npy")])).err).toContain("row 3");
    expect((await cli(["analyze", at("infinite.npy"), at("x.npy")])).err).toContain("row 5");
    expect((await cli(["analyze", at("zero.npy"), at("x.npy")])).err).toContain("row 2");
  });
});

describe("inspect", () => {
  test("tells shape, type, lengths and what is wrong with the rows", async () => {
    const { code, out } = await cli(["inspect", at("nan.npy"), at("both.npy")]);
    expect(code).toBe(0);
    expect(out).toContain("format      npy, 1.4 kB\n");
    expect(out).toContain("shape       (40, 8), float32\n");
    expect(out).toContain("NaN         1 row, first: row 3");
    expect(out).toContain("  matrix 1\n  shape       (40, 8), float32\n");
  });

  test("as JSON", async () => {
    const { files } = JSON.parse((await cli(["inspect", "--json", at("zero.npy")])).out);
    expect(files[0].matrices[0].zero).toEqual({ rows: 1, first: 2 });
  });

  test("refuses what analyze refuses", async () => {
    expect((await cli(["inspect", at("x.npy"), at("cut.npy")])).code).toBe(2);
  });
});

describe("demo", () => {
  test("finds the gap that it made", { timeout: 30_000 }, async () => {
    const { code, out } = await cli(["demo", "--out", at("demo"), "--pairs", "300"]);
    expect(code).toBe(0);
    expect((await readdir(at("demo"))).sort()).toEqual(["images.npy", "report.html", "report.json", "texts.npy"]);
    const { analysis } = JSON.parse(await readFile(at("demo", "report.json"), "utf8"));
    const { value, standardError } = analysis.gap.centroid;
    expect(Math.abs(value - 0.85)).toBeLessThan(4 * standardError);
    expect(out).toContain("are exactly 0.85 apart");
  });
});

test("help teaches by example, and is no failure", async () => {
  const { code, out } = await cli(["--help"]);
  expect(code).toBe(0);
  expect(out).toContain("nce-geometry analyze images.npy texts.npy --out report");
  expect(out).toContain(
    "Exit codes: 0 done, 1 a --fail-if condition held, 2 bad input, 3 internal error, 130 interrupted.",
  );
  expect((await cli(["analyze", "--help"])).out).toContain("--fail-if takes NAME OP NUMBER");
});

test("a folder that exists is kept, with what is in it", async () => {
  await mkdir(at("kept"));
  await writeFile(at("kept", "mine.txt"), "mine");
  await cli(["analyze", at("both.npy"), "--bootstrap", "0", "--out", at("kept")]);
  expect((await readdir(at("kept"))).sort()).toEqual(["mine.txt", "report.html", "report.json"]);
});
