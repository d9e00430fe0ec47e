// The InfoNCE family

export type {
  BySide,
  ContrastOptions,
  Population,
  PositiveCombination,
  PositiveGroups,
  WeightedPopulation,
} from "./contrast/contrast-options.ts";
export { infoNCE, infoNCEPerSample, infoNCEStatistics } from "./info-nce.ts";
export type { InfoNCEMeasures, InfoNCEStatistics } from "./info-nce-measures.ts";
export type {
  DirectionOptions,
  InfoNCEOnRowsOptions,
  InfoNCEOptions,
  MultimodalInfoNCEOnRowsOptions,
  MultimodalInfoNCEOptions,
  PoolInfoNCEOnRowsOptions,
  PoolInfoNCEOptions,
  PositiveMask,
  SweepOptions,
  SymmetricInfoNCEOnRowsOptions,
  SymmetricInfoNCEOptions,
  TemperatureOptions,
} from "./info-nce-options.ts";
export { multimodalInfoNCE } from "./multimodal-info-nce.ts";
export { poolInfoNCE, poolInfoNCEPerSample, poolInfoNCEStatistics } from "./pool-info-nce.ts";
export { type InfoNCEGradient, infoNCEGradientOnRows } from "./rows/info-nce-gradient-on-rows.ts";
export { infoNCEOnRows, infoNCEPerSampleOnRows } from "./rows/info-nce-on-rows.ts";
export {
  type InfoNCEPerSample,
  type InfoNCESummary,
  type SummarizeOptions,
  summarizeInfoNCE,
} from "./rows/info-nce-summary.ts";
export {
  type ModalityPair,
  type MultimodalInfoNCEGradient,
  type MultimodalInfoNCESummary,
  multimodalInfoNCEGradientOnRows,
  multimodalInfoNCEOnRows,
} from "./rows/multimodal-info-nce-on-rows.ts";
export { type PoolInfoNCEGradient, poolInfoNCEGradientOnRows } from "./rows/pool-info-nce-gradient-on-rows.ts";
export { poolInfoNCEOnRows, poolInfoNCEPerSampleOnRows } from "./rows/pool-info-nce-on-rows.ts";
export {
  type SymmetricInfoNCEGradient,
  symmetricInfoNCEGradientOnRows,
} from "./rows/symmetric-info-nce-gradient-on-rows.ts";
export {
  type SymmetricInfoNCEPerSample,
  type SymmetricInfoNCESummary,
  summarizeSymmetricInfoNCE,
  symmetricInfoNCEOnRows,
  symmetricInfoNCEPerSampleOnRows,
} from "./rows/symmetric-info-nce-on-rows.ts";
export {
  type SymmetricInfoNCEStatistics,
  symmetricInfoNCE,
  symmetricInfoNCEPerSample,
  symmetricInfoNCEStatistics,
} from "./symmetric-info-nce.ts";

// Gap regularisers: divergences of two clouds of rows

export type { BandwidthOptions, PooledMedianBandwidth } from "./regularizers/bandwidth.ts";
export { squaredCentroidDistance } from "./regularizers/centroid-distance.ts";
export type { GapStatisticOptions } from "./regularizers/clouds.ts";
export { energyDistance } from "./regularizers/energy-distance.ts";
export { type RandomDirectionsOptions, randomDirections } from "./regularizers/random-directions.ts";
export {
  type CentroidDistanceOnRowsOptions,
  squaredCentroidDistanceGradientOnRows,
  squaredCentroidDistanceOnRows,
} from "./regularizers/rows/centroid-distance-on-rows.ts";
export {
  type EnergyDistanceOnRowsOptions,
  energyDistanceGradientOnRows,
  energyDistanceOnRows,
} from "./regularizers/rows/energy-distance-on-rows.ts";
export type { CloudSizes, GapEstimate, GapGradient, GapOnRowsOptions } from "./regularizers/rows/gap-results.ts";
export {
  type SlicedWassersteinEstimate,
  type SlicedWassersteinOnRowsOptions,
  squaredSlicedWassersteinGradientOnRows,
  squaredSlicedWassersteinOnRows,
} from "./regularizers/rows/sliced-wasserstein-on-rows.ts";
export {
  type SquaredMMDEstimate,
  type SquaredMMDGradient,
  type SquaredMMDOnRowsOptions,
  squaredMMDGradientOnRows,
  squaredMMDOnRows,
} from "./regularizers/rows/squared-mmd-on-rows.ts";
export {
  type SymmetricKLEstimate,
  type SymmetricKLOnRowsOptions,
  symmetricKLGradientOnRows,
  symmetricKLOnRows,
} from "./regularizers/rows/symmetric-kl-on-rows.ts";
export { type SlicedWassersteinOptions, squaredSlicedWasserstein } from "./regularizers/sliced-wasserstein.ts";
export { type SquaredMMDOptions, squaredMMD } from "./regularizers/squared-mmd.ts";
export { type SymmetricKLOptions, symmetricKL } from "./regularizers/symmetric-kl.ts";

// Relatives of InfoNCE

export {
  type AlignmentLossGradient,
  type AlignmentLossOnRowsOptions,
  type AlignmentLossOptions,
  alignmentLoss,
  alignmentLossGradientOnRows,
  alignmentLossOnRows,
} from "./relatives/alignment-loss.ts";
export type { ClassLabelOptions } from "./relatives/class-labels.ts";
export { dcl } from "./relatives/dcl.ts";
export { dclGradientOnRows, dclOnRows } from "./relatives/dcl-on-rows.ts";
export { dhel } from "./relatives/dhel.ts";
export { dhelGradientOnRows, dhelOnRows } from "./relatives/dhel-on-rows.ts";
export { type KCLOptions, kcl } from "./relatives/kcl.ts";
export type { KCLKernel } from "./relatives/kcl-kernel.ts";
export {
  type KCLGradient,
  type KCLOnRowsOptions,
  type KCLSummary,
  kclGradientOnRows,
  kclOnRows,
} from "./relatives/kcl-on-rows.ts";
export type { MeanLoss } from "./relatives/mean-loss.ts";
export { ntXent } from "./relatives/nt-xent.ts";
export { type NTXentSummary, ntXentGradientOnRows, ntXentOnRows } from "./relatives/nt-xent-on-rows.ts";
export { type SigLIPOptions, sigLIP } from "./relatives/sig-lip.ts";
export {
  type SigLIPGradient,
  type SigLIPOnRowsOptions,
  type SigLIPSummary,
  sigLIPGradientOnRows,
  sigLIPOnRows,
} from "./relatives/sig-lip-on-rows.ts";
export { type SupConOptions, supCon } from "./relatives/sup-con.ts";
export {
  type SupConGradient,
  type SupConOnRowsOptions,
  type SupConSummary,
  supConGradientOnRows,
  supConOnRows,
} from "./relatives/sup-con-on-rows.ts";
export type { TwoViewGradient, TwoViewOnRowsOptions, TwoViewSummary } from "./relatives/two-views-on-rows.ts";
export {
  type UniformityLossGradient,
  type UniformityLossOnRowsOptions,
  type UniformityLossOptions,
  uniformityLoss,
  uniformityLossGradientOnRows,
  uniformityLossOnRows,
} from "./relatives/uniformity-loss.ts";
