// The summary of an analysis on a terminal: findings first, then the few numbers behind them.

import type { Estimate, Finding } from "@nce-geometry/diagnostics";
import type { Verdict } from "../fail-if.ts";
import { byParameter, listLengths } from "../report/by-parameter.ts";
import { formatEstimate, formatNumber, formatShare } from "../report/format.ts";
import { modelNames, sideBySide, similarityTables } from "../report/models-page.ts";
import { rowsInWords } from "../report/page.ts";
import type { CloudReport, ModelsReport, Report } from "../report/report.ts";
import type { TableRow } from "../report/tables.ts";

const width = 96;
const marks: Record<Finding["tone"], string> = { good: "+", notice: "·", warning: "!" };

/** Plain text, at most 96 columns wide. */
export function summary(report: Report): string {
  const { analysis, brief, findings, inputs, conditions } = report;
  const { x, y } = inputs;
  const lines = [
    `${x.name} and ${y.name}: ${rowsInWords(analysis, { x: x.name, y: y.name })} in ${analysis.dim} ${analysis.dim === 1 ? "dimension" : "dimensions"}`,
    ...sampleLines(report),
    "",
    ...wrap(brief, ""),
    "",
    ...findingLines(findings),
    "",
    ...numbers(report),
    ...conditionLines(conditions),
  ];
  return `${lines.join("\n")}\n`;
}

/** The summary of one set. */
export function cloudSummary({ analysis, brief, findings, inputs, conditions }: CloudReport): string {
  const { rows, dim, settings } = analysis;
  const sampled = settings.sample < rows ? `, ${settings.sample} of them measured` : "";
  const numbers: Line[] = [
    ["mean cosine of two rows", analysis.meanCosine],
    ["cosine to the nearest row", analysis.nearestCosine],
    ["centroid norm", analysis.centroidNorm],
    ["uniformity", analysis.uniformity],
    ["effective rank", analysis.spectrum.effectiveRank],
    ["hubness, skewness", analysis.hubness.skewness],
  ];
  const lines = [
    `${inputs.x.name}: ${rows} rows in ${dim} ${dim === 1 ? "dimension" : "dimensions"}${sampled}`,
    "",
    ...wrap(brief, ""),
    "",
    ...findingLines(findings),
    "",
    ...estimateLines(numbers),
    ...conditionLines(conditions),
  ];
  return `${lines.join("\n")}\n`;
}

/** The summary of two models. */
export function modelsSummary(report: ModelsReport): string {
  const [a, b] = modelNames(report);
  const lines = [
    `${a} and ${b}: two models of the same ${report.similarity.x.sample.of} items`,
    "",
    ...wrap(report.brief, ""),
    "",
    ...[...similarityTables(report), sideBySide(report)].flatMap(({ title, columns, rows }) => [
      columns.length > 1 ? `${title}: ${columns.join(", ")}` : title,
      ...columnLines(rows),
      "",
    ]),
    ...conditionLines(report.conditions),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function columnLines(rows: readonly TableRow[]): string[] {
  const label = Math.max(...rows.map(({ name }) => name.length)) + 2;
  return rows.map(({ name, values, format }) => {
    const cells = values.map((estimate) => (estimate ? formatEstimate(estimate, format).value : "–").padStart(10));
    return `  ${name.padEnd(label)} ${cells.join("  ")}`;
  });
}

function findingLines(findings: readonly Finding[]): string[] {
  return findings.flatMap(({ tone, severity, text, remedy }) => [
    ...wrap(text, severity === "high" ? "!! " : `${marks[tone]}  `),
    ...(tone === "warning" && remedy !== null ? wrap(remedy, "   → ") : []),
  ]);
}

function conditionLines(conditions: readonly Verdict[]): string[] {
  return conditions.map(
    ({ condition, value, held }) =>
      `--fail-if ${condition}: ${held ? "HOLDS" : "does not hold"} (value ${formatNumber(value)})`,
  );
}

type Line = [name: string, estimate: Estimate, format?: (value: number) => string];

function sampleLines({ analysis: { items, captions, settings } }: Report): string[] {
  const { sampling } = settings;
  if (sampling.items === items && sampling.captions === captions) return [];
  return [
    `sampled: ${sampling.items} pairs for clouds and energies, ${sampling.queries.x} queries of either kind in all rows (--full: everything)`,
  ];
}

function numbers({ analysis, inputs: { x, y } }: Report): string[] {
  const { gap, cosines, retrieval, mixedSearch } = analysis;
  const deepest = listLengths(mixedSearch.x, analysis).at(-1)!;
  const rows: Line[] = [
    ["centroid gap", gap.centroid],
    ["energy distance", analysis.energyDistance.pairedStatistic],
    ["cosine, matched pairs", cosines.matched],
    [`cosine within ${x.name}`, cosines.within.x],
    [`cosine within ${y.name}`, cosines.within.y],
    [`recall@1 ${x.name} → ${y.name}`, retrieval.xToY.recall["1"]!, formatShare],
    [`recall@1 ${y.name} → ${x.name}`, retrieval.yToX.recall["1"]!, formatShare],
    [`own kind in top ${deepest}, ${x.name}`, mixedSearch.x[deepest]!, formatShare],
    [`own kind in top ${deepest}, ${y.name}`, mixedSearch.y[deepest]!, formatShare],
    ...byParameter(analysis.energy).flatMap(({ temperature, infoNCE, smoothedDivergence }): [string, Estimate][] => [
      [`InfoNCE at τ = ${temperature}`, infoNCE.symmetric],
      [`smoothed D_S at τ = ${temperature}`, smoothedDivergence.leaveOneOut.symmetricKL],
    ]),
  ];
  return estimateLines(rows);
}

function estimateLines(rows: readonly Line[]): string[] {
  const label = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.map(([name, estimate, format]) => {
    const { value, uncertainty } = formatEstimate(estimate, format);
    return `  ${name.padEnd(label)} ${value.padStart(8)}  ${uncertainty}`.trimEnd();
  });
}

/** Words in lines of at most `width`, the first after `bullet`, the others indented under it. */
function wrap(text: string, bullet: string): string[] {
  const lines: string[] = [];
  let line = bullet;
  for (const word of text.split(/ (?!%)/)) {
    if (line.length + word.length > width && line.trim() !== "") {
      lines.push(line.trimEnd());
      line = " ".repeat(bullet.length);
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
