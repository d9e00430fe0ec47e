// Looks of several series on one pair of axes, told apart by colour, dash and marker alike.

import type { SeriesLook } from "./chart-grid.ts";
import type { FigureContext } from "./figure.ts";

/** How many curves are told apart. */
export const mostCurves = 6;

/** The look of the curve of this index. */
export function curveLook({ theme }: FigureContext, index: number): SeriesLook {
  const { background } = theme;
  const looks = [
    { color: theme.x, dash: undefined, shape: "circle", inside: theme.x },
    { color: theme.y, dash: "7,4", shape: "triangle", inside: background },
    { color: theme.matched, dash: "9,3,2,3", shape: "square", inside: theme.matched },
    { color: theme.divergence, dash: "4,3", shape: "diamond", inside: background },
    { color: theme.unmatched, dash: undefined, shape: "triangle", inside: theme.unmatched },
    { color: theme.ink, dash: "2,2", shape: "circle", inside: background },
  ] as const;
  const { color, dash, shape, inside } = looks[index % looks.length]!;
  return { color, line: { width: 2, dash }, marker: { shape, radius: 3.4, inside }, band: "ribbon" };
}

/** The look of published or reference points, drawn over the curves. */
export function pointsLook({ theme }: FigureContext, index: number): SeriesLook {
  const shape = (["diamond", "square", "circle", "triangle"] as const)[index % 4]!;
  return { color: theme.ink, marker: { shape, radius: 4, inside: theme.background }, band: "bars" };
}

/** The look of a line to compare with. */
export function referenceCurveLook({ theme }: FigureContext, index: number): SeriesLook {
  const dash = (["2,3", "8,3,2,3", "5,3"] as const)[index % 3];
  return { color: theme.ink, line: { width: 1.25, dash }, band: "bars" };
}
