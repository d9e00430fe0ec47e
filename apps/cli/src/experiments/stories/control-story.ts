import type { ControlComparisonSummary, ControlPoint, WithInterval } from "@nce-geometry/experiments";
import { controlFrontFigure } from "@nce-geometry/plot";
import { formatNumber } from "../../report/format.ts";
import type { Story, Storyteller } from "../story.ts";
import { meanText, shareText, twoErrors } from "./words.ts";

/** OQ4: which control in training closes the gap, and what does it cost? */
export const controlStory: Storyteller = (result, document) => {
  const { points } = result.summary as unknown as ControlComparisonSummary;
  const front = points.filter(({ onFront }) => onFront);
  const sure = points.filter(({ surelyDominated }) => surelyDominated === true);
  const bounds = ({ mean, standardError }: ControlPoint["symmetricKL"]) => {
    const half = 2 * (standardError ?? 0);
    return { value: mean, lower: mean - half, upper: mean + half };
  };
  return {
    question:
      "Regularisers on the two clouds and other populations in the denominator are meant to narrow the gap. Which of them do, and keep retrieval, on the same starts and batches?",
    published: "Which regularisation controls the gap, and at what cost, is left open.",
    findings: [
      `On the front, with no other having both a smaller D_S and a higher recall: ${front.map(labelOf).join(", ")}.`,
      ...differencesInWords(points),
      ...(sure.length > 0 ? [`Beaten in both by another: ${sure.map(labelOf).join(", ")}.`] : []),
    ],
    reasons: [
      "A difference is called one where the 95 % interval of Student's law over the seeds leaves out 0. Each is judged alone: of twenty controls that do nothing one is expected to differ. The front is drawn through means and says nothing of chance.",
      "A mixture of the cross and the own population adds D_S to the functional without estimating any density; at λ = 1 what is left are two independent Gibbs problems. A penalty on the centroids or on a kernel distance is in another unit than the loss, so that its weight has no such scale.",
    ],
    figures: [
      {
        name: "front",
        svg: controlFrontFigure(
          {
            points: points.map((point) => ({
              label: labelOf(point),
              gap: bounds(point.symmetricKL),
              retrieval: bounds(point.recallAt10),
              onFront: point.onFront,
              isBaseline: point.control === "cross",
            })),
            gapLabel: "D_S (nats)",
            retrievalLabel: "recall@10, both directions",
            intervalLabel: twoErrors,
          },
          { document, title: "Retrieval against gap" },
        ),
        caption: "Each control in training on the same seeds, judged on fresh pairs.",
      },
    ],
    tables: [
      {
        title: "Means over seeds",
        columns: [
          "control",
          "D_S (nats)",
          "separated",
          "recall@1",
          "recall@10",
          "own share of top 10",
          "D_S less cross",
        ],
        rows: points.map((point) => [
          labelOf(point),
          meanText(point.symmetricKL),
          shareText(point.separated),
          meanText(point.recallAt1),
          meanText(point.recallAt10),
          meanText(point.ownShare),
          point.fromCross === null ? "–" : meanText(point.fromCross.symmetricKL),
        ]),
      },
    ],
  } satisfies Story;
};

/** Nothing where cross is not compared. */
function differencesInWords(points: readonly ControlPoint[]): readonly string[] {
  const compared = points.filter(({ fromCross, control }) => fromCross !== null && control !== "cross");
  if (compared.length === 0) return [];
  if (compared.every(({ fromCross }) => fromCross!.symmetricKL.interval === null)) {
    return ["A single seed does not tell differences from chance."];
  }
  const differing = compared.filter(({ fromCross }) => differs(fromCross!.symmetricKL));
  return [
    differing.length > 0
      ? `D_S differs from that of cross on the same seeds: ${differing.map(differenceOf).join(", ")}.`
      : "No control's D_S differs from that of cross on the same seeds by more than chance: the order of the points is not settled by this run.",
  ];
}

function differs({ interval }: WithInterval): boolean {
  return interval !== null && (interval.low > 0 || interval.high < 0);
}

function differenceOf(point: ControlPoint): string {
  const { mean, interval } = point.fromCross!.symmetricKL;
  return `${labelOf(point)} by ${formatNumber(mean)} [${formatNumber(interval!.low)}, ${formatNumber(interval!.high)}]`;
}

function labelOf({ control, weight }: ControlPoint): string {
  return weight === null ? control : `${control} ${weight}`;
}
