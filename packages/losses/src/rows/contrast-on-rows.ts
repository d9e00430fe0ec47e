// The family on rows: what infoNCE, poolInfoNCE and symmetricInfoNCE share.

import { referenceEngine } from "@nce-geometry/pairwise";
import { add, fromData, mean, mul, type Rows, referenceBackend, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { type AnchorSums, anchorLosses, anchorMeasures } from "../contrast/anchor-losses.ts";
import type { ContrastOptions, PositiveGroups, Side } from "../contrast/contrast-options.ts";
import { type ContrastPlan, contrastPlan } from "../contrast/contrast-plan.ts";
import { mapMeasures } from "../info-nce-measures.ts";
import type { SweepOptions, TemperatureOptions } from "../info-nce-options.ts";
import { shapeOfRows } from "../shape-checks.ts";
import { weightedMean } from "../weighted-mean.ts";
import { controlOfPhases } from "./control-phase.ts";
import type { InfoNCEPerSample } from "./info-nce-summary.ts";
import { type RowGradients, rowGradients, temperatureGradient } from "./loss-gradient.ts";
import { type SweepKernel, visitsForSums } from "./pair-sweep.ts";
import { type PlannedSweep, plannedSweeps } from "./planned-sweeps.ts";
import { visitsForGradient } from "./sweep-gradient.ts";
import { anchorSums, leavesOf, sweepLoss } from "./swept-loss.ts";

export interface RowsRequest {
  readonly where: string;
  readonly x: Rows;
  readonly y: Rows;
  /** What the rows are called. */
  readonly names: { readonly x: string; readonly y: string; readonly reference?: string };
  /** Sides whose rows are anchors. */
  readonly anchors: readonly Side[];
  readonly options: TemperatureOptions<number> &
    ContrastOptions<Rows> &
    SweepOptions & { readonly positives?: PositiveGroups };
}

/** Measures of the anchors of a side, and how much each counts. */
export interface WeightedPerSample {
  readonly perSample: InfoNCEPerSample;
  readonly weights: Float64Array | undefined;
}

/** Measures of the anchors of each side that has any. */
export async function measuresOnRows(request: RowsRequest): Promise<(side: Side) => WeightedPerSample> {
  const { plan, sweeps, kernel } = prepared(request, true);
  const total = sweeps.reduce((sum, sweep) => sum + visitsForSums(sweep, kernel), 0);
  const next = controlOfPhases(request.options, total);
  const loss = await sweepLoss(request.x, request.y, plan, { sweeps, kernel, next });
  const sums = anchorSums(loss, tensorsOf(leavesOf(loss)), plan.temperature);
  return (side) => {
    const measures = mapMeasures(anchorMeasures(sums(side), plan), (measure) => measure.dataSync() as Float64Array);
    const negatives = negativesPerAnchor(sums(side), plan);
    return { perSample: { ...measures, negatives }, weights: plan.weights[side] };
  };
}

/** Mean losses by side, and the gradients of their weighted sum. */
export interface LossGradient {
  readonly losses: { readonly [side in Side]: number };
  readonly loss: number;
  readonly gradients: RowGradients;
  readonly temperature: number;
}

/** The losses of both directions, as far as they have anchors, and the gradients of those that count. */
export async function gradientOnRows(
  request: RowsRequest,
  directions: readonly { readonly side: Side; readonly weight: number }[],
): Promise<LossGradient> {
  const { x, y, options } = request;
  const { plan, sweeps, kernel } = prepared(request, false);
  const total = sweeps.reduce((sum, sweep) => sum + visitsForSums(sweep, kernel) + visitsForGradient(sweep, kernel), 0);
  const next = controlOfPhases(options, total);
  const swept = await sweepLoss(x, y, plan, { sweeps, kernel, next });
  const meansOf = (leaves: readonly Tensor[]) => {
    const sums = anchorSums(swept, leaves, plan.temperature);
    return (side: Side) => weightedMean(anchorLosses(sums(side), plan), plan.weights[side]);
  };
  const leaves = tensorsOf(leavesOf(swept));
  const lossOf = (...variables: Tensor[]) => {
    const meanOf = meansOf(variables);
    return directions.map(({ side, weight }) => mul(meanOf(side), weight)).reduce((a, b) => add(a, b));
  };
  const { value, gradients: cotangents } = valueAndGrad(lossOf, leaves);
  const arrays = cotangents.map((cotangent) => cotangent.dataSync() as Float64Array);
  const gradients = await rowGradients(swept, { x, y }, arrays, { kernel, next });
  const meanOf = meansOf(leaves);
  const lossOfSide = (side: Side) => (request.anchors.includes(side) ? numberOf(meanOf(side)) : Number.NaN);
  return {
    losses: { x: lossOfSide("x"), y: lossOfSide("y") },
    loss: numberOf(value),
    gradients,
    temperature: await temperatureGradient(gradients, plan.temperature, options),
  };
}

function prepared(
  request: RowsRequest,
  squares: boolean,
): {
  readonly plan: ContrastPlan<Rows, number>;
  readonly sweeps: readonly PlannedSweep[];
  readonly kernel: SweepKernel;
} {
  const { where, x, y, names, anchors, options } = request;
  const shapeOf = (name: string, rows: Rows) => shapeOfRows(where, name, rows);
  const sides = { x: shapeOf(names.x, x), y: shapeOf(names.y, y) };
  const plan = contrastPlan({ where, ...sides, anchors, shapeOf, referenceName: names.reference }, options);
  const { critic, temperature, labelSmoothing } = plan;
  const engine = options.engine ?? referenceEngine();
  const kernel = { engine, critic, temperature, squares, scores: labelSmoothing > 0 };
  return { plan, sweeps: plannedSweeps(x, y, plan, anchors), kernel };
}

function tensorsOf(arrays: readonly Float64Array[]): readonly Tensor[] {
  const backend = referenceBackend();
  return arrays.map((values) => fromData(backend, values, [values.length]));
}

/** Mean over the anchors of the rows in their denominators, the positives not counted. */
function negativesPerAnchor(sums: AnchorSums, { terms }: ContrastPlan<Rows>): number {
  const counts = terms.map(({ populations }) =>
    populations
      .flatMap((population) => sums.negatives(population))
      .reduce((total, { count }) => total + (typeof count === "number" ? count : numberOf(mean(count))), 0),
  );
  const same = counts.every((count) => count === counts[0]);
  return same ? counts[0]! : counts.reduce((total, count, index) => total + terms[index]!.weight * count, 0);
}

function numberOf(scalar: Tensor): number {
  return scalar.dataSync()[0]!;
}
