export {
  type BestResponseFigureData,
  type BestResponseFigureStep,
  bestResponseFigure,
} from "./best-response-figure.ts";
export { type BranchData, type BranchPoint, type BranchSetting, branchFigure } from "./branch-figure.ts";
export type { AxisScale } from "./chart-axis.ts";
export {
  type ControlAxisValue,
  type ControlFrontData,
  type ControlPoint,
  controlFrontFigure,
} from "./control-front-figure.ts";
export {
  type ConvergenceData,
  type ConvergenceEstimates,
  type ConvergenceSeries,
  convergenceFigure,
} from "./convergence-figure.ts";
export { type CorruptionData, type CorruptionEstimates, corruptionFigure } from "./corruption-figure.ts";
export {
  type CosineHistogramData,
  type CosineHistogramOptions,
  cosineHistogramFigure,
  type PerPairKind,
} from "./cosine-histogram-figure.ts";
export {
  type CurveInterval,
  type CurveSeries,
  type CurvesData,
  type CurvesPanel,
  curvesFigure,
} from "./curves-figure.ts";
export {
  type EnergyDecompositionData,
  type EnergyLevel,
  type EnergyTerms,
  energyDecompositionFigure,
} from "./energy-decomposition-figure.ts";
export type { FigureDocument, FigureOptions } from "./figure.ts";
export { type HeatMapAxis, type HeatMapData, heatMapFigure } from "./heat-map-figure.ts";
export { type IntervalData, type IntervalRow, intervalFigure } from "./interval-figure.ts";
export {
  type AngleHistograms,
  type AngleSetting,
  type JointAngleData,
  jointAngleFigure,
} from "./joint-angle-figure.ts";
export type { MassSeries, SimulatedMasses } from "./mass-curves.ts";
export { type MixedSearchData, type MixedSearchDirection, mixedSearchFigure } from "./mixed-search-figure.ts";
export type { ModalityNames } from "./modality-names.ts";
export { type ProjectionData, projectionFigure } from "./projection-figure.ts";
export { type RetrievalCurveData, type RetrievalDirection, retrievalCurveFigure } from "./retrieval-curve-figure.ts";
export type { ShareInterval } from "./shares.ts";
export type { SphereGrid, SpherePoint } from "./sphere-grid.ts";
export { defaultTheme, type FigureTheme } from "./theme.ts";
export { type TwoWellData, twoWellFigure, type WellSnapshot } from "./two-well-figure.ts";
