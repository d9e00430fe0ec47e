import type { GapResult, GapSummary, MultimodalGapConfig } from "@nce-geometry/experiments";
import { branchFigure, jointAngleFigure } from "@nce-geometry/plot";
import { formatNumber } from "../../report/format.ts";
import type { Story, Storyteller } from "../story.ts";
import { meanText, quartilesText, shareText } from "./words.ts";

const names = { cross: "cross (CLIP)", own: "own", pooled: "pooled", mixed: "mixed" } as const;

/** E3: when partners disagree, how far apart do two modalities settle? */
export const multimodalGapStory: Storyteller = (result, document) => {
  const config = result.config as unknown as MultimodalGapConfig;
  const { points, floor } = result.summary as unknown as GapSummary;
  const denominators = [...new Set(points.map(({ denominator }) => denominator))];
  return {
    question:
      "Two encoders are trained on pairs of angles that differ by noise of deviation σ. How does the divergence between the two laws of embeddings grow with σ, and what does the denominator of the loss have to do with it?",
    published:
      "The mean Jeffreys divergence over seeds grows steeply with σ, which is read as a gap that grows with the misalignment of the data.",
    findings: [
      ...denominators.map((denominator) => {
        const own = points.filter((point) => point.denominator === denominator);
        const last = own.at(-1)!;
        return `${names[denominator]}: at σ = ${last.misalignment} the median gap of the runs that stay together is ${quartilesText(last.compatible.gap)} nats, and ${shareText(last.separated)} runs end separated; the mean over all seeds, as published, is ${meanText(last.paper)}.`;
      }),
      `Two independent samples of one law already give ${meanText(floor)} nats by this estimator; the data's own angles at the largest σ differ by ${formatNumber(points.at(-1)!.exactDataGap)}.`,
    ],
    reasons: [
      "The seeds fall into two states. In one the two laws agree up to what the data impose, and the gap grows smoothly with σ; in the other they are separated, and the estimator, which adds 1e-8 to every bin, returns tens of nats for every bin that one modality leaves empty. A mean over both is a measure of how many seeds separated. With the own or the pooled population in the denominator, the term that drives the modalities apart is absent or bounded.",
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
          "Each dot is a seed. The line through the compatible runs is their median; the published mean with its standard error mixes both states. Below: the share of seeds that end separated.",
      },
      ...angleFigures(
        result.units.map(({ result: one }) => one as unknown as GapResult),
        document,
      ),
    ],
    tables: denominators.map((denominator) => ({
      title: `Denominator ${names[denominator]}: Jeffreys divergence in nats`,
      columns: [
        "σ",
        "separated",
        "compatible: median (quartiles)",
        "mean ± SEM, as published",
        "data, closed form",
        "cosine of partners",
        "recall@1",
      ],
      rows: points
        .filter((point) => point.denominator === denominator)
        .map((point) => [
          String(point.misalignment),
          shareText(point.separated),
          quartilesText(point.compatible.gap),
          meanText(point.paper),
          formatNumber(point.exactDataGap, 4),
          quartilesText(point.compatible.pairCosine),
          quartilesText(point.compatible.recall),
        ]),
    })),
  } satisfies Story;
};

/** One compatible and one separated run, where there are such, at the largest misalignment that has them. */
function angleFigures(runs: readonly GapResult[], document: Parameters<Storyteller>[1]): Story["figures"] {
  const examples = (["compatible", "separated"] as const).flatMap((branch) => {
    const found = runs.filter((run) => run.branch === branch && run.denominator === "cross").at(-1);
    return found
      ? [{ label: `${branch}, σ = ${found.misalignment}, seed ${found.seed}`, histograms: found.histograms }]
      : [];
  });
  if (examples.length === 0) return [];
  return [
    {
      name: "angles",
      svg: jointAngleFigure(
        { names: { x: "first", y: "second" }, settings: examples },
        { document, title: "Learnt angles" },
      ),
      caption:
        "Joint density of the learnt angles of partners, the two marginals around the circle, and the density of the shift between partners.",
    },
  ];
}
