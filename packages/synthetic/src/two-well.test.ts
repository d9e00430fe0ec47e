import { existsSync, readFileSync } from "node:fs";
import { integrate, logIntegrate, sphereQuadrature } from "@nce-geometry/manifold";
import { createRandom } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { expectMean } from "../test/z-score.ts";
import { logDensity } from "./law.ts";
import { norm, rowOf } from "./rows.ts";
import { generateTwoWell, type TwoWellOptions, twoWellPotential } from "./two-well.ts";

const EPSILON = 2 ** -52;
const generate = (options: Omit<TwoWellOptions, "kind" | "rows"> & { rows?: number }) =>
  generateTwoWell(createRandom("wells"), { kind: "twoWell", rows: 1, ...options });

describe("generateTwoWell", () => {
  test.each([0.05, 0.2, 1, 10])("truths against a product quadrature of the sphere, τ = %d", (temperature) => {
    const { truth } = generate({ temperature, weights: [0.3, 0.7] });
    const quadrature = sphereQuadrature({ polarNodes: 200 });
    const u = twoWellPotential(truth.potential, quadrature.points);
    const rounding = { ulps: 1e5, epsilon: EPSILON, scale: 1 };
    expectClose(
      truth.logPartition,
      logIntegrate(
        quadrature,
        u.map((value) => -value / temperature),
      ),
      rounding,
    );
    const density = logDensity(truth.law, quadrature.points).map(Math.exp);
    expectClose(integrate(quadrature, density), 1, rounding);
    const mean = (f: (i: number) => number) =>
      integrate(
        quadrature,
        density.map((rho, i) => rho * f(i)),
      );
    expectClose(
      truth.meanPotential,
      mean((i) => u[i]!),
      rounding,
    );
    expectClose(
      truth.potentialVariance,
      mean((i) => (u[i]! - truth.meanPotential) ** 2),
      rounding,
    );
    expectClose(
      truth.entropy,
      mean((i) => -Math.log(density[i]!)),
      rounding,
    );
    for (let k = 0; k < 3; k++)
      expectClose(
        truth.mean[k]!,
        mean((i) => rowOf(quadrature.points, i)[k]!),
        rounding,
      );
    expect(truth.minimum).toBeLessThanOrEqual(Math.min(...u));
    expect(truth.minimum).toBeGreaterThan(Math.min(...u) - 1e-3);
  });

  test("cap masses of the published experiment", () => {
    const published = [
      [10, 0.128633],
      [5, 0.134976],
      [2.5, 0.148012],
      [1, 0.189346],
      [0.5, 0.262063],
      [0.2, 0.467528],
      [0.1, 0.706385],
      [0.05, 0.913533],
    ] as const;
    // Rounded to six digits there.
    for (const [temperature, mass] of published) {
      expect(Math.abs(generate({ temperature }).truth.caps.either! - mass)).toBeLessThan(5.5e-7);
    }
  });

  test("τ = 1/κ is the mixture of two von Mises–Fisher laws", () => {
    const { truth } = generate({ temperature: 1 / 12 });
    expectClose(truth.logPartition, Math.log((4 * Math.PI * Math.sinh(12)) / 12), { ulps: 64, epsilon: EPSILON });
  });

  test("equal wells: von Mises–Fisher of concentration 1/τ; opposite wells: symmetric", () => {
    const one = generate({
      wells: [
        [0, 1, 0],
        [0, 1, 0],
      ],
      temperature: 0.25,
    }).truth;
    expectClose(one.logPartition, Math.log(Math.PI * Math.sinh(4)), { ulps: 64, epsilon: EPSILON });
    expectAllClose(one.mean, [0, 1 / Math.tanh(4) - 0.25, 0], { ulps: 64, epsilon: EPSILON, scale: 1 });
    expectClose(one.minimum, -1, { ulps: 4, epsilon: EPSILON });
    expect(one.caps.either).toBeNull();
    const opposite = generate({
      wells: [
        [0, 0, 1],
        [0, 0, -1],
      ],
    }).truth;
    expectAllClose(opposite.mean, [0, 0, 0], { ulps: 64, epsilon: EPSILON, scale: 1 });
    expectAllClose(opposite.nearer, [0.5, 0.5], { ulps: 64, epsilon: EPSILON });
  });

  test("hot is uniform, and a cap of half a turn is everything", () => {
    const { truth } = generate({ temperature: 1000, capAngle: Math.PI });
    // log Z = log 4π − ⟨U⟩/τ + …, U of order one.
    expect(Math.abs(truth.logPartition - Math.log(4 * Math.PI))).toBeLessThan(1e-3);
    expectAllClose(truth.caps.masses, [1, 1], { ulps: 1e3, epsilon: EPSILON });
  });

  test.each([
    { temperature: 0.02, sharpness: 40, weights: [0.5, 0.5] as const },
    { temperature: 0.1, weights: [0.5, 0.5] as const },
    { temperature: 0.5, weights: [0.2, 0.8] as const },
    { temperature: 5, weights: [0.5, 0.5] as const },
    {
      temperature: 0.3,
      weights: [0.4, 0.6] as const,
      wells: [
        [1, 0, 0],
        [0.6, 0.8, 0],
      ] as const,
    },
    {
      temperature: 0.2,
      weights: [0.4, 0.6] as const,
      wells: [
        [1, 0, 0],
        [-1, 0, 0],
      ] as const,
    },
  ])("samples have the moments: %o", (options) => {
    const { x, truth } = generate({ rows: 2000, ...options });
    const u = twoWellPotential(truth.potential, x);
    expectMean(u, truth.meanPotential);
    expectMean(
      u.map((value) => (value - truth.meanPotential) ** 2),
      truth.potentialVariance,
    );
    for (let k = 0; k < 3; k++)
      expectMean(
        Float64Array.from({ length: x.rows }, (_, i) => rowOf(x, i)[k]!),
        truth.mean[k]!,
      );
    for (const [w, well] of truth.potential.wells.entries()) {
      const isInside = (z: Float64Array) => norm(z.map((value, k) => value - well[k]!)) < 2 * Math.sin(0.25);
      const inside = Float64Array.from({ length: x.rows }, (_, i) => (isInside(rowOf(x, i)) ? 1 : 0));
      if (truth.caps.masses[w]! < 0.999) expectMean(inside, truth.caps.masses[w]!);
      expectClose(norm(rowOf(x, w)), 1, { ulps: 8, epsilon: EPSILON });
    }
    // The direction at right angles to both wells is symmetric; its square tells the longitudes.
    const [a, b] = truth.potential.wells;
    const normal = [0, 1, 2].map((k) => a[(k + 1) % 3]! * b[(k + 2) % 3]! - a[(k + 2) % 3]! * b[(k + 1) % 3]!);
    expectMean(
      Float64Array.from({ length: x.rows }, (_, i) => normal.reduce((sum, v, k) => sum + v * rowOf(x, i)[k]!, 0)),
      0,
    );
    const quadrature = sphereQuadrature({ polarNodes: 160 });
    const rho = logDensity(truth.law, quadrature.points).map(Math.exp);
    const squares = (points: typeof x) => new Float64Array(points.rows).map((_, i) => rowOf(points, i)[1]! ** 2);
    const exact = integrate(
      quadrature,
      squares(quadrature.points).map((s, i) => s * rho[i]!),
    );
    expectMean(squares(x), exact);
  });

  test("thermodynamics: ⟨U⟩ = τ² d log Z/dτ, d⟨U⟩/dτ = Var U/τ²", () => {
    const [tau, h] = [0.4, 1e-4];
    const [low, here, high] = [tau - h, tau, tau + h].map((temperature) => generate({ temperature }).truth);
    // Central differences: h² relative to third derivatives of order 1/τ³, and rounding 1e-12/h.
    const tolerance = { ulps: 1e-6 / EPSILON, epsilon: EPSILON };
    expectClose(here!.meanPotential, (tau ** 2 * (high!.logPartition - low!.logPartition)) / (2 * h), tolerance);
    expectClose(here!.potentialVariance, (tau ** 2 * (high!.meanPotential - low!.meanPotential)) / (2 * h), tolerance);
  });

  test("messages", () => {
    const where = "generateTwoWell: ";
    expect(() => generate({ temperature: 0 })).toThrow(
      `${where}\`temperature\` must be a number in [0.001, 1000], got 0.`,
    );
    expect(() =>
      generate({
        wells: [
          [0, 0, 2],
          [0, 0, 1],
        ],
      }),
    ).toThrow(`${where}\`wells[0]\` must be a unit vector of 3 numbers, got [0,0,2].`);
    expect(() => generate({ weights: [1, 0] })).toThrow(
      `${where}\`weights\` must be numbers > 0 with sum 1, got [1,0].`,
    );
    expect(() => generate({ capAngle: 4 })).toThrow(`${where}\`capAngle\` must be a number ≤ π, got 4.`);
  });
});

const oracle = new URL("../../../../shared/oracles/gibbs_s2.json", import.meta.url);
const isThere = existsSync(oracle);
describe.skipIf(!isThere)(
  `Gibbs law on S² against stored quadratures${isThere ? "" : ": skipped, no stored values here"}`,
  () => {
    const stored = isThere ? JSON.parse(readFileSync(oracle, "utf8")) : { rows: [] };
    test.each(stored.rows as { tau: number; capMass: Record<string, number>; logZ: number }[])("τ = $tau", (row) => {
      const wells = [[0, 0, 1], stored.m2] as const;
      const { truth } = generate({ temperature: row.tau, wells });
      // Stated there: 1e-9.
      expect(Math.abs(truth.logPartition - row.logZ)).toBeLessThan(1e-9);
      expect(Math.abs(truth.caps.either! - row.capMass["0.5"]!)).toBeLessThan(1e-9);
    });
  },
);
