import { createRandom } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { type AngularLaw, vonMises, wrapAngle } from "./von-mises.ts";
import { vonMisesFisher } from "./von-mises-fisher.ts";
import { wrappedNormal } from "./wrapped-normal.ts";

const TAU = 2 * Math.PI;
const FEW = { ulps: 16, epsilon: 2 ** -52 };
const LAWS: readonly (readonly [string, AngularLaw])[] = [
  ["von Mises κ = 0", vonMises({ concentration: 0 })],
  ["von Mises κ = 0.3", vonMises({ concentration: 0.3, meanAngle: 3 })],
  ["von Mises κ = 40", vonMises({ concentration: 40, meanAngle: -2 })],
  ["wrapped normal σ = 0.2", wrappedNormal({ standardDeviation: 0.2, meanAngle: 3.1 })],
  ["wrapped normal σ = 2.5", wrappedNormal({ standardDeviation: 2.5, meanAngle: 1 })],
  ["wrapped normal σ = 2.52", wrappedNormal({ standardDeviation: 2.52, meanAngle: 1 })],
  ["wrapped normal σ = 9", wrappedNormal({ standardDeviation: 9 })],
];

describe.each(LAWS)("%s", (_, law) => {
  // The trapezoidal rule is exact for these smooth periodic functions.
  const angles = Float64Array.from({ length: 512 }, (_unused, i) => (TAU * i) / 512 - Math.PI);
  const masses = law.logDensity(angles).map((value) => (Math.exp(value) * TAU) / 512);

  test("the density integrates to 1, and its Fourier coefficients are those stated", () => {
    const coefficients = law.fourierCoefficients(8);
    expect(coefficients[0]).toBe(1);
    expectClose(coefficients[1]!, law.meanResultantLength, FEW);
    coefficients.forEach((coefficient, n) => {
      const cosines = masses.reduce((total, mass, i) => total + mass * Math.cos(n * (angles[i]! - law.meanAngle)), 0);
      const sines = masses.reduce((total, mass, i) => total + mass * Math.sin(n * (angles[i]! - law.meanAngle)), 0);
      // 512 roundings of terms whose sum is 1.
      expectClose(cosines, coefficient, { ulps: 64, epsilon: 2 ** -52, scale: 1 });
      expectClose(sines, 0, { ulps: 64, epsilon: 2 ** -52, scale: 1 });
    });
  });

  test("samples lie in (−π, π] and have the stated moments within three standard errors", () => {
    const n = 4000;
    const sample = law.sample(createRandom(14).split(law.meanResultantLength.toString()), n);
    expect(sample.every((angle) => angle > -Math.PI && angle <= Math.PI)).toBe(true);
    const [, first, second] = law.fourierCoefficients(3);
    const cosine = sample.reduce((total, angle) => total + Math.cos(angle - law.meanAngle), 0) / n;
    const sine = sample.reduce((total, angle) => total + Math.sin(angle - law.meanAngle), 0) / n;
    expect(Math.abs(cosine - first!)).toBeLessThanOrEqual(3 * Math.sqrt((0.5 + second! / 2 - first! ** 2) / n));
    expect(Math.abs(sine)).toBeLessThanOrEqual(3 * Math.sqrt((0.5 - second! / 2) / n));
  });

  test("turns of 2π change nothing", () => {
    const turned = law.logDensity(angles.map((angle) => angle + TAU));
    // An angle of size 3π is rounded by 1e-15, times the slope of the log density.
    expectAllClose(turned, law.logDensity(angles), { ulps: 64, epsilon: 2 ** -52, scale: 200 });
  });
});

describe("vonMises", () => {
  test("is the von Mises–Fisher law on the circle", () => {
    for (const kappa of [0, 2, 1e4]) {
      const law = vonMises({ concentration: kappa, meanAngle: 0.7 });
      const planar = vonMisesFisher({ meanDirection: [Math.cos(0.7), Math.sin(0.7)], concentration: kappa });
      expect(law.logNormalizer).toBe(planar.logNormalizer);
      expectClose(law.entropy, planar.entropy, FEW);
      const angles = [-2, 0.7, 1.9];
      const data = Float64Array.from(angles.flatMap((a) => [Math.cos(a), Math.sin(a)]));
      expectAllClose(law.logDensity(angles), planar.rows.logDensity({ rows: 3, dim: 2, data }), {
        ...FEW,
        scale: Math.max(1, kappa),
      });
    }
  });

  test("κ = 1e12: normal with variance 1/κ, density and samples", () => {
    const law = vonMises({ concentration: 1e12 });
    const [density] = law.logDensity([3e-6]);
    expectClose(density!, 0.5 * Math.log(1e12 / TAU) - 4.5, { ulps: 1, epsilon: 1e-11 });
    expectClose(law.entropy, 0.5 * Math.log((TAU * Math.E) / 1e12), { ulps: 1, epsilon: 1e-12 });
    const n = 4000;
    const squares = law.sample(createRandom(3), n).map((angle) => angle * angle * 1e12);
    expect(Math.abs(squares.reduce((total, s) => total + s, 0) / n - 1)).toBeLessThan(3 * Math.sqrt(2 / n));
  });

  test("messages", () => {
    expect(() => vonMises({ concentration: -1 })).toThrow(
      "vonMises: `concentration` must be a finite number ≥ 0, got -1.",
    );
    expect(() => vonMises({ concentration: 1, meanAngle: Number.NaN })).toThrow(
      "vonMises: `meanAngle` must be a finite number, got NaN.",
    );
    expect(() => vonMises({ concentration: 1 }).fourierCoefficients(0)).toThrow(
      "vonMises.fourierCoefficients: `count` must be an integer ≥ 1, got 0.",
    );
  });
});

describe("wrappedNormal", () => {
  test("the two series agree where one takes over", () => {
    const border = Math.sqrt(TAU);
    const angles = [0, 1, 2, 3, Math.PI];
    const below = wrappedNormal({ standardDeviation: border * (1 - 1e-15) }).logDensity(angles);
    const above = wrappedNormal({ standardDeviation: border * (1 + 1e-15) }).logDensity(angles);
    expectAllClose(above, below, { ...FEW, scale: 2 });
  });

  test("far in the tail of a narrow law the logarithm is that of the normal density", () => {
    const [value] = wrappedNormal({ standardDeviation: 0.01 }).logDensity([3]);
    expectClose(value!, -45000 - Math.log(0.01) - 0.5 * Math.log(TAU), FEW);
    // Opposite the mean two images are equally far.
    const [opposite] = wrappedNormal({ standardDeviation: 0.01 }).logDensity([Math.PI]);
    expectClose(opposite!, -((Math.PI / 0.01) ** 2) / 2 - Math.log(0.01) - 0.5 * Math.log(TAU) + Math.LN2, FEW);
  });

  test("messages", () => {
    expect(() => wrappedNormal({ standardDeviation: 0 })).toThrow(
      "wrappedNormal: `standardDeviation` must be a finite number > 0, got 0.",
    );
  });
});

test("wrapAngle", () => {
  expect([0, 1, Math.PI].map(wrapAngle)).toEqual([0, 1, Math.PI]);
  expect(wrapAngle(-Math.PI)).toBe(Math.PI);
  expectClose(wrapAngle(7), 7 - TAU, FEW);
  expect(wrapAngle(Number.NaN)).toBe(Number.NaN);
});
