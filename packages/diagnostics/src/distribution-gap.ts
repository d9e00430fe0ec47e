// Beyond the centroids: how much of the difference of two clouds is their offset, and how much is left of it.

import {
  copyRows,
  createPairUncertainty,
  createPhases,
  createSweeps,
  type Estimate,
  kdeSymmetricKL,
  knnSymmetricKL,
  type PairUncertainty,
  resolveUncertainty,
  slicedWasserstein,
  vonMisesFisherSymmetricKL,
} from "@nce-geometry/energy";
import { type PairwiseEngine, pairQuantiles, referenceEngine } from "@nce-geometry/pairwise";
import { InputError, type RowMatrix, type Rows, type RunControl } from "@nce-geometry/tensor";
import { buresOf } from "./bures-distance.ts";
import { crossValidatedAuc } from "./control/linear-probe.ts";
import type { PairStatisticOptions, Plan } from "./measure-pairs.ts";
import type { DiscrepancyParts, DistributionGap, OffsetParts, TwoSampleForms } from "./pair-analysis.ts";
import { centroidOf, pairProducts } from "./pair-products.ts";
import { assertPairs, createPairing } from "./pairing.ts";
import { samplePairs } from "./sample-pairs.ts";
import { planDiscrepancy, planEnergyDistance } from "./two-sample.ts";

export interface DistributionGapOptions extends PairStatisticOptions {
  /** Bandwidth of the discrepancy that does not move with the data, so that models can be compared; > 0. Unit: chord. @defaultValue 1 */
  readonly fixedBandwidth?: number;
  /** Most pairs of the density estimates and of the pooled median, an integer ≥ 2. @defaultValue 500 */
  readonly densityPairs?: number;
}

export const defaultFixedBandwidth = 1;
const defaultDensityPairs = 500;

/** Five folds, and a little shrinkage where there are few rows for the dimensions. */
const probe = { folds: 5, shrinkage: 0.1 } as const;

/**
 * The gap as a difference of laws: with and without the offset of the centroids, by distances, by divergences and by a probe.
 *
 * Math:     energy distance and MMD² of x and y, and of x and y + μ_X − μ_Y, `offsetShare` = 1 − after/before; MMD² at the pooled
 *           median distance and at a fixed bandwidth; sliced W₂²; Bures distance; D_S = ½(D_KL(ρ_X‖ρ_Y) + D_KL(ρ_Y‖ρ_X)) by
 *           leave-one-out kernel densities, nearest neighbours and fitted von Mises–Fisher laws; area under the ROC curve of a
 *           linear probe on held-out items, ½ where the laws are equal.
 * Shapes:   x [n, d], y [m, d] of unit rows → record; n = m without `map`.
 * Domain:   n ≥ 2. With a map one caption of each item is drawn, from the seed.
 * Limits:   x = y → distances 0, D_S of von Mises–Fisher laws 0;  y = x moved rigidly → what is left without the offset 0, share 1.
 * Numerics: the offset is that of the rows at hand, so that noise in it is taken off as well; the rows moved are not of unit length.
 *           D_S is null for fewer than 5 pairs or d = 1, and by neighbours where rows repeat. Errors as stated at each estimator.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 * Source:   arXiv:2601.19597 for D_S; the others as named at each.
 */
export async function distributionGap(
  x: Rows,
  y: Rows,
  options: DistributionGapOptions = {},
): Promise<DistributionGap> {
  const where = "distributionGap";
  const { fixedBandwidth = defaultFixedBandwidth, densityPairs = defaultDensityPairs } = options;
  const { seed } = resolveUncertainty(where, options);
  assertOptions(where, fixedBandwidth, densityPairs);
  const pairing = await assertPairs(where, x, y, options);
  const { signal } = options;
  const pairs = pairing.owners
    ? await samplePairs(x, y, pairing, { count: pairing.n, seed, control: { signal } })
    : { x: await copyRows(x, { signal }), y: await copyRows(y, { signal }) };
  const uncertainty = createPairUncertainty(where, pairing.n, undefined, options);
  const { engine = referenceEngine() } = options;
  return distributionGapOf(pairs, { fixedBandwidth, densityPairs, seed, engine, uncertainty, control: options });
}

interface Settings {
  readonly fixedBandwidth: number;
  readonly densityPairs?: number;
  readonly seed: number;
  readonly engine: PairwiseEngine;
  readonly uncertainty: PairUncertainty;
  readonly control: RunControl;
}

interface Pairs {
  readonly x: RowMatrix;
  readonly y: RowMatrix;
}

/** The gap of pairs in memory that have been checked. */
export async function distributionGapOf(pairs: Pairs, settings: Settings): Promise<DistributionGap> {
  const { seed, engine, uncertainty, densityPairs = defaultDensityPairs } = settings;
  const phase = createPhases(settings.control, 7);
  const { x, y } = pairs;
  const few = await fewerPairs(pairs, densityPairs, seed);
  const pooledMedian = await medianOfPool(few, engine, phase("pooled median"));
  const parts = await offsetParts(pairs, { ...settings, pooledMedian }, phase);
  const directions = phase("slices");
  const sliced = await slicedWasserstein(x, y, { sampling: "paired", seed, ...directions });
  const bures = await buresOf(x, y, phase("covariances"));
  const symmetricKL = await divergences(few, engine, phase("densities"));
  const separability = crossValidatedAuc({ x, y, pairing: createPairing(x.rows, y.rows) }, { ...probe, seed });
  phase("probe");
  return {
    pairs: x.rows,
    densityPairs: few.x.rows,
    ...parts,
    slicedWasserstein: sliced,
    bures,
    symmetricKL,
    probeArea: {
      ...uncertainty.fromInfluences(separability.value, separability.ofX, separability.ofY, "1"),
      method: `linear probe, ${probe.folds} folds`,
    },
  };
}

async function fewerPairs(pairs: Pairs, count: number, seed: number): Promise<Pairs> {
  const { rows } = pairs.x;
  if (rows <= count) return pairs;
  return samplePairs(pairs.x, pairs.y, createPairing(rows, rows), { count, seed, control: {} });
}

async function medianOfPool({ x, y }: Pairs, engine: PairwiseEngine, control: RunControl): Promise<number> {
  const data = new Float64Array(x.data.length + y.data.length);
  data.set(x.data);
  data.set(y.data, x.data.length);
  const pool = { rows: x.rows + y.rows, dim: x.dim, data };
  const median = { value: { kind: "distance" }, probabilities: [0.5], diagonal: "exclude" } as const;
  return (await pairQuantiles(engine, pool, pool, median, control)).values[0]!;
}

type Parts = Pick<DistributionGap, "energyDistance" | "maximumMeanDiscrepancy">;

/** The statistics of the rows, and of the rows with y moved onto the centroid of x. */
async function offsetParts(
  { x, y }: Pairs,
  settings: Settings & { readonly pooledMedian: number },
  phase: (label: string) => RunControl,
): Promise<Parts> {
  const { engine, uncertainty, fixedBandwidth, pooledMedian } = settings;
  const [muX, muY] = [await centroidOf(x, {}), await centroidOf(y, {})];
  const moved = { ...y, data: Float64Array.from(y.data, (value, at) => value + muX[at % y.dim]! - muY[at % y.dim]!) };
  const bandwidths = { pooledMedian, fixed: fixedBandwidth };
  const measure = async (to: RowMatrix, control: RunControl) => {
    const pairing = createPairing(x.rows, x.rows);
    const plan: Plan = { pairing, sweeps: createSweeps(x, to, engine), uncertainty };
    const products = await pairProducts(x, to, pairing, control);
    const energy = planEnergyDistance(plan, products);
    const kernel = (bandwidth: number) => (bandwidth > 0 ? planDiscrepancy(plan, products, bandwidth) : undefined);
    const [pooled, fixed] = [kernel(bandwidths.pooledMedian), kernel(bandwidths.fixed)];
    await plan.sweeps.run(control);
    return { energy: energy(), pooledMedian: pooled?.(), fixed: fixed!() };
  };
  const before = await measure(y, phase("both laws"));
  const after = await measure(moved, phase("both laws about one centroid"));
  const discrepancy = (of: "pooledMedian" | "fixed"): DiscrepancyParts | null => {
    const [whole, left] = [before[of], after[of]];
    return whole && left ? { bandwidth: bandwidths[of], ...partsOf(whole, left) } : null;
  };
  return {
    energyDistance: partsOf(before.energy, after.energy),
    maximumMeanDiscrepancy: { pooledMedian: discrepancy("pooledMedian"), fixed: discrepancy("fixed")! },
  };
}

function partsOf(before: TwoSampleForms, after: TwoSampleForms): OffsetParts {
  // −0, which JSON does not know, becomes 0.
  const plain = ({ pairedStatistic: of }: TwoSampleForms): Estimate => ({ ...of, value: of.value + 0 });
  const [whole, left] = [plain(before), plain(after)];
  return { whole, withoutOffset: left, offsetShare: whole.value > 0 ? 1 - left.value / whole.value : null };
}

async function divergences(
  { x, y }: Pairs,
  engine: PairwiseEngine,
  control: RunControl,
): Promise<DistributionGap["symmetricKL"]> {
  if (x.rows < 5 || x.dim < 2) return null;
  const options = { sampling: "paired", engine, signal: control.signal } as const;
  const finite = (estimate: Estimate) => (Number.isFinite(estimate.value) ? estimate : null);
  return {
    kernelDensity: finite(await kdeSymmetricKL(x, y, options)),
    nearestNeighbours: finite(await knnSymmetricKL(x, y, options)),
    vonMisesFisher: finite(await vonMisesFisherSymmetricKL(x, y, { sampling: "paired", signal: control.signal })),
  };
}

function assertOptions(where: string, bandwidth: number, pairs: number): void {
  const refuse = (argument: string, expected: string, received: number) => {
    throw new InputError({ code: "E_OPTION", where, argument, expected, received: String(received) });
  };
  if (!(bandwidth > 0 && Number.isFinite(bandwidth))) refuse("fixedBandwidth", "a finite number > 0", bandwidth);
  if (!Number.isSafeInteger(pairs) || pairs < 2) refuse("densityPairs", "an integer ≥ 2", pairs);
}
