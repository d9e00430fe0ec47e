// The whole family in a few lines, written once for tensors and for rows: from sums over populations to the losses and the
// measures of every anchor. What computes those sums, a matrix of scores or an engine over rows, does not matter here.
//
// Notation, for one anchor and in logits s/τ: P = log Σ_p e^{s_p/τ} over its positives, N = log Σ_j w_j e^{s_j/τ} over the
// negatives, u = N − P the log-odds against the positives. With the positives in the denominator −log p = softplus(u),
// without them u itself, and both keep their relative accuracy near zero loss. Everything else is a shift of it.

import {
  add,
  concat,
  div,
  equal,
  exp,
  logSumExp,
  mul,
  neg,
  reshape,
  softplus,
  sub,
  type Tensor,
  where,
} from "@nce-geometry/tensor";
import { combineMeasures, type InfoNCEMeasures, mapMeasures } from "../info-nce-measures.ts";
import type { ContrastPlan } from "./contrast-plan.ts";
import type { DenominatorTerm, PopulationName } from "./denominator-terms.ts";

/** What an anchor knows of its positives; tensors [n]. */
export interface PositiveSums {
  /** P: for a single positive, its logit. */
  readonly logSum: Tensor;
  /** Mean of their logits. */
  readonly meanLogit: Tensor;
  readonly count: number | Tensor;
}

/** What an anchor knows of some of its negatives; tensors [n]. */
export interface NegativeSums {
  /** N, −∞ where there are none. */
  readonly logSum: Tensor;
  /** log Σ_j w_j e^{2 s_j/τ}; only where measures are wanted. */
  readonly logSquares?: Tensor | undefined;
  /** Σ_j s_j/τ, each row once; only where labels are smoothed. */
  readonly logitSum?: Tensor | undefined;
  /** Rows. */
  readonly count: number | Tensor;
}

/** What the anchors of one side know. */
export interface AnchorSums {
  readonly positives: PositiveSums;
  /** The parts of a population: rows of the batch, and rows of a bank. */
  negatives(population: PopulationName): readonly NegativeSums[];
}

type LossPlan = Pick<ContrastPlan<unknown>, "terms" | "includePositive" | "labelSmoothing" | "combine">;

/** The loss of every anchor, [n]. */
export function anchorLosses(sums: AnchorSums, plan: LossPlan): Tensor {
  const losses = plan.terms.map((term) => scaled(termLoss(sums, term, plan, logOddsOf(sums, term)), term));
  return losses.reduce((a, b) => add(a, b));
}

/** The loss and the measures of every anchor, [n] each. The measures count the positives in, whatever the loss does. */
export function anchorMeasures(sums: AnchorSums, plan: LossPlan): InfoNCEMeasures<Tensor> {
  const { terms } = plan;
  const measures = terms.map((term) => termMeasures(sums, term, plan));
  const [first, ...rest] = measures.map((part, index) =>
    mapMeasures(part, (measure) => scaled(measure, terms[index]!)),
  );
  return rest.reduce((total, part) => combineMeasures(total, part, (a, b) => add(a, b)), first!);
}

function termMeasures(sums: AnchorSums, term: DenominatorTerm, plan: LossPlan): InfoNCEMeasures<Tensor> {
  const logOdds = logOddsOf(sums, term);
  const logSquares = joined(negativesOf(sums, term).map((part) => part.logSquares!));
  const logCollision = sub(logSquares, mul(sums.positives.logSum, 2));
  const none = equal(logCollision, Number.NEGATIVE_INFINITY);
  const count = (logMass: Tensor) => where(none, 0, exp(sub(mul(logMass, 2), logCollision)));
  const logPartition = softplus(logOdds);
  return {
    loss: termLoss(sums, term, plan, logOdds),
    decoupledLoss: logOdds,
    positiveMass: exp(neg(logPartition)),
    effectiveNegatives: count(logPartition),
    conditionalEffectiveNegatives: count(logOdds),
  };
}

function logOddsOf(sums: AnchorSums, term: DenominatorTerm): Tensor {
  return sub(joined(negativesOf(sums, term).map((part) => part.logSum)), sums.positives.logSum);
}

/**
 * With log D = P + softplus(u) (or P + u), a target q over the candidates gives log D − Σ_k q_k s_k/τ. Relative to q on the
 * positives alone in proportion to their weights, for which that is softplus(u), a target even among the positives adds
 * P − mean_p s_p/τ, and one even among all candidates P − mean_k s_k/τ.
 */
function termLoss(sums: AnchorSums, term: DenominatorTerm, plan: LossPlan, logOdds: Tensor): Tensor {
  const { includePositive, labelSmoothing, combine } = plan;
  const { positives } = sums;
  let loss = includePositive ? softplus(logOdds) : logOdds;
  if (combine === "meanOfLogs") {
    loss = add(loss, mul(sub(positives.logSum, positives.meanLogit), 1 - labelSmoothing));
  }
  if (labelSmoothing === 0) return loss;
  const parts = negativesOf(sums, term);
  const total = parts.reduce((sum, part) => add(sum, part.logitSum!), mul(positives.meanLogit, positives.count));
  const candidates = parts.reduce((sum, part) => plus(sum, part.count), positives.count);
  return add(loss, mul(sub(positives.logSum, div(total, candidates)), labelSmoothing));
}

function negativesOf(sums: AnchorSums, { populations }: DenominatorTerm): readonly NegativeSums[] {
  return populations.flatMap((population) => sums.negatives(population));
}

/** Log-sum-exps of parts to that of their union. */
function joined(parts: readonly Tensor[]): Tensor {
  if (parts.length === 1) return parts[0]!;
  const columns = parts.map((part) => reshape(part, [part.shape[0]!, 1]));
  return logSumExp(concat(columns, { axis: 1 }), { axis: 1 });
}

function scaled(value: Tensor, { weight }: DenominatorTerm): Tensor {
  return weight === 1 ? value : mul(value, weight);
}

function plus(a: number | Tensor, b: number | Tensor): number | Tensor {
  return typeof a === "number" && typeof b === "number" ? a + b : add(a, b);
}
