// What held-out pairs with their right partners say of two modalities.

import { energyDistance, modalityGap, pairCosines, retrieval } from "@nce-geometry/diagnostics";
import { referenceEngine } from "@nce-geometry/pairwise";
import { meanOfArray, type RowMatrix, type RunControl } from "@nce-geometry/tensor";

/** Recalls are means of both directions. */
export type HeldOutMeasures = {
  readonly recall: number;
  readonly recallAt10: number;
  /** Share of the queries whose best is of their category; null where no categories are known. */
  readonly categoryRecall: number | null;
  /** Unit: chord. */
  readonly centroidGap: number;
  /** What noise alone makes of the centroid gap: √(Σ‖d_i − Δ‖²/(n(n−1))), d_i the differences of the pairs. Unit: chord. */
  readonly centroidFloor: number;
  /** centroidGap² − centroidFloor²: without the bias of noise, and negative as often as not where there is no gap. */
  readonly squaredGap: number;
  /** Mean of ‖μ_X‖ and ‖μ_Y‖; the centroid gap is at most twice that. 0 where rows are spread evenly. */
  readonly centroidNorm: number;
  /** Paired form, without bias. Unit: chord. */
  readonly energyDistance: number;
  readonly pairCosine: number;
};

/** Rows i of x and y belong together. */
export async function measureHeldOut(
  x: RowMatrix,
  y: RowMatrix,
  { categories, signal }: RunControl & { readonly categories: Int32Array | null },
): Promise<HeldOutMeasures> {
  const options = { bootstrap: 0, signal };
  const found = await retrieval(x, y, { ...options, recallAt: [1, 10] });
  const both = (k: "1" | "10"): number => (found.xToY.recall[k]!.value + found.yToX.recall[k]!.value) / 2;
  const { centroid, centroidFloor, centroidNorm } = await modalityGap(x, y, options);
  const energy = await energyDistance(x, y, options);
  return {
    recall: both("1"),
    recallAt10: both("10"),
    categoryRecall: categories && (await categoryRecall(x, y, categories)),
    centroidGap: centroid.value,
    centroidFloor,
    squaredGap: centroid.value ** 2 - centroidFloor ** 2,
    centroidNorm: (centroidNorm.x.value + centroidNorm.y.value) / 2,
    energyDistance: energy.pairedStatistic.value,
    pairCosine: meanOfArray(await pairCosines(x, y)),
  };
}

/** Share of the queries of both directions whose nearest candidate is of their category. */
async function categoryRecall(x: RowMatrix, y: RowMatrix, categories: Int32Array): Promise<number> {
  const share = async (a: RowMatrix, b: RowMatrix): Promise<number> => {
    const [{ indices }] = await referenceEngine().reduce(a, b, [{ kind: "topK", k: 1 }]);
    return meanOfArray(Float64Array.from(indices, (found, i) => (categories[found] === categories[i] ? 1 : 0)));
  };
  return ((await share(x, y)) + (await share(y, x))) / 2;
}
