// control fit | apply | compare: ways to narrow the gap, fitted on some pairs, judged on others, applied to any rows.

import { applyControl, compareControls, controlKinds, fitControl, splitItems } from "@nce-geometry/diagnostics";
import { selectMatrix } from "@nce-geometry/io";
import { openEmbeddingFile, writeEmbeddingFile } from "@nce-geometry/io/node";
import { matrixOf, normalizedRowSource } from "@nce-geometry/pairwise";
import { InputError, type RowMatrix, referenceBackend } from "@nce-geometry/tensor";
import { type Command, InvalidArgumentError } from "commander";
import { loadCaptionMap } from "../../caption-map.ts";
import { type ExitCode, exitCode } from "../../exit-code.ts";
import { loadUnitRows, openPair, parseNamed } from "../../inputs.ts";
import { assertWritableFolder, writeFiles } from "../../output.ts";
import { addReadOptions, type ReadOptions, readOptions } from "../../read-options.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { version } from "../../version.ts";
import { comparisonPage } from "./comparison-page.ts";
import { comparisonTable } from "./comparison-table.ts";
import { parseControl } from "./control-spec.ts";
import { readTransform, writeTransform } from "./transform-file.ts";

interface PairOptions extends ReadOptions {
  readonly map?: string;
  readonly train: number;
  readonly seed: number;
}
interface FitOptions extends PairOptions {
  readonly control: readonly string[];
  readonly out: string;
}
interface CompareOptions extends PairOptions {
  readonly control?: readonly string[];
  readonly bootstrap: number;
  readonly temperature: number;
  readonly out?: string;
  readonly json?: boolean;
}
interface ApplyOptions extends ReadOptions {
  readonly side: "x" | "y";
  readonly out: string;
}

const notes = `
A control is KIND or KIND:OPTION=VALUE,…; KIND is one of
  ${controlKinds.join(", ")}.
compare fits each control on part of the items, judges it on the others, and says which to take; fit writes one control into a small
.json or .npz file; apply takes that file to new rows of either modality, whenever they come.

Examples:
  nce-geometry control compare clip.npy --out comparison
  nce-geometry control fit clip.npy --control centre --train 0.5 --out centre.json
  nce-geometry control apply centre.json clip.npy#0 --side x --out images.npy`;

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

async function compare(
  x: string,
  y: string | undefined,
  options: CompareOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { bootstrap, seed, temperature, train, out, json } = options;
  const controls = options.control?.map(parseControl);
  if (out !== undefined) await assertWritableFolder(out);
  const pair = await loadPair(x, y, options);
  const bar = terminal.progressBar();
  try {
    const comparison = await compareControls(pair.x, pair.y, {
      ...(pair.map && { map: pair.map }),
      ...(controls && { controls }),
      split: { trainShare: train, seed },
      ...{ bootstrap, seed, temperature, backend: referenceBackend() },
      signal: terminal.signal,
      onProgress: bar.onProgress,
    });
    bar.stop();
    const record = { generator: { name: "nce-geometry", version }, inputs: pair.inputs, comparison };
    const text = `${JSON.stringify(record, null, 2)}\n`;
    if (out !== undefined) {
      const page = comparisonPage(comparison, { x: pair.inputs.x.name, y: pair.inputs.y.name });
      await writeFiles(out, { "comparison.json": text, "comparison.html": page }, terminal.signal);
    }
    terminal.print(json ? text : comparisonTable(comparison, { x: pair.inputs.x.name, y: pair.inputs.y.name }));
    if (out !== undefined && !json) terminal.print(`\ncomparison: ${out}/comparison.html and ${out}/comparison.json\n`);
    return exitCode.ok;
  } finally {
    bar.stop();
  }
}

async function fit(x: string, y: string | undefined, options: FitOptions, terminal: Terminal): Promise<ExitCode> {
  const [word, ...more] = options.control;
  if (word === undefined || more.length > 0) {
    const [expected, received] = ["given once", `${options.control.length} times`];
    throw new InputError({ code: "E_OPTION", where: "control fit", argument: "--control", expected, received });
  }
  const { train, seed, out } = options;
  const pair = await loadPair(x, y, options);
  const { rows, hash } = trainRows(pair, train, seed);
  const bar = terminal.progressBar();
  try {
    const { x: inX, y: inY } = pair.inputs;
    const transform = await fitControl(rows.x, rows.y, {
      ...parseControl(word),
      ...(rows.map && { map: rows.map }),
      backend: referenceBackend(),
      provenance: {
        ...(hash !== undefined && { split: hash }),
        inputs: { x: inX.sha256, y: inY.sha256 },
        library: `nce-geometry ${version}`,
      },
      signal: terminal.signal,
      onProgress: bar.onProgress,
    });
    bar.stop();
    await writeTransform(out, transform);
    const { items, captions } = transform.provenance;
    terminal.print(`${out}: ${word}, fitted on ${items} items and ${captions} captions (${transform.fit.status})\n`);
    return exitCode.ok;
  } finally {
    bar.stop();
  }
}

async function apply(file: string, word: string, options: ApplyOptions, terminal: Terminal): Promise<ExitCode> {
  const transform = await readTransform(file);
  const { path, matrix } = parseNamed(word);
  await using embeddings = await openEmbeddingFile(path, readOptions(options));
  const source = selectMatrix(embeddings, matrix);
  const rows = applyControl(transform, normalizedRowSource(source), options.side);
  await writeEmbeddingFile(
    options.out,
    { matrices: [{ name: source.name, rows }] },
    { dtype: source.dtype === "float64" ? "float64" : "float32", signal: terminal.signal },
  );
  terminal.print(`${options.out}: ${source.rows} rows after ${transform.options.kind}\n`);
  return exitCode.ok;
}

interface LoadedPair {
  readonly x: RowMatrix;
  readonly y: RowMatrix;
  readonly map?: Int32Array;
  readonly inputs: {
    readonly x: { readonly name: string; readonly sha256: string };
    readonly y: { readonly name: string; readonly sha256: string };
  };
}

async function loadPair(x: string, y: string | undefined, options: PairOptions): Promise<LoadedPair> {
  await using pair = await openPair(x, y, { mapped: options.map !== undefined, read: readOptions(options) });
  const counts = { items: pair.x.source.rows, captions: pair.y.source.rows };
  const map = options.map === undefined ? undefined : await loadCaptionMap(options.map, counts);
  return {
    x: await loadUnitRows(pair.x),
    y: await loadUnitRows(pair.y),
    ...(map && { map }),
    inputs: { x: pair.x.input, y: pair.y.input },
  };
}

/** The part of the items that a control is fitted on, the same that `compare` would take. */
function trainRows(
  { x, y, map }: LoadedPair,
  train: number,
  seed: number,
): { readonly rows: Pick<LoadedPair, "x" | "y" | "map">; readonly hash?: string } {
  if (train === 1) return { rows: { x, y, ...(map && { map }) } };
  const { train: items, hash } = splitItems(x.rows, { trainShare: train, seed });
  const place = new Map(Array.from(items, (item, index) => [item, index]));
  const owner = (caption: number): number => map?.[caption] ?? caption;
  const captions = Array.from({ length: y.rows }, (_, caption) => caption).filter((caption) =>
    place.has(owner(caption)),
  );
  const rows = {
    x: rowsAt(x, items),
    y: rowsAt(y, captions),
    ...(map && { map: Int32Array.from(captions, (caption) => place.get(owner(caption))!) }),
  };
  return { rows, hash };
}

function rowsAt({ dim, data }: RowMatrix, at: ArrayLike<number>): RowMatrix {
  return matrixOf(Array.from(at, (row) => Array.from(data.subarray(row * dim, (row + 1) * dim))));
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
