import { type Random, type RunControl, throwIfAborted } from "@nce-geometry/tensor";
import { refuse, requireCount } from "../checks.ts";

export interface GradientVarianceOptions extends RunControl {
  /** Batch sizes to try, each an integer ≥ 1. */
  readonly batchSizes: readonly number[];
  /** Batches of each size, at least 2. @defaultValue 32 */
  readonly draws?: number;
  /** Chooses the batches. */
  readonly random: Random;
}

/** What gradients of batches of one size do. */
export interface GradientVariance {
  readonly batchSize: number;
  readonly draws: number;
  /** Σ over parameters of the variance of a batch's gradient, unbiased. */
  readonly variance: number;
  /** Of the variance, over the draws. */
  readonly standardError: number;
  /** ‖E g‖² without the part that noise adds; may be negative where nothing but noise is seen. */
  readonly squaredMean: number;
  /** batchSize·variance/squaredMean: the batch size at which noise is as large as signal. NaN where squaredMean ≤ 0. */
  readonly noiseScale: number;
}

/**
 * Variance of the gradient against the size of the batch.
 *
 * Math:     variance = Σ_k ‖g_k − ḡ‖²/(K − 1), squaredMean = ‖ḡ‖² − variance/K.
 * Domain:   `gradientAt` gives the flat gradient of a batch of `size` rows drawn with `random`.
 * Limits:   a mean over independent rows → variance ∝ 1/batchSize, noise scale the same at every size;  no chance in it → 0.
 * Numerics: two passes; holds the gradients of one size.
 * Throws:   InputError E_OPTION; `signal.reason` when aborted.
 * Source:   noise scale: arXiv:1812.06162.
 */
export async function gradientVariance(
  gradientAt: (batch: { readonly size: number; readonly random: Random }) => Promise<Float64Array> | Float64Array,
  options: GradientVarianceOptions,
): Promise<readonly GradientVariance[]> {
  const { batchSizes, draws = 32, random, signal, onProgress } = options;
  checkOptions(options);
  const records: GradientVariance[] = [];
  const total = batchSizes.length * draws;
  for (const [at, batchSize] of batchSizes.entries()) {
    const stream = random.split(batchSize);
    const gradients: Float64Array[] = [];
    for (let k = 0; k < draws; k++) {
      throwIfAborted(signal);
      onProgress?.({ done: at * draws + k, total, label: "gradients" });
      gradients.push(await gradientAt({ size: batchSize, random: stream.split(k) }));
    }
    records.push(varianceOf(batchSize, gradients));
  }
  return records;
}

function varianceOf(batchSize: number, gradients: readonly Float64Array[]): GradientVariance {
  const draws = gradients.length;
  const mean = new Float64Array(gradients[0]!.length);
  for (const g of gradients) for (let i = 0; i < mean.length; i++) mean[i]! += g[i]! / draws;
  const deviations = gradients.map((g) => g.reduce((sum, value, i) => sum + (value - mean[i]!) ** 2, 0));
  // Each deviation misses a share 1/K of its own: K/(K − 1) times it has the variance as its mean.
  const single = deviations.map((value) => (value * draws) / (draws - 1));
  const variance = single.reduce((sum, value) => sum + value, 0) / draws;
  const spread = single.reduce((sum, value) => sum + (value - variance) ** 2, 0) / (draws - 1);
  const squaredMean = mean.reduce((sum, value) => sum + value * value, 0) - variance / draws;
  const noiseScale = squaredMean > 0 ? (batchSize * variance) / squaredMean : Number.NaN;
  return { batchSize, draws, variance, standardError: Math.sqrt(spread / draws), squaredMean, noiseScale };
}

function checkOptions({ batchSizes, draws = 32 }: GradientVarianceOptions): void {
  const where = "gradientVariance";
  if (!Array.isArray(batchSizes) || batchSizes.length === 0) {
    refuse({ where, argument: "batchSizes", expected: "a list of at least one size", received: batchSizes });
  }
  for (const [k, size] of batchSizes.entries()) requireCount(where, `batchSizes[${k}]`, size, 1);
  requireCount(where, "draws", draws, 2);
}
