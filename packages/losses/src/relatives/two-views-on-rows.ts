// NT-Xent, DCL and DHEL of rows of any number, in O(n) memory beyond the rows.

import { meanOfArray, type Rows } from "@nce-geometry/tensor";
import type { SweepOptions, TemperatureOptions } from "../info-nce-options.ts";
import { gradientOnRows, measuresOnRows, type RowsRequest } from "../rows/contrast-on-rows.ts";
import type { InfoNCEPerSample } from "../rows/info-nce-summary.ts";
import { shapeOfRows } from "../shape-checks.ts";
import { type MeanLoss, meanLossOf } from "./mean-loss.ts";
import { checkViews, type TwoViewName, twoViewOptions } from "./two-views.ts";

/** Options of a loss of two views on rows. */
export interface TwoViewOnRowsOptions extends TemperatureOptions<number>, SweepOptions {}

/** A loss of two views: the mean over pairs of what their two anchors lose. */
export interface TwoViewSummary extends MeanLoss {
  /** Negatives of each anchor. */
  readonly negatives: number;
  /** Mean loss of the rows of x. */
  readonly forward: number;
  /** Mean loss of the rows of y. */
  readonly backward: number;
}

/** A loss of `samples` pairs and its gradients; those of rows are [n, d], row-major. */
export interface TwoViewGradient {
  readonly samples: number;
  readonly loss: number;
  readonly gradients: { readonly x: Float64Array; readonly y: Float64Array; readonly temperature: number };
}

/** What the anchors of either view know, in the order of the pairs. */
export interface TwoViewMeasures {
  readonly x: InfoNCEPerSample;
  readonly y: InfoNCEPerSample;
}

export async function twoViewMeasures(
  name: TwoViewName,
  x: Rows,
  y: Rows,
  options: TwoViewOnRowsOptions,
): Promise<TwoViewMeasures> {
  const measures = await measuresOnRows(requestOf(`${name}OnRows`, name, x, y, options));
  return { x: measures("x").perSample, y: measures("y").perSample };
}

/** Means of the losses. */
export function summarizeTwoViews({ x, y }: TwoViewMeasures): TwoViewSummary {
  return {
    ...meanLossOf(x.loss.map((loss, i) => 0.5 * (loss + y.loss[i]!))),
    forward: meanOfArray(x.loss),
    backward: meanOfArray(y.loss),
    negatives: x.negatives,
  };
}

export async function twoViewGradient(
  name: TwoViewName,
  x: Rows,
  y: Rows,
  options: TwoViewOnRowsOptions,
): Promise<TwoViewGradient> {
  const request = requestOf(`${name}GradientOnRows`, name, x, y, options);
  const { loss, gradients, temperature } = await gradientOnRows(request, [
    { side: "x", weight: 0.5 },
    { side: "y", weight: 0.5 },
  ]);
  const [toX, toY] = [gradients.get("x")!.gradient, gradients.get("y")!.gradient];
  return { samples: x.rows, loss, gradients: { x: toX, y: toY, temperature } };
}

function requestOf(where: string, name: TwoViewName, x: Rows, y: Rows, options: TwoViewOnRowsOptions): RowsRequest {
  checkViews(where, name, shapeOfRows(where, "x", x), shapeOfRows(where, "y", y));
  return { where, x, y, names: { x: "x", y: "y" }, anchors: ["x", "y"], options: twoViewOptions(name, options) };
}
