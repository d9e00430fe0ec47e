// The flow of two clouds of particles down their smoothed symmetric energy.

import type { Float64Rows } from "@nce-geometry/manifold";
import { type Backend, mean, mul, rowDot, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import type { ParticleFlowState } from "./flow-state.ts";
import { takeNumber, takeNumbers, tensorOf, withDensityKernel } from "./free-energy-flow.ts";
import { explainPotential } from "./potential.ts";
import {
  type FlowEvaluation,
  type ParticleFlowControl,
  type ParticleFlowResult,
  requireStart,
  runFlow,
} from "./run-flow.ts";
import {
  evaluateSymmetricEnergy,
  type SymmetricParticleEnergy,
  type SymmetricParticleEnergyOptions,
} from "./symmetric-particle-energy.ts";
import { symmetricParticleEnergyOnTensors } from "./symmetric-particle-energy-on-tensors.ts";
import { prepareSymmetricEnergy, type SymmetricProblem } from "./symmetric-problem.ts";

export interface SymmetricEnergyFlowOptions extends SymmetricParticleEnergyOptions, ParticleFlowControl {
  /** Where value and gradients are computed, by tensor operations. @defaultValue absent: by fused sums on rows, in float64 */
  readonly backend?: Backend;
}

/**
 * Moves two clouds of particles down their smoothed symmetric energy, both at once, with or without noise.
 *
 * Math:     dx_i = −n grad_{x_i} J dt, dy_j = −m grad_{y_j} J dt (+ noise), J of symmetricParticleEnergy, by the steps of an optimiser
 * Shapes:   state of two clouds [n, d], [m, d] → record with both clouds.
 * Domain:   as symmetricParticleEnergy. The state is made by particleFlowInit([x, y], random), or is that of an earlier run.
 * Limits:   k steps, and k more from the saved state, are 2k steps, bit for bit;  `own`, fields: two independent freeEnergyFlows at half the speed.
 * Numerics: as freeEnergyFlow. With `cross` the energy is not convex: where a run ends depends on where it starts.
 * Throws:   InputError E_SHAPE, E_OPTION, E_DOMAIN, E_NOT_FINITE, and what a potential throws. NaN and being aborted are a status.
 * Source:   arXiv:2601.19597.
 */
export async function symmetricEnergyFlow(
  state: ParticleFlowState,
  options: SymmetricEnergyFlowOptions,
): Promise<ParticleFlowResult<SymmetricParticleEnergy>> {
  const where = "symmetricEnergyFlow";
  const { backend } = options;
  const start = requireStart(where, state, 2, options.parameters) as Pair;
  const problem = prepareSymmetricEnergy(where, start, options);
  const evaluate = (clouds: readonly Float64Rows[]) =>
    backend === undefined ? onRows(clouds as Pair, problem) : onBackend(clouds as Pair, options, backend);
  const explain = (clouds: readonly Float64Rows[]) => explainPotentials(clouds as Pair, problem);
  return runFlow({ where, evaluate, explain }, state, withDensityKernel(options));
}

type Pair = readonly [Float64Rows, Float64Rows];

function onRows(clouds: Pair, problem: SymmetricProblem): FlowEvaluation<SymmetricParticleEnergy> {
  const { energy, gradients } = evaluateSymmetricEnergy(clouds, problem, true);
  return { terms: energy, gradients: gradients! };
}

async function onBackend(
  clouds: Pair,
  options: SymmetricEnergyFlowOptions,
  backend: Backend,
): Promise<FlowEvaluation<SymmetricParticleEnergy>> {
  using x = tensorOf(backend, clouds[0]);
  using y = tensorOf(backend, clouds[1]);
  const { value, gradients } = valueAndGrad((s, t) => symmetricParticleEnergyOnTensors(s!, t!, options), [x, y]);
  const total = await takeNumber(value);
  const [first, second] = meanPotentials(x, y, options);
  const means = [await takeNumber(first), await takeNumber(second)] as const;
  const potentialTerm = (means[0] + means[1]) / (2 * options.temperature);
  const terms = {
    value: total,
    potentialTerm,
    denominatorTerm: total - potentialTerm,
    meanPotentials: means,
    particles: [clouds[0].rows, clouds[1].rows] as const,
  };
  return { terms, gradients: [await takeNumbers(gradients[0]!), await takeNumbers(gradients[1]!)] };
}

function meanPotentials(x: Tensor, y: Tensor, { potentials }: SymmetricEnergyFlowOptions): readonly [Tensor, Tensor] {
  return x.backend.scope(() => {
    if (potentials.kind === "fields") return [mean(potentials.first(x)), mean(potentials.second(y))] as const;
    return [mul(mean(rowDot(x, y)), -1), mul(mean(rowDot(x, y)), -1)] as const;
  });
}

function explainPotentials([x, y]: Pair, { where, potentials }: SymmetricProblem): string {
  const unknown = "the energy is not finite";
  if (potentials.kind === "pairs") return unknown;
  const first = explainPotential(where, "potentials.first", potentials.first, x);
  return first ?? explainPotential(where, "potentials.second", potentials.second, y) ?? unknown;
}
