import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeNpyFile } from "@nce-geometry/io/node";
import { generateCaptions } from "@nce-geometry/synthetic";
import { createRandom } from "@nce-geometry/tensor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

let folder = "";
const at = (...names: string[]): string => join(folder, ...names);

const cli = (...args: string[]) => runCli(args, { folder });

const [items, captions] = [40, 5];
let truth: { readonly itemToCaption: number; readonly captionToItem: number };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nce-geometry-forms-"));
  const made = generateCaptions(createRandom(1), {
    kind: "captions",
    pairs: items,
    dim: 16,
    captions,
    concentration: 40,
  });
  truth = made.truth.recall;
  await writeNpyFile(at("images.npy"), made.x);
  await writeNpyFile(at("captions.npy"), made.y);
  await writeFile(at("map.json"), JSON.stringify([...made.itemOfCaption]));
  const turned = made.x.data.map((_, at) => made.x.data[at - (at % 16) + ((at + 3) % 16)]!);
  await writeNpyFile(at("turned.npy"), { ...made.x, data: turned });
  const slipped = generateCaptions(createRandom(2), { kind: "captions", pairs: items, dim: 16, captions: 1 });
  const own = Float64Array.from({ length: items * 16 }, (_, at) => {
    const item = Math.floor(at / 16);
    const row = slipped.itemOfCaption.indexOf((item + 1) % items);
    return slipped.y.data[row * 16 + (at % 16)]!;
  });
  await writeNpyFile(at("a.npy"), slipped.x);
  await writeNpyFile(at("b.npy"), { rows: items, dim: 16, data: own });
});
afterAll(() => rm(folder, { recursive: true }));

describe("items with five captions each", () => {
  test("are analysed with their map, sampled or whole, and the page says so", async () => {
    const args = ["analyze", at("images.npy"), at("captions.npy"), "--map", at("map.json"), "--bootstrap", "0"];
    const full = await cli(...args, "--out", at("full"));
    expect([full.code, full.err]).toEqual([0, ""]);
    expect(full.out).toContain("images and captions: 40 images with 200 captions in 16 dimensions");
    const { analysis, details, inputs } = JSON.parse(await readFile(at("full", "report.json"), "utf8"));
    expect([analysis.items, analysis.captions, inputs.map]).toEqual([40, 200, "map.json"]);
    for (const [way, expected] of [
      ["xToY", truth.itemToCaption],
      ["yToX", truth.captionToItem],
    ] as const) {
      const { value, standardError } = analysis.retrieval[way].recall["1"];
      expect(Math.abs(value - expected)).toBeLessThan(4 * Math.max(standardError, 1 / items));
    }
    expect(details.separation.areaUnderCurve.value).toBeGreaterThan(0.9);
    const page = await readFile(at("full", "report.html"), "utf8");
    expect(page).toContain("map.json tells which row of the first each row of the second belongs to.");
    expect(page).toContain(`--map ${at("map.json")}`);
    expect(page).toMatch(/Whether a softmax of the cosines .* means what it says/);
    expect(page).not.toMatch(/NaN|undefined|\[object/);
    const quick = await cli(...args, "--preset", "quick");
    expect(quick.out).toContain("sampled: 40 pairs for clouds and energies, 40 queries of either kind in all rows");
  });

  test("need the map", async () => {
    const { code, err } = await cli("analyze", at("images.npy"), at("captions.npy"));
    expect(code).toBe(2);
    expect(err).toContain("say with --map which item each caption belongs to.");
  });
});

test("one set by itself", async () => {
  const { code, out } = await cli("analyze", at("images.npy"), "--bootstrap", "0", "--out", at("cloud"));
  expect(code).toBe(0);
  expect(out).toMatch(
    /^images: 40 rows in 16 dimensions\n\nRows of images that have nothing to do with each other score/,
  );
  const report = JSON.parse(await readFile(at("cloud", "report.json"), "utf8"));
  expect(report).toMatchObject({
    schema: "nce-geometry/cloud-report@1",
    analysis: { schema: "nce-geometry/cloud-analysis@1", rows: 40, dim: 16 },
  });
  const page = await readFile(at("cloud", "report.html"), "utf8");
  expect(page.match(/<svg /g)).toHaveLength(2);
  expect(page).not.toMatch(/NaN|undefined|\[object/);
  const gate = await cli("analyze", at("images.npy"), "--bootstrap", "0", "--fail-if", "spectrum.effectiveRank<16");
  expect([gate.code, gate.out.includes("HOLDS")]).toEqual([1, true]);
});

test("two models that differ by a permutation of the axes are alike in all measures", async () => {
  const { code, out } = await cli(
    ...["analyze", at("images.npy"), "--compare", at("turned.npy"), "--bootstrap", "0", "--out", at("models")],
    ...["--fail-if", "similarity.x.linearCKA.similarity<0.999", "--fail-if", "b.rows<40"],
  );
  expect(code).toBe(0);
  expect(out).toMatch(/^images and turned: two models of the same 40 items\n\nOf the 10 rows .* 10\.0 are also/);
  const { similarity, a, b } = JSON.parse(await readFile(at("models", "report.json"), "utf8"));
  expect(similarity.x.procrustes.squaredDistance.value).toBeCloseTo(0, 10);
  expect(a.analysis.meanCosine.value).toBeCloseTo(b.analysis.meanCosine.value, 12);
  expect(await readFile(at("models", "report.html"), "utf8")).not.toMatch(/NaN|undefined|\[object/);
});

test("two models of two modalities each", async () => {
  const pair = [at("a.npy"), at("b.npy")];
  const { code, out } = await cli("analyze", ...pair, "--compare", ...pair, "--bootstrap", "0", "--json");
  expect(code).toBe(0);
  const report = JSON.parse(out);
  expect(Object.keys(report.similarity)).toEqual(["x", "y"]);
  expect(report.a.analysis).toEqual(report.b.analysis);
});

test("files that slipped by one row: said first, in words that can be pasted, at a threshold that can be moved", async () => {
  const args = ["analyze", at("a.npy"), at("b.npy"), "--bootstrap", "0"];
  const { out } = await cli(...args, "--json");
  const { findings, brief } = JSON.parse(out);
  expect(findings[0]).toMatchObject({
    topic: "pairing",
    severity: "high",
    text: expect.stringMatching(/stands exactly 1 row after the one it is paired with/),
  });
  expect(brief).toMatch(/What to try first: Check how the two files were written/);
  expect((await cli(...args, "--fail-if", "details.pairing.shift.rows==1")).code).toBe(1);
  const raised = JSON.parse(
    (await cli(...args, "--json", "--threshold", "shiftedShare=2", "--threshold", "standout=1")).out,
  );
  expect(raised.findings.some(({ topic }: { topic: string }) => topic === "pairing")).toBe(false);
});

test("retrieve: lists with ranks, rows and scores; recall where the matches are known", async () => {
  const files = [at("images.npy"), at("captions.npy"), "--map", at("map.json"), "--top", "3"];
  const { code, out } = await cli("retrieve", ...files, "--out", at("lists.jsonl"));
  expect(code).toBe(0);
  expect(out).toMatch(
    /^recall@1: [\d.]+ % \[.*\], chance 2\.5 %\nrecall@3: .*\nFOLDER\/lists\.jsonl: 40 lists of 3\n$/,
  );
  const lines = (await readFile(at("lists.jsonl"), "utf8")).trimEnd().split("\n");
  expect(lines).toHaveLength(40);
  const [first] = lines.map((line) => JSON.parse(line));
  expect(first.results.map(({ rank }: { rank: number }) => rank)).toEqual([1, 2, 3]);
  const map = JSON.parse(await readFile(at("map.json"), "utf8"));
  const hits = lines
    .map((line) => JSON.parse(line))
    .filter(({ query, results }) => map[results[0].row] === query).length;
  expect(out).toContain(`recall@1: ${((100 * hits) / 40).toFixed(1)} %`);
  const { file, lists, top, judgement } = JSON.parse(
    (await cli("retrieve", ...files, "--out", at("lists.jsonl"), "--json")).out,
  );
  expect([file, lists, top, judgement.kind]).toEqual(["FOLDER/lists.jsonl", 40, 3, "retrieval"]);
  expect(judgement.of.recall["1"].value).toBe(hits / 40);
  const both = await cli("retrieve", ...files, "--json");
  expect([both.code, both.err]).toEqual([2, expect.stringContaining("where --json takes stdout, got none")]);
  const csv = await cli("retrieve", ...files, "--from", "y", "--cure", "csls", "--out", at("lists.csv"));
  expect(csv.out).toMatch(
    /^csls, judged on 100 queries with a bank of 100 held-out ones .*\nrecall@1: .* → .*, change /,
  );
  expect(
    (await readFile(at("lists.csv"), "utf8"))
      .split("\n")
      .slice(0, 2)
      .map((line) => line.split(",").length),
  ).toEqual([4, 4]);
});

test("retrieve: new queries on stdout, the known ones being the bank; no recall", async () => {
  const { code, out, err } = await cli(
    ...[
      "retrieve",
      at("images.npy"),
      at("captions.npy"),
      "--queries",
      at("turned.npy"),
      "--top",
      "1",
      "--cure",
      "csls",
    ],
  );
  expect([code, err]).toEqual([0, ""]);
  expect(
    out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).query),
  ).toEqual([...Array(40).keys()]);
});
