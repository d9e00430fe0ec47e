import { logKernelVolume, vonMisesFisher } from "@nce-geometry/manifold";
import { sumOfArray } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { entropy, klDivergence } from "../grid/entropy.ts";
import { gibbsLawOnCircle, gibbsLawOnSphere } from "./gibbs-law-on-sphere.ts";

const EPS = 2 ** -52;
const mu = [0.6, 0.48, 0.64] as const;
const linear = (z: Float64Array): number => -(mu[0] * z[0]! + mu[1] * z[1]! + mu[2] * z[2]!);

describe("U = −⟨μ, z⟩ on S² is von Mises–Fisher of concentration 1/τ", () => {
  test("F* = −9.53529197135 at τ = 0.1", () => {
    const { freeEnergy } = gibbsLawOnSphere(linear, { temperature: 0.1 });
    expectClose(freeEnergy, -9.53529197135 + 2 * Math.log(1), { ulps: 1, epsilon: 1e-12 });
  });

  test.each([100, 1, 0.07, 1e-2, 1e-4, 1e-6])("every number of the law (τ = %d)", (temperature) => {
    const law = gibbsLawOnSphere(linear, { temperature });
    const exact = vonMisesFisher({ meanDirection: mu, concentration: 1 / temperature });
    // U rounds at ε, hence exponents at ε/τ; sums of up to 60 000 terms whose errors are independent.
    const relative = { ulps: 64, epsilon: EPS * (1 + 1 / temperature) };
    expectClose(law.logPartition, -exact.logNormalizer, { ulps: 16, epsilon: EPS, scale: 1 / temperature + 4 });
    expectClose(law.entropy, exact.entropy, { ...relative, scale: 1 });
    expectClose(law.potentialVariance, exact.cosineVariance, relative);
    expectClose(law.meanPotential, -exact.meanResultantLength, { ulps: 64, epsilon: EPS });
    expect(law.status).toBe("resolved");
    expect(law.quadratureError).toBeLessThan(1e-12 + (64 * EPS) / temperature);
    const { rows } = law.measure.points;
    expect(rows).toBeLessThan(80_000);
  });

  test("the density at every point, and other functionals on the refined grid", () => {
    const law = gibbsLawOnSphere(linear, { temperature: 0.02 });
    const exact = vonMisesFisher({ meanDirection: mu, concentration: 50 });
    const other = vonMisesFisher({ meanDirection: [0.8, 0, 0.6], concentration: 40 });
    const { measure, logDensity } = law;
    expectAllClose(logDensity, exact.rows.logDensity(measure.points), { ulps: 32, epsilon: EPS, scale: 100 });
    expectClose(entropy(measure, logDensity), exact.entropy, { ulps: 256, epsilon: EPS, scale: 4 });
    // Made for one law, the grid resolves a neighbour less well than its tolerance.
    const kl = klDivergence(measure, logDensity, other.rows.logDensity(measure.points));
    expectClose(kl, exact.klDivergence(other), { ulps: 1, epsilon: 1e-10 });
  });

  test("the measure of the whole sphere", () => {
    const { measure } = gibbsLawOnSphere(() => 0, { temperature: 1 });
    expectClose(sumOfArray(measure.weights), 4 * Math.PI, { ulps: 64, epsilon: EPS });
    expectClose(gibbsLawOnSphere(() => 0, { temperature: 1 }).entropy, Math.log(4 * Math.PI), {
      ulps: 64,
      epsilon: EPS,
    });
  });
});

describe("the circle", () => {
  test.each([10, 0.1, 1e-4])("U = −cos θ: log 2πI₀(1/τ) (τ = %d)", (temperature) => {
    const law = gibbsLawOnCircle(([x]) => -x!, { temperature });
    expectClose(law.logPartition, logKernelVolume(2, { temperature }), {
      ulps: 16,
      epsilon: EPS,
      scale: 1 / temperature,
    });
    expect(law.status).toBe("resolved");
  });

  test("a kink is refined: U = |θ|, Z = 2τ(1 − e^{−π/τ})", () => {
    const law = gibbsLawOnCircle(([x, y]) => Math.abs(Math.atan2(y! - 0.1 * x!, x! + 0.1 * y!)), { temperature: 0.1 });
    const shifted = Math.log(0.2) + Math.log1p(-Math.exp(-10 * Math.PI));
    expectClose(law.logPartition, shifted, { ulps: 1, epsilon: 1e-11 });
    expect(law.measure.weights.length).toBeLessThan(4000);
    expect(law.status).toBe("resolved");
  });
});

describe("narrow wells are not lost", () => {
  /** Two equal wells of a width of 1e-3 at τ = 1e-6, where the first nodes are 0.05 apart. */
  const wellsAt =
    (turn: number) =>
    (z: Float64Array): number => {
      const chord = (a: number, b: number, c: number): number => (z[0]! - a) ** 2 + (z[1]! - b) ** 2 + (z[2]! - c) ** 2;
      const [cosine, sine] = [Math.cos(turn), Math.sin(turn)];
      return Math.min(chord(0.6 * cosine, 0.6 * sine, 0.8), chord(0.8 * sine, -0.8 * cosine, -0.6)) / 2;
    };

  test.each([0.1, 0.4, 0.9, 1.3, 2.2, 2.9])(
    "both of two equal wells are found: log Z = log 2 + log of one (turned by %d)",
    (turn) => {
      const temperature = 1e-6;
      const law = gibbsLawOnSphere(wellsAt(turn), { temperature });
      // ½‖z − c‖² = 1 − ⟨z, c⟩.
      const one = Math.log(2 * Math.PI * temperature);
      expectClose(law.logPartition, Math.LN2 + one, { ulps: 1, epsilon: 1e-11, scale: 16 });
      expect(law.status).toBe("resolved");
    },
  );

  test("too few points: unresolved, with the error that is left", () => {
    const law = gibbsLawOnSphere(wellsAt(0.4), { temperature: 1e-6, maxPoints: 2000 });
    expect(law.status).toBe("unresolved");
    expect(law.quadratureError).toBeGreaterThan(1e-3);
  });
});

test("messages", () => {
  expect(() => gibbsLawOnSphere(linear, { temperature: 0 })).toThrow(
    "gibbsLawOnSphere: `temperature` must be a finite number > 0, got 0. CLIP-like systems use 0.01 to 0.1.",
  );
  expect(() => gibbsLawOnSphere(() => Number.NaN, { temperature: 1 })).toThrow(
    /^gibbsLawOnSphere: `potential` must be a number or \+∞ at every point, got NaN at \(-?0\.\d+, -?0\.\d+, -?0\.\d+\)\.$/,
  );
  expect(() => gibbsLawOnCircle(() => Infinity, { temperature: 1 })).toThrow(
    /^gibbsLawOnCircle: `potential` must be finite at a point of positive weight, got \+∞ at all \d+ points\.$/,
  );
  expect(() => gibbsLawOnCircle(() => 0, { temperature: 1, tolerance: 0 })).toThrow(
    "gibbsLawOnCircle: `tolerance` must be a finite number > 0, got 0.",
  );
});
