// The control experiment of paired data: permute the pairing. What measures the pairing must fall to chance; what measures
// the two clouds must not change. If either fails, a number is not measuring what its name says.

import {
  createPairUncertainty,
  createPhases,
  createSweeps,
  type Estimate,
  resolveUncertainty,
  type UncertaintyOptions,
} from "@nce-geometry/energy";
import { type PairwiseEngine, referenceEngine } from "@nce-geometry/pairwise";
import { createRandom, type Rows, type RunControl } from "@nce-geometry/tensor";
import { cosinesOf } from "./cosine-summary.ts";
import type { Plan } from "./measure-pairs.ts";
import { gapOf } from "./modality-gap.ts";
import type { BeforeAfter, ByParameter, Directed, RetrievalChance, ShuffleControl } from "./pair-analysis.ts";
import { pairProducts } from "./pair-products.ts";
import { assertPairs, createPairing, ownerOf, type Pairing } from "./pairing.ts";
import {
  assertCounts,
  chanceOf,
  defaultRecallAt,
  placesOfQueries,
  type RetrievalOptions,
  recallShares,
} from "./retrieval.ts";
import { gatherRows } from "./sample-pairs.ts";
import { searchEverything } from "./search.ts";
import { planEnergyDistance } from "./two-sample.ts";

/**
 * Standard deviations from chance that are still called chance. At k = 1 the hits of a random pairing are close to
 * Poisson(1), which exceeds this once in 12 000 times.
 */
export const chanceTolerance = 6;

/**
 * Retrieval of a random re-pairing, against chance; and the gap of the re-paired rows, against that of the original ones.
 *
 * Math:     item i ← all captions of item π(i), π uniform among all permutations, from the seed. Deviation of recall@k in units
 *           of √(p(1 − p)/n), p its chance, k/n for one match, of the mean reciprocal rank likewise, n items in both directions.
 * Shapes:   x [n, d], y [m, d] of unit rows → record; n = m without `map`.
 * Domain:   n ≥ 2; below some 20 pairs chance is so wide that the control cannot fail.
 * Limits:   all rows equal → recall exactly k/n, deviation 0.
 * Numerics: marginals are measured anew on a permuted float64 copy of y and must agree within 8nε of the scores' precision.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   classical (permutation test).
 */
export async function shuffleControl(x: Rows, y: Rows, options: RetrievalOptions = {}): Promise<ShuffleControl> {
  const { recallAt = defaultRecallAt, engine = referenceEngine() } = options;
  assertCounts("shuffleControl", "recallAt", recallAt);
  const settings = resolveUncertainty("shuffleControl", options);
  const { seed } = settings;
  const pairing = await assertPairs("shuffleControl", x, y, options);
  const uncertainty = createPairUncertainty("shuffleControl", pairing.n, pairing.owners, options);
  const phase = createPhases(options, 2);
  const sweeps = createSweeps(x, y, engine);
  const plan = { pairing, sweeps, uncertainty };
  const finish = planShuffle(plan, { recallAt, ...settings });
  const products = await pairProducts(x, y, pairing, { signal: options.signal });
  const energy = planEnergyDistance(plan, products);
  await sweeps.run(phase("re-paired ranks"));
  const before = {
    centroid: gapOf(products, uncertainty).centroid.value,
    withinY: cosinesOf(products, uncertainty).within.y.value,
    energyDistance: energy().vStatistic.value,
  };
  const control = phase("re-paired rows");
  return finish(before, await permutedMarginals(x, y, { pairing, seed, engine, uncertainty: options, control }));
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
  { sweeps, pairing }: Plan,
  { recallAt, seed, ...options }: { readonly recallAt: readonly number[] } & Required<UncertaintyOptions>,
): (before: Marginals, permuted: PermutedMarginals) => ShuffleControl {
  const { n, m } = pairing;
  const place = inverseOf(permutationOf(seed, n));
  const owners = Int32Array.from({ length: m }, (_, caption) => place[ownerOf(pairing, caption)]!);
  const permuted = createPairing(n, m, owners);
  const uncertainty = createPairUncertainty("shuffleControl", n, pairing.owners && owners, { ...options, seed });
  const { ranks, queries } = searchEverything({ pairing: permuted, sweeps, uncertainty });
  const [xToY, yToX] = [ranks.xToY(), ranks.yToX()];
  const withinX = sweeps.request("xx", { kind: "sum", value: { kind: "distance" }, diagonal: "exclude" });
  return (before, marginals) => {
    const depths = { recallAt, gainAt: [] };
    const places = {
      xToY: placesOfQueries(xToY(), queries.x.targets, depths),
      yToX: placesOfQueries(yToX(), queries.y.targets, depths),
    };
    const reciprocal = (of: typeof places.xToY, { uncertainty: sure }: typeof queries.x) =>
      sure.mean(
        Float64Array.from(of, ({ expected }) => expected.reciprocalRank),
        "1",
      );
    const recall = {
      xToY: recallShares(places.xToY, recallAt, queries.x.uncertainty),
      yToX: recallShares(places.yToX, recallAt, queries.y.uncertainty),
    };
    const meanReciprocalRank = {
      xToY: reciprocal(places.xToY, queries.x),
      yToX: reciprocal(places.yToX, queries.y),
    };
    const chance = {
      xToY: chanceOf(queries.x.targets, m, queries.x.uncertainty, depths),
      yToX: chanceOf(queries.y.targets, n, queries.y.uncertainty, depths),
    };
    const deviation = largestDeviation(chance, recall, meanReciprocalRank);
    return {
      seed,
      recall,
      meanReciprocalRank,
      matchedCosine: pairing.owners
        ? queries.y.uncertainty.mean(yToX().targetScore, "1")
        : queries.x.uncertainty.mean(xToY().targetScore, "1"),
      chance,
      largestDeviation: deviation,
      retrievalAtChance: deviation <= chanceTolerance,
      ...compareMarginals(before, marginals, { n, withinXDistance: withinX().total / n ** 2 }),
    };
  };
}

/** The marginals measured again on the permuted rows. */
export async function permutedMarginals(
  x: Rows,
  y: Rows,
  settings: {
    readonly pairing: Pairing;
    readonly seed: number;
    readonly engine: PairwiseEngine;
    readonly uncertainty: UncertaintyOptions;
    readonly control: RunControl;
  },
): Promise<PermutedMarginals> {
  const { pairing, seed, engine, control } = settings;
  const quiet = { signal: control.signal };
  const { n, m } = pairing;
  const { order, map } = regrouped(pairing, permutationOf(seed, n));
  const permuted = await gatherRows(y, order, quiet);
  const sweeps = createSweeps(x, permuted, engine);
  const across = sweeps.request("xy", { kind: "sum", value: { kind: "distance" } });
  const within = sweeps.request("yy", { kind: "sum", value: { kind: "distance" }, diagonal: "exclude" });
  await sweeps.run(control);
  const permutedPairing = createPairing(n, m, map);
  const uncertainty = createPairUncertainty("shuffleControl", n, permutedPairing.owners, settings.uncertainty);
  const products = await pairProducts(x, permuted, permutedPairing, quiet);
  return {
    centroid: gapOf(products, uncertainty).centroid.value,
    withinY: cosinesOf(products, uncertainty).within.y.value,
    acrossDistance: across().total / (n * m),
    withinYDistance: within().total / m ** 2,
    precision: engine.precision,
  };
}

/** The captions of item π(0), then those of π(1), …, and which item each now belongs to. */
function regrouped({ members: { offsets, columns } }: Pairing, permutation: Int32Array) {
  const lists = Array.from(permutation, (item) => columns.subarray(offsets[item]!, offsets[item + 1]!));
  return {
    order: Int32Array.from(lists.flatMap((list) => Array.from(list))),
    map: Int32Array.from(lists.flatMap((list, item) => new Array<number>(list.length).fill(item))),
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

function largestDeviation(
  chance: Directed<RetrievalChance>,
  recall: Directed<ByParameter<Estimate>>,
  reciprocal: Directed<Estimate>,
): number {
  const deviations = (["xToY", "yToX"] as const).flatMap((way) => {
    const { recall: expected, meanReciprocalRank, deviation } = chance[way];
    const inDeviations = (value: number, mean: number, unit: number) =>
      unit === 0 ? 0 : Math.abs(value - mean) / unit;
    return [
      ...Object.entries(recall[way]).map(([k, { value }]) => inDeviations(value, expected[k]!, deviation.recall[k]!)),
      inDeviations(reciprocal[way].value, meanReciprocalRank, deviation.meanReciprocalRank),
    ];
  });
  return Math.max(...deviations);
}

function agree({ before, after }: BeforeAfter, tolerance: number): boolean {
  return Math.abs(after - before) <= tolerance;
}
