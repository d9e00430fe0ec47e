// Numbers for people. Full precision stays in report.json.

import type { Estimate } from "@nce-geometry/diagnostics";

/** Three decimals for moderate numbers, three significant digits for small ones; −, not a hyphen. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const text =
    size !== 0 && size < 0.001
      ? value.toPrecision(2)
      : size >= 1000
        ? value.toFixed(0)
        : value.toFixed(size >= 100 ? 1 : 3);
  return text.replaceAll("-", "−");
}

/** A share as a percentage. */
export function formatShare(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

/** A confidence level, e.g. 95 %. */
export function formatLevel(level: number): string {
  return `${Number((100 * level).toFixed(6))} %`;
}

/** `[low, high]`, or `± standard error`, or nothing. */
export function formatUncertainty(
  { interval, standardError }: Estimate,
  format: (value: number) => string = formatNumber,
): string {
  if (interval) return `[${format(interval.low)}, ${format(interval.high)}]`;
  return standardError === undefined ? "" : `± ${format(standardError)}`;
}

/** Bytes as a person would say them. */
export function formatBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const power = bytes === 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}
