// ingest IN --out DIR: a file of any format once into checked shards, which are read by position from then on.

import { type IngestManifest, ingest } from "@nce-geometry/io/node";
import { type Command, InvalidArgumentError } from "commander";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { addReadOptions, type ReadOptions, readOptions } from "../read-options.ts";
import { formatNumber } from "../report/format.ts";
import type { Terminal } from "../terminal/terminal.ts";

interface IngestCommandOptions extends ReadOptions {
  readonly out: string;
  readonly dtype?: "float16" | "float32" | "float64";
  readonly shardRows?: number;
  readonly keepBadRows?: boolean;
  readonly json?: boolean;
}

const notes = `
Every matrix becomes shards of .npy beside manifest.json, with the SHA-256 of each; columns such as ids are kept. Rows that are not
finite or all zeros stop the work unless --keep-bad-rows is given. A run that was stopped is taken up again. The folder can be
given to every command in place of a file.`;

/** Adds the command. */
export function addIngestCommand(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const command = program
    .command("ingest")
    .description("convert a large file once into checked shards")
    .argument("<in>", "what to read")
    .requiredOption("--out <dir>", "folder of the shards")
    .option("--dtype <type>", "how numbers are stored: float16, float32 or float64", "float32")
    .option("--shard-rows <n>", "rows per shard", rowCount)
    .option("--keep-bad-rows", "count rows without a direction instead of stopping at the first")
    .option("--json", "print the manifest");
  addReadOptions(command)
    .addHelpText("after", notes)
    .action(async (from: string, options: IngestCommandOptions) => finish(await run(from, options, terminal)));
}

async function run(from: string, options: IngestCommandOptions, terminal: Terminal): Promise<ExitCode> {
  const { out, dtype, shardRows, keepBadRows } = options;
  const bar = terminal.progressBar();
  try {
    const manifest = await ingest(from, out, {
      read: readOptions(options),
      ...(dtype && { dtype }),
      ...(shardRows && { shardRows }),
      badRows: keepBadRows ? "keep" : "refuse",
      signal: terminal.signal,
      onProgress: bar.onProgress,
    });
    bar.stop();
    terminal.print(options.json ? `${JSON.stringify(manifest, null, 2)}\n` : describe(out, manifest));
    return exitCode.ok;
  } finally {
    bar.stop();
  }
}

function describe(out: string, { source, matrices, columns, notes }: IngestManifest): string {
  const lines = matrices.map(({ name, rows, dim, dtype, shards, statistics: { norms } }) => {
    const lengths = norms ? `; lengths ${formatNumber(norms.min)} … ${formatNumber(norms.max)}` : "";
    return `  matrix ${name}: (${rows}, ${dim}) ${dtype} in ${shards.length} shard${shards.length === 1 ? "" : "s"}${lengths}`;
  });
  const kept = columns ? [`  columns in ${columns.file}`] : [];
  return `${[`${out}: from ${source.file} (${source.format})`, ...lines, ...kept, ...notes.map((note) => `  note: ${note}`)].join("\n")}\n`;
}

function rowCount(text: string): number {
  if (/^[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new InvalidArgumentError("It must be a whole number >= 1.");
}
