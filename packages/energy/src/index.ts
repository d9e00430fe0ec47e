// A number with its uncertainty

export type { Estimate, Interval, Unit } from "./estimate.ts";

// Densities on grids

export {
  crossEntropy,
  entropy,
  jeffreys,
  jensenShannon,
  klDivergence,
  overlap,
  symmetricKL,
} from "./grid/entropy.ts";
export type { GridFunction } from "./grid/grid-function.ts";
export {
  type AssertProbabilityOptions,
  assertProbability,
  type GridMeasure,
  massesOf,
  normalizeLogDensity,
} from "./grid/grid-measure.ts";
export {
  type CellMeasureOptions,
  cellMeasure,
  type ZonalMeasure,
  zonalMeasure,
} from "./grid/measures.ts";

// Functionals of densities on grids, their variations, identities and bounds

export {
  type KernelErrorBoundOnGrid,
  kernelErrorBoundOnGrid,
  type LowTemperatureOptions,
  lowTemperatureBound,
  smoothingErrorBoundOnGrid,
} from "./grid/bounds.ts";
export type { Comparison } from "./grid/comparison.ts";
export { type CompatibilityGap, compatibilityGap } from "./grid/compatibility-gap.ts";
export type { DenominatorOptions, Pair } from "./grid/denominators.ts";
export {
  effectivePotentialsOnGrid,
  firstVariationMultimodal,
  freeEnergyMultimodal,
  type MultimodalFreeEnergy,
  type MultimodalOptions,
  secondVariationMultimodal,
} from "./grid/free-energy-multimodal.ts";
export {
  firstVariationUnimodal,
  freeEnergyUnimodal,
  secondVariationUnimodal,
  type UnimodalFreeEnergy,
  type UnimodalOptions,
} from "./grid/free-energy-unimodal.ts";
export { type GridKernel, type GridKernelOptions, gridKernel, kernelMassError } from "./grid/grid-kernel.ts";
export {
  freeEnergyExcess,
  type ThermodynamicIdentities,
  thermodynamicIdentities,
} from "./grid/identities.ts";
export {
  firstVariationParametric,
  firstVariationSymmetricParametric,
  type KernelStatus,
  type ParametricEnergyOnGrid,
  type ParametricOptions,
  parametricEnergyOnGrid,
  type SymmetricParametricEnergyOnGrid,
  type SymmetricParametricOptions,
  secondVariationParametric,
  secondVariationSymmetricParametric,
  symmetricParametricEnergyOnGrid,
} from "./grid/parametric-energy.ts";

// Gibbs laws

export { type CapMass, type CapMassOptions, capMass } from "./gibbs/cap-mass.ts";
export type { Chart } from "./gibbs/charts.ts";
export {
  type GibbsLaw,
  type GibbsOptions,
  type GibbsStatus,
  gibbsLaw,
  massNearMinimum,
  type NearMinimumOptions,
} from "./gibbs/gibbs-law.ts";
export {
  type AdaptiveGibbsLaw,
  type AdaptiveGibbsOptions,
  gibbsLawOnCircle,
  gibbsLawOnSphere,
  type PanelGrid,
} from "./gibbs/gibbs-law-on-sphere.ts";
export type { Panel } from "./gibbs/panels.ts";
export { type SampleGibbsOptions, sampleGibbs } from "./gibbs/sample-gibbs.ts";
export {
  type GibbsSample,
  type SampleGibbsLangevinOptions,
  sampleGibbsLangevin,
} from "./gibbs/sample-gibbs-langevin.ts";
export { type ZonalGibbsLaw, type ZonalGibbsOptions, zonalGibbsLaw } from "./gibbs/zonal-gibbs-law.ts";

// Samples: checks, blocks of rows, sweeps over pairs, uncertainty

export { createSweeps, type Side, type Sweeps } from "./divergences/sweeps.ts";
export { createPhases } from "./rows/phases.ts";
export { copyRows, forEachBlock, forEachPairBlock } from "./rows/row-blocks.ts";
export { assertPairedUnitRows, assertTwoUnitSamples, assertUnitSample } from "./rows/unit-rows.ts";
export { normalQuantile } from "./uncertainty/normal-quantile.ts";
export { createPairUncertainty, type PairUncertainty } from "./uncertainty/pair-uncertainty.ts";
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

// Entropies and divergences from samples

export {
  type BlockDiscrepancyOptions,
  blockMaximumMeanDiscrepancy,
} from "./divergences/block-discrepancy.ts";
export {
  type AngleHistogramDivergence,
  type AngleHistogramOptions,
  angleHistogramJeffreys,
  circleHistogramJeffreys,
} from "./divergences/circle-histogram.ts";
export type { DuplicateOptions } from "./divergences/duplicates.ts";
export { energyDistance, planEnergyDistance } from "./divergences/energy-distance.ts";
export type { TransportStatus } from "./divergences/entropic-transport.ts";
export { jeffreysOf } from "./divergences/jeffreys.ts";
export {
  type KernelDensityDivergenceOptions,
  type KernelDensityOptions,
  kdeCrossEntropy,
  kdeDivergence,
  kdeEntropy,
  kdeSymmetricKL,
} from "./divergences/kde-divergence.ts";
export {
  knnDivergence,
  knnSymmetricKL,
  type NearestNeighbourDivergenceOptions,
} from "./divergences/knn-divergence.ts";
export { knnEntropy, type NearestNeighbourOptions } from "./divergences/knn-entropy.ts";
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
export {
  type PermutationTest,
  type PermutationTestOptions,
  permutationTest,
  type TestStatistic,
} from "./divergences/permutation-test.ts";
export {
  type SinkhornDivergence,
  type SinkhornDivergenceOptions,
  sinkhornDivergence,
} from "./divergences/sinkhorn-divergence.ts";
export type { SlicingOptions } from "./divergences/sliced.ts";
export { type SlicedWassersteinOptions, slicedWasserstein } from "./divergences/sliced-wasserstein.ts";
export {
  type SphericalSlicedToUniformOptions,
  type SphericalSlicedWassersteinOptions,
  sphericalSlicedWasserstein,
  sphericalSlicedWassersteinToUniform,
} from "./divergences/spherical-sliced-wasserstein.ts";
export {
  distanceStatistic,
  type FromInfluences,
  gaussianStatistic,
  type PairPlan,
  planIndependentTwoSample,
  type TwoSampleForms,
  type TwoSampleStatistic,
  withinMeans,
} from "./divergences/two-sample-forms.ts";
export type {
  EngineOptions,
  Sampling,
  SamplingOptions,
  SpaceOptions,
  TwoSampleOptions,
} from "./divergences/two-sample-options.ts";
export {
  type VonMisesFisherDivergenceOptions,
  type VonMisesFisherEntropyOptions,
  vonMisesFisherDivergence,
  vonMisesFisherEntropy,
  vonMisesFisherSymmetricKL,
} from "./divergences/von-mises-fisher-divergence.ts";
export {
  fitVonMisesFisherMixture,
  logMixtureDensity,
  type MixtureComponent,
  type MixtureStatus,
  type VonMisesFisherMixtureFit,
  type VonMisesFisherMixtureOptions,
} from "./divergences/von-mises-fisher-mixture.ts";
export {
  type MixtureDivergenceOptions,
  type MixtureEntropyOptions,
  mixtureDivergence,
  mixtureEntropy,
  mixtureSymmetricKL,
} from "./divergences/von-mises-fisher-mixture-divergence.ts";

// Fields of a population at points

export { type AlignmentPotentialOptions, meanAlignmentPotential } from "./fields/alignment-potential.ts";
export {
  type AlignmentPotentialFieldOptions,
  alignmentPotentialField,
  type PotentialField,
} from "./fields/alignment-potential-field.ts";
export {
  type EffectivePotential,
  type EffectivePotentialOptions,
  effectivePotential,
} from "./fields/effective-potential.ts";
export type { FieldForm, FieldOptions, KernelOptions } from "./fields/field-options.ts";
export {
  logPartitionFieldOnTensors,
  logSmoothedDensityOnTensors,
  smoothedScoreOnTensors,
  type TensorDensityOptions,
  type TensorFieldOptions,
} from "./fields/fields-on-tensors.ts";
export { type LogField, logPartitionField } from "./fields/log-partition-field.ts";
export {
  type KernelSpace,
  type LogDensityField,
  logSmoothedDensity,
  type SmoothedDensityOptions,
} from "./fields/log-smoothed-density.ts";
export { type ScoreField, smoothedScore } from "./fields/smoothed-score.ts";

// Functionals on samples

export { type ConsistencyOptions, consistencyResidual } from "./samples/consistency-residual.ts";
export type { DenominatorShares, EnergyEstimate } from "./samples/contrast.ts";
export {
  freeEnergyMultimodalOnSamples,
  type MultimodalFreeEnergyOnSamples,
  type MultimodalOnSamplesOptions,
} from "./samples/free-energy-multimodal-on-samples.ts";
export {
  freeEnergyUnimodalOnSamples,
  type UnimodalFreeEnergyOnSamples,
  type UnimodalOnSamplesOptions,
} from "./samples/free-energy-unimodal-on-samples.ts";
export {
  type KernelErrorOnSamples,
  type KernelErrorOnSamplesOptions,
  kernelErrorOnSamples,
  type SmoothingErrorOptions,
  smoothingErrorBound,
} from "./samples/kernel-error-on-samples.ts";
export {
  type ParametricEnergyOnSamples,
  type ParametricEnergyOnSamplesOptions,
  parametricEnergyOnSamples,
} from "./samples/parametric-energy-on-samples.ts";
export type { DensityWidthOptions, SampleOptions } from "./samples/sample-options.ts";
export {
  type SymmetricParametricEnergyOnSamples,
  symmetricParametricEnergyOnSamples,
} from "./samples/symmetric-parametric-energy-on-samples.ts";

// Descents and responses on grids

export {
  type Basin,
  type BasinCounts,
  type BasinEnd,
  type CountBasinsOptions,
  countBasins,
  type SampleLogDensityOptions,
  sampleLogDensity,
} from "./cells/basins.ts";
export { type BestResponse, type BestResponseOptions, bestResponse } from "./cells/best-response.ts";
export {
  type BestResponseDynamicsOptions,
  type BestResponseGame,
  type BestResponseResult,
  type BestResponseState,
  type BestResponseStatus,
  type BestResponseStep,
  bestResponseDynamics,
} from "./cells/best-response-dynamics.ts";
export { type CoLocationBarrierOptions, coLocationBarrier } from "./cells/co-location-barrier.ts";
export { type Curvature, type Curvatures, type CurvaturesOptions, curvatures } from "./cells/curvatures.ts";
export { type Floor, type FloorOptions, type FloorProjection, projectOntoFloor } from "./cells/floor.ts";
export type { GridFlowOptions, GridFlowResult, GridFlowState, GridFlowStatus } from "./cells/grid-flow.ts";
export type { GridFunctional } from "./cells/grid-problem.ts";
export type { GridTrajectoryPoint } from "./cells/grid-trajectory.ts";
export { type JkoFlowOptions, jkoFlow } from "./cells/jko-flow.ts";
export { type MirrorDescentOptions, mirrorDescent, type StepRule } from "./cells/mirror-descent.ts";
export { type PathBarrier, type PathBarrierOptions, pathBarrier } from "./cells/path-barrier.ts";
export { squaredGeodesicCost } from "./cells/squared-geodesic-cost.ts";
export { type StabilityThresholds, stabilityThresholds } from "./cells/stability-thresholds.ts";

// Particles: energies of clouds, flows and their trajectories

export {
  type FlowOptimizer,
  type ParticleFlowState,
  particleFlowInit,
} from "./particles/flow-state.ts";
export { type FreeEnergyFlowOptions, freeEnergyFlow } from "./particles/free-energy-flow.ts";
export { type GibbsBandwidthOptions, gibbsBandwidth } from "./particles/gibbs-bandwidth.ts";
export {
  type LangevinFlowOptions,
  type LangevinFlowResult,
  type LangevinFlowState,
  type LangevinTerms,
  langevinFlow,
  langevinFlowInit,
} from "./particles/langevin-flow.ts";
export { type PairPotentialOptions, pairPotential } from "./particles/pair-potential.ts";
export { particleFreeEnergyOnTensors } from "./particles/particle-energy-on-tensors.ts";
export {
  type ParticleFreeEnergy,
  type ParticleFreeEnergyGradient,
  type ParticleFreeEnergyOptions,
  particleFreeEnergy,
  particleFreeEnergyGradient,
} from "./particles/particle-free-energy.ts";
export type { GeodesicGaussianKernel, ParticleKernel, VonMisesFisherKernel } from "./particles/particle-kernel.ts";
export type { ParticleDensityOptions } from "./particles/particle-options.ts";
export type { Potential, PotentialOnRows } from "./particles/potential.ts";
export type { ParticleFlowControl, ParticleFlowResult, ParticleFlowStatus } from "./particles/run-flow.ts";
export { type SymmetricEnergyFlowOptions, symmetricEnergyFlow } from "./particles/symmetric-energy-flow.ts";
export {
  type CloudPotentials,
  type SymmetricParticleEnergy,
  type SymmetricParticleEnergyGradient,
  type SymmetricParticleEnergyOptions,
  symmetricParticleEnergy,
  symmetricParticleEnergyGradient,
} from "./particles/symmetric-particle-energy.ts";
export { symmetricParticleEnergyOnTensors } from "./particles/symmetric-particle-energy-on-tensors.ts";
export type {
  ExactGibbs,
  ObservationOptions,
  ParticleObservation,
  ParticleRecord,
  Well,
} from "./particles/trajectory.ts";
export { type WellPotentialOptions, wellPotential } from "./particles/well-potential.ts";
