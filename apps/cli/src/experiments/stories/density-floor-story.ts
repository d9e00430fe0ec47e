import type { DensityFloorSummary } from "@nce-geometry/experiments";
import { curvesFigure } from "@nce-geometry/plot";
import { formatNumber } from "../../report/format.ts";
import type { Story, Storyteller } from "../story.ts";
import { meanText, shareText } from "./words.ts";

/** OQ2: what is left of a separation when no density floor holds it? */
export const densityFloorStory: Storyteller = (result, document) => {
  const { floors, ends, barrierSlope, symmetricKLSlope } = result.summary as unknown as DensityFloorSummary;
  const rising = floors.toSorted((a, b) => a.floor - b.floor);
  const over = (of: (one: (typeof floors)[number]) => number) => ({
    x: rising.map(({ floor }) => floor),
    y: rising.map(of),
  });
  return {
    question:
      "The best response of a modality is a single peak, kept finite by a floor under the density. What happens to barrier and divergence as the floor goes to zero?",
    published: "The theory assumes a positive floor; what remains without one is left open.",
    findings: [
      ...(barrierSlope === null
        ? []
        : [
            `The barrier against moving together grows by ${formatNumber(barrierSlope)} nats per unit of log(1/δ); in the limit it is 2.`,
          ]),
      ...(symmetricKLSlope === null
        ? []
        : [
            `D_S of the separated state grows by ${formatNumber(symmetricKLSlope)} per unit of log(1/δ); in the limit it is 1.`,
          ]),
      deepestInWords(floors, ends),
    ],
    reasons: [
      "Both grow without bound: without a floor no finite depth of a well brings separated modalities onto one cell. A depth far below the barrier may still bring them into one well, a cell apart, and D_S is then as large as across the circle: the divergence of two peaks is whatever the floor, or the estimator, allows.",
    ],
    figures: [
      {
        name: "barrier",
        svg: curvesFigure(
          {
            panels: [
              {
                xLabel: "density floor δ (mass of a cell)",
                yLabel: "ΔU/τ (nats)",
                xScale: "log",
                series: [
                  { label: "barrier, closed form", ...over(({ barrier }) => barrier) },
                  {
                    label: "barrier, found by best responses",
                    kind: "points",
                    ...over(({ measuredBarrier }) => measuredBarrier),
                  },
                  { label: "2 log(1/δ)", kind: "reference", ...over(({ asymptote }) => asymptote) },
                ],
              },
              {
                xLabel: "density floor δ (mass of a cell)",
                yLabel: "largest D_S (nats)",
                xScale: "log",
                series: [
                  { label: "D_S of two separated peaks", ...over(({ largestSymmetricKL }) => largestSymmetricKL) },
                ],
              },
            ],
          },
          { document, title: "Barrier and divergence as the floor goes to zero" },
        ),
        caption:
          "How much deeper a well must be before the second modality joins the first one there, and how large the divergence of two peaks can be.",
      },
    ],
    tables: [
      {
        title: "Where best responses end",
        columns: ["δ", "depth ΔU/τ", "on one cell", "D_S (nats)", "overlap", "angle between cells (rad)", "cycling"],
        rows: ends.flatMap((at, k) =>
          at.map((end) => [
            floorText(floors[k]!),
            String(end.depth),
            shareText(end.coLocated),
            meanText(end.symmetricKL),
            meanText(end.overlap),
            meanText(end.angle),
            String(end.cycling),
          ]),
        ),
      },
      {
        title: "The barrier, nats",
        columns: ["δ", "closed form", "measured", "2 log(1/δ)"],
        rows: floors.map((one) => [
          floorText(one),
          ...[one.barrier, one.measuredBarrier, one.asymptote].map((value) => formatNumber(value)),
        ]),
      },
    ],
  } satisfies Story;
};

/** Where the deepest well takes them under the lowest floor. */
function deepestInWords(floors: DensityFloorSummary["floors"], ends: DensityFloorSummary["ends"]): string {
  const lowest = floors.reduce((a, b) => (b.floor < a.floor ? b : a));
  const deepest = ends[floors.indexOf(lowest)]!.reduce((a, b) => (b.depth > a.depth ? b : a));
  return `Under the lowest floor, δ = ${floorText(lowest)}, and with the first well deeper by ${deepest.depth} τ, both modalities end on one cell in ${shareText(deepest.coLocated)} starts; their cells are ${meanText(deepest.angle)} rad apart, and D_S is ${meanText(deepest.symmetricKL)} nats.`;
}

/** `3.16e-3`. */
function floorText({ floor }: { readonly floor: number }): string {
  return Number(floor.toPrecision(3)).toExponential().replace("-", "−");
}
