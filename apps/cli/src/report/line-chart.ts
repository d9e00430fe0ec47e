// Lines over a common axis, as a self-contained SVG.

import { html, type Markup } from "./html.ts";

export interface ChartLine {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Lower and upper ends of intervals, one for each point. */
  readonly band?: readonly (readonly [low: number, high: number])[];
  readonly look: "first" | "second" | "reference";
}

export interface LineChart {
  readonly title: string;
  readonly lines: readonly ChartLine[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly logX?: boolean;
  /** @defaultValue from the values, with 0 included */
  readonly yDomain?: readonly [number, number];
}

const [width, height] = [760, 362];
const box = { left: 62, top: 72, right: 748, bottom: 314 };
const looks = {
  first: { stroke: "#00507d", dash: "", size: 2.4 },
  second: { stroke: "#b3541e", dash: "7 4", size: 2.2 },
  reference: { stroke: "#6b6b6b", dash: "2 3", size: 1.4 },
} as const;

/** Draws the lines with a key above them. */
export function lineChart({ title, lines, xLabel, yLabel, logX = false, yDomain }: LineChart): string {
  const xs = lines.flatMap(({ points }) => points.map(([x]) => x));
  const ys = lines.flatMap(({ points, band }) => [...points.map(([, y]) => y), ...(band ?? []).flat()]);
  const [low, high] = yDomain ?? [Math.min(0, ...ys), Math.max(...ys)];
  const along = scale([Math.min(...xs), Math.max(...xs)], [box.left, box.right], logX);
  const up = scale([low, high], [box.bottom, box.top], false);
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}" font-family="Helvetica, Arial, sans-serif" font-size="13">
<title>${title}</title>
<text x="12" y="20" font-size="16" font-weight="600">${title}</text>
${key(lines)}
${ticks(low, high).map((y) => yTick(y, up(y)))}
${(logX ? decades(xs) : ticks(Math.min(...xs), Math.max(...xs))).map((x) => xTick(x, along(x)))}
${lines.map((line) => drawLine(line, along, up))}
<text x="${(box.left + box.right) / 2}" y="${height - 10}" text-anchor="middle">${xLabel}</text>
<text x="14" y="${(box.top + box.bottom) / 2}" text-anchor="middle" transform="rotate(-90 14 ${(box.top + box.bottom) / 2})">${yLabel}</text>
</svg>`.text;
}

type Scale = (value: number) => number;

function scale([from, to]: readonly [number, number], [start, end]: readonly [number, number], log: boolean): Scale {
  const at = (value: number) => (log ? Math.log(value) : value);
  const range = at(to) - at(from);
  return (value) => (range === 0 ? (start + end) / 2 : start + ((at(value) - at(from)) / range) * (end - start));
}

function drawLine({ points, band, look }: ChartLine, along: Scale, up: Scale): Markup {
  const { stroke, dash, size } = looks[look];
  const place = (x: number, y: number) => `${along(x).toFixed(1)},${up(y).toFixed(1)}`;
  const line = points.map(([x, y]) => place(x, y)).join(" ");
  const area = band
    ? [
        ...points.map(([x], i) => place(x, band[i]![1])),
        ...points.map(([x], i) => place(x, band[i]![0])).reverse(),
      ].join(" ")
    : undefined;
  return html`${area === undefined ? undefined : html`<polygon points="${area}" fill="${stroke}" opacity="0.18"/>`}<polyline points="${line}" fill="none" stroke="${stroke}" stroke-width="${size}" stroke-dasharray="${dash}"/>`;
}

function key(lines: readonly ChartLine[]): Markup[] {
  let x = box.left;
  return lines.map(({ label, look }) => {
    const { stroke, dash, size } = looks[look];
    const at = x;
    x += 44 + 7 * label.length;
    return html`<line x1="${at}" y1="50" x2="${at + 28}" y2="50" stroke="${stroke}" stroke-width="${size}" stroke-dasharray="${dash}"/><text x="${at + 34}" y="54">${label}</text>`;
  });
}

function yTick(value: number, y: number): Markup {
  return html`<line x1="${box.left}" y1="${y.toFixed(1)}" x2="${box.right}" y2="${y.toFixed(1)}" stroke="#e6e6e6"/><text x="${box.left - 8}" y="${(y + 4).toFixed(1)}" text-anchor="end" fill="#5a5a5a">${tickLabel(value)}</text>`;
}

function xTick(value: number, x: number): Markup {
  return html`<line x1="${x.toFixed(1)}" y1="${box.bottom}" x2="${x.toFixed(1)}" y2="${box.bottom + 5}" stroke="#9a9a9a"/><text x="${x.toFixed(1)}" y="${box.bottom + 20}" text-anchor="middle" fill="#5a5a5a">${tickLabel(value)}</text>`;
}

function tickLabel(value: number): string {
  return String(Number(value.toPrecision(4))).replace("-", "−");
}

/** Some five round numbers from low to high. */
function ticks(low: number, high: number): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough)!;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, k) => (first + k) * step);
}

/** Powers of 10, or of 4 where there would be few of them. */
function decades(xs: readonly number[]): number[] {
  const [low, high] = [Math.min(...xs), Math.max(...xs)];
  const base = high / low > 1000 ? 10 : 4;
  const first = Math.ceil(Math.log(low) / Math.log(base) - 1e-9);
  const last = Math.floor(Math.log(high) / Math.log(base) + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, k) => base ** (first + k));
}
