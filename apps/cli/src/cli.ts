// The command line: what can be asked, and in which words. Each command lives in a file of its own.

import { temperatureDomain } from "@nce-geometry/diagnostics";
import { Command, InvalidArgumentError, Option } from "commander";
import { analyze } from "./commands/analyze.ts";
import { addControlCommands } from "./commands/control/control.ts";
import { addConvertCommand } from "./commands/convert.ts";
import { demo } from "./commands/demo.ts";
import { addGenerateCommand } from "./commands/generate.ts";
import { addIngestCommand } from "./commands/ingest.ts";
import { inspect } from "./commands/inspect.ts";
import { addRetrieveCommand } from "./commands/retrieve/retrieve.ts";
import { describeFailure, type ExitCode, exitCode } from "./exit-code.ts";
import { addExperimentCommands } from "./experiments/reproduce.ts";
import { addSimulateCommand } from "./experiments/simulate.ts";
import { addSweepCommand } from "./experiments/sweep.ts";
import { addReadOptions } from "./read-options.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { version } from "./version.ts";

/** Runs one command and returns the code to end the process with; nothing is thrown. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let code: ExitCode = exitCode.ok;
  const program = commandLine(terminal, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    const failure = describeFailure(error);
    if (failure.message) terminal.error(`${failure.message}\n`);
    return failure.code;
  }
}

const examples = `
Examples:
  nce-geometry inspect features.npy
      shape, element type, norms, NaN, zero and duplicate rows of a file
  nce-geometry analyze images.npy texts.npy --out report
      the modality gap, retrieval, mixed search and energies of n pairs; row i of one file matches row i of the other
  nce-geometry analyze clip.npy --temperature 0.01 --fail-if 'gap.centroid>0.9'
      one stacked file (2, n, d); ends with code 1 when the centroids are more than 0.9 apart
  nce-geometry analyze images.npy captions.npy --map map.json
      several captions for an image: the map tells the image of each
  nce-geometry retrieve images.npy texts.npy --top 5 --out lists.jsonl
      the five nearest texts of each image, and how often the right one is among them

Exit codes: 0 done, 1 a --fail-if condition held, 2 bad input, 3 internal error, 130 interrupted.`;

const analyzeNotes = `
X and Y are files of any format that is read; FILE#NAME is one matrix of a file. X alone is both modalities, where it holds two matrices, or one set by
itself. Rows are scaled to unit length first. With --map, items have several captions: X are the items, Y the captions, and the map (a .npy, .json or
column of a file, FILE#NAME) tells the row of X that each row of Y belongs to. --compare takes another model of the same items.

More than 2000 items are sampled (preset quick), and the report says how; --full takes everything.
--fail-if takes NAME OP NUMBER, OP one of > >= < <= == !=; NAME leads to a number of the "analysis" part of report.json, or below "details" or "rows",
for example gap.centroid, retrieval.xToY.recall.1, distribution.probeArea or details.separation.areaUnderCurve; of two models below "similarity", "a"
and "b". It may be given several times, and so may --threshold NAME=NUMBER, which moves a threshold of docs/findings.md.

Examples:
  nce-geometry analyze images.npy texts.npy --out report
  nce-geometry analyze images.npy captions.npy --map map.json --out report
  nce-geometry analyze images.npy
  nce-geometry analyze old.npz --compare new.npz --out comparison`;

function commandLine(terminal: Terminal, finish: (code: ExitCode) => void): Command {
  const program = new Command("nce-geometry")
    .description("Measure and explain the geometry of contrastive embeddings.")
    .version(version)
    .showHelpAfterError("(nce-geometry --help shows what can be asked)")
    .exitOverride()
    .configureOutput({ writeOut: terminal.print, writeErr: terminal.error })
    .addHelpText("after", examples);

  program
    .command("inspect")
    .description("look at embedding files: shape, type, norms, NaN and infinities, zero rows, duplicates")
    .argument("<files...>", "files of any format that is read")
    .option("--json", "print the records as JSON")
    .action(async (files: string[], options) => finish(await inspect(files, options, terminal)));

  addReadOptions(program.command("analyze"))
    .description(
      "measure two paired modalities, one set of rows, or two models: gap, retrieval, search, spectrum, energies",
    )
    .argument("<x>", "the first modality, both in one file, or one set by itself")
    .argument("[y]", "the second modality")
    .option("--map <file>", "item (row of x) of each row of y, when items have several captions")
    .option("--compare <files...>", "another model of the same items: one file, or two")
    .addOption(
      new Option("--preset <name>", "quick: a sample of 2000 items; full: everything").choices(["quick", "full"]),
    )
    .option("--full", "the same as --preset full")
    .option("--names <x,y>", "what to call the two modalities")
    .option(
      "--temperature <tau>",
      "temperature(s) of the energies; repeat or separate by commas (default: 0.01,0.07,0.5)",
      numbers,
    )
    .option("--bootstrap <draws>", "bootstrap draws behind the intervals; 0 for none", wholeNumber, 1000)
    .option("--seed <seed>", "seed of everything random", wholeNumber, 0)
    .option("--threshold <name=number>", "move a threshold of the findings", collect)
    .option("--json", "print the report as JSON instead of the summary")
    .option("--out <dir>", "write report.json and report.html into this folder")
    .option("--fail-if <condition>", "end with code 1 when the condition holds", collect)
    .addHelpText("after", analyzeNotes)
    .action(async (x: string, y: string | undefined, options) => finish(await analyze(x, y, options, terminal)));

  program
    .command("demo")
    .description("make two modalities with a known gap, and analyze them")
    .option("--out <dir>", "folder of the data and the report", "nce-geometry-report")
    .option("--pairs <n>", "pairs to draw", wholeNumber, 500)
    .option("--seed <seed>", "seed of everything random", wholeNumber, 1)
    .action(async (options) => finish(await demo(options, terminal)));

  addGenerateCommand(program, terminal, finish);
  addRetrieveCommand(program, terminal, finish);
  addControlCommands(program, terminal, finish);
  addConvertCommand(program, terminal, finish);
  addIngestCommand(program, terminal, finish);
  addExperimentCommands(program, terminal, finish);
  addSweepCommand(program, terminal, finish);
  addSimulateCommand(program, terminal, finish);

  return program;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text)))
    throw new InvalidArgumentError("It must be a whole number >= 0.");
  return Number(text);
}

function numbers(text: string, previous: readonly number[] = []): number[] {
  const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  const { low, high } = temperatureDomain;
  if (!values.every((value) => value >= low && value <= high)) {
    throw new InvalidArgumentError(`It must be a number in [${low}, ${high}], or several separated by commas.`);
  }
  return [...previous, ...values];
}

function collect(text: string, previous: readonly string[] = []): string[] {
  return [...previous, text];
}
