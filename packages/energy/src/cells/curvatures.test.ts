import { createRandom } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { secondVariationMultimodal } from "../grid/free-energy-multimodal.ts";
import { type GridMeasure, massesOf, normalizeLogDensity } from "../grid/grid-measure.ts";
import { curvatures } from "./curvatures.ts";
import { stabilityThresholds } from "./stability-thresholds.ts";

const EPSILON = 2 ** -52;
const random = createRandom(23);
const n = 24;
const measure: GridMeasure = { weights: random.uniform(n, { low: 0.05, high: 0.3 }) };
const potentials = [random.normal(n), random.normal(n)] as const;
const noisy = (spread: number) =>
  normalizeLogDensity(
    measure,
    random.normal(n).map((value) => spread * value),
  );

/** A direction of mass 0 that is small where the density is. */
function directionAt(logDensity: Float64Array): Float64Array {
  const noise = random.normal(n);
  const mean = massesOf(measure, logDensity).reduce((sum, mass, i) => sum + mass * noise[i]!, 0);
  return noise.map((value, i) => (value - mean) * Math.exp(logDensity[i]!));
}

/** ∫h²/ρ. */
function fisher(h: Float64Array, logDensity: Float64Array): number {
  return h.reduce((sum, value, i) => sum + (measure.weights[i]! * value * value) / Math.exp(logDensity[i]!), 0);
}

describe("curvatures", () => {
  test.each([0, 0.3, 0.5, 0.7, 0.75, 1, 1.4])("at a matched state, λ = %f: λ − ½, λ − ½, 1, 4λ − 3", (ownWeight) => {
    const rho = noisy(1);
    const direction = directionAt(rho);
    const unit = fisher(direction, rho);
    const found = curvatures(measure, [rho, rho], { potentials, temperature: 0.7, ownWeight, direction });
    const expected = { first: ownWeight - 0.5, second: ownWeight - 0.5, together: 1, apart: 4 * ownWeight - 3 };
    for (const [name, value] of Object.entries(expected)) {
      const curvature = found[name as keyof typeof expected];
      expectClose(curvature.value / unit, value, { ulps: 64, epsilon: EPSILON, scale: 1 });
      // Truncation of the difference, relative to the largest fourth derivative met.
      expectClose(curvature.numerical / unit, value, { ulps: 10, epsilon: 1e-6, scale: 1 });
      expect(curvature.sign).toBe(Math.sign(value));
    }
  });

  test.each(["cross", "own", "pooled"] as const)(
    "away from it the difference agrees with the formula (%s)",
    (denominator) => {
      const pair = [noisy(0.5), noisy(0.5)] as const;
      const direction = directionAt(pair[0]);
      const options = { potentials, temperature: 0.7, denominator, direction };
      const found = curvatures(measure, pair, options);
      const zero = new Float64Array(n);
      const value = secondVariationMultimodal(measure, pair, { denominator, directions: [direction, zero] });
      expect(found.first.value).toBe(value);
      for (const { value: exact, numerical } of Object.values(found)) {
        expectClose(numerical, exact, { ulps: 10, epsilon: 1e-6, scale: fisher(direction, pair[0]) });
      }
    },
  );

  test("the messages", () => {
    const rho = noisy(1);
    const run = (direction: Float64Array) => () =>
      curvatures(measure, [rho, rho], { potentials, temperature: 1, direction });
    expect(run(new Float64Array(n).fill(1))).toThrow(
      /^secondVariationMultimodal: `directions\[0\]` must be a direction of integral 0, got one of integral /,
    );
    const hole = normalizeLogDensity(measure, rho.with(3, Number.NEGATIVE_INFINITY));
    expect(() =>
      curvatures(measure, [rho, hole], { potentials, temperature: 1, direction: new Float64Array(n) }),
    ).toThrow(
      "curvatures: `logDensities[1]` must be positive in every cell, got no mass in cell 3. Lift it with projectOntoFloor.",
    );
  });
});

describe("stabilityThresholds", () => {
  test("matched: ½, ½, ¾; disjoint: 1, 1, 1", () => {
    const rho = noisy(1);
    expect(stabilityThresholds(rho, rho)).toEqual({ first: 0.5, second: 0.5, joint: 0.75 });
    const [left, right] = [Float64Array.of(0, -800), Float64Array.of(-800, 0)];
    expect(stabilityThresholds(left, right)).toEqual({ first: 1, second: 1, joint: 1 });
  });

  test("the second variation at one point changes its sign there", () => {
    const pair = [noisy(0.7), noisy(0.7)] as const;
    const thresholds = stabilityThresholds(...pair);
    // A direction between two cells that both have the worst ratio is as bad as a single point: so put the worst cell twice.
    const ratio = pair[0].map((value, i) => pair[1][i]! - value);
    const worst = { first: ratio.indexOf(Math.max(...ratio)), second: ratio.indexOf(Math.min(...ratio)) };
    for (const name of ["first", "second"] as const) {
      const { measure: doubled, densities, direction } = twice(pair, worst[name]);
      const zero = direction.map(() => 0);
      const at = (ownWeight: number) =>
        secondVariationMultimodal(doubled, densities, {
          ownWeight,
          directions: name === "first" ? [direction, zero] : [zero, direction],
        });
      expect(at(thresholds[name] - 1e-9)).toBeLessThan(0);
      expect(at(thresholds[name] + 1e-9)).toBeGreaterThan(0);
    }
    const extreme = ratio.map(Math.abs).indexOf(Math.max(...ratio.map(Math.abs)));
    const { measure: doubled, densities, direction } = twice(pair, extreme);
    const least = (ownWeight: number) => {
      const at = (a: number, b: number) =>
        secondVariationMultimodal(doubled, densities, {
          ownWeight,
          directions: [direction.map((h) => a * h), direction.map((h) => b * h)],
        });
      // Smallest eigenvalue of the 2 × 2 form, from its values on four directions.
      const [p, q, cross] = [at(1, 0), at(0, 1), (at(1, 1) - at(1, -1)) / 4];
      return (p + q) / 2 - Math.hypot((p - q) / 2, cross);
    };
    expect(least(thresholds.joint - 1e-6)).toBeLessThan(0);
    expect(least(thresholds.joint + 1e-6)).toBeGreaterThan(0);
  });

  test("no midpoint lies above its ends at λ = 1", () => {
    // d²/ds² ≥ 0 in every direction: λ ≥ 1 is at or above every threshold.
    for (let trial = 0; trial < 50; trial++) {
      const { first, second, joint } = stabilityThresholds(noisy(3), noisy(3));
      expect(Math.max(first, second, joint)).toBeLessThanOrEqual(1);
    }
  });

  test("the messages", () => {
    expect(() => stabilityThresholds(new Float64Array(2), new Float64Array(3))).toThrow(
      "stabilityThresholds: `second` must be of length 2, like `first`, got length 3.",
    );
    expect(() => stabilityThresholds(new Float64Array(0), new Float64Array(0))).toThrow(
      "stabilityThresholds: `first` must be of at least 1 cell, got length 0.",
    );
    expect(() => stabilityThresholds(new Float64Array(2), Float64Array.of(0, Number.NEGATIVE_INFINITY))).toThrow(
      "stabilityThresholds: `second` must be finite at every point, got -Infinity at point 1.",
    );
  });
});

/** The grid with one cell cut in halves, and the direction that moves mass from one half to the other. */
function twice(pair: readonly [Float64Array, Float64Array], cell: number) {
  const weights = Float64Array.of(...measure.weights, measure.weights[cell]! / 2);
  weights[cell] = weights[cell]! / 2;
  const extended = (k: 0 | 1) => Float64Array.of(...pair[k], pair[k][cell]!);
  const direction = new Float64Array(n + 1);
  direction[cell] = 0.01;
  direction[n] = -0.01;
  return { measure: { weights }, densities: [extended(0), extended(1)] as const, direction };
}
