import {
  formatShape,
  InputError,
  type RunControl,
  sum,
  type Tensor,
  valueAndGrad,
  yieldToEventLoop,
} from "@nce-geometry/tensor";
import type { Manifold } from "../manifold.ts";
import { takeNumber } from "../optimize/line-search.ts";
import { copyState } from "../optimize/state.ts";
import { requireInteger } from "../quadrature/option-checks.ts";
import { type LangevinState, type LangevinStepOptions, langevinStep } from "./langevin-step.ts";

export interface LangevinOptions extends LangevinStepOptions, RunControl {
  /** How many steps every chain takes in this call. */
  readonly steps: number;
  /** `onSample` is called after every so many steps. @defaultValue 1 */
  readonly thinning?: number;
  /** Steps of this call before the first sample. @defaultValue 0 */
  readonly burnIn?: number;
  /** Receives the chains [n, d]. The tensor is freed afterwards: copy what is to be kept. */
  readonly onSample?: (sample: LangevinSample) => void | Promise<void>;
  /** After how many steps numbers are looked at for NaN and ∞, signals for abortion, and progress is told. @defaultValue 16 */
  readonly checkEvery?: number;
}

/** The chains after a step. */
export interface LangevinSample {
  /** Steps since the state was made, earlier calls included. */
  readonly step: number;
  readonly x: Tensor;
}

/** `maxSteps`: all steps were taken. `diverged`: U is NaN or infinite; the state is the last one seen where it was not. `aborted`: the signal was. */
export type LangevinStatus = "maxSteps" | "diverged" | "aborted";

export interface LangevinResult {
  readonly status: LangevinStatus;
  /** To save, or to continue from; its tensor is the caller's to dispose of. */
  readonly state: LangevinState;
  /** Steps taken by this call that led to `state`. */
  readonly steps: number;
}

/**
 * Runs Langevin chains, one per row, whose law tends to the Gibbs density e^(−U/τ)/Z.
 *
 * Math:     dz = −(1/τ) grad U dt + √2 dB, by `langevinStep`
 * Shapes:   potential: [n, d] → [n], U of every row.
 * Domain:   potential is synchronous, acts on each row by itself, and computes with tensor operations.
 * Limits:   U = −⟨μ, z⟩ on the sphere → von Mises–Fisher with concentration 1/τ;  k steps, saved, and k more are 2k steps, bit for bit on the reference backend.
 * Numerics: bias O(h). Draws of one chain are correlated (see `effectiveSampleSize`), different rows are independent.
 * Throws:   InputError E_OPTION, E_SHAPE, E_BACKEND, and what the potential throws. Being aborted is a status.
 */
export async function sampleLangevin(
  manifold: Manifold,
  potential: (z: Tensor) => Tensor,
  state: LangevinState,
  options: LangevinOptions,
): Promise<LangevinResult> {
  checkOptions(options);
  const { steps: total, burnIn = 0, thinning = 1, checkEvery = 16, signal, onSample, onProgress } = options;
  let here = copyState(state);
  let safe = { state: copyState(state), steps: 0 };
  try {
    for (let steps = 0; ; steps++) {
      const { value, gradient } = gradientAt(potential, here.x);
      using _ = gradient;
      if (steps % checkEvery === 0 || steps === total) {
        if (!Number.isFinite(await takeNumber(value))) return finish("diverged", safe, here);
        safe.state.x.dispose();
        safe = { state: copyState(here), steps };
        onProgress?.({ done: steps, total, label: "steps" });
        await yieldToEventLoop();
        if (steps === total) return finish("maxSteps", safe, here);
        if (signal?.aborted) return finish("aborted", safe, here);
      }
      value.dispose();
      const next = langevinStep(manifold, gradient, here, options);
      here.x.dispose();
      here = next;
      const since = steps + 1 - burnIn;
      if (since > 0 && since % thinning === 0) await onSample?.({ step: here.step, x: here.x });
    }
  } catch (error) {
    here.x.dispose();
    safe.state.x.dispose();
    throw error;
  }
}

function gradientAt(potential: (z: Tensor) => Tensor, x: Tensor): { value: Tensor; gradient: Tensor } {
  const total = (z: Tensor): Tensor => {
    const values = potential(z);
    if (values.shape.length === 1 && values.shape[0] === x.shape[0]) return sum(values);
    const expected = `of shape ${formatShape([x.shape[0]!])}`;
    const received = formatShape(values.shape);
    throw new InputError({ code: "E_SHAPE", where: "sampleLangevin", argument: "potential(z)", expected, received });
  };
  const { value, gradients } = valueAndGrad(total, [x]);
  return { value, gradient: gradients[0]! };
}

function finish(
  status: LangevinStatus,
  safe: { readonly state: LangevinState; readonly steps: number },
  here: LangevinState,
): LangevinResult {
  here.x.dispose();
  return { status, ...safe };
}

function checkOptions({ steps, burnIn = 0, thinning = 1, checkEvery = 16 }: LangevinOptions): void {
  const where = "sampleLangevin";
  requireInteger(where, "steps", steps, 0);
  requireInteger(where, "burnIn", burnIn, 0);
  requireInteger(where, "thinning", thinning, 1);
  requireInteger(where, "checkEvery", checkEvery, 1);
}
