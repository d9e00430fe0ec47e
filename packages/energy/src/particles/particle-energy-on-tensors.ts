// Energies of particles on tensors, differentiable on any backend: the numbers of the fused sums on rows.

import { sphere } from "@nce-geometry/manifold";
import {
  add,
  atan2,
  exp,
  formatShape,
  InputError,
  log,
  logSumExp,
  matMul,
  maximum,
  mean,
  minimum,
  mul,
  sqrt,
  square,
  sub,
  type Tensor,
} from "@nce-geometry/tensor";
import { requireOneOf, requirePositive } from "../checks.ts";
import { type FieldForm, fieldForms } from "../fields/field-options.ts";
import { inScope } from "../fields/in-scope.ts";
import { withoutDiagonal } from "../fields/without-diagonal.ts";
import type { ParticleFreeEnergyOptions } from "./particle-free-energy.ts";
import { kernelShape, type ParticleKernel, requireParticleKernel } from "./particle-kernel.ts";
import { massOf, type ParticleDensityOptions, seen } from "./particle-options.ts";
import { potentialValues } from "./potential.ts";

/**
 * The free energy of particles, on tensors.
 *
 * Math:     J of particleFreeEnergy
 * Shapes:   z [n, d] → []. Unit: nats. Differentiable in z.
 * Domain:   as particleFreeEnergy; rows are not checked.
 * Limits:   as particleFreeEnergy.
 * Numerics: all n² scores at once: O(n²) memory. Geodesic distances are recomputed from differences where the cosine has lost digits; where
 *           `distance` is "clamped", the arc cosine of the clamped cosine.
 * Throws:   InputError E_SHAPE, E_OPTION, E_DTYPE, E_BACKEND.
 * Source:   as particleFreeEnergy.
 */
export function particleFreeEnergyOnTensors(z: Tensor, options: ParticleFreeEnergyOptions): Tensor {
  const name = "particleFreeEnergyOnTensors";
  const { temperature, potential } = options;
  requirePositive(name, "temperature", temperature);
  return inScope([z], () => {
    const drift = mul(mean(potentialValues(name, "potential", potential, z)), 1 / temperature);
    return add(drift, mean(logDensityOnTensors(name, z, z, options)));
  });
}

/** log ρ̂ of the cloud `particles` at `points`; `form` matters where they are one tensor. */
export function logDensityOnTensors(
  name: string,
  points: Tensor,
  particles: Tensor,
  { kernel, form = "all" }: ParticleDensityOptions,
): Tensor {
  requireParticleKernel(name, "kernel", kernel);
  requireOneOf(name, "form", form, fieldForms);
  const own: FieldForm = points === particles ? form : "all";
  requireCloud(name, particles, own === "leaveOneOut" ? 2 : 1);
  const exponents = exponentsOnTensors(points, particles, kernel);
  const count = seen(particles.shape[0]!, own);
  const logMean = sub(logSumExp(own === "all" ? exponents : withoutDiagonal(exponents), { axis: 1 }), Math.log(count));
  const { floor } = kernelShape(kernel);
  const raised = floor === 0 ? logMean : log(add(exp(logMean), floor));
  return sub(raised, massOf(kernel, points.shape[1]!));
}

function requireCloud(where: string, { shape }: Tensor, least: number): void {
  if (shape.length === 2 && shape[0]! >= least && shape[1]! >= 2) return;
  const expected = `of shape [n, d] with n ≥ ${least} and d ≥ 2`;
  throw new InputError({ code: "E_SHAPE", where, argument: "particles", expected, received: formatShape(shape) });
}

/** log k of all pairs, [n, m]. */
function exponentsOnTensors(x: Tensor, y: Tensor, kernel: ParticleKernel): Tensor {
  const inverse = 1 / kernel.bandwidth ** 2;
  if (kernel.kind === "vonMisesFisher") return mul(sub(matMul(x, y, { transposeB: true }), 1), inverse);
  const { clamp } = kernelShape(kernel);
  const angles = clamp < 1 ? clampedAngles(x, y, clamp) : sphere(x.shape[1]!).geodesicDistanceMatrix(x, y);
  return mul(square(angles), -0.5 * inverse);
}

/** The arc cosine of the clamped cosine; without gradient where clamped. */
function clampedAngles(x: Tensor, y: Tensor, clamp: number): Tensor {
  const cosine = maximum(minimum(matMul(x, y, { transposeB: true }), clamp), -clamp);
  return atan2(sqrt(sub(1, square(cosine))), cosine);
}
