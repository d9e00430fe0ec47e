import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeNpyFile } from "@nce-geometry/io/node";
import { generatePairedCaps } from "@nce-geometry/synthetic";
import { createRandom } from "@nce-geometry/tensor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

let folder = "";
const at = (...names: string[]): string => join(folder, ...names);

const cli = (...args: string[]) => runCli(args, { folder });

const gapOf = async (...files: string[]): Promise<number> =>
  JSON.parse((await cli("analyze", ...files, "--bootstrap", "0", "--json")).out).analysis.gap.centroid.value;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nce-geometry-control-"));
  const shape = { dim: 8, centroidGap: 0.85, bandWidth: 0.1, mismatch: 0.3 };
  const { x, y } = generatePairedCaps(createRandom(1), { kind: "pairedCaps", pairs: 80, ...shape });
  await writeNpyFile(at("x.npy"), x);
  await writeNpyFile(at("y.npy"), y);
});
afterAll(() => rm(folder, { recursive: true }));

describe("control", () => {
  test.each(["json", "npz"])("fitted, written as .%s, applied: the gap that was planted is gone", async (format) => {
    const file = at(`centre.${format}`);
    const fitted = await cli("control", "fit", at("x.npy"), at("y.npy"), "--control", "centre", "--out", file);
    expect([fitted.code, fitted.err]).toEqual([0, ""]);
    expect(fitted.out).toBe(`FOLDER/centre.${format}: centre, fitted on 80 items and 80 captions (closedForm)\n`);
    for (const side of ["x", "y"]) {
      const out = at(`${side}.${format}.npy`);
      expect((await cli("control", "apply", file, at(`${side}.npy`), "--side", side, "--out", out)).code).toBe(0);
    }
    expect(await gapOf(at("x.npy"), at("y.npy"))).toBeGreaterThan(0.7);
    expect(await gapOf(at(`x.${format}.npy`), at(`y.${format}.npy`))).toBeLessThan(0.2);
  });

  test("both files hold the same control, bit for bit", async () => {
    expect(await readFile(at("x.json.npy"))).toEqual(await readFile(at("x.npz.npy")));
  });

  test("compared on items that the fit has not seen", async () => {
    const out = at("comparison");
    const args = ["--control", "centre", "--control", "shift:lambda=0.5", "--bootstrap", "50", "--out", out];
    const { code, out: text } = await cli("control", "compare", at("x.npy"), at("y.npy"), ...args);
    expect([code, (await readdir(out)).sort()]).toEqual([0, ["comparison.html", "comparison.json"]]);
    expect(text).toContain("x and y: fitted on 40 items, judged on 40 others");
    const { comparison } = JSON.parse(await readFile(at("comparison", "comparison.json"), "utf8"));
    expect(comparison.controls.map(({ label }: { label: string }) => label)).toEqual([
      "as it is",
      "centre",
      "shift λ = 0.5",
    ]);
    const [before, centred] = comparison.controls;
    expect(centred.measures.centroid.value).toBeLessThan(before.measures.centroid.value / 2);
  });

  test("items with several captions are split as a whole", async () => {
    await writeFile(at("map.json"), JSON.stringify(Array.from({ length: 80 }, (_, caption) => caption >> 1)));
    const { x } = generatePairedCaps(createRandom(2), {
      kind: "pairedCaps",
      pairs: 40,
      ...{ dim: 8, centroidGap: 0.85, bandWidth: 0.1, mismatch: 0.3 },
    });
    await writeNpyFile(at("items.npy"), x);
    const args = ["--map", at("map.json"), "--control", "centre", "--bootstrap", "0", "--json"];
    const { out } = await cli("control", "compare", at("items.npy"), at("y.npy"), ...args);
    expect(JSON.parse(out).comparison.split).toMatchObject({ trainItems: 20, trainCaptions: 40, testCaptions: 40 });
  });

  test.each([
    ["pairs", "x.npy", []],
    ["captions", "items.npy", ["--map", "map.json"]],
  ])(
    "%s: applied to the held-out items and analyzed, a control shows what compare promised",
    async (_, x, [flag, map]) => {
      const pair = [at(x), at("y.npy"), ...(flag === undefined ? [] : [flag, at(map!)]), "--control", "centre"];
      const compared = await cli("control", "compare", ...pair, "--bootstrap", "0", "--json");
      const promised = JSON.parse(compared.out).comparison.controls[1].measures;
      const others = ["--out", at("half.json"), "--held-out", at("others.npz")];
      expect((await cli("control", "fit", ...pair, "--train", "0.5", ...others)).err).toBe("");
      for (const side of ["x", "y"]) {
        const files = [at("half.json"), `${at("others.npz")}#${side}`];
        await cli("control", "apply", ...files, "--side", side, "--out", at(`others-${side}.npy`));
      }
      const mapped = flag === undefined ? [] : ["--map", `${at("others.npz")}#map`];
      const again = [at("others-x.npy"), at("others-y.npy"), ...mapped, "--bootstrap", "0", "--json"];
      const { gap, retrieval } = JSON.parse((await cli("analyze", ...again)).out).analysis;
      // Rows of unit length are divided by their lengths once more, and each rounding is of a part in 2^53.
      expect(Math.abs(gap.centroid.value - promised.centroid.value)).toBeLessThan(80 * 2 ** -52);
      expect(retrieval.xToY.recall["1"].value).toBe(promised.recall.xToY["1"].value);
      expect(retrieval.yToX.recall["1"].value).toBe(promised.recall.yToX["1"].value);
    },
  );

  test.each([
    [["--held-out", "FOLDER/o.npz"], "`--held-out` must be given with --train below 1, got all items to fit on."],
    [["--train", "0.5", "--held-out", "FOLDER/o.npy"], '`--held-out` must be a .npz file, got "FOLDER/o.npy".'],
  ])("%j is refused", async (words, message) => {
    const given = words.map((word) => word.replace("FOLDER", folder));
    const args = ["--control", "centre", "--out", at("no.json"), ...given];
    const { code, err } = await cli("control", "fit", at("x.npy"), at("y.npy"), ...args);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  test.each([
    [["fit", "--control", "centr"], "`--control` must be KIND or KIND:OPTION=VALUE,…, KIND one of identity, "],
    [["fit", "--control", "shift:lambda"], '`--control` must be OPTION=VALUE behind shift:, got "lambda".'],
    [["fit", "--control", "shift:lamda=2"], "lamda"],
    [["fit", "--control", "shift:lambda=far"], "`options.lambda` must be"],
  ])("%j is refused", async ([command, ...args], message) => {
    const { code, err } = await cli("control", command!, at("x.npy"), at("y.npy"), ...args, "--out", at("no.json"));
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  test("a control of another dimension, or none at all, is refused", async () => {
    await writeNpyFile(at("narrow.npy"), { rows: 3, dim: 7, data: createRandom(3).normal(21) });
    const narrow = await cli(
      "control",
      "apply",
      at("centre.json"),
      at("narrow.npy"),
      "--side",
      "x",
      "--out",
      at("no.npy"),
    );
    expect([narrow.code, narrow.err]).toEqual([
      2,
      expect.stringContaining("must be of dimension 8, as the transform is, got [3, 7]"),
    ]);
    await writeFile(at("broken.json"), "{}");
    const broken = await cli("control", "apply", at("broken.json"), at("x.npy"), "--side", "x", "--out", at("no.npy"));
    expect([broken.code, broken.err]).toEqual([
      2,
      expect.stringContaining("`transform.schema` must be nce-geometry/control-transform@1"),
    ]);
  });
});
