// The density of the difference of two angles.

import { angleAxis } from "./angle-axis.ts";
import { extent } from "./chart-axis.ts";
import { type FigureContext, labelSize } from "./figure.ts";
import { type Picture, pictureMargin } from "./joint-map.ts";
import type { ModalityNames } from "./modality-names.ts";
import { type Band, drawPanel, type Point } from "./panel.ts";
import { lineHeight, textLines } from "./svg.ts";
import { wrapText } from "./text.ts";

export interface ShiftDensity {
  /** Counts of differences from −π to π. */
  readonly shift: readonly number[];
  readonly dataShift: readonly number[] | undefined;
  readonly names: ModalityNames;
}

/** Draws the density in a square of `size` px with its labels. */
export function shiftDensity(context: FigureContext, { shift, dataShift, names }: ShiftDensity, size: number): Picture {
  const { theme } = context;
  const head = wrapText("density of the difference (1/rad)", size, labelSize, 2);
  const headHeight = head.length * labelSize * lineHeight;
  const side = size - pictureMargin - 12;
  const foot = wrapText(`angle of ${names.y} less that of ${names.x}`, side + 10, labelSize, 3);
  const footHeight = foot.length * labelSize * lineHeight;
  const curves = [stepsOf(shift), ...(dataShift === undefined ? [] : [stepsOf(dataShift)])];
  const top = 1.06 * extent(curves.flat().map(([, density]) => density))[1];
  const draw = (left: number, y: number): string => {
    const box = { left: left + pictureMargin, top: y + headHeight + 8, width: side, height: side };
    const { markup } = drawPanel(context, {
      box,
      x: angleAxis,
      y: { domain: [0, top], ticks: Math.max(2, Math.round(side / 45)) },
      marks: (make) => [
        make.area(
          curves[0]!.map(([x, density]): Band => [x, 0, density]),
          { label: "difference: mass", color: theme.matched, opacity: 0.18 },
        ),
        make.line(curves[0]!, { label: "difference: curve", color: theme.matched, lineWidth: 2 }),
        ...curves
          .slice(1)
          .map((curve) =>
            make.line(curve, { label: "difference in the data", color: theme.ink, lineWidth: 1.25, dash: "3,3" }),
          ),
      ],
    });
    return [
      textLines(head, left, y + headHeight / 2),
      markup,
      textLines(foot, box.left + side / 2, box.top + side + 24 + footHeight / 2, { anchor: "middle" }),
    ].join("");
  };
  return { height: headHeight + 8 + side + 24 + footHeight, draw };
}

/** The outline of the bars of a histogram over the whole turn. */
function stepsOf(counts: readonly number[]): readonly Point[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const bin = (2 * Math.PI) / counts.length;
  return counts.flatMap((count, i): readonly Point[] => {
    const density = count / (total * bin);
    return [
      [-Math.PI + i * bin, density],
      [i + 1 === counts.length ? Math.PI : -Math.PI + (i + 1) * bin, density],
    ];
  });
}
