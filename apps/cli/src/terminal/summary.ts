// The summary of an analysis on a terminal: findings first, then the few numbers behind them.

import type { Estimate, Finding } from "@nce-geometry/diagnostics";
import { byParameter, listLengths } from "../report/by-parameter.ts";
import { formatEstimate, formatNumber, formatShare } from "../report/format.ts";
import { rowsInWords } from "../report/page.ts";
import type { Report } from "../report/report.ts";

const width = 96;
const marks: Record<Finding["tone"], string> = { good: "+", notice: "·", warning: "!" };

/** Plain text, at most 96 columns wide. */
export function summary(report: Report): string {
  const { analysis, findings, inputs, conditions } = report;
  const { x, y } = inputs;
  const lines = [
    `${x.name} and ${y.name}: ${rowsInWords(analysis, { x: x.name, y: y.name })} in ${analysis.dim} ${analysis.dim === 1 ? "dimension" : "dimensions"}`,
    "",
    ...findings.flatMap(({ tone, text }) => wrap(text, `${marks[tone]} `)),
    "",
    ...numbers(report),
    ...conditions.map(
      ({ condition, value, held }) =>
        `--fail-if ${condition}: ${held ? "HOLDS" : "does not hold"} (value ${formatNumber(value)})`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function numbers({ analysis, inputs: { x, y } }: Report): string[] {
  const { gap, cosines, retrieval, mixedSearch } = analysis;
  const deepest = listLengths(mixedSearch.x, analysis).at(-1)!;
  const rows: [string, Estimate, ((value: number) => string)?][] = [
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
