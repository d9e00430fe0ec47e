// Langevin dynamics of independent particles, told as the same trajectory as the flows.

import {
  type Float64Rows,
  type LangevinOptions,
  type LangevinState,
  type LangevinStatus,
  type Manifold,
  restoreState,
  type SavedState,
  sampleLangevin,
  saveState,
} from "@nce-geometry/manifold";
import {
  meanOfArray,
  type Random,
  type RowMatrix,
  type RunControl,
  referenceBackend,
  type Tensor,
} from "@nce-geometry/tensor";
import { refuseOption, requireInteger, requirePositive } from "../checks.ts";
import { savedRows } from "./flow-state.ts";
import { evaluatePotential, explainPotential, type Potential } from "./potential.ts";
import { createObserver, type ObservationOptions, type Observer, type ParticleRecord } from "./trajectory.ts";

/** A Langevin run between two steps; plain JSON. */
export type LangevinFlowState = SavedState<LangevinState>;

export interface LangevinFlowOptions
  extends ObservationOptions,
    RunControl,
    Pick<LangevinOptions, "move" | "stepSize"> {
  /** U. */
  readonly potential: Potential;
  /** Temperature τ > 0. */
  readonly temperature: number;
  /** How many steps to take in this call. */
  readonly steps: number;
  /** A record is kept after every so many steps of this call, and of the start. @defaultValue 100 */
  readonly recordEvery?: number;
}

/** What Langevin particles know of their energy. */
export interface LangevinTerms {
  /** ⟨U⟩/τ. Unit: nats. */
  readonly potentialTerm: number;
  /** ⟨U⟩, in the unit of U. */
  readonly meanPotential: number;
  readonly particles: number;
}

export interface LangevinFlowResult {
  readonly status: LangevinStatus;
  /** What was not finite, where the run diverged. */
  readonly reason?: string;
  /** To save, or to continue from. */
  readonly state: LangevinFlowState;
  readonly particles: Float64Rows;
  /** Steps taken by this call that led to `state`. */
  readonly steps: number;
  readonly trajectory: readonly ParticleRecord<LangevinTerms>[];
}

/**
 * State before the first step of a Langevin run: one particle at every row.
 *
 * Shapes:   z [n, d] → state. The noise depends on the key of `random` and on the number of the step alone: give each run a stream of its own, by `split`.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE.
 */
export function langevinFlowInit(z: RowMatrix, random: Random): LangevinFlowState {
  return { kind: "langevin", step: 0, x: savedRows("langevinFlowInit", "z", z), random: random.state };
}

/**
 * Runs Langevin particles on any manifold and tells their trajectory; their law tends to the Gibbs density e^{−U/τ}/Z.
 *
 * Math:     dz = −(1/τ) grad U dt + √2 dB, by sampleLangevin of the manifold package
 * Shapes:   state of one cloud [n, d] → record.
 * Domain:   as sampleLangevin; particles on the manifold within 1e-6; `densityKernel` on spheres alone.
 * Limits:   U = −⟨m, z⟩ on the sphere → von Mises–Fisher with concentration 1/τ;  k steps, and k more from the saved state, are 2k steps, bit for bit.
 * Numerics: bias of the law O(h), h the step size. n independent particles: a mass p is known to √(p(1 − p)/n).
 * Throws:   InputError E_SHAPE, E_OPTION, E_DOMAIN, and what the potential throws. NaN and being aborted are a status.
 * Source:   arXiv:2601.19597 for the equation.
 */
export async function langevinFlow(
  manifold: Manifold,
  state: LangevinFlowState,
  options: LangevinFlowOptions,
): Promise<LangevinFlowResult> {
  const where = "langevinFlow";
  const { potential, temperature, stepSize, steps, recordEvery = 100 } = options;
  requirePositive(where, "temperature", temperature);
  requirePositive(where, "stepSize", stepSize);
  requireInteger(where, "steps", steps, 0);
  requireInteger(where, "recordEvery", recordEvery, 1);
  if (state.kind !== "langevin") refuseOption(where, "state.kind", '"langevin"', String(state.kind));
  const live = restoreState<LangevinState>(referenceBackend(), state);
  const start = rowsOf(live.x);
  manifold.rows.assertOnManifold(start, { where, argument: "state.x", tolerance: 1e-6 });
  const observer = createObserver(where, manifold, options);
  const tell = (step: number, z: Float64Rows) => recordOf(step, z, { where, potential, temperature, observer });
  const trajectory = [await tell(state.step, start)];
  const result = await sampleLangevin(manifold, potential, live, {
    ...options,
    thinning: recordEvery,
    burnIn: 0,
    onSample: async ({ step, x }) => {
      trajectory.push(await tell(step, rowsOf(x)));
    },
  });
  const particles = rowsOf(result.state.x);
  const { status } = result;
  const reason =
    status === "diverged"
      ? {
          reason:
            explainPotential(where, "potential", potential, particles) ??
            "a later step left the domain of the potential",
        }
      : {};
  return { status, ...reason, state: await saveState(result.state), particles, steps: result.steps, trajectory };
}

interface Telling {
  readonly where: string;
  readonly potential: Potential;
  readonly temperature: number;
  readonly observer: Observer;
}

async function recordOf(
  step: number,
  z: Float64Rows,
  { where, potential, temperature, observer }: Telling,
): Promise<ParticleRecord<LangevinTerms>> {
  const meanPotential = meanOfArray(evaluatePotential(where, "potential", potential, z).values);
  const potentialTerm = meanPotential / temperature;
  const observed = await observer([z], potentialTerm);
  return { step, terms: { potentialTerm, meanPotential, particles: z.rows }, ...observed };
}

function rowsOf(x: Tensor): Float64Rows {
  const [rows, dim] = x.shape as readonly [number, number];
  return { rows, dim, data: Float64Array.from(x.dataSync()) };
}
