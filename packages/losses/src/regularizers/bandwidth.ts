// Bandwidths of a Gaussian kernel: given, or as multiples of the median distance of the pooled clouds.

import { InputError } from "@nce-geometry/tensor";
import { checkPositive, refuseOption } from "../option-checks.ts";

/** Bandwidths as multiples of the median of ‖z_i − z_j‖ over the pairs i < j of all n + m rows z, x and y pooled. */
export interface PooledMedianBandwidth {
  readonly kind: "pooledMedian";
  /** Each > 0. @defaultValue [0.5, 1, 2] */
  readonly factors?: readonly number[];
}

export interface BandwidthOptions {
  /**
   * Bandwidth σ > 0 of the kernel e^{−‖x−y‖²/(2σ²)}, in the unit of the rows; of several, the kernel is the mean.
   * Fixed ones make values comparable over time and between models; the pooled median follows the scale of the rows, and is
   * treated as a constant by differentiation.
   * @defaultValue { kind: "pooledMedian", factors: [0.5, 1, 2] }, which suits rows of any scale
   */
  readonly bandwidth?: number | readonly number[] | PooledMedianBandwidth;
}

/** Numbers > 0, to be multiplied by the pooled median or to be taken as they are. */
export interface ResolvedBandwidth {
  readonly factors: readonly number[];
  readonly isRelative: boolean;
}

const pooledMedian: PooledMedianBandwidth = { kind: "pooledMedian" };

export function resolveBandwidth(where: string, { bandwidth = pooledMedian }: BandwidthOptions): ResolvedBandwidth {
  if (typeof bandwidth === "number") {
    checkPositive(where, "bandwidth", bandwidth);
    return { factors: [bandwidth], isRelative: false };
  }
  if (isList(bandwidth)) return { factors: positives(where, "bandwidth", bandwidth), isRelative: false };
  if (bandwidth?.kind === "pooledMedian") {
    return { factors: positives(where, "bandwidth.factors", bandwidth.factors ?? [0.5, 1, 2]), isRelative: true };
  }
  const expected = 'a number, a list of numbers or { kind: "pooledMedian" }';
  refuseOption(where, "bandwidth", expected, JSON.stringify(bandwidth));
}

/** The error of a median that gives the kernel no scale. */
export function zeroMedian(where: string): InputError {
  return new InputError({
    code: "E_DOMAIN",
    where,
    argument: "bandwidth",
    expected: "relative to a pooled median distance > 0",
    received: "0: half of the pairs of rows coincide",
    hint: "Give a bandwidth as a number.",
  });
}

function isList(bandwidth: BandwidthOptions["bandwidth"]): bandwidth is readonly number[] {
  return Array.isArray(bandwidth);
}

function positives(where: string, argument: string, values: readonly number[]): readonly number[] {
  if (values.length === 0) refuseOption(where, argument, "a list of at least one number", "an empty one");
  values.forEach((value, index) => {
    checkPositive(where, `${argument}[${index}]`, value);
  });
  return values;
}
