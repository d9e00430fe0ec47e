// What all pages share: the frame, the findings, tables, figures and the fine print.

import type { Evidence, Finding } from "@nce-geometry/diagnostics";
import type { Verdict } from "../fail-if.ts";
import type { ReportFigure } from "./figure.ts";
import { formatBytes, formatEstimate, formatNumber } from "./format.ts";
import { html, type Markup, raw } from "./html.ts";
import type { Generator, ReportInput } from "./report.ts";
import { style } from "./style.ts";
import type { Table, TableRow } from "./tables.ts";

/** A whole page around its parts. */
export function shell(title: string, body: Markup | readonly Markup[]): string {
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
${body}
</main>
</body>
</html>
`.text;
}

/** Numbers at a glance, each with what it is. */
export function tiles(entries: readonly (readonly [value: string, meaning: string])[]): Markup {
  return html`<div class="tiles">${entries.map(([value, meaning]) => html`<div class="tile"><b>${value}</b><span>${meaning}</span></div>`)}</div>`;
}

/** What calls for something first, then what is as it should be; the numbers behind each at a click. */
export function findingsList(findings: readonly Finding[]): Markup {
  const urgent = findings.filter(({ severity }) => severity !== "none");
  const good = findings.filter(({ severity }) => severity === "none");
  const order = ["high", "medium", "low"];
  const sorted = [...urgent].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return html`${sorted.length > 0 ? html`<ul class="findings">${sorted.map(finding)}</ul>` : undefined}
${good.length > 0 ? html`<h3>As it should be</h3><ul class="findings">${good.map(finding)}</ul>` : undefined}`;
}

const words: Readonly<Record<Finding["severity"], string>> = {
  none: "good",
  low: "worth knowing",
  medium: "warning",
  high: "serious",
};

function finding({ tone, severity, text, remedy, evidence }: Finding): Markup {
  return html`<li class="${severity === "high" ? "serious" : tone}"><b>${words[severity]}</b>${unbroken(text)}
${remedy === null ? undefined : html`<p class="remedy"><i>Try first:</i> ${remedy}</p>`}
${evidence.length === 0 ? undefined : html`<details><summary>numbers behind it</summary><table><tbody>${evidence.map(evidenceRow)}</tbody></table></details>`}</li>`;
}

/** A percentage stays on one line. */
export function unbroken(text: string): string {
  return text.replaceAll(" %", "\u00a0%");
}

function evidenceRow({ path, value, interval }: Evidence): Markup {
  const range = interval ? `${formatNumber(interval.low)} … ${formatNumber(interval.high)}` : "";
  return html`<tr><td><code>${path}</code></td><td class="number">${formatNumber(value)} <small>${range}</small></td></tr>`;
}

export function figure({ svg, caption }: ReportFigure): Markup {
  return html`<figure>${raw(svg)}<figcaption>${caption}</figcaption></figure>`;
}

export function table({ title, columns, rows }: Table): Markup {
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

export function conditions(verdicts: readonly Verdict[]): Markup | undefined {
  if (verdicts.length === 0) return undefined;
  const rows = verdicts.map(
    ({ condition, value, held }) =>
      html`<tr><td><code>${condition}</code></td><td class="number">${formatNumber(value)}</td><td>${held ? "holds: failed" : "does not hold: passed"}</td></tr>`,
  );
  return html`<table><caption>Conditions (--fail-if)</caption><tbody>${rows}</tbody></table>`;
}

export function inputsTable(inputs: readonly ReportInput[]): Markup {
  return html`<div class="scroll"><table><caption>Inputs</caption>
<thead><tr><th>name</th><th>file</th><th>rows × dimensions</th><th>stored as</th><th>sha256 of the file</th></tr></thead>
<tbody>${inputs.map(inputRow)}</tbody></table></div>`;
}

function inputRow(input: ReportInput): Markup {
  const file = input.matrix === null ? input.file : `${input.file}, matrix ${input.matrix}`;
  return html`<tr><td>${input.name}</td><td>${file}, ${formatBytes(input.bytes)}</td><td class="number">${input.rows} × ${input.dim}</td><td>${input.dtype}</td><td><code>${input.sha256}</code></td></tr>`;
}

/** How to make the page again, and by what it was made. */
export function colophon(command: string, { name, version, node }: Generator, schema: string): Markup {
  return html`<p>To make this report again:</p>
<pre><code>${command}</code></pre>
<p class="muted">${name} ${version}, Node ${node}, ${schema}. All numbers at full precision are in report.json.</p>`;
}
