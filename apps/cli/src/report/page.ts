// report.html of two modalities: one page without any reference to the outside, from the finding to the fine print.

import type { PairAnalysis } from "@nce-geometry/diagnostics";
import { listLengths } from "./by-parameter.ts";
import { detailFigures } from "./detail-figures.ts";
import { detailTables } from "./detail-tables.ts";
import { reportFigures } from "./figures.ts";
import { formatLevel, formatNumber, formatShare } from "./format.ts";
import { html, type Markup } from "./html.ts";
import type { Report } from "./report.ts";
import { colophon, conditions, figure, findingsList, inputsTable, shell, table, tiles, unbroken } from "./shell.ts";
import { tables } from "./tables.ts";

/** The whole page. `command` is the line that makes the report again. */
export function reportPage(report: Report, command: string): string {
  const { analysis, details, inputs, findings, generator, brief, schema } = report;
  const names = { x: inputs.x.name, y: inputs.y.name };
  return shell(
    `Geometry of ${names.x} and ${names.y}`,
    html`<p class="brief">${unbroken(brief)}</p>
<p class="muted">${rowsInWords(analysis, names)} in ${analysis.dim} ${analysis.dim === 1 ? "dimension" : "dimensions"}, all rows scaled to unit length.${sampleNote(analysis)} Intervals hold with ${formatLevel(analysis.settings.level)} confidence.</p>
${pairTiles(report)}
<h2>What was found</h2>
${findingsList(findings)}
<h2>Figures</h2>
${[...reportFigures(analysis, names), ...detailFigures(details)].map(figure)}
<h2>Numbers</h2>
${[...tables(analysis, names), ...detailTables(details, names)].map(table)}
${conditions(report.conditions)}
<h2>How it was computed</h2>
${method(report)}
${inputsTable([inputs.x, inputs.y])}
${colophon(command, generator, schema)}`,
  );
}

/** The numbers at the top of a page of two modalities. */
export function pairTiles({ analysis, inputs: { x, y } }: Report): Markup {
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
  return tiles(entries);
}

function method({ analysis, inputs }: Report): Markup {
  const { items, captions, settings } = analysis;
  // The analysis itself decides: many draws of many rows are replaced by normal approximations.
  const resampled = analysis.gap.centroid.interval?.method === "bootstrap";
  const draws = resampled
    ? `Bootstrap intervals come from ${settings.bootstrap} draws with seed ${settings.seed}`
    : "Nothing was resampled; intervals are normal approximations";
  return html`<p>${usedInWords(analysis)} by the ${settings.engine} engine in ${settings.precision}.
${draws}. ${items === captions ? `Retrieval is that of one row among all ${items} of the other modality.` : `Retrieval is that of a row among all ${captions} or ${items} of the other modality.`} ${inputs.map === null ? "The row order pairs the two files." : `${inputs.map} tells which row of the first each row of the second belongs to.`}</p>`;
}

/** `40 matched pairs`, or `5000 images with 25000 captions`. */
export function rowsInWords(
  { items, captions }: PairAnalysis,
  names: { readonly x: string; readonly y: string },
): string {
  return items === captions ? `${items} matched pairs` : `${items} ${names.x} with ${captions} ${names.y}`;
}

/** What was sampled, for the top of the page. */
function sampleNote({ items, captions, settings: { sampling } }: PairAnalysis): string {
  if (sampling.items === items && sampling.captions === captions) return "";
  return ` Clouds and energies were measured on ${sampling.items} pairs drawn at random, searches with ${sampling.queries.x} queries of either kind in all rows; --full takes everything.`;
}

function usedInWords({ items, captions, settings: { sampling, preset } }: PairAnalysis): string {
  if (sampling.items === items && sampling.captions === captions) {
    return `All ${items === captions ? `${items} pairs` : `${items} and ${captions} rows`} were used, without subsampling,`;
  }
  return `Of ${items} and ${captions} rows a sample was used (preset ${preset}): ${sampling.items} pairs for clouds, energies and controls, ${sampling.queries.x} queries of either kind against all rows for the searches,`;
}
