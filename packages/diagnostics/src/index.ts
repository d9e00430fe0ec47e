export type { EngineOptions, Estimate, Interval, UncertaintyOptions, Unit } from "@nce-geometry/energy";
export { type AnalyzePairOptions, analyzePair, type PairAnalysisPart } from "./analyze-pair.ts";
export { type CentredAnalysisOptions, centredAnalysis } from "./centred-analysis.ts";
export { type CosineHistogramsOptions, cosineHistograms } from "./cosine-histograms.ts";
export { cosineSummary, pairCosines } from "./cosine-summary.ts";
export { type EnergyDecompositionOptions, energyDecomposition, temperatureDomain } from "./energy-decomposition.ts";
export { energyDistance } from "./energy-distance.ts";
export { findingThresholds } from "./finding-thresholds.ts";
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
  EnergyDecomposition,
  Finding,
  GapAndSearch,
  LogPartitionTerms,
  MaximumMeanDiscrepancy,
  MaximumMeanDiscrepancyAtBandwidth,
  MixedSearch,
  ModalityGap,
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
