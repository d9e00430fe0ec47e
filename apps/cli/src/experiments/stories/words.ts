// Numbers with how sure they are, for sentences and tables.

import type { OverSeeds, Quartiles, ShareOfRuns } from "@nce-geometry/experiments";
import { formatNumber, formatShare } from "../../report/format.ts";

/** `0.935 ± 0.012`, the standard error over the seeds. */
export function meanText({ mean, standardError }: OverSeeds, digits = 3): string {
  return standardError === null
    ? formatNumber(mean, digits)
    : `${formatNumber(mean, digits)} ± ${formatNumber(standardError, digits)}`;
}

/** `15 % [5 %, 36 %]`, with Wilson's interval. */
export function shareText({ value, low, high, runs }: ShareOfRuns): string {
  return `${formatShare(value)} [${formatShare(low)}, ${formatShare(high)}] of ${runs}`;
}

/** `0.24 (0.22 … 0.31)`, the median and the quartiles. */
export function quartilesText(quartiles: Quartiles | null): string {
  if (quartiles === null) return "–";
  const { low, median, high } = quartiles;
  return `${formatNumber(median)} (${formatNumber(low)} … ${formatNumber(high)})`;
}
