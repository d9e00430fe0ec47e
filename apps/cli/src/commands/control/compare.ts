// control compare: fits controls on part of the items and judges them on the others.

import { compareControls } from "@nce-geometry/diagnostics";
import { referenceBackend } from "@nce-geometry/tensor";
import { type ExitCode, exitCode } from "../../exit-code.ts";
import { assertWritableFolder, writeFiles } from "../../output.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { version } from "../../version.ts";
import { comparisonPage } from "./comparison-page.ts";
import { comparisonTable } from "./comparison-table.ts";
import { parseControl } from "./control-spec.ts";
import { loadPair, type PairOptions } from "./load-pair.ts";

export interface CompareOptions extends PairOptions {
  readonly control?: readonly string[];
  readonly bootstrap: number;
  readonly temperature: number;
  readonly out?: string;
  readonly json?: boolean;
}

/** Compares, prints the table and writes the page. */
export async function compare(
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
