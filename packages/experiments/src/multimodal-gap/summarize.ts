import { type CircleLaw, circleJeffreys } from "@nce-geometry/synthetic";
import {
  type OverSeeds,
  overSeeds,
  type Quartiles,
  quartilesOf,
  type ShareOfRuns,
  shareOf,
} from "../runner/over-seeds.ts";
import { circleComponents } from "./circle-pairs.ts";
import type { GapDenominator, MultimodalGapConfig } from "./config.ts";
import type { GapResult } from "./run-unit.ts";

/** What is known at one misalignment with one denominator. Divergences: Jeffreys, nats. */
export type GapAtMisalignment = {
  readonly denominator: GapDenominator;
  readonly misalignment: number;
  /** Gap of each seed, 0 first. */
  readonly gaps: readonly number[];
  /** Share of the seeds that ended separated, with Wilson's interval. */
  readonly separated: ShareOfRuns;
  /** Of the seeds that did not; null where there is none. */
  readonly compatible: {
    readonly seeds: number;
    readonly gap: Quartiles | null;
    readonly smoothedGap: Quartiles | null;
    readonly pairCosine: Quartiles | null;
    readonly recall: Quartiles | null;
  };
  /** As the paper plots it: mean over all seeds and its standard error, null for a single seed. */
  readonly paper: OverSeeds;
  /** Median over all seeds, of the data's own angles by the same estimator. */
  readonly dataGap: number;
  /** Divergence of the data's own marginals in closed form. */
  readonly exactDataGap: number;
};

export type GapSummary = {
  readonly points: readonly GapAtMisalignment[];
  /** What the estimator gives for two independent samples of one law: mean over the seeds and standard error. */
  readonly floor: OverSeeds;
};

/** Both branches, the paper's mean, the data's own gap, and what the estimator makes of none. */
export function summarize(config: MultimodalGapConfig, results: readonly GapResult[]): GapSummary {
  const { denominators, misalignments } = config;
  const points = denominators.flatMap((denominator) =>
    misalignments.map((misalignment) => {
      const here = results.filter((r) => r.denominator === denominator && r.misalignment === misalignment);
      return pointOf(config, denominator, misalignment, here);
    }),
  );
  // The floor depends on the seed alone.
  const first = results.filter((r) => r.denominator === denominators[0] && r.misalignment === misalignments[0]);
  return { points, floor: overSeeds(first.map(({ floor }) => floor)) };
}

function pointOf(
  config: MultimodalGapConfig,
  denominator: GapDenominator,
  misalignment: number,
  results: readonly GapResult[],
): GapAtMisalignment {
  const compatible = results.filter(({ branch }) => branch === "compatible");
  const over = (value: (result: GapResult) => number) =>
    compatible.length === 0 ? null : quartilesOf(compatible.map(value));
  const gaps = results.map(({ jeffreys }) => jeffreys);
  return {
    denominator,
    misalignment,
    gaps,
    separated: shareOf(results.map(({ branch }) => branch === "separated")),
    compatible: {
      seeds: compatible.length,
      gap: over(({ jeffreys }) => jeffreys),
      smoothedGap: over(({ smoothedJeffreys }) => smoothedJeffreys),
      pairCosine: over(({ pairCosine }) => pairCosine),
      recall: over(({ recall }) => recall),
    },
    paper: overSeeds(gaps),
    dataGap: quartilesOf(results.map(({ dataJeffreys }) => dataJeffreys)).median,
    exactDataGap: exactDataGap(misalignment, config.featureNoise),
  };
}

/**
 * Jeffreys divergence of the laws of the angles of the features.
 *
 * Math:     the n-th Fourier coefficient of θ + σN is that of θ times e^{−n²σ²/2}; noise of deviation ε blurs an angle by about ε.
 * Limits:   σ = 0 → 0;  noise 0.02, σ = 0.2, 0.3, 0.4, 0.5, 0.6, 0.7 → 0.0182, 0.0746, 0.184, 0.343, 0.537, 0.744.
 */
export function exactDataGap(misalignment: number, featureNoise: number): number {
  const law = (blur: number): CircleLaw => ({ kind: "circle", components: circleComponents, blur });
  return circleJeffreys(law(featureNoise), law(Math.hypot(misalignment, featureNoise))).value;
}
