// Numbers with how sure they are, for sentences, tables and figures.

import type { OverSeeds, Quartiles, ShareOfRuns } from "@nce-geometry/experiments";
import type { CurveInterval } from "@nce-geometry/plot";
import { formatNumber, formatShare, formatWithError } from "../../report/format.ts";

/** `0.935 ± 0.012`, the standard error over the seeds. */
export function meanText({ mean, standardError }: OverSeeds): string {
  return standardError === null ? formatNumber(mean) : formatWithError(mean, standardError);
}

/** `15 % [5 %, 36 %]`, with Wilson's interval. */
export function shareText({ value, low, high, runs }: ShareOfRuns): string {
  return `${formatShare(value)} [${formatShare(low)}, ${formatShare(high)}] of ${runs}`;
}

/** `3 of 20 [5.2 %, 36.0 %]`, the same in less room. */
export function countText({ value, low, high, runs }: ShareOfRuns): string {
  return `${Math.round(value * runs)} of ${runs} [${formatShare(low)}, ${formatShare(high)}]`;
}

/** `0.24 (0.22 … 0.31)`, the median and the quartiles. */
export function quartilesText(quartiles: Quartiles | null): string {
  if (quartiles === null) return "–";
  const { low, median, high } = quartiles;
  return `${formatNumber(median)} (${formatNumber(low)} … ${formatNumber(high)})`;
}

/** Means with two standard errors on either side; without an interval where a single seed tells none. */
export function estimatesOf(means: readonly OverSeeds[]): { values: number[]; interval?: CurveInterval } {
  const values = means.map(({ mean }) => mean);
  if (means.some(({ standardError }) => standardError === null)) return { values };
  const at = (sign: number): number[] => means.map(({ mean, standardError }) => mean + sign * 2 * standardError!);
  return { values, interval: { lower: at(-1), upper: at(1) } };
}

/** What the intervals of {@link estimatesOf} are. */
export const twoErrors = "± 2 standard errors over seeds";
