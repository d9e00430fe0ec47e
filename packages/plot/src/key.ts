// The drawn samples of marks, and legends made of them.

import { labelSize } from "./figure.ts";
import type { MarkerShape } from "./panel.ts";
import { coordinate, lineHeight, tag, textLines } from "./svg.ts";
import { widest, wrapText } from "./text.ts";

/** What a sample shows: a stretch of line, a marker, or both, or a filled box. */
export interface KeySample {
  readonly color: string;
  readonly line?: { readonly width: number; readonly dash?: string | undefined } | undefined;
  readonly marker?:
    | { readonly shape: MarkerShape; readonly radius: number; readonly inside?: string | undefined }
    | undefined;
  readonly box?: { readonly inside: string } | undefined;
}

export interface KeyEntry {
  readonly sample: KeySample;
  readonly label: string;
}

/** Width of a sample in px. */
export const sampleWidth = 22;

/** A sample whose left end is at `x`, centred on `y`. */
export function keySample({ color, line, marker, box }: KeySample, x: number, y: number): string {
  const middle = x + sampleWidth / 2;
  const parts: string[] = [];
  if (line !== undefined) {
    const ends = { x1: x, x2: x + sampleWidth, y1: y, y2: y };
    parts.push(tag("line", { ...ends, stroke: color, "stroke-width": line.width, "stroke-dasharray": line.dash }));
  }
  if (box !== undefined) {
    parts.push(
      tag("rect", {
        x: middle - 7,
        y: y - 5,
        width: 14,
        height: 10,
        fill: box.inside,
        stroke: color,
        "stroke-width": 1.5,
      }),
    );
  }
  if (marker !== undefined) {
    const d = markerPath(marker.shape, marker.radius, middle, y);
    parts.push(tag("path", { d, fill: marker.inside ?? color, stroke: color, "stroke-width": 1.5 }));
  }
  return parts.join("");
}

/** A legend from `top` downwards that wraps within [left, left + width]. */
export function keyRow(
  entries: readonly KeyEntry[],
  place: { readonly left: number; readonly top: number; readonly width: number },
): { readonly markup: string; readonly height: number } {
  const { left, top, width } = place;
  const gap = 6;
  let x = left;
  let y = top;
  let rowHeight = 0;
  const parts: string[] = [];
  for (const { sample, label } of entries) {
    const lines = wrapText(label, width - sampleWidth - gap, labelSize, 3);
    const need = sampleWidth + gap + widest(lines, labelSize);
    if (x > left && x + need > left + width) {
      x = left;
      y += rowHeight;
      rowHeight = 0;
    }
    const height = lines.length * labelSize * lineHeight + 5;
    parts.push(keySample(sample, x, y + height / 2));
    parts.push(textLines(lines, x + sampleWidth + gap, y + height / 2, { size: labelSize, full: label }));
    rowHeight = Math.max(rowHeight, height);
    x += need + 18;
  }
  const markup = tag("g", { "aria-label": "legend" }, ...parts);
  return { markup, height: y + rowHeight - top };
}

// The same shapes, at the same area for a given radius, as Plot's symbols.
function markerPath(shape: MarkerShape, radius: number, x: number, y: number): string {
  const area = Math.PI * radius ** 2;
  const polygon = (corners: readonly (readonly [number, number])[]): string =>
    `M${corners.map(([dx, dy]) => `${coordinate(x + dx)},${coordinate(y + dy)}`).join("L")}Z`;
  if (shape === "square") {
    const half = Math.sqrt(area) / 2;
    return polygon([
      [-half, -half],
      [half, -half],
      [half, half],
      [-half, half],
    ]);
  }
  if (shape === "diamond") {
    const high = Math.sqrt(area * (Math.sqrt(3) / 2));
    const wide = high / Math.sqrt(3);
    return polygon([
      [0, -high],
      [wide, 0],
      [0, high],
      [-wide, 0],
    ]);
  }
  if (shape === "triangle") {
    const unit = Math.sqrt(area / (3 * Math.sqrt(3)));
    return polygon([
      [0, -2 * unit],
      [Math.sqrt(3) * unit, unit],
      [-Math.sqrt(3) * unit, unit],
    ]);
  }
  const r = coordinate(radius);
  return `M${coordinate(x - radius)},${coordinate(y)}a${r},${r},0,1,1,${coordinate(2 * radius)},0a${r},${r},0,1,1,${coordinate(-2 * radius)},0Z`;
}
