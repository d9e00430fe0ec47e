// What the anchors know, from sweeps over rows, and the way back from their losses to the rows.
//
// The sums of the sweeps are arrays. As tensors of a backend they go through the very formulas that the sums of matrices go
// through, and are differentiated there; the derivative of the sums themselves has a closed form, which an engine evaluates.

import { matchedValues } from "@nce-geometry/pairwise";
import { div, fromData, gather, logSumExp, type Rows, reshape, sum, type Tensor, where } from "@nce-geometry/tensor";
import type { AnchorSums, NegativeSums, PositiveSums } from "../contrast/anchor-losses.ts";
import type { Side } from "../contrast/contrast-options.ts";
import type { ContrastPlan } from "../contrast/contrast-plan.ts";
import { type PairTable, type PositivePairs, positivePairs } from "../contrast/positive-groups.ts";
import { type NextControl, type SweepKernel, type SweptSums, sumsOfSweep } from "./pair-sweep.ts";
import type { PlannedSweep, SweepUse } from "./planned-sweeps.ts";
import { scoreBase } from "./score.ts";
import { selectRows } from "./select-rows.ts";

/** A sweep with its sums. */
export interface SweptPairs {
  readonly sweep: PlannedSweep;
  readonly rows: SweptSums;
  readonly columns: SweptSums;
}

/** Everything about the rows that losses depend on. */
export interface SweptLoss {
  readonly pairs: PositivePairs | undefined;
  /** s of the positive pairs, or of the pairs (i, i). */
  readonly positiveScores: Float64Array;
  readonly swept: readonly SweptPairs[];
}

/** Visits all pairs once. */
export async function sweepLoss(
  x: Rows,
  y: Rows,
  { groups }: Pick<ContrastPlan<Rows>, "groups">,
  work: { readonly sweeps: readonly PlannedSweep[]; readonly kernel: SweepKernel; readonly next: NextControl },
): Promise<SweptLoss> {
  const { sweeps, kernel, next } = work;
  const pairs = groups && positivePairs(groups);
  const { of, factor } = scoreBase(kernel.critic);
  const { signal } = next(0);
  const values = await matchedValues(selectRows(x, pairs?.x), selectRows(y, pairs?.y), { kind: of }, { signal });
  const swept: SweptPairs[] = [];
  for (const sweep of sweeps) {
    const [rows, columns] = await sumsOfSweep(sweep, kernel, next);
    swept.push({ sweep, rows, columns });
  }
  return { pairs, positiveScores: values.map((score) => factor * score), swept };
}

/** One use of the sums of a sweep. */
export interface SumsInUse {
  readonly use: SweepUse;
  readonly sums: SweptSums;
}

/** Who uses which sums, sweep by sweep. */
export function sumsInUse({ sweep, rows, columns }: SweptPairs): readonly SumsInUse[] {
  return sweep.uses.map((use) => ({ use, sums: use.along === "rows" ? rows : columns }));
}

/** The arrays by which a loss is differentiated: scores of the positives, then for each use its log-sums and sums of scores. */
export function leavesOf({ positiveScores, swept }: SweptLoss): readonly Float64Array[] {
  return [positiveScores, ...swept.flatMap(sumsInUse).flatMap(({ sums }) => leavesOfSums(sums))];
}

/** What the anchors of a side know, given the leaves as tensors. */
export function anchorSums(
  { pairs, swept }: SweptLoss,
  leaves: readonly Tensor[],
  temperature: number,
): (side: Side) => AnchorSums {
  const [positiveScores, ...rest] = leaves as readonly [Tensor, ...Tensor[]];
  const positiveLogits = div(positiveScores, temperature);
  const parts = swept.flatMap(sumsInUse).map(({ use, sums }) => {
    const [logSum, scoreSum] = rest.splice(0, leavesOfSums(sums).length) as [Tensor, Tensor | undefined];
    return { use, negatives: negativeSums(logSum, scoreSum, sums, temperature) };
  });
  return (side) => ({
    positives: positivesOf(positiveLogits, pairs?.ofRow[side]),
    negatives: (population) =>
      parts.flatMap(({ use, negatives }) => (use.side === side && use.population === population ? [negatives] : [])),
  });
}

function leavesOfSums({ logSum, scoreSum }: SweptSums): readonly Float64Array[] {
  return scoreSum ? [logSum, scoreSum] : [logSum];
}

function negativeSums(
  logSum: Tensor,
  scoreSum: Tensor | undefined,
  { logSquares, count }: SweptSums,
  temperature: number,
): NegativeSums {
  const asTensor = (values: Float64Array) => fromData(logSum.backend, values, [values.length]);
  return {
    logSum,
    logSquares: logSquares && asTensor(logSquares),
    logitSum: scoreSum && div(scoreSum, temperature),
    count: asTensor(count),
  };
}

/** Of pairs (i, i), or of the pairs of every row in a table. */
function positivesOf(logits: Tensor, table: PairTable | undefined): PositiveSums {
  if (table === undefined) return { logSum: logits, meanLogit: logits, count: 1 };
  const { backend } = logits;
  const shape = [table.counts.length, table.width];
  const there = fromData(
    backend,
    Uint8Array.from(table.pairs, (pair) => (pair < 0 ? 0 : 1)),
    shape,
    { dtype: "bool" },
  );
  const indices = fromData(
    backend,
    table.pairs.map((pair) => Math.max(pair, 0)),
    [table.pairs.length],
  );
  const spread = reshape(gather(logits, indices), shape);
  const count = fromData(backend, Float64Array.from(table.counts), [table.counts.length]);
  return {
    logSum: logSumExp(where(there, spread, Number.NEGATIVE_INFINITY), { axis: 1 }),
    meanLogit: div(sum(where(there, spread, 0), { axis: 1 }), count),
    count,
  };
}
