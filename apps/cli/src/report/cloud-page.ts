// report.html of one set of rows.

import type { CloudAnalysis } from "@nce-geometry/diagnostics";
import type { ReportFigure } from "./figure.ts";
import { formatLevel, formatNumber, formatShare } from "./format.ts";
import { html, type Markup } from "./html.ts";
import { lineChart } from "./line-chart.ts";
import type { CloudReport } from "./report.ts";
import { colophon, conditions, figure, findingsList, inputsTable, shell, table, tiles, unbroken } from "./shell.ts";
import type { Table, TableRow } from "./tables.ts";

/** The whole page. `command` is the line that makes the report again. */
export function cloudPage(report: CloudReport, command: string): string {
  const { analysis, inputs, findings, brief, generator, schema } = report;
  const { settings, rows, dim } = analysis;
  const sampled =
    settings.sample < rows ? ` ${settings.sample} of them, drawn at random, were measured; --full takes all.` : "";
  return shell(
    `Geometry of ${inputs.x.name}`,
    html`<p class="brief">${unbroken(brief)}</p>
<p class="muted">${rows} rows in ${dim} ${dim === 1 ? "dimension" : "dimensions"}, scaled to unit length.${sampled} Intervals hold with ${formatLevel(settings.level)} confidence.</p>
${cloudTiles(report)}
<h2>What was found</h2>
${findingsList(findings)}
<h2>Figures</h2>
${cloudFigures(analysis).map(figure)}
<h2>Numbers</h2>
${cloudTables(report).map(table)}
${conditions(report.conditions)}
<h2>How it was computed</h2>
<p>${settings.sample === rows ? `All ${rows} rows were used` : `A sample of ${settings.sample} of ${rows} rows was used`} by the ${settings.engine} engine in ${settings.precision}; tests of uniformity use at most 1000 rows. ${settings.bootstrap} bootstrap draws with seed ${settings.seed}.</p>
${inputsTable([inputs.x])}
${colophon(command, generator, schema)}`,
  );
}

/** The numbers at the top. */
export function cloudTiles({ analysis }: CloudReport): Markup {
  const { meanCosine, nearestCosine, spectrum, hubness } = analysis;
  return tiles([
    [formatNumber(meanCosine.value), "mean cosine of two different rows; 0 where they are spread evenly"],
    [formatNumber(nearestCosine.value), "mean cosine of a row and its nearest other one"],
    [
      formatNumber(spectrum.effectiveRank.value, 1),
      `directions in use (effective rank), of at most ${spectrum.rankCeiling}`,
    ],
    [formatShare(hubness.antihubShare.value), `of the rows are in nobody's list of the ${hubness.k} nearest`],
  ]);
}

export function cloudFigures({ histogram, shape }: CloudAnalysis): ReportFigure[] {
  return [cosineFigure(histogram), ...(shape && shape.explained.length > 1 ? [varianceFigure(shape.explained)] : [])];
}

function cosineFigure({ edges, counts, uniform }: CloudAnalysis["histogram"]): ReportFigure {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const density = (values: readonly number[]) =>
    values.map((count, bin) => {
      const width = edges[bin + 1]! - edges[bin]!;
      return [(edges[bin]! + edges[bin + 1]!) / 2, count / total / width] as const;
    });
  const seen = (values: readonly number[]) => values.map((count) => count > total * 1e-6);
  const visible = seen(counts).map((shown, bin) => shown || (uniform !== null && seen(uniform)[bin]!));
  const [first, last] = [visible.indexOf(true), visible.lastIndexOf(true)];
  const cut = (values: readonly number[]) => density(values).slice(Math.max(0, first - 1), last + 2);
  return {
    svg: lineChart({
      title: "Cosines of all pairs of rows",
      lines: [
        { label: "these rows", points: cut(counts), look: "first" },
        ...(uniform
          ? [{ label: "rows spread evenly over the sphere", points: cut(uniform), look: "reference" } as const]
          : []),
      ],
      xLabel: "cosine of two rows",
      yLabel: "density",
    }),
    caption:
      "How alike two rows are, beside what rows spread evenly over the sphere would show. Far to the right: a narrow cone. Wider: clusters, or few directions.",
  };
}

function varianceFigure(explained: readonly number[]): ReportFigure {
  const even = explained.map((_, at) => [at + 1, (at + 1) / explained.length] as const);
  return {
    svg: lineChart({
      title: "Variance along the first axes",
      lines: [
        { label: "these rows", points: explained.map((share, at) => [at + 1, share] as const), look: "first" },
        { label: "all axes alike", points: even, look: "reference" },
      ],
      xLabel: "axes, largest first (log scale)",
      yLabel: "share of the variance",
      logX: true,
      yDomain: [0, 1],
    }),
    caption:
      "How much of the variance the first principal axes hold. The sooner the line reaches 1, the fewer directions are in use.",
  };
}

/** All tables of one set. */
export function cloudTables({ analysis, rows: { x } }: CloudReport): Table[] {
  const { uniformityTests: tests, cosineLaw, shape, spectrum, hubness } = analysis;
  const exact = (value: number) => ({ value, samples: analysis.settings.sample, unit: "1" }) as const;
  const row = (name: string, note: string, value: TableRow["values"][number], format?: (value: number) => string) =>
    ({ name, note, values: [value], ...(format && { format }) }) as const;
  return [
    {
      title: "Rows as stored",
      columns: ["value"],
      rows: [
        row(
          "shortest and longest row",
          x.norms ? `to ${formatNumber(x.norms.max)}` : "no finite row",
          x.norms ? exact(x.norms.min) : null,
        ),
        row(
          "rows equal to an earlier one",
          x.duplicates.pair ? `first: row ${x.duplicates.pair[1]} = row ${x.duplicates.pair[0]}` : "none",
          exact(x.duplicates.rows),
          String,
        ),
      ],
    },
    {
      title: "Spread",
      columns: ["value"],
      rows: [
        row("mean cosine", "of two different rows", analysis.meanCosine),
        row("cosine to the nearest", "of a row and its nearest other one", analysis.nearestCosine),
        row("centroid norm", "0 = spread over the sphere, 1 = one point", analysis.centroidNorm),
        row("uniformity", "more negative = more evenly spread", analysis.uniformity),
        ...(cosineLaw
          ? [
              row(
                "distance to the uniform law",
                `of the cosines${cosineLaw.uniform ? `; such rows themselves ${formatNumber(cosineLaw.uniform.mean)}` : ""}`,
                cosineLaw.distance,
              ),
            ]
          : []),
        ...(tests
          ? (["rayleigh", "bingham", "ajne", "gine", "omnibus"] as const).map((name) =>
              row(
                `${testNames[name]}, p`,
                `${testNotes[name]}; statistic ${formatNumber(tests[name].statistic)}, by chance ${formatNumber(tests[name].nullMean)}`,
                exact(tests[name].pValue),
              ),
            )
          : []),
      ],
    },
    {
      title: "Directions",
      columns: ["value"],
      rows: [
        row("RankMe", "effective number of singular directions, not centred", spectrum.rankMe),
        row("effective rank", `of the covariance, at most ${spectrum.rankCeiling}`, spectrum.effectiveRank),
        row(
          "participation ratio",
          `of the covariance, at most ${spectrum.rankCeiling}`,
          shape?.participationRatio ?? spectrum.participationRatio,
        ),
        ...(shape
          ? [
              row("stable rank", `of the covariance, at most ${shape.ceiling}`, shape.stableRank),
              row("IsoScore", "1 = a sphere, 0 = a line", shape.isoScore),
              ...Object.entries(shape.axesFor).map(([share, axes]) =>
                row(`axes for ${formatShare(Number(share))}`, "of the variance", exact(axes), String),
              ),
            ]
          : []),
      ],
    },
    {
      title: "Hubs",
      columns: ["value"],
      rows: [
        row("hubness, skewness", `of the occurrences in lists of ${hubness.k}; 0 = all alike`, hubness.skewness),
        row("Robin Hood index", "share of list places to move until all are alike", hubness.robinHood),
        row("rows never found", `in no list of ${hubness.k}`, hubness.antihubShare, formatShare),
        row(
          "most frequent row",
          `lists that it is in; an average one is in ${formatNumber(hubness.expected)}`,
          exact(hubness.largestCount),
          String,
        ),
      ],
    },
  ];
}

const testNames = { rayleigh: "Rayleigh", bingham: "Bingham", ajne: "Ajne", gine: "Giné", omnibus: "Giné's F" };
const testNotes = {
  rayleigh: "sees a lean to one side",
  bingham: "sees favoured axes",
  ajne: "sees any asymmetry",
  gine: "sees any symmetric departure",
  omnibus: "sees any departure",
};
