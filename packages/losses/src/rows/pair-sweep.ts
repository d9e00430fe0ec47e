// Sums over pairs of rows and candidates, through an engine.

import type { Diagonal, LogSumExpResult, PairwiseEngine } from "@nce-geometry/pairwise";
import { type Critic, logAddExp, type Rows, type RunControl } from "@nce-geometry/tensor";
import type { PairBlock } from "./pair-blocks.ts";
import { scoreBase } from "./score.ts";
import { selectRows } from "./select-rows.ts";
import { weightedRows } from "./weighted-rows.ts";

/** Pairs of rows x with candidates y; candidate j counts e^{offset + logWeights[j]} times. */
export interface PairSweep {
  readonly x: Rows;
  readonly y: Rows;
  readonly blocks: readonly PairBlock[];
  readonly offset: number;
  readonly logWeights: Float64Array | undefined;
}

export interface SweepKernel {
  readonly engine: PairwiseEngine;
  readonly critic: Critic;
  readonly temperature: number;
  /** Whether sums of squares are wanted. */
  readonly squares: boolean;
  /** Whether sums of scores are wanted. */
  readonly scores: boolean;
}

/** Gives the next call of the engine, over so many pairs, its share of the progress. */
export type NextControl = (pairs: number) => RunControl;

/** Sums over the candidates of each row, or over the rows of each candidate, [rows] each. */
export interface SweptSums {
  /** log Σ w e^{s/τ}. */
  readonly logSum: Float64Array;
  /** log Σ w e^{2s/τ}. */
  readonly logSquares: Float64Array | undefined;
  /** Σ s, each pair once. */
  readonly scoreSum: Float64Array | undefined;
  /** Pairs. */
  readonly count: Float64Array;
}

/** The part of a sweep that the engine visits in one go. */
export interface SweepPart {
  readonly x: Rows;
  readonly y: Rows;
  readonly logWeights: Float64Array | undefined;
  readonly diagonal: Diagonal;
}

/** The sums of a sweep over its rows and over its columns. */
export async function sumsOfSweep(
  sweep: PairSweep,
  kernel: SweepKernel,
  next: NextControl,
): Promise<readonly [SweptSums, SweptSums]> {
  const sums = [emptySums(sweep.x.rows, kernel), emptySums(sweep.y.rows, kernel)] as const;
  for (const block of sweep.blocks) {
    const [rows, columns] = await sumsOfPart(partOf(sweep, block), kernel, next);
    absorb(sums[0], rows, block.x, sweep.offset);
    absorb(sums[1], columns, block.y, sweep.offset);
  }
  return sums;
}

/** How many pairs the engine visits for the sums of a sweep. */
export function visitsForSums(sweep: PairSweep, { squares, scores }: SweepKernel): number {
  // Weighted candidates are extended anew for each temperature.
  const calls = (sweep.logWeights && squares ? 2 : 1) + (scores ? 1 : 0);
  return calls * pairsOf(sweep);
}

export function pairsOf({ x, y, blocks }: PairSweep): number {
  return blocks.reduce((total, block) => total + (block.x?.length ?? x.rows) * (block.y?.length ?? y.rows), 0);
}

export function partOf({ x, y, logWeights }: PairSweep, block: PairBlock): SweepPart {
  // Only whole populations are weighted.
  return { x: selectRows(x, block.x), y: selectRows(y, block.y), logWeights, diagonal: block.diagonal };
}

async function sumsOfPart(
  part: SweepPart,
  kernel: SweepKernel,
  next: NextControl,
): Promise<readonly [SweptSums, SweptSums]> {
  const { x, y, diagonal } = part;
  const { engine, critic, scores } = kernel;
  const [single, double] = await logSumsOfPart(part, kernel, next);
  const { of, factor } = scoreBase(critic);
  const [sum] = scores
    ? await engine.reduce(x, y, [{ kind: "sum", value: { kind: of }, diagonal }], next(x.rows * y.rows))
    : [undefined];
  const along = (axis: "rows" | "columns", visited: number, other: number): SweptSums => ({
    logSum: single![axis],
    logSquares: double?.[axis],
    scoreSum: sum?.[axis].map((total) => factor * total),
    count: Float64Array.from({ length: visited }, (_, i) => other - (diagonal === "exclude" && i < other ? 1 : 0)),
  });
  return [along("rows", x.rows, y.rows), along("columns", y.rows, x.rows)];
}

/** At τ and, where squares are wanted, at τ/2. */
async function logSumsOfPart(
  { x, y, logWeights, diagonal }: SweepPart,
  { engine, critic, temperature, squares }: SweepKernel,
  next: NextControl,
): Promise<readonly LogSumExpResult[]> {
  const reductions = (squares ? [temperature, temperature / 2] : [temperature]).map(
    (tau) => ({ kind: "logSumExp", critic, temperature: tau, diagonal }) as const,
  );
  const pairs = x.rows * y.rows;
  if (logWeights === undefined) return engine.reduce(x, y, reductions, next(pairs));
  const results: LogSumExpResult[] = [];
  for (const reduction of reductions) {
    const extended = weightedRows(x, y, logWeights, reduction);
    const [sums] = await engine.reduce(extended.x, extended.y, [reduction], next(pairs));
    const shift = (logs: Float64Array) => logs.map((value) => value + extended.offset);
    results.push({ rows: shift(sums.rows), columns: shift(sums.columns) });
  }
  return results;
}

function emptySums(rows: number, { squares, scores }: SweepKernel): SweptSums {
  return {
    logSum: new Float64Array(rows).fill(Number.NEGATIVE_INFINITY),
    logSquares: squares ? new Float64Array(rows).fill(Number.NEGATIVE_INFINITY) : undefined,
    scoreSum: scores ? new Float64Array(rows) : undefined,
    count: new Float64Array(rows),
  };
}

/** Adds the sums of some rows, shifted by the logarithm of what every candidate counts. */
function absorb(into: SweptSums, part: SweptSums, numbers: Int32Array | undefined, offset: number): void {
  part.logSum.forEach((value, k) => {
    const row = numbers?.[k] ?? k;
    into.logSum[row] = logAddExp(into.logSum[row]!, value + offset);
    if (into.logSquares) into.logSquares[row] = logAddExp(into.logSquares[row]!, part.logSquares![k]! + offset);
    if (into.scoreSum) into.scoreSum[row]! += part.scoreSum![k]!;
    into.count[row]! += part.count[k]!;
  });
}
