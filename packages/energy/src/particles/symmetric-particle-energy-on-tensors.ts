// The symmetric energy of two clouds on tensors, differentiable on any backend.

import { add, fromData, maximum, mean, minimum, mul, rowDot, softplus, sub, type Tensor } from "@nce-geometry/tensor";
import { inScope } from "../fields/in-scope.ts";
import { logDensityOnTensors } from "./particle-energy-on-tensors.ts";
import { potentialValues } from "./potential.ts";
import type { CloudPotentials, SymmetricParticleEnergyOptions } from "./symmetric-particle-energy.ts";
import { requireSymmetricOptions } from "./symmetric-problem.ts";

/**
 * The smoothed symmetric energy of two clouds of particles, on tensors.
 *
 * Math:     J of symmetricParticleEnergy
 * Shapes:   x [n, d], y [m, d] → []. Unit: nats. Differentiable in x and y; reference particles are constant.
 * Domain:   as symmetricParticleEnergy; rows are not checked.
 * Limits:   as symmetricParticleEnergy.
 * Numerics: all scores at once: O((n + m)²) memory at most.
 * Throws:   InputError E_SHAPE, E_OPTION, E_DTYPE, E_BACKEND.
 * Source:   as symmetricParticleEnergy.
 */
export function symmetricParticleEnergyOnTensors(
  x: Tensor,
  y: Tensor,
  options: SymmetricParticleEnergyOptions,
): Tensor {
  const name = "symmetricParticleEnergyOnTensors";
  const { denominator, ownWeight } = requireSymmetricOptions(name, options);
  return inScope([x, y], () => {
    const own = (z: Tensor): Tensor => logDensityOnTensors(name, z, z, options);
    const beside = (z: Tensor, other: Tensor): Tensor => {
      if (denominator === "own") return own(z);
      if (denominator === "reference") return logDensityOnTensors(name, z, referenceOn(z, options), options);
      const cross = logDensityOnTensors(name, z, other, options);
      return denominator === "cross" ? cross : logMeanOfTwo(own(z), cross);
    };
    const side = (z: Tensor, other: Tensor): Tensor => {
      if (ownWeight === 0) return mean(beside(z, other));
      if (ownWeight === 1) return mean(own(z));
      return add(mul(mean(own(z)), ownWeight), mul(mean(beside(z, other)), 1 - ownWeight));
    };
    const drift = mul(sumOfPotentials(name, x, y, options.potentials), 1 / options.temperature);
    return mul(add(drift, add(side(x, y), side(y, x))), 0.5);
  });
}

/** ⟨U_{1→2}⟩ + ⟨U_{2→1}⟩. */
function sumOfPotentials(name: string, x: Tensor, y: Tensor, potentials: CloudPotentials): Tensor {
  if (potentials.kind === "pairs") return mul(mean(rowDot(x, y)), -2);
  return add(
    mean(potentialValues(name, "potentials.first", potentials.first, x)),
    mean(potentialValues(name, "potentials.second", potentials.second, y)),
  );
}

/** log(½eᵃ + ½eᵇ). */
function logMeanOfTwo(a: Tensor, b: Tensor): Tensor {
  const gap = sub(minimum(a, b), maximum(a, b));
  return sub(add(maximum(a, b), softplus(gap)), Math.LN2);
}

function referenceOn(z: Tensor, { reference }: SymmetricParticleEnergyOptions): Tensor {
  const { rows, dim, data } = reference!;
  return fromData(z.backend, data, [rows, dim]);
}
