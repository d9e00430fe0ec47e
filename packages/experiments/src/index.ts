export type { Experiment, ExperimentResult, Json, OptionSpec, Scale, Unit } from "./experiment.ts";

// The experiments

export type { CorruptionConfig } from "./corruption/config.ts";
export { corruption, corruptionExperiment } from "./corruption/corruption.ts";
export type { GivenCorruptionConfig } from "./corruption/given-config.ts";
export type { HeadsConfig } from "./corruption/heads-config.ts";
export type { HeldOutMeasures } from "./corruption/measure-held-out.ts";
export type {
  CorruptionReference,
  CorruptionResult,
  CorruptionUnit,
  TrainedHeads,
} from "./corruption/run-unit.ts";
export type {
  CorruptionAtFraction,
  CorruptionOfModel,
  CorruptionSummary,
  HeldOutChanges,
  HeldOutMeans,
} from "./corruption/summarize.ts";
export type { EmbeddingsTableConfig } from "./embeddings-table/config.ts";
export {
  type EmbeddingsTable,
  embeddingsTable,
  embeddingsTableExperiment,
  syntheticEmbeddingsTable,
} from "./embeddings-table/embeddings-table.ts";
export { type TableMeasure, tableMeasures } from "./embeddings-table/measure-pairs.ts";
export type { RankCorrelation } from "./embeddings-table/rank-correlation.ts";
export type {
  EmbeddingsDraw,
  EmbeddingsTableResult,
  EmbeddingsTableUnit,
  EmbeddingsWhole,
  MeasureEstimate,
  ShuffledPairs,
} from "./embeddings-table/run-unit.ts";
export type {
  EmbeddingsTableRow,
  EmbeddingsTableSummary,
  MeasureOverDraws,
} from "./embeddings-table/summarize.ts";
export type { ConsistencyCritic, GradientConsistencyConfig } from "./gradient-consistency/config.ts";
export { gradientConsistency } from "./gradient-consistency/gradient-consistency.ts";
export type { ConsistencyResult, ConsistencyUnit } from "./gradient-consistency/run-unit.ts";
export type { ConsistencyAtSize, ConsistencySlope, ConsistencySummary } from "./gradient-consistency/summarize.ts";
export type { GapDenominator, MultimodalGapConfig } from "./multimodal-gap/config.ts";
export { multimodalGap } from "./multimodal-gap/multimodal-gap.ts";
export { publishedRunsOfSeed, publishedSeparatedRuns } from "./multimodal-gap/published.ts";
export type { GapResult, GapUnit } from "./multimodal-gap/run-unit.ts";
export {
  exactDataGap,
  type GapAtMisalignment,
  type GapOverMisalignments,
  type GapSummary,
} from "./multimodal-gap/summarize.ts";
export type { Dynamics, UnimodalGibbsConfig } from "./unimodal-gibbs/config.ts";
export type { CurvePoint, ExactMass } from "./unimodal-gibbs/exact-law.ts";
export type {
  ExactResult,
  RunRecord,
  RunResult,
  UnimodalGibbsResult,
  UnimodalGibbsUnit,
} from "./unimodal-gibbs/run-unit.ts";
export type { DynamicsAtTemperature, UnimodalGibbsSummary } from "./unimodal-gibbs/summary.ts";
export { unimodalGibbs } from "./unimodal-gibbs/unimodal-gibbs.ts";

// Open questions

export {
  type ControlComparisonConfig,
  type ControlComparisonSummary,
  type ControlPoint,
  type ControlResult,
  controlComparison,
  type GapControl,
} from "./open-questions/control-comparison.ts";
export {
  type DensityFloorConfig,
  type DensityFloorResult,
  type DensityFloorSummary,
  densityFloor,
} from "./open-questions/density-floor.ts";
export {
  type FiniteMapCell,
  type FiniteMapConfig,
  type FiniteMapResult,
  type FiniteMapSummary,
  finiteMap,
} from "./open-questions/finite-map.ts";
export {
  type CurvatureRange,
  type KnifeEdgeConfig,
  type KnifeEdgeResult,
  type KnifeEdgeSummary,
  knifeEdge,
} from "./open-questions/knife-edge.ts";

export {
  type CalibratedTemperature,
  type CalibrationResult,
  type TemperatureCalibrationConfig,
  type TemperatureCalibrationSummary,
  temperatureCalibration,
} from "./open-questions/temperature-calibration.ts";
export {
  type UnboundedResult,
  type UnboundedSpace,
  type UnboundedSpacesConfig,
  type UnboundedSpacesSummary,
  unboundedSpaces,
} from "./open-questions/unbounded-spaces.ts";

// Data that experiments are given

export {
  type EmbeddedModel,
  type EmbeddedPairs,
  type GivenPairs,
  givenInMemory,
  type NamedPairs,
} from "./given/given-pairs.ts";

// Running

export { asJson, canonicalBytes, canonicalJson } from "./runner/canonical-json.ts";
export { checkOptions, describeDomain } from "./runner/check-options.ts";
export {
  intervalOverSeeds,
  type OverSeeds,
  overSeeds,
  type Quartiles,
  quartilesOf,
  type ShareOfRuns,
  type ShareOverSeeds,
  shareOf,
  shareOverSeeds,
  type WithInterval,
} from "./runner/over-seeds.ts";
export { configFrom, describeOptions, type OptionDescription, parseOption } from "./runner/parse-options.ts";
export { experimentOf, experiments } from "./runner/registry.ts";
export { type ResultTable, type Scalar, scalarsOf, tableOf, unitTable } from "./runner/result-table.ts";
export {
  type ExperimentRun,
  type RunExperimentOptions,
  type RunNote,
  resultBytes,
  runExperiment,
} from "./runner/run-experiment.ts";
export { type SweepGrid, type SweepOptions, type SweepPoint, sweep, sweepTable } from "./runner/sweep.ts";
export { hashOf, memoryStore, type UnitStore } from "./runner/unit-store.ts";
