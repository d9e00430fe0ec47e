export { checkGradientArguments, checkReduceArguments } from "./check-arguments.ts";
export { type MatchedGradientOptions, matchedGradient } from "./drivers/matched-gradient.ts";
export { matchedValues } from "./drivers/matched-values.ts";
export {
  type MeanPairValueOptions,
  type MeanPairValueResult,
  meanPairValue,
  type PairMean,
} from "./drivers/mean-pair-value.ts";
export { type PairQuantilesOptions, type PairQuantilesResult, pairQuantiles } from "./drivers/pair-quantiles.ts";
export { type TopKOfUnionOptions, type TopKOfUnionResult, topKOfUnion } from "./drivers/top-k-of-union.ts";
export type {
  CollectReduction,
  CollectResult,
  Diagonal,
  HistogramReduction,
  HistogramResult,
  LogSumExpReduction,
  LogSumExpResult,
  MappedPairValue,
  PairGroups,
  PairValue,
  PairwiseEngine,
  RankReduction,
  RankResult,
  Reduction,
  ReductionResult,
  ReductionResults,
  ScalarMap,
  SumReduction,
  SumResult,
  TargetLists,
  TopKReduction,
  TopKReductionResult,
  WeightedScoreGradient,
  WeightedScoreGradientResult,
  WeightedValueGradient,
} from "./engine.ts";
export { histogramEdges } from "./reducers/histogram-edges.ts";
export { type ReferenceEngineOptions, referenceEngine } from "./reference-engine.ts";
export { type NormalizeRowsOptions, normalizedRowSource, normalizeRowMatrix } from "./rows/normalize-rows.ts";
export { asRowSource, matrixOf, rowMatrix } from "./rows/row-matrix.ts";
