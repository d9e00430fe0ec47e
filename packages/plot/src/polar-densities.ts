// Densities of two modalities around the circle, one over the other.

import { extent } from "./chart-axis.ts";
import { type FigureContext, labelSize, smallSize } from "./figure.ts";
import type { Picture } from "./joint-map.ts";
import { coordinate, lineHeight, tag, textLines } from "./svg.ts";

export interface PolarDensities {
  /** Counts of angles from −π to π. */
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Draws both outlines in a square of `size` px with their labels: angle 0 at the right, π/2 on top. */
export function polarDensities(context: FigureContext, data: PolarDensities, size: number): Picture {
  const headHeight = labelSize * lineHeight;
  const radius = (size - 64) / 2;
  const densities = [densityOf(data.x), densityOf(data.y)] as const;
  // Room for a circle even where both densities are uniform.
  const most = Math.max(2, extent(densities.flat())[1]);
  const height = headHeight + 8 + 2 * radius + 44;
  const draw = (left: number, top: number): string => {
    const [cx, cy] = [left + size / 2, top + headHeight + 30 + radius];
    const place = { cx, cy, radius };
    return [
      textLines(["density of either angle"], left, top + headHeight / 2),
      frame(context, { ...place, uniform: radius / Math.sqrt(most) }),
      outline(densities[0], { ...place, most, color: context.theme.x, name: "x" }),
      outline(densities[1], { ...place, most, color: context.theme.y, name: "y", dash: "7,3" }),
    ].join("");
  };
  return { height, draw };
}

/** In units of the uniform density. */
function densityOf(counts: readonly number[]): readonly number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (count * counts.length) / total);
}

interface Place {
  readonly cx: number;
  readonly cy: number;
  readonly radius: number;
}

function frame({ theme }: FigureContext, { cx, cy, radius, uniform }: Place & { readonly uniform: number }): string {
  const circle = (r: number, style: Record<string, string | number>) =>
    tag("circle", { cx, cy, r, fill: "none", ...style });
  const line = { stroke: theme.grid, "stroke-width": 1 };
  const label = { size: smallSize, fill: theme.ink } as const;
  return [
    tag("line", { x1: cx - radius, x2: cx + radius, y1: cy, y2: cy, ...line }),
    tag("line", { x1: cx, x2: cx, y1: cy - radius, y2: cy + radius, ...line }),
    circle(radius, line),
    circle(uniform, { stroke: theme.muted, "stroke-width": 1, "stroke-dasharray": "2,3" }),
    textLines(["0"], cx + radius + 7, cy, label),
    textLines(["π/2"], cx, cy - radius - 10, { ...label, anchor: "middle" }),
    textLines(["±π"], cx - radius - 7, cy, { ...label, anchor: "end" }),
    textLines(["−π/2"], cx, cy + radius + 10, { ...label, anchor: "middle" }),
  ].join("");
}

// Each bin is a sector of its own radius.
function outline(
  densities: readonly number[],
  {
    cx,
    cy,
    radius,
    most,
    color,
    name,
    dash,
  }: Place & { readonly most: number; readonly color: string; readonly name: string; readonly dash?: string },
): string {
  const n = densities.length;
  const at = (r: number, angle: number): string =>
    `${coordinate(cx + r * Math.cos(angle))},${coordinate(cy - r * Math.sin(angle))}`;
  let d = "";
  for (const [i, density] of densities.entries()) {
    const r = radius * Math.sqrt(density / most);
    const [from, to] = [(2 * Math.PI * i) / n - Math.PI, (2 * Math.PI * (i + 1)) / n - Math.PI];
    d += `${i === 0 ? "M" : "L"}${at(r, from)}`;
    d += `A${coordinate(r)},${coordinate(r)},0,0,0,${at(r, to)}`;
  }
  const style = { fill: color, "fill-opacity": 0.12, stroke: color, "stroke-width": 1.75, "stroke-dasharray": dash };
  return tag("path", { d: `${d}Z`, "aria-description": `density of ${name}`, ...style });
}
