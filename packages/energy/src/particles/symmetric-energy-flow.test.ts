import { sphere } from "@nce-geometry/manifold";
import { createRandom, type RowMatrix, referenceBackend } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { type ParticleFlowState, particleFlowInit } from "./flow-state.ts";
import { freeEnergyFlow } from "./free-energy-flow.ts";
import { type SymmetricEnergyFlowOptions, symmetricEnergyFlow } from "./symmetric-energy-flow.ts";
import { wellPotential } from "./well-potential.ts";

const EPSILON = 2 ** -52;
const random = createRandom(3);
const cloud = (label: string, n: number, d = 3): RowMatrix => sphere(d).rows.sampleUniform(random.split(label), n);
const first = wellPotential({ wells: [[0, 0, 1]], concentration: 4 });
const second = wellPotential({ wells: [[0, 1, 0]], concentration: 4 });
const fields = { kind: "fields", first, second } as const;
const options: SymmetricEnergyFlowOptions = {
  temperature: 0.4,
  potentials: fields,
  kernel: { kind: "vonMisesFisher", bandwidth: 0.5 },
  optimizer: { kind: "sgd", learningRate: 0.02 },
  steps: 6,
  recordEvery: 2,
};
const start = (n = 10, m = 8): ParticleFlowState => particleFlowInit([cloud("x", n), cloud("y", m)], createRandom(4));
const reopened = (state: ParticleFlowState): ParticleFlowState =>
  JSON.parse(JSON.stringify(state)) as ParticleFlowState;

test("own, fields: two independent flows at half the speed", async () => {
  const { particles } = await symmetricEnergyFlow(start(), { ...options, denominator: "own" });
  const { temperature, kernel, steps } = options;
  const alone = async (z: RowMatrix, potential: typeof first) => {
    const slow = { temperature, kernel, steps, potential, optimizer: { kind: "sgd", learningRate: 0.01 } } as const;
    return (await freeEnergyFlow(particleFlowInit(z, createRandom(1)), slow)).particles[0]!.data;
  };
  // Velocities of some 1/h² + 1/τ in six steps of 0.02.
  const tolerance = { ulps: 10 * 16, epsilon: EPSILON, scale: 1 };
  expectAllClose(particles[0]!.data, await alone(cloud("x", 10), first), tolerance);
  expectAllClose(particles[1]!.data, await alone(cloud("y", 8), second), tolerance);
});

describe.each([{ noise: 0 }, { noise: 0.03 }])("noise $noise", (changes) => {
  test.each(["cross", "pooled"] as const)("%s: continued from a file bit for bit", async (denominator) => {
    const run = { ...options, ...changes, denominator, ownWeight: 0.2 };
    const whole = await symmetricEnergyFlow(start(), run);
    const half = await symmetricEnergyFlow(start(), { ...run, steps: 3 });
    const rest = await symmetricEnergyFlow(reopened(half.state), { ...run, steps: 3 });
    expect(rest.state).toEqual(whole.state);
    expect(rest.trajectory.at(-1)).toEqual(whole.trajectory.at(-1));
  });
});

test("the two clouds get noise of their own", async () => {
  const same = particleFlowInit([cloud("x", 5), cloud("x", 5)], createRandom(1));
  const flat = { ...options, potentials: { kind: "fields", first, second: first }, noise: 0.1, steps: 1 } as const;
  const { particles } = await symmetricEnergyFlow(same, flat);
  expect(particles[0]!.data).not.toEqual(particles[1]!.data);
});

test("without noise the energy only falls, and records tell both clouds", async () => {
  for (const potentials of [{ kind: "pairs" } as const, fields]) {
    const small = {
      ...options,
      potentials,
      steps: 30,
      recordEvery: 1,
      optimizer: { kind: "sgd", learningRate: 1e-3 },
    } as const;
    const { trajectory } = await symmetricEnergyFlow(start(10, 10), {
      ...small,
      wells: [{ center: [0, 0, 1], angle: 1 }],
    });
    const values = trajectory.map(({ terms }) => terms.value);
    for (let k = 1; k < values.length; k++) expect(values[k]!).toBeLessThan(values[k - 1]!);
    const { massInWells, massInUnion, symmetricKL, overlap } = trajectory.at(-1)!;
    expect([massInWells.length, massInUnion.length]).toEqual([2, 2]);
    expect(Number.isFinite(symmetricKL)).toBe(true);
    expect(overlap).toBeGreaterThan(0);
    expect(overlap).toBeLessThanOrEqual(1);
    expect(JSON.parse(JSON.stringify(trajectory))).toEqual(trajectory);
  }
});

test("without pairs to hold them together, clouds that see only each other part; those that see themselves do not", async () => {
  const n = 60;
  const state = particleFlowInit([cloud("left", n), cloud("right", n)], createRandom(1));
  const flat = {
    kind: "fields",
    first: wellPotential({ wells: [[0, 0, 1]], concentration: 1 }),
    second: wellPotential({ wells: [[0, 0, 1]], concentration: 1 }),
  } as const;
  const run = {
    ...options,
    temperature: 1e3,
    potentials: flat,
    steps: 150,
    recordEvery: 150,
    optimizer: { kind: "adam", learningRate: 0.05 },
  } as const;
  const overlapAfter = async (ownWeight: number): Promise<number> => {
    const { trajectory } = await symmetricEnergyFlow(state, { ...run, ownWeight });
    return trajectory.at(-1)!.overlap!;
  };
  // −D_S drives them apart at λ = 0; at λ = 1 two uniform laws are the only minimum.
  expect(await overlapAfter(0)).toBeLessThan(0.1);
  expect(await overlapAfter(1)).toBeGreaterThan(0.8);
});

test("by tensors: the same flow", async () => {
  const run = { ...options, denominator: "pooled", ownWeight: 0.3, steps: 4 } as const;
  const fused = await symmetricEnergyFlow(start(), run);
  const taped = await symmetricEnergyFlow(start(), { ...run, backend: referenceBackend() });
  const tolerance = { ulps: 10 * 16, epsilon: EPSILON, scale: 1 };
  fused.particles.forEach((z, a) => {
    expectAllClose(taped.particles[a]!.data, z.data, tolerance);
  });
  const [a, b] = [taped.trajectory.at(-1)!.terms, fused.trajectory.at(-1)!.terms];
  expectClose(a.value, b.value, tolerance);
  expectClose(a.denominatorTerm, b.denominatorTerm, tolerance);
  expectAllClose(a.meanPotentials, b.meanPotentials, tolerance);
  expect(a.particles).toEqual(b.particles);
  const pairs = { ...run, potentials: { kind: "pairs" } } as const;
  const [fusedPairs, tapedPairs] = [
    await symmetricEnergyFlow(start(8, 8), pairs),
    await symmetricEnergyFlow(start(8, 8), { ...pairs, backend: referenceBackend() }),
  ];
  expectAllClose(
    tapedPairs.trajectory.at(-1)!.terms.meanPotentials,
    fusedPairs.trajectory.at(-1)!.terms.meanPotentials,
    tolerance,
  );
});

describe("status and messages", () => {
  test("diverged names the potential that broke", async () => {
    const broken = Object.assign((z: Parameters<typeof first>[0]) => first(z), {
      onRows: (z: RowMatrix) => ({
        values: new Float64Array(z.rows).fill(Number.NaN),
        gradient: new Float64Array(z.data.length),
      }),
    });
    const result = await symmetricEnergyFlow(start(), {
      ...options,
      potentials: { kind: "fields", first, second: broken },
    });
    expect(result).toMatchObject({ status: "diverged", steps: 0, reason: "`potentials.second` is NaN at row 0 of 8" });
  });

  test("refused", async () => {
    const one = particleFlowInit(cloud("x", 4), createRandom(1));
    await expect(symmetricEnergyFlow(one, options)).rejects.toThrow(
      "symmetricEnergyFlow: `state` must be of two clouds, got one of 1.",
    );
    const pairs = { ...options, potentials: { kind: "pairs" } } as const;
    await expect(symmetricEnergyFlow(start(10, 8), pairs)).rejects.toThrow(
      "symmetricEnergyFlow: `y` must be of shape [10, 3], got [8, 3].",
    );
    await expect(symmetricEnergyFlow(start(), { ...options, temperature: 0 })).rejects.toThrow(
      "symmetricEnergyFlow: `temperature` must be a finite number > 0, got 0. CLIP-like systems use 0.01 to 0.1.",
    );
  });
});
