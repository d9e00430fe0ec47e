// What is told of particles on their way: energies, masses in wells, how far two clouds are apart, and how far one is from the exact law.

import type { Manifold } from "@nce-geometry/manifold";
import { InputError, meanOfArray, type RowMatrix } from "@nce-geometry/tensor";
import { refuseOption } from "../checks.ts";
import { knnSymmetricKL } from "../divergences/knn-divergence.ts";
import type { FieldForm } from "../fields/field-options.ts";
import { crossKernelSums, selfKernelSums } from "./kernel-sums.ts";
import type { ParticleKernel } from "./particle-kernel.ts";
import { logDensities, type PreparedKernel, prepareKernel, seen } from "./particle-options.ts";

/** A geodesic ball. */
export interface Well {
  /** Its middle, a point of the manifold. */
  readonly center: ArrayLike<number>;
  /** Its geodesic radius, > 0; radians on the sphere. */
  readonly angle: number;
}

/** What is known of the exact Gibbs law; from `gibbsLaw` or elsewhere. */
export interface ExactGibbs {
  /** log Z_τ = log ∫ e^{−U/τ} dμ. Unit: nats. */
  readonly logPartition?: number;
  /** Its mass in each well. */
  readonly massInWells?: readonly number[];
  /** Its mass in the union of the wells. */
  readonly massInUnion?: number;
}

export interface ObservationOptions {
  /** Balls whose mass is told. @defaultValue none */
  readonly wells?: readonly Well[];
  /** The law to which one cloud should tend. @defaultValue absent */
  readonly gibbs?: ExactGibbs;
  /**
   * Kernel of the densities behind `klToGibbs`, `symmetricKL` and `overlap`.
   * @defaultValue the kernel of the energy, without a clamp; without an energy none
   */
  readonly densityKernel?: ParticleKernel;
  /**
   * Whether a particle counts in its own density. Independent particles must be left out; particles that have spread by repelling each other lie more
   * evenly than independent ones, and their density is too low without them.
   * @defaultValue "leaveOneOut"; in `freeEnergyFlow` the form of the energy
   */
  readonly densityForm?: FieldForm;
  /** How D_S is estimated. @defaultValue { kind: "kde" }, which never is infinite */
  readonly symmetricKL?: { readonly kind: "kde" } | { readonly kind: "knn"; readonly k?: number };
}

/** What is told of particles at a step; plain JSON. */
export interface ParticleObservation {
  /** For each cloud the share of its particles in each well. */
  readonly massInWells: readonly (readonly number[])[];
  /** For each cloud the share in at least one well. */
  readonly massInUnion: readonly number[];
  /** D_S of two clouds, an estimate in nats; absent with one. */
  readonly symmetricKL?: number;
  /** ∫ min(ρ̂₁, ρ̂₂) dμ of two clouds, from kernel densities, 0 to 1; absent with one. */
  readonly overlap?: number;
  /** D_KL(ρ̂‖ρ*) = ⟨U⟩/τ + mean log ρ̂ + log Z, an estimate in nats; with `gibbs.logPartition`. */
  readonly klToGibbs?: number;
  /** Largest difference of the mass in a well, or in their union, from the exact one; with masses in `gibbs`. */
  readonly massError?: number;
}

/** A point of a trajectory: the state after `step` steps. */
export interface ParticleRecord<Terms> extends ParticleObservation {
  readonly step: number;
  /** The terms of the energy; their unit is nats. */
  readonly terms: Terms;
  /** Root mean square over the particles of n‖grad_i J‖, their speed in the gradient flow; absent for Langevin. */
  readonly gradientNorm?: number;
}

/** Observes clouds; made once for a run. */
export type Observer = (clouds: readonly RowMatrix[], potentialTerm: number) => Promise<ParticleObservation>;

/** Checks what is to be observed on a manifold. */
export function createObserver(where: string, manifold: Manifold, options: ObservationOptions): Observer {
  const { wells = [], gibbs, densityKernel, densityForm = "leaveOneOut" } = options;
  checkWells(where, manifold, wells);
  checkGibbs(where, wells, options);
  const kernel = densityKernel && densityKernelOn(where, manifold, densityKernel, densityForm);
  return async (clouds, potentialTerm) => {
    const inside = clouds.map((z) => wells.map((well) => membersOf(manifold, z, well)));
    const masses = {
      massInWells: inside.map((ofCloud) => ofCloud.map((members) => meanOfArray(members))),
      massInUnion: clouds.map((z, a) => unionShare(z.rows, inside[a]!)),
    };
    const [x, y] = clouds as readonly [RowMatrix, RowMatrix?];
    const pair = y === undefined ? {} : await observePair(x, y, kernel, options);
    return { ...masses, ...pair, ...compare(x, potentialTerm, masses, { gibbs, kernel }) };
  };
}

function checkWells(where: string, manifold: Manifold, wells: readonly Well[]): void {
  wells.forEach(({ center, angle }, k) => {
    const argument = `wells[${k}]`;
    const data = Float64Array.from(center);
    if (data.length !== manifold.ambientDimension) {
      const [expected, received] = [`${manifold.ambientDimension} numbers`, `${data.length}`];
      throw new InputError({ code: "E_SHAPE", where, argument: `${argument}.center`, expected, received });
    }
    manifold.rows.assertOnManifold(
      { rows: 1, dim: data.length, data },
      { where, argument: `${argument}.center`, tolerance: 1e-6 },
    );
    if (!(angle > 0)) refuseOption(where, `${argument}.angle`, "a number > 0", String(angle));
  });
}

function checkGibbs(where: string, wells: readonly Well[], { gibbs }: ObservationOptions): void {
  const given = gibbs?.massInWells;
  if (given === undefined || given.length === wells.length) return;
  const [expected, received] = [`${wells.length} numbers, one per well`, `${given.length}`];
  throw new InputError({ code: "E_SHAPE", where, argument: "gibbs.massInWells", expected, received });
}

function densityKernelOn(where: string, manifold: Manifold, kernel: ParticleKernel, form: FieldForm): PreparedKernel {
  if (manifold.kind !== "sphere" && manifold.kind !== "circle") {
    refuseOption(where, "densityKernel", "absent off the sphere", `a kernel on ${manifold.name}`);
  }
  const exact = kernel.kind === "geodesicGaussian" ? { ...kernel, distance: "exact" as const } : kernel;
  return prepareKernel(where, { kernel: exact, form }, manifold.ambientDimension);
}

/** 1 for particles in the well, 0 for others. */
function membersOf(manifold: Manifold, z: RowMatrix, { center, angle }: Well): Float64Array {
  const data = Float64Array.from(center);
  const distances = manifold.rows.geodesicDistance(z, { rows: 1, dim: data.length, data });
  return distances.map((distance) => (distance <= angle ? 1 : 0));
}

function unionShare(n: number, members: readonly Float64Array[]): number {
  const inside = new Float64Array(n).map((_, i) => (members.some((one) => one[i] === 1) ? 1 : 0));
  return meanOfArray(inside);
}

async function observePair(
  x: RowMatrix,
  y: RowMatrix,
  kernel: PreparedKernel | undefined,
  { symmetricKL = { kind: "kde" } }: ObservationOptions,
): Promise<{ readonly symmetricKL?: number; readonly overlap?: number }> {
  const byKernel = kernel && x.rows > 1 && y.rows > 1 ? meetingOfClouds(x, y, kernel) : {};
  if (symmetricKL.kind === "kde") return byKernel;
  const { k } = symmetricKL;
  const { value } = await knnSymmetricKL(x, y, k === undefined ? {} : { k });
  return { ...byKernel, symmetricKL: value };
}

/** D_S and ∫ min(ρ̂₁, ρ̂₂) from kernel densities at the particles. */
function meetingOfClouds(x: RowMatrix, y: RowMatrix, kernel: PreparedKernel): { symmetricKL: number; overlap: number } {
  const cross = crossKernelSums(x, y, kernel);
  const sides = [
    { z: x, other: logDensities(cross.rows, y.rows, kernel) },
    { z: y, other: logDensities(cross.columns, x.rows, kernel) },
  ].map(({ z, other }) => {
    const own = ownLogDensities(z, kernel);
    return own.map((log, i) => log - other[i]!);
  });
  // min(ρ₁, ρ₂) relative to ½(ρ₁ + ρ₂).
  const shared = sides.map((contrast) => meanOfArray(contrast.map((gap) => 2 / (1 + Math.exp(Math.abs(gap))))));
  const [first, second] = sides.map((contrast) => meanOfArray(contrast));
  return { symmetricKL: (first! + second!) / 2, overlap: (shared[0]! + shared[1]!) / 2 };
}

function ownLogDensities(z: RowMatrix, kernel: PreparedKernel): Float64Array {
  return logDensities(selfKernelSums(z, kernel, kernel.form).rows, seen(z.rows, kernel.form), kernel);
}

function compare(
  z: RowMatrix,
  potentialTerm: number,
  { massInWells, massInUnion }: ParticleObservation,
  { gibbs = {}, kernel }: { readonly gibbs: ExactGibbs | undefined; readonly kernel: PreparedKernel | undefined },
): Partial<ParticleObservation> {
  const errors = (gibbs.massInWells ?? []).map((exact, k) => Math.abs(massInWells[0]![k]! - exact));
  if (gibbs.massInUnion !== undefined) errors.push(Math.abs(massInUnion[0]! - gibbs.massInUnion));
  const byMass = errors.length > 0 ? { massError: Math.max(...errors) } : {};
  if (gibbs.logPartition === undefined || kernel === undefined || z.rows < 2) return byMass;
  const logs = ownLogDensities(z, kernel);
  return { ...byMass, klToGibbs: potentialTerm + meanOfArray(logs) + gibbs.logPartition };
}
