import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

let folder = "";
const at = (...names: string[]): string => join(folder, ...names);

const cli = (...args: string[]) => runCli(args);

/** Six units of a fraction of a second each. */
const small = ["seeds=3", "misalignments=0.2,0.6", "steps=40", "batch=32", "evaluation=500"].flatMap((set) => [
  "--set",
  set,
]);
const reproduce = (out: string, ...more: string[]) =>
  cli("reproduce", "E3", ...small, "--threads", "2", "--out", at(out), ...more);
const resultOf = (out: string): Promise<Buffer> => readFile(at(out, "E3", "result.json"));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nce-geometry-reproduce-"));
  await reproduce("whole");
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

describe("reproduce", () => {
  test("writes record, table, figures and pages", async () => {
    expect(await readdir(at("whole"))).toEqual(["E3", "index.html"]);
    expect(await readdir(at("whole", "E3"))).toEqual(
      expect.arrayContaining(["index.html", "result.json", "units", "units.csv"]),
    );
    const { schema, units } = JSON.parse((await resultOf("whole")).toString());
    expect([schema, units.length]).toEqual(["nce-geometry/experiment@1", 6]);
    expect((await readFile(at("whole", "E3", "units.csv"), "utf8")).trim().split("\n")).toHaveLength(7);
    const page = await readFile(at("whole", "E3", "index.html"), "utf8");
    expect(page).toContain("Settings smaller than those of --full: ");
    expect(page).toContain("nce-geometry reproduce E3 --set seeds=3");
  });

  test("one thread gives the bytes of two", async () => {
    await cli("reproduce", "E3", ...small, "--threads", "1", "--out", at("single"));
    expect(await resultOf("single")).toEqual(await resultOf("whole"));
  }, 60_000);

  test("what is there is taken over; what is damaged is done again, and said so", async () => {
    const units = await readdir(at("single", "E3", "units"));
    const victim = at("single", "E3", "units", units.find((name) => name.includes("seed"))!);
    const bytes = await readFile(victim);
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    await writeFile(victim, bytes);
    const { code, out, err } = await cli("reproduce", "E3", ...small, "--out", at("single"));
    expect([code, out]).toEqual([0, expect.stringContaining("1 units computed, 5 taken over")]);
    expect(err).toContain("note: ");
    expect(await resultOf("single")).toEqual(await resultOf("whole"));
  }, 60_000);

  test("a folder of another configuration is refused unless it is to be replaced", async () => {
    const other = [...small, "--set", "temperature=0.2"];
    const refused = await cli("reproduce", "E3", ...other, "--out", at("single"));
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/`--out` must be .* got one of another value of `temperature`.* add --restart/);
    expect(await resultOf("single")).toEqual(await resultOf("whole"));
    const replaced = await cli("reproduce", "E3", ...other, "--out", at("single"), "--restart");
    expect(replaced.code).toBe(0);
    expect(await resultOf("single")).not.toEqual(await resultOf("whole"));
  }, 60_000);

  test.each([300, 900, 1500])(
    "killed after %d ms and started again: the bytes of an undisturbed run",
    async (delay) => {
      const out = `killed-${delay}`;
      const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
      const args = [
        "--conditions=@nce-geometry/source",
        main,
        "reproduce",
        "E3",
        ...small,
        "--threads",
        "1",
        "--out",
        at(out),
      ];
      const child = spawn(process.execPath, args, { stdio: "ignore" });
      const ended = new Promise((resolve) => child.once("exit", resolve));
      await wait(delay);
      child.kill("SIGKILL");
      await ended;
      expect((await reproduce(out)).code).toBe(0);
      expect(await resultOf(out)).toEqual(await resultOf("whole"));
    },
    60_000,
  );

  test.each([
    [["reproduce", "E9"], "`ids` must be among E1"],
    [["reproduce", "E3", "--set", "sedes=3"], "sedes"],
    [["reproduce", "E3", "--set", "seeds=0"], "seeds"],
    [["reproduce", "E3", "--set", "seeds"], '`--set` must be NAME=VALUE, got "seeds"'],
    [["reproduce", "all", "--set", "seeds=3"], "`--set` must be given for a single experiment"],
    [["reproduce", "E3", "--quick", "--full"], "option '--quick' cannot be used with option '--full'"],
  ])("%j is refused before anything is written", async (args, message) => {
    const { code, err } = await cli(...args, "--out", at("nothing"));
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    expect(await readdir(folder)).not.toContain("nothing");
  });

  test("options are listed with their domains", async () => {
    const { code, out } = await cli("reproduce", "E3", "--options");
    expect([code, out]).toEqual([
      0,
      expect.stringContaining("  seeds: How many seeds, from 0.\n      an integer from 1 to 10000; quick 6, full 20"),
    ]);
  });
});

describe("sweep", () => {
  test("every combination runs, and has a line in the table", async () => {
    const base = { seeds: 1, misalignments: [0.3], steps: 20, batch: 16, evaluation: 200 };
    const config = { experiment: "E3", base, grid: { temperature: [0.07, 0.2], batch: [16, 32] } };
    await writeFile(at("sweep.json"), JSON.stringify(config));
    const { code } = await cli("sweep", at("sweep.json"), "--threads", "2", "--out", at("sweep"));
    expect(code).toBe(0);
    const lines = (await readFile(at("sweep", "sweep.csv"), "utf8")).trim().split("\n");
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^temperature,batch,/);
    expect(lines[4]).toMatch(/^0.2,32,/);
  }, 60_000);

  test.each([
    ["{", "must be JSON with"],
    ["{}", "got no experiment"],
    ['{"experiment": "E3"}', "got no grid"],
    ["[]", "got no record"],
    [
      '{"experiment": "E3", "grid": {"batch": [3]}, "bas": {}}',
      'got "bas", which is not one of experiment, scale, base',
    ],
    [
      '{"experiment": "E3", "grid": {"batch": [3]}, "scale": "huge"}',
      'got the scale "huge", neither "quick" nor "full"',
    ],
    ['{"experiment": "E3", "grid": {"batch": [3]}, "base": 3}', "got a base that is no record of options"],
    ['{"experiment": "E3", "grid": {"batch": 3}}', "got a grid whose values are not lists"],
    ['{"experiment": "E3", "grid": {"bach": [3]}}', "bach"],
    ['{"experiment": "E0", "grid": {"batch": [3]}}', "E0"],
  ])("%s is refused", async (text, message) => {
    await writeFile(at("bad.json"), text);
    const { code, err } = await cli("sweep", at("bad.json"), "--out", at("nothing"));
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});
