// Retrieval and mixed search of a judged control, with the influence of every query.

import type { Sweeps } from "@nce-geometry/energy";
import type { RankResult, TopKReductionResult } from "@nce-geometry/pairwise";
import { meanOfArray } from "@nce-geometry/tensor";
import type { ControlMeasures } from "./control-comparison.ts";
import { type Influenced, influenced, type JudgeSettings } from "./influenced.ts";
import type { PairRows } from "./pair-rows.ts";

type Judgement = ControlMeasures<Influenced>;

/** Requests the ranks of both directions. */
export function planRecall(
  { pairing }: PairRows,
  sweeps: Sweeps,
  settings: JudgeSettings,
): () => Pick<Judgement, "recall" | "meanRecall"> {
  const { members, groups, owners, n, m } = pairing;
  const xToY = sweeps.request("xy", groups ? { kind: "rank", targets: members, groups } : { kind: "rank" });
  const yToX = sweeps.request("yx", owners ? { kind: "rank", targets: owners } : { kind: "rank" });
  const { uncertainty, recallAt } = settings;
  return () => {
    const [ofItems, ofCaptions] = [xToY(), yToX()];
    const [noX, noY] = [new Float64Array(n), new Float64Array(m)];
    const one = Int32Array.from({ length: m + 1 }, (_, j) => j);
    const forth = byK(recallAt, (k) => {
      const hits = hitProbabilities(ofItems, members.offsets, k);
      return { estimate: uncertainty.ofItems.share(hits), ofX: centred(hits), ofY: noY };
    });
    const back = byK(recallAt, (k) => {
      const hits = hitProbabilities(ofCaptions, one, k);
      return { estimate: uncertainty.ofCaptions.share(hits), ofX: noX, ofY: centred(hits) };
    });
    const both = byK(recallAt, (k) => {
      const value = (forth[k]!.estimate.value + back[k]!.estimate.value) / 2;
      return influenced(settings, value, halved(forth[k]!.ofX), halved(back[k]!.ofY), "1");
    });
    return { recall: { xToY: forth, yToX: back }, meanRecall: both };
  };
}

/**
 * Probability that a match of a query is among the first k, ties in random order. With g strangers above the best match and E of them
 * tied with R matches, none is among the t = k − g places left with probability Π_{i<t} (E − i)/(E + R − i).
 */
function hitProbabilities({ targetScore, greater, equal }: RankResult, offsets: Int32Array, k: number): Float64Array {
  return Float64Array.from({ length: offsets.length - 1 }, (_, query) => {
    let best = offsets[query]!;
    let tied = 0;
    for (let at = best; at < offsets[query + 1]!; at++) {
      if (targetScore[at]! > targetScore[best]!) [best, tied] = [at, 1];
      else if (targetScore[at] === targetScore[best]) tied++;
    }
    const places = k - greater[best]!;
    const strangers = equal[best]!;
    if (places <= 0) return 0;
    let missed = 1;
    for (let i = 0; i < places && missed > 0; i++) missed *= Math.max(0, strangers - i) / (strangers + tied - i);
    return 1 - missed;
  });
}

/** Requests lists of neighbours of either kind. */
export function planMixedSearch(
  { pairing: { n, m } }: PairRows,
  sweeps: Sweeps,
  settings: JudgeSettings,
): () => Pick<Judgement, "mixedSearch" | "mixedSearchBias"> {
  const { mixedSearchAt, uncertainty } = settings;
  const k = Math.max(...mixedSearchAt);
  const lists = {
    x: [sweeps.request("xx", { kind: "topK", k, diagonal: "exclude" }), sweeps.request("xy", { kind: "topK", k })],
    y: [sweeps.request("yy", { kind: "topK", k, diagonal: "exclude" }), sweeps.request("yx", { kind: "topK", k })],
  } as const;
  return () => {
    const [noX, noY] = [new Float64Array(n), new Float64Array(m)];
    const [own, other] = [lists.x[0](), lists.x[1]()];
    const [ownY, otherY] = [lists.y[0](), lists.y[1]()];
    const ofX = byK(mixedSearchAt, (length) => {
      const shares = Float64Array.from({ length: n }, (_, i) => ownShare(own, other, i, Number(length)));
      return { estimate: uncertainty.ofItems.share(shares), ofX: centred(shares), ofY: noY };
    });
    const ofY = byK(mixedSearchAt, (length) => {
      const shares = Float64Array.from({ length: m }, (_, j) => ownShare(ownY, otherY, j, Number(length)));
      return { estimate: uncertainty.ofCaptions.share(shares), ofX: noX, ofY: centred(shares) };
    });
    const reference = mixedSearchReference(n, m);
    const bias = byK(mixedSearchAt, (length) => {
      const [offX, offY] = [ofX[length]!.estimate.value - reference.x, ofY[length]!.estimate.value - reference.y];
      const signed = (values: Float64Array, off: number) => values.map((value) => (Math.sign(off) * value) / 2);
      const value = (Math.abs(offX) + Math.abs(offY)) / 2;
      return influenced(settings, value, signed(ofX[length]!.ofX, offX), signed(ofY[length]!.ofY, offY), "1");
    });
    return { mixedSearch: { x: ofX, y: ofY }, mixedSearchBias: bias };
  };
}

/** The shares of the query's own modality without preference. */
export function mixedSearchReference(n: number, m: number): { readonly x: number; readonly y: number } {
  return { x: (n - 1) / (n + m - 1), y: (m - 1) / (n + m - 1) };
}

/** The share of own rows among the first of two descending lists merged; those that tie for the last places share them. */
function ownShare(own: TopKReductionResult, other: TopKReductionResult, query: number, length: number): number {
  const ownScores = own.values.subarray(query * own.k, (query + 1) * own.k);
  const otherScores = other.values.subarray(query * other.k, (query + 1) * other.k);
  const places = Math.min(length, own.k + other.k);
  const last = [...ownScores, ...otherScores].sort((a, b) => b - a)[places - 1]!;
  const count = (values: Float64Array, condition: (value: number) => boolean) =>
    values.reduce((sum, value) => sum + (condition(value) ? 1 : 0), 0);
  const ahead = [ownScores, otherScores].map((scores) => count(scores, (score) => score > last));
  const tied = [ownScores, otherScores].map((scores) => count(scores, (score) => score === last));
  return (ahead[0]! + ((places - ahead[0]! - ahead[1]!) * tied[0]!) / (tied[0]! + tied[1]!)) / places;
}

function byK<T>(ks: readonly number[], of: (k: number) => T): Record<number, T> {
  return Object.fromEntries(ks.map((k) => [k, of(k)]));
}

function centred(values: Float64Array): Float64Array {
  const mean = meanOfArray(values);
  return values.map((value) => value - mean);
}

function halved(values: Float64Array): Float64Array {
  return values.map((value) => value / 2);
}
