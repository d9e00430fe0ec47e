import { existsSync, readFileSync } from "node:fs";
import { logKernelVolume, logSphereArea, sphere } from "@nce-geometry/manifold";
import {
  createRandom,
  fromData,
  logSumExpOfArray,
  meanOfArray,
  type RowMatrix,
  referenceBackend,
  valueAndGrad,
} from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { particleFreeEnergyOnTensors } from "./particle-energy-on-tensors.ts";
import {
  type ParticleFreeEnergyOptions,
  particleFreeEnergy,
  particleFreeEnergyGradient,
} from "./particle-free-energy.ts";
import type { ParticleKernel } from "./particle-kernel.ts";
import { wellPotential } from "./well-potential.ts";

const EPSILON = 2 ** -52;
const wells = [
  [0, 0, 1],
  [0.6, 0, -0.8],
];
const potential = wellPotential({ wells, concentration: 12 });
const kernel: ParticleKernel = { kind: "vonMisesFisher", bandwidth: 0.4 };
const options: ParticleFreeEnergyOptions = { temperature: 0.3, potential, kernel };
const cloud = (n: number, seed = 1): RowMatrix => sphere(3).rows.sampleUniform(createRandom(seed), n);

/** Rows projected onto the tangent spaces. */
function tangent(z: RowMatrix, gradient: ArrayLike<number>): Float64Array {
  const v = { rows: z.rows, dim: z.dim, data: Float64Array.from(gradient) };
  return sphere(z.dim).rows.projectTangent(z, v).data;
}

describe("limits", () => {
  test("a wide kernel: ⟨U⟩/τ − log|S²|", () => {
    const { value, potentialTerm, crossEntropyTerm, meanPotential } = particleFreeEnergy(cloud(40), {
      ...options,
      kernel: { kind: "vonMisesFisher", bandwidth: 1e4 },
    });
    expectClose(crossEntropyTerm, logSphereArea(3), { ulps: 4 / EPSILON / 1e8, epsilon: EPSILON });
    expectClose(value, potentialTerm - crossEntropyTerm, { ulps: 2, epsilon: EPSILON, scale: crossEntropyTerm });
    expectClose(potentialTerm, meanPotential / 0.3, { ulps: 2, epsilon: EPSILON });
  });

  test.each(["vonMisesFisher", "geodesicGaussian"] as const)(
    "%s: particles in one place feel the kernel's own mass",
    (kind) => {
      const z = { rows: 5, dim: 3, data: Float64Array.from({ length: 15 }, (_, k) => wells[1]![k % 3]!) };
      const h = 0.2;
      const { value, meanPotential } = particleFreeEnergy(z, { ...options, kernel: { kind, bandwidth: h } });
      // Both kernels are Gaussian of variance h² near their peak: the mass is 2πh² up to a relative h².
      const flat = meanPotential / 0.3 - Math.log(2 * Math.PI * h ** 2);
      expect(Math.abs(value - flat)).toBeLessThan(h ** 2);
    },
  );

  test("kernel of the loss, h² = τ: log-mean-exp of cosines over τ less log V_κ(τ)", () => {
    const z = cloud(20);
    const tau = 0.2;
    const lse = Array.from({ length: 20 }, (_, i) => {
      const cosines = Array.from({ length: 20 }, (_, j) => dot(z, i, j) / tau);
      return logSumExpOfArray(cosines) - Math.log(20) - logKernelVolume(3, { temperature: tau });
    });
    const energy = particleFreeEnergy(z, {
      temperature: tau,
      potential,
      kernel: { kind: "vonMisesFisher", bandwidth: Math.sqrt(tau) },
    });
    expectClose(-energy.crossEntropyTerm, meanOfArray(lse), { ulps: 32 + 8 / tau, epsilon: EPSILON, scale: 1 / tau });
  });

  test("a particle is left out of its own density: two of them see each other alone", () => {
    const angle = 0.9;
    const z = { rows: 2, dim: 2, data: Float64Array.of(1, 0, Math.cos(angle), Math.sin(angle)) };
    const flat = wellPotential({ wells: [[1, 0]], concentration: 1 });
    const two = { temperature: 1, potential: flat, kernel, form: "leaveOneOut" } as const;
    const expected = (Math.cos(angle) - 1) / 0.16 - (logKernelVolume(2, { temperature: 0.16 }) - 1 / 0.16);
    expectClose(-particleFreeEnergy(z, two).crossEntropyTerm, expected, {
      ulps: 256,
      epsilon: EPSILON,
      scale: 1 / 0.16,
    });
  });
});

function dot(z: RowMatrix, i: number, j: number): number {
  let sum = 0;
  for (let k = 0; k < z.dim; k++) sum += z.data[i * z.dim + k]! * z.data[j * z.dim + k]!;
  return sum;
}

const forms = ["all", "leaveOneOut"] as const;
const kernels: ParticleKernel[] = [
  { kind: "vonMisesFisher", bandwidth: 0.3 },
  { kind: "geodesicGaussian", bandwidth: 0.35 },
  { kind: "geodesicGaussian", bandwidth: 0.35, distance: "clamped" },
];

describe.each(kernels)("rows and tensors, $kind $distance", (kernel) => {
  test.each(forms)("the same value and gradient, %s", (form) => {
    for (const d of [2, 3, 6]) {
      const z = sphere(d).rows.sampleUniform(createRandom(d), 25);
      const center = Array.from({ length: d }, (_, k) => (k === 0 ? 1 : 0));
      const own = { temperature: 0.4, potential: wellPotential({ wells: [center], concentration: 5 }), kernel, form };
      const onRows = particleFreeEnergyGradient(z, own);
      const x = fromData(referenceBackend(), z.data, [25, d]);
      const onTensors = valueAndGrad((t) => particleFreeEnergyOnTensors(t!, own), [x]);
      const [value] = onTensors.value.dataSync();
      // Rounded cosines reach the exponents through 1/h²; 25 terms are summed.
      const ulps = 25 * (4 + 1 / kernel.bandwidth ** 2);
      expectClose(onRows.energy.value, value!, { ulps, epsilon: EPSILON, scale: 1 });
      const [a, b] = [tangent(z, onRows.gradient), tangent(z, onTensors.gradients[0]!.dataSync())];
      expectAllClose(a, b, { ulps, epsilon: EPSILON, scale: 1 / kernel.bandwidth ** 2 / 25 });
    }
  });
});

test("the gradient is that of the value, and a dropped temperature would be seen", () => {
  const z = cloud(12, 5);
  const step = 1e-5;
  const direction = sphere(3).rows.sampleTangent(createRandom(6), z);
  const along = (t: number): number => {
    const v = { rows: 12, dim: 3, data: direction.data.map((value) => t * value) };
    return particleFreeEnergy(sphere(3).rows.expMap(z, v), options).value;
  };
  const numeric = (along(step) - along(-step)) / (2 * step);
  const { gradient } = particleFreeEnergyGradient(z, options);
  const analytic = gradient.reduce((sum, g, k) => sum + g * direction.data[k]!, 0);
  // Central differences: (step/h)² of the third derivative, and ε·|J|/step.
  const bound = 10 * (step / 0.4) ** 2 * Math.abs(numeric) + (8 * EPSILON * 10) / step;
  expect(Math.abs(analytic - numeric)).toBeLessThan(bound);
  const mutant = particleFreeEnergyGradient(z, { ...options, temperature: 1 }).gradient;
  const wrong = mutant.reduce((sum, g, k) => sum + g * direction.data[k]!, 0);
  expect(Math.abs(wrong - numeric)).toBeGreaterThan(100 * bound);
});

test("rotations and permutations change nothing", () => {
  const z = cloud(15, 8);
  const flat = wellPotential({ wells: [[0, 0, 1]], concentration: 1 });
  const own = { ...options, potential: flat };
  const turned = {
    ...z,
    data: z.data.map((_, k) => (k % 3 === 2 ? z.data[k]! : k % 3 === 0 ? -z.data[k + 1]! : z.data[k - 1]!)),
  };
  const reversed = { ...z, data: z.data.map((_, k) => z.data[3 * (14 - Math.floor(k / 3)) + (k % 3)]!) };
  const tolerance = { ulps: 15 * 16, epsilon: EPSILON };
  expectClose(particleFreeEnergy(turned, own).value, particleFreeEnergy(z, own).value, tolerance);
  expectClose(particleFreeEnergy(reversed, own).value, particleFreeEnergy(z, own).value, tolerance);
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
  readonly Z: number[][];
  readonly potential: number[];
  readonly kde: number[];
  readonly loss: number;
  readonly gradV: number[][];
}

describe.skipIf(!existsSync(oracle))(
  "golden values of the paper's code (skipped where shared/oracles is absent)",
  () => {
    const cases = existsSync(oracle) ? (JSON.parse(readFileSync(oracle, "utf8")) as OracleCase[]) : [];
    test.each(cases.map((one) => [one.tau, one] as const))("τ = %d", (_, one) => {
      const z = { rows: one.Z.length, dim: 3, data: Float64Array.from(one.Z.flat()) };
      const weights = [one.mixWeight, 1 - one.mixWeight];
      const wellsOfCase = wellPotential({ wells: [one.m1, one.m2], concentration: one.kappa, weights });
      const golden = { ulps: 1e-9 / EPSILON, epsilon: EPSILON };
      expectAllClose(wellsOfCase.onRows!(z).values, one.potential, golden);
      const kernel = { kind: "geodesicGaussian", bandwidth: one.bandwidth, distance: "clamped" } as const;
      const { energy, gradient } = particleFreeEnergyGradient(z, {
        temperature: one.tau,
        potential: wellsOfCase,
        kernel,
      });
      expectClose(energy.value, one.loss, golden);
      expectClose(-energy.crossEntropyTerm, meanOfArray(one.kde.map(Math.log)), golden);
      const norms = one.V.flatMap((v) => v.map(() => Math.hypot(...v)));
      const byParameters = tangent(z, gradient).map((value, k) => value / norms[k]!);
      expectAllClose(byParameters, one.gradV.flat(), { ...golden, scale: 1 });
    });
  },
);

describe("messages", () => {
  const call = (changes: Partial<ParticleFreeEnergyOptions>, z: RowMatrix = cloud(3)) => {
    return () => particleFreeEnergy(z, { ...options, ...changes });
  };
  test.each([
    [
      { temperature: 0 },
      "particleFreeEnergy: `temperature` must be a finite number > 0, got 0. CLIP-like systems use 0.01 to 0.1.",
    ],
    [
      { temperature: Number.NaN },
      "particleFreeEnergy: `temperature` must be a finite number > 0, got NaN. CLIP-like systems use 0.01 to 0.1.",
    ],
    [
      { kernel: { kind: "vonMisesFisher", bandwidth: -1 } },
      "particleFreeEnergy: `kernel.bandwidth` must be a finite number > 0, got -1.",
    ],
    [
      { kernel: { kind: "box", bandwidth: 1 } },
      'particleFreeEnergy: `kernel.kind` must be "vonMisesFisher" or "geodesicGaussian", got box.',
    ],
    [
      { kernel: { kind: "geodesicGaussian", bandwidth: 1, distance: "chord" } },
      'particleFreeEnergy: `kernel.distance` must be "exact" or "clamped", got chord.',
    ],
    [{ form: "some" }, 'particleFreeEnergy: `form` must be "all" or "leaveOneOut", got some.'],
  ])("options %#", (changes, message) => {
    expect(call(changes as Partial<ParticleFreeEnergyOptions>)).toThrow(message);
  });

  test("rows off the sphere are named with their norm", () => {
    const z = { rows: 2, dim: 2, data: Float64Array.of(0, 1, 3, 4) };
    expect(call({}, z)).toThrow(
      "particleFreeEnergy: `z` must be on sphere(2), got row 1 of 2 with norm 5 instead of 1 (tolerance 0.0000010). Move points there with projectPoint, or allow more with `tolerance`.",
    );
  });

  test("a single particle cannot be left out, and none has no density", () => {
    expect(call({ form: "leaveOneOut" }, cloud(1))).toThrow(
      "particleFreeEnergy: `z` must be of at least 2 rows, got [1, 3]. A single particle has no other to see.",
    );
    expect(call({}, cloud(0))).toThrow("particleFreeEnergy: `z` must be of at least 1 row, got [0, 3].");
    const line = { rows: 2, dim: 1, data: Float64Array.of(1, -1) };
    expect(call({}, line)).toThrow("particleFreeEnergy: `z` must be of shape [n, d] with d ≥ 2, got [2, 1].");
    const one = fromData(referenceBackend(), Float64Array.of(1, 0, 0), [1, 3]);
    expect(() => particleFreeEnergyOnTensors(one, { ...options, form: "leaveOneOut" })).toThrow(
      "particleFreeEnergyOnTensors: `particles` must be of shape [n, d] with n ≥ 2 and d ≥ 2, got [1, 3].",
    );
  });

  test("a potential of the wrong shape", () => {
    const scalar = (t: Parameters<typeof potential>[0]) => t;
    expect(call({ potential: scalar })).toThrow("particleFreeEnergy: `potential(z)` must be of shape [3], got [3, 3].");
  });
});

test("NaN of a potential propagates", () => {
  const broken = Object.assign((t: Parameters<typeof potential>[0]) => potential(t), {
    onRows: (z: RowMatrix) => ({
      values: new Float64Array(z.rows).fill(Number.NaN),
      gradient: new Float64Array(z.data.length),
    }),
  });
  expect(particleFreeEnergy(cloud(3), { ...options, potential: broken }).value).toBeNaN();
});
