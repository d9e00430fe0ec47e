import type { DensityFloorSummary } from "@nce-geometry/experiments";
import { formatNumber } from "../../report/format.ts";
import type { Story, Storyteller } from "../story.ts";

/** OQ2: what is left of a separation when no density floor holds it? */
export const densityFloorStory: Storyteller = (result) => {
  const { floors, barrierSlope, symmetricKLSlope } = result.summary as unknown as DensityFloorSummary;
  const numbers = floors.map((one) => scalars(one as unknown as Readonly<Record<string, unknown>>));
  const columns = [...new Set(numbers.flatMap((one) => Object.keys(one)))];
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
    ],
    reasons: [
      "Both grow without bound: without a floor no finite depth of a well brings separated modalities together, and the divergence of two peaks is whatever the floor, or the estimator, allows.",
    ],
    figures: [],
    tables: [
      {
        title: "By density floor δ (mass of a cell)",
        columns,
        rows: numbers.map((one) => columns.map((column) => one[column] ?? "–")),
      },
    ],
  } satisfies Story;
};

function scalars(record: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(record).flatMap(([name, value]) =>
    typeof value === "number"
      ? [[name, Math.abs(value) < 1e-3 && value !== 0 ? value.toExponential(2) : formatNumber(value, 4)] as const]
      : [],
  );
  return Object.fromEntries(entries);
}
