// inspect FILE…: what is in the files, before anything is computed with them.

import { type FormatName, inspectRows, type RowCount, type RowInspection } from "@nce-geometry/io";
import { openEmbeddingFile } from "@nce-geometry/io/node";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { fingerprintOf } from "../inputs.ts";
import { formatBytes, formatNumber } from "../report/format.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface InspectOptions {
  readonly json?: boolean;
}

interface FileInspection {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly format: FormatName;
  readonly matrices: readonly NamedInspection[];
  /** Columns beside the matrices. */
  readonly vectors: readonly { readonly name: string; readonly length: number; readonly kind: "number" | "string" }[];
  readonly notes: readonly string[];
}

interface NamedInspection extends RowInspection {
  readonly name: string;
}

export async function inspect(
  files: readonly string[],
  { json }: InspectOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const inspections: FileInspection[] = [];
  for (const path of files) inspections.push(await inspectFile(path, terminal));
  terminal.print(
    json
      ? `${JSON.stringify({ schema: "nce-geometry/inspection@1", files: inspections }, null, 2)}\n`
      : inspections.map(describe).join("\n"),
  );
  return exitCode.ok;
}

async function inspectFile(path: string, { progressBar, signal }: Terminal): Promise<FileInspection> {
  await using file = await openEmbeddingFile(path);
  const bar = progressBar();
  try {
    const matrices: NamedInspection[] = [];
    for (const matrix of file.matrices)
      matrices.push({ name: matrix.name, ...(await inspectRows(matrix, { signal, onProgress: bar.onProgress })) });
    const { bytes, format, notes } = file;
    const vectors = file.vectors.map(({ name, length, kind }) => ({ name, length, kind }));
    return { file: path, bytes, sha256: await fingerprintOf(path), format, matrices, vectors, notes };
  } finally {
    bar.stop();
  }
}

function describe({ file, bytes, sha256, format, matrices, vectors, notes }: FileInspection): string {
  const head = [file, `  format      ${format}, ${formatBytes(bytes)}`, `  sha256      ${sha256}`];
  const bodies = matrices.flatMap((matrix) => [
    ...(matrices.length > 1 ? [`  matrix ${matrix.name}`] : []),
    `  shape       (${matrix.rows}, ${matrix.dim}), ${matrix.dtype}`,
    ...describeRows(matrix),
  ]);
  const columns = vectors.map(({ name, length, kind }) => `  column      ${name}: ${length} ${kind}s`);
  return `${[...head, ...bodies, ...columns, ...notes.map((note) => `  note        ${note}`)].join("\n")}\n`;
}

function describeRows({ rows, norms, unit, nan, infinite, zero, duplicates }: RowInspection): string[] {
  const lengths = norms
    ? `${formatNumber(norms.min)} … ${formatNumber(norms.max)}, mean ${formatNumber(norms.mean)}; ${unit === rows ? "all" : unit} of ${rows} rows of unit length`
    : "no finite row";
  const twins = duplicates.pair
    ? `${plural(duplicates.rows, "row")} equal to an earlier one, first: row ${duplicates.pair[1]} = row ${duplicates.pair[0]}`
    : "none";
  return [
    `  lengths     ${lengths}`,
    `  NaN         ${describeCount(nan)}`,
    `  infinite    ${describeCount(infinite)}`,
    `  zero rows   ${describeCount(zero)}`,
    `  duplicates  ${twins}`,
  ];
}

function describeCount({ rows, first }: RowCount): string {
  return first === null ? "none" : `${plural(rows, "row")}, first: row ${first}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
