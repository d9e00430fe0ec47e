// Axes of charts: what they cover and where their ticks stand.

import { assertFinite, fail } from "./check-data.ts";
import { decadeTicks } from "./decade-ticks.ts";
import { smallSize } from "./figure.ts";
import { formatTick } from "./format.ts";
import { linearTicks } from "./linear-ticks.ts";
import { textWidth } from "./text.ts";

/** How values become places. */
export type AxisScale = "linear" | "log";

/** An axis of a chart before its ticks are known. */
export interface ChartAxis {
  readonly scale: AxisScale;
  readonly domain: readonly [number, number];
  /** Values to mark if their labels fit. @defaultValue round numbers */
  readonly preferred?: readonly number[] | undefined;
  /** @defaultValue {@link tickFormat} of the scale */
  readonly format?: ((value: number) => string) | undefined;
}

interface AxisPlace {
  readonly length: number;
  readonly direction: "across" | "up";
}

/** How far in px a label may stand out beyond the ends of its axis. */
const overhang = 20;

/** Below this a logarithmic axis is of no use to a reader. */
const least = 1e-100;

/** Refuses an axis scale that is neither. */
export function assertScale(where: string, argument: string, scale: unknown): void {
  if (scale === undefined || scale === "linear" || scale === "log") return;
  fail("E_OPTION", where, argument, "one of linear, log", JSON.stringify(scale) ?? String(scale));
}

/** Refuses values that an axis of this scale cannot hold. */
export function assertOnAxis(where: string, argument: string, values: readonly number[], scale: AxisScale): void {
  assertFinite(where, argument, values);
  if (scale === "linear") return;
  const index = values.findIndex((value) => value < least);
  if (index < 0) return;
  const hint = "Leave the point out, or take a linear axis.";
  fail("E_OPTION", where, argument, `at least ${least} on a log axis`, `${values[index]} at index ${index}`, hint);
}

/**
 * What an axis covers: all `values`, and the `extras` (ends of intervals) as far as the scale can hold them; on a log axis those below a
 * tenth of the least value are left to the edge.
 */
export function axisDomain(
  values: readonly number[],
  { scale, extras = [] }: { readonly scale: AxisScale; readonly extras?: readonly number[] },
): readonly [number, number] {
  if (scale === "linear") {
    const [low, high] = extent([...values, ...extras]);
    const pad = high > low ? 0.05 * (high - low) : (Math.abs(low) || 1) / 2;
    return [low - pad, high + pad];
  }
  const lowest = extent(values)[0] / 10;
  const [low, high] = extent([...values, ...extras.filter((end) => end >= lowest)]);
  // Values that no label tells apart count as one.
  const spread = high / low > 1 + 1e-9 ? (high / low) ** 0.05 : 2;
  return [low / spread, high * spread];
}

/** How ticks are written where nothing else is asked for: on a log axis powers of ten below 0.001 as such. */
export function tickFormat(scale: AxisScale): (value: number) => string {
  if (scale === "linear") return formatTick;
  return (value) =>
    value < 1e-3 ? Number(value.toPrecision(12)).toExponential().replace("-", "−") : formatTick(value);
}

/** Ticks whose labels fit an axis of this length in px. */
export function axisTicks(axis: ChartAxis, place: AxisPlace): readonly number[] {
  const { scale, domain, format = tickFormat(scale) } = axis;
  const ticks = roundTicks(axis, place);
  if (place.direction === "up") return ticks;
  const [low, high] = domain.map(scale === "log" ? Math.log : (value: number): number => value) as [number, number];
  return ticks.filter((tick) => {
    const share = ((scale === "log" ? Math.log(tick) : tick) - low) / (high - low);
    const half = textWidth(format(tick), smallSize) / 2;
    return share * place.length + half <= place.length + overhang && share * place.length - half >= -overhang;
  });
}

function roundTicks(axis: ChartAxis, place: AxisPlace): readonly number[] {
  const { scale, domain, preferred, format = tickFormat(scale) } = axis;
  const size = smallSize;
  if (scale === "log") return decadeTicks(...domain, { preferred, format, size, ...place });
  const room = (value: number): number => (place.direction === "up" ? 1.5 * size : textWidth(format(value), size) + 6);
  const apart = (a: number, b: number): number => ((b - a) / (domain[1] - domain[0])) * place.length;
  if (preferred?.slice(1).every((b, i) => 2 * apart(preferred[i]!, b) >= room(preferred[i]!) + room(b)))
    return preferred;
  const count = Math.max(2, Math.round(place.length / (place.direction === "up" ? 40 : 70)));
  return linearTicks(...domain, { count, format, size, ...place });
}

/** The least and the greatest of some values, however many. */
export function extent(values: readonly number[]): readonly [number, number] {
  return values.reduce<readonly [number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}
