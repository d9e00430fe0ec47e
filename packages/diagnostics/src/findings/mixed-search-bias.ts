// Which kind a mixed search returns, judged for queries of each kind separately.

import { type FindingThresholds, findingThresholds } from "../finding-thresholds.ts";
import type { MixedSearch, PairAnalysis, PerModality } from "../pair-analysis.ts";

/**
 * - `tooLong`: the lists have more places than there are rows of one kind;
 * - `hidden`: queries of either kind get their own kind (almost) alone;
 * - `xEverywhere`, `yEverywhere`: queries of both kinds get mostly this modality;
 * - `own`, `other`: the query's own kind, or the other one, is favoured by queries of one kind at least;
 * - `even`: no preference.
 */
export type MixedSearchVerdict = "tooLong" | "hidden" | "xEverywhere" | "yEverywhere" | "own" | "other" | "even";

export interface MixedSearchBias {
  /** Length of the lists judged. */
  readonly k: number;
  /** Own-kind shares of queries of X and of Y. */
  readonly x: number;
  readonly y: number;
  readonly verdict: MixedSearchVerdict;
}

/** The bias of the searches of an analysis. */
export function searchBias(
  { mixedSearch, items, captions }: PairAnalysis,
  threshold: FindingThresholds = findingThresholds,
): MixedSearchBias {
  return mixedSearchBias(mixedSearch, Math.min(items, captions), threshold);
}

/** The bias in the longest lists that can be all of one kind, at most as many places as there are other rows of either. */
export function mixedSearchBias(
  search: MixedSearch,
  rows: number,
  threshold: FindingThresholds = findingThresholds,
): MixedSearchBias {
  const lengths = Object.keys(search.x).map(Number);
  const fitting = lengths.filter((length) => length <= rows - 1);
  const k = fitting.length > 0 ? Math.max(...fitting) : Math.min(...lengths);
  const [x, y] = [search.x[String(k)]!.value, search.y[String(k)]!.value];
  return {
    k,
    x,
    y,
    verdict: fitting.length > 0 ? verdictOf({ x, y, reference: search.reference, k }, threshold) : "tooLong",
  };
}

interface Shares extends PerModality<number> {
  readonly reference: PerModality<number>;
  readonly k: number;
}

function verdictOf({ x, y, reference, k }: Shares, threshold: FindingThresholds): MixedSearchVerdict {
  if (Math.min(x, y) >= threshold.hidingShare) return "hidden";
  const high = (share: number, even: number) => share > even + threshold.biasedShare;
  // Where the match comes first, as it should, it takes one of the k places from the query's own kind.
  const low = (share: number, even: number) => share < even * (1 - 1 / k) - threshold.biasedShare;
  const [highX, highY] = [high(x, reference.x), high(y, reference.y)];
  const [lowX, lowY] = [low(x, reference.x), low(y, reference.y)];
  if (highX && lowY) return "xEverywhere";
  if (highY && lowX) return "yEverywhere";
  if (highX || highY) return "own";
  return lowX || lowY ? "other" : "even";
}
