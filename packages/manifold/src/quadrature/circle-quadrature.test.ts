import { sumOfArray } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { circleQuadrature } from "./circle-quadrature.ts";
import { integrate, logIntegrate } from "./quadrature.ts";

const EPSILON = 2 ** -52;

/** I_n(κ) by its power series, all terms positive. */
function besselI(n: number, kappa: number): number {
  let term = 1;
  for (let k = 1; k <= n; k++) term *= kappa / (2 * k);
  const terms = [term];
  for (let k = 1; term > terms[0]! * EPSILON * 1e-3; k++) {
    term *= kappa ** 2 / (4 * k * (n + k));
    terms.push(term);
  }
  return sumOfArray(terms);
}

describe("circleQuadrature", () => {
  test.each([1, 2, 5, 16, 101])("%d points: trigonometric polynomials of smaller degree exactly, then not", (n) => {
    const quadrature = circleQuadrature({ nodes: n });
    expect(quadrature.exactDegree).toBe(n - 1);
    const harmonic = (k: number): number => integrate(quadrature, ([x, y]) => Math.cos(k * Math.atan2(y!, x!)));
    const rounding = { ulps: 4 + n, epsilon: EPSILON, scale: 2 * Math.PI };
    expectClose(harmonic(0), 2 * Math.PI, rounding);
    for (let k = 1; k < n; k++) expectClose(harmonic(k), 0, rounding);
    expectClose(harmonic(n), 2 * Math.PI, rounding);
  });

  test.each([0.5, 5, 12])("e^(κ cos θ), κ = %d: 2π I₀(κ), spectrally", (kappa) => {
    const f = ([x]: Float64Array): number => kappa * x!;
    expectClose(logIntegrate(circleQuadrature(), f), Math.log(2 * Math.PI * besselI(0, kappa)), {
      ulps: 16,
      epsilon: EPSILON,
      scale: kappa,
    });
    // With n points the error is 2π·2(I_n + I_2n + …): the trapezoidal rule aliases.
    const n = 8;
    const error = integrate(circleQuadrature({ nodes: n }), (p) => Math.exp(f(p))) - 2 * Math.PI * besselI(0, kappa);
    const aliases = [1, 2, 3, 4, 5, 6].map((k) => 4 * Math.PI * besselI(k * n, kappa));
    expectClose(error, sumOfArray(aliases), { ulps: 64, epsilon: EPSILON, scale: Math.exp(kappa) });
  });

  test("integrals take values as well as functions", () => {
    const quadrature = circleQuadrature({ nodes: 4 });
    expectClose(integrate(quadrature, [1, 2, 3, 4]), 5 * Math.PI, { ulps: 2, epsilon: EPSILON });
    expect(logIntegrate(quadrature, new Float64Array(4).fill(Number.NEGATIVE_INFINITY))).toBe(Number.NEGATIVE_INFINITY);
    expectClose(logIntegrate(quadrature, [800, 800, 800, 800]), 800 + Math.log(2 * Math.PI), {
      ulps: 2,
      epsilon: EPSILON,
    });
    expect(integrate(quadrature, [1, Number.NaN, 3, 4])).toBe(Number.NaN);
  });

  test("messages", () => {
    expect(() => circleQuadrature({ nodes: 0 })).toThrow("circleQuadrature: `nodes` must be an integer ≥ 1, got 0.");
    const quadrature = circleQuadrature({ nodes: 4 });
    expect(() => integrate(quadrature, [1])).toThrow(
      "integrate: `f` must be a function or 4 values, one per point, got 1 values.",
    );
    expect(() => logIntegrate(quadrature, [])).toThrow(
      "logIntegrate: `f` must be a function or 4 values, one per point, got 0 values.",
    );
  });
});
