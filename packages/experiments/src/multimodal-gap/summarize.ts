import { type CircleLaw, circleJeffreys } from "@nce-geometry/synthetic";
import {
  type OverSeeds,
  overSeeds,
  type Quartiles,
  quartilesOf,
  type ShareOfRuns,
  type ShareOverSeeds,
  shareOf,
  shareOverSeeds,
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

/** What is known of all misalignments together with one denominator. */
export type GapOverMisalignments = {
  readonly denominator: GapDenominator;
  /** How many runs of each seed, 0 first, ended separated. */
  readonly separatedRuns: readonly number[];
  /** Share of all runs. Those of a seed have the same first weights and the same θ, N and noise: they are no independent runs. */
  readonly separated: ShareOverSeeds;
  /** That share less that of the first denominator, seed by seed; null for the first. */
  readonly excess: OverSeeds | null;
  /** Smaller over larger singular value of the encoder that is nearer to a map onto a line; null where a branch has no run. */
  readonly singularRatio: { readonly compatible: Quartiles | null; readonly separated: Quartiles | null };
};

export type GapSummary = {
  readonly points: readonly GapAtMisalignment[];
  readonly overall: readonly GapOverMisalignments[];
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
  const overall = denominators.map((denominator) => overallOf(config, denominator, results));
  return { points, overall, floor: overSeeds(first.map(({ floor }) => floor)) };
}

function overallOf(
  config: MultimodalGapConfig,
  denominator: GapDenominator,
  results: readonly GapResult[],
): GapOverMisalignments {
  const [own, first] = [denominator, config.denominators[0]!].map((one) => separationsBySeed(config, one, results));
  const ratios = (branch: GapResult["branch"]) => {
    const here = results.filter((r) => r.denominator === denominator && r.branch === branch);
    return here.length === 0 ? null : quartilesOf(here.map(({ singularRatios: { x, y } }) => Math.min(x, y)));
  };
  return {
    denominator,
    separatedRuns: own!.map(countOf),
    separated: shareOverSeeds(own!),
    excess:
      denominator === config.denominators[0]
        ? null
        : overSeeds(own!.map((runs, seed) => (countOf(runs) - countOf(first![seed]!)) / runs.length)),
    singularRatio: { compatible: ratios("compatible"), separated: ratios("separated") },
  };
}

/** Of each seed, at each misalignment: whether the run ended separated. */
function separationsBySeed(
  { seeds }: MultimodalGapConfig,
  denominator: GapDenominator,
  results: readonly GapResult[],
): readonly (readonly boolean[])[] {
  return Array.from({ length: seeds }, (_, seed) =>
    results.filter((r) => r.denominator === denominator && r.seed === seed).map(({ branch }) => branch === "separated"),
  );
}

function countOf(holds: readonly boolean[]): number {
  return holds.filter(Boolean).length;
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
