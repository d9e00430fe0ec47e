// The control experiment of paired data: permute the pairing. What measures the pairing must fall to chance; what measures
// the two clouds must not change. If either fails, a number is not measuring what its name says.

import {
  assertPairedUnitRows,
  createPhases,
  createSweeps,
  createUncertainty,
  type Estimate,
  forEachBlock,
  planEnergyDistance,
  resolveUncertainty,
  type Uncertainty,
} from "@nce-geometry/energy";
import { type PairwiseEngine, type RankResult, referenceEngine } from "@nce-geometry/pairwise";
import { createRandom, meanOfArray, type RowMatrix, type Rows, type RunControl } from "@nce-geometry/tensor";
import { cosinesOf } from "./cosine-summary.ts";

import { harmonicNumber } from "./harmonic-number.ts";
import type { Plan } from "./measure-pairs.ts";
import { gapOf } from "./modality-gap.ts";
import type { BeforeAfter, ByParameter, Directed, ShuffleControl } from "./pair-analysis.ts";
import { pairProducts } from "./pair-products.ts";
import {
  assertCounts,
  defaultRecallAt,
  hitProbabilities,
  type RetrievalOptions,
  reciprocalRanks,
  retrievalChance,
} from "./retrieval.ts";

/**
 * Standard deviations from chance that are still called chance. At k = 1 the hits of a random pairing are close to
 * Poisson(1), which exceeds this once in 12 000 times.
 */
export const chanceTolerance = 6;

/**
 * Retrieval of a random re-pairing, against chance; and the gap of the re-paired rows, against that of the original ones.
 *
 * Math:     y_i ← y_π(i), π uniform among all permutations, from the seed. Deviation of recall@k in units of
 *           √(p(1 − p)/n), p = k/n, of the mean reciprocal rank in units of √((Σ_{r≤n} 1/r² − H_n²/n)/n²).
 * Shapes:   x, y [n, d] of unit rows → record.
 * Domain:   n ≥ 2; below some 20 pairs chance is so wide that the control cannot fail.
 * Limits:   all rows equal → recall exactly k/n, deviation 0.
 * Numerics: marginals are measured anew on a permuted float64 copy of y and must agree within 8nε of the scores' precision.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   classical (permutation test).
 */
export async function shuffleControl(x: Rows, y: Rows, options: RetrievalOptions = {}): Promise<ShuffleControl> {
  const { recallAt = defaultRecallAt, engine = referenceEngine() } = options;
  assertCounts("shuffleControl", "recallAt", recallAt);
  const { seed } = resolveUncertainty("shuffleControl", options);
  const uncertainty = createUncertainty("shuffleControl", x.rows, options);
  await assertPairedUnitRows("shuffleControl", x, y, options);
  const phase = createPhases(options, 2);
  const sweeps = createSweeps(x, y, engine);
  const finish = planShuffle({ sweeps, uncertainty }, { recallAt, seed });
  const energy = planEnergyDistance({ sweeps, uncertainty });
  await sweeps.run(phase("re-paired ranks"));
  const products = await pairProducts(x, y, { signal: options.signal });
  const before = {
    centroid: gapOf(products, uncertainty).centroid.value,
    withinY: cosinesOf(products, uncertainty).within.y.value,
    energyDistance: energy().vStatistic.value,
  };
  const control = phase("re-paired rows");
  return finish(before, await permutedMarginals(x, y, { seed, engine, uncertainty, control }));
}

/** What the pairing has no part in, of the original rows. */
export interface Marginals {
  readonly centroid: number;
  readonly withinY: number;
  readonly energyDistance: number;
}

/** The same of the permuted rows; the mean distance within x is not affected and enters from the original sweep. */
interface PermutedMarginals {
  readonly centroid: number;
  readonly withinY: number;
  /** V-means of the distances across and within y. */
  readonly acrossDistance: number;
  readonly withinYDistance: number;
  readonly precision: PairwiseEngine["precision"];
}

/** Requests the ranks of the permuted pairing; no rows are moved for that. */
export function planShuffle(
  { sweeps, uncertainty }: Plan,
  { recallAt, seed }: { readonly recallAt: readonly number[]; readonly seed: number },
): (before: Marginals, permuted: PermutedMarginals) => ShuffleControl {
  const { n } = sweeps;
  const permutation = permutationOf(seed, n);
  const xToY = sweeps.request("xy", { kind: "rank", targets: permutation });
  const yToX = sweeps.request("yx", { kind: "rank", targets: inverseOf(permutation) });
  const withinX = sweeps.request("xx", { kind: "sum", value: { kind: "distance" }, diagonal: "exclude" });
  return (before, permuted) => {
    const ranks = { xToY: xToY(), yToX: yToX() };
    const reciprocal = (of: RankResult) => uncertainty.mean(reciprocalRanks(of), "1");
    const recall = {
      xToY: recallOf(ranks.xToY, recallAt, uncertainty),
      yToX: recallOf(ranks.yToX, recallAt, uncertainty),
    };
    const meanReciprocalRank = { xToY: reciprocal(ranks.xToY), yToX: reciprocal(ranks.yToX) };
    const deviation = largestDeviation(n, recall, meanReciprocalRank);
    return {
      seed,
      recall,
      meanReciprocalRank,
      matchedCosine: uncertainty.mean(ranks.xToY.targetScore, "1"),
      largestDeviation: deviation,
      retrievalAtChance: deviation <= chanceTolerance,
      ...compareMarginals(before, permuted, { n, withinXDistance: withinX().total / n ** 2 }),
    };
  };
}

/** The marginals measured again on the permuted rows. */
export async function permutedMarginals(
  x: Rows,
  y: Rows,
  settings: {
    readonly seed: number;
    readonly engine: PairwiseEngine;
    readonly uncertainty: Uncertainty;
    readonly control: RunControl;
  },
): Promise<PermutedMarginals> {
  const { seed, engine, uncertainty, control } = settings;
  const quiet = { signal: control.signal };
  const n = y.rows;
  const permuted = await permutedCopy(y, permutationOf(seed, n), quiet);
  const sweeps = createSweeps(x, permuted, engine);
  const across = sweeps.request("xy", { kind: "sum", value: { kind: "distance" } });
  const within = sweeps.request("yy", { kind: "sum", value: { kind: "distance" }, diagonal: "exclude" });
  await sweeps.run(control);
  const products = await pairProducts(x, permuted, quiet);
  return {
    centroid: gapOf(products, uncertainty).centroid.value,
    withinY: cosinesOf(products, uncertainty).within.y.value,
    acrossDistance: across().total / n ** 2,
    withinYDistance: within().total / n ** 2,
    precision: engine.precision,
  };
}

function compareMarginals(
  before: Marginals,
  permuted: PermutedMarginals,
  { n, withinXDistance }: { readonly n: number; readonly withinXDistance: number },
): Pick<ShuffleControl, "marginals" | "marginalsHeld"> {
  const tolerance = 8 * n * (permuted.precision === "float64" ? Number.EPSILON : 2 ** -23);
  const energyDistance = 2 * permuted.acrossDistance - withinXDistance - permuted.withinYDistance;
  const marginals = {
    centroid: { before: before.centroid, after: permuted.centroid },
    withinY: { before: before.withinY, after: permuted.withinY },
    energyDistance: { before: before.energyDistance, after: energyDistance },
  };
  return { marginals, marginalsHeld: Object.values(marginals).every((pair) => agree(pair, tolerance)) };
}

function permutationOf(seed: number, n: number): Int32Array {
  return createRandom(seed).split("shuffle").permutation(n);
}

function inverseOf(permutation: Int32Array): Int32Array {
  const inverse = new Int32Array(permutation.length);
  permutation.forEach((to, from) => {
    inverse[to] = from;
  });
  return inverse;
}

/** Row i of the copy is row π(i) of the original. */
async function permutedCopy(rows: Rows, permutation: Int32Array, control: RunControl): Promise<RowMatrix> {
  const { rows: n, dim } = rows;
  const place = inverseOf(permutation);
  const data = new Float64Array(n * dim);
  await forEachBlock(rows, control, (block, start, count) => {
    for (let i = 0; i < count; i++) data.set(block.subarray(i * dim, (i + 1) * dim), place[start + i]! * dim);
  });
  return { rows: n, dim, data };
}

function recallOf(ranks: RankResult, recallAt: readonly number[], uncertainty: Uncertainty): ByParameter<Estimate> {
  return Object.fromEntries(recallAt.map((k) => [String(k), uncertainty.share(hitProbabilities(ranks, k))]));
}

function largestDeviation(n: number, recall: Directed<ByParameter<Estimate>>, reciprocal: Directed<Estimate>): number {
  const deviations = [recall.xToY, recall.yToX].flatMap((byK) =>
    Object.entries(byK).map(([k, { value }]) => {
      const p = Math.min(1, Number(k) / n);
      return p === 1 ? 0 : Math.abs(value - p) / Math.sqrt((p * (1 - p)) / n);
    }),
  );
  const chance = retrievalChance(n, []).meanReciprocalRank;
  const variance =
    meanOfArray(Float64Array.from({ length: n }, (_, r) => 1 / (r + 1) ** 2)) - (harmonicNumber(n) / n) ** 2;
  for (const { value } of [reciprocal.xToY, reciprocal.yToX])
    deviations.push(Math.abs(value - chance) / Math.sqrt(variance / n));
  return Math.max(...deviations);
}

function agree({ before, after }: BeforeAfter, tolerance: number): boolean {
  return Math.abs(after - before) <= tolerance;
}
