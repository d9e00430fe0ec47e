// What the anchors know, from matrices of scores.

import { add, cast, div, scoreMatrix, scorePerSample, sum, type Tensor, where } from "@nce-geometry/tensor";
import type { AnchorSums, NegativeSums, PositiveSums } from "../contrast/anchor-losses.ts";
import type { Side } from "../contrast/contrast-options.ts";
import type { ContrastPlan, ResolvedPopulation } from "../contrast/contrast-plan.ts";
import { logSums } from "./log-sums.ts";
import { type Pairs, pairSums } from "./pair-sums.ts";
import type { PositiveMasks } from "./positive-masks.ts";

export interface TensorSumsOptions {
  readonly plan: ContrastPlan<Tensor>;
  /** Absent where the pairs (i, i) are the positives. */
  readonly masks: PositiveMasks | undefined;
  /** Whether the rows of y are anchors. */
  readonly columns: boolean;
  /** Whether sums of squares are wanted. */
  readonly squares: boolean;
}

/** What the anchors of a side know. Each matrix is made when first asked for, once. */
export function tensorSums(x: Tensor, y: Tensor, options: TensorSumsOptions): (side: Side) => AnchorSums {
  const { plan, masks, columns, squares } = options;
  const rows = { x, y };
  const wanted = { columns: false, squares, logits: plan.labelSmoothing > 0 };
  const pairs = once(() => scaledPairs(x, y, plan));
  const positives = once(() => (masks ? maskedPositives(pairs().logits(), masks.cross) : matchedPositives(x, y, plan)));
  const cross = once(() => pairSums({ ...pairs(), excluded: masks?.cross ?? "diagonal" }, { ...wanted, columns }));
  const own = (side: Side) =>
    pairSums({ ...scaledPairs(rows[side], rows[side], plan), excluded: masks?.own(side) ?? "diagonal" }, wanted)[0];
  const further = (side: Side, population: ResolvedPopulation<Tensor> | undefined): readonly NegativeSums[] => {
    if (population === undefined) return [];
    const weighted = { ...scaledPairs(rows[side], population.rows, plan), logWeights: population.logWeights };
    const [sums] = pairSums({ ...weighted, excluded: "none" }, wanted);
    return [population.offset === 0 ? sums : counted(sums, population.offset)];
  };
  const negatives = {
    cross: (side: Side) => [cross()[side === "x" ? 0 : 1]!, ...further(side, plan.bank[side === "x" ? "y" : "x"])],
    own: (side: Side) => [own(side), ...further(side, plan.bank[side])],
    reference: (side: Side) => further(side, plan.reference),
  };
  return (side) => ({ positives: positives()[side], negatives: (population) => negatives[population](side) });
}

/** s(a_i, b_j)/τ; the division is done where there are fewest numbers. */
function scaledPairs(
  a: Tensor,
  b: Tensor,
  { critic, temperature }: ContrastPlan<Tensor>,
): Pick<Pairs, "logits" | "factors" | "size"> {
  const size = [a.shape[0]!, b.shape[0]!] as const;
  if (critic.kind !== "cosine") return { size, logits: once(() => div(scoreMatrix(a, b, critic), temperature)) };
  const scaled = div(a, temperature);
  return { size, logits: once(() => scoreMatrix(scaled, b, critic)), factors: [scaled, b] };
}

type PositivesBySide = { readonly [side in Side]: PositiveSums };

function matchedPositives(x: Tensor, y: Tensor, { critic, temperature }: ContrastPlan<Tensor>): PositivesBySide {
  const logit = div(scorePerSample(x, y, critic), temperature);
  const sums = { logSum: logit, meanLogit: logit, count: 1 };
  return { x: sums, y: sums };
}

function maskedPositives(logits: Tensor, mask: Tensor): PositivesBySide {
  const hidden = where(mask, logits, Number.NEGATIVE_INFINITY);
  const { rows, columns } = logSums(hidden, { skipDiagonal: false, columns: true });
  const along = (logSum: Tensor, axis: 0 | 1): PositiveSums => {
    const count = sum(cast(mask, logits.dtype), { axis });
    return { logSum, meanLogit: div(sum(where(mask, logits, 0), { axis }), count), count };
  };
  return { x: along(rows, 1), y: along(columns!, 0) };
}

/** Sums in which every row counts e^offset times. */
function counted(sums: NegativeSums, offset: number): NegativeSums {
  return {
    ...sums,
    logSum: add(sums.logSum, offset),
    logSquares: sums.logSquares && add(sums.logSquares, offset),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
