import {
  circleQuadrature,
  fibonacciQuadrature,
  logBesselI,
  sphereQuadrature,
  vonMisesFisher,
} from "@nce-geometry/manifold";
import { sumOfArray } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cellMeasure } from "../grid/measures.ts";
import { gibbsLaw, massNearMinimum } from "./gibbs-law.ts";

const EPS = 2 ** -52;
const circle = circleQuadrature({ nodes: 512 });

describe("closed forms", () => {
  test.each([0.05, 0.2, 1, 50])(
    "U = −cos θ is von Mises of concentration 1/τ: log Z = log 2πI₀(1/τ) (τ = %d)",
    (temperature) => {
      const law = gibbsLaw(circle, ([x]) => -x!, { temperature });
      const exact = vonMisesFisher({ meanDirection: [1, 0], concentration: 1 / temperature });
      const close = { ulps: 64, epsilon: EPS, scale: 1 / temperature + 2 };
      expectClose(law.logPartition, Math.log(2 * Math.PI) + logBesselI(0, 1 / temperature), close);
      expectAllClose(law.logDensity, exact.rows.logDensity(circle.points), close);
      expectClose(law.meanPotential, -exact.meanResultantLength, { ulps: 16, epsilon: EPS, scale: 1 });
      expectClose(law.potentialVariance, exact.cosineVariance, { ulps: 64, epsilon: EPS });
      expectClose(law.entropy, exact.entropy, { ulps: 64, epsilon: EPS, scale: 4 });
      expect(law.freeEnergy).toBe(-law.logPartition);
      expect(law.status).toBe("resolved");
    },
  );

  test("U = −(1/κ) log Σ w e^{κ⟨m,z⟩} at τ = 1/κ is exactly a mixture of von Mises–Fisher laws", () => {
    const concentration = 12;
    const sphere = sphereQuadrature({ polarNodes: 40 });
    const [first, second] = [
      [0, 0, 1],
      [0.6, 0.8, 0],
    ].map((meanDirection) => vonMisesFisher({ meanDirection, concentration }));
    const [p, q] = [first!.rows.logDensity(sphere.points), second!.rows.logDensity(sphere.points)];
    const mixture = p.map((value, i) => Math.log(0.3 * Math.exp(value) + 0.7 * Math.exp(q[i]!)));
    const { z } = { z: sphere.points.data };
    const potential = p.map((_, i) => {
      const inner = 0.6 * z[3 * i]! + 0.8 * z[3 * i + 1]!;
      return (
        -Math.log(0.3 * Math.exp(concentration * z[3 * i + 2]!) + 0.7 * Math.exp(concentration * inner)) / concentration
      );
    });
    const law = gibbsLaw(sphere, potential, { temperature: 1 / concentration });
    expectAllClose(law.logDensity, mixture, { ulps: 64, epsilon: EPS, scale: concentration });
    expectClose(law.logPartition, -first!.logNormalizer, { ulps: 64, epsilon: EPS, scale: concentration });
  });

  test("two cells: a logistic function of the potential difference over τ", () => {
    const law = gibbsLaw(cellMeasure({ cells: 2, volume: 2 }), [0, 0.7], { temperature: 0.35 });
    expectClose(Math.exp(law.logDensity[1]!), 1 / (1 + Math.exp(2)), { ulps: 8, epsilon: EPS });
    expectClose(law.logPartition, Math.log1p(Math.exp(-2)), { ulps: 8, epsilon: EPS });
    const share = 1 / (1 + Math.exp(2));
    expectClose(law.effectiveCells, 1 / (share ** 2 + (1 - share) ** 2), { ulps: 8, epsilon: EPS });
  });
});

describe("laws", () => {
  const values = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 6, maxLength: 6 });
  const temperatures = fc.double({ min: 0.02, max: 10, noNaN: true });
  const six = { weights: Float64Array.of(1, 2, 0.5, 1, 1, 3) };

  test("gauge: U + c has the same law, and log Z − c/τ", () => {
    fc.assert(
      fc.property(values, temperatures, fc.double({ min: -50, max: 50, noNaN: true }), (u, temperature, c) => {
        const law = gibbsLaw(six, u, { temperature });
        const shifted = gibbsLaw(
          six,
          u.map((value) => value + c),
          { temperature },
        );
        const close = { ulps: 8, epsilon: EPS, scale: 60 / temperature };
        expectAllClose(shifted.logDensity, law.logDensity, close);
        expectClose(shifted.logPartition, law.logPartition - c / temperature, close);
        expectClose(shifted.meanPotential, law.meanPotential + c, {
          ulps: 8,
          epsilon: EPS,
          scale: 60 / temperature + 60,
        });
      }),
      { seed: 11, numRuns: 100 },
    );
  });

  test("cooling never takes mass from the ground state", () => {
    fc.assert(
      fc.property(values, temperatures, fc.double({ min: 0, max: 2, noNaN: true }), (u, temperature, excess) => {
        const cold = massNearMinimum(gibbsLaw(six, u, { temperature: temperature / 2 }), { excess });
        const warm = massNearMinimum(gibbsLaw(six, u, { temperature }), { excess });
        expect(cold).toBeGreaterThanOrEqual(warm - 16 * EPS);
      }),
      { seed: 13, numRuns: 200 },
    );
  });

  test("mass near the minimum converges to its closed form, in the first order", () => {
    // U = −⟨c, z⟩: the mass of the cap with cos α = 1 − δ, (1 − e^{−δ/τ})/(1 − e^{−2/τ}).
    const exact = Math.expm1(-0.3 / 0.2) / Math.expm1(-2 / 0.2);
    for (const polarNodes of [32, 128]) {
      const law = gibbsLaw(sphereQuadrature({ polarNodes }), ([x]) => -x!, { temperature: 0.2 });
      const error = Math.abs(massNearMinimum(law, { excess: 0.3, minPotential: -1 }) - exact);
      expect(error).toBeLessThan(1 / polarNodes);
    }
  });

  test("τ → ∞ is uniform, τ → 0 the least cells", () => {
    const u = [1, 0, 2, 0, 1, 3];
    const hot = gibbsLaw(six, u, { temperature: 1e12 });
    expectAllClose(
      hot.logDensity,
      hot.logDensity.map(() => -Math.log(8.5)),
      { ulps: 1, epsilon: 1e-11 },
    );
    const cold = gibbsLaw(six, u, { temperature: 1e-4 });
    expectClose(Math.exp(cold.logDensity[1]!), 1 / 3, { ulps: 8, epsilon: EPS });
    expect(cold.logDensity[0]).toBeLessThan(-9000);
    expect(massNearMinimum(cold, { excess: 0 })).toBe(1);
  });

  test("entropy = log Z + ⟨U⟩/τ = −∫ρ log ρ, also at τ = 1e-4", () => {
    for (const temperature of [1, 1e-4]) {
      const law = gibbsLaw(circle, ([x]) => x!, { temperature });
      const direct = -sumOfArray(law.logDensity.map((v, i) => circle.weights[i]! * Math.exp(v) * v));
      expectClose(law.entropy, direct, { ulps: 64, epsilon: EPS, scale: 8 });
    }
  });

  test("a forbidden region has no mass and takes no part", () => {
    const walled = gibbsLaw(six, [Infinity, 1, Infinity, 1, 1, Infinity], { temperature: 0.5 });
    expectClose(walled.logPartition, Math.log(4) - 2, { ulps: 8, epsilon: EPS, scale: 2 });
    expect(walled.logDensity[0]).toBe(-Infinity);
    expect(walled.potentialVariance).toBe(0);
  });
});

describe("whether the grid resolves the law", () => {
  test("few cells carry the mass: unresolved", () => {
    const law = gibbsLaw(
      circle,
      Float64Array.from(circle.weights, (_, i) => circle.points.data[2 * i]!),
      { temperature: 1e-4 },
    );
    // 2√π σ/h with σ = √τ and h = 2π/512.
    expectClose(law.effectiveCells, (2 * Math.sqrt(Math.PI) * 0.01 * 512) / (2 * Math.PI), { ulps: 1, epsilon: 0.01 });
    expect(law.status).toBe("unresolved");
    expect(gibbsLaw(circle, law.potential, { temperature: 1e-2 }).status).toBe("resolved");
  });

  test("a function is also compared with a coarser grid: a peak at the pole that many longitudes only seem to resolve", () => {
    const sphere = sphereQuadrature({ polarNodes: 16, azimuthalNodes: 256 });
    const north = gibbsLaw(sphere, ([, , z]) => -z!, { temperature: 2e-3 });
    expect(north.effectiveCells).toBeGreaterThan(100);
    expect(north.quadratureError!).toBeGreaterThan(0.1);
    expect(north.status).toBe("unresolved");
    const warm = gibbsLaw(sphere, ([, , z]) => -z!, { temperature: 0.5 });
    expect(warm.quadratureError!).toBeLessThan(1e-10);
    expect(warm.status).toBe("resolved");
  });

  test("where the grid cannot be remade, no error is claimed", () => {
    const grid = fibonacciQuadrature({ nodes: 2000 });
    const law = gibbsLaw(grid, ([, , z]) => -z!, { temperature: 0.5 });
    expect(law.quadratureError).toBeUndefined();
    expect(law.status).toBe("resolved");
  });
});

describe("messages", () => {
  test("temperatures and potentials", () => {
    for (const temperature of [0, -1, Number.NaN, Infinity]) {
      expect(() => gibbsLaw(circle, () => 0, { temperature })).toThrow(
        `gibbsLaw: \`temperature\` must be a finite number > 0, got ${temperature}.`,
      );
    }
    expect(() => gibbsLaw(circle, (_, i) => (i === 300 ? Number.NaN : 0), { temperature: 1 })).toThrow(
      "gibbsLaw: `potential` must be a number or +∞ at every point, got NaN at point 300.",
    );
    expect(() => gibbsLaw(cellMeasure({ cells: 2 }), [Infinity, Infinity], { temperature: 1 })).toThrow(
      "gibbsLaw: `potential` must be finite at a point of positive weight, got +∞ at all 2 points.",
    );
    const law = gibbsLaw(circle, () => 0, { temperature: 1 });
    expect(() => massNearMinimum(law, { excess: -1 })).toThrow(
      "massNearMinimum: `excess` must be a number ≥ 0, got -1.",
    );
  });
});
