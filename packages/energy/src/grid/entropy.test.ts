import { circleQuadrature, sphereQuadrature, vonMisesFisher } from "@nce-geometry/manifold";
import { expectClose } from "@nce-geometry/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crossEntropy, entropy, jeffreys, jensenShannon, klDivergence, overlap, symmetricKL } from "./entropy.ts";
import { normalizeLogDensity } from "./grid-measure.ts";
import { cellMeasure, zonalMeasure } from "./measures.ts";

const EPS = 2 ** -52;
const measure = { weights: Float64Array.of(0.5, 1, 2, 0.25) };
const density = fc
  .array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: 4, maxLength: 4 })
  .map((values) => normalizeLogDensity(measure, Float64Array.from(values)));

describe("closed forms of von Mises–Fisher laws", () => {
  const grid = sphereQuadrature({ polarNodes: 48 });
  const p = vonMisesFisher({ meanDirection: [0, 0.6, 0.8], concentration: 10 });
  const q = vonMisesFisher({ meanDirection: [1, 0, 0], concentration: 4 });
  const [logP, logQ] = [p.rows.logDensity(grid.points), q.rows.logDensity(grid.points)];
  // The quadrature is exact to rounding here; sums of 4608 terms, errors of the exponents up to ε·κ.
  const tolerance = { ulps: 200, epsilon: EPS };

  test("entropy, 0.535291930131 at κ = 10", () => {
    expectClose(entropy(grid, logP), p.entropy, tolerance);
    expectClose(p.entropy, 0.535291930131, { ulps: 1, epsilon: 1e-12 });
  });

  test("divergences in both directions, D_S with its half, Jeffreys without", () => {
    expectClose(klDivergence(grid, logP, logQ), p.klDivergence(q), tolerance);
    expectClose(klDivergence(grid, logQ, logP), q.klDivergence(p), tolerance);
    expectClose(symmetricKL(grid, logP, logQ), (p.klDivergence(q) + q.klDivergence(p)) / 2, tolerance);
    expectClose(jeffreys(grid, logP, logQ), p.jeffreys(q), tolerance);
    expectClose(crossEntropy(grid, logP, logQ), p.entropy + p.klDivergence(q), tolerance);
  });

  test("the error falls faster than any power of the number of nodes", () => {
    const errors = [4, 8, 16].map((polarNodes) => {
      const coarse = sphereQuadrature({ polarNodes });
      return Math.abs(entropy(coarse, normalizeLogDensity(coarse, p.rows.logDensity(coarse.points))) - p.entropy);
    });
    // Order 6 at least from 8 to 16 nodes, where twice the nodes of a rule of second order would give 4.
    expect(errors[0]! / errors[1]!).toBeGreaterThan(20);
    expect(errors[1]! / errors[2]!).toBeGreaterThan(1e4);
  });

  test("in R^128 on a zonal grid, −135.144970391 at κ = 50", () => {
    const zonal = zonalMeasure({ dimension: 128, logDensity: (_, cosine) => 50 * cosine });
    const logDensity = normalizeLogDensity(
      zonal,
      zonal.cosines.map((c) => 50 * c),
    );
    expectClose(entropy(zonal, logDensity), -135.144970391, { ulps: 1, epsilon: 1e-11 });
  });
});

describe("limits", () => {
  const cells = cellMeasure({ cells: 4, volume: 2 });
  const uniform = new Float64Array(4).fill(-Math.log(2));
  const point = Float64Array.of(Math.log(2), -Infinity, -Infinity, -Infinity);
  const other = Float64Array.of(-Infinity, Math.log(2), -Infinity, -Infinity);

  test("uniform law: log |Z|; one cell: the logarithm of its volume", () => {
    expectClose(entropy(cells, uniform), Math.log(2), { ulps: 2, epsilon: EPS });
    expectClose(entropy(cells, point), Math.log(0.5), { ulps: 2, epsilon: EPS });
    expectClose(crossEntropy(cells, point, uniform), Math.log(2), { ulps: 2, epsilon: EPS });
    expectClose(klDivergence(cells, point, uniform), Math.log(4), { ulps: 4, epsilon: EPS });
  });

  test("disjoint supports: infinite divergences, JS = log 2, no overlap, no NaN", () => {
    expect(klDivergence(cells, uniform, point)).toBe(Infinity);
    expect(crossEntropy(cells, uniform, point)).toBe(Infinity);
    expect(symmetricKL(cells, point, other)).toBe(Infinity);
    expectClose(jensenShannon(cells, point, other), Math.LN2, { ulps: 2, epsilon: EPS });
    expect(overlap(cells, point, other)).toBe(0);
    expectClose(overlap(cells, uniform, point), 0.25, { ulps: 4, epsilon: EPS });
  });

  test("a divergence of far densities does not overflow", () => {
    const far = normalizeLogDensity(cells, Float64Array.of(0, -900, -900, -900));
    const opposite = normalizeLogDensity(cells, Float64Array.of(-900, 0, 0, 0));
    expectClose(klDivergence(cells, far, opposite), 900 + Math.log(3), { ulps: 4, epsilon: EPS });
  });

  test("equal densities: exactly 0, and overlap 1", () => {
    for (const divergence of [klDivergence, symmetricKL, jeffreys, jensenShannon]) {
      expect(divergence(cells, uniform, uniform)).toBe(0);
    }
    expectClose(overlap(cells, uniform, uniform), 1, { ulps: 2, epsilon: EPS });
  });

  test("neighbouring densities keep their digits: ½ε²∫p h²", () => {
    const circle = circleQuadrature({ nodes: 64 });
    const epsilon = 1e-7;
    const base = new Float64Array(64).fill(-Math.log(2 * Math.PI));
    const tilted = base.map((value, i) => value + Math.log1p(epsilon * circle.points.data[2 * i]!));
    // ∫p cos² = ½; the next term is of relative order ε², the masses of the tilt round at ε_machine/ε relative to it.
    const expected = (epsilon * epsilon) / 4;
    expectClose(klDivergence(circle, base, tilted), expected, { ulps: 64, epsilon: EPS / epsilon });
    expectClose(symmetricKL(circle, base, tilted), expected, { ulps: 64, epsilon: EPS / epsilon });
    expectClose(jensenShannon(circle, base, tilted), expected / 4, { ulps: 64, epsilon: EPS / epsilon });
  });
});

describe("laws", () => {
  test("cross-entropy = entropy + divergence; D_S is half of both; JS ≤ min(log 2, D_S/2)", () => {
    fc.assert(
      fc.property(density, density, (p, q) => {
        const kl = klDivergence(measure, p, q);
        const back = klDivergence(measure, q, p);
        const close = { ulps: 64, epsilon: EPS, scale: 16 };
        expectClose(crossEntropy(measure, p, q), entropy(measure, p) + kl, close);
        expectClose(symmetricKL(measure, p, q), (kl + back) / 2, close);
        expectClose(jeffreys(measure, p, q), kl + back, close);
        const js = jensenShannon(measure, p, q);
        expect(kl).toBeGreaterThanOrEqual(0);
        expect(js).toBeLessThanOrEqual(Math.min(Math.LN2, symmetricKL(measure, p, q) / 2) * (1 + 64 * EPS) + 64 * EPS);
        expectClose(overlap(measure, p, q), overlap(measure, q, p), { ulps: 4, epsilon: EPS });
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});

test("names the density that is none", () => {
  const cells = cellMeasure({ cells: 2 });
  const fine = new Float64Array(2);
  const heavy = new Float64Array(2).fill(Math.LN2);
  expect(() => klDivergence(cells, fine, heavy)).toThrow(
    "klDivergence: `logQ` must be the logarithm of a density that integrates to 1 within 1.5e-8, got one that integrates to 2. Normalise it with normalizeLogDensity.",
  );
  expect(() => entropy(cells, heavy)).toThrow("entropy: `logDensity` must be");
  expect(() => crossEntropy(cells, heavy, fine)).toThrow("crossEntropy: `logP` must be");
});
