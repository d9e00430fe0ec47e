// analyze X [Y]: two paired modalities measured, summarised, and written down.

import { analyzePair, summarize } from "@nce-geometry/diagnostics";
import { InputError } from "@nce-geometry/tensor";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { judge, parseCondition } from "../fail-if.ts";
import { loadUnitRows, openPair } from "../inputs.ts";
import { assertWritableFolder, writeFiles } from "../output.ts";
import { reportPage } from "../report/page.ts";
import type { Report } from "../report/report.ts";
import { summary } from "../terminal/summary.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { version } from "../version.ts";

export interface AnalyzeOptions {
  /** Two names separated by a comma. */
  readonly names?: string;
  readonly temperature?: readonly number[];
  readonly bootstrap: number;
  readonly seed: number;
  readonly json?: boolean;
  readonly out?: string;
  readonly failIf?: readonly string[];
}

export async function analyze(
  first: string,
  second: string | undefined,
  options: AnalyzeOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { temperature, bootstrap, seed, json, out } = options;
  const conditions = (options.failIf ?? []).map(parseCondition);
  const names = options.names === undefined ? undefined : parseNames(options.names);
  await using pair = await openPair(first, second, { names });
  if (out !== undefined) await assertWritableFolder(out);

  const bar = terminal.progressBar();
  try {
    const { x, y } = pair;
    const control = { signal: terminal.signal, onProgress: bar.onProgress };
    const [xRows, yRows] = [await loadUnitRows(x), await loadUnitRows(y)];
    const analysis = await analyzePair(xRows, yRows, {
      ...(temperature && { temperatures: temperature }),
      bootstrap,
      seed,
      ...control,
    });
    bar.stop();
    const report: Report = {
      schema: "nce-geometry/report@1",
      generator: { name: "nce-geometry", version, node: process.versions.node },
      inputs: { x: x.input, y: y.input },
      findings: summarize(analysis, { names: { x: x.input.name, y: y.input.name } }),
      analysis,
      conditions: conditions.map((condition) => judge(condition, analysis)),
    };
    if (out !== undefined) {
      const files = {
        "report.json": `${JSON.stringify(report, null, 2)}\n`,
        "report.html": reportPage(report, commandLine(first, second, options)),
      };
      await writeFiles(out, files, terminal.signal);
    }
    terminal.print(json ? `${JSON.stringify(report, null, 2)}\n` : summary(report));
    if (out !== undefined && !json) terminal.print(`\nreport: ${out}/report.html and ${out}/report.json\n`);
    return report.conditions.some(({ held }) => held) ? exitCode.conditionHeld : exitCode.ok;
  } finally {
    bar.stop();
  }
}

function parseNames(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.length === 2 && names.every((name) => name !== "") && names[0] !== names[1]) return names;
  throw new InputError({
    code: "E_OPTION",
    where: "analyze",
    argument: "--names",
    expected: "two different names separated by a comma",
    received: JSON.stringify(text),
    hint: "For example --names image,text.",
  });
}

/** The line that makes the report again, quoted for a POSIX shell. */
function commandLine(first: string, second: string | undefined, options: AnalyzeOptions): string {
  const words = [
    "nce-geometry",
    "analyze",
    first,
    ...(second === undefined ? [] : [second]),
    ...(options.names === undefined ? [] : ["--names", options.names]),
    ...(options.temperature ? ["--temperature", options.temperature.join(",")] : []),
    ...["--bootstrap", String(options.bootstrap), "--seed", String(options.seed)],
    ...(options.out === undefined ? [] : ["--out", options.out]),
    ...(options.failIf ?? []).flatMap((condition) => ["--fail-if", condition]),
  ];
  return words.map((word) => (/^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}
