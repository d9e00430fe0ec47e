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
  LogPartitionTerms,
  MaximumMeanDiscrepancy,
  MaximumMeanDiscrepancyAtBandwidth,
  MixedSearch,
  ModalityGap,
  PairAnalysis,
  PairAnalysisSchema,
  PairAnalysisSettings,
  PerModality,
  ProjectedPoints,
  Retrieval,
  ShuffleControl,
  SmoothedDivergence,
  Spectrum,
  TwoSampleForms,
  UnionProjection,
} from "./pair-analysis.ts";
export { type RetrievalOptions, retrieval } from "./retrieval.ts";
export { chanceTolerance, shuffleControl } from "./shuffle-control.ts";
export { spectrum } from "./spectrum.ts";
export { type SummarizeOptions, summarize } from "./summarize.ts";
export { uniformity } from "./uniformity.ts";
export { type UnionProjectionOptions, unionProjection } from "./union-projection.ts";
