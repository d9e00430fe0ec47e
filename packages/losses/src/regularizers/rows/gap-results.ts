// What the gap regularisers on rows return, and what they have in common.

import type { PairwiseEngine } from "@nce-geometry/pairwise";
import type { RunControl } from "@nce-geometry/tensor";
import { varianceOf } from "../../standard-error.ts";

export interface GapOnRowsOptions extends RunControl {
  /**
   * What sweeps over all pairs.
   * @defaultValue referenceEngine(), plain float64
   */
  readonly engine?: PairwiseEngine;
}

/** Rows of each cloud. */
export interface CloudSizes {
  readonly x: number;
  readonly y: number;
}

/** A gap estimated from rows; a plain record. */
export interface GapEstimate {
  readonly value: number;
  /** One standard deviation of `value`, by the method that the function states. */
  readonly standardError: number;
  readonly samples: CloudSizes;
}

/** A gap with its gradients to the rows of both clouds, [n, d] and [m, d], row-major. */
export interface GapGradient {
  readonly value: number;
  readonly samples: CloudSizes;
  readonly gradients: { readonly x: Float64Array; readonly y: Float64Array };
}

/**
 * Standard error of a function of two empirical laws whose derivatives by the mass at each row are given, up to a constant:
 * √(Var ψ_x/n + Var ψ_y/m). NaN for a single row.
 */
export function standardErrorOfInfluence(x: Float64Array, y: Float64Array): number {
  return Math.sqrt(varianceOf(x) / x.length + varianceOf(y) / y.length);
}
