import type { Reduction, ReductionResults } from "../engine.ts";
import type { TileVisitor } from "../tiles/sweep-tiles.ts";
import { collectReducer } from "./collect.ts";
import { histogramReducer } from "./histogram.ts";
import { logSumExpReducer } from "./log-sum-exp.ts";
import { rankReducer } from "./rank.ts";
import { sumReducer } from "./sum.ts";
import { topKReducer } from "./top-k.ts";

/** Takes in all tiles of an n × m sweep, in any order, and then gives its result. */
export interface Reducer<Result> extends TileVisitor {
  finish(): Result;
}

/** The reducer of reduction number `index` over n × m pairs; its arguments have been checked. */
export function createReducer(
  reduction: Reduction,
  index: number,
  n: number,
  m: number,
): Reducer<ReductionResults[keyof ReductionResults]> {
  switch (reduction.kind) {
    case "logSumExp":
      return logSumExpReducer(reduction, n, m);
    case "sum":
      return sumReducer(reduction, n, m);
    case "rank":
      return rankReducer(reduction, n);
    case "topK":
      return topKReducer(reduction, n, m);
    case "histogram":
      return histogramReducer(reduction);
    case "collect":
      return collectReducer(reduction, index);
  }
}
