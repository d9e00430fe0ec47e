// The picture of a comparison: what each control leaves of the gap, and what retrieval it leaves.

import type { ControlComparison, Estimate } from "@nce-geometry/diagnostics";
import { type ControlAxisValue, controlFrontFigure } from "@nce-geometry/plot";
import { parseHTML } from "linkedom";
import type { ReportFigure } from "../../report/figure.ts";
import { formatLevel } from "../../report/format.ts";

/** More points have no letters left. */
const mostPoints = 26;

const gapLabels = { centroid: "Centroid gap", energyDistance: "Energy distance", symmetricKL: "D_S, nats" };

/** The figure; none where no control could be judged. */
export function frontFigure({ axes, controls, settings }: ControlComparison): ReportFigure | undefined {
  const points = controls
    .flatMap((control) => (control.status === "judged" ? [control] : []))
    .slice(0, mostPoints)
    .map(({ label, measures, onFront, options }) => ({
      label,
      gap: axisValue(measures[axes.gap]),
      retrieval: axisValue(measures.meanRecall[axes.recallAt]!),
      onFront,
      isBaseline: options.kind === "identity",
    }));
  if (points.length === 0) return undefined;
  const { document } = parseHTML("<!doctype html><html></html>");
  const intervalLabel = `${formatLevel(settings.level)} interval over held-out items`;
  const retrievalLabel = `Mean recall at ${axes.recallAt}`;
  return {
    svg: controlFrontFigure(
      { points, gapLabel: gapLabels[axes.gap], retrievalLabel, intervalLabel },
      { document, title: "What narrows the gap, and what it costs" },
    ),
    caption:
      "Each control on held-out items: the further left, the smaller the gap that remains; the higher, the more matches are found. The line joins those that no other control beats on both.",
  };
}

function axisValue({ value, interval }: Estimate): ControlAxisValue {
  return { value, lower: interval?.low ?? value, upper: interval?.high ?? value };
}
