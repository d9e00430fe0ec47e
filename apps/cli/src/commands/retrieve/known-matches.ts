// What is known about the lists where the matches are: recall, and what a cure does to it and to hubs.

import {
  type Cure,
  type CureComparison,
  compareCures,
  type DirectedRetrieval,
  retrieval,
} from "@nce-geometry/diagnostics";
import type { RowMatrix, RunControl } from "@nce-geometry/tensor";
import { formatEstimate, formatNumber, formatShare } from "../../report/format.ts";

export interface KnownMatches extends RunControl {
  readonly map: Int32Array | undefined;
  readonly direction: "xToY" | "yToX";
  readonly top: number;
  readonly seed: number;
  readonly cure: Cure | undefined;
}

/** What the matches say of the lists. */
export type Judgement =
  | { readonly kind: "retrieval"; readonly recallAt: readonly number[]; readonly of: DirectedRetrieval }
  | { readonly kind: "cure"; readonly recallAt: readonly number[]; readonly of: CureComparison };

export async function judgeLists(x: RowMatrix, y: RowMatrix, known: KnownMatches): Promise<Judgement> {
  const { map, direction, top, seed, cure, signal, onProgress } = known;
  const recallAt = [...new Set([1, 5, 10, top])].filter((k) => k <= top).sort((a, b) => a - b);
  const shared = { ...(map && { map }), recallAt, seed, ...(signal && { signal }), ...(onProgress && { onProgress }) };
  return cure
    ? { kind: "cure", recallAt, of: await compareCures(x, y, { ...shared, direction, cures: [cure] }) }
    : { kind: "retrieval", recallAt, of: (await retrieval(x, y, shared))[direction] };
}

/** Lines to print. */
export function judgementLines({ kind, recallAt, of }: Judgement): readonly string[] {
  if (kind === "retrieval") {
    return recallAt.map((k) => {
      const { value, uncertainty } = formatEstimate(of.recall[k]!, formatShare);
      return `recall@${k}: ${value} ${uncertainty}, chance ${formatShare(of.chance.recall[k]!)}`;
    });
  }
  const { cures, bank, queries } = of;
  const { cure, recall, hubness } = cures[0]!;
  return [
    `${cure.kind}, judged on ${queries} queries with a bank of ${bank.rows} held-out ones and candidates that these do not answer:`,
    ...recallAt.map((k) => {
      const { before, after, change } = recall[k]!;
      const { value, uncertainty } = formatEstimate(change, formatShare);
      return `recall@${k}: ${formatShare(before.value)} → ${formatShare(after.value)}, change ${value} ${uncertainty}`;
    }),
    `hubness, skewness: ${formatNumber(hubness.before.skewness.value)} → ${formatNumber(hubness.after.skewness.value)}; rows never found: ${formatShare(hubness.before.antihubShare.value)} → ${formatShare(hubness.after.antihubShare.value)}`,
  ];
}
