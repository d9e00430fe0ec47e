import type {
  GapAtMisalignment,
  GapResult,
  GapSummary,
  MultimodalGapConfig,
  Quartiles,
} from "@nce-geometry/experiments";
import { branchFigure, jointAngleFigure } from "@nce-geometry/plot";
import { formatNumber } from "../../report/format.ts";
import type { Story, StoryTable, Storyteller } from "../story.ts";
import {
  againstThePaper,
  denominatorNames as names,
  separatedTable,
  separationText,
  thinnessText,
} from "./separated-runs.ts";
import { shiftOfData } from "./shift-of-data.ts";
import { countText, meanText, quartilesText } from "./words.ts";

/** E3: when partners disagree, how far apart do two modalities settle? */
export const multimodalGapStory: Storyteller = (result, document) => {
  const config = result.config as unknown as MultimodalGapConfig;
  const { points, overall, floor } = result.summary as unknown as GapSummary;
  const { denominators } = config;
  return {
    question:
      "Two encoders are trained on pairs of angles that differ by noise of deviation σ. How does the divergence between the two laws of embeddings grow with σ, and what does the denominator of the loss have to do with it?",
    published:
      "The mean Jeffreys divergence over seeds, with its standard error, is larger at large σ than at small, which is read as a gap that grows with the misalignment of the data.",
    findings: [
      ...overall.map((one) => {
        const last = points.filter(({ denominator }) => denominator === one.denominator).at(-1)!;
        return `${names[one.denominator]}: ${separationText(one, names[denominators[0]!])}. At σ = ${last.misalignment} the median gap of the compatible runs is ${quartilesText(last.compatible.gap)} nats; the mean over all seeds, as published, is ${meanText(last.paper)}.`;
      }),
      ...overall.flatMap(thinnessText),
      ...againstThePaper(config, overall),
      `Two independent samples of one law already give ${meanText(floor)} nats by this estimator; the data's own angles at the largest σ differ by ${formatNumber(points.at(-1)!.exactDataGap)}.`,
    ],
    reasons: [
      "Runs end in one of two states. In the compatible one the two laws agree up to what the data impose, and the gap grows smoothly with σ. In the separated one an encoder is nearly a map onto a line: nearly all angles then fall into two narrow arcs, and the estimator, which adds 1e-8 to every bin, pays tens of nats for the bins that one modality alone fills. A mean over both states tells how many runs separated rather than how far apart they are. Whether a separated run would become compatible later, a longer training tells (the option steps).",
      "A seed starts from the same weights, with the same draws of data, at every σ and with every denominator. Seeds that separate once tend to do so at other σ too, so that the interval over all runs takes the seeds, not the runs, as independent.",
    ],
    figures: [
      {
        name: "branches",
        svg: branchFigure(
          {
            settings: denominators.map((denominator) => ({
              label: names[denominator],
              points: points
                .filter((point) => point.denominator === denominator)
                .toSorted((a, b) => a.misalignment - b.misalignment)
                .map((point) => ({ ...point, dataGap: point.exactDataGap })),
            })),
            threshold: config.threshold,
            floor: floor.mean,
            gapLabel: "Jeffreys divergence (nats)",
          },
          { document, title: "Gap against misalignment, seed by seed" },
        ),
        caption:
          "Each dot is a seed. The line through the compatible runs is their median; the published mean with its standard error mixes both states. The data's own gap is the divergence of the laws of the angles that the features show, in closed form. Partners share an angle, so that runs at small σ may lie below the dotted line, which is for independent samples. Below: the share of seeds that end separated.",
      },
      ...angleFigures(
        config,
        result.units.map(({ result: one }) => one as unknown as GapResult),
        document,
      ),
    ],
    tables: [
      separatedTable(overall, names[denominators[0]!]),
      ...denominators.map((denominator) => ({
        title: `Denominator ${names[denominator]}: Jeffreys divergence in nats`,
        columns: ["σ", "separated", "compatible: median (quartiles)", "mean ± SEM, as published", "data, closed form"],
        rows: points
          .filter((point) => point.denominator === denominator)
          .map((point) => [
            String(point.misalignment),
            countText(point.separated),
            quartilesText(point.compatible.gap),
            meanText(point.paper),
            formatNumber(point.exactDataGap, 4),
          ]),
      })),
      besideOneAnother("Mean cosine of partners", config, points, ({ pairCosine }) => pairCosine),
      besideOneAnother(`Recall at 1 among ${config.batch}`, config, points, ({ recall }) => recall),
    ],
  } satisfies Story;
};

/** Of the compatible runs, a misalignment a row, a denominator a column. */
function besideOneAnother(
  title: string,
  { denominators, misalignments }: MultimodalGapConfig,
  points: readonly GapAtMisalignment[],
  of: (compatible: GapAtMisalignment["compatible"]) => Quartiles | null,
): StoryTable {
  return {
    title: `${title}, compatible runs: median (quartiles)`,
    columns: ["σ", ...denominators.map((denominator) => names[denominator])],
    rows: misalignments.map((misalignment) => [
      String(misalignment),
      ...points
        .filter((point) => point.misalignment === misalignment)
        .map(({ compatible }) => quartilesText(of(compatible))),
    ]),
  };
}

/** The separated run of the greatest gap and a compatible one at its misalignment; else a compatible one alone. */
function angleFigures(
  { denominators, featureNoise }: MultimodalGapConfig,
  runs: readonly GapResult[],
  document: Parameters<Storyteller>[1],
): Story["figures"] {
  const own = runs.filter(({ denominator }) => denominator === denominators[0]);
  const separated = own
    .filter(({ branch }) => branch === "separated")
    .toSorted((a, b) => a.jeffreys - b.jeffreys)
    .at(-1);
  const together = own.filter(({ branch }) => branch === "compatible");
  const compatible = together.findLast((run) => run.misalignment === separated?.misalignment) ?? together.at(-1);
  const examples = [compatible, separated].flatMap((run) => {
    if (run === undefined) return [];
    const { branch, misalignment, seed, jeffreys, histograms } = run;
    const dataShift = shiftOfData(misalignment, featureNoise);
    return [
      {
        label: `${branch}: σ = ${misalignment}, seed ${seed}, gap ${formatNumber(jeffreys)} nats`,
        histograms,
        dataShift,
      },
    ];
  });
  return [
    {
      name: "angles",
      svg: jointAngleFigure(
        { names: { x: "first", y: "second" }, settings: examples },
        { document, title: "Learnt angles" },
      ),
      caption: `Single runs with the denominator ${names[denominators[0]!]}: joint density of the learnt angles of partners, the two marginals around the circle, and the density of the difference between partners, beside that of the data.`,
    },
  ];
}
