// The family on tensors: what infoNCE, poolInfoNCE and symmetricInfoNCE share.

import type { Tensor } from "@nce-geometry/tensor";
import { anchorLosses, anchorMeasures } from "../contrast/anchor-losses.ts";
import type { ContrastOptions, PositiveGroups, Side } from "../contrast/contrast-options.ts";
import { type ContrastPlan, contrastPlan } from "../contrast/contrast-plan.ts";
import { inScope } from "../in-scope.ts";
import { type InfoNCEStatistics, statisticsOf } from "../info-nce-measures.ts";
import type { PositiveMask, TemperatureOptions } from "../info-nce-options.ts";
import { weightedMean } from "../weighted-mean.ts";
import { givenMasks, groupMasks } from "./positive-masks.ts";
import { tensorSums } from "./tensor-sums.ts";

export interface ContrastRequest {
  readonly where: string;
  readonly x: Tensor;
  readonly y: Tensor;
  /** What the rows are called. */
  readonly names: { readonly x: string; readonly y: string; readonly reference?: string };
  /** Sides whose rows are anchors. */
  readonly anchors: readonly Side[];
  readonly options: TemperatureOptions<number | Tensor> &
    ContrastOptions<Tensor> & { readonly positives?: PositiveGroups | PositiveMask };
}

/** Losses, their means and their measures, computed when asked for. */
export interface Contrast {
  losses(side: Side): Tensor;
  mean(side: Side): Tensor;
  statistics(side: Side): InfoNCEStatistics;
}

/** Checks the request and runs `fn` in a scope of the backend that computes with all its tensors. */
export function contrast<T>(request: ContrastRequest, wants: "losses" | "statistics", fn: (of: Contrast) => T): T {
  const { where, x, y, anchors } = request;
  const mask = maskOf(request);
  const plan = planOf(request, mask);
  return inScope([x, y, ...tensorsOf(plan)], () => {
    const shape = [x.shape[0]!, y.shape[0]!];
    const masks = mask ? givenMasks(where, x, mask, shape) : plan.groups && groupMasks(x, plan.groups);
    const options = { plan, masks, columns: anchors.includes("y"), squares: wants === "statistics" };
    const sums = tensorSums(x, y, options);
    const losses = (side: Side) => anchorLosses(sums(side), plan);
    return fn({
      losses,
      mean: (side) => weightedMean(losses(side), plan.weights[side]),
      statistics: (side) => statisticsOf(anchorMeasures(sums(side), plan), plan.weights[side]),
    });
  });
}

function planOf({ where, x, y, names, anchors, options }: ContrastRequest, mask: Tensor | undefined) {
  const shapeOf = (name: string, rows: Tensor) => ({ name, shape: rows.shape });
  const sides = { x: shapeOf(names.x, x), y: shapeOf(names.y, y) };
  return contrastPlan(
    { where, ...sides, anchors, shapeOf, referenceName: names.reference, masked: mask !== undefined },
    options,
  );
}

function maskOf({ options: { positives } }: ContrastRequest): Tensor | undefined {
  return positives && "mask" in positives ? positives.mask : undefined;
}

function tensorsOf({ temperature, reference, bank }: ContrastPlan<Tensor>): (Tensor | number)[] {
  const populations = [reference, bank.x, bank.y].flatMap((population) => (population ? [population.rows] : []));
  return [temperature, ...populations];
}
