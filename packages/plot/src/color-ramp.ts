// A sequence of colours from one to another, and the bar that explains it.

import { labelSize, smallSize } from "./figure.ts";
import { coordinate, lineHeight, tag, textLines } from "./svg.ts";

/** `share` of the way from one hexadecimal colour to another. */
export function mixColors(from: string, to: string, share: number): string {
  const [a, b] = [channels(from), channels(to)];
  const mixed = a.map((value, i) => Math.round(value + (b[i]! - value) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** A ramp of steps with its name above and a label at either end below. */
export interface RampBar {
  readonly colors: readonly string[];
  readonly label: string;
  readonly ends: readonly [string, string];
  readonly outline: string;
}

/** Height that {@link rampBar} takes, in px. */
export const rampHeight: number = labelSize * lineHeight + 4 + 12 + smallSize * lineHeight + 3;

/** Draws a ramp from `left` and `top`, `width` px wide. */
export function rampBar(
  { colors, label, ends, outline }: RampBar,
  place: { readonly left: number; readonly top: number; readonly width: number },
): string {
  const { left, top, width } = place;
  const bar = top + labelSize * lineHeight + 4;
  const step = width / colors.length;
  const steps = colors.map((fill, i) => {
    const d = `M${coordinate(left + i * step)},${coordinate(bar)}h${coordinate(step)}v12h${coordinate(-step)}Z`;
    return tag("path", { d, fill });
  });
  const frame = tag("rect", {
    x: left,
    y: bar,
    width,
    height: 12,
    fill: "none",
    stroke: outline,
    "stroke-width": 0.75,
  });
  const below = bar + 12 + 3 + (smallSize * lineHeight) / 2;
  return tag(
    "g",
    { "aria-label": label },
    textLines([label], left, top + (labelSize * lineHeight) / 2),
    ...steps,
    frame,
    textLines([ends[0]], left, below, { size: smallSize }),
    textLines([ends[1]], left + width, below, { size: smallSize, anchor: "end" }),
  );
}

function channels(color: string): readonly number[] {
  const digits = color.slice(1);
  const full = digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits;
  return [0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16));
}
