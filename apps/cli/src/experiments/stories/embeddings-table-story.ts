import type {
  EmbeddingsTableConfig,
  EmbeddingsTableRow,
  EmbeddingsTableSummary,
  MeasureEstimate,
  MeasureOverDraws,
  RankCorrelation,
  TableMeasure,
} from "@nce-geometry/experiments";
import { controlFrontFigure, intervalFigure } from "@nce-geometry/plot";
import { formatNumber, formatWithError } from "../../report/format.ts";
import type { Story, StoryFigure, StoryTable, Storyteller } from "../story.ts";

/** E4: is it the gap that retrieval goes with? */
export const embeddingsTableStory: Storyteller = (result, document) => {
  const { rows, retrievalAgainst } = result.summary as unknown as EmbeddingsTableSummary;
  const config = result.config as unknown as EmbeddingsTableConfig;
  return {
    question:
      "Models embed pairs of two modalities. How large is the gap between the modalities, how well are partners found, and does one go with the other?",
    published:
      "Pretrained models are measured on 20 draws of 2000 pairs: a gap stays where partners are found well, and a shuffled pairing ruins retrieval and leaves the gap.",
    findings: [
      ...(config.data === undefined
        ? [
            "No files were given with --data: the three models are synthetic, von Mises–Fisher clouds about two directions. “near” and “far” differ in the angle of these alone; “unpaired” has the clouds of “near” and no pairing. They show what the table can tell, and nothing of trained models.",
          ]
        : []),
      ...rows.map(rowInWords),
      shuffleInWords(rows),
      correlationInWords(retrievalAgainst.centroidGap, rows.length),
      ...candidatesInWords(rows),
    ],
    reasons: [
      "A gap is a matter of the two clouds, retrieval one of the pairing: any permutation of the partners changes the second and cannot change the first. A small gap therefore promises nothing about retrieval, and a large one forbids nothing.",
      "Estimates are on all items (or on the sample that a row states) with errors over items by linearisation, and are what to report. Draws hold no item twice: with several captions of an image in one draw, copies of the image would compete with each other and count as independent. Draws of one model overlap, so that their raw spread is not the error of anything; the errors given beside them are the spread times √(b/(n − b)) for b of n items. Retrieval depends on how many candidates there are, fewer in a draw than in the whole, so that the two columns differ by more than errors.",
      "The kernel distance is given at the same bandwidth for all models, by which they can be compared, and at the median distance of each model's own pool, which follows its spread.",
    ],
    figures: figures(rows, document),
    tables: [
      gapTable(rows),
      retrievalTable(rows),
      drawsTable(rows),
      shuffleTable(rows),
      correlationTable(retrievalAgainst),
    ],
  } satisfies Story;
};

function rowInWords({ model, estimates, meanRecall, measuredItems, items }: EmbeddingsTableRow): string {
  const part = measuredItems < items ? ` (a sample of ${measuredItems} of ${items} items)` : ` (${items} items)`;
  const shares = [estimates.ownShareX!, estimates.ownShareY!].map(({ value }) => formatNumber(value));
  return `${model}${part}: centroid gap ${boundsText(estimates.centroidGap)}, energy distance ${boundsText(estimates.energyDistance)}, recall@1 of both directions ${boundsText(meanRecall)}; ${shares.join(" and ")} of the ten nearest in both modalities together are of the query's own.`;
}

function shuffleInWords(rows: readonly EmbeddingsTableRow[]): string {
  const failed = rows.filter(({ shuffled }) => !(shuffled.retrievalAtChance && shuffled.marginalsHeld));
  return failed.length === 0
    ? "With the pairing shuffled, retrieval is at chance and the gap is as it was, for every model."
    : `With the pairing shuffled, retrieval stays off chance or the gap changes for ${failed.map(({ model }) => model).join(", ")}: distrust these rows.`;
}

/** Where galleries differ in size. */
function candidatesInWords(rows: readonly EmbeddingsTableRow[]): readonly string[] {
  const sizes = rows.map(({ measuredCaptions }) => measuredCaptions);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  if (least === most) return [];
  return [
    `Partners are searched for among ${least} to ${most} candidates, which is easier among few: recall of these models, and its rank correlation, compare searches of unequal difficulty.`,
  ];
}

function correlationInWords(found: RankCorrelation | null, models: number): string {
  if (found === null) {
    return models < 3
      ? "Fewer than three models tell nothing about whether retrieval goes with the gap."
      : "All models have the same gap or the same recall, so that there is no rank correlation.";
  }
  const chance =
    found.chance === null
      ? ""
      : `; of all orders of ${found.values} models ${share(found.chance)} give as much, either way`;
  return `Across ${found.values} models the rank correlation of recall@1 and centroid gap is ${formatNumber(found.value, 2)}${chance}.`;
}

function figures(rows: readonly EmbeddingsTableRow[], document: Parameters<Storyteller>[1]): readonly StoryFigure[] {
  const intervalLabel = "95 % interval over items";
  // Letters of the alphabet tell the points apart.
  const shown = rows.slice(0, 26);
  const points = shown.map(({ model, estimates, meanRecall }) => ({
    label: model,
    gap: axis(estimates.centroidGap!),
    retrieval: axis(meanRecall),
    onFront: false,
  }));
  const plane = controlFrontFigure(
    { points, gapLabel: "centroid gap (chord)", retrievalLabel: "recall@1, mean of both directions", intervalLabel },
    { document, title: "Retrieval against gap" },
  );
  const listed = intervalFigure(
    {
      rows: rows.map(({ model, estimates }) => {
        const { value, lower, upper } = axis(estimates.energyDistance!);
        return { label: model, value, lower, upper };
      }),
      axisLabel: "energy distance (chord)",
      intervalLabel,
    },
    { document, title: "Energy distance of the modalities" },
  );
  return [
    {
      name: "retrieval-against-gap",
      svg: plane,
      caption:
        shown.length < rows.length
          ? `The first 26 of ${rows.length} models with intervals over their items.`
          : "Every model with intervals over its items.",
    },
    { name: "energy-distance", svg: listed, caption: "The same models by a distance that sees more than centroids." },
  ];
}

function axis({ value, low, high }: MeasureEstimate): { value: number; lower: number; upper: number } {
  return { value, lower: low ?? value, upper: high ?? value };
}

function gapTable(rows: readonly EmbeddingsTableRow[]): StoryTable {
  return measureTable(
    "Gap, with 95 % intervals over items",
    [
      ["centroid gap", "centroidGap"],
      ["energy distance", "energyDistance"],
      ["MMD², fixed bandwidth", "discrepancyFixed"],
      ["MMD², pooled median", "discrepancyPooled"],
      ["relative gap", "relativeGap"],
      ["cosine of partners", "pairCosine"],
    ],
    rows,
  );
}

function retrievalTable(rows: readonly EmbeddingsTableRow[]): StoryTable {
  return measureTable("Retrieval and mixed search, with 95 % intervals over items", retrievalColumns, rows);
}

type Columns = readonly (readonly [title: string, measure: TableMeasure])[];

const retrievalColumns: Columns = [
  ["x → y @1", "recallXToY1"],
  ["@5", "recallXToY5"],
  ["@10", "recallXToY10"],
  ["y → x @1", "recallYToX1"],
  ["@5", "recallYToX5"],
  ["@10", "recallYToX10"],
  ["own share, x", "ownShareX"],
  ["own share, y", "ownShareY"],
];

function measureTable(title: string, columns: Columns, rows: readonly EmbeddingsTableRow[]): StoryTable {
  return {
    title,
    columns: ["model", "items", "captions", ...columns.map(([name]) => name)],
    rows: rows.map(({ model, measuredItems, measuredCaptions, estimates }) => [
      model,
      String(measuredItems),
      String(measuredCaptions),
      ...columns.map(([, measure]) => boundsText(estimates[measure])),
    ]),
  };
}

function drawsTable(rows: readonly EmbeddingsTableRow[]): StoryTable {
  const columns: Columns = [
    ["centroid gap", "centroidGap"],
    ["energy distance", "energyDistance"],
    ["MMD², fixed bandwidth", "discrepancyFixed"],
    ["MMD², pooled median", "discrepancyPooled"],
    ["relative gap", "relativeGap"],
    ["cosine of partners", "pairCosine"],
    ...retrievalColumns,
  ];
  return {
    title: "Draws without repeated items: mean ± standard error of all items, overlap allowed for",
    columns: ["model", "draws", "pairs of a draw", ...columns.map(([name]) => name)],
    rows: rows.map(({ model, draws, pairsOfDraw, items, overDraws }) => [
      model,
      String(draws),
      items === 2 * pairsOfDraw || items === 2 * pairsOfDraw + 1
        ? `${pairsOfDraw}, half of the items`
        : `${pairsOfDraw} of ${items}`,
      ...columns.map(([, measure]) => drawsText(overDraws[measure])),
    ]),
  };
}

function shuffleTable(rows: readonly EmbeddingsTableRow[]): StoryTable {
  return {
    title: "The pairing shuffled",
    columns: ["model", "x → y @1", "chance", "y → x @1", "chance", "deviation", "gap before", "gap after"],
    rows: rows.map(({ model, shuffled }) => [
      model,
      formatNumber(shuffled.recallXToY1, 4),
      formatNumber(shuffled.chanceXToY1, 4),
      formatNumber(shuffled.recallYToX1, 4),
      formatNumber(shuffled.chanceYToX1, 4),
      `${formatNumber(shuffled.largestDeviation, 1)} σ`,
      formatNumber(shuffled.centroidGap.before, 6),
      formatNumber(shuffled.centroidGap.after, 6),
    ]),
  };
}

function correlationTable(against: EmbeddingsTableSummary["retrievalAgainst"]): StoryTable {
  const row = (name: string, found: RankCorrelation | null): readonly string[] => [
    name,
    found === null ? "–" : formatNumber(found.value, 2),
    found === null || found.chance === null ? "–" : share(found.chance),
  ];
  return {
    title: "Rank correlation of recall@1 over the models",
    columns: ["with", "Spearman", "orders that give as much"],
    rows: [
      row("centroid gap", against.centroidGap),
      row("energy distance", against.energyDistance),
      row("relative gap", against.relativeGap),
    ],
  };
}

function boundsText(estimate: MeasureEstimate | null): string {
  if (estimate === null) return "–";
  const { value, low, high } = estimate;
  return low === null || high === null
    ? formatNumber(value)
    : `${formatNumber(value)} [${formatNumber(low)}, ${formatNumber(high)}]`;
}

function drawsText(over: MeasureOverDraws | null): string {
  if (over === null) return "–";
  const { mean, standardError } = over;
  return standardError === null ? formatNumber(mean) : formatWithError(mean, standardError);
}

function share(value: number): string {
  return `${(100 * value).toFixed(value < 0.01 ? 2 : 0)} %`;
}
