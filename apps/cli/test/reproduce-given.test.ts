import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { encodeNpy } from "@nce-geometry/io";
import { asRowSource } from "@nce-geometry/pairwise";
import { generateCaptions, generateCorruptedPairs } from "@nce-geometry/synthetic";
import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openGivenData, reopenGivenData } from "../src/experiments/given-data.ts";
import { runCli } from "./run-cli.ts";

let folder = "";
const at = (...names: string[]): string => join(folder, ...names);

const cli = (...args: string[]) => runCli(args);

const files = (): readonly [pairs: string, captions: string] => [
  `pairs=${at("x.npy")},${at("y.npy")}`,
  `captions=${at("items.npy")},${at("captions.npy")},${at("map.json")}`,
];
const data = (): string[] => files().flatMap((file) => ["--data", file]);
/** Ten units, each of a fraction of a second. */
const small = [
  "seeds=2",
  "fractions=0,1",
  "heldOut=0.5",
  "outputs=4",
  "batch=8",
  "steps=60",
  "learningRate=0.01",
].flatMap((set) => ["--set", set]);
const reproduce = (out: string, ...more: string[]) =>
  cli("reproduce", "E5", ...data(), ...small, "--out", at(out), ...more);
const resultOf = (out: string): Promise<Buffer> => readFile(at(out, "E5", "result.json"));

async function write(name: string, rows: RowMatrix): Promise<void> {
  await writeFile(at(`${name}.npy`), encodeNpy(asRowSource(rows)));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nce-geometry-given-"));
  const pairs = generateCorruptedPairs(createRandom(0), { kind: "corruptedPairs", pairs: 60, dim: 6, fraction: 0 });
  const items = generateCaptions(createRandom(0), { kind: "captions", pairs: 30, dim: 6, captions: 2 });
  await write("x", pairs.x);
  await write("y", pairs.y);
  await write("items", items.x);
  await write("captions", items.y);
  await write("few", { rows: 12, dim: 6, data: pairs.x.data.slice(0, 72) });
  await write("broken", { ...pairs.y, data: pairs.y.data.map((value, i) => (i === 9 ? Number.NaN : value)) });
  await writeFile(at("map.json"), JSON.stringify([...items.itemOfCaption]));
  await reproduce("whole", "--threads", "2");
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

describe("reproduce E5 --data", () => {
  test("a figure and tables for each model, and how to run it again", async () => {
    expect(await readdir(at("whole", "E5"))).toEqual(
      expect.arrayContaining(["corruption-captions.svg", "corruption-pairs.svg", "index.html", "result.json", "units"]),
    );
    const page = await readFile(at("whole", "E5", "index.html"), "utf8");
    expect(page).toContain("pairs: recall@1 of held-out right partners goes from ");
    expect(page).toContain("(15 training pairs, 15 held out)");
    expect(page).toContain(`nce-geometry reproduce E5 ${data().join(" ")} --set seeds=2`);
    const { config, units, summary } = JSON.parse((await resultOf("whole")).toString());
    expect(units).toHaveLength(12);
    expect(config.data.map(({ name }: { name: string }) => name)).toEqual(["pairs", "captions"]);
    expect(JSON.stringify(config)).not.toContain(folder);
    expect(summary.models[0].change.recall.mean).toBeLessThan(0);
  });

  test("one thread gives the bytes of two; a unit that is missing is done again", async () => {
    await reproduce("single", "--threads", "1");
    expect(await resultOf("single")).toEqual(await resultOf("whole"));
    await unlink(at("single", "E5", "units", "unit-p-1-seed-0.captions.json"));
    const { code, out } = await reproduce("single", "--threads", "1");
    expect([code, out]).toEqual([0, expect.stringContaining("1 units computed, 11 taken over")]);
    expect(await resultOf("single")).toEqual(await resultOf("whole"));
  }, 60_000);

  test("killed at any moment, it goes on to the same bytes", async () => {
    const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
    const args = ["reproduce", "E5", ...data(), ...small, "--threads", "1", "--out", at("killed")];
    const options = { stdio: "ignore" } as const;
    const child = spawn(process.execPath, ["--conditions=@nce-geometry/source", main, ...args], options);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await wait(2500);
    child.kill("SIGKILL");
    await ended;
    expect((await reproduce("killed", "--threads", "1")).code).toBe(0);
    expect(await resultOf("killed")).toEqual(await resultOf("whole"));
  }, 60_000);

  test("the folder of other files is refused", async () => {
    const swapped = ["--data", `pairs=${at("y.npy")},${at("x.npy")}`];
    const { code, err } = await cli("reproduce", "E5", ...swapped, ...small, "--out", at("whole"));
    expect([code, err]).toEqual([2, expect.stringContaining("`data`")]);
  });

  test("the options listed are those over the data", async () => {
    const { out } = await cli("reproduce", "E5", ...data(), "--options");
    expect(out).toContain("heldOut: Share of these items that is held out");
    expect((await cli("reproduce", "E5", "--options")).out).toContain("categories: ");
  });

  test("E4 and E5 take the same data in one line", async () => {
    const { code } = await cli("reproduce", "E5", "E4", ...data(), "--options");
    expect(code).toBe(0);
  });

  test.each([
    [["--data", "a=X,FEW"], "must be of 60 rows, as"],
    [["--data", "a=X,FEW"], "else name a map as well: a=FILE,SECOND,MAP."],
    [["--data", "a=X,BROKEN"], "reproduce --data a: `broken.npy` must be"],
    [["--data", "a=X,BROKEN"], "Remove the row and its match"],
    [
      ["--data", "a=FEW,FEW"],
      "E5: `a` must be a model with at least 4 items to train on and 11 held out, got 8 and 4 of 12.",
    ],
    [
      ["--data", "a=X,Y", "--set", "categories=3"],
      "`categories` must be one of the options of E5, got an unknown name.",
    ],
  ])("%j is refused before anything is written", async (args, message) => {
    const words = args.map((word) =>
      word.replaceAll(/\b(X|Y|FEW|BROKEN)\b/g, (name) => at(`${name.toLowerCase()}.npy`)),
    );
    const { code, err } = await cli("reproduce", "E5", ...words, "--out", at("nothing"));
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    expect(await readdir(folder)).not.toContain("nothing");
  });
});

test("what a unit refuses on its thread is bad input, not a defect", async () => {
  // Item 7 has lost its captions, which is seen when captions are drawn.
  const owners: number[] = JSON.parse(await readFile(at("map.json"), "utf8"));
  await writeFile(at("lost.json"), JSON.stringify(owners.map((owner) => (owner === 7 ? 8 : owner))));
  const words = ["--data", `a=${at("items.npy")},${at("captions.npy")},${at("lost.json")}`];
  const { code, err } = await cli("reproduce", "E5", ...words, ...small, "--threads", "1", "--out", at("lost"));
  expect([code, err]).toEqual([2, expect.stringContaining("none for item 7")]);
}, 60_000);

test("another thread refuses files that have changed since", async () => {
  const { models } = await openGivenData([files()[0]], new AbortController().signal);
  const changed = models.map((model) => ({ ...model, sha256: ["0", "0"] }));
  const other = reopenGivenData([files()[0]], changed);
  await expect(other.provide("pairs", {})).rejects.toThrow(
    "reproduce: `--data pairs` must be the files that the run began with, got files that have changed since.",
  );
});
