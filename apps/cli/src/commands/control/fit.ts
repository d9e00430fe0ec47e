// control fit: one control, fitted on all items or on a part of them, into a small file.

import { extname } from "node:path";
import { fitControl, splitItems } from "@nce-geometry/diagnostics";
import { writeEmbeddingFile } from "@nce-geometry/io/node";
import { InputError, referenceBackend } from "@nce-geometry/tensor";
import { type ExitCode, exitCode } from "../../exit-code.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { version } from "../../version.ts";
import { parseControl } from "./control-spec.ts";
import { loadPair, type PairOptions, type PairRows, rowsOfItems } from "./load-pair.ts";
import { writeTransform } from "./transform-file.ts";

export interface FitOptions extends PairOptions {
  readonly control: readonly string[];
  readonly out: string;
  readonly heldOut?: string;
}

/** Fits, and writes the control and, where wanted, the rows to judge it by. */
export async function fit(
  x: string,
  y: string | undefined,
  options: FitOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const [word, ...more] = options.control;
  if (word === undefined || more.length > 0) {
    const [expected, received] = ["given once", `${options.control.length} times`];
    throw new InputError({ code: "E_OPTION", where: "control fit", argument: "--control", expected, received });
  }
  const { train, seed, out, heldOut } = options;
  if (heldOut !== undefined) assertHeldOut(heldOut, train);
  const pair = await loadPair(x, y, options);
  // The same split as that of `compare`.
  const split = train === 1 ? undefined : splitItems(pair.x.rows, { trainShare: train, seed });
  const rows = split ? rowsOfItems(pair, split.train) : pair;
  const bar = terminal.progressBar();
  try {
    const { x: inX, y: inY } = pair.inputs;
    const transform = await fitControl(rows.x, rows.y, {
      ...parseControl(word),
      ...(rows.map && { map: rows.map }),
      backend: referenceBackend(),
      provenance: {
        ...(split && { split: split.hash }),
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
    if (split && heldOut !== undefined) {
      await writeHeldOut(heldOut, rowsOfItems(pair, split.test));
      terminal.print(`${heldOut}: the other ${split.test.length} items, as they are\n`);
    }
    return exitCode.ok;
  } finally {
    bar.stop();
  }
}

function assertHeldOut(path: string, train: number): void {
  const refuse = (expected: string, received: string, hint?: string): never => {
    throw new InputError({
      code: "E_OPTION",
      where: "control fit",
      argument: "--held-out",
      expected,
      received,
      hint,
    });
  };
  if (train === 1) refuse("given with --train below 1", "all items to fit on", "For example --train 0.5.");
  if (extname(path) !== ".npz") refuse("a .npz file", JSON.stringify(path));
}

/** Matrices x and y and, of captions, a column map. */
async function writeHeldOut(path: string, { x, y, map }: PairRows): Promise<void> {
  const matrices = [
    { name: "x", rows: x },
    { name: "y", rows: y },
  ];
  const vectors = map ? [{ name: "map", values: [...map] }] : [];
  await writeEmbeddingFile(path, { matrices, vectors }, { dtype: "float64" });
}
