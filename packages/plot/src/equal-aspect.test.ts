import { expect, test } from "vitest";
import { equalAspect } from "./equal-aspect.ts";

const scale = ([low, high]: readonly [number, number], pixels: number): number => pixels / (high - low);

test.each([
  [
    "wide",
    [
      [0, 0],
      [10, 1],
    ],
    200,
  ],
  [
    "square",
    [
      [0, 0],
      [3, 3],
    ],
    400,
  ],
  [
    "tall",
    [
      [0, 0],
      [1, 30],
    ],
    400,
  ],
  [
    "upright",
    [
      [2, 0],
      [2, 5],
    ],
    400,
  ],
] as const)("%s clouds have one scale on both axes and lie inside", (_, points, height) => {
  const fit = equalAspect(points, 400, [200, 400]);
  expect(fit.height).toBeCloseTo(height, 9);
  expect(scale(fit.x, 400) / scale(fit.y, fit.height)).toBeCloseTo(1, 12);
  for (const [x, y] of points) {
    expect(x > fit.x[0] && x < fit.x[1]).toBe(true);
    expect(y > fit.y[0] && y < fit.y[1]).toBe(true);
  }
});

test("one point stands in the middle of an interval of length 1, or of its own size", () => {
  expect(equalAspect([[0, 0]], 400, [200, 400])).toEqual({ x: [-0.5, 0.5], y: [-0.25, 0.25], height: 200 });
  expect(equalAspect([[-8, 4]], 400, [200, 400])).toEqual({ x: [-12, -4], y: [2, 6], height: 200 });
});
