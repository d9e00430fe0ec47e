import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  asRows,
  asTensor,
  EPSILON,
  equalRows,
  type Matrix,
  numberOf,
  randomRows,
  unitRows,
} from "../../test/helpers.ts";
import { squaredCentroidDistance } from "./centroid-distance.ts";
import type { GapStatisticOptions } from "./clouds.ts";
import {
  squaredCentroidDistanceGradientOnRows,
  squaredCentroidDistanceOnRows,
} from "./rows/centroid-distance-on-rows.ts";

const tolerance = { ulps: 64, epsilon: EPSILON };
const evaluate = (x: Matrix, y: Matrix, options: GapStatisticOptions = {}) =>
  numberOf(squaredCentroidDistance(asTensor(x), asTensor(y), options));
const inner = (a: readonly number[], b: readonly number[]) => a.reduce((total, value, k) => total + value * b[k]!, 0);

describe("limits", () => {
  test.each(["U", "V"] as const)("all x = a, all y = b gives ‖a − b‖² (%s)", async (statistic) => {
    const [x, y] = [equalRows(5, [1, 2, 2]), equalRows(3, [1, -1, 6])];
    expectClose(evaluate(x, y, { statistic }), 25, tolerance);
    const { value, gradients } = await squaredCentroidDistanceGradientOnRows(asRows(x), asRows(y), { statistic });
    expectClose(value, 25, tolerance);
    expectAllClose(gradients.x.subarray(0, 3), [0, 6 / 5, -8 / 5], tolerance);
    expectAllClose(gradients.y.subarray(0, 3), [0, -2, 8 / 3], tolerance);
  });

  test("a shift by c gives V = ‖c‖², and U less twice tr S/n", () => {
    const x = randomRows(1, 8, 3);
    const y = x.map((row) => [row[0]! + 1, row[1]! - 2, row[2]! + 2]);
    const centre = [0, 1, 2].map((k) => x.reduce((total, row) => total + row[k]!, 0) / 8);
    const trace = x.reduce((total, row) => total + row.reduce((t, v, k) => t + (v - centre[k]!) ** 2, 0), 0) / 7;
    expectClose(evaluate(x, y, { statistic: "V" }), 9, tolerance);
    expectClose(evaluate(x, y), 9 - trace / 4, tolerance);
  });

  test("equal clouds give V = 0 exactly", () => {
    const x = unitRows(1, 8, 3);
    expect(evaluate(x, x, { statistic: "V" })).toBe(0);
  });

  test("U is the mean inner product over i ≠ j within, less twice that across", async () => {
    const [x, y] = [randomRows(1, 5, 3), randomRows(2, 4, 3)];
    const within = (z: Matrix) => {
      const values = z.flatMap((a, i) => z.flatMap((b, j) => (i === j ? [] : [inner(a, b)])));
      return values.reduce((total, value) => total + value, 0) / values.length;
    };
    const across = x.flatMap((a) => y.map((b) => inner(a, b))).reduce((total, value) => total + value, 0) / 20;
    expectClose(evaluate(x, y), within(x) + within(y) - 2 * across, { ...tolerance, scale: 4 });
    const { value } = await squaredCentroidDistanceOnRows(asRows(x), asRows(y));
    expectClose(value, within(x) + within(y) - 2 * across, { ...tolerance, scale: 4 });
  });
});

test("message: a single row has a V-statistic only", () => {
  expect(() => evaluate([[1, 2]], [[3, 4]])).toThrow(
    'squaredCentroidDistance: `x` must be of shape [n, d] with n ≥ 2, got [1, 2]. A U-statistic needs two rows of each cloud; a single row has `statistic: "V"`.',
  );
  expect(evaluate([[1, 2]], [[3, 4]], { statistic: "V" })).toBe(8);
});
