// comparison.html: which control to take, the picture, and every number with its interval.

import type { ControlComparison } from "@nce-geometry/diagnostics";
import { formatEstimate, formatLevel } from "../../report/format.ts";
import { html, type Markup } from "../../report/html.ts";
import { figure, shell } from "../../report/shell.ts";
import { type MeasureColumn, measureColumns } from "./comparison-rows.ts";
import { frontFigure } from "./front-figure.ts";

interface Names {
  readonly x: string;
  readonly y: string;
}

/** The whole page. */
export function comparisonPage(comparison: ControlComparison, names: Names): string {
  const { split, settings, recommendation, dim } = comparison;
  const title = `Controls of the gap between ${names.x} and ${names.y}`;
  const columns = measureColumns(comparison, names);
  const picture = frontFigure(comparison);
  return shell(
    title,
    html`<p class="muted">Each control was fitted on ${split.trainItems} items (${split.trainCaptions} captions) in ${dim} dimensions and judged on ${split.testItems} others (${split.testCaptions} captions). Intervals hold with ${formatLevel(settings.level)} confidence.</p>
<h2>What to take</h2>
<ul class="findings">
<li class="${recommendation.helps ? "good" : "notice"}">${recommendation.summary}</li>
<li class="notice"><b>mixed index</b>${recommendation.mixedIndex.reason}</li>
<li class="notice"><b>retrieval</b>${recommendation.retrieval.reason}</li>
</ul>
${picture === undefined ? undefined : html`<h2>The picture</h2>${figure(picture)}`}
<h2>Held-out numbers</h2>
<div class="scroll"><table><caption>Each control on items it has not seen; a star marks the front: no other control has both a smaller gap and a better retrieval</caption>
<thead><tr><th></th>${columns.map(({ title: name }) => html`<th>${name}</th>`)}</tr></thead>
<tbody>${comparison.controls.map((control) => row(control, columns))}</tbody></table></div>
<h2>Change against the rows as they are</h2>
<p class="muted">Differences item by item, so that what both have in common cancels. An interval that contains 0 shows no change.</p>
<div class="scroll"><table><thead><tr><th></th>${columns.map(({ title: name, lower }) => html`<th>${name} (${lower ? "less" : "more"} is better)</th>`)}</tr></thead>
<tbody>${comparison.controls.map((control) => differences(control, columns))}</tbody></table></div>
<h2>How it was computed</h2>
<p>Split ${split.hash}; recall at ${settings.recallAt.join(", ")}; D_S at τ = ${settings.temperature}; probe with ${settings.folds} folds within the held-out items; ${settings.bootstrap} bootstrap draws with seed ${settings.seed}; engine ${settings.engine}. Of many controls, one in twenty looks better or worse by chance.</p>`,
  );
}

type Control = ControlComparison["controls"][number];

function row(control: Control, columns: readonly MeasureColumn[]): Markup {
  if (control.status === "failed")
    return html`<tr><td>${control.label}</td><td class="note" colspan="${columns.length}">not applicable: ${control.reason}</td></tr>`;
  const cells = columns.map(({ of, format }) => {
    const { value, uncertainty } = formatEstimate(of(control.measures), format);
    return html`<td class="number">${value} <small>${uncertainty}</small></td>`;
  });
  return html`<tr><td>${control.label}${control.onFront ? " *" : ""}</td>${cells}</tr>`;
}

function differences(control: Control, columns: readonly MeasureColumn[]): Markup | undefined {
  if (control.status === "failed" || control.differences === null) return undefined;
  const measures = control.differences;
  const cells = columns.map(({ of, format }) => {
    const { value, uncertainty } = formatEstimate(of(measures), format);
    return html`<td class="number">${value} <small>${uncertainty}</small></td>`;
  });
  return html`<tr><td>${control.label}</td>${cells}</tr>`;
}
