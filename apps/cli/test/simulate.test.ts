import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

let folder = "";

const simulate = (...args: string[]) => runCli(["simulate", ...args]);

const short = ["--particles", "10", "--steps", "1"];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nce-geometry-simulate-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("simulate", () => {
  test("at τ = 1/κ the Gibbs law is two von Mises–Fisher laws, each with its mass about its well", async () => {
    const { code, out } = await simulate(...short, "--temperature", String(1 / 12));
    // Of the other component less than 1e-4 reaches over.
    const own = (1 - Math.exp(-12 * (1 - Math.cos(0.5)))) / (1 - Math.exp(-24));
    const said = Number(/the Gibbs law of either alone has ([\d.]+)\./.exec(out)![1]);
    expect(code).toBe(0);
    expect(Math.abs(said - own)).toBeLessThan(0.5e-3 + 1e-4);
  });

  test("writes record, table, figure and page, with a line that a shell understands", async () => {
    const out = join(folder, "a run");
    expect((await simulate(...short, "--seed", "3", "--out", out)).code).toBe(0);
    expect((await readdir(out)).sort()).toEqual(["index.html", "result.json", "trajectory.csv", "trajectory.svg"]);
    const { schema, config, trajectory } = JSON.parse(await readFile(join(out, "result.json"), "utf8"));
    expect([schema, config.seed, trajectory.length]).toEqual(["nce-geometry/simulation@1", 3, 2]);
    expect(await readFile(join(out, "index.html"), "utf8")).toContain(`--seed 3 --out &#39;${out}&#39;`);
  });

  test.each([
    [["--seed", "0.5"], "It must be a whole number from 0 to"],
    [["--particles", "10.5"], "It must be a whole number from 10 to 2000."],
    [["--temperature", "NaN"], "It must be a number from 0.02 to 10."],
    [["--denominator", "own", "--own-weight", "0.5"], "`--own-weight` must be left out where the own population"],
    [["--denominator", "reference"], "Allowed choices are cross, own, pooled."],
  ])("%j is refused", async (args, message) => {
    const { code, err } = await simulate(...args);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});
