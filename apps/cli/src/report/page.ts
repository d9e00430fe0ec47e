// report.html: one page without any reference to the outside, from the finding to the fine print.

import type { Finding, PairAnalysis } from "@nce-geometry/diagnostics";
import { listLengths } from "./by-parameter.ts";
import { type ReportFigure, reportFigures } from "./figures.ts";
import { formatBytes, formatEstimate, formatLevel, formatNumber, formatShare } from "./format.ts";
import { html, type Markup, raw } from "./html.ts";
import type { Report, ReportInput } from "./report.ts";
import { style } from "./style.ts";
import { type Table, type TableRow, tables } from "./tables.ts";

/** The whole page. `command` is the line that makes the report again. */
export function reportPage(report: Report, command: string): string {
  const { analysis, inputs, findings, generator } = report;
  const names = { x: inputs.x.name, y: inputs.y.name };
  const title = `Geometry of ${names.x} and ${names.y}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="muted">${rowsInWords(analysis, names)} in ${analysis.dim} ${analysis.dim === 1 ? "dimension" : "dimensions"}, all rows scaled to unit length. Intervals hold with ${formatLevel(analysis.settings.level)} confidence.</p>
${tiles(report)}
<h2>What was found</h2>
<ul class="findings">${findings.map(finding)}</ul>
<h2>Figures</h2>
${reportFigures(analysis, names).map(figure)}
<h2>Numbers</h2>
${tables(analysis, names).map(table)}
${conditions(report)}
<h2>How it was computed</h2>
${method(report)}
<div class="scroll"><table><caption>Inputs</caption>
<thead><tr><th>modality</th><th>file</th><th>rows × dimensions</th><th>stored as</th><th>sha256 of the file</th></tr></thead>
<tbody>${[inputs.x, inputs.y].map(inputRow)}</tbody></table></div>
<p>To make this report again:</p>
<pre><code>${command}</code></pre>
<p class="muted">${generator.name} ${generator.version}, Node ${generator.node}, ${report.schema}. All numbers at full precision are in report.json.</p>
</main>
</body>
</html>
`.text;
}

function tiles({ analysis, inputs: { x, y } }: Report): Markup {
  const { gap, retrieval, mixedSearch, cosines } = analysis;
  const deepest = listLengths(mixedSearch.x, analysis).at(-1)!;
  const entries = [
    [formatNumber(gap.centroid.value), "centroid gap: distance of the two clouds' centres, at most 2"],
    [formatShare(retrieval.xToY.recall["1"]!.value), `of ${x.name} find their partner in ${y.name} first (recall@1)`],
    [
      formatShare(mixedSearch.x[deepest]!.value),
      `of the top ${deepest} for ${x.name} in a search of both are ${x.name} again`,
    ],
    [
      formatNumber(cosines.matched.value),
      `mean cosine of matched pairs; two ${x.name}: ${formatNumber(cosines.within.x.value)}`,
    ],
  ] as const;
  return html`<div class="tiles">${entries.map(([value, meaning]) => html`<div class="tile"><b>${value}</b><span>${meaning}</span></div>`)}</div>`;
}

function finding({ tone, text }: Finding): Markup {
  return html`<li class="${tone}"><b>${tone}</b>${text}</li>`;
}

function figure({ svg, caption }: ReportFigure): Markup {
  return html`<figure>${raw(svg)}<figcaption>${caption}</figcaption></figure>`;
}

function table({ title, columns, rows }: Table): Markup {
  return html`<div class="scroll"><table><caption>${title}</caption>
<thead><tr><th></th>${columns.map((column) => html`<th>${column}</th>`)}<th></th></tr></thead>
<tbody>${rows.map(tableRow)}</tbody></table></div>
`;
}

function tableRow({ name, values, format, note }: TableRow): Markup {
  const cells = values.map((estimate) => {
    if (!estimate) return html`<td class="number">–</td>`;
    const { value, uncertainty } = formatEstimate(estimate, format);
    return html`<td class="number">${value} <small>${uncertainty}</small></td>`;
  });
  return html`<tr><td>${name}</td>${cells}<td class="note">${note}</td></tr>`;
}

function conditions(report: Report): Markup | undefined {
  if (report.conditions.length === 0) return undefined;
  const rows = report.conditions.map(
    ({ condition, value, held }) =>
      html`<tr><td><code>${condition}</code></td><td class="number">${formatNumber(value)}</td><td>${held ? "holds: failed" : "does not hold: passed"}</td></tr>`,
  );
  return html`<table><caption>Conditions (--fail-if)</caption><tbody>${rows}</tbody></table>`;
}

function method({ analysis }: Report): Markup {
  const { items, captions, settings } = analysis;
  // The analysis itself decides: many draws of many rows are replaced by normal approximations.
  const resampled = analysis.gap.centroid.interval?.method === "bootstrap";
  const draws = resampled
    ? `Bootstrap intervals come from ${settings.bootstrap} draws with seed ${settings.seed}`
    : "Nothing was resampled; intervals are normal approximations";
  return html`<p>${usedInWords(analysis)} by the ${settings.engine} engine in ${settings.precision}.
${draws}. ${items === captions ? `Retrieval is that of one row among all ${items} of the other modality.` : `Retrieval is that of a row among all ${captions} or ${items} of the other modality.`} ${items === captions ? "The row order pairs the two files." : "A map tells which row of the first each row of the second belongs to."}</p>`;
}

/** `40 matched pairs`, or `5000 images with 25000 captions`. */
export function rowsInWords(
  { items, captions }: PairAnalysis,
  names: { readonly x: string; readonly y: string },
): string {
  return items === captions ? `${items} matched pairs` : `${items} ${names.x} with ${captions} ${names.y}`;
}

function usedInWords({ items, captions, settings: { sampling, preset } }: PairAnalysis): string {
  if (sampling.items === items && sampling.captions === captions) {
    return `All ${items === captions ? `${items} pairs` : `${items} and ${captions} rows`} were used, without subsampling,`;
  }
  return `Of ${items} and ${captions} rows a sample was used (preset ${preset}): ${sampling.items} pairs for clouds, energies and controls, ${sampling.queries.x} queries of either kind against all rows for the searches,`;
}

function inputRow(input: ReportInput): Markup {
  const file = input.matrix === null ? input.file : `${input.file}, matrix ${input.matrix}`;
  return html`<tr><td>${input.name}</td><td>${file}, ${formatBytes(input.bytes)}</td><td class="number">${input.rows} × ${input.dim}</td><td>${input.dtype}</td><td><code>${input.sha256}</code></td></tr>`;
}
