// Shares against k with optional intervals, as several figures take them.

import {
  assertFinite,
  assertIncreasing,
  assertLength,
  assertList,
  assertRange,
  assertRecord,
  fail,
} from "./check-data.ts";

/** Lower and upper ends of an interval, one per k, in [0, 1]. */
export interface ShareInterval {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/** Refuses ks that are not positive whole numbers in increasing order. */
export function assertKs(where: string, ks: readonly number[]): void {
  assertList(where, "ks", ks);
  assertFinite(where, "ks", ks);
  const index = ks.findIndex((k) => !Number.isSafeInteger(k) || k < 1);
  if (index >= 0) fail("E_OPTION", where, "ks", "made of whole numbers ≥ 1", `${ks[index]} at index ${index}`);
  assertIncreasing(where, "ks", ks);
}

/** Refuses what is not one share in [0, 1] per k. */
export function assertShares(where: string, argument: string, shares: readonly number[], ks: readonly number[]): void {
  assertLength(where, argument, shares, ks.length, "k");
  assertRange(where, argument, shares, [0, 1]);
}

/** Refuses an interval with an end outside [0, 1] or a lower end above its upper one. */
export function assertShareInterval(
  where: string,
  argument: string,
  interval: ShareInterval,
  ks: readonly number[],
): void {
  assertRecord(where, argument, interval);
  const { lower, upper } = interval;
  assertShares(where, `${argument}.lower`, lower, ks);
  assertShares(where, `${argument}.upper`, upper, ks);
  const index = lower.findIndex((low, i) => low > upper[i]!);
  if (index < 0) return;
  const received = `${lower[index]} above ${upper[index]} at index ${index}`;
  fail("E_OPTION", where, `${argument}.lower`, "at most the upper end", received);
}
