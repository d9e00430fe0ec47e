// A number with its uncertainty

export type { Estimate, Interval, Unit } from "./estimate.ts";

// Densities on grids

export {
  type AssertProbabilityOptions,
  assertProbability,
  type GridMeasure,
  massesOf,
  normalizeLogDensity,
} from "./grid/grid-measure.ts";

// Samples: checks, blocks of rows, sweeps over pairs, uncertainty

export { createSweeps, type Side, type Sweeps } from "./divergences/sweeps.ts";
export { createPhases } from "./rows/phases.ts";
export { copyRows, forEachBlock, forEachPairBlock } from "./rows/row-blocks.ts";
export { assertPairedUnitRows, assertTwoUnitSamples, assertUnitSample } from "./rows/unit-rows.ts";
export { normalQuantile } from "./uncertainty/normal-quantile.ts";
export {
  createTwoSampleUncertainty,
  type TwoSampleUncertainty,
} from "./uncertainty/two-sample-uncertainty.ts";
export {
  createUncertainty,
  resolveUncertainty,
  type Uncertainty,
  type UncertaintyOptions,
} from "./uncertainty/uncertainty.ts";

// Divergences of two samples

export { energyDistance, planEnergyDistance } from "./divergences/energy-distance.ts";
export {
  assertBandwidthFactors,
  type BandwidthScale,
  defaultBandwidthFactors,
  type MaximumMeanDiscrepancy,
  type MaximumMeanDiscrepancyAtBandwidth,
  type MaximumMeanDiscrepancyOptions,
  maximumMeanDiscrepancy,
  medianCrossDistance,
  planMaximumMeanDiscrepancy,
} from "./divergences/maximum-mean-discrepancy.ts";
export { type PairPlan, type TwoSampleForms, withinMeans } from "./divergences/two-sample-forms.ts";
export type { EngineOptions, Sampling, SamplingOptions, TwoSampleOptions } from "./divergences/two-sample-options.ts";
