import { circleQuadrature } from "@nce-geometry/manifold";
import { sumOfArray } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { gibbsLaw } from "../gibbs/gibbs-law.ts";
import { firstVariationUnimodal, freeEnergyUnimodal, secondVariationUnimodal } from "./free-energy-unimodal.ts";
import { normalizeLogDensity } from "./grid-measure.ts";

const EPS = 2 ** -52;
const circle = circleQuadrature({ nodes: 96 });
const cosineOf = (i: number): number => circle.points.data[2 * i]!;
const sineOf = (i: number): number => circle.points.data[2 * i + 1]!;
const at = <T>(f: (i: number) => T): T[] => Array.from(circle.weights, (_, i) => f(i));
const potential = Float64Array.from(at((i) => 0.7 * cosineOf(i) - sineOf(i) ** 2));
const logDensity = normalizeLogDensity(circle, Float64Array.from(at((i) => cosineOf(i) + 0.3 * sineOf(i))));
const direction = Float64Array.from(at((i) => 0.1 * cosineOf(i) - 0.05 * sineOf(i)));
const temperature = 0.4;

describe("freeEnergyUnimodal", () => {
  test("the terms add up, and only the potential term knows the temperature", () => {
    const cold = freeEnergyUnimodal(circle, logDensity, { potential, temperature });
    const warm = freeEnergyUnimodal(circle, logDensity, { potential, temperature: 2 * temperature });
    expect(cold.value).toBe(cold.potentialTerm - cold.entropy);
    expect(warm.entropy).toBe(cold.entropy);
    expectClose(warm.potentialTerm, cold.potentialTerm / 2, { ulps: 2, epsilon: EPS });
    expect(warm.meanPotential).toBe(cold.meanPotential);
  });

  test("uniform law on the circle with U = cos²: 1/(2τ) − log 2π", () => {
    const uniform = new Float64Array(96).fill(-Math.log(2 * Math.PI));
    const { value } = freeEnergyUnimodal(circle, uniform, { potential: ([x]) => x! * x!, temperature });
    expectClose(value, 0.5 / temperature - Math.log(2 * Math.PI), { ulps: 16, epsilon: EPS, scale: 2 });
  });

  test("U + c adds c/τ", () => {
    const shifted = freeEnergyUnimodal(circle, logDensity, { potential: potential.map((u) => u + 3), temperature });
    const { value } = freeEnergyUnimodal(circle, logDensity, { potential, temperature });
    expectClose(shifted.value, value + 3 / temperature, { ulps: 16, epsilon: EPS, scale: 8 });
  });

  test("a forbidden point costs nothing without mass and everything with", () => {
    const walled = potential.map((u, i) => (i === 5 ? Infinity : u));
    expect(freeEnergyUnimodal(circle, logDensity, { potential: walled, temperature }).value).toBe(Infinity);
    const outside = normalizeLogDensity(
      circle,
      logDensity.map((v, i) => (i === 5 ? -Infinity : v)),
    );
    const free = freeEnergyUnimodal(circle, outside, { potential, temperature }).value;
    expect(freeEnergyUnimodal(circle, outside, { potential: walled, temperature }).value).toBe(free);
  });

  test("messages", () => {
    const f =
      (options: object): (() => unknown) =>
      () =>
        freeEnergyUnimodal(circle, logDensity, { potential, temperature, ...options });
    expect(f({ temperature: 0 })).toThrow(
      "freeEnergyUnimodal: `temperature` must be a finite number > 0, got 0. CLIP-like systems use 0.01 to 0.1.",
    );
    expect(f({ temperature: Infinity })).toThrow(
      "freeEnergyUnimodal: `temperature` must be a finite number > 0, got Infinity. CLIP-like systems use 0.01 to 0.1.",
    );
    expect(f({ potential: potential.map((u, i) => (i === 9 ? Number.NaN : u)) })).toThrow(
      "freeEnergyUnimodal: `potential` must be a number or +∞ at every point, got NaN at point 9.",
    );
    expect(f({ potential: [1, 2] })).toThrow(
      "freeEnergyUnimodal: `potential` must be of length 96, the points of the grid, got length 2.",
    );
    expect(() =>
      freeEnergyUnimodal({ weights: Float64Array.of(1) }, Float64Array.of(0), { potential: () => 0, temperature }),
    ).toThrow("freeEnergyUnimodal: `potential` must be a list of values on a grid without points, got a function.");
  });
});

describe("variations", () => {
  const along = (epsilon: number): number => {
    const moved = logDensity.map((value, i) => Math.log(Math.exp(value) + epsilon * direction[i]!));
    return freeEnergyUnimodal(circle, moved, { potential, temperature }).value;
  };

  test("first: the derivative along a direction", () => {
    const field = firstVariationUnimodal(circle, logDensity, { potential, temperature });
    const slope = sumOfArray(field.map((value, i) => circle.weights[i]! * value * direction[i]!));
    const h = 1e-4;
    // Central differences: error O(h²) of the third derivative and ε/h of rounding.
    expectClose(slope, (along(h) - along(-h)) / (2 * h), { ulps: 16, epsilon: h * h });
  });

  test("first: constant, 1 − log Z, at the Gibbs law and nowhere else", () => {
    const law = gibbsLaw(circle, potential, { temperature });
    const field = firstVariationUnimodal(circle, law.logDensity, { potential, temperature });
    expectAllClose(
      field,
      field.map(() => 1 - law.logPartition),
      { ulps: 8, epsilon: EPS, scale: 4 },
    );
    const elsewhere = firstVariationUnimodal(circle, logDensity, { potential, temperature });
    expect(Math.max(...elsewhere) - Math.min(...elsewhere)).toBeGreaterThan(1);
  });

  test("second: ∫h²/ρ, the second derivative, > 0", () => {
    const curvature = secondVariationUnimodal(circle, logDensity, { direction });
    const h = 1e-3;
    const difference = (along(h) - 2 * along(0) + along(-h)) / (h * h);
    expectClose(curvature, difference, { ulps: 64, epsilon: h * h });
    expect(curvature).toBeGreaterThan(0);
    const uniform = new Float64Array(96).fill(-Math.log(2 * Math.PI));
    const expected = 2 * Math.PI * (0.1 ** 2 + 0.05 ** 2) * Math.PI;
    expectClose(secondVariationUnimodal(circle, uniform, { direction }), expected, { ulps: 32, epsilon: EPS });
  });

  test("second: a direction into a point without mass is infinitely steep, one that adds mass is refused", () => {
    const empty = normalizeLogDensity(
      circle,
      logDensity.map((v, i) => (i === 5 ? -Infinity : v)),
    );
    expect(secondVariationUnimodal(circle, empty, { direction })).toBe(Infinity);
    expect(() => secondVariationUnimodal(circle, logDensity, { direction: new Float64Array(96).fill(1) })).toThrow(
      /^secondVariationUnimodal: `direction` must be a direction of integral 0, got one of integral 6\.28318\d+\. Subtract its mean\.$/,
    );
    expect(() =>
      secondVariationUnimodal(circle, logDensity, { direction: new Float64Array(96).fill(Number.NaN) }),
    ).toThrow("secondVariationUnimodal: `direction` must be finite, got NaN at point 0.");
  });

  test("strictly convex: below the chord between any two densities", () => {
    const other = normalizeLogDensity(circle, Float64Array.from(at((i) => 2 * sineOf(i))));
    const value = (rho: Float64Array): number => freeEnergyUnimodal(circle, rho, { potential, temperature }).value;
    const middle = logDensity.map((v, i) => Math.log((Math.exp(v) + Math.exp(other[i]!)) / 2));
    expect((value(logDensity) + value(other)) / 2 - value(middle)).toBeGreaterThan(0.1);
  });
});
