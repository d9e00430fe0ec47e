import { logSumExpOfArray } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import gammaln from "@stdlib/math-base-special-gammaln";
import { describe, expect, test } from "vitest";
import { logIntegrateZonal, zonalMean, zonalQuadrature } from "./zonal-quadrature.ts";

const EPSILON = 2 ** -52;
const DIMENSIONS = [2, 3, 4, 5, 8, 16, 128, 768, 4096];

/** log |S^{d−1}| in closed form; log Γ of this size carries ε·(d/2) log d. */
const logVolume = (d: number): number => Math.LN2 + (d / 2) * Math.log(Math.PI) - gammaln(d / 2);
const roundingOf = (d: number): number => 8 + d * Math.log(d);

describe("logIntegrateZonal", () => {
  test.each(DIMENSIONS)("a constant over S^(d−1), d = %d: its volume", (d) => {
    const { value, error, status } = logIntegrateZonal(() => 2.5, { dimension: d });
    expect(status).toBe("converged");
    expectClose(value, logVolume(d) + 2.5, { ulps: roundingOf(d), epsilon: EPSILON, scale: 1 });
    expect(Math.abs(value - logVolume(d) - 2.5)).toBeLessThanOrEqual(error + EPSILON * roundingOf(d));
  });

  test.each([1e-3, 0.5, 1, 30, 700, 1e5, 1e9])("e^(κ cos θ) on S², κ = %d: 4π sinh κ / κ", (kappa) => {
    const expected = Math.log((2 * Math.PI) / kappa) + kappa + Math.log(-Math.expm1(-2 * kappa));
    const { value, error } = logIntegrateZonal((_, cosine) => kappa * cosine, { dimension: 3 });
    expect(Math.abs(value - expected)).toBeLessThanOrEqual(error + 4 * EPSILON * Math.max(1, kappa));
    // Nothing but the rounding of exponents of size κ is left.
    expect(error).toBeLessThan(64 * EPSILON * Math.max(1, kappa));
  });

  test("e^(κ cos θ) on S⁴: half-integer Bessel function in closed form", () => {
    // ∫ = |S³| ∫ e^(κt) (1 − t²) dt = 2π²·4(κ cosh κ − sinh κ)/κ³.
    for (const kappa of [0.5, 2, 20]) {
      const expected = 8 * Math.PI ** 2 * ((kappa * Math.cosh(kappa) - Math.sinh(kappa)) / kappa ** 3);
      const { value } = logIntegrateZonal((_, cosine) => kappa * cosine, { dimension: 5 });
      // κ cosh κ − sinh κ cancels three digits at κ = ½, no more.
      expectClose(value, Math.log(expected), { ulps: 200, epsilon: EPSILON, scale: Math.max(1, kappa) });
    }
  });

  test("a narrow Gaussian of the geodesic distance at the pole is flat space", () => {
    // log ∫ e^(−θ²/(2σ²)) → (m/2) log(2πσ²), with relative correction −m(m−1)σ²/6·(1/2)·2 of the order of σ².
    for (const d of [2, 3, 8]) {
      const sigma = 1e-7;
      const { value, status } = logIntegrateZonal((angle) => -0.5 * (angle / sigma) ** 2, { dimension: d });
      expect(status).toBe("converged");
      expectClose(value, ((d - 1) / 2) * Math.log(2 * Math.PI * sigma ** 2), {
        ulps: 64,
        epsilon: EPSILON,
        scale: d * 16 + (d * d * sigma ** 2) / EPSILON,
      });
    }
  });

  test("two narrow peaks at opposite poles both count", () => {
    const kappa = 1e4;
    const one = logIntegrateZonal((_, cosine) => kappa * (cosine - 1), { dimension: 8 }).value;
    const both = logIntegrateZonal((_, cosine) => kappa * (Math.abs(cosine) - 1), { dimension: 8 });
    expectClose(both.value, one + Math.LN2, { ulps: 64, epsilon: EPSILON, scale: kappa });
  });

  test("a jump converges slowly and says so", () => {
    const f = (angle: number): number => (angle < 1 ? 0 : Number.NEGATIVE_INFINITY);
    const { value, error, status } = logIntegrateZonal(f, { dimension: 3, maxNodes: 4097 });
    expect(status).toBe("maxNodes");
    const truth = Math.log(4 * Math.PI * Math.sin(0.5) ** 2);
    expect(Math.abs(value - truth)).toBeLessThan(1e-2);
    expect(error).toBeGreaterThan(0);
  });

  test("nothing, everything and NaN are notFinite", () => {
    const at = (c: number): [number, string] => {
      const { value, status } = logIntegrateZonal(() => c, { dimension: 3 });
      return [value, status];
    };
    expect(at(Number.NEGATIVE_INFINITY)).toEqual([Number.NEGATIVE_INFINITY, "notFinite"]);
    expect(at(Number.POSITIVE_INFINITY)).toEqual([Number.POSITIVE_INFINITY, "notFinite"]);
    expect(at(Number.NaN)).toEqual([Number.NaN, "notFinite"]);
  });

  test("messages", () => {
    expect(() => logIntegrateZonal(() => 0, { dimension: 1 })).toThrow(
      "logIntegrateZonal: `dimension` must be an integer ≥ 2, got 1.",
    );
    expect(() => zonalQuadrature({ dimension: 3, tolerance: 0 })).toThrow(
      "zonalQuadrature: `tolerance` must be a finite number > 0, got 0.",
    );
    expect(() => zonalMean(() => 0, { dimension: 3, maxNodes: 64 })).toThrow(
      "zonalMean: `maxNodes` must be an integer ≥ 129, got 64.",
    );
  });
});

describe("zonalMean", () => {
  const near = { ulps: 64, epsilon: EPSILON };

  test.each(DIMENSIONS)("moments of the uniform law, d = %d", (d) => {
    const mean = (h: (angle: number, cosine: number) => number): number => zonalMean(h, { dimension: d }).value;
    expectClose(
      mean((_, c) => c),
      0,
      { ...near, scale: 1 / Math.sqrt(d) },
    );
    expectClose(
      mean((_, c) => c ** 2),
      1 / d,
      near,
    );
    expectClose(
      mean((_, c) => c ** 4),
      3 / (d * (d + 2)),
      near,
    );
    expectClose(
      mean((angle) => angle),
      Math.PI / 2,
      near,
    );
  });

  test("mean chord and mean logarithm of the chord", () => {
    const chord = (angle: number): number => 2 * Math.sin(angle / 2);
    for (const [d, expected] of [
      [2, 4 / Math.PI],
      [3, 4 / 3],
    ] as const) {
      expectClose(zonalMean(chord, { dimension: d }).value, expected, near);
    }
    for (const d of [16, 128, 768]) {
      const logMean = (d - 1) * Math.LN2 + 2 * gammaln(d / 2) - 0.5 * Math.log(Math.PI) - gammaln(d - 0.5);
      expectClose(zonalMean(chord, { dimension: d }).value, Math.exp(logMean), { ulps: 64 + 8 * d, epsilon: EPSILON });
    }
    const logChord = (angle: number): number => Math.log(chord(angle));
    expectClose(zonalMean(logChord, { dimension: 3 }).value, Math.LN2 - 0.5, near);
    // The circle: Re log(1 − z) is harmonic, its mean is its value at 0. Its singularity costs digits, so only the band.
    expect(Math.abs(zonalMean(logChord, { dimension: 2 }).value)).toBeLessThan(1e-10);
  });

  test("variance of the angle on S²", () => {
    const { value } = zonalMean((angle) => (angle - Math.PI / 2) ** 2, { dimension: 3 });
    expectClose(value, Math.PI ** 2 / 4 - 2, near);
  });

  test("mean cosine of von Mises–Fisher on S²: coth κ − 1/κ", () => {
    for (const kappa of [1, 10, 1000]) {
      const { value } = zonalMean((_, c) => c, { dimension: 3, logDensity: (_, c) => kappa * c });
      expectClose(value, 1 / Math.tanh(kappa) - 1 / kappa, { ulps: 16 + 4 * kappa, epsilon: EPSILON });
    }
  });

  test("a jump is not called converged", () => {
    const { value, error, status } = zonalMean((angle) => (angle < 1 ? 1 : 0), { dimension: 3, maxNodes: 2049 });
    expect(status).toBe("maxNodes");
    const truth = Math.sin(0.5) ** 2;
    expect(Math.abs(value - truth)).toBeLessThan(1e-2);
    expect(error).toBeGreaterThan(1e-12);
  });

  test("NaN is notFinite", () => {
    expect(zonalMean(() => Number.NaN, { dimension: 3 })).toMatchObject({ value: Number.NaN, status: "notFinite" });
  });
});

describe("zonalQuadrature", () => {
  test("weights sum to the volume, angles ascend, cosines belong to them", () => {
    for (const d of [2, 3, 512]) {
      const { angles, cosines, logWeights, logIntegral } = zonalQuadrature({ dimension: d });
      expectClose(logSumExpOfArray(logWeights), logVolume(d), { ulps: roundingOf(d), epsilon: EPSILON, scale: 8 });
      expectClose(logIntegral, logVolume(d), { ulps: roundingOf(d), epsilon: EPSILON, scale: 8 });
      for (let i = 1; i < angles.length; i++) expect(angles[i]!).toBeGreaterThanOrEqual(angles[i - 1]!);
      for (const [i, angle] of angles.entries())
        expect(Math.abs(Math.cos(angle) - cosines[i]!)).toBeLessThan(4 * EPSILON);
    }
  });

  test("for large d the nodes stay near the equator", () => {
    const { angles } = zonalQuadrature({ dimension: 1024 });
    // Where (d − 1) log sech u = −60, and one scanned interval beyond.
    expect(Math.abs(angles[0]! - Math.PI / 2)).toBeLessThan(12 / Math.sqrt(1024));
    expect(Math.abs(angles.at(-1)! - Math.PI / 2)).toBeLessThan(12 / Math.sqrt(1024));
  });
});
