import { expect, test } from "vitest";
import { leastSquaresSlope } from "./least-squares-slope.ts";

test("a line, two points, residuals that cancel, and points above one another", () => {
  expect(leastSquaresSlope([1, 2, 6], [5, 3, -5])).toBe(-2);
  expect(leastSquaresSlope([0, 4], [1, 2])).toBe(0.25);
  // Σ(x − 1)(y − 2) = 1·3 + 0 + 1·0 over 2.
  expect(leastSquaresSlope([0, 1, 2], [-1, 5, 2])).toBe(1.5);
  expect(leastSquaresSlope([0.1, 0.1, 0.1], [0, 1, 3])).toBeNull();
  expect(leastSquaresSlope([], [])).toBeNull();
});
