// The flow of one cloud of particles down its free energy.

import type { Float64Rows } from "@nce-geometry/manifold";
import { type Backend, fromData, mean, type RowMatrix, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import type { ParticleFlowState } from "./flow-state.ts";
import { particleFreeEnergyOnTensors } from "./particle-energy-on-tensors.ts";
import {
  evaluateFreeEnergy,
  type FreeEnergyProblem,
  type ParticleFreeEnergy,
  type ParticleFreeEnergyOptions,
  prepareFreeEnergy,
} from "./particle-free-energy.ts";
import { explainPotential } from "./potential.ts";
import {
  type FlowEvaluation,
  type ParticleFlowControl,
  type ParticleFlowResult,
  requireStart,
  runFlow,
} from "./run-flow.ts";

export interface FreeEnergyFlowOptions extends ParticleFreeEnergyOptions, ParticleFlowControl {
  /** Where value and gradient are computed, by tensor operations. @defaultValue absent: by fused sums on rows, in float64 */
  readonly backend?: Backend;
}

/**
 * Moves particles down their free energy: the blob flow, whose end approximates the Gibbs law e^{−U/τ}/Z.
 *
 * Math:     dz_i = −n grad_i J dt, J = (1/τ) mean U + mean log ρ̂_h, by the steps of an optimiser;  the paper's simulation: a Gaussian of the geodesic
 *           distance with h = 0.35, ambient parameters, Adam of rate 0.05, noise 0.06 per step
 * Shapes:   state of one cloud [n, d] → record with particles [n, d].
 * Domain:   as particleFreeEnergy. The state is made by particleFlowInit, or is that of an earlier run.
 * Limits:   k steps, and k more from the saved state, are 2k steps, bit for bit;  no steps → the energy of the start.
 * Numerics: particles over-concentrate where h is not small against the width √τ of the law in a well: for a Gaussian law and kernel the variance is
 *           τ(1 − a² + 2a³ …), a = h²/τ. {@link gibbsBandwidth} keeps a small. With h fixed the law at low τ collapses onto the wells.
 * Throws:   InputError E_SHAPE, E_OPTION, E_DOMAIN, E_NOT_FINITE, and what the potential throws. NaN and being aborted are a status.
 * Source:   arXiv:2601.19597; J. A. Carrillo, K. Craig, F. S. Patacchini, A blob method for diffusion, Calc. Var. 58 (2019).
 */
export async function freeEnergyFlow(
  state: ParticleFlowState,
  options: FreeEnergyFlowOptions,
): Promise<ParticleFlowResult<ParticleFreeEnergy>> {
  const where = "freeEnergyFlow";
  const { potential, backend } = options;
  const [start] = requireStart(where, state, 1, options.parameters) as [Float64Rows];
  const problem = prepareFreeEnergy(where, start, options);
  const evaluate = ([z]: readonly Float64Rows[]) =>
    backend === undefined ? onRows(z!, problem) : onBackend(z!, options, backend);
  const explain = ([z]: readonly Float64Rows[]) =>
    explainPotential(where, "potential", potential, z!) ?? "the energy is not finite";
  return runFlow({ where, evaluate, explain }, state, {
    densityForm: options.form ?? "all",
    ...withDensityKernel(options),
  });
}

function onRows(z: RowMatrix, problem: FreeEnergyProblem): FlowEvaluation<ParticleFreeEnergy> {
  const { energy, gradient } = evaluateFreeEnergy(z, problem, true);
  return { terms: energy, gradients: [gradient!] };
}

async function onBackend(
  z: RowMatrix,
  options: FreeEnergyFlowOptions,
  backend: Backend,
): Promise<FlowEvaluation<ParticleFreeEnergy>> {
  using x = tensorOf(backend, z);
  const { value, gradients } = valueAndGrad((t) => particleFreeEnergyOnTensors(t!, options), [x]);
  using drift = backend.scope(() => mean(options.potential(x)));
  const [meanPotential, total] = [await takeNumber(drift), await takeNumber(value)];
  const potentialTerm = meanPotential / options.temperature;
  const terms = {
    value: total,
    potentialTerm,
    crossEntropyTerm: potentialTerm - total,
    meanPotential,
    particles: z.rows,
  };
  return { terms, gradients: [await takeNumbers(gradients[0]!)] };
}

/** Rows on a backend, in its precision. */
export function tensorOf(backend: Backend, { rows, dim, data }: RowMatrix): Tensor {
  return fromData(backend, data, [rows, dim]);
}

/** The numbers of a tensor, which is freed. */
export async function takeNumbers(x: Tensor): Promise<Float64Array> {
  const numbers = Float64Array.from(await x.data());
  x.dispose();
  return numbers;
}

/** The number of a scalar, which is freed. */
export async function takeNumber(x: Tensor): Promise<number> {
  return (await takeNumbers(x))[0]!;
}

/** The options with the kernel of the energy for densities that are observed, unless another was given. */
export function withDensityKernel<O extends ParticleFlowControl & Pick<ParticleFreeEnergyOptions, "kernel">>(
  options: O,
): O {
  return { ...options, densityKernel: options.densityKernel ?? options.kernel };
}
