// Numbers for people. Full precision stays in report.json.

import type { Estimate } from "@nce-geometry/diagnostics";

/** Three decimals (or as many as asked for) for moderate numbers, two significant digits for tiny ones; −, not a hyphen. */
export function formatNumber(value: number, decimals = 3): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const tiny = size !== 0 && size < 10 ** -decimals;
  const fixed = size >= 1000 ? 0 : size >= 100 ? 1 : decimals;
  return (tiny ? value.toPrecision(2) : value.toFixed(fixed)).replaceAll("-", "−");
}

/** `0.9356 ± 0.0012`: the standard error to two significant digits, the value to the same decimals. */
export function formatWithError(value: number, standardError: number): string {
  if (!(standardError >= 1e-7 && standardError < Infinity && Number.isFinite(value))) {
    return `${formatNumber(value)} ± ${formatNumber(standardError)}`;
  }
  const decimals = decimalsFor(standardError, 0);
  const rounded = value.toFixed(decimals);
  const signed = rounded.replace("-", Number(rounded) === 0 ? "" : "−");
  return `${signed} ± ${standardError.toFixed(decimals)}`;
}

/** Decimals that show two significant digits of a width, at least so many and at most 8. */
function decimalsFor(width: number, least: number): number {
  return width > 0 ? Math.min(8, Math.max(least, 1 - Math.floor(Math.log10(width)))) : 3;
}

/** A share as a percentage. */
export function formatShare(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

/** A confidence level, e.g. 95 %. */
export function formatLevel(level: number): string {
  return `${Number((100 * level).toFixed(6))} %`;
}

/** A value, and behind it `[low, high]`, or `± standard error`, or nothing; with decimals enough to tell these apart. */
export function formatEstimate(
  { value, interval, standardError }: Estimate,
  format?: (value: number) => string,
): { readonly value: string; readonly uncertainty: string } {
  const width = interval ? interval.high - interval.low : (standardError ?? 0);
  const decimals = decimalsFor(width, 3);
  const shown = format ?? ((number: number) => formatNumber(number, decimals));
  if (interval) return { value: shown(value), uncertainty: `[${shown(interval.low)}, ${shown(interval.high)}]` };
  return { value: shown(value), uncertainty: standardError === undefined ? "" : `± ${shown(standardError)}` };
}

/** Bytes as a person would say them. */
export function formatBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const power = bytes === 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}
