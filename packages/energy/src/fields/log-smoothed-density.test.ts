import { circleQuadrature, logSphereArea, sphereQuadrature, vonMisesFisher } from "@nce-geometry/manifold";
import { matrixOf } from "@nce-geometry/pairwise";
import { createRandom, fromData, referenceBackend, scalar, sum } from "@nce-geometry/tensor";
import { expectAllClose, expectClose, expectGradient } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { meanOf, mixture, uniformRows } from "../../test/laws.ts";
import {
  logPartitionFieldOnTensors,
  logSmoothedDensityOnTensors,
  smoothedScoreOnTensors,
} from "./fields-on-tensors.ts";
import { logPartitionField } from "./log-partition-field.ts";
import { logSmoothedDensity } from "./log-smoothed-density.ts";
import { smoothedScore } from "./smoothed-score.ts";

const law = mixture([
  { weight: 0.7, meanDirection: [0, 0, 1], concentration: 12 },
  { weight: 0.3, meanDirection: [0.6, 0, -0.8], concentration: 5 },
]);
const points = uniformRows(createRandom("points"), 7, 3);
const exact = { ulps: 64, epsilon: Number.EPSILON };

describe("a mixture of von Mises–Fisher laws smoothed by the kernel", () => {
  const grid = sphereQuadrature({ polarNodes: 48 });
  const logDensity = law.logDensity(grid.points);
  const logWeights = grid.weights.map((w, i) => Math.log(w) + logDensity[i]!);

  test.each([0.1, 0.5, 3])("as a weighted population on a quadrature: the closed form, τ = %d", async (temperature) => {
    const field = await logSmoothedDensity(points, grid.points, { temperature, logWeights });
    // Gauss–Legendre of 48 nodes integrates these products to rounding; 1/τ + 12 is the largest exponent.
    expectAllClose(field.values, law.logSmoothed(points, temperature), {
      ulps: 256,
      epsilon: Number.EPSILON,
      scale: 12 + 1 / temperature,
    });
    expect(field.standardError).toBeUndefined();
  });

  test("rbf with scale c at temperature 2cτ is the same density", async () => {
    const rbf = { temperature: 0.6, critic: { kind: "rbf", scale: 1.5 } } as const;
    const field = await logSmoothedDensity(points, grid.points, { ...rbf, logWeights });
    expectAllClose(field.values, law.logSmoothed(points, 0.2), { ...exact, ulps: 256, scale: 20 });
    const score = await smoothedScore(points, grid.points, { ...rbf, logWeights });
    const cosine = await smoothedScore(points, grid.points, { temperature: 0.2, logWeights });
    expectAllClose(score.data, cosine.data, { ...exact, ulps: 256, scale: 20 });
  });

  test("on samples: within the standard error, over seeds", async () => {
    const temperature = 0.2;
    const truth = law.logSmoothed(points, temperature);
    const random = createRandom("seeds");
    const z = [];
    for (let seed = 0; seed < 60; seed++) {
      const { values, standardError, bias } = await logSmoothedDensity(points, law.sample(random.split(seed), 400), {
        temperature,
      });
      z.push(...truth.map((t, i) => (values[i]! - bias![i]! - t) / standardError![i]!));
    }
    // 60 independent seeds; the points share theirs, which the allowance for 60 rather than 420 numbers respects.
    const { mean } = meanOf(z);
    const square = meanOf(z.map((v) => v * v)).mean;
    expect(Math.abs(mean)).toBeLessThan(3 / Math.sqrt(60));
    expect(Math.abs(square - 1)).toBeLessThan(3 * Math.sqrt(2 / 60));
  });

  test("its score: the gradient of the closed form, tangent", async () => {
    const temperature = 0.2;
    const { data } = await smoothedScore(points, grid.points, { temperature, logWeights });
    const h = 1e-4;
    for (let i = 0; i < points.rows; i++) {
      const z = points.data.subarray(3 * i, 3 * i + 3);
      const v = data.subarray(3 * i, 3 * i + 3);
      expectClose(z[0]! * v[0]! + z[1]! * v[1]! + z[2]! * v[2]!, 0, { ...exact, scale: Math.hypot(...v) });
      const [a, b] = tangents(z);
      for (const t of [a, b]) {
        const along = [h, -h].map((step) => {
          const moved = Float64Array.from(z, (c, k) => Math.cos(step) * c + Math.sin(step) * t[k]!);
          return law.logSmoothed({ rows: 1, dim: 3, data: moved }, temperature)[0]!;
        });
        const slope = (along[0]! - along[1]!) / (2 * h);
        // Third derivatives are below κ³ with κ ≤ 5.
        const truncation = (h * h * 125) / 6;
        expect(Math.abs(slope - (v[0]! * t[0]! + v[1]! * t[1]! + v[2]! * t[2]!))).toBeLessThan(truncation);
      }
    }
  });
});

describe("limits", () => {
  test("one place: the density of the kernel itself, a vMF of concentration 1/τ", async () => {
    const pole = matrixOf([
      [0, 0, 1],
      [0, 0, 1],
    ]);
    const field = await logSmoothedDensity(points, pole, { temperature: 0.05 });
    const kernel = vonMisesFisher({ meanDirection: [0, 0, 1], concentration: 20 });
    expectAllClose(field.values, kernel.rows.logDensity(points), { ...exact, scale: 40 });
    const score = await smoothedScore(points, pole, { temperature: 0.05 });
    const expected = Array.from({ length: 7 }, (_, i) => {
      const z = points.data.subarray(3 * i, 3 * i + 3);
      return [0, 0, 1].map((w, k) => 20 * (w - z[2]! * z[k]!));
    }).flat();
    expectAllClose(score.data, expected, { ...exact, scale: 20 });
  });

  test("τ → ∞: uniform", async () => {
    const field = await logSmoothedDensity(points, uniformRows(createRandom(1), 9, 3), { temperature: 1e12 });
    expectAllClose(field.values, new Float64Array(7).fill(-logSphereArea(3)), { ulps: 2, epsilon: 1e-12 });
  });

  test("integrates to one on the circle", async () => {
    const { points: circle, weights } = circleQuadrature({ nodes: 256 });
    const field = await logSmoothedDensity(circle, uniformRows(createRandom(2), 5, 2), { temperature: 0.1 });
    expectClose(
      weights.reduce((total, w, i) => total + w * Math.exp(field.values[i]!), 0),
      1,
      exact,
    );
  });

  test("a Gaussian in R^d smoothed by an rbf kernel: variances add", async () => {
    // On a grid of the line with weights of N(0, 0.5²); the kernel has variance τ/2c = 0.3.
    const x = Float64Array.from({ length: 201 }, (_, i) => (i - 100) / 20);
    const line = { rows: 201, dim: 1, data: x };
    const options = {
      temperature: 0.6,
      critic: { kind: "rbf", scale: 1 },
      space: "euclidean",
      logWeights: x.map((v) => -2 * v * v),
    } as const;
    const { values } = await logSmoothedDensity(matrixOf([[0], [0.7], [-1.1]]), line, options);
    const total = 0.25 + 0.3;
    const expected = [0, 0.7, -1.1].map((v) => -0.5 * Math.log(2 * Math.PI * total) - (v * v) / (2 * total));
    expectAllClose(values, expected, { ...exact, ulps: 512, scale: 1 });
    const score = await smoothedScore(matrixOf([[0.7], [-1.1]]), line, options);
    expectAllClose(score.data, [-0.7 / total, 1.1 / total], { ...exact, ulps: 512, scale: 2 });
    const { logWeights: _, ...plain } = options;
    const draws = await smoothedScore(matrixOf([[0.7]]), matrixOf([[0.2], [0.2]]), plain);
    expectAllClose(draws.data, [(2 / 0.6) * (0.2 - 0.7)], exact);
  });
});

describe("on tensors", () => {
  const on = referenceBackend();
  const random = createRandom("tensors");
  const x = uniformRows(random.split(0), 6, 3);
  const w = uniformRows(random.split(1), 6, 3);
  const tensorOf = (rows: typeof x) => fromData(on, rows.data as Float64Array, [rows.rows, rows.dim]);

  test.each([
    { temperature: 0.07, critic: { kind: "cosine" }, form: "all" },
    { temperature: 0.07, critic: { kind: "cosine" }, form: "leaveOneOut" },
    { temperature: 0.4, critic: { kind: "rbf", scale: 0.8 }, form: "leaveOneOut" },
  ] as const)("the numbers on rows: $critic.kind $form", async (options) => {
    const close = { ...exact, scale: 1 / options.temperature };
    const log = (await logPartitionField(x, w, options)).values;
    expectAllClose(logPartitionFieldOnTensors(tensorOf(x), tensorOf(w), options).dataSync(), log, close);
    const density = (await logSmoothedDensity(x, w, options)).values;
    expectAllClose(logSmoothedDensityOnTensors(tensorOf(x), tensorOf(w), options).dataSync(), density, close);
    const score = (await smoothedScore(x, w, options)).data;
    expectAllClose(smoothedScoreOnTensors(tensorOf(x), tensorOf(w), options).dataSync(), score, {
      ...close,
      ulps: 256,
    });
  });

  test("gradients, in points and population, also of the score", async () => {
    const options = { temperature: 0.3, form: "leaveOneOut" } as const;
    await expectGradient((a, b) => sum(logSmoothedDensityOnTensors(a!, b!, options)), [tensorOf(x), tensorOf(w)], {
      random,
    });
    const score = (a: ReturnType<typeof tensorOf>) => smoothedScoreOnTensors(a, a, options);
    await expectGradient((a) => sum(score(a!), {}), [tensorOf(x)], { random: random.split(2) });
  });

  test("messages", () => {
    expect(() => logPartitionFieldOnTensors(scalar(on, 1), tensorOf(w), { temperature: 1 })).toThrow(
      "logPartitionFieldOnTensors: `points` must be of shape [n, d], got [].",
    );
    expect(() =>
      smoothedScoreOnTensors(tensorOf(x), fromData(on, new Float64Array(6), [2, 3]), {
        temperature: 1,
        form: "leaveOneOut",
      }),
    ).toThrow(
      "smoothedScoreOnTensors: `population` must be of shape [6, 3], got [2, 3]. Point i must be row i of the population, of which there are at least 2.",
    );
    const line = fromData(on, new Float64Array(2), [2, 1]);
    expect(() => logSmoothedDensityOnTensors(line, line, { temperature: 1 })).toThrow(
      "logSmoothedDensityOnTensors: `points` must be of dimension ≥ 2, got [2, 1]. The unit sphere of R¹ is two points, which have no densities.",
    );
    expect(() =>
      logSmoothedDensityOnTensors(tensorOf(x), fromData(on, new Float64Array(4), [2, 2]), { temperature: 1 }),
    ).toThrow("logSmoothedDensityOnTensors: `population` must be of shape [N, 3] with N ≥ 1, got [2, 2].");
  });
});

test("messages", async () => {
  const off = matrixOf([
    [0, 1],
    [0, 1.1],
  ]);
  await expect(logSmoothedDensity(off, off, { temperature: 1 })).rejects.toThrow(
    "logSmoothedDensity: `points` must be of unit rows, got norm 1.10000 in row 1. Normalise the rows first, e.g. with normalizeRowMatrix of @nce-geometry/pairwise.",
  );
  await expect(smoothedScore(off, off, { temperature: 1, space: "euclidean" })).rejects.toThrow(
    'smoothedScore: `critic.kind` must be "rbf" in euclidean space, got "cosine". The kernel of an inner product has no finite volume there.',
  );
});

/** Two orthonormal tangent vectors at a point of S². */
function tangents(z: ArrayLike<number>): [number[], number[]] {
  const axis = Math.abs(z[0]!) < 0.5 ? [1, 0, 0] : [0, 1, 0];
  const along = axis[0]! * z[0]! + axis[1]! * z[1]!;
  const raw = axis.map((a, k) => a - along * z[k]!);
  const a = raw.map((v) => v / Math.hypot(...raw));
  const b = [z[1]! * a[2]! - z[2]! * a[1]!, z[2]! * a[0]! - z[0]! * a[2]!, z[0]! * a[1]! - z[1]! * a[0]!];
  return [a, b];
}
