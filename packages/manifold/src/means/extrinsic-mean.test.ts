import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { euclidean } from "../manifolds/euclidean.ts";
import { sphere } from "../manifolds/sphere.ts";
import { torus } from "../manifolds/torus.ts";
import { extrinsicMean } from "./extrinsic-mean.ts";

const EPSILON = 2 ** -52;
const rowsOf = (...rows: number[][]): RowMatrix => ({
  rows: rows.length,
  dim: rows[0]!.length,
  data: Float64Array.from(rows.flat()),
});

describe("extrinsicMean", () => {
  test("two orthogonal unit vectors: the middle, resultant √½", () => {
    const { status, mean, ambientMean, resultantLength, samples } = extrinsicMean(
      sphere(3),
      rowsOf([1, 0, 0], [0, 0, 1]),
    );
    expect(status).toBe("defined");
    expectAllClose(mean!.data, [Math.SQRT1_2, 0, Math.SQRT1_2], { ulps: 4, epsilon: EPSILON });
    expectAllClose(ambientMean.data, [0.5, 0, 0.5], { ulps: 0, epsilon: EPSILON });
    expectClose(resultantLength, Math.SQRT1_2, { ulps: 2, epsilon: EPSILON });
    expect(samples).toBe(2);
  });

  test("weights: on the plane of e₁ and e₂ the tangent of the angle is their ratio, and only ratios matter", () => {
    for (const scale of [1, 1e-3, 1e6]) {
      const { mean } = extrinsicMean(sphere(3), rowsOf([1, 0, 0], [0, 1, 0]), { weights: [3 * scale, scale] });
      expectClose(mean!.data[1]! / mean!.data[0]!, 1 / 3, { ulps: 8, epsilon: EPSILON });
    }
  });

  test("equal rows give that row", () => {
    const point = sphere(5).rows.sampleUniform(createRandom(1), 1);
    const { mean } = extrinsicMean(sphere(5), rowsOf(...Array.from({ length: 7 }, () => [...point.data])));
    expectAllClose(mean!.data, point.data, { ulps: 8, epsilon: EPSILON });
  });

  test.each([
    ["an antipodal pair", rowsOf([0.6, 0.8, 0], [-0.6, -0.8, 0])],
    [
      "three directions 120° apart, whose sum is rounding",
      rowsOf(...[0, 1, 2].map((k) => onEquator((2 * k * Math.PI) / 3))),
    ],
    ["a cube's corners", rowsOf(...corners())],
  ])("%s: undefined", (_, points) => {
    const { status, mean, resultantLength } = extrinsicMean(sphere(3), points);
    expect(status).toBe("undefined");
    expect(mean).toBeUndefined();
    expect(resultantLength).toBeLessThan(4 * EPSILON);
  });

  test("a resultant of a thousand roundings is defined", () => {
    const delta = 1e3 * EPSILON;
    const { status, mean } = extrinsicMean(sphere(3), rowsOf([1, 0, 0], [-1, delta, 0]));
    expect(status).toBe("defined");
    expectClose(mean!.data[1]!, 1, { ulps: 1e-2 / EPSILON, epsilon: EPSILON });
  });

  test("flat space: the arithmetic mean, also where it is 0", () => {
    const { status, mean } = extrinsicMean(euclidean(2), rowsOf([1, 5], [3, -5], [-4, 0]));
    expect(status).toBe("defined");
    expectAllClose(mean!.data, [0, 0], { ulps: 2, epsilon: EPSILON, scale: 5 });
  });

  test("torus: circular means, not means of angles", () => {
    const { status, mean } = extrinsicMean(torus(2), rowsOf([3.1, 0.25], [-3.1, 0.75]));
    expect(status).toBe("defined");
    expectClose(Math.abs(mean!.data[0]!), Math.PI, { ulps: 4, epsilon: EPSILON });
    expectClose(mean!.data[1]!, 0.5, { ulps: 4, epsilon: EPSILON });
    expect(extrinsicMean(torus(2), rowsOf([0, 0.25], [Math.PI, 0.75])).status).toBe("undefined");
  });

  test("NaN is undefined", () => {
    expect(extrinsicMean(sphere(2), rowsOf([1, 0], [Number.NaN, 1])).status).toBe("undefined");
  });

  test("messages", () => {
    const points = rowsOf([1, 0, 0], [0, 1, 0]);
    expect(() => extrinsicMean(sphere(4), points)).toThrow(
      "extrinsicMean: `points` must be at least one row of 4 coordinates, got [2, 3].",
    );
    expect(() => extrinsicMean(sphere(3), { rows: 0, dim: 3, data: new Float64Array(0) })).toThrow(
      "extrinsicMean: `points` must be at least one row of 3 coordinates, got [0, 3].",
    );
    expect(() => extrinsicMean(sphere(3), points, { weights: [1] })).toThrow(
      "extrinsicMean: `weights` must be 2 numbers, one per row, got 1 numbers.",
    );
    expect(() => extrinsicMean(sphere(3), points, { weights: [1, -1] })).toThrow(
      "extrinsicMean: `weights` must be non-negative numbers of finite positive sum, got -1 in row 1.",
    );
    expect(() => extrinsicMean(sphere(3), points, { weights: [0, 0] })).toThrow(
      "extrinsicMean: `weights` must be non-negative numbers of finite positive sum, got a sum of 0.",
    );
  });
});

function onEquator(angle: number): number[] {
  return [Math.cos(angle), Math.sin(angle), 0];
}

function corners(): number[][] {
  const side = 1 / Math.sqrt(3);
  return [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => [1, 2, 4].map((bit) => (bits & bit ? side : -side)));
}
