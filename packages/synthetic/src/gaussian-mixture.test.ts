import { createRandom } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { expectMean } from "../test/z-score.ts";
import { type GaussianMixtureOptions, generateGaussianMixture } from "./gaussian-mixture.ts";
import { logDensity } from "./law.ts";
import { norm, rowOf } from "./rows.ts";

const EPSILON = 2 ** -52;
const generate = (options: Omit<GaussianMixtureOptions, "kind">) =>
  generateGaussianMixture(createRandom("gaussian"), { kind: "gaussianMixture", ...options });

describe("generateGaussianMixture", () => {
  test("defaults are those of the gradient-consistency experiment", () => {
    const { x, truth } = generate({ rows: 3 });
    expect([x.rows, x.dim]).toEqual([3, 64]);
    expect(truth.laws.x.components.map(({ weight }) => weight)).toEqual([0.25, 0.25, 0.25, 0.25]);
    for (const { mean } of truth.laws.x.components) expectClose(norm(mean), 4, { ulps: 8, epsilon: EPSILON });
    expect([truth.laws.x.deviation, truth.conditional.deviation]).toEqual([1, 0.05]);
  });

  test("one component: entropy ½d log 2πeσ², collision entropy ½d log 4πσ²", () => {
    const [dim, deviation] = [6, 0.7];
    const { truth } = generate({ rows: 1, dim, components: 1, deviation });
    const exact = (dim / 2) * Math.log(2 * Math.PI * Math.E * deviation ** 2);
    const { value, standardError } = truth.entropy;
    expect(Math.abs(value - exact)).toBeLessThan(4.5 * standardError);
    // −log ρ of a normal vector has variance d/2.
    expect(Math.abs(standardError / Math.sqrt(dim / 2 / 4096) - 1)).toBeLessThan(0.1);
    expectClose(truth.collisionEntropy, (dim / 2) * Math.log(4 * Math.PI * deviation ** 2), {
      ulps: 16,
      epsilon: EPSILON,
    });
  });

  test("moments of rows and of augmented copies", () => {
    const options = { rows: 5000, dim: 4, components: 3, weights: [0.2, 0.3, 0.5], separation: 3, augmentation: 0.4 };
    const { x, y, truth } = generate(options);
    const column = (k: number) => Float64Array.from({ length: x.rows }, (_, i) => rowOf(x, i)[k]!);
    for (let k = 0; k < 4; k++) expectMean(column(k), truth.mean[k]!);
    const spread = Float64Array.from({ length: x.rows }, (_, i) =>
      rowOf(x, i).reduce((sum, value, k) => sum + (value - truth.mean[k]!) ** 2, 0),
    );
    expectMean(spread, truth.totalVariance);
    const steps = Float64Array.from({ length: x.rows }, (_, i) =>
      rowOf(x, i).reduce((sum, value, k) => sum + (value - rowOf(y, i)[k]!) ** 2, 0),
    );
    expectMean(steps, truth.meanSquaredPairDistance);
    expectMean(logDensity(truth.laws.x, x).map(Math.exp), Math.exp(-truth.collisionEntropy));
  });

  test("the law of y integrates to 1 with the wider deviation", () => {
    const { truth } = generate({ rows: 1, dim: 1, components: 2, separation: 1, augmentation: 0.8 });
    const [n, h] = [4000, 0.01];
    const grid = { rows: n, dim: 1, data: Float64Array.from({ length: n }, (_, j) => (j - n / 2) * h) };
    const total = logDensity(truth.laws.y, grid).reduce((sum, log) => sum + Math.exp(log) * h, 0);
    expectClose(total, 1, { ulps: 64, epsilon: EPSILON });
    expect(truth.laws.y.deviation).toBe(Math.hypot(1, 0.8));
  });

  test("messages", () => {
    const where = "generateGaussianMixture: ";
    expect(() => generate({ rows: 2, components: 3, weights: [0.5, 0.5] })).toThrow(
      `${where}\`weights\` must be 3 numbers > 0 with sum 1, got [0.5,0.5].`,
    );
    expect(() => generate({ rows: 2, deviation: 0 })).toThrow(
      `${where}\`deviation\` must be a finite number > 0, got 0.`,
    );
    expect(() => generate({ rows: 2, separation: Number.NaN })).toThrow(
      `${where}\`separation\` must be a finite number ≥ 0, got NaN.`,
    );
  });
});
