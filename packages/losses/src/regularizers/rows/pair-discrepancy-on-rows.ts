// 2 mean v(x, y) − mean v(x, x') − mean v(y, y') times a sign, for pair values v, on rows: energy distance and squared MMD.

import { type PairValue, type PairwiseEngine, referenceEngine } from "@nce-geometry/pairwise";
import { type Rows, type RunControl, sumOfArray } from "@nce-geometry/tensor";
import { addInto } from "../../rows/add-rows.ts";
import { controlOfPhase } from "../../rows/control-phase.ts";
import { type GapEstimate, type GapGradient, standardErrorOfInfluence } from "./gap-results.ts";

/** The average over `values` of the discrepancies of each. */
export interface PairDiscrepancy {
  readonly values: readonly PairValue[];
  /** v(z, z). */
  readonly self: number;
  /** +1 for a dissimilarity, −1 for a similarity. */
  readonly sign: 1 | -1;
  readonly statistic: "U" | "V";
  readonly engine?: PairwiseEngine | undefined;
}

/** Value and standard error in three sweeps. */
export async function pairDiscrepancyOnRows(
  x: Rows,
  y: Rows,
  discrepancy: PairDiscrepancy,
  control: RunControl,
): Promise<GapEstimate> {
  const { sign } = discrepancy;
  const within = {
    x: await meansWithin(x, discrepancy, controlOfPhase(control, 0, 3)),
    y: await meansWithin(y, discrepancy, controlOfPhase(control, 1, 3)),
  };
  const across = await meansAcross(x, y, discrepancy, controlOfPhase(control, 2, 3));
  const influence = (own: Float64Array, other: Float64Array) => own.map((mean, i) => 2 * sign * (other[i]! - mean));
  const mean = (means: Float64Array) => sumOfArray(means) / means.length;
  return {
    value: sign * (2 * mean(across.x) - mean(within.x) - mean(within.y)),
    standardError: standardErrorOfInfluence(influence(within.x, across.x), influence(within.y, across.y)),
    samples: { x: x.rows, y: y.rows },
  };
}

/** Value and gradients: the three sweeps, and three more for the gradient of each pair value. */
export async function pairDiscrepancyGradientOnRows(
  x: Rows,
  y: Rows,
  discrepancy: PairDiscrepancy,
  control: RunControl,
): Promise<GapGradient> {
  const { values, engine = referenceEngine() } = discrepancy;
  const phases = 3 + 3 * values.length;
  const sweeps = controlOfPhase(control, 0, 1 + values.length);
  const { value, samples } = await pairDiscrepancyOnRows(x, y, discrepancy, sweeps);
  const gradients = { x: new Float64Array(x.rows * x.dim), y: new Float64Array(y.rows * y.dim) };
  let phase = 3;
  const add = async (a: "x" | "y", b: "x" | "y", pairValue: PairValue, weight: number): Promise<void> => {
    const rows = { x, y };
    const rowWeights = new Float64Array(rows[a].rows).fill(weight);
    const diagonal = a === b ? "exclude" : "include";
    const weights = { value: pairValue, rowWeights, diagonal } as const;
    const gradient = await engine.gradient(rows[a], rows[b], weights, controlOfPhase(control, phase++, phases));
    addInto(gradients[a], gradient.x);
    addInto(gradients[b], gradient.y);
  };
  const weight = discrepancy.sign / values.length;
  for (const pairValue of values) {
    await add("x", "x", pairValue, -weight / pairsWithin(x.rows, discrepancy.statistic));
    await add("y", "y", pairValue, -weight / pairsWithin(y.rows, discrepancy.statistic));
    await add("x", "y", pairValue, (2 * weight) / (x.rows * y.rows));
  }
  return { value, samples, gradients };
}

/** Mean value of each row with the rows of its own cloud. */
async function meansWithin(
  x: Rows,
  { values, self, statistic, engine = referenceEngine() }: PairDiscrepancy,
  control: RunControl,
): Promise<Float64Array> {
  const requests = values.map((value) => ({ kind: "sum", value, diagonal: "exclude" }) as const);
  const sums = await engine.reduce(x, x, requests, control);
  const [extra, count] = statistic === "U" ? [0, x.rows - 1] : [self, x.rows];
  return averageOf(
    sums.map(({ rows }) => rows),
    (sum) => (sum + extra) / count,
  );
}

/** Mean value of each row with the rows of the other cloud. */
async function meansAcross(
  x: Rows,
  y: Rows,
  { values, engine = referenceEngine() }: PairDiscrepancy,
  control: RunControl,
): Promise<{ readonly x: Float64Array; readonly y: Float64Array }> {
  const requests = values.map((value) => ({ kind: "sum", value }) as const);
  const sums = await engine.reduce(x, y, requests, control);
  return {
    x: averageOf(
      sums.map(({ rows }) => rows),
      (sum) => sum / y.rows,
    ),
    y: averageOf(
      sums.map(({ columns }) => columns),
      (sum) => sum / x.rows,
    ),
  };
}

function averageOf(lists: readonly Float64Array[], map: (sum: number) => number): Float64Array {
  return lists[0]!.map((_, i) => lists.reduce((total, list) => total + map(list[i]!), 0) / lists.length);
}

/** Pairs that a mean within a cloud of n rows divides by. */
function pairsWithin(n: number, statistic: "U" | "V"): number {
  return statistic === "U" ? n * (n - 1) : n * n;
}
