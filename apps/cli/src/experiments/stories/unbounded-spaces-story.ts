import type { UnboundedSpacesSummary } from "@nce-geometry/experiments";
import { curvesFigure } from "@nce-geometry/plot";
import { formatNumber } from "../../report/format.ts";
import type { Story, Storyteller } from "../story.ts";
import { estimatesOf, meanText, twoErrors } from "./words.ts";

type Point = UnboundedSpacesSummary["points"][number];

/** OQ6: what becomes of the Gibbs law where space has no end? */
export const unboundedSpacesStory: Storyteller = (result, document) => {
  const { points } = result.summary as unknown as UnboundedSpacesSummary;
  const laws = points.filter(({ outcome }) => outcome === "law");
  const escapes = points.filter(({ outcome }) => outcome === "escape");
  return {
    question:
      "On the sphere every temperature has a Gibbs law. What is left of it in the Euclidean and the hyperbolic plane?",
    published: "Non-compact spaces are left open.",
    findings: [
      ...laws.map(
        (point) =>
          `${labelOf(point)}: the height of the particles is ${meanText(point.height)} at the end, where the Gibbs law has ${formatNumber(point.exactHeight)}.`,
      ),
      ...escapes.map(
        (point) =>
          `${labelOf(point)}: no law; the height at the end is ${meanText(point.height)}, and the share still within the radius ${meanText(point.within)}.`,
      ),
    ],
    reasons: [
      "Entropy has no bound where volume has none: a free energy has a minimum only if the potential grows fast enough. The potential of augmentations alone is flat, and holds nothing there.",
    ],
    figures: [
      {
        name: "height",
        svg: curvesFigure(
          {
            panels: [...new Set(points.map(({ space }) => space))].map((space) => ({
              xLabel: "time",
              yLabel: `height of the particles, ${space} plane`,
              series: points.filter((point) => point.space === space).map(seriesOf),
            })),
            intervalLabel: twoErrors,
          },
          { document, title: "Particles from the origin, in time" },
        ),
        caption: "Height is half the squared radius in the Euclidean plane, and cosh r − 1 in the hyperbolic one.",
      },
    ],
    tables: [
      {
        title: "At the end",
        columns: ["space", "stiffness", "outcome", "height", "exact", "share within the radius", "its limit"],
        rows: points.map((point) => [
          point.space,
          String(point.stiffness),
          point.outcome,
          meanText(point.height),
          formatNumber(point.exactHeight),
          meanText(point.within),
          formatNumber(point.limitWithin),
        ]),
      },
    ],
  } satisfies Story;
};

function labelOf({ space, stiffness }: Point): string {
  return `${space} plane, stiffness ${stiffness}`;
}

function seriesOf({ stiffness, inTime }: Point) {
  const { values, interval } = estimatesOf(inTime.map(({ height }) => height));
  return {
    label: `stiffness ${stiffness}`,
    x: inTime.map(({ time }) => time),
    y: values,
    ...(interval && { interval }),
  };
}
