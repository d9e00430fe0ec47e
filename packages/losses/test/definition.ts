// The family by its definition, pair by pair, in exponentials: good for well-scaled small cases, and shares no code with the
// package.

import type { Critic, DenominatorKind } from "@nce-geometry/tensor";
import type { Matrix } from "./helpers.ts";

export interface DefinitionOptions {
  readonly temperature: number;
  readonly critic?: Critic;
  readonly denominator?: DenominatorKind;
  readonly ownWeight?: number;
  readonly includePositive?: boolean;
  readonly labelSmoothing?: number;
  readonly combine?: "sumOfProbabilities" | "meanOfLogs";
  readonly groups?: { readonly x: readonly number[]; readonly y: readonly number[] };
  /** Rows with their weights. */
  readonly reference?: WeightedMatrix;
  readonly bank?: { readonly x?: WeightedMatrix; readonly y?: WeightedMatrix };
}

export interface WeightedMatrix {
  readonly rows: Matrix;
  readonly weights?: readonly number[];
}

interface Candidate {
  readonly logit: number;
  readonly weight: number;
}

/** The losses of the anchors x against y. */
export function lossesByDefinition(x: Matrix, y: Matrix, options: DefinitionOptions): number[] {
  const { denominator = "cross", ownWeight = 0 } = options;
  if (denominator !== "cross") return x.map((_, i) => lossOf(i, x, y, denominator, options));
  return x.map(
    (_, i) =>
      (1 - ownWeight) * lossOf(i, x, y, "cross", options) +
      (ownWeight > 0 ? ownWeight * lossOf(i, x, y, "own", options) : 0),
  );
}

/** The same with the sides exchanged. */
export function swapped(options: DefinitionOptions): DefinitionOptions {
  const { groups, bank } = options;
  return {
    ...options,
    ...(groups && { groups: { x: groups.y, y: groups.x } }),
    ...(bank && { bank: { ...(bank.y && { x: bank.y }), ...(bank.x && { y: bank.x }) } }),
  };
}

function lossOf(i: number, x: Matrix, y: Matrix, population: DenominatorKind, options: DefinitionOptions): number {
  const { includePositive = true, labelSmoothing = 0, combine = "sumOfProbabilities" } = options;
  const group = options.groups ?? { x: x.map((_, k) => k), y: y.map((_, k) => k) };
  const logit = (row: readonly number[]) => scoreOf(x[i]!, row, options.critic) / options.temperature;
  const positives = y.filter((_, j) => group.y[j] === group.x[i]).map((row) => logit(row));
  const negatives: Candidate[] = [];
  const add = ({ rows, weights }: WeightedMatrix) =>
    rows.forEach((row, j) => {
      negatives.push({ logit: logit(row), weight: weights?.[j] ?? 1 });
    });
  if (population === "cross" || population === "pooled") {
    add({ rows: y.filter((_, j) => group.y[j] !== group.x[i]) });
    if (options.bank?.y) add(options.bank.y);
  }
  if (population === "own" || population === "pooled") {
    add({ rows: x.filter((_, j) => group.x[j] !== group.x[i]) });
    if (options.bank?.x) add(options.bank.x);
  }
  if (population === "reference") add(options.reference!);
  const positiveSum = positives.reduce((total, value) => total + Math.exp(value), 0);
  const negativeSum = negatives.reduce((total, { logit: value, weight }) => total + weight * Math.exp(value), 0);
  const logDenominator = Math.log(negativeSum + (includePositive ? positiveSum : 0));
  const mean = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length;
  const target = combine === "meanOfLogs" ? mean(positives) : Math.log(positiveSum);
  const all = mean([...positives, ...negatives.map((candidate) => candidate.logit)]);
  return logDenominator - (1 - labelSmoothing) * target - labelSmoothing * all;
}

function scoreOf(a: readonly number[], b: readonly number[], critic: Critic = { kind: "cosine" }): number {
  if (critic.kind === "rbf") return -critic.scale * a.reduce((total, value, k) => total + (value - b[k]!) ** 2, 0);
  return a.reduce((total, value, k) => total + value * b[k]!, 0);
}
