// Every kind of figure, with usual data and at its extremes, as functions of options and names.

import {
  bestResponseFigure,
  branchFigure,
  convergenceFigure,
  corruptionFigure,
  cosineHistogramFigure,
  curvesFigure,
  energyDecompositionFigure,
  type FigureOptions,
  heatMapFigure,
  intervalFigure,
  jointAngleFigure,
  type ModalityNames,
  mixedSearchFigure,
  projectionFigure,
  retrievalCurveFigure,
  twoWellFigure,
} from "../src/index.ts";
import { bestResponses, flatSphere, noResponse, twoWell } from "./energy-figure-data.ts";
import {
  branches,
  convergence,
  corruption,
  curves,
  extremeAngles,
  heatMap,
  jointAngles,
  oneBranch,
  shareMap,
} from "./experiment-figure-data.ts";
import {
  collapsed,
  energy,
  histogram,
  intervals,
  mixedSearch,
  mixedSearchAtTen,
  noRetrieval,
  projection,
  retrieval,
} from "./figure-data.ts";

export type Draw = (options: FigureOptions, names: ModalityNames) => string;

export const figures: Readonly<Record<string, Draw>> = {
  cosineHistogram: (options, names) => cosineHistogramFigure({ ...histogram, names }, options),
  "cosineHistogram, own scales": (options, names) =>
    cosineHistogramFigure({ ...histogram, names, means: undefined }, { ...options, densityScale: "own" }),
  "cosineHistogram, collapsed": (options, names) => cosineHistogramFigure({ ...collapsed, names }, options),
  projection: (options, names) => projectionFigure({ ...projection, names }, options),
  "projection, one point": (options, names) =>
    projectionFigure({ names, x: [[0, 0]], y: [[0, 0]], varianceShares: [0, 0] }, options),
  retrievalCurve: (options, names) => retrievalCurveFigure({ ...retrieval, names }, options),
  "retrievalCurve, random network": (options, names) => retrievalCurveFigure({ ...noRetrieval, names }, options),
  energyDecomposition: (options, names) => energyDecompositionFigure({ ...energy, names }, options),
  "energyDecomposition, one temperature": (options, names) =>
    energyDecompositionFigure({ names, levels: energy.levels.slice(1, 2) }, options),
  interval: (options) => intervalFigure(intervals, options),
  "interval, long labels": (options, { x, y }) =>
    intervalFigure(
      { ...intervals, rows: intervals.rows.map((row) => ({ ...row, label: `${row.label} ${x} ${y}` })) },
      options,
    ),
  mixedSearch: (options, names) => mixedSearchFigure({ ...mixedSearch, names }, options),
  "mixedSearch, one k": (options, names) => mixedSearchFigure({ ...mixedSearchAtTen, names }, options),
  twoWell: (options, names) => twoWellFigure({ ...twoWell, particlesLabel: names.x }, options),
  "twoWell, flat": (options, names) => twoWellFigure({ ...flatSphere, particlesLabel: names.x }, options),
  "twoWell, long labels": (options, { x, y }) =>
    twoWellFigure(
      { ...twoWell, simulated: twoWell.simulated.map((series) => ({ ...series, label: `${x} ${y} ${series.label}` })) },
      options,
    ),
  bestResponse: (options, names) => bestResponseFigure({ ...bestResponses, names }, options),
  "bestResponse, nothing done": (options, names) => bestResponseFigure({ ...noResponse, names }, options),
  convergence: (options) => convergenceFigure(convergence, options),
  "convergence, long labels": (options, { x, y }) =>
    convergenceFigure(
      {
        ...convergence,
        series: convergence.series.map((one) => ({ ...one, residual: undefined, label: `${x} ${y} ${one.label}` })),
      },
      options,
    ),
  branch: (options) => branchFigure(branches, options),
  "branch, one misalignment": (options) => branchFigure(oneBranch, options),
  jointAngle: (options, names) => jointAngleFigure({ ...jointAngles, names }, options),
  "jointAngle, extremes": (options, names) => jointAngleFigure({ ...extremeAngles, names }, options),
  heatMap: (options) => heatMapFigure(heatMap, options),
  "heatMap, long labels": (options, { x, y }) =>
    heatMapFigure(
      { ...shareMap, rows: { ...shareMap.rows, label: x }, columns: { ...shareMap.columns, label: y }, valueLabel: y },
      options,
    ),
  curves: (options) => curvesFigure(curves, options),
  "curves, one point": (options, { x, y }) =>
    curvesFigure({ panels: [{ xLabel: x, yLabel: y, series: [{ label: x, x: [0], y: [0] }] }] }, options),
  corruption: (options) => corruptionFigure(corruption, options),
  "corruption, long labels": (options, { x, y }) =>
    corruptionFigure({ ...corruption, retrievalLabel: x, gapLabel: y }, options),
};
