// convert IN OUT: a file of embeddings as another format.

import { type Conversion, convertEmbeddingFile } from "@nce-geometry/io/node";
import type { Command } from "commander";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { parseNamed } from "../inputs.ts";
import { addReadOptions, type ReadOptions, readOptions } from "../read-options.ts";
import type { Terminal } from "../terminal/terminal.ts";

interface ConvertOptions extends ReadOptions {
  readonly dtype?: "float16" | "bfloat16" | "float32" | "float64";
  readonly json?: boolean;
}

const notes = `
IN may be of any format that is read; IN#NAME takes one matrix along. The extension of OUT tells what is written: .npy, .npz,
.safetensors, .parquet, .csv, .tsv, .jsonl, .raw. Columns such as ids are kept where the format has room for them.`;

/** Adds the command. */
export function addConvertCommand(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const command = program
    .command("convert")
    .description("write embeddings in another format")
    .argument("<in>", "what to read")
    .argument("<out>", "what to write")
    .option("--dtype <type>", "how numbers are stored: float16, bfloat16, float32 or float64")
    .option("--json", "print what was written as JSON");
  addReadOptions(command)
    .addHelpText("after", notes)
    .action(async (from: string, to: string, options: ConvertOptions) =>
      finish(await convert(from, to, options, terminal)),
    );
}

async function convert(word: string, to: string, options: ConvertOptions, terminal: Terminal): Promise<ExitCode> {
  const { path, matrix } = parseNamed(word);
  const bar = terminal.progressBar();
  try {
    const conversion = await convertEmbeddingFile(path, to, {
      read: readOptions(options),
      ...(matrix !== undefined && { matrices: [matrix] }),
      ...(options.dtype && { dtype: options.dtype }),
      signal: terminal.signal,
      onProgress: bar.onProgress,
    });
    bar.stop();
    terminal.print(
      options.json ? `${JSON.stringify({ file: to, ...conversion }, null, 2)}\n` : describe(to, conversion),
    );
    return exitCode.ok;
  } finally {
    bar.stop();
  }
}

function describe(to: string, { format, matrices, columns, notes }: Conversion): string {
  const lines = [
    `${to}: ${format}`,
    ...matrices.map(({ name, rows, dim }) => `  matrix ${name}: (${rows}, ${dim})`),
    ...columns.map((name) => `  column ${name}`),
    ...notes.map((note) => `  note: ${note}`),
  ];
  return `${lines.join("\n")}\n`;
}
