// analyze X [Y] [--compare …]: two modalities, one set, or two models measured, summarised, and written down.

import { type ExitCode, exitCode } from "../exit-code.ts";
import { type Condition, parseCondition } from "../fail-if.ts";
import { openSubject } from "../inputs.ts";
import { assertWritableFolder, writeFiles } from "../output.ts";
import { readOptions } from "../read-options.ts";
import { cloudPage } from "../report/cloud-page.ts";
import { modelsPage } from "../report/models-page.ts";
import { reportPage } from "../report/page.ts";
import type { CloudReport, ModelsReport, Report } from "../report/report.ts";
import { cloudSummary, modelsSummary, summary } from "../terminal/summary.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { parseThresholds } from "../thresholds.ts";
import { type AnalyzeOptions, commandLine, parseNames } from "./analyze/analyze-options.ts";
import { isPair, measureCloud, measurePair } from "./analyze/measure.ts";
import { measureModels } from "./analyze/models.ts";

export async function analyze(
  first: string,
  second: string | undefined,
  options: AnalyzeOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { json, out } = options;
  const conditions = (options.failIf ?? []).map(parseCondition);
  const thresholds = parseThresholds(options.threshold);
  parseNames(options.names);
  if (out !== undefined) await assertWritableFolder(out);
  const bar = terminal.progressBar();
  try {
    const control = { signal: terminal.signal, onProgress: bar.onProgress };
    const report = await measure(first, second, { options, conditions, thresholds, control });
    bar.stop();
    if (out !== undefined) {
      const files = {
        "report.json": `${JSON.stringify(report, null, 2)}\n`,
        "report.html": pageOf(report, commandLine(first, second, options)),
      };
      await writeFiles(out, files, terminal.signal);
    }
    terminal.print(json ? `${JSON.stringify(report, null, 2)}\n` : summaryOf(report));
    if (out !== undefined && !json) terminal.print(`\nreport: ${out}/report.html and ${out}/report.json\n`);
    return report.conditions.some(({ held }) => held) ? exitCode.conditionHeld : exitCode.ok;
  } finally {
    bar.stop();
  }
}

type AnyReport = Report | CloudReport | ModelsReport;

interface Asked {
  readonly options: AnalyzeOptions;
  readonly conditions: readonly Condition[];
  readonly thresholds: ReturnType<typeof parseThresholds>;
  readonly control: Pick<Terminal, "signal"> & Pick<ReturnType<Terminal["progressBar"]>, "onProgress">;
}

async function measure(first: string, second: string | undefined, asked: Asked): Promise<AnyReport> {
  const { options } = asked;
  const open = {
    names: parseNames(options.names),
    mapped: options.map !== undefined,
    read: readOptions(options),
  };
  const words = second === undefined ? [first] : [first, second];
  await using subject = await openSubject(first, second, open);
  if (options.compare !== undefined) {
    const [otherFirst, otherSecond] = options.compare;
    await using other = await openSubject(otherFirst!, otherSecond, open);
    return await measureModels(subject, other, { ...asked, words }, { ...asked, words: options.compare });
  }
  return isPair(subject)
    ? await measurePair(subject, { ...asked, words })
    : await measureCloud(subject, { ...asked, words });
}

function pageOf(report: AnyReport, command: string): string {
  switch (report.schema) {
    case "nce-geometry/report@1":
      return reportPage(report, command);
    case "nce-geometry/cloud-report@1":
      return cloudPage(report, command);
    case "nce-geometry/models-report@1":
      return modelsPage(report, command);
  }
}

function summaryOf(report: AnyReport): string {
  switch (report.schema) {
    case "nce-geometry/report@1":
      return summary(report);
    case "nce-geometry/cloud-report@1":
      return cloudSummary(report);
    case "nce-geometry/models-report@1":
      return modelsSummary(report);
  }
}
