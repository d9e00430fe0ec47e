// The functional of one modality on samples, with the words of the same record on grids.

import { logKernelVolume } from "@nce-geometry/manifold";
import type { Rows } from "@nce-geometry/tensor";
import type { Estimate } from "../estimate.ts";
import { pairPotentials } from "../fields/alignment-potential.ts";
import { kernelLogSum } from "../fields/kernel-log-sums.ts";
import { createPhases } from "../rows/phases.ts";
import { potentialStatistic } from "./contrast.ts";
import { meanLogDensity } from "./leave-one-out-means.ts";
import { methodOf } from "./parametric-energy-on-samples.ts";
import { type DensityWidthOptions, kernelOf, passOf, resolveSample, type SampleOptions } from "./sample-options.ts";
import { combine, estimateOf } from "./statistic.ts";

export interface UnimodalOnSamplesOptions extends SampleOptions, DensityWidthOptions {}

/** The terms of F; in nats but for the mean potential. */
export interface UnimodalFreeEnergyOnSamples {
  /** potentialTerm − entropy. */
  readonly value: Estimate;
  /** ⟨U⟩/τ. */
  readonly potentialTerm: Estimate;
  /** H(ρ), by a leave-one-out kernel density estimate. */
  readonly entropy: Estimate;
  /** ⟨U⟩ = −mean s(z_i, v_i), in the unit of the critic. */
  readonly meanPotential: Estimate;
  /** log V of the kernel of the density. */
  readonly logKernelVolume: number;
}

/**
 * Free energy of one modality on samples: what its contrastive loss becomes in the large-batch limit as the kernel narrows.
 *
 * Math:     F = (1/τ)E U − H(ρ),  (1/τ)E U = −(1/n) Σ_i s(z_i, v_i)/τ;  H = −(1/n) Σ_i log ρ̂(z_i), ρ̂ the kernel density of the other anchors.
 * Shapes:   anchors [n, d], positives [n, d] → record.
 * Domain:   n ≥ 3, d ≥ 2, τ > 0, unit rows.
 * Limits:   perfect positives → potentialTerm = −1/τ;  τ → ∞ → −log|S^{d−1}|;  the mean of F(x, y) and F(y, x) is the two-modality
 *           functional with `denominator: "own"`.
 * Numerics: standard errors by influence: an anchor counts as a point and as a source of the density. The kernel smooths, so that the
 *           entropy comes out high and F low: see kernelErrorOnSamples, and knnEntropy for an entropy without a kernel.
 * Throws:   InputError E_SHAPE, E_OPTION, E_ZERO_ROW, E_NOT_FINITE; rejects with `signal.reason`.
 * Source:   arXiv:2601.19597.
 */
export async function freeEnergyUnimodalOnSamples(
  anchors: Rows,
  positives: Rows,
  options: UnimodalOnSamplesOptions,
): Promise<UnimodalFreeEnergyOnSamples> {
  const where = "freeEnergyUnimodalOnSamples";
  const sample = await resolveSample(where, { anchors, positives }, options);
  const kernel = kernelOf(where, sample, options);
  const { critic, temperature } = kernel;
  const volume = logKernelVolume(anchors.dim, { critic, temperature });
  const next = createPhases(options, kernel.errorSources === "all" ? 2 : 1);
  const potentials = await pairPotentials(where, anchors, positives, { critic: sample.critic });
  const mean = potentialStatistic({ positive: potentials.map((u) => -u) });
  const sums = await kernelLogSum(anchors, anchors, passOf(kernel, "exclude", next("fields")));
  const logDensity = await meanLogDensity(anchors, anchors, sums, { kernel, logKernelVolume: volume, next });
  const potential = combine([[1 / sample.temperature, mean]]);
  const method = methodOf(kernel, "leave-one-out");
  return {
    value: estimateOf(
      combine([
        [1, potential],
        [1, logDensity],
      ]),
      "nats",
      method,
    ),
    potentialTerm: estimateOf(potential, "nats", method),
    entropy: estimateOf(combine([[-1, logDensity]]), "nats", method),
    meanPotential: estimateOf(mean, "1", "mean over pairs"),
    logKernelVolume: volume,
  };
}
