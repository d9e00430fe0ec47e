// control apply: a fitted control on rows of one modality, whenever they come.

import { applyControl } from "@nce-geometry/diagnostics";
import { selectMatrix } from "@nce-geometry/io";
import { openEmbeddingFile, writeEmbeddingFile } from "@nce-geometry/io/node";
import { normalizedRowSource } from "@nce-geometry/pairwise";
import { type ExitCode, exitCode } from "../../exit-code.ts";
import { parseNamed } from "../../inputs.ts";
import { type ReadOptions, readOptions } from "../../read-options.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { readTransform } from "./transform-file.ts";

export interface ApplyOptions extends ReadOptions {
  readonly side: "x" | "y";
  readonly out: string;
}

/** Streams the rows through the control. */
export async function apply(file: string, word: string, options: ApplyOptions, terminal: Terminal): Promise<ExitCode> {
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
