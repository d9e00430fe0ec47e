import { createRandom } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { expectMean } from "../test/z-score.ts";
import { logDensity } from "./law.ts";
import { dot, norm, rowOf } from "./rows.ts";
import { generateUniform } from "./uniform.ts";

const EPSILON = 2 ** -52;
const generate = (rows: number, dim: number) =>
  generateUniform(createRandom("uniform"), { kind: "uniform", rows, dim });

describe("generateUniform", () => {
  test.each([
    [2, Math.log(2 * Math.PI), 4 / Math.PI, -1.575027],
    [3, Math.log(4 * Math.PI), 4 / 3, -2.079777],
  ])("closed forms for d = %d", (dim, entropy, meanDistance, uniformity) => {
    const { truth } = generate(1, dim);
    const rounding = { ulps: 16, epsilon: EPSILON };
    expectClose(truth.entropy, entropy, rounding);
    expectClose(truth.meanDistance, meanDistance, rounding);
    // Known to seven digits.
    expect(Math.abs(truth.uniformity - uniformity)).toBeLessThan(5e-7);
  });

  test.each([2, 3, 16, 128])("moments of independent rows, d = %d", (dim) => {
    const { x, truth } = generate(8000, dim);
    const cosines = Float64Array.from({ length: 4000 }, (_, i) => dot(rowOf(x, 2 * i), rowOf(x, 2 * i + 1)));
    expectMean(cosines, truth.meanCosine);
    expectMean(
      cosines.map((t) => t * t),
      truth.meanSquaredCosine,
    );
    expectMean(
      cosines.map((t) => Math.sqrt(2 - 2 * t)),
      truth.meanDistance,
    );
    expectMean(
      cosines.map((t) => Math.exp(-4 + 4 * t - truth.uniformity)),
      1,
    );
    for (let i = 0; i < 100; i++) expectClose(norm(rowOf(x, i)), 1, { ulps: 4, epsilon: EPSILON });
  });

  test("the density is the entropy's, everywhere", () => {
    const { x, truth } = generate(5, 7);
    expectAllClose(logDensity(truth.law, x), new Array(5).fill(-truth.entropy), { ulps: 0, epsilon: EPSILON });
  });

  test("messages", () => {
    expect(() => generate(0, 3)).toThrow("generateUniform: `rows` must be an integer ≥ 1, got 0.");
    expect(() => generate(5, 1)).toThrow("generateUniform: `dim` must be an integer ≥ 2, got 1.");
  });
});
