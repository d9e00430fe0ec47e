export type { EngineOptions, Estimate, Interval, UncertaintyOptions, Unit } from "@nce-geometry/energy";
export { type AnalyzeCloudOptions, analyzeCloud, type CloudAnalysis } from "./analyze-cloud.ts";
export { type AnalyzePairOptions, analyzePair, type PairAnalysisPart } from "./analyze-pair.ts";
export { type BuresDistance, buresDistance } from "./bures-distance.ts";
export { type CentredAnalysisOptions, centredAnalysis } from "./centred-analysis.ts";
export { type CosineHistogramsOptions, cosineHistograms } from "./cosine-histograms.ts";
export { cosineSummary, pairCosines } from "./cosine-summary.ts";
export {
  type DirectedHeterogeneity,
  type DirectedHeterogeneityOptions,
  directedHeterogeneity,
} from "./details/directed-heterogeneity.ts";
export { type PairDetails, type PairDetailsOptions, pairDetails } from "./details/pair-details.ts";
export { type PairingCheck, type PairingCheckOptions, pairingCheck } from "./details/pairing-check.ts";
export { type DistributionGapOptions, distributionGap } from "./distribution-gap.ts";
export { type EnergyDecompositionOptions, energyDecomposition, temperatureDomain } from "./energy-decomposition.ts";
export { energyDistance } from "./energy-distance.ts";
export {
  type FindingThresholdName,
  type FindingThresholds,
  findingThresholds,
  type ThresholdInfo,
  thresholdTable,
} from "./finding-thresholds.ts";
export type { Evidence, Finding, FindingTopic } from "./findings/finding.ts";
export { type FindingRule, findingRules } from "./findings/finding-rules.ts";
export { inBrief, inBriefOfCloud } from "./findings/in-brief.ts";
export type { RowFacts } from "./findings/row-findings.ts";
export { type SummarizeCloudOptions, summarizeCloud } from "./findings/summarize-cloud.ts";
export { type HubnessOptions, hubness } from "./hubness.ts";
export { type MaximumMeanDiscrepancyOptions, maximumMeanDiscrepancy } from "./maximum-mean-discrepancy.ts";
export type { PairStatisticOptions } from "./measure-pairs.ts";
export { type MixedSearchOptions, mixedSearch } from "./mixed-search.ts";
export { modalityGap } from "./modality-gap.ts";
export { numberAt } from "./number-at.ts";
export type {
  BeforeAfter,
  ByParameter,
  CentredAnalysis,
  CosineHistograms,
  CosineSummary,
  Directed,
  DirectedHubness,
  DirectedRetrieval,
  DiscrepancyParts,
  DistributionGap,
  EnergyDecomposition,
  GapAndSearch,
  LogPartitionTerms,
  MaximumMeanDiscrepancy,
  MaximumMeanDiscrepancyAtBandwidth,
  MixedSearch,
  ModalityGap,
  OffsetParts,
  PairAnalysis,
  PairAnalysisSampling,
  PairAnalysisSchema,
  PairAnalysisSettings,
  PerModality,
  ProjectedPoints,
  Retrieval,
  RetrievalChance,
  ShuffleControl,
  SmoothedDivergence,
  Spectrum,
  TwoSampleForms,
  UnionProjection,
} from "./pair-analysis.ts";
export type { PairingOptions } from "./pairing.ts";
export { type RetrievalOptions, type RetrievalWithRelevanceOptions, retrieval } from "./retrieval.ts";
export { chanceTolerance, shuffleControl } from "./shuffle-control.ts";
export { spectrum } from "./spectrum.ts";
export { type SummarizeOptions, summarize } from "./summarize.ts";
export { uniformity } from "./uniformity.ts";
export { type UnionProjectionOptions, unionProjection } from "./union-projection.ts";

// Control of the gap: fit, apply, compare

export { applyControl, type LoadedControl, loadControl } from "./control/apply-control.ts";
export { type CompareControlsOptions, compareControls, defaultControls } from "./control/compare-controls.ts";
export type {
  ControlAdvice,
  ControlAxes,
  ControlComparison,
  ControlComparisonSchema,
  ControlMeasures,
  ControlRecommendation,
  FailedControl,
  JudgedControl,
} from "./control/control-comparison.ts";
export type {
  AdapterControl,
  AdapterRegularizer,
  CentreControl,
  ControlKind,
  ControlOptions,
  DistributionNormalizationControl,
  GapDirectionControl,
  GaussianMapControl,
  IdentityControl,
  IterativeProjectionControl,
  ProcrustesControl,
  RenormalizeOption,
  ResolvedControl,
  ShiftControl,
  Shrinkage,
  StandardizeControl,
  WhitenControl,
} from "./control/control-options.ts";
export {
  type ControlFit,
  type ControlHeader,
  type ControlProvenance,
  type ControlStep,
  type ControlTransform,
  type ControlTransformSchema,
  controlFromMatrices,
  controlHeader,
  controlMatrices,
  type NamedMatrix,
  parseControlTransform,
} from "./control/control-transform.ts";
export { type FitControlOptions, type FitControlSettings, fitControl } from "./control/fit-control.ts";
export type { NumberArray } from "./control/number-array.ts";
export { type ParetoPoint, paretoFront } from "./control/pareto-front.ts";
export { controlKinds, describeControl } from "./control/resolve-control.ts";
export { type ItemSplit, type ItemSplitOptions, splitItems } from "./control/split-items.ts";

// Clouds against the uniform law, and the shape of their spectra

export {
  type CosineLawDistance,
  type CosineLawDistanceOptions,
  cosineLawDistance,
} from "./law-tests/cosine-law-distance.ts";
export type { CloudSample, CloudSampleOptions } from "./law-tests/pair-angles.ts";
export { type RieszEnergy, type RieszEnergyOptions, rieszEnergy } from "./law-tests/riesz-energy.ts";
export { type SpectrumShape, type SpectrumShapeOptions, spectrumShape } from "./law-tests/spectrum-shape.ts";
export { type LawTest, type UniformityTests, uniformityTests } from "./law-tests/uniformity-tests.ts";

// Two models on the same items

export { type CompareModelsOptions, compareModels, type ModelComparison } from "./similarity/compare-models.ts";
export type { CriterionForm } from "./similarity/independence-criterion.ts";
export {
  type GaussianCKAOptions,
  gaussianCKA,
  type LinearCKAOptions,
  linearCKA,
  type SimilarityTest,
} from "./similarity/kernel-alignment.ts";
export {
  type MutualNeighbours,
  type MutualNeighboursOptions,
  mutualNeighbours,
} from "./similarity/mutual-neighbours.ts";
export type { PermutationNull, PermutationOptions } from "./similarity/permutation.ts";
export {
  type ProcrustesDistance,
  type ProcrustesDistanceOptions,
  procrustesDistance,
} from "./similarity/procrustes-distance.ts";
export {
  type RepresentationalSimilarity,
  type RepresentationalSimilarityOptions,
  representationalSimilarity,
} from "./similarity/representational-similarity.ts";

// Cures of hubs

export {
  type BeforeAndAfter,
  type CompareCuresOptions,
  type CureComparison,
  type CuredRetrieval,
  compareCures,
} from "./cures/compare-cures.ts";
export { type Cure, defaultCures } from "./cures/cure.ts";
export { type OccurrenceOptions, type OccurrenceStatistics, occurrenceStatistics } from "./cures/occurrences.ts";
export {
  type RescoredNeighbours,
  type RescoredNeighboursOptions,
  rescoredNeighbours,
} from "./cures/rescored-neighbours.ts";

// Consistency of loss and gradient with N negatives

export {
  type ConsistencyCurve,
  type ConsistencyPoint,
  type ConsistencyProbe,
  type ConsistencyProbeOptions,
  consistencyProbe,
} from "./probe/consistency-probe.ts";
export {
  type NegativesForAlignment,
  type NegativesForAlignmentOptions,
  negativesForAlignment,
} from "./probe/negatives-for-alignment.ts";
export type { GradientSpace } from "./probe/negatives-gradient.ts";
export {
  expectedAlignment,
  fewestEffective,
  type PopulationGradient,
  type PopulationGradientOptions,
  type ProbeDenominator,
  populationGradient,
} from "./probe/population-gradient.ts";
export type { ProbeOptions } from "./probe/probe-parts.ts";

// Calibration of cosines

export type { ItemSampleOptions } from "./calibration/item-score-table.ts";
export {
  type MatchCalibration,
  type MatchCalibrationOptions,
  matchCalibration,
  type ReliabilityBin,
} from "./calibration/match-calibration.ts";
export {
  type MatchSeparation,
  type MatchSeparationOptions,
  matchSeparation,
} from "./calibration/match-separation.ts";
export type { LikelihoodDirection } from "./calibration/softmax-likelihood.ts";
export {
  type TemperatureByLikelihood,
  type TemperatureByLikelihoodOptions,
  temperatureByLikelihood,
} from "./calibration/temperature-by-likelihood.ts";
export {
  type TemperatureForAlignment,
  type TemperatureForAlignmentOptions,
  temperatureForAlignment,
} from "./calibration/temperature-for-alignment.ts";
