import { createRandom } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { expectMean } from "../test/z-score.ts";
import { concentrationOfResultant } from "./concentration-of-resultant.ts";
import { generateCone } from "./cone.ts";
import type { Estimate } from "./known.ts";
import { logDensity } from "./law.ts";
import { dot, rowOf } from "./rows.ts";
import { generateVonMisesFisherMixture, type VonMisesFisherMixtureOptions } from "./von-mises-fisher-mixture.ts";

const EPSILON = 2 ** -52;
const generate = (options: Omit<VonMisesFisherMixtureOptions, "kind">) =>
  generateVonMisesFisherMixture(createRandom("mixture"), { kind: "vonMisesFisherMixture", ...options });

describe("generateVonMisesFisherMixture", () => {
  test.each([
    [3, 10, 0.535291930131],
    [8, 5, 2.38610932756],
    [128, 50, -135.144970391],
    [512, 14.2857, -868.167169801],
  ])("entropy of one component, d = %d, κ = %d, as published to twelve digits", (dim, kappa, entropy) => {
    const { truth } = generate({ rows: 1, dim, concentrations: [kappa] });
    expect(Math.abs((truth.entropy as number) - entropy)).toBeLessThan(1e-11 * Math.max(1, Math.abs(entropy)));
  });

  test("d = 3, one component: A = coth κ − 1/κ, and the density sinh", () => {
    const kappa = 7;
    const resultant = 1 / Math.tanh(kappa) - 1 / kappa;
    const { x, truth } = generate({ rows: 4000, dim: 3, concentrations: [kappa], means: [[0, 0, 1]] });
    const heights = Float64Array.from({ length: x.rows }, (_, i) => rowOf(x, i)[2]!);
    expectClose(truth.meanCosine, resultant ** 2, { ulps: 16, epsilon: EPSILON });
    expectMean(heights, resultant);
    expectMean(
      heights.map((h) => (h - resultant) ** 2),
      1 - resultant ** 2 - (2 * resultant) / kappa,
    );
    const normalizer = Math.log(kappa / (4 * Math.PI * Math.sinh(kappa)));
    expectClose(logDensity(truth.law, x)[5]!, normalizer + kappa * heights[5]!, {
      ulps: 64,
      epsilon: EPSILON,
      scale: kappa,
    });
  });

  test("mixtures: weights, mean, collision entropy and entropy agree with the sample", () => {
    const options = { rows: 6000, dim: 5, concentrations: [4, 30, 9], weights: [0.5, 0.2, 0.3] };
    const { x, labels, truth } = generate(options);
    for (const [k, weight] of options.weights.entries()) {
      expectMean(
        Float64Array.from(labels, (label) => (label === k ? 1 : 0)),
        weight,
      );
    }
    for (let k = 0; k < 5; k++)
      expectMean(
        Float64Array.from({ length: x.rows }, (_, i) => rowOf(x, i)[k]!),
        truth.mean[k]!,
      );
    const logs = logDensity(truth.law, x);
    expectMean(logs.map(Math.exp), Math.exp(-truth.collisionEntropy));
    const { value, standardError, samples } = truth.entropy as Estimate;
    expect(samples).toBe(4096);
    const own = logs.reduce((sum, log) => sum - log, 0) / x.rows;
    expect(Math.abs(own - value)).toBeLessThan(4.5 * standardError * Math.hypot(1, Math.sqrt(4096 / 6000)));
    expect(truth.collisionEntropy).toBeLessThan(value);
  });

  test("κ = 0 is uniform; equal components are one", () => {
    const flat = generate({ rows: 1, dim: 3, concentrations: [0] }).truth;
    expectClose(flat.entropy as number, Math.log(4 * Math.PI), { ulps: 4, epsilon: EPSILON });
    expect(flat.meanCosine).toBe(0);
    const means = [
      [1, 0],
      [1, 0],
    ];
    const twice = generate({ rows: 1, dim: 2, concentrations: [3, 3], means }).truth;
    const once = generate({ rows: 1, dim: 2, concentrations: [3], means: [[1, 0]] }).truth;
    expectClose(twice.collisionEntropy, once.collisionEntropy, { ulps: 16, epsilon: EPSILON });
  });

  test("messages", () => {
    const where = "generateVonMisesFisherMixture: ";
    expect(() => generate({ rows: 1, dim: 5000 })).toThrow(
      `${where}\`dim\` must be an integer in [2, 4096], got 5000.`,
    );
    expect(() => generate({ rows: 1, dim: 2, concentrations: [1, -1] })).toThrow(
      `${where}\`concentrations[1]\` must be a number in [0, 1000000000], got -1.`,
    );
    expect(() => generate({ rows: 1, dim: 2, concentrations: [] })).toThrow(
      `${where}\`concentrations\` must be one or more numbers, got [].`,
    );
    expect(() => generate({ rows: 1, dim: 2, concentrations: [1, 2], weights: [1] })).toThrow(
      `${where}\`weights\` must be 2 numbers, one for each concentration, got 1.`,
    );
    expect(() => generate({ rows: 1, dim: 2, weights: [0.5] })).toThrow(
      `${where}\`weights\` must be numbers > 0 with sum 1, got [0.5].`,
    );
    expect(() => generate({ rows: 1, dim: 2, means: [[1, 1]] })).toThrow(
      `${where}\`means[0]\` must be a unit vector of 2 numbers, got [1,1].`,
    );
  });
});

describe("generateCone", () => {
  test.each([
    [2, 0.1],
    [64, 0.5],
    [512, 0.95],
  ])("d = %d: the mean cosine is %d", (dim, meanCosine) => {
    const { x, truth } = generateCone(createRandom("cone"), { kind: "cone", rows: 4000, dim, meanCosine });
    const cosines = Float64Array.from({ length: 2000 }, (_, i) => dot(rowOf(x, 2 * i), rowOf(x, 2 * i + 1)));
    expectMean(cosines, meanCosine);
    expectClose(truth.meanCosine, meanCosine, { ulps: 256, epsilon: EPSILON });
    expectClose(truth.centroidNorm ** 2, meanCosine, { ulps: 4, epsilon: EPSILON });
  });

  test("0 is uniform; 1 is refused", () => {
    expect(generateCone(createRandom(0), { kind: "cone", rows: 1, dim: 4, meanCosine: 0 }).truth.concentration).toBe(0);
    expect(() => generateCone(createRandom(0), { kind: "cone", rows: 1, dim: 4, meanCosine: 1 })).toThrow(
      "generateCone: `meanCosine` must be a number in [0, 0.999999], got 1.",
    );
  });

  test("d = 3: κ solves coth κ − 1/κ = r", () => {
    for (const kappa of [1e-3, 1, 50, 1e5]) {
      const resultant =
        kappa > 0.1 ? 1 / Math.tanh(kappa) - 1 / kappa : kappa / 3 - kappa ** 3 / 45 + (2 * kappa ** 5) / 945;
      // 1 − r is about 1/κ, so that rounding of r costs a factor κ.
      expectClose(concentrationOfResultant(3, resultant), kappa, { ulps: 8 * (1 + kappa), epsilon: EPSILON });
    }
  });
});
