import type { UnboundedSpacesSummary } from "@nce-geometry/experiments";
import { curvesFigure } from "@nce-geometry/plot";
import { formatNumber } from "../../report/format.ts";
import type { Story, Storyteller } from "../story.ts";
import { estimatesOf, meanText, twoErrors } from "./words.ts";

type Point = UnboundedSpacesSummary["points"][number];

const names = { euclidean: "Euclidean", lorentz: "hyperbolic" } as const;

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
          `${labelOf(point)}: the mean height of the particles over the second half of the run is ${meanText(point.height)}${point.exactHeight === null ? "" : `, in expectation ${formatNumber(point.exactHeight)}`}; the Gibbs law, to which it tends, has ${formatNumber(point.limitHeight!)}.`,
      ),
      ...escapes.map(
        (point) =>
          `${labelOf(point)}: no law; the mean height at the end is ${meanText(point.height)}, in expectation ${formatNumber(point.exactHeight!)}, and the share still within the radius ${meanText(point.within)}.`,
      ),
    ],
    reasons: [
      "Entropy has no bound where volume has none: a free energy has a minimum only if the potential grows fast enough. A flat potential, as that of augmentations which treat all points alike, holds nothing there.",
      "All particles start at the origin. Under a stiffness k the height nears its law at the rate 2k/τ in the Euclidean plane, so that a run with little stiffness is still on its way; the expectation allows for that. In the hyperbolic plane the way is not known in closed form, its end is.",
    ],
    figures: [
      {
        name: "height",
        svg: curvesFigure(
          {
            panels: [...new Set(points.map(({ space }) => space))].map((space) => ({
              xLabel: "time",
              yLabel: `height of the particles, ${names[space]} plane`,
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
        title: "Over the second half of the run; without stiffness at its end",
        columns: [
          "plane",
          "stiffness",
          "outcome",
          "height",
          "in expectation",
          "Gibbs law",
          "within the radius",
          "its limit",
        ],
        rows: points.map((point) => [
          names[point.space],
          String(point.stiffness),
          point.outcome,
          meanText(point.height),
          numberOrDash(point.exactHeight),
          numberOrDash(point.limitHeight),
          meanText(point.within),
          formatNumber(point.limitWithin),
        ]),
      },
    ],
  } satisfies Story;
};

function labelOf({ space, stiffness }: Point): string {
  return `${names[space]} plane, stiffness ${stiffness}`;
}

function numberOrDash(value: number | null): string {
  return value === null ? "–" : formatNumber(value);
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
