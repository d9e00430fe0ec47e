// What energies of particles share: their options, checked, and densities from kernel sums.

import { sphere } from "@nce-geometry/manifold";
import { InputError, type RowMatrix } from "@nce-geometry/tensor";
import { requireOneOf } from "../checks.ts";
import { type FieldForm, fieldForms } from "../fields/field-options.ts";
import type { KernelSums, TabulatedKernel } from "./kernel-sums.ts";
import { kernelShape, logKernelMass, type ParticleKernel, requireParticleKernel } from "./particle-kernel.ts";
import { profileTable } from "./profile-table.ts";

/** How the density of particles is estimated. */
export interface ParticleDensityOptions {
  /** The kernel of the estimate. */
  readonly kernel: ParticleKernel;
  /** Which particles one sees; `leaveOneOut`: the others. @defaultValue "all", as the loss and the paper's simulation see them */
  readonly form?: FieldForm;
}

/** A kernel with what its densities need. */
export interface PreparedKernel extends TabulatedKernel {
  readonly form: FieldForm;
  /** Subtracted from the log mean kernel; 0 for a clamped kernel, whose mean is left as the paper's code leaves it. */
  readonly logMass: number;
}

/** Checks a kernel and tabulates it. */
export function prepareKernel(where: string, options: ParticleDensityOptions, dimension: number): PreparedKernel {
  const { kernel, form = "all" } = options;
  requireParticleKernel(where, "kernel", kernel);
  requireOneOf(where, "form", form, fieldForms);
  const shape = kernelShape(kernel);
  return { form, shape, table: profileTable(shape), logMass: massOf(kernel, dimension) };
}

/** The logarithm of what a mean kernel is divided by to be a density. */
export function massOf(kernel: ParticleKernel, dimension: number): number {
  const clamped = kernel.kind === "geodesicGaussian" && kernel.distance === "clamped";
  return clamped ? 0 : logKernelMass(kernel, dimension);
}

/** Refuses what are not at least `least` points of a sphere; the first other row is named with its norm. */
export function requireParticles(where: string, argument: string, z: RowMatrix, least = 1): void {
  const shapeError = (expected: string, hint?: string): InputError => {
    const received = `[${z.rows}, ${z.dim}]`;
    return new InputError({ code: "E_SHAPE", where, argument, expected, received, hint });
  };
  if (z.dim < 2) throw shapeError("of shape [n, d] with d ≥ 2");
  if (z.rows < least) {
    throw shapeError(
      `of at least ${least} ${least > 1 ? "rows" : "row"}`,
      least > 1 ? "A single particle has no other to see." : undefined,
    );
  }
  // Rows that were normalised and stored as float32 are points; steps put them back exactly.
  sphere(z.dim).rows.assertOnManifold(z, { where, argument, tolerance: 1e-6 });
}

/** How many particles one sees in its own cloud. */
export function seen(n: number, form: FieldForm): number {
  return form === "all" ? n : n - 1;
}

/** Log densities at points, from log sums over `count` particles. */
export function logDensities(logSums: Float64Array, count: number, { shape, logMass }: PreparedKernel): Float64Array {
  const shift = Math.log(count);
  if (shape.floor === 0) return logSums.map((log) => log - shift - logMass);
  return logSums.map((log) => Math.log(Math.exp(log - shift) + shape.floor) - logMass);
}

/** Weights of log densities as weights of log sums: where a floor is added, the density feels its particles the less. */
export function weightsOfLogSums(
  weights: Float64Array,
  logSums: Float64Array,
  count: number,
  { shape }: PreparedKernel,
): Float64Array {
  if (shape.floor === 0) return weights;
  return weights.map((weight, i) => weight / (1 + (shape.floor * count) / Math.exp(logSums[i]!)));
}

/** The gradient of Σ_i w_i log ρ̂(z_i) for a cloud in its own density. */
export function ownGradient(
  sums: KernelSums,
  weights: Float64Array,
  count: number,
  kernel: PreparedKernel,
): Float64Array {
  const ofSums = weightsOfLogSums(weights, sums.rows, count, kernel);
  return sums.gradient(ofSums, ofSums).x;
}
