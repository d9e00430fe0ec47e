import {
  effectiveSampleSize,
  type Float64Rows,
  type LangevinStatus,
  type LangevinStepOptions,
  langevinInit,
  type Manifold,
  sampleLangevin,
} from "@nce-geometry/manifold";
import { type Backend, fromData, type Random, type RunControl, type Tensor } from "@nce-geometry/tensor";
import { requireInteger } from "../checks.ts";

export interface SampleGibbsLangevinOptions extends LangevinStepOptions, RunControl {
  readonly backend: Backend;
  readonly random: Random;
  /** Independent chains, started from uniform points. @defaultValue 256 */
  readonly chains?: number;
  /** Steps of every chain, those of the burn-in included. */
  readonly steps: number;
  /** Steps before the first sample. @defaultValue half of the steps */
  readonly burnIn?: number;
  /** A sample is taken after every so many steps. @defaultValue 1 */
  readonly thinning?: number;
}

export interface GibbsSample {
  /** [taken·chains, d], the chains of one step after another. */
  readonly points: Float64Rows;
  readonly chains: number;
  /** Number of independent points that would serve as well for means of the potential, summed over the chains; NaN for fewer than 4 samples of each. */
  readonly effectiveSamples: number;
  readonly status: LangevinStatus;
}

/**
 * Points from the Gibbs law of a potential on any manifold that Langevin chains can walk, where no grid is at hand.
 *
 * Math:     dz = −(1/τ) grad U dt + √2 dB from uniform points, stationary law e^{−U/τ}/Z
 * Shapes:   potential: [n, d] → [n] of tensors; → points [taken·chains, d].
 * Domain:   a compact manifold; τ > 0; the burn-in must outlast the barriers between wells, which nothing here can tell: compare runs.
 * Limits:   stepSize → 0, steps → ∞ → the Gibbs law;  U = −⟨μ, z⟩ → von Mises–Fisher of concentration 1/τ.
 * Numerics: bias O(stepSize); draws of one chain are correlated, see `effectiveSamples`.
 * Throws:   InputError E_OPTION, E_SHAPE, E_BACKEND. Being aborted is a status, with the points taken so far.
 * Source:   arXiv:2601.19597.
 */
export async function sampleGibbsLangevin(
  manifold: Manifold,
  potential: (z: Tensor) => Tensor,
  options: SampleGibbsLangevinOptions,
): Promise<GibbsSample> {
  const { backend, random, chains = 256, steps, burnIn = Math.floor(steps / 2), thinning = 1 } = options;
  requireInteger("sampleGibbsLangevin", "chains", chains, 1);
  const start = manifold.rows.sampleUniform(random.split("start"), chains);
  const d = start.dim;
  using x = fromData(backend, start.data, [chains, d]);
  const initial = langevinInit(x, random.split("noise"));
  const taken: Float64Array[] = [];
  const potentials: Float64Array[] = [];
  const run = await sampleLangevin(manifold, potential, initial, {
    ...options,
    burnIn,
    thinning,
    onSample: async ({ x: here }) => {
      taken.push(Float64Array.from(await here.data()));
      using values = potential(here);
      potentials.push(Float64Array.from(await values.data()));
    },
  });
  initial.x.dispose();
  run.state.x.dispose();
  const data = new Float64Array(taken.length * chains * d);
  for (const [t, block] of taken.entries()) data.set(block, t * chains * d);
  const points = { rows: taken.length * chains, dim: d, data };
  return { points, chains, effectiveSamples: effectiveOf(potentials, chains), status: run.status };
}

function effectiveOf(potentials: readonly Float64Array[], chains: number): number {
  if (potentials.length < 4) return Number.NaN;
  let sum = 0;
  for (let c = 0; c < chains; c++) sum += effectiveSampleSize(potentials.map((values) => values[c]!));
  return sum;
}
