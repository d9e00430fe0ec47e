// control fit | apply | compare: ways to narrow the gap, fitted on some pairs, judged on others, applied to any rows.

import { controlKinds } from "@nce-geometry/diagnostics";
import { type Command, InvalidArgumentError } from "commander";
import type { ExitCode } from "../../exit-code.ts";
import { addReadOptions } from "../../read-options.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { type ApplyOptions, apply } from "./apply.ts";
import { type CompareOptions, compare } from "./compare.ts";
import { type FitOptions, fit } from "./fit.ts";

const notes = `
A control is KIND or KIND:OPTION=VALUE,…; KIND is one of
  ${controlKinds.join(", ")}.
compare fits each control on part of the items, judges it on the others, and says which to take; fit writes one control into a small
.json or .npz file; apply takes that file to new rows of either modality, whenever they come.

Examples:
  nce-geometry control compare clip.npy --out comparison
  nce-geometry control fit clip.npy --control centre --out centre.json
  nce-geometry control apply centre.json clip.npy#0 --side x --out images.npy
To see what compare promised, on the items that it judged by:
  nce-geometry control fit clip.npy --control centre --train 0.5 --out centre.json --held-out others.npz
  nce-geometry control apply centre.json others.npz#x --side x --out x.npy
  nce-geometry control apply centre.json others.npz#y --side y --out y.npy
  nce-geometry analyze x.npy y.npy`;

/** Adds the three commands. */
export function addControlCommands(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const control = program
    .command("control")
    .description("narrow the gap: compare, fit and apply maps of the embeddings")
    .addHelpText("after", notes);

  pairOptions(control.command("compare").description("fit controls on part of the items, judge them on the rest"), 0.5)
    .option(
      "--control <spec>",
      "a control to compare; repeat (default: one of each kind that needs no training)",
      collect,
    )
    .option("--bootstrap <draws>", "bootstrap draws behind the intervals", wholeNumber, 1000)
    .option("--temperature <tau>", "temperature of the smoothed D_S", positive, 0.07)
    .option("--json", "print the comparison as JSON")
    .option("--out <dir>", "write comparison.json and comparison.html into this folder")
    .action(async (x: string, y: string | undefined, options: CompareOptions) =>
      finish(await compare(x, y, options, terminal)),
    );

  pairOptions(control.command("fit").description("fit one control and write it down"), 1)
    .requiredOption("--control <spec>", "the control to fit", collect)
    .requiredOption("--out <file>", "a .json or .npz file")
    .option("--held-out <file>", "write the items that it was not fitted on, as they are, into this .npz file")
    .action(async (x: string, y: string | undefined, options: FitOptions) =>
      finish(await fit(x, y, options, terminal)),
    );

  addReadOptions(control.command("apply").description("apply a fitted control to rows of one modality"))
    .argument("<control>", "what fit wrote")
    .argument("<in>", "rows of one modality")
    .requiredOption(
      "--side <x|y>",
      "which modality they are of: x, the first that the control was fitted on, or y",
      side,
    )
    .requiredOption("--out <file>", "file of the new rows, in any format that is written")
    .action(async (control_: string, rows: string, options: ApplyOptions) =>
      finish(await apply(control_, rows, options, terminal)),
    );
}

function pairOptions(command: Command, train: number): Command {
  return addReadOptions(command)
    .argument("<x>", "the first modality, or both in one file")
    .argument("[y]", "the second modality")
    .option("--map <file>", "item of each row of y, when items have several captions")
    .option("--train <share>", "share of the items to fit on", share, train)
    .option("--seed <seed>", "seed of the split and of everything random", wholeNumber, 0);
}

function collect(text: string, previous: readonly string[] = []): string[] {
  return [...previous, text];
}

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new InvalidArgumentError("It must be a whole number >= 0.");
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && value <= 1) return value;
  throw new InvalidArgumentError("It must be a number in (0, 1].");
}

function positive(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("It must be a number > 0.");
}

function side(text: string): "x" | "y" {
  if (text === "x" || text === "y") return text;
  throw new InvalidArgumentError("It must be x or y.");
}
