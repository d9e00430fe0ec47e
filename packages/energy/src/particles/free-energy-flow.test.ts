import { existsSync, readFileSync } from "node:fs";
import { tfjsCpuBackend } from "@nce-geometry/backend-tfjs/cpu";
import { sphere } from "@nce-geometry/manifold";
import { createRandom, log, type RowMatrix, reshape, slice, sub, type Tensor } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { type ParticleFlowState, particleFlowInit } from "./flow-state.ts";
import { type FreeEnergyFlowOptions, freeEnergyFlow } from "./free-energy-flow.ts";
import { gibbsBandwidth } from "./gibbs-bandwidth.ts";
import { particleFreeEnergy, particleFreeEnergyGradient } from "./particle-free-energy.ts";
import { wellPotential } from "./well-potential.ts";

const EPSILON = 2 ** -52;
const second = [0.85, 0.15, -0.5].map((value) => value / Math.hypot(0.85, 0.15, -0.5));
const centers = [[0, 0, 1], second];
const wells = centers.map((center) => ({ center, angle: 0.5 }));
const potential = wellPotential({ wells: centers, concentration: 12 });
const cloud = (n: number, seed = 1): RowMatrix => sphere(3).rows.sampleUniform(createRandom(seed), n);
const start = (n = 12): ParticleFlowState => particleFlowInit(cloud(n), createRandom(2));
const options: FreeEnergyFlowOptions = {
  temperature: 0.3,
  potential,
  kernel: { kind: "vonMisesFisher", bandwidth: 0.4 },
  steps: 6,
};
const sgd = { kind: "sgd", learningRate: 0.01 } as const;
/** What is left after a state has gone through a file. */
const reopened = (state: ParticleFlowState): ParticleFlowState =>
  JSON.parse(JSON.stringify(state)) as ParticleFlowState;

describe("steps", () => {
  test("sgd: along n times the Riemannian gradient", async () => {
    const z = cloud(12);
    const { gradient } = particleFreeEnergyGradient(z, options);
    const space = sphere(3).rows;
    const velocity = space.toRiemannianGradient(z, { ...z, data: gradient });
    const step = { ...z, data: velocity.data.map((value) => -0.01 * 12 * value) };
    const { particles } = await freeEnergyFlow(start(), { ...options, steps: 1, optimizer: sgd });
    expectAllClose(particles[0]!.data, space.retract(z, step).data, { ulps: 16, epsilon: EPSILON, scale: 1 });
  });

  test("without noise small steps only lose energy, at the rate of the squared speed", async () => {
    const { trajectory } = await freeEnergyFlow(start(), {
      ...options,
      steps: 20,
      recordEvery: 1,
      optimizer: { ...sgd, learningRate: 1e-4 },
    });
    const values = trajectory.map(({ terms }) => terms.value);
    for (let k = 1; k < values.length; k++) {
      const rate = (values[k - 1]! - values[k]!) / 1e-4;
      // dJ/dt = −Σ‖n grad_i J‖²/n, up to the step's curvature of some 1/τ and 1/h².
      expect(Math.abs(rate / trajectory[k - 1]!.gradientNorm! ** 2 - 1)).toBeLessThan(1e-4 * (1 / 0.3 + 1 / 0.16) * 2);
    }
  });

  test("one particle falls to the bottom of its well and converges there", async () => {
    const state = particleFlowInit({ rows: 1, dim: 3, data: Float64Array.of(0.6, 0, 0.8) }, createRandom(1));
    const one = wellPotential({ wells: [[0, 0, 1]], concentration: 1 });
    const result = await freeEnergyFlow(state, {
      ...options,
      potential: one,
      steps: 2000,
      tolerance: 1e-9,
      optimizer: { ...sgd, learningRate: 0.1 },
    });
    expect(result.status).toBe("converged");
    expect(result.steps).toBeLessThan(200);
    // The speed is sin θ/τ.
    expectAllClose(result.particles[0]!.data, [0, 0, 1], { ulps: (0.3 * 1e-9) / EPSILON, epsilon: EPSILON, scale: 1 });
    expect(result.trajectory.at(-1)!.step).toBe(result.steps);
  });

  test("ambient parameters: V moves, z = V/‖V‖ is what is told", async () => {
    const v = { rows: 2, dim: 3, data: Float64Array.of(0, 3, 4, 0, 0, -2) };
    const ambient = { ...options, parameters: "ambient", steps: 0 } as const;
    const { particles, state, trajectory } = await freeEnergyFlow(particleFlowInit(v, createRandom(1)), ambient);
    expect([...particles[0]!.data]).toEqual([0, 0.6, 0.8, 0, 0, -1]);
    expect(state.clouds[0]!.values).toEqual([...v.data]);
    expectClose(trajectory[0]!.terms.value, particleFreeEnergy(particles[0]!, options).value, {
      ulps: 8,
      epsilon: EPSILON,
    });
    const moved = await freeEnergyFlow(state, { ...ambient, steps: 1, optimizer: sgd });
    const { gradient } = particleFreeEnergyGradient(particles[0]!, options);
    const tangent = sphere(3).rows.projectTangent(particles[0]!, { ...v, data: gradient }).data;
    const expected = v.data.map((value, k) => value - (0.01 * 2 * tangent[k]!) / (k < 3 ? 5 : 2));
    expectAllClose(moved.state.clouds[0]!.values.map(Number), expected, { ulps: 32, epsilon: EPSILON, scale: 1 });
  });

  test("noise: tangent increments of the given deviation, from the stream of the step", async () => {
    const n = 1500;
    const z = { rows: n, dim: 3, data: Float64Array.from({ length: 3 * n }, (_, k) => (k % 3 === 2 ? 1 : 0)) };
    const run = {
      ...options,
      kernel: { kind: "vonMisesFisher", bandwidth: 1e6 },
      potential: wellPotential({ wells: [[0, 0, 1]], concentration: 1 }),
    } as const;
    const { particles } = await freeEnergyFlow(particleFlowInit(z, createRandom(3)), {
      ...run,
      steps: 1,
      noise: 0.02,
      optimizer: sgd,
    });
    // At the bottom of the well nothing pulls.
    const square = particles[0]!.data.reduce((sum, value, k) => (k % 3 === 2 ? sum : sum + value * value), 0) / (2 * n);
    // A χ² of 2n degrees of freedom: relative deviation √(2/2n).
    expect(Math.abs(square / 0.02 ** 2 - 1)).toBeLessThan(4 / Math.sqrt(n));
  });
});

describe("continuation", () => {
  test.each([
    ["adam with noise", { noise: 0.05 }],
    ["sgd with momentum", { optimizer: { ...sgd, momentum: 0.9 } }],
    ["ambient adam with noise", { parameters: "ambient", noise: 0.06 }],
  ] as const)("%s: three steps from a file and three more are six, bit for bit", async (_, changes) => {
    const whole = await freeEnergyFlow(start(), { ...options, ...changes });
    const half = await freeEnergyFlow(start(), { ...options, ...changes, steps: 3 });
    const rest = await freeEnergyFlow(reopened(half.state), { ...options, ...changes, steps: 3 });
    expect(rest.state).toEqual(whole.state);
    expect(rest.trajectory.at(-1)).toEqual(whole.trajectory.at(-1));
    expect(whole.state.step).toBe(6);
  });

  test("the given state stays as it was, and no steps give it back", async () => {
    const state = start();
    const copy = reopened(state);
    const { status, state: same } = await freeEnergyFlow(state, { ...options, steps: 0 });
    expect(status).toBe("maxSteps");
    expect(same).toEqual(copy);
    await freeEnergyFlow(state, options);
    expect(state).toEqual(copy);
  });
});

describe("status", () => {
  test("diverged: the last finite state, and where the potential broke", async () => {
    // log(z₃ + 0.9) is NaN below.
    const broken = (z: Tensor): Tensor => log(sub(reshape(slice(z, [0, 2], [z.shape[0]!, 1]), [z.shape[0]!]), -0.9));
    const z = { rows: 2, dim: 3, data: Float64Array.of(0, 0, 1, 0.6, 0, -0.8) };
    const run = { ...options, potential: broken, steps: 50, optimizer: { ...sgd, learningRate: 0.2 } };
    const result = await freeEnergyFlow(particleFlowInit(z, createRandom(1)), run);
    expect(result.status).toBe("diverged");
    expect(result.reason).toBe("`potential` is NaN at row 1 of 2");
    expect(result.state.step).toBe(result.steps);
    expect(result.particles[0]!.data.every(Number.isFinite)).toBe(true);
    const below = { rows: 2, dim: 3, data: Float64Array.of(0, 0, 1, 0, 0, -1) };
    const atOnce = await freeEnergyFlow(particleFlowInit(below, createRandom(1)), run);
    expect(atOnce).toMatchObject({
      status: "diverged",
      steps: 0,
      reason: "`potential` is NaN at row 1 of 2",
      trajectory: [],
    });
  });

  test("aborted between two steps; progress counts them", async () => {
    const signal = { aborted: false, reason: undefined };
    const done: number[] = [];
    const onProgress = (progress: { done: number; total: number }): void => {
      done.push(progress.done);
      if (progress.done === 3) signal.aborted = true;
    };
    const result = await freeEnergyFlow(start(), { ...options, steps: 100, signal, onProgress });
    expect(result).toMatchObject({ status: "aborted", steps: 4 });
    expect(done).toEqual([0, 1, 2, 3, 4]);
    expect(result.trajectory.map(({ step }) => step)).toEqual([0, 4]);
  });

  test("records: the first, multiples, the last; plain JSON", async () => {
    const { trajectory, state } = await freeEnergyFlow(start(), { ...options, steps: 5, recordEvery: 2 });
    expect(trajectory.map(({ step }) => step)).toEqual([0, 2, 4, 5]);
    const more = await freeEnergyFlow(state, { ...options, steps: 2, recordEvery: 2 });
    expect(more.trajectory.map(({ step }) => step)).toEqual([5, 6, 7]);
    expect(JSON.parse(JSON.stringify(trajectory))).toEqual(trajectory);
  });
});

test("the divergence from the Gibbs law is the energy above its minimum, −log Z", async () => {
  const run = { ...options, steps: 1, gibbs: { logPartition: 1.5 } };
  for (const form of ["all", "leaveOneOut"] as const) {
    const { trajectory } = await freeEnergyFlow(start(), { ...run, form });
    for (const { terms, klToGibbs } of trajectory) {
      expectClose(klToGibbs!, terms.value + 1.5, { ulps: 16, epsilon: EPSILON, scale: 4 });
    }
  }
});

test("on a backend of tensors, the same flow to its precision", async () => {
  const run = { ...options, steps: 5, recordEvery: 5, optimizer: sgd, wells };
  const fused = await freeEnergyFlow(start(), run);
  const backend = await tfjsCpuBackend();
  const live = backend.liveTensors();
  const taped = await freeEnergyFlow(start(), { ...run, backend });
  expect(backend.liveTensors()).toBe(live);
  // Cosines in float32 reach the exponents through 1/h², the velocities through another; five steps of 0.01.
  const { epsilon } = backend;
  const ulps = 12 * (4 + 1 / 0.16);
  expectClose(taped.trajectory.at(-1)!.terms.value, fused.trajectory.at(-1)!.terms.value, { ulps, epsilon, scale: 1 });
  expectClose(taped.trajectory.at(-1)!.terms.crossEntropyTerm, fused.trajectory.at(-1)!.terms.crossEntropyTerm, {
    ulps,
    epsilon,
    scale: 1,
  });
  expectAllClose(taped.particles[0]!.data, fused.particles[0]!.data, { ulps, epsilon, scale: 1 });
});

describe("the Gibbs law of two wells at τ = 0.1, whose mass within 0.5 rad of a well is 0.706385", () => {
  const run = {
    potential,
    temperature: 0.1,
    steps: 200,
    recordEvery: 200,
    wells,
    gibbs: { massInUnion: 0.706385 },
  } as const;
  const n = 192;
  const binomial = Math.sqrt((0.706385 * (1 - 0.706385)) / n);

  test("the bandwidth tied to τ ends there", async () => {
    const kernel = { kind: "vonMisesFisher", bandwidth: gibbsBandwidth({ temperature: 0.1 }) } as const;
    const { trajectory } = await freeEnergyFlow(start(n), {
      ...run,
      kernel,
      optimizer: { kind: "adam", learningRate: 0.02 },
    });
    // Particles that repel each other scatter less than independent ones: three of those deviations are ample.
    expect(trajectory.at(-1)!.massError).toBeLessThan(3 * binomial);
  });

  test("the paper's simulation, h = 0.35 throughout, over-concentrates", async () => {
    const v = { rows: n, dim: 3, data: createRandom(4).normal(3 * n) };
    const { trajectory } = await freeEnergyFlow(particleFlowInit(v, createRandom(5)), {
      ...run,
      kernel: { kind: "geodesicGaussian", bandwidth: 0.35, distance: "clamped" },
      parameters: "ambient",
      noise: 0.06,
    });
    const [mass] = trajectory.at(-1)!.massInUnion;
    expect(mass).toBeGreaterThan(0.706385 + 5 * binomial);
    expectClose(trajectory.at(-1)!.massError!, mass! - 0.706385, { ulps: 4, epsilon: EPSILON });
  });
});

const oracle = new URL("../../../../../shared/oracles/sphere_particles.json", import.meta.url);
interface OracleCase {
  readonly m1: number[];
  readonly m2: number[];
  readonly kappa: number;
  readonly mixWeight: number;
  readonly bandwidth: number;
  readonly tau: number;
  readonly V: number[][];
  readonly adamLearningRate: number;
  readonly adamSteps: number;
  readonly adamLosses: number[];
  readonly adamFinalV: number[][];
  readonly capFraction05: number;
}

describe.skipIf(!existsSync(oracle))(
  "forty Adam steps of the paper's code (skipped where shared/oracles is absent)",
  () => {
    const cases = existsSync(oracle) ? (JSON.parse(readFileSync(oracle, "utf8")) as OracleCase[]) : [];
    test.each(cases.map((one) => [one.tau, one] as const))("τ = %d", async (_, one) => {
      const v = { rows: one.V.length, dim: 3, data: Float64Array.from(one.V.flat()) };
      const { state, trajectory } = await freeEnergyFlow(particleFlowInit(v, createRandom(1)), {
        temperature: one.tau,
        potential: wellPotential({
          wells: [one.m1, one.m2],
          concentration: one.kappa,
          weights: [one.mixWeight, 1 - one.mixWeight],
        }),
        kernel: { kind: "geodesicGaussian", bandwidth: one.bandwidth, distance: "clamped" },
        parameters: "ambient",
        optimizer: { kind: "adam", learningRate: one.adamLearningRate },
        steps: one.adamSteps,
        recordEvery: 1,
        wells: [one.m1, one.m2].map((center) => ({ center, angle: 0.5 })),
      });
      const losses = trajectory.slice(0, one.adamSteps).map(({ terms }) => terms.value);
      expectAllClose(losses, one.adamLosses, { ulps: 1e-9 / EPSILON, epsilon: EPSILON });
      expectAllClose(state.clouds[0]!.values.map(Number), one.adamFinalV.flat(), {
        ulps: 1e-7 / EPSILON,
        epsilon: EPSILON,
      });
      // Written in float32.
      expectClose(trajectory.at(-1)!.massInUnion[0]!, one.capFraction05, { ulps: 1, epsilon: 2 ** -23 });
    });
  },
);

describe("messages", () => {
  const run = (changes: object, state: ParticleFlowState = start()) =>
    freeEnergyFlow(state, { ...options, ...changes });
  test.each([
    [{ steps: -1 }, "freeEnergyFlow: `steps` must be an integer ≥ 0, got -1."],
    [{ recordEvery: 0 }, "freeEnergyFlow: `recordEvery` must be an integer ≥ 1, got 0."],
    [{ noise: Number.NaN }, "freeEnergyFlow: `noise` must be a finite number ≥ 0, got NaN."],
    [{ tolerance: -1 }, "freeEnergyFlow: `tolerance` must be a finite number ≥ 0, got -1."],
    [{ parameters: "torus" }, 'freeEnergyFlow: `parameters` must be "sphere" or "ambient", got torus.'],
    [
      { optimizer: { kind: "lineSearch" } },
      'freeEnergyFlow: `optimizer.kind` must be "adam" or "sgd", got lineSearch.',
    ],
    [
      { temperature: 0 },
      "freeEnergyFlow: `temperature` must be a finite number > 0, got 0. CLIP-like systems use 0.01 to 0.1.",
    ],
    [{ wells: [{ center: [0, 1], angle: 1 }] }, "freeEnergyFlow: `wells[0].center` must be 3 numbers, got 2."],
    [{ wells: [{ center: [0, 0, 1], angle: 0 }] }, "freeEnergyFlow: `wells[0].angle` must be a number > 0, got 0."],
    [{ gibbs: { massInWells: [1] } }, "freeEnergyFlow: `gibbs.massInWells` must be 0 numbers, one per well, got 1."],
  ])("options %#", async (changes, message) => {
    await expect(run(changes)).rejects.toThrow(message);
  });

  test("states", async () => {
    const two = particleFlowInit([cloud(3), cloud(3)], createRandom(1));
    await expect(run({}, two)).rejects.toThrow("freeEnergyFlow: `state` must be of one cloud, got one of 2.");
    const { state } = await run({ steps: 1 });
    await expect(run({ optimizer: sgd }, state)).rejects.toThrow(
      'freeEnergyFlow: `state` must be one of the optimiser "sgd", got one of "adam".',
    );
    const off = particleFlowInit({ rows: 2, dim: 3, data: Float64Array.of(0, 0, 1, 0, 0, 2) }, createRandom(1));
    await expect(run({}, off)).rejects.toThrow(
      "freeEnergyFlow: `state.clouds[0]` must be on sphere(3), got row 1 of 2 with norm 2 instead of 1 (tolerance 0.0000010). Move points there with projectPoint, or allow more with `tolerance`.",
    );
    expect(() =>
      particleFlowInit({ rows: 2, dim: 2, data: Float64Array.of(1, 0, 0, Number.NaN) }, createRandom(1)),
    ).toThrow("particleFlowInit: `clouds[0]` must be finite, got NaN in row 1.");
    expect(() => particleFlowInit({ rows: 2, dim: 2, data: Float64Array.of(1) }, createRandom(1))).toThrow(
      "particleFlowInit: `clouds[0]` must be 2 · 2 numbers, got 1.",
    );
  });
});
