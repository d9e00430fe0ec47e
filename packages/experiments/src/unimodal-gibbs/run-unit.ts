// One run of particles: one seed, one temperature, one dynamics. Or the exact laws, which are a unit of their own.

import {
  freeEnergyFlow,
  gibbsBandwidth,
  langevinFlow,
  langevinFlowInit,
  type ParticleKernel,
  type ParticleObservation,
  particleFlowInit,
  type VonMisesFisherKernel,
} from "@nce-geometry/energy";
import { sphere } from "@nce-geometry/manifold";
import {
  createRandom,
  meanOfArray,
  type Random,
  type RowMatrix,
  type RunControl,
  throwIfAborted,
} from "@nce-geometry/tensor";
import { type Dynamics, LANGEVIN_BURN_IN, type UnimodalGibbsConfig } from "./config.ts";
import {
  type CurvePoint,
  concentrationCurve,
  type ExactMass,
  exactMass,
  type Landscape,
  landscapeOf,
} from "./exact-law.ts";

export type UnimodalGibbsUnit =
  | { readonly kind: "exact" }
  | { readonly kind: "run"; readonly dynamics: Dynamics; readonly temperature: number; readonly seed: number };

/** The exact laws. */
export type ExactResult = {
  readonly kind: "exact";
  /** At the temperatures of the configuration, in their order; the masses are accurate to 1e-10. */
  readonly masses: readonly ExactMass[];
  /** Between the lowest and the highest of them, accurate to 1e-8. */
  readonly curve: readonly CurvePoint[];
};

/** A point of a trajectory. */
export type RunRecord = {
  readonly step: number;
  /** Share of the particles in the union of the caps. */
  readonly mass: number;
  /** ⟨U⟩/τ. Unit: nats. */
  readonly potentialTerm: number;
  /** The energy that the flow descends, in nats; null for Langevin dynamics, which know none. */
  readonly energy: number | null;
  /** D_KL(ρ̂‖ρ*), an estimate by a kernel density, in nats. Below 0 by its bias where particles are many fewer than cells of the bandwidth. */
  readonly klToGibbs: number;
};

/** What became of a run. */
export type RunResult = {
  readonly kind: "run";
  readonly dynamics: Dynamics;
  readonly temperature: number;
  readonly seed: number;
  readonly status: string;
  readonly steps: number;
  /** Langevin: time per step. Null of the flows, whose optimiser keeps no time. */
  readonly stepSize: number | null;
  /** Bandwidth of the kernel density behind `klToGibbs`, tied to the temperature in every dynamics. Unit: rad. */
  readonly bandwidth: number;
  /** Share in the union of the caps: at the end, for Langevin dynamics the mean of the records from time 1 on. */
  readonly mass: number;
  readonly massInWells: readonly number[];
  readonly records: readonly RunRecord[];
  /** Coordinates at the end, [n, 3] row by row, rounded to 4 decimals; of seed 0 alone, for pictures, else null. */
  readonly particles: readonly number[] | null;
};

export type UnimodalGibbsResult = ExactResult | RunResult;

/** Does a unit. */
export async function runUnit(
  config: UnimodalGibbsConfig,
  unit: UnimodalGibbsUnit,
  control: RunControl,
): Promise<UnimodalGibbsResult> {
  const landscape = landscapeOf(config);
  if (unit.kind === "exact") {
    const masses = config.temperatures.map((temperature) => exactMass(landscape, temperature));
    return { kind: "exact", masses, curve: concentrationCurve(landscape, config) };
  }
  const { dynamics, temperature, seed } = unit;
  const { logPartition } = exactMass(landscape, temperature, 1e-9);
  const task: Task = { config, landscape, temperature, seed, observed: { gibbs: { logPartition }, ...control } };
  const run = dynamics === "langevin" ? await langevinRun(task) : await flowRun(task, dynamics);
  throwIfAborted(control.signal);
  const particles = seed === 0 ? Array.from(run.particles.data, rounded) : null;
  return { kind: "run", dynamics, temperature, seed, ...run, particles };
}

interface Task {
  readonly config: UnimodalGibbsConfig;
  readonly landscape: Landscape;
  readonly temperature: number;
  readonly seed: number;
  readonly observed: { readonly gibbs: { readonly logPartition: number } } & RunControl;
}

type Run = Omit<RunResult, "kind" | "dynamics" | "temperature" | "seed" | "particles"> & {
  readonly particles: RowMatrix;
};

const space = sphere(3);

async function flowRun({ config, landscape, temperature, seed, observed }: Task, dynamics: Dynamics): Promise<Run> {
  const random = createRandom(seed);
  const isPaper = dynamics === "paper";
  const tied = tiedKernel(config, temperature);
  const kernel = isPaper ? paperKernel(config) : tied;
  const steps = isPaper ? config.paperSteps : config.tiedSteps;
  const learningRate = isPaper ? config.paperRate : config.tiedRate;
  const start = isPaper ? directions(random, config.particles) : uniform(random, config.particles);
  const flow = await freeEnergyFlow(particleFlowInit(start, random.split("noise")), {
    ...observed,
    ...landscape,
    temperature,
    kernel,
    // With the wide kernel of the paper's simulation a collapsed cloud would pass for the Gibbs law.
    densityKernel: tied,
    optimizer: { kind: "adam", learningRate },
    ...(isPaper && { parameters: "ambient", noise: config.paperNoise }),
    steps,
    recordEvery: Math.ceil(steps / config.records),
  });
  const last = flow.trajectory.at(-1)!;
  return {
    status: flow.status,
    steps: flow.steps,
    stepSize: null,
    bandwidth: tied.bandwidth,
    mass: last.massInUnion[0]!,
    massInWells: last.massInWells[0]!,
    records: flow.trajectory.map((record) => recordOf(record, record.terms.potentialTerm, record.terms.value)),
    particles: flow.particles[0]!,
  };
}

async function langevinRun({ config, landscape, temperature, seed, observed }: Task): Promise<Run> {
  const random = createRandom(seed);
  const tied = tiedKernel(config, temperature);
  // The bias of the law is of the order of the step size, and drift must not leap over wells.
  const stepSize = Math.min(0.01, 0.02 * temperature);
  const recordEvery = Math.ceil(config.langevinTime / config.records / stepSize);
  const flow = await langevinFlow(space, langevinFlowInit(uniform(random, config.particles), random.split("noise")), {
    ...observed,
    ...landscape,
    temperature,
    stepSize,
    steps: Math.ceil(config.langevinTime / stepSize),
    recordEvery,
    densityKernel: tied,
  });
  const late = flow.trajectory.filter(({ step }) => step * stepSize >= LANGEVIN_BURN_IN);
  const settled = late.length > 0 ? late : flow.trajectory.slice(-1);
  return {
    status: flow.status,
    steps: flow.steps,
    stepSize,
    bandwidth: tied.bandwidth,
    mass: meanOfArray(settled.map(({ massInUnion }) => massInUnion[0]!)),
    massInWells: landscape.wells.map((_, k) => meanOfArray(settled.map(({ massInWells }) => massInWells[0]![k]!))),
    records: flow.trajectory.map((record) => recordOf(record, record.terms.potentialTerm, null)),
    particles: flow.particles,
  };
}

function paperKernel({ paperBandwidth }: UnimodalGibbsConfig): ParticleKernel {
  return { kind: "geodesicGaussian", bandwidth: paperBandwidth, distance: "clamped" };
}

/** Particles for which the widest bandwidth of `gibbsBandwidth` was chosen; fewer lie as much farther apart. */
const USUAL_PARTICLES = 768;

function tiedKernel({ particles }: UnimodalGibbsConfig, temperature: number): VonMisesFisherKernel {
  const widest = 0.2 * Math.sqrt(USUAL_PARTICLES / particles);
  return { kind: "vonMisesFisher", bandwidth: gibbsBandwidth({ temperature, widest }) };
}

/** The paper's start: normal vectors, whose directions are the particles. */
function directions(random: Random, particles: number): RowMatrix {
  return { rows: particles, dim: 3, data: random.split("start").normal(3 * particles) };
}

function uniform(random: Random, particles: number): RowMatrix {
  return space.rows.sampleUniform(random.split("start"), particles);
}

function recordOf(
  { step, massInUnion, klToGibbs }: ParticleObservation & { readonly step: number },
  potentialTerm: number,
  energy: number | null,
): RunRecord {
  return { step, mass: massInUnion[0]!, potentialTerm, energy, klToGibbs: klToGibbs! };
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
