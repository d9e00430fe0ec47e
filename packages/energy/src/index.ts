// A number with its uncertainty

export type { Estimate, Interval, Unit } from "./estimate.ts";

// Densities on grids

export {
  type AssertProbabilityOptions,
  assertProbability,
  type GridMeasure,
  massesOf,
  normalizeLogDensity,
} from "./grid/grid-measure.ts";
