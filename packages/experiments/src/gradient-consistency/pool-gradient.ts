// The gradient of a pool InfoNCE by the weights of the encoder that made all of its rows.

import { poolInfoNCEGradientOnRows } from "@nce-geometry/losses";
import type { Critic } from "@nce-geometry/tensor";
import { addWeightGradient, type EncodedRows, type OutputMap } from "./encoder-pass.ts";

export interface PoolGradientOptions {
  readonly temperature: number;
  readonly critic: Critic;
  readonly output: OutputMap;
  /** Whether the positive counts in the denominator. */
  readonly includePositive: boolean;
}

/** A loss in nats, and its gradient by the weights [outputs, inputs]. */
export interface PoolGradient {
  readonly loss: number;
  readonly gradient: Float64Array;
}

/**
 * InfoNCE of anchors against a pool and its gradient by the encoder's weights, through anchors, positives and negatives.
 *
 * Math:     `poolInfoNCEGradientOnRows`, carried through the encoder.
 * Numerics: closed form; O((n + N)·outputs·inputs + n·N·outputs).
 */
export async function poolEncoderGradient(
  rows: { readonly anchors: EncodedRows; readonly positives: EncodedRows; readonly negatives: EncodedRows },
  { output, ...options }: PoolGradientOptions,
): Promise<PoolGradient> {
  const { anchors, positives, negatives } = rows;
  const { loss, gradients } = await poolInfoNCEGradientOnRows(
    anchors.outputs,
    positives.outputs,
    negatives.outputs,
    options,
  );
  const gradient = new Float64Array(anchors.outputs.dim * anchors.inputs.dim);
  addWeightGradient(gradient, anchors, gradients.anchors, output);
  addWeightGradient(gradient, positives, gradients.positives, output);
  addWeightGradient(gradient, negatives, gradients.negatives, output);
  return { loss, gradient };
}
