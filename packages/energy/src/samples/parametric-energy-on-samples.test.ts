import {
  logKernelVolume,
  logSphereArea,
  meanResultantLength,
  uniformInfoNCELimit,
  uniformKernelVariation,
} from "@nce-geometry/manifold";
import { matrixOf } from "@nce-geometry/pairwise";
import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { meanOf, perturbed, uniformRows } from "../../test/laws.ts";
import type { Estimate } from "../estimate.ts";
import { logPartitionField } from "../fields/log-partition-field.ts";
import { consistencyResidual } from "./consistency-residual.ts";
import { parametricEnergyOnSamples } from "./parametric-energy-on-samples.ts";
import { symmetricParametricEnergyOnSamples } from "./symmetric-parametric-energy-on-samples.ts";

const exact = { ulps: 64, epsilon: Number.EPSILON };

function axisRows(n: number): RowMatrix {
  return matrixOf(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, k) => (i === k ? 1 : 0))));
}

/** Mean in-batch InfoNCE written out. */
function infoNCE(x: RowMatrix, y: RowMatrix, temperature: number): number {
  const dot = (i: number, j: number) => {
    let sum = 0;
    for (let k = 0; k < x.dim; k++) sum += x.data[i * x.dim + k]! * y.data[j * y.dim + k]!;
    return sum;
  };
  const losses = Array.from({ length: x.rows }, (_, i) => {
    const terms = Array.from({ length: y.rows }, (_, j) => Math.exp((dot(i, j) - dot(i, i)) / temperature));
    return Math.log(terms.reduce((a, b) => a + b, 0));
  });
  return meanOf(losses).mean;
}

describe("closed forms", () => {
  test.each([0.05, 0.5])("orthonormal pairs at τ = %d", async (temperature) => {
    const n = 6;
    const {
      standard,
      decoupled,
      positiveMass,
      conditionalEffectiveNegatives,
      logKernelVolume: volume,
    } = await parametricEnergyOnSamples(axisRows(n), axisRows(n), { temperature });
    const loss = Math.log1p((n - 1) * Math.exp(-1 / temperature));
    const scaled = { ...exact, scale: 1 / temperature };
    expectClose(standard.value.value, loss - Math.log(n) - volume, scaled);
    expectClose(standard.potentialTerm.value, -1 / temperature, exact);
    expectClose(decoupled.crossEntropyTerm.value, volume, scaled);
    expectClose(decoupled.value.value, -1 / temperature - volume, scaled);
    expectClose(positiveMass.value, Math.exp(-loss), exact);
    expectClose(conditionalEffectiveNegatives.value, n - 1, { ...exact, ulps: 256 });
    expect([standard.terms, decoupled.terms]).toEqual([n, n - 1]);
  });

  test("equal rows: −log V both ways, mass 1/n, n − 1 and n²/(n − 1) negatives", async () => {
    const n = 7;
    const x = matrixOf(Array.from({ length: n }, () => [0.6, 0.8]));
    const energy = await parametricEnergyOnSamples(x, x, { temperature: 0.1 });
    const scaled = { ...exact, scale: 20 };
    for (const { value } of [energy.standard, energy.decoupled]) {
      expectClose(value.value, -logKernelVolume(2, { temperature: 0.1 }), scaled);
      expectClose(value.standardError!, 0, { ...exact, scale: 20 });
    }
    expectClose(energy.positiveMass.value, 1 / n, { ...exact, ulps: 1000 });
    expectClose(energy.conditionalEffectiveNegatives.value, n - 1, { ...exact, ulps: 1000 });
    expectClose(energy.effectiveNegatives.value, n ** 2 / (n - 1), { ...exact, ulps: 1000 });
  });

  test("the value is that of its terms, and J = L − log(N V) for the standard form", async () => {
    const random = createRandom("terms");
    const x = uniformRows(random.split("x"), 40, 5);
    const y = perturbed(random.split("y"), x, 8);
    const {
      symmetric,
      xToY,
      yToX,
      logKernelVolume: volume,
    } = await symmetricParametricEnergyOnSamples(x, y, { temperature: 0.15 });
    const scaled = { ...exact, scale: 20 };
    for (const { standard, decoupled } of [xToY, yToX]) {
      for (const form of [standard, decoupled]) {
        expectClose(form.value.value, form.potentialTerm.value - form.crossEntropyTerm.value, scaled);
      }
    }
    const [forward, backward] = [infoNCE(x, y, 0.15), infoNCE(y, x, 0.15)];
    const residual = (loss: number, energy: number) =>
      consistencyResidual({ loss, energy, terms: 40, logKernelVolume: volume });
    expectClose(residual(forward, xToY.standard.value.value), 0, scaled);
    expectClose(residual(backward, yToX.standard.value.value), 0, scaled);
    expectClose(residual((forward + backward) / 2, symmetric.standard.value), 0, scaled);
    expectClose(symmetric.decoupled.value, (xToY.decoupled.value.value + yToX.decoupled.value.value) / 2, scaled);
  });

  test("one direction of the symmetric energy is the directed one, with its errors", async () => {
    const random = createRandom("directed");
    const x = uniformRows(random.split("x"), 30, 4);
    const y = perturbed(random.split("y"), x, 5);
    for (const critic of [{ kind: "cosine" }, { kind: "rbf", scale: 0.6 }] as const) {
      const both = await symmetricParametricEnergyOnSamples(x, y, { temperature: 0.2, critic });
      for (const [direction, other] of [
        [both.xToY, await parametricEnergyOnSamples(x, y, { temperature: 0.2, critic })],
        [both.yToX, await parametricEnergyOnSamples(y, x, { temperature: 0.2, critic })],
      ] as const) {
        for (const form of ["standard", "decoupled"] as const) {
          expectClose(direction[form].value.value, other[form].value.value, { ...exact, scale: 10 });
          expectClose(direction[form].value.standardError!, other[form].value.standardError!, { ...exact, ulps: 4096 });
        }
      }
    }
  });

  test("rbf with scale c at temperature 2cτ is the cosine energy plus 1/τ", async () => {
    const random = createRandom("rbf");
    const x = uniformRows(random.split("x"), 30, 4);
    const y = perturbed(random.split("y"), x, 5);
    const cosine = await parametricEnergyOnSamples(x, y, { temperature: 0.2 });
    const rbf = await parametricEnergyOnSamples(x, y, { temperature: 0.6, critic: { kind: "rbf", scale: 1.5 } });
    // The densities are the same, and −s/τ is larger by 2c/2cτ = 1/τ.
    for (const form of ["standard", "decoupled"] as const) {
      expectClose(rbf[form].value.value, cosine[form].value.value + 1 / 0.2, { ...exact, scale: 10 });
      expectClose(rbf[form].value.standardError!, cosine[form].value.standardError!, { ...exact, ulps: 8192 });
    }
  });
});

describe("the uniform law", () => {
  test.each([
    { d: 16, temperature: 0.5, limit: -1.8759 },
    { d: 64, temperature: 0.1, limit: -9.2277 },
    { d: 128, temperature: 0.07, limit: -13.4933 },
  ])("perfect positives, d = $d, τ = $temperature: L − log N tends to $limit", async ({ d, temperature, limit }) => {
    const random = createRandom(`uniform ${d}`);
    const n = 500;
    const x = uniformRows(random.split("x"), n, d);
    const {
      standard,
      decoupled,
      logKernelVolume: volume,
      positiveMass,
    } = await parametricEnergyOnSamples(x, x, { temperature });
    expect(Math.abs(uniformInfoNCELimit(d, { temperature }) - limit)).toBeLessThan(5e-5);
    const bias = -uniformKernelVariation(d, { temperature }) / (2 * (n - 1));
    // The estimate of the bias is low by a few CV²/N of itself.
    expectClose(decoupled.bias!, bias, { ulps: 1, epsilon: 0.15 });
    expect(standard.bias).toBeUndefined();
    const estimate = decoupled.value.value + volume;
    expect(Math.abs(estimate - bias - limit)).toBeLessThan(3.5 * decoupled.value.standardError! + 3 * bias * bias);
    // The positive alone adds log1p(e^{1/τ}/((n − 1)Γ)) to the standard form.
    const swamped = Math.log1p(Math.exp(-limit - Math.log(n - 1))) + Math.log((n - 1) / n);
    expect(Math.abs(standard.value.value + volume - limit - swamped)).toBeLessThan(0.05);
    expect(positiveMass.value > 0.9).toBe(d >= 64);
  });

  test.each([
    { d: 128, temperature: 0.1, variation: 1.15 },
    { d: 512, temperature: 0.07, variation: 0.488 },
  ])("CV² of the field is $variation at d = $d, τ = $temperature", async ({ d, temperature, variation }) => {
    const rows = uniformRows(createRandom(`variation ${d}`), 400, d);
    const { standardError, samples } = await logPartitionField(rows, rows, { temperature, form: "leaveOneOut" });
    const seen = meanOf(standardError!.map((e) => samples * e * e)).mean;
    // The estimate of CV² from N terms is low by a few CV²/N, and it varies by its own square root of the fourth moment over √N.
    expectClose(seen, variation, { ulps: 1, epsilon: 0.1 });
    expectClose(uniformKernelVariation(d, { temperature }), variation, { ulps: 1, epsilon: 0.005 });
  });
});

describe("large batches", () => {
  // Uniform anchors and vMF partners: both marginals are uniform, J = −A(κ)/τ − log|S|.
  const [d, temperature, concentration] = [6, 0.12, 20];
  const energy = -meanResultantLength(d, concentration) / temperature - logSphereArea(d);
  const random = createRandom("large batches");

  test("the residual of the loss falls like the positive's share; that of the decoupled form is noise", async () => {
    const residuals = [];
    for (const n of [32, 192, 1152]) {
      const x = uniformRows(random.split(`x${n}`), n, d);
      const y = perturbed(random.split(`y${n}`), x, concentration);
      const { standard, decoupled, logKernelVolume: volume } = await parametricEnergyOnSamples(x, y, { temperature });
      const loss = standard.value.value + Math.log(n) + volume;
      residuals.push(consistencyResidual({ loss, energy, terms: n, logKernelVolume: volume }));
      const bias = -uniformKernelVariation(d, { temperature }) / (2 * (n - 1));
      const { value, standardError } = decoupled.value;
      // Below some hundred terms the expansion of the bias is too short.
      if (n > 100) expect(Math.abs(value - bias - energy)).toBeLessThan(3.5 * standardError! + 3 * bias * bias);
    }
    expect(residuals[0]!).toBeGreaterThan(2 * residuals[1]!);
    expect(residuals[1]!).toBeGreaterThan(2 * residuals[2]!);
    expect(Math.abs(residuals[2]!)).toBeLessThan(0.3);
  });

  test("standard errors are the scatter over seeds, of both forms, both directions and their mean", async () => {
    const runs: Estimate[][] = [];
    for (let seed = 0; seed < 80; seed++) {
      // A law that is not uniform, so that the population's sampling shows.
      const x = perturbed(random.split(`a${seed}`), { rows: 80, dim: 3, data: pole(80) }, 2);
      const y = perturbed(random.split(`b${seed}`), x, 10);
      const { xToY, yToX, symmetric } = await symmetricParametricEnergyOnSamples(x, y, { temperature: 0.3 });
      runs.push([
        xToY.standard.value,
        xToY.decoupled.value,
        yToX.decoupled.value,
        symmetric.standard,
        symmetric.decoupled,
        xToY.decoupled.crossEntropyTerm,
      ]);
    }
    for (let k = 0; k < runs[0]!.length; k++) {
      const scatter = meanOf(runs.map((run) => run[k]!.value)).error * Math.sqrt(80);
      const reported = Math.sqrt(meanOf(runs.map((run) => run[k]!.standardError! ** 2)).mean);
      // A scatter from 80 seeds is known to 1/√160; the first-order error is short by some 1/80.
      expectClose(reported / scatter, 1, { ulps: 3, epsilon: 1 / Math.sqrt(160) });
    }
  });

  test("an independent population: its scatter counts; holding it fixed does not count it", async () => {
    const runs: Estimate[] = [];
    const fixed: Estimate[] = [];
    for (let seed = 0; seed < 80; seed++) {
      const x = perturbed(random.split(`p${seed}`), { rows: 100, dim: 3, data: pole(100) }, 2);
      const y = perturbed(random.split(`q${seed}`), x, 10);
      const population = perturbed(random.split(`w${seed}`), { rows: 40, dim: 3, data: pole(40) }, 2);
      const options = { temperature: 0.3, population } as const;
      const { decoupled } = await parametricEnergyOnSamples(x, y, options);
      runs.push(decoupled.crossEntropyTerm);
      fixed.push(
        (await parametricEnergyOnSamples(x, y, { ...options, errorSources: "anchors" })).decoupled.crossEntropyTerm,
      );
    }
    const scatter = meanOf(runs.map(({ value }) => value)).error * Math.sqrt(80);
    const mean = (list: typeof runs) => Math.sqrt(meanOf(list.map((e) => e.standardError! ** 2)).mean);
    expectClose(mean(runs) / scatter, 1, { ulps: 3, epsilon: 1 / Math.sqrt(160) });
    // Of 100 anchors and 40 rows of the population, the latter carry much of the variance.
    expect(mean(fixed) / mean(runs)).toBeLessThan(0.9);
  });
});

test("messages", async () => {
  const x = axisRows(3);
  const refused = (options: object, message: string, y = x) =>
    expect(parametricEnergyOnSamples(x, y, { temperature: 1, ...options })).rejects.toThrow(message);
  await refused(
    { temperature: Number.NaN },
    "parametricEnergyOnSamples: `temperature` must be a finite number > 0, got NaN. CLIP-like systems use 0.01 to 0.1.",
  );
  await refused(
    { errorSources: "none" },
    'parametricEnergyOnSamples: `errorSources` must be "all" or "anchors", got none.',
  );
  await refused(
    { population: axisRows(2) },
    "parametricEnergyOnSamples: `population` must be of dimension 3, as `anchors` is, got [2, 2].",
  );
  await refused(
    {},
    "parametricEnergyOnSamples: `positives` must be of 3 rows, as `anchors` is, got [2, 3]. Row i of one is the match of row i of the other.",
    matrixOf([
      [1, 0, 0],
      [0, 1, 0],
    ]),
  );
  await refused(
    {},
    "parametricEnergyOnSamples: `positives` must be of unit rows, got norm 2.00000 in row 1. Normalise the rows first, e.g. with normalizeRowMatrix of @nce-geometry/pairwise.",
    matrixOf([
      [1, 0, 0],
      [0, 2, 0],
      [0, 0, 1],
    ]),
  );
  const line = { rows: 3, dim: 1, data: Float64Array.of(1, -1, 1) };
  await expect(parametricEnergyOnSamples(line, line, { temperature: 1 })).rejects.toThrow(
    "parametricEnergyOnSamples: `anchors` must be of dimension ≥ 2, got [3, 1]. The unit sphere of R¹ is two points, which have no densities.",
  );
  await expect(symmetricParametricEnergyOnSamples(axisRows(2), axisRows(2), { temperature: 1 })).rejects.toThrow(
    "symmetricParametricEnergyOnSamples: `x` must be of at least 3 rows, got [2, 2]. Two rows leave a single other one, whose spread is not seen.",
  );
  expect(() => consistencyResidual({ loss: 1, energy: 0, terms: 0, logKernelVolume: 0 })).toThrow(
    "consistencyResidual: `terms` must be a finite number > 0, got 0.",
  );
});

function pole(n: number): Float64Array {
  return Float64Array.from({ length: 3 * n }, (_, i) => (i % 3 === 0 ? 1 : 0));
}
