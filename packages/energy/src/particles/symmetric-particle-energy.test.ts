import { logKernelVolume, sphere } from "@nce-geometry/manifold";
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
import { particleFreeEnergyGradient } from "./particle-free-energy.ts";
import {
  type SymmetricParticleEnergyOptions,
  symmetricParticleEnergy,
  symmetricParticleEnergyGradient,
} from "./symmetric-particle-energy.ts";
import { symmetricParticleEnergyOnTensors } from "./symmetric-particle-energy-on-tensors.ts";
import { wellPotential } from "./well-potential.ts";

const EPSILON = 2 ** -52;
const random = createRandom(2);
const cloud = (label: string, n: number, d = 3): RowMatrix => sphere(d).rows.sampleUniform(random.split(label), n);
const [x, y] = [cloud("x", 14), cloud("y", 14)];
const kernel = { kind: "vonMisesFisher", bandwidth: 0.4 } as const;
const first = wellPotential({ wells: [[0, 0, 1]], concentration: 4 });
const second = wellPotential({
  wells: [
    [0, 1, 0],
    [1, 0, 0],
  ],
  concentration: 4,
});
const fields = { kind: "fields", first, second } as const;
const pairs: SymmetricParticleEnergyOptions = { temperature: 0.3, potentials: { kind: "pairs" }, kernel };
/** Rounded cosines reach the exponents through 1/h²; some 14 terms are summed. */
const tolerance = { ulps: 14 * (4 + 1 / 0.16), epsilon: EPSILON, scale: 1 };

/** Rows projected onto the tangent spaces. */
function tangent(z: RowMatrix, gradient: ArrayLike<number>): Float64Array {
  return sphere(z.dim).rows.projectTangent(z, { ...z, data: Float64Array.from(gradient) }).data;
}

describe("limits", () => {
  test("pairs, cross, h² = τ: symmetric InfoNCE less log n and log V_κ(τ)", () => {
    const tau = 0.2;
    const scores = Array.from({ length: 14 }, (_, i) => {
      return Array.from(
        { length: 14 },
        (_, j) => [0, 1, 2].reduce((s, k) => s + x.data[3 * i + k]! * y.data[3 * j + k]!, 0) / tau,
      );
    });
    const columns = scores.map((_, j) => scores.map((row) => row[j]!));
    const loss = meanOfArray(
      scores.map((row, i) => (logSumExpOfArray(row) + logSumExpOfArray(columns[i]!)) / 2 - row[i]!),
    );
    const { value } = symmetricParticleEnergy(x, y, {
      temperature: tau,
      potentials: { kind: "pairs" },
      kernel: { kind: "vonMisesFisher", bandwidth: Math.sqrt(tau) },
    });
    expectClose(value, loss - Math.log(14) - logKernelVolume(3, { temperature: tau }), {
      ...tolerance,
      scale: 1 / tau,
    });
  });

  test("λ moves from cross to own, linearly, and at 1 is own whatever the denominator", () => {
    const at = (ownWeight: number, denominator: "cross" | "own" | "pooled" = "cross") =>
      symmetricParticleEnergy(x, y, { ...pairs, ownWeight, denominator }).denominatorTerm;
    const own = at(0, "own");
    expectClose(at(0.25), 0.75 * at(0) + 0.25 * own, tolerance);
    for (const denominator of ["cross", "own", "pooled"] as const) expectClose(at(1, denominator), own, tolerance);
  });

  test("one cloud twice: cross, own, pooled and itself as reference are one", () => {
    const values = (["cross", "own", "pooled"] as const).map(
      (denominator) => symmetricParticleEnergy(x, x, { ...pairs, denominator }).value,
    );
    const reference = symmetricParticleEnergy(x, x, { ...pairs, denominator: "reference", reference: x }).value;
    for (const value of [...values, reference]) expectClose(value, values[0]!, tolerance);
  });

  test("swapping clouds and potentials changes nothing but the order", () => {
    const z = cloud("z", 9);
    for (const denominator of ["cross", "own", "pooled"] as const) {
      const forth = symmetricParticleEnergyGradient(x, z, {
        ...pairs,
        potentials: fields,
        denominator,
        ownWeight: 0.3,
      });
      const back = { kind: "fields", first: second, second: first } as const;
      const swapped = symmetricParticleEnergyGradient(z, x, {
        ...pairs,
        potentials: back,
        denominator,
        ownWeight: 0.3,
      });
      expectClose(forth.energy.value, swapped.energy.value, tolerance);
      expect(swapped.energy.particles).toEqual([9, 14]);
      expectAllClose(forth.gradients[0], swapped.gradients[1], tolerance);
      expectAllClose(forth.gradients[1], swapped.gradients[0], tolerance);
    }
  });

  test("own, fields: half of each cloud's free energy", () => {
    const joint = symmetricParticleEnergyGradient(x, y, { ...pairs, potentials: fields, denominator: "own" });
    const alone = [
      particleFreeEnergyGradient(x, { temperature: 0.3, potential: first, kernel }),
      particleFreeEnergyGradient(y, { temperature: 0.3, potential: second, kernel }),
    ] as const;
    expectClose(joint.energy.value, (alone[0].energy.value + alone[1].energy.value) / 2, tolerance);
    for (const a of [0, 1] as const) {
      expectAllClose(
        joint.gradients[a],
        alone[a].gradient.map((g) => g / 2),
        tolerance,
      );
    }
  });

  test("pooled lies above the mean of cross and own, and no further than log 2 below the larger", () => {
    const value = (denominator: "cross" | "own" | "pooled") =>
      symmetricParticleEnergy(x, y, { ...pairs, denominator }).denominatorTerm;
    expect(value("pooled")).toBeGreaterThanOrEqual((value("cross") + value("own")) / 2);
    expect(value("pooled")).toBeGreaterThanOrEqual(Math.max(value("cross"), value("own")) - Math.LN2);
  });
});

describe.each(["cross", "own", "pooled", "reference"] as const)("rows and tensors, %s", (denominator) => {
  test.each([0, 0.4, 1])("the same value and gradients, λ = %d", (ownWeight) => {
    for (const form of ["all", "leaveOneOut"] as const) {
      for (const potentials of [{ kind: "pairs" } as const, fields]) {
        const reference = denominator === "reference" ? { reference: cloud("reference", 8) } : {};
        const options = { ...pairs, potentials, denominator, ownWeight, form, ...reference };
        const onRows = symmetricParticleEnergyGradient(x, y, options);
        const backend = referenceBackend();
        const inputs = [fromData(backend, x.data, [14, 3]), fromData(backend, y.data, [14, 3])];
        const onTensors = valueAndGrad((s, t) => symmetricParticleEnergyOnTensors(s!, t!, options), inputs);
        expectClose(onRows.energy.value, onTensors.value.dataSync()[0]!, tolerance);
        [x, y].forEach((z, a) => {
          const [fused, taped] = [onRows.gradients[a]!, onTensors.gradients[a]!.dataSync()];
          expectAllClose(tangent(z, fused), tangent(z, taped), tolerance);
        });
      }
    }
  });
});

test("far apart at a narrow kernel the cross term stays finite: its logarithm is −θ²/2h²", () => {
  const one = { rows: 1, dim: 2, data: Float64Array.of(1, 0) };
  const other = { rows: 1, dim: 2, data: Float64Array.of(Math.cos(3), Math.sin(3)) };
  const narrow = { kind: "geodesicGaussian", bandwidth: 0.01 } as const;
  const { energy, gradients } = symmetricParticleEnergyGradient(one, other, { ...pairs, kernel: narrow });
  const atSame = symmetricParticleEnergy(one, one, { ...pairs, kernel: narrow });
  expectClose(energy.denominatorTerm - atSame.denominatorTerm, -45_000, { ulps: 64, epsilon: EPSILON });
  // Both halves of the term pull with θ/h² towards each other, the energy being least when far apart; the pair pulls with sin θ/τ.
  expectClose(gradients[0][1]!, 3 / 1e-4 - Math.sin(3) / 0.3, { ulps: 64, epsilon: EPSILON });
});

describe("messages", () => {
  const call =
    (changes: object, second: RowMatrix = y) =>
    () =>
      symmetricParticleEnergy(x, second, { ...pairs, ...changes });
  test.each([
    [{ ownWeight: -0.1 }, "symmetricParticleEnergy: `ownWeight` must be a finite number ≥ 0, got -0.1."],
    [
      { denominator: "both" },
      'symmetricParticleEnergy: `denominator` must be "cross", "own", "pooled" or "reference", got both.',
    ],
    [
      { potentials: { kind: "none" } },
      'symmetricParticleEnergy: `potentials.kind` must be "pairs" or "fields", got none.',
    ],
    [
      { denominator: "reference" },
      'symmetricParticleEnergy: `reference` must be given with `denominator: "reference"` and with no other, got none with `denominator: "reference"`.',
    ],
    [
      { reference: y },
      'symmetricParticleEnergy: `reference` must be given with `denominator: "reference"` and with no other, got one with `denominator: "cross"`.',
    ],
    [
      { temperature: -1 },
      "symmetricParticleEnergy: `temperature` must be a finite number > 0, got -1. CLIP-like systems use 0.01 to 0.1.",
    ],
  ])("options %#", (changes, message) => {
    expect(call(changes)).toThrow(message);
  });

  test("shapes", () => {
    expect(call({}, cloud("short", 3))).toThrow("symmetricParticleEnergy: `y` must be of shape [14, 3], got [3, 3].");
    expect(call({ potentials: fields }, cloud("flat", 3, 2))).toThrow(
      "symmetricParticleEnergy: `y` must be of shape [m, 3], got [3, 2].",
    );
    expect(call({ denominator: "reference", reference: cloud("flat", 3, 2) })).toThrow(
      "symmetricParticleEnergy: `reference` must be of shape [m, 3], got [3, 2].",
    );
    expect(call({ potentials: fields, denominator: "own", form: "leaveOneOut" }, cloud("one", 1))).toThrow(
      "symmetricParticleEnergy: `y` must be of at least 2 rows, got [1, 3]. A single particle has no other to see.",
    );
  });
});
