import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { circle } from "../manifolds/circle.ts";
import { euclidean } from "../manifolds/euclidean.ts";
import { lorentz } from "../manifolds/lorentz.ts";
import { sphere } from "../manifolds/sphere.ts";
import { torus } from "../manifolds/torus.ts";
import { karcherMean } from "./karcher-mean.ts";

const EPSILON = 2 ** -52;
const rowsOf = (...rows: number[][]): RowMatrix => ({
  rows: rows.length,
  dim: rows[0]!.length,
  data: Float64Array.from(rows.flat()),
});
/** The descent stops at a gradient of 1e-12; where the Hessian is near 1 so is the error. */
const stopped = { ulps: 4e-12 / EPSILON, epsilon: EPSILON, scale: 1 };

describe("karcherMean", () => {
  test("two points: the middle of their geodesic, variance a quarter of the squared distance", async () => {
    for (const manifold of [sphere(3), sphere(8), lorentz(4)]) {
      const random = createRandom(5);
      const from = manifold.rows.origin();
      const velocity = manifold.rows.sampleTangent(random, from);
      const length = manifold.rows.norm(from, velocity)[0]!;
      const points = manifold.rows.expMap(from, {
        rows: 2,
        dim: from.dim,
        data: Float64Array.from([...velocity.data, ...velocity.data], (v, i) => (i < from.dim ? v : -v) / length),
      });
      const { status, mean, variance, gradientNorm, guaranteedUnique, samples } = await karcherMean(manifold, points);
      expect({ status, guaranteedUnique, samples }).toEqual({
        status: "converged",
        guaranteedUnique: true,
        samples: 2,
      });
      expect(gradientNorm).toBeLessThanOrEqual(1e-12);
      expectAllClose(mean.data, from.data, stopped);
      expectClose(variance, 1, stopped);
    }
  });

  test("flat space: the weighted arithmetic mean in one step", async () => {
    const points = rowsOf([0, 2], [6, -1], [3, 5]);
    const start = rowsOf([100, -50]);
    const { status, mean, steps, variance } = await karcherMean(euclidean(2), points, { start, weights: [1, 2, 1] });
    expect({ status, steps }).toEqual({ status: "converged", steps: 1 });
    expectAllClose(mean.data, [3.75, 1.25], { ulps: 64, epsilon: EPSILON, scale: 100 });
    expectClose(variance, (14.0625 + 0.5625 + 2 * (5.0625 + 5.0625) + 0.5625 + 14.0625) / 4, stopped);
  });

  test("circle and torus: the mean of the angles, across the seam", async () => {
    const angles = [3.0, 3.3, 3.9];
    const points = rowsOf(...angles.map((t) => [Math.cos(t), Math.sin(t)]));
    const { mean } = await karcherMean(circle(), points);
    expectAllClose(mean.data, [Math.cos(3.4), Math.sin(3.4)], stopped);
    const wrapped = rowsOf([3.0], [3.3 - 2 * Math.PI], [3.9 - 2 * Math.PI]);
    expectClose((await karcherMean(torus(1), wrapped)).mean.data[0]!, 3.4 - 2 * Math.PI, stopped);
  });

  test("on the sphere the intrinsic mean is not the extrinsic one, and is where the logarithms cancel", async () => {
    const points = rowsOf([1, 0, 0], [0, 1, 0], onEquator(0.2), onEquator(0.4));
    const { mean, status } = await karcherMean(sphere(3), points);
    expect(status).toBe("converged");
    const angle = (0 + Math.PI / 2 + 0.2 + 0.4) / 4;
    expectAllClose(mean.data, onEquator(angle), stopped);
    const extrinsic = Math.atan2(1 + Math.sin(0.2) + Math.sin(0.4), 1 + Math.cos(0.2) + Math.cos(0.4));
    expect(Math.abs(extrinsic - angle)).toBeGreaterThan(1e-2);
  });

  test("symmetric cloud about a pole in S^7: the pole; the start does not matter", async () => {
    const manifold = sphere(8);
    const pole = manifold.rows.origin();
    const half = manifold.rows.sampleTangent(createRandom(2), repeat(pole, 50));
    const data = half.data.map((v) => 0.3 * v);
    const points = manifold.rows.expMap(repeat(pole, 100), {
      rows: 100,
      dim: 8,
      data: Float64Array.from([...data, ...data.map((v) => -v)]),
    });
    for (const seed of [1, 2]) {
      const start = manifold.rows.expMap(pole, manifold.rows.sampleTangent(createRandom(seed), pole));
      const { mean, status } = await karcherMean(manifold, points, { start });
      expect(status).toBe("converged");
      expectAllClose(mean.data, pole.data, { ...stopped, ulps: 4 * stopped.ulps });
    }
  });

  test("hyperbolic points far apart need shorter steps and get them", async () => {
    const manifold = lorentz(3);
    const origin = manifold.rows.origin();
    const points = manifold.rows.expMap(repeat(origin, 3), rowsOf([0, 9, 0], [0, -4.5, 7.8], [0, -4.5, -7.8]));
    const { status, mean, variance } = await karcherMean(manifold, points, { tolerance: 1e-7 });
    expect(status).toBe("converged");
    // Not quite a regular triangle: (4.5, 7.8) is 9.005 long.
    const distance = manifold.rows.geodesicDistance(mean, origin)[0]!;
    expect(distance).toBeLessThan(0.02);
    expect(Math.abs(variance - 81.06)).toBeLessThan(0.1);
  });

  test.each([
    ["an antipodal pair", rowsOf([0.6, 0.8, 0], [-0.6, -0.8, 0]), (Math.PI / 2) ** 2],
    [
      "three points on a great circle",
      rowsOf(...[0, 1, 2].map((k) => onEquator((2 * k * Math.PI) / 3))),
      (Math.PI / 2) ** 2,
    ],
    ["the ends of three axes", rowsOf([1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]), (Math.PI / 2) ** 2],
  ])("%s: not unique, and a true minimum is found", async (_, points, variance) => {
    const result = await karcherMean(sphere(3), points);
    expect(result.status).toBe("notUnique");
    expect(result.guaranteedUnique).toBe(false);
    expectClose(result.variance, variance, { ...stopped, ulps: 100 * stopped.ulps });
  });

  test("wide clouds may be unique without a guarantee", async () => {
    const near = rowsOf(...[0.3, -0.2, 0.1].map(onEquator), [Math.cos(2.5), 0, Math.sin(2.5)]);
    const { status, guaranteedUnique } = await karcherMean(sphere(3), near, { weights: [1, 1, 1, 0.2] });
    expect({ status, guaranteedUnique }).toEqual({ status: "converged", guaranteedUnique: false });
  });

  test("a better stationary point found on the way replaces the first", async () => {
    // Half of the mass at angle 0, a little at ±2.2: from a start at π the descent may stop at the far minimum of the circle.
    const points = rowsOf(...[0, 2.2, -2.2].map((t) => [Math.cos(t), Math.sin(t)]));
    const start = rowsOf([-1, 1e-3]);
    const weights = [0.4, 0.3, 0.3];
    const fromAfar = await karcherMean(circle(), points, { start, weights });
    const direct = await karcherMean(circle(), points, { weights });
    expectClose(fromAfar.variance, direct.variance, stopped);
  });

  test("statuses of runs that end early", async () => {
    const points = rowsOf(onEquator(0), onEquator(1), [0, 0, 1]);
    expect(await karcherMean(sphere(3), points, { maxSteps: 0 })).toMatchObject({ status: "maxSteps", steps: 0 });
    const broken = rowsOf([1, 0, 0], [Number.NaN, 0, 1]);
    expect((await karcherMean(sphere(3), broken)).status).toBe("diverged");
    const reason = new Error("stop");
    await expect(karcherMean(sphere(3), points, { signal: { aborted: true, reason } })).rejects.toBe(reason);
    const done: number[] = [];
    await karcherMean(sphere(3), points, { onProgress: ({ done: steps }) => done.push(steps) });
    expect(done[0]).toBe(1);
  });

  test("rows of weight 0 do not count, wherever they are", async () => {
    const points = rowsOf(onEquator(0), onEquator(1), onEquator(0.5 + Math.PI));
    const { status, mean, guaranteedUnique } = await karcherMean(sphere(3), points, {
      weights: [1, 1, 0],
      start: rowsOf(onEquator(0.4)),
    });
    expect({ status, guaranteedUnique }).toEqual({ status: "converged", guaranteedUnique: true });
    expectAllClose(mean.data, onEquator(0.5), stopped);
  });

  test("messages", async () => {
    const points = rowsOf([1, 0, 0]);
    await expect(karcherMean(sphere(3), points, { tolerance: 0 })).rejects.toThrow(
      "karcherMean: `tolerance` must be a finite number > 0, got 0.",
    );
    await expect(karcherMean(sphere(4), points)).rejects.toThrow(
      "karcherMean: `points` must be at least one row of 4 coordinates, got [1, 3].",
    );
  });
});

function onEquator(angle: number): number[] {
  return [Math.cos(angle), Math.sin(angle), 0];
}

function repeat({ dim, data }: RowMatrix, rows: number): RowMatrix {
  return { rows, dim, data: Float64Array.from({ length: rows * dim }, (_, i) => data[i % dim]!) };
}
