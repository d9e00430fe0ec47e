export {
  type CosineHistogramData,
  type CosineHistogramOptions,
  cosineHistogramFigure,
  type PerPairKind,
} from "./cosine-histogram-figure.ts";
export {
  type EnergyDecompositionData,
  type EnergyLevel,
  type EnergyTerms,
  energyDecompositionFigure,
} from "./energy-decomposition-figure.ts";
export type { FigureDocument, FigureOptions } from "./figure.ts";
export { type IntervalData, type IntervalRow, intervalFigure } from "./interval-figure.ts";
export { type MixedSearchData, type MixedSearchDirection, mixedSearchFigure } from "./mixed-search-figure.ts";
export type { ModalityNames } from "./modality-names.ts";
export { type ProjectionData, projectionFigure } from "./projection-figure.ts";
export { type RetrievalCurveData, type RetrievalDirection, retrievalCurveFigure } from "./retrieval-curve-figure.ts";
export type { ShareInterval } from "./shares.ts";
export { defaultTheme, type FigureTheme } from "./theme.ts";
