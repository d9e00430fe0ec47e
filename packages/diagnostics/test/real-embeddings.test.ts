// Golden diagnostics of published embeddings: everything the oracle holds, to 1e-9 relative as it states.

import { describe, expect, test } from "vitest";
import { analyzePair, numberAt, type PairAnalysis } from "../src/index.ts";
import { type Golden, haveRealEmbeddings, readOracle, readPair } from "./real-embeddings.ts";

/** Golden name → path in the record. */
const paths: Readonly<Record<string, string>> = {
  n: "items",
  dim: "dim",
  centroidGap: "gap.centroid",
  meanNormX: "gap.centroidNorm.x",
  meanNormY: "gap.centroidNorm.y",
  centroidCosine: "gap.centroidCosine",
  pairCosineMean: "cosines.matched",
  pairCosineStd: "cosines.matchedDeviation",
  crossCosineMean: "cosines.unmatched",
  withinCosineX: "cosines.within.x",
  withinCosineY: "cosines.within.y",
  alignment: "cosines.alignment",
  uniformityX: "uniformity.x",
  uniformityY: "uniformity.y",
  energyDistanceV: "energyDistance.vStatistic",
  energyDistanceU: "energyDistance.uStatistic",
  medianCrossDistance: "maximumMeanDiscrepancy.medianCrossDistance",
  "mmd2V_0.5": "maximumMeanDiscrepancy.atBandwidth.0.5.vStatistic",
  "mmd2U_0.5": "maximumMeanDiscrepancy.atBandwidth.0.5.uStatistic",
  "mmd2V_1.0": "maximumMeanDiscrepancy.atBandwidth.1.vStatistic",
  "mmd2U_1.0": "maximumMeanDiscrepancy.atBandwidth.1.uStatistic",
  "mmd2V_2.0": "maximumMeanDiscrepancy.atBandwidth.2.vStatistic",
  "mmd2U_2.0": "maximumMeanDiscrepancy.atBandwidth.2.uStatistic",
  "recallXtoY@1": "retrieval.xToY.strict.recall.1",
  "recallXtoY@5": "retrieval.xToY.strict.recall.5",
  "recallXtoY@10": "retrieval.xToY.strict.recall.10",
  medianRankXtoY: "retrieval.xToY.strict.medianRank",
  mrrXtoY: "retrieval.xToY.strict.meanReciprocalRank",
  "recallYtoX@1": "retrieval.yToX.strict.recall.1",
  "recallYtoX@5": "retrieval.yToX.strict.recall.5",
  "recallYtoX@10": "retrieval.yToX.strict.recall.10",
  medianRankYtoX: "retrieval.yToX.strict.medianRank",
  mrrYtoX: "retrieval.yToX.strict.meanReciprocalRank",
  rankMeX: "spectrum.x.rankMe",
  effectiveRankCovarianceX: "spectrum.x.effectiveRank",
  participationRatioX: "spectrum.x.participationRatio",
  rankMeY: "spectrum.y.rankMe",
  effectiveRankCovarianceY: "spectrum.y.effectiveRank",
  participationRatioY: "spectrum.y.participationRatio",
  sameModalityTop10X: "mixedSearch.x.10",
  sameModalityTop10Y: "mixedSearch.y.10",
  hubnessSkewXtoY: "hubness.xToY.skewness",
};
const energyPaths: Readonly<Record<string, string>> = {
  infoNCE12: "infoNCE.xToY",
  infoNCE21: "infoNCE.yToX",
  symmetric: "infoNCE.symmetric",
  potentialTerm: "potentialTerm",
  logPartitionXY: "logPartition.all.xy",
  logPartitionYX: "logPartition.all.yx",
  logPartitionXX: "logPartition.all.xx",
  logPartitionYY: "logPartition.all.yy",
  smoothedDivergenceXY: "smoothedDivergence.all.klXY",
  smoothedDivergenceYX: "smoothedDivergence.all.klYX",
  smoothedJeffreysHalf: "smoothedDivergence.all.symmetricKL",
};
const centredPaths: Readonly<Record<string, string>> = {
  centroidGap: "centred.gap.centroid",
  recallXtoY1: "centred.retrieval.xToY.strict.recall.1",
  recallYtoX1: "centred.retrieval.yToX.strict.recall.1",
};

const title = haveRealEmbeddings
  ? "golden diagnostics"
  : "golden diagnostics: SKIPPED, ../shared/embeddings and ../shared/oracles are not here";

describe.skipIf(!haveRealEmbeddings)(title, () => {
  test.each(["clip", "clip_random", "videoclip", "videoclip_random"])(
    "%s: every golden number",
    { timeout: 180_000 },
    async (name) => {
      const { x, y } = readPair(name);
      const analysis = await analyzePair(x, y, { bootstrap: 0, skip: ["projection", "distribution", "shuffle"] });
      const { tau, centred, ...golden } = readOracle()[name]!;
      expectGolden(analysis, golden, (key) => paths[key]);
      for (const [t, terms] of Object.entries(tau as Record<string, Golden>)) {
        expectGolden(analysis, terms, (key) => energyPaths[key] && `energy.${t}.${energyPaths[key]}`);
      }
      expectGolden(analysis, centred as Golden, (key) => centredPaths[key]);
      expect(analysis.retrieval.xToY.tiedQueries).toBe(0);
    },
  );
});

function expectGolden(analysis: PairAnalysis, golden: Golden, pathOf: (name: string) => string | undefined): void {
  for (const [name, expected] of Object.entries(golden)) {
    const actual = numberAt(analysis, pathOf(name) ?? `no path for ${name}`);
    const difference = Math.abs(actual - (expected as number));
    expect(difference, `${name}: ${actual} against ${expected}`).toBeLessThanOrEqual(
      1e-9 * Math.abs(expected as number),
    );
  }
}
