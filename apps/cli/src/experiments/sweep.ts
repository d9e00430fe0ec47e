// sweep CONFIG: one experiment at every combination of some values of its options.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { experimentOf, type Json, type Scale, type SweepGrid, sweep, sweepTable } from "@nce-geometry/experiments";
import { InputError } from "@nce-geometry/tensor";
import type { Command } from "commander";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { assertWritableFolder, writeFiles } from "../output.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { csvOf } from "./csv.ts";
import { runInFolder } from "./run-in-folder.ts";
import { addRunOptions, type RunOptions } from "./run-options.ts";

interface SweepFile {
  readonly experiment: string;
  readonly scale: Scale;
  /** Options that are the same everywhere. */
  readonly base: Readonly<Record<string, Json>>;
  readonly grid: SweepGrid;
}

const notes = `
CONFIG is JSON, for example
  { "experiment": "E3", "scale": "quick", "base": { "seeds": 4 }, "grid": { "temperature": [0.05, 0.07, 0.1], "batch": [64, 256] } }
Every combination runs into a folder of its own under --out, resumable like reproduce; sweep.csv has one line for each, sweep.json the
whole summaries.`;

/** Adds the command. */
export function addSweepCommand(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const command = program
    .command("sweep")
    .description("run an experiment at all combinations of some options")
    .argument("<config>", "a JSON file")
    .addHelpText("after", notes);
  addRunOptions(command, "nce-geometry-sweep").action(async (path: string, options: RunOptions) =>
    finish(await run(path, options, terminal)),
  );
}

async function run(path: string, options: RunOptions, terminal: Terminal): Promise<ExitCode> {
  const { experiment: id, scale, base, grid } = await readSweep(path);
  const experiment = experimentOf(id);
  const points = sweep(experiment, grid, {
    base: { ...(experiment.defaults(scale) as Readonly<Record<string, Json>>), ...base },
  });
  await assertWritableFolder(options.out);
  const summaries: Json[] = [];
  for (const [index, { key, config }] of points.entries()) {
    const { result, units } = await runInFolder(experiment, config, join(options.out, key), options, terminal);
    summaries.push(result!.summary);
    terminal.print(
      `${index + 1} of ${points.length}  ${key}: ${units.computed} units computed, ${units.reused} taken over\n`,
    );
  }
  const record = points.map(({ key, settings, config }, index) => ({
    key,
    settings,
    config,
    summary: summaries[index]!,
  }));
  await writeFiles(
    options.out,
    {
      "sweep.json": `${JSON.stringify({ experiment: id, points: record }, null, 1)}\n`,
      "sweep.csv": csvOf(sweepTable(points, summaries)),
    },
    terminal.signal,
  );
  terminal.print(`table: ${options.out}/sweep.csv\n`);
  return exitCode.ok;
}

async function readSweep(path: string): Promise<SweepFile> {
  const refuse = (code: "E_FILE" | "E_FORMAT", received: string): never => {
    const expected = 'JSON with "experiment" and "grid"';
    throw new InputError({ code, where: "sweep", argument: path, expected, received });
  };
  const text = await readFile(path, "utf8").catch((error: Error) => refuse("E_FILE", error.message));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse("E_FORMAT", (error as Error).message);
  }
  if (!isRecord(value)) return refuse("E_FORMAT", "no record");
  const known = ["experiment", "scale", "base", "grid"];
  const stray = Object.keys(value).find((name) => !known.includes(name));
  if (stray !== undefined) return refuse("E_FORMAT", `"${stray}", which is not one of ${known.join(", ")}`);
  const { experiment, scale = "quick", base = {}, grid } = value;
  if (typeof experiment !== "string") return refuse("E_FORMAT", "no experiment");
  if (!isRecord(grid)) return refuse("E_FORMAT", "no grid");
  if (!Object.values(grid).every(Array.isArray)) return refuse("E_FORMAT", "a grid whose values are not lists");
  if (scale !== "quick" && scale !== "full") {
    return refuse("E_FORMAT", `the scale ${JSON.stringify(scale)}, neither "quick" nor "full"`);
  }
  if (!isRecord(base)) return refuse("E_FORMAT", "a base that is no record of options");
  return { experiment, scale, base: base as SweepFile["base"], grid: grid as SweepGrid };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
