// Masses of cells against steps as shades: one row per cell, one column per step.

import type { FigureContext } from "./figure.ts";
import { linearTicks } from "./linear-ticks.ts";
import { type Box, drawPanel, type PanelAxis } from "./panel.ts";
import { coordinate, tag } from "./svg.ts";

export interface MassStrip {
  /** masses[step][cell], > 0. */
  readonly masses: readonly (readonly number[])[];
  /** Number of the first step. */
  readonly first: number;
  /** Mass of the first colour; the last one is that of mass 1. */
  readonly least: number;
  readonly colors: readonly string[];
  readonly steps: PanelAxis;
}

/** Draws the strip with its axes, the first cell on top. */
export function massStrip(context: FigureContext, strip: MassStrip, box: Box): string {
  const { masses, first, least, colors, steps } = strip;
  const cells = masses[0]!.length;
  const ticks =
    cells === 1
      ? [0]
      : linearTicks(0, cells - 1, {
          count: Math.min(6, cells),
          format: String,
          length: box.height,
          size: 11,
          direction: "up",
        }).filter(Number.isInteger);
  const panel = drawPanel(context, {
    box,
    x: steps,
    y: { domain: [cells - 0.5, -0.5], ticks, grid: false },
    marks: () => [],
  });
  const shade = (mass: number): number => {
    const share = least < 1 ? 1 - Math.log(Math.min(1, mass)) / Math.log(least) : 1;
    return Math.min(colors.length - 1, Math.max(0, Math.floor(share * colors.length)));
  };
  const paths = colors.map(() => "");
  for (let cell = 0; cell < cells; cell++) {
    const [top, bottom] = [panel.y(cell - 0.5), panel.y(cell + 0.5)];
    for (let from = 0; from < masses.length; ) {
      const level = shade(masses[from]![cell]!);
      let to = from + 1;
      while (to < masses.length && shade(masses[to]![cell]!) === level) to++;
      const [left, right] = [panel.x(first + from - 0.5), panel.x(first + to - 0.5)];
      paths[level] +=
        `M${coordinate(left)},${coordinate(top)}H${coordinate(right)}V${coordinate(bottom)}H${coordinate(left)}Z`;
      from = to;
    }
  }
  const shaded = paths.map((d, i) =>
    d === "" ? "" : tag("path", { d, fill: colors[i], "shape-rendering": "crispEdges" }),
  );
  const frame = { x: box.left, y: box.top, width: box.width, height: box.height };
  return (
    panel.markup +
    shaded.join("") +
    tag("rect", { ...frame, fill: "none", stroke: context.theme.muted, "stroke-width": 0.75 })
  );
}
