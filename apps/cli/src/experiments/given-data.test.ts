import { mkdtemp, readdir, readFile, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeNpy } from "@nce-geometry/io";
import { asRowSource } from "@nce-geometry/pairwise";
import { generateCaptions, generateVonMisesFisherPair } from "@nce-geometry/synthetic";
import { createRandom } from "@nce-geometry/tensor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../../test/run-cli.ts";

let folder = "";
const at = (...names: string[]): string => join(folder, ...names);

const cli = (...args: string[]) => runCli(args);

const data = (): string[] => [
  "--data",
  `pairs=${at("x.npy")},${at("y.npy")}`,
  "--data",
  `captions=${at("items.npy")},${at("captions.npy")},${at("map.json")}`,
];
const reproduce = (out: string, ...more: string[]) =>
  cli("reproduce", "E4", ...data(), "--set", "draws=2", "--out", at(out), ...more);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nce-geometry-table-"));
  const pairs = generateVonMisesFisherPair(createRandom(0), { kind: "vonMisesFisherPair", pairs: 40, dim: 6 });
  const items = generateCaptions(createRandom(0), { kind: "captions", pairs: 20, dim: 6, captions: 2 });
  const matrices = { x: pairs.x, y: pairs.y, items: items.x, captions: items.y };
  for (const [name, rows] of Object.entries(matrices)) await writeFile(at(`${name}.npy`), encodeNpy(asRowSource(rows)));
  await writeFile(at("map.json"), JSON.stringify([...items.itemOfCaption]));
  await reproduce("whole");
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

describe("reproduce E4 --data", () => {
  test("the page tells of the models, and how to run it again", async () => {
    expect(await readdir(at("whole", "E4"))).toEqual(
      expect.arrayContaining([
        "energy-distance.svg",
        "index.html",
        "result.json",
        "retrieval-against-gap.svg",
        "units",
      ]),
    );
    const page = await readFile(at("whole", "E4", "index.html"), "utf8");
    expect(page).toContain("captions (20 items): centroid gap ");
    expect(page).toContain(`nce-geometry reproduce E4 ${data().join(" ")} --set draws=2`);
    expect(page).not.toContain("synthetic");
    const { config, units } = JSON.parse(await readFile(at("whole", "E4", "result.json"), "utf8"));
    expect(units).toHaveLength(6);
    expect(config.data[1]).toMatchObject({ name: "captions", items: 20, captions: 40, dim: 6 });
    expect(config.data[1].sha256).toHaveLength(3);
    expect(JSON.stringify(config)).not.toContain(folder);
  });

  test("units that are there are taken over, with the same bytes in the end", async () => {
    const before = await readFile(at("whole", "E4", "result.json"));
    await unlink(at("whole", "E4", "units", "unit-draw-1.pairs.json"));
    const { code, out } = await reproduce("whole");
    expect([code, out]).toEqual([0, expect.stringContaining("1 units computed, 5 taken over")]);
    expect(await readFile(at("whole", "E4", "result.json"))).toEqual(before);
  });

  test("the folder of other files is refused", async () => {
    const swapped = `pairs=${at("y.npy")},${at("x.npy")}`;
    const { code, err } = await cli("reproduce", "E4", "--data", swapped, "--set", "draws=2", "--out", at("whole"));
    expect([code, err]).toEqual([2, expect.stringContaining("another value of `data`, `models`")]);
  });

  test.each([
    [["E4", "--data", "clip"], '`--data` must be NAME=FILE, NAME=FILE,SECOND or NAME=FILE,SECOND,MAP, got "clip".'],
    [["E4", "--data", "clip=a,b,c,d"], "NAME=FILE,SECOND,MAP, got "],
    [
      ["E3", "--data", "clip=x.npy"],
      "reproduce: `--data` must be given with E4 or E5, got E3. The other experiments make their own data: leave it out.",
    ],
    [["E4", "--data", "a=X,Y", "--data", "A=X,Y"], "`models[1].name` must be a name of letters, digits"],
    [
      ["E4", "--data", "a=ITEMS,Y"],
      "Row i of one file is the match of row i of the other; else name a map as well: a=FILE,SECOND,MAP.",
    ],
    [["E4", "--data", "a=MISSING"], "reproduce --data a: "],
    [["E4", "--data", "a=X"], "reproduce --data a: `X` must be a file of two matrices when it stands alone"],
    [["E4", "--data", "a=X,Y", "--set", "pairs=2"], "E4: `pairs` must be an integer from 4 to 100000, got 2."],
  ])("%j is refused before anything is written", async (args, message) => {
    const files = { X: "x.npy", Y: "y.npy", ITEMS: "items.npy", MISSING: "missing.npy" };
    const given = args.map((word) => word.replaceAll(/\b(X|Y|ITEMS|MISSING)\b/g, (name) => at(files[name as "X"])));
    const { code, err } = await cli("reproduce", ...given, "--out", at("nothing"));
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    expect(await readdir(folder)).not.toContain("nothing");
  });
});

test("without --data the models are synthetic, and the page says so", async () => {
  const small = ["--set", "draws=1", "--set", "pairs=20", "--threads", "1", "--out", at("synthetic")];
  const { code, out } = await cli("reproduce", "E4", ...small);
  expect([code, out]).toEqual([0, expect.stringContaining("the three models are synthetic")]);
  expect(out).toContain("near (40 items)");
}, 60_000);
