import { gaussLegendre } from "@nce-geometry/manifold";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { inverseIntegral, legendreTransform, legendreValues } from "./legendre-series.ts";

const EPS = 2 ** -52;

test("the transform returns the coefficients of a polynomial: 1 + 2x + 3x² = 2P₀ + 2P₁ + 2P₂", () => {
  const { nodes } = gaussLegendre(8);
  const values = nodes.map((x) => 1 + 2 * x + 3 * x * x);
  const coefficients = legendreTransform(8).map((row) => row.reduce((sum, factor, i) => sum + factor * values[i]!, 0));
  expectAllClose(coefficients, [2, 2, 2, 0, 0, 0, 0, 0], { ulps: 64, epsilon: EPS, scale: 6 });
});

test("P₀ … P₃ at ½", () => {
  expectAllClose(legendreValues(0.5, new Float64Array(4)), [1, 0.5, -0.125, -0.4375], { ulps: 2, epsilon: EPS });
});

test("the integral is inverted: constant, linear, and the ends", () => {
  expectClose(inverseIntegral(Float64Array.of(0.5, 0), 0.25), -0.5, { ulps: 4, epsilon: EPS });
  // Density (1 + x)/2: ∫_{−1}^x = (1 + x)²/4.
  for (const share of [1e-6, 0.04, 0.5, 0.999]) {
    expectClose(inverseIntegral(Float64Array.of(0.5, 0.5), share), 2 * Math.sqrt(share) - 1, {
      ulps: 1,
      epsilon: 1e-12,
      scale: 1,
    });
  }
  // At share 0 the density vanishes as well; the root is double.
  expectClose(inverseIntegral(Float64Array.of(0.5, 0.5), 0), -1, { ulps: 1, epsilon: 1e-11 });
});

test("a steep density that its polynomial makes negative in places still has an inverse in the panel", () => {
  const { nodes } = gaussLegendre(8);
  const values = nodes.map((x) => Math.exp(12 * (x - 1)));
  const coefficients = Float64Array.from(legendreTransform(8), (row) =>
    row.reduce((sum, f, i) => sum + f * values[i]!, 0),
  );
  for (let k = 0; k <= 20; k++) {
    const x = inverseIntegral(coefficients, k / 20);
    expect(x).toBeGreaterThanOrEqual(-1);
    expect(x).toBeLessThanOrEqual(1);
    // Interpolation of e^{12x} at 8 nodes is off by a few times 1e-2 of its maximum; its integral by much less.
    if (k > 1 && k < 20) expect(Math.abs(Math.exp(12 * (x - 1)) - k / 20)).toBeLessThan(0.05);
  }
});
