// The joint density of two angles as shades.

import { angleAxis } from "./angle-axis.ts";
import { type FigureContext, labelSize } from "./figure.ts";
import type { ModalityNames } from "./modality-names.ts";
import { drawPanel } from "./panel.ts";
import { coordinate, lineHeight, tag, textLines } from "./svg.ts";
import { wrapText } from "./text.ts";

/** A picture that is placed once the heights of its neighbours are known. */
export interface Picture {
  readonly height: number;
  readonly draw: (left: number, top: number) => string;
}

export interface JointMap {
  /** Counts in n × n bins, those of x in rows. */
  readonly joint: readonly number[];
  /** Densities > 0 of the palest and the darkest shade, in units of the uniform one. */
  readonly ends: readonly [number, number];
  readonly colors: readonly string[];
  readonly names: ModalityNames;
}

/** Room of ticks at the left of the pictures, in px. */
export const pictureMargin = 34;

/** Draws the map, x across and y up, in a square of `size` px with its labels. */
export function jointMap(context: FigureContext, map: JointMap, size: number): Picture {
  const { names } = map;
  const head = wrapText(`angle of ${names.y}`, size, labelSize, 2);
  const headHeight = head.length * labelSize * lineHeight;
  const side = size - pictureMargin - 12;
  const foot = wrapText(`angle of ${names.x}`, side + 10, labelSize, 2);
  const footHeight = foot.length * labelSize * lineHeight;
  const draw = (left: number, top: number): string => {
    const box = { left: left + pictureMargin, top: top + headHeight + 8, width: side, height: side };
    const panel = drawPanel(context, {
      box,
      x: { ...angleAxis, grid: false },
      y: { ...angleAxis, grid: false },
      marks: () => [],
    });
    return [
      textLines(head, left, top + headHeight / 2),
      panel.markup,
      shades(map, box),
      tag("rect", {
        x: box.left,
        y: box.top,
        width: side,
        height: side,
        fill: "none",
        stroke: context.theme.muted,
        "stroke-width": 0.75,
      }),
      textLines(foot, box.left + side / 2, box.top + side + 24 + footHeight / 2, { anchor: "middle" }),
    ].join("");
  };
  return { height: headHeight + 8 + side + 24 + footHeight, draw };
}

// One path per shade; empty bins stay blank.
function shades(
  { joint, ends: [least, most], colors }: JointMap,
  box: { readonly left: number; readonly top: number; readonly width: number },
): string {
  const n = Math.sqrt(joint.length);
  const total = joint.reduce((sum, count) => sum + count, 0);
  const bin = box.width / n;
  const paths = colors.map(() => "");
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const density = (joint[i * n + j]! * joint.length) / total;
      if (density === 0) continue;
      const share = most > least ? Math.log(density / least) / Math.log(most / least) : 1;
      const shade = Math.round(share * (colors.length - 1));
      const [x, y] = [box.left + i * bin, box.top + (n - 1 - j) * bin];
      paths[shade] += `M${coordinate(x)},${coordinate(y)}h${coordinate(bin)}v${coordinate(bin)}h${coordinate(-bin)}Z`;
    }
  }
  return paths
    .map((d, i) => (d === "" ? "" : tag("path", { d, fill: colors[i], "shape-rendering": "crispEdges" })))
    .join("");
}
