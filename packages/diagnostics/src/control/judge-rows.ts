// The measures of a control on rows that it was applied to, each with the influence of every row, so that two controls can be
// compared item by item.
//
// Notation: ψ [n] and φ [m] the influences of the rows of x and of y, both of mean 0.

import { createSweeps, type PairUncertainty, type Sweeps } from "@nce-geometry/energy";
import { rowMatrix } from "@nce-geometry/pairwise";
import { meanOfArray, type RowMatrix, type RunControl, sumOfArray } from "@nce-geometry/tensor";
import { captionCount, captionGroups, ownerOf } from "../pairing.ts";
import type { ControlMeasures } from "./control-comparison.ts";
import { type Influenced, influenced, type JudgeSettings } from "./influenced.ts";
import { planMixedSearch, planRecall } from "./judge-search.ts";
import { crossValidatedAuc } from "./linear-probe.ts";
import { meanOf } from "./moments.ts";
import { gatherRows, ownersOf, type PairRows } from "./pair-rows.ts";

type Judgement = ControlMeasures<Influenced>;

/** Squared norms this close to 1 are those of unit rows. */
const unitTolerance = 1e-9;

/** All measures of the rows that a control leaves. */
export async function judgeRows(pair: PairRows, settings: JudgeSettings, control: RunControl): Promise<Judgement> {
  const { x, y } = pair;
  const sweeps = createSweeps(x, y, settings.engine);
  const directions = isUnit(x) && isUnit(y) ? undefined : createSweeps(unitRows(x), unitRows(y), settings.engine);
  const energy = planEnergy(pair, sweeps, settings);
  const divergence = planDivergence(pair, directions ?? sweeps, settings);
  const recall = planRecall(pair, sweeps, settings);
  const search = planMixedSearch(pair, sweeps, settings);
  await sweeps.run(control);
  await directions?.run({ signal: control.signal });
  return {
    centroid: centroidOf(pair, settings),
    energyDistance: energy(),
    symmetricKL: divergence(),
    probeAuc: probe(pair, settings),
    ...recall(),
    ...search(),
  };
}

/** f of every measure of the same name. */
export function mapMeasures<A, B>(
  measures: ControlMeasures<A>,
  map: (measure: A, path: string) => B,
): ControlMeasures<B> {
  const byK = (values: Readonly<Record<string, A>>, path: string) =>
    Object.fromEntries(Object.entries(values).map(([k, value]) => [k, map(value, `${path}.${k}`)]));
  const { recall, mixedSearch } = measures;
  return {
    centroid: map(measures.centroid, "centroid"),
    energyDistance: map(measures.energyDistance, "energyDistance"),
    symmetricKL: map(measures.symmetricKL, "symmetricKL"),
    probeAuc: map(measures.probeAuc, "probeAuc"),
    recall: { xToY: byK(recall.xToY, "recall.xToY"), yToX: byK(recall.yToX, "recall.yToX") },
    meanRecall: byK(measures.meanRecall, "meanRecall"),
    mixedSearch: { x: byK(mixedSearch.x, "mixedSearch.x"), y: byK(mixedSearch.y, "mixedSearch.y") },
    mixedSearchBias: byK(measures.mixedSearchBias, "mixedSearchBias"),
  };
}

/**
 * After minus before, from the influences of the same items.
 *
 * Limits: equal judgements → 0 with an interval of no length.
 */
export function differencesOf(before: Judgement, after: Judgement, uncertainty: PairUncertainty): ControlMeasures {
  const earlier = new Map<string, Influenced>();
  mapMeasures(before, (measure, path) => earlier.set(path, measure));
  return mapMeasures(after, ({ estimate, ofX, ofY }, path) => {
    const base = earlier.get(path)!;
    const minus = (a: Float64Array, b: Float64Array) => a.map((value, i) => value - b[i]!);
    const value = estimate.value - base.estimate.value;
    return uncertainty.fromInfluences(value, minus(ofX, base.ofX), minus(ofY, base.ofY), estimate.unit);
  });
}

function centroidOf({ x, y, pairing }: PairRows, { uncertainty }: JudgeSettings): Influenced {
  const [meanX, meanY] = [meanOf(x), meanOf(y)];
  const difference = meanX.map((value, k) => value - meanY[k]!);
  const length = Math.sqrt(sumOfArray(difference.map((value) => value * value)));
  const [alongX, alongY] = [alongOf(x, difference, meanX), alongOf(y, difference, meanY).map((value) => -value)];
  // Items with their captions: the offset of item i from the difference is its row's, and the share of its captions.
  const perItem = uncertainty.perItem(alongY);
  const along = alongX.map((value, i) => value + perItem[i]! + length ** 2);
  const floorSquared =
    sumOfArray(offsetsOf(x, y, ownersOf(pairing), difference).map((value) => value * value)) / (x.rows * (x.rows - 1));
  const slope = length > 8 * Number.EPSILON ? 1 / length : 0;
  return {
    estimate: uncertainty.ofItems.lengthOfMean(length, along, floorSquared, "chord"),
    ofX: alongX.map((value) => slope * value),
    ofY: alongY.map((value) => slope * value),
  };
}

/** ⟨row − mean, v⟩. */
function alongOf({ rows, dim, data }: RowMatrix, v: Float64Array, mean: Float64Array): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < dim; k++) sum += (data[i * dim + k]! - mean[k]!) * v[k]!;
    return sum;
  });
}

/** (x_i − μ_X) − (n/m) Σ_{j of i} (y_j − μ_Y): what an item and its captions add to the difference of the means [n, d]. */
function offsetsOf(x: RowMatrix, y: RowMatrix, owners: Int32Array, difference: Float64Array): Float64Array {
  const { rows, dim } = x;
  const weight = rows / y.rows;
  const meanX = meanOf(x);
  const offsets = Float64Array.from(x.data, (value, at) => value - meanX[at % dim]!);
  for (let j = 0; j < owners.length; j++) {
    for (let k = 0; k < dim; k++) {
      offsets[owners[j]! * dim + k]! -= weight * (y.data[j * dim + k]! - meanX[k]! + difference[k]!);
    }
  }
  return offsets;
}

function planEnergy({ x, y, pairing }: PairRows, sweeps: Sweeps, settings: JudgeSettings): () => Influenced {
  const { n, m } = pairing;
  const value = { kind: "distance" } as const;
  const across = sweeps.request("xy", { kind: "sum", value });
  const within = [
    sweeps.request("xx", { kind: "sum", value, diagonal: "exclude" }),
    sweeps.request("yy", { kind: "sum", value, diagonal: "exclude" }),
  ] as const;
  return () => {
    const sums = across();
    const [ownX, ownY] = [within[0]().rows.map((sum) => sum / (n - 1)), within[1]().rows.map((sum) => sum / (m - 1))];
    const [xx, yy, xy] = [meanOfArray(ownX), meanOfArray(ownY), sums.total / (n * m)];
    const unmatched = (sums.total - matchedDistance(x, y, ownersOf(pairing))) / (n * m - m);
    return influenced(
      settings,
      2 * unmatched - xx - yy,
      sums.rows.map((sum, i) => 2 * (sum / m - xy - (ownX[i]! - xx))),
      sums.columns.map((sum, j) => 2 * (sum / n - xy - (ownY[j]! - yy))),
      "chord",
    );
  };
}

function matchedDistance(x: RowMatrix, y: RowMatrix, owners: Int32Array): number {
  let total = 0;
  for (let j = 0; j < owners.length; j++) {
    let square = 0;
    for (let k = 0; k < x.dim; k++) square += (x.data[owners[j]! * x.dim + k]! - y.data[j * x.dim + k]!) ** 2;
    total += Math.sqrt(square);
  }
  return total;
}

/** D_S = ½ mean_i(log p̃₋ᵢ − log q̃₋ᵢ)(x_i) + ½ mean_j(log q̃₋ⱼ − log p̃₋ⱼ)(y_j), the row's own item left out of either. */
function planDivergence({ pairing }: PairRows, sweeps: Sweeps, settings: JudgeSettings): () => Influenced {
  const { n, m, groups } = pairing;
  const base = { kind: "logSumExp", critic: { kind: "cosine" }, temperature: settings.temperature } as const;
  const ownX = sweeps.request("xx", { ...base, diagonal: "exclude" });
  const ownY = sweeps.request("yy", { ...base, diagonal: captionGroups(pairing) ?? "exclude" });
  const across = sweeps.request("xy", { ...base, diagonal: groups ?? "exclude" });
  return () => {
    const cross = across();
    // Captions outside of an item: as many for its row as for its captions.
    const others = (item: number) => Math.log(m - captionCount(pairing, item));
    const ofItems = ownX().rows.map((log, i) => log - Math.log(n - 1) - (cross.rows[i]! - others(i)));
    const ofCaptions = ownY().rows.map(
      (log, j) => log - others(ownerOf(pairing, j)) - (cross.columns[j]! - Math.log(n - 1)),
    );
    const [meanX, meanY] = [meanOfArray(ofItems), meanOfArray(ofCaptions)];
    return influenced(
      settings,
      (meanX + meanY) / 2,
      ofItems.map((value) => (value - meanX) / 2),
      ofCaptions.map((value) => (value - meanY) / 2),
      "nats",
    );
  };
}

function probe(pair: PairRows, settings: JudgeSettings): Influenced {
  const { probeShrinkage: shrinkage, folds, seed } = settings;
  const { value, ofX, ofY } = crossValidatedAuc(pair, { shrinkage, folds, seed });
  return influenced(settings, value, ofX, ofY, "1");
}

function isUnit({ rows, dim, data }: RowMatrix): boolean {
  for (let i = 0; i < rows; i++) {
    let square = 0;
    for (let k = i * dim; k < (i + 1) * dim; k++) square += data[k]! ** 2;
    if (Math.abs(square - 1) > unitTolerance) return false;
  }
  return true;
}

function unitRows(matrix: RowMatrix): RowMatrix {
  const { rows, dim, data } = gatherRows(
    matrix,
    Array.from({ length: matrix.rows }, (_, i) => i),
  );
  for (let i = 0; i < rows; i++) {
    let square = 0;
    for (let k = i * dim; k < (i + 1) * dim; k++) square += data[k]! ** 2;
    for (let k = i * dim; k < (i + 1) * dim; k++) data[k]! /= Math.sqrt(square);
  }
  return rowMatrix(data, rows, dim);
}
