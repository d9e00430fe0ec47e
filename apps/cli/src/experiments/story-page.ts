// The page of one experiment: question, answer, pictures, numbers, and the line that runs it again.

import type { Json } from "@nce-geometry/experiments";
import { html, type Markup, raw } from "../report/html.ts";
import { shell } from "../report/shell.ts";
import type { Story, StoryFigure, StoryTable } from "./story.ts";

export interface StoryPageData {
  readonly title: string;
  readonly story: Story;
  readonly config: Json;
  /** The line that makes it again. */
  readonly command: string;
  /** What was left out of the published setting; undefined for all of it. */
  readonly reduced?: string | undefined;
  readonly version: string;
}

/** A page without any reference to the outside. */
export function storyPage({ title, story, config, command, reduced, version }: StoryPageData): string {
  return shell(
    title,
    html`<p>${story.question}</p>
${reduced === undefined ? undefined : html`<ul class="findings"><li class="notice"><b>quick run</b>${reduced}</li></ul>`}
<h2>What the paper shows</h2>
<p>${story.published}</p>
<h2>What this run found</h2>
<ul class="findings">${story.findings.map((text) => html`<li class="notice">${text}</li>`)}</ul>
${story.reasons.map((text) => html`<p>${text}</p>`)}
<h2>Figures</h2>
${story.figures.map(figure)}
<h2>Numbers</h2>
${story.tables.map(table)}
<h2>How to run it again</h2>
<pre><code>${command}</code></pre>
<div class="scroll"><table><caption>Configuration</caption><tbody>${configRows(config)}</tbody></table></div>
<p class="muted">nce-geometry ${version}. Every number of every unit at full precision is in result.json and units.csv.</p>`,
  );
}

function figure({ svg, caption }: StoryFigure): Markup {
  return html`<figure>${raw(svg)}<figcaption>${caption}</figcaption></figure>`;
}

function table({ title, columns, rows }: StoryTable): Markup {
  return html`<div class="scroll"><table><caption>${title}</caption>
<thead><tr>${columns.map((column) => html`<th>${column}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell, index) => html`<td class="${index === 0 ? "" : "number"}">${cell}</td>`)}</tr>`)}</tbody></table></div>
`;
}

function configRows(config: Json): Markup[] {
  const entries = Object.entries(config as Readonly<Record<string, Json>>);
  return entries.flatMap(([name, value]) =>
    isListOfRecords(value)
      ? value.map((record, index) => html`<tr><td>${index === 0 ? name : ""}</td><td>${textOf(record)}</td></tr>`)
      : html`<tr><td>${name}</td><td class="number">${textOf(value)}</td></tr>`,
  );
}

/** Such lists get a row for each record, which may be long. */
function isListOfRecords(value: Json): value is readonly Json[] {
  return Array.isArray(value) && value.every((item) => typeof item === "object" && item !== null);
}

function textOf(value: Json): string {
  if (Array.isArray(value)) return value.map(textOf).join(", ");
  if (typeof value !== "object" || value === null) return typeof value === "string" ? value : JSON.stringify(value);
  return Object.entries(value)
    .map(([name, item]) => `${name} ${textOf(item as Json)}`)
    .join(", ");
}
