import { sphereQuadrature } from "@nce-geometry/manifold";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { assertProbability, massesOf, normalizeLogDensity } from "./grid-measure.ts";
import { cellMeasure, zonalMeasure } from "./measures.ts";

const EPS = 2 ** -52;

describe("normalizeLogDensity", () => {
  test("0 everywhere becomes the uniform law, whatever the constant", () => {
    const sphere = sphereQuadrature({ polarNodes: 8 });
    for (const c of [0, 700, -700]) {
      const logDensity = normalizeLogDensity(sphere, new Float64Array(sphere.weights.length).fill(c));
      // The subtraction of log Z rounds at the size of c.
      expectAllClose(
        logDensity,
        logDensity.map(() => -Math.log(4 * Math.PI)),
        { ulps: 4, epsilon: EPS, scale: 700 },
      );
    }
  });

  test("masses of unequal cells add up to 1", () => {
    const measure = { weights: Float64Array.of(1, 2, 3) };
    const masses = massesOf(measure, normalizeLogDensity(measure, Float64Array.of(0, 0, Math.log(2))));
    expectAllClose(masses, [1 / 9, 2 / 9, 6 / 9], { ulps: 8, epsilon: EPS });
  });

  test("the sphere in R^512, whose area no float64 holds", () => {
    const measure = zonalMeasure({ dimension: 512 });
    const logDensity = normalizeLogDensity(measure, new Float64Array(measure.angles.length));
    expectClose(logDensity[0]!, 868.0, { ulps: 1, epsilon: 0.05 / 868 });
    expect(measure.weights.every((w) => w < Number.MIN_VALUE * 2)).toBe(true);
    assertProbability(measure, logDensity);
  });

  test("no mass at all is refused", () => {
    expect(() => normalizeLogDensity(cellMeasure({ cells: 2 }), new Float64Array(2).fill(-Infinity))).toThrow(
      "normalizeLogDensity: `logDensity` must be finite at a point of positive weight, got a density without mass.",
    );
  });
});

describe("assertProbability", () => {
  const measure = cellMeasure({ cells: 4 });

  test("says what the density integrates to and how to normalise it", () => {
    expect(() => assertProbability(measure, new Float64Array(4).fill(Math.log(0.5)))).toThrow(
      "assertProbability: `logDensity` must be the logarithm of a density that integrates to 1 within 1.5e-8, got one that integrates to 0.5. Normalise it with normalizeLogDensity.",
    );
    expect(() => assertProbability(measure, new Float64Array(4).fill(-Infinity))).toThrow("It has no mass anywhere.");
  });

  test("half of the digits may be missing, no more", () => {
    assertProbability(measure, new Float64Array(4).fill(2 ** -27));
    expect(() => assertProbability(measure, new Float64Array(4).fill(2 ** -25))).toThrow("integrates to 1.0000000298");
  });

  test("names the first point that is not a logarithm of a density", () => {
    expect(() => assertProbability(measure, Float64Array.of(0, 0, Number.NaN, Infinity))).toThrow(
      "assertProbability: `logDensity` must be finite or −∞ at every point, got NaN at point 2.",
    );
    expect(() => assertProbability(measure, Float64Array.of(0, Infinity, 0, 0), { where: "f", argument: "p" })).toThrow(
      "f: `p` must be finite or −∞ at every point, got Infinity at point 1.",
    );
  });

  test("refuses other lengths and empty grids", () => {
    expect(() => assertProbability(measure, new Float64Array(3))).toThrow(
      "assertProbability: `logDensity` must be of length 4, the points of the grid, got length 3.",
    );
    expect(() => assertProbability({ weights: new Float64Array(0) }, new Float64Array(0))).toThrow(
      "assertProbability: `measure` must be of at least 1 point, got one of none.",
    );
  });
});

test("cells and zonal grids check their options", () => {
  expect(() => cellMeasure({ cells: 0 })).toThrow("cellMeasure: `cells` must be an integer ≥ 1, got 0.");
  expect(() => cellMeasure({ cells: 3, volume: -1 })).toThrow(
    "cellMeasure: `volume` must be a finite number > 0, got -1.",
  );
  expect(() => zonalMeasure({ dimension: 3, logDensity: () => Number.NEGATIVE_INFINITY })).toThrow(
    "zonalMeasure: `logDensity` must be finite somewhere, and neither NaN nor +∞, got one whose integral is e^-Infinity.",
  );
});
