// report.html of two models of the same items.

import type { Estimate, ModelComparison } from "@nce-geometry/diagnostics";
import { byParameter } from "./by-parameter.ts";
import { formatNumber, formatShare } from "./format.ts";
import { html, type Markup } from "./html.ts";
import type { CloudReport, ModelsReport, Report } from "./report.ts";
import { colophon, conditions, findingsList, inputsTable, shell, table, unbroken } from "./shell.ts";
import type { Table, TableRow } from "./tables.ts";

/** The whole page. `command` is the line that makes the report again. */
export function modelsPage(report: ModelsReport, command: string): string {
  const { a, b, brief, generator, schema, similarity } = report;
  const [nameA, nameB] = modelNames(report);
  const sampled =
    similarity.x.sample.rows < similarity.x.sample.of ? `, of which ${similarity.x.sample.rows} were compared` : "";
  return shell(
    `${nameA} and ${nameB}`,
    html`<p class="brief">${unbroken(brief)}</p>
<p class="muted">Row i of either model is the same item: ${similarity.x.sample.of} items${sampled}. No measure of likeness below depends on a rotation or on the scale of a model.</p>
<h2>How alike the models are</h2>
${similarityTables(report).map(table)}
<h2>Side by side</h2>
${table(sideBySide(report))}
<h2>What was found</h2>
${side(nameA, a)}
${side(nameB, b)}
${conditions(report.conditions)}
<h2>How it was computed</h2>
${inputsTable([a, b].flatMap(({ inputs }) => Object.values(inputs).filter((input) => typeof input === "object" && input !== null)))}
${colophon(command, generator, schema)}`,
  );
}

/** What the two models are called: by the files of their first sets. */
export function modelNames({ a, b }: ModelsReport): readonly [string, string] {
  const name = ({ inputs }: Report | CloudReport) => inputs.x.file.replace(/\.[^.]+$/, "");
  return name(a) === name(b) ? ["model A", "model B"] : [name(a), name(b)];
}

function side(name: string, { findings, brief }: Report | CloudReport): Markup {
  return html`<h3>${name}</h3><p>${brief}</p>${findingsList(findings.filter(({ severity }) => severity !== "none"))}`;
}

/** Likeness of each set in both models. */
export function similarityTables({ similarity, a }: ModelsReport): Table[] {
  const names = "y" in a.inputs ? ["the first kind", "the second kind"] : ["the rows"];
  return [similarity.x, similarity.y].flatMap((of, at) => (of ? [similarityTable(of, names[at]!)] : []));
}

function similarityTable(of: ModelComparison, name: string): Table {
  const p = (permuted: { readonly pValue: number } | null) =>
    permuted ? `; p = ${formatNumber(permuted.pValue)}` : "";
  return {
    title: `Likeness of ${name} in both models (${of.dims.a} and ${of.dims.b} dimensions)`,
    columns: ["value"],
    rows: [
      row("linear CKA, debiased", `1 = alike, 0 = strangers${p(of.linearCKA.permuted)}`, of.linearCKA.similarity),
      row("Gaussian CKA, debiased", `the same with a kernel${p(of.gaussianCKA.permuted)}`, of.gaussianCKA.similarity),
      ...Object.values(of.mutualNeighbours).map((at) =>
        row(
          `shared among the ${at.k} nearest`,
          `strangers ${formatShare(at.chance)}${p(at.permuted)}`,
          at.overlap,
          formatShare,
        ),
      ),
      row(
        "correlation of similarities",
        `Spearman, over pairs of items${p(of.representationalSimilarity.permuted)}`,
        of.representationalSimilarity.similarity,
      ),
      row(
        "Procrustes distance, squared",
        `what the best rotation leaves; 0 = alike, 2 = strangers at most${p(of.procrustes.permuted)}`,
        of.procrustes.squaredDistance,
      ),
    ],
  };
}

/** The headline numbers of both reports. */
export function sideBySide(report: ModelsReport): Table {
  const { a, b } = report;
  const columns = [...modelNames(report)];
  const title = "Headline numbers";
  if (isPair(a) && isPair(b)) return { title, columns, rows: pairRows(a, b) };
  return { title, columns, rows: cloudRows(a as CloudReport, b as CloudReport) };
}

function isPair(report: Report | CloudReport): report is Report {
  return report.schema === "nce-geometry/report@1";
}

function pairRows(a: Report, b: Report): TableRow[] {
  const [x, y] = [{ name: "first" }, { name: "second" }];
  const both = (
    name: string,
    note: string,
    of: (report: Report) => Estimate | null,
    format?: (value: number) => string,
  ) => {
    return { name, note, values: [of(a), of(b)], ...(format && { format }) };
  };
  const temperatures = byParameter(a.analysis.energy).map(({ temperature }) => temperature);
  return [
    both("centroid gap", "distance of the two centroids, 0 … 2", ({ analysis }) => analysis.gap.centroid),
    both("energy distance", "0 = same law", ({ analysis }) => analysis.energyDistance.pairedStatistic),
    both("probe area", "½ = kinds cannot be told apart", ({ analysis }) => analysis.distribution?.probeArea ?? null),
    both("cosine of matched pairs", "mean", ({ analysis }) => analysis.cosines.matched),
    ...Object.keys(a.analysis.retrieval.xToY.recall).flatMap((k) => [
      both(
        `recall@${k}, ${x.name} → ${y.name}`,
        "",
        ({ analysis }) => analysis.retrieval.xToY.recall[k] ?? null,
        formatShare,
      ),
      both(
        `recall@${k}, ${y.name} → ${x.name}`,
        "",
        ({ analysis }) => analysis.retrieval.yToX.recall[k] ?? null,
        formatShare,
      ),
    ]),
    ...Object.keys(a.analysis.mixedSearch.x).map((k) =>
      both(
        `own kind in the top ${k}`,
        `queries of the ${x.name} kind`,
        ({ analysis }) => analysis.mixedSearch.x[k] ?? null,
        formatShare,
      ),
    ),
    ...temperatures.map((temperature) =>
      both(
        `InfoNCE at τ = ${temperature}`,
        "nats, all pairs as one batch",
        ({ analysis }) => analysis.energy[String(temperature)]?.infoNCE.symmetric ?? null,
      ),
    ),
    both(
      `effective rank, ${x.name} kind`,
      "of the covariance",
      ({ analysis }) => analysis.spectrum?.x.effectiveRank ?? null,
    ),
    both(
      `effective rank, ${y.name} kind`,
      "of the covariance",
      ({ analysis }) => analysis.spectrum?.y.effectiveRank ?? null,
    ),
  ];
}

function cloudRows(a: CloudReport, b: CloudReport): TableRow[] {
  const both = (
    name: string,
    note: string,
    of: (report: CloudReport) => Estimate | null,
    format?: (value: number) => string,
  ) => {
    return { name, note, values: [of(a), of(b)], ...(format && { format }) };
  };
  return [
    both("mean cosine", "of two different rows", ({ analysis }) => analysis.meanCosine),
    both("cosine to the nearest", "of a row and its nearest other one", ({ analysis }) => analysis.nearestCosine),
    both("uniformity", "more negative = more evenly spread", ({ analysis }) => analysis.uniformity),
    both("effective rank", "of the covariance", ({ analysis }) => analysis.spectrum.effectiveRank),
    both("IsoScore", "1 = a sphere, 0 = a line", ({ analysis }) => analysis.shape?.isoScore ?? null),
    both("hubness, skewness", "0 = all rows are found alike", ({ analysis }) => analysis.hubness.skewness),
    both("rows never found", "in no list of neighbours", ({ analysis }) => analysis.hubness.antihubShare, formatShare),
  ];
}

function row(name: string, note: string, value: Estimate | null, format?: (value: number) => string): TableRow {
  return { name, note, values: [value], ...(format && { format }) };
}
