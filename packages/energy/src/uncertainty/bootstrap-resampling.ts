// Resampling rows with replacement. All statistics of one analysis share the same draws: a draw is a vector of counts, and
// a statistic enters through one number per row (see uncertainty.ts), so that a draw costs n multiplications and no sweep.

import { createRandom } from "@nce-geometry/tensor";

/** Numbers of times that each row was drawn: draw b counts row i `counts[b · samples + i]` times. */
export interface Resampling {
  readonly samples: number;
  readonly draws: number;
  readonly counts: Uint8Array;
}

/** Beyond this many counts (32 MiB) means are normal to many digits, and intervals are taken from the standard error. */
export const largestResampling: number = 2 ** 25;

/** `draws` multinomial resamples of `samples` rows from the stream of `seed`; independent samples take different labels. */
export function drawResampling(samples: number, draws: number, seed: number, label = "bootstrap"): Resampling {
  const counts = new Uint8Array(samples * draws);
  const random = createRandom(seed).split(label);
  for (let b = 0; b < draws; b++) {
    const rows = random.integers(samples, { high: samples });
    for (let i = 0; i < samples; i++) counts[b * samples + rows[i]!]!++;
  }
  return { samples, draws, counts };
}

/** Means of `values` over each resample, in the order of the draws. */
export function resampledMeans(values: Float64Array, { samples, draws, counts }: Resampling): Float64Array {
  const means = new Float64Array(draws);
  for (let b = 0; b < draws; b++) {
    let sum = 0;
    for (let i = 0; i < samples; i++) sum += counts[b * samples + i]! * values[i]!;
    means[b] = sum / samples;
  }
  return means;
}

/** Quantile by linear interpolation between the order statistics (type 7). */
export function quantileOfSorted(sorted: Float64Array, p: number): number {
  const at = (sorted.length - 1) * p;
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}
