// Rows with k others equal to them: the k-th neighbour is at distance 0 and the estimated density infinite.

import { InputError } from "@nce-geometry/tensor";
import { requireOneOf } from "../checks.ts";

export interface DuplicateOptions {
  /**
   * What to do with a row whose k-th neighbour equals it. `report`: ±∞ is the value, with the number of such rows in a note;
   * `refuse`: E_DOMAIN. The rows are never moved. @defaultValue "report"
   */
  readonly duplicates?: "report" | "refuse";
}

/** Refuses rows of zero radius where the caller wants so, and a policy that does not exist. */
export function refuseDuplicates(
  where: string,
  argument: string,
  logCap: Float64Array,
  { k, duplicates }: { readonly k: number; readonly duplicates: "report" | "refuse" },
): void {
  requireOneOf(where, "duplicates", duplicates, ["report", "refuse"]);
  const first = logCap.indexOf(Number.NEGATIVE_INFINITY);
  if (duplicates === "report" || first < 0) return;
  throw new InputError({
    code: "E_DOMAIN",
    where,
    argument,
    expected: `rows with fewer than ${k} equal neighbours`,
    received: `${countZeroRadius(logCap)} that have ${k}, the first being row ${first}`,
    hint: "Merge duplicates or take a larger k.",
  });
}

/** The note on rows of zero radius, or undefined where there is none. */
export function duplicateNote(argument: string, logCap: Float64Array, k: number): string | undefined {
  const count = countZeroRadius(logCap);
  if (count === 0) return undefined;
  return `${count} of ${logCap.length} rows of ${argument} have ${k} neighbours equal to them: no density can be estimated there. Merge duplicates or take a larger k.`;
}

function countZeroRadius(logCap: Float64Array): number {
  return logCap.reduce((count, value) => count + (value === Number.NEGATIVE_INFINITY ? 1 : 0), 0);
}
