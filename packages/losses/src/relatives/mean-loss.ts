// Means over anchors or pairs, as plain records.

import { meanOfArray } from "@nce-geometry/tensor";
import { standardErrorOf } from "../standard-error.ts";

export interface MeanLoss {
  readonly loss: number;
  /**
   * Spread of the loss from the choice of the rows, to first order; NaN for a single one. For losses that are means of terms
   * with all other rows held fixed it is the sample standard deviation of the terms divided by √samples, which leaves out what
   * the terms share.
   */
  readonly standardError: number;
  /** Terms averaged over: anchors, pairs or rows. */
  readonly samples: number;
}

/** The mean of terms. */
export function meanLossOf(terms: Float64Array): MeanLoss {
  return { loss: meanOfArray(terms), standardError: standardErrorOf(terms), samples: terms.length };
}
