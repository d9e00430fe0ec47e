import { sphere } from "@nce-geometry/manifold";
import { createRandom, fromData, referenceBackend, sum, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { alignmentPotentialField } from "../fields/alignment-potential-field.ts";
import { pairPotential } from "./pair-potential.ts";
import { wellPotential } from "./well-potential.ts";

const EPSILON = 2 ** -52;
const backend = referenceBackend();
const random = createRandom(1);
const z = sphere(3).rows.sampleUniform(random.split("z"), 10);
const points = fromData(backend, z.data, [10, 3]);
const north = [0, 0, 1];

describe("wellPotential", () => {
  test("one well is minus the cosine", () => {
    const { values, gradient } = wellPotential({ wells: [north], concentration: 7 }).onRows!(z);
    expectAllClose(
      values,
      Array.from({ length: 10 }, (_, i) => -z.data[3 * i + 2]!),
      { ulps: 8, epsilon: EPSILON, scale: 1 },
    );
    expectAllClose(
      gradient,
      Array.from({ length: 30 }, (_, k) => (k % 3 === 2 ? -1 : 0)),
      { ulps: 8, epsilon: EPSILON, scale: 1 },
    );
  });

  test("sharp wells are minus the largest cosine, up to log(number of wells)/κ", () => {
    const wells = [north, [1, 0, 0]];
    const { values } = wellPotential({ wells, concentration: 1e6 }).onRows!(z);
    values.forEach((value, i) => {
      const gap = value + Math.max(z.data[3 * i]!, z.data[3 * i + 2]!);
      expect(gap).toBeGreaterThanOrEqual(0);
      expect(gap).toBeLessThanOrEqual((Math.LN2 * (1 + 1e-6)) / 1e6);
    });
  });

  test("rows and tensors agree, with weights", () => {
    const potential = wellPotential({
      wells: [north, [0, -1, 0], [0.6, 0.8, 0]],
      concentration: 3,
      weights: [3, 1, 0.5],
    });
    const { gradients } = valueAndGrad((t) => sum(potential(t!)), [points]);
    const { values, gradient } = potential.onRows!(z);
    expectAllClose(values, [...potential(points).dataSync()], { ulps: 32, epsilon: EPSILON, scale: 1 });
    expectAllClose(gradient, [...gradients[0]!.dataSync()], { ulps: 32, epsilon: EPSILON, scale: 1 });
  });

  test.each([
    [{ wells: [], concentration: 1 }, "wellPotential: `wells` must be at least one unit vector, got none."],
    [{ wells: [north], concentration: 0 }, "wellPotential: `concentration` must be a finite number > 0, got 0."],
    [{ wells: [[0, 2]], concentration: 1 }, "wellPotential: `wells[0]` must be a unit vector, got one of norm 2."],
    [
      { wells: [north, [1, 0]], concentration: 1 },
      "wellPotential: `wells[1]` must be of 3 numbers, as `wells[0]` is, got 2.",
    ],
    [{ wells: [[1]], concentration: 1 }, "wellPotential: `wells[0]` must be of at least 2 numbers, got 1."],
    [
      { wells: [north], concentration: 1, weights: [1, 2] },
      "wellPotential: `weights` must be 1 numbers, one per well, got 2.",
    ],
    [
      { wells: [north], concentration: 1, weights: [-1] },
      "wellPotential: `weights[0]` must be a finite number > 0, got -1.",
    ],
  ])("message %#", (options, message) => {
    expect(() => wellPotential(options)).toThrow(message);
  });
});

describe("pairPotential", () => {
  const x = sphere(3).rows.sampleUniform(random.split("x"), 40);
  const y = sphere(3).rows.sampleUniform(random.split("y"), 40);

  test("the values of alignmentPotentialField", async () => {
    const field = await alignmentPotentialField(z, x, y, { kernelWidth: 0.5, supportFloor: 0 });
    const values = [...pairPotential(x, y, { kernelWidth: 0.5 })(points).dataSync()];
    expectAllClose(values, field.values, { ulps: 40 * 16, epsilon: EPSILON, scale: 1 });
  });

  test("pairs of one cosine make a flat potential; a wide kernel takes the mean", () => {
    const flat = [...pairPotential(x, x, { kernelWidth: 0.3 })(points).dataSync()];
    expectAllClose(flat, new Array(10).fill(-1), { ulps: 64, epsilon: EPSILON });
    const mean = x.data.reduce((total, value, k) => total + value * y.data[k]!, 0) / 40;
    const wide = [...pairPotential(x, y, { kernelWidth: 1e5 })(points).dataSync()];
    // Weights differ from 1/40 by at most 2/h².
    expectAllClose(wide, new Array(10).fill(-mean), { ulps: 4e-10 / EPSILON, epsilon: EPSILON, scale: 1 });
  });

  test("messages", () => {
    const short = { rows: 1, dim: 3, data: Float64Array.from(north) };
    expect(() => pairPotential(x, short, { kernelWidth: 1 })).toThrow(
      "pairPotential: `y` must be of shape [40, 3], as `x` is, got [1, 3].",
    );
    expect(() => pairPotential(x, y, { kernelWidth: 0 })).toThrow(
      /^pairPotential: `kernelWidth` must be a finite number > 0, got 0\./,
    );
  });
});
