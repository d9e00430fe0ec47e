// The gradient of the sums of a sweep, through an engine.

import type { WeightedScoreGradient, WeightedValueGradient } from "@nce-geometry/pairwise";
import type { Rows } from "@nce-geometry/tensor";
import { addRows } from "./add-rows.ts";
import { type NextControl, type PairSweep, pairsOf, partOf, type SweepKernel, type SweepPart } from "./pair-sweep.ts";
import { scoreBase } from "./score.ts";
import { weightedRows } from "./weighted-rows.ts";

/** Sums along the rows, or along the columns, and what the loss makes of them. */
export interface SumsWithCotangents {
  readonly logSum: Float64Array;
  /** ∂L/∂logSum. */
  readonly logCotangent: Float64Array;
  /** ∂L/∂scoreSum; only where scores are summed. */
  readonly scoreCotangent: Float64Array | undefined;
}

/** Gradients of L with respect to rows, [rows, d] each, to which is added. */
export interface PairGradient {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * Adds ∂L/∂x and ∂L/∂y of the pairs of a sweep. Along the rows ∂L/∂s_ij = (∂L/∂logSum_i)·w_j e^{s_ij/τ − logSum_i}/τ +
 * ∂L/∂scoreSum_i, and along the columns likewise: weights and fixed factors, which is what an engine takes.
 */
export async function addSweepGradient(
  into: PairGradient,
  sweep: PairSweep,
  sums: SideSums,
  kernel: SweepKernel,
  next: NextControl,
): Promise<void> {
  for (const block of sweep.blocks) {
    const part = partOf(sweep, block);
    const selected = { rows: selectSums(sums.rows, block.x), columns: selectSums(sums.columns, block.y) };
    const calls = [logCall(part, sweep.offset, selected, kernel)];
    if (kernel.scores) calls.push(scoreCall(part, selected, kernel));
    for (const { x, y, weights } of calls) {
      const gradient = await kernel.engine.gradient(x, y, weights, next(x.rows * y.rows));
      addRows(into.x, gradient.x, { numbers: block.x, dim: sweep.x.dim, width: x.dim });
      addRows(into.y, gradient.y, { numbers: block.y, dim: sweep.y.dim, width: y.dim });
    }
  }
}

/** How many pairs the engine visits for the gradient of a sweep. */
export function visitsForGradient(sweep: PairSweep, { scores }: SweepKernel): number {
  return (scores ? 2 : 1) * pairsOf(sweep);
}

interface EngineCall {
  readonly x: Rows;
  readonly y: Rows;
  readonly weights: WeightedScoreGradient | WeightedValueGradient;
}

/** Absent where nothing depends on them. */
export interface SideSums {
  readonly rows: SumsWithCotangents | undefined;
  readonly columns: SumsWithCotangents | undefined;
}

function logCall(part: SweepPart, sweepOffset: number, { rows, columns }: SideSums, kernel: SweepKernel): EngineCall {
  const { critic, temperature } = kernel;
  const plain = { x: part.x, y: part.y, offset: 0 };
  const { x, y, offset } = part.logWeights ? weightedRows(part.x, part.y, part.logWeights, kernel) : plain;
  const weightsOf = ({ logCotangent, logSum }: SumsWithCotangents) => ({
    coefficient: logCotangent.map((value) => value / temperature),
    logNormalizer: logSum.map((value) => value - sweepOffset - offset),
  });
  const weights = {
    ...(rows && { rowWeights: weightsOf(rows) }),
    ...(columns && { columnWeights: weightsOf(columns) }),
  };
  return { x, y, weights: { critic, temperature, diagonal: part.diagonal, ...weights } };
}

function scoreCall({ x, y, diagonal }: SweepPart, { rows, columns }: SideSums, { critic }: SweepKernel): EngineCall {
  const { of, factor } = scoreBase(critic);
  const weightsOf = ({ scoreCotangent }: SumsWithCotangents) => scoreCotangent!.map((weight) => factor * weight);
  const weights = {
    ...(rows && { rowWeights: weightsOf(rows) }),
    ...(columns && { columnWeights: weightsOf(columns) }),
  };
  return { x, y, weights: { value: { kind: of }, diagonal, ...weights } };
}

function selectSums(
  sums: SumsWithCotangents | undefined,
  numbers: Int32Array | undefined,
): SumsWithCotangents | undefined {
  if (sums === undefined || numbers === undefined) return sums;
  const select = (values: Float64Array) => Float64Array.from(numbers, (row) => values[row]!);
  const { logSum, logCotangent, scoreCotangent } = sums;
  return {
    logSum: select(logSum),
    logCotangent: select(logCotangent),
    scoreCotangent: scoreCotangent && select(scoreCotangent),
  };
}
