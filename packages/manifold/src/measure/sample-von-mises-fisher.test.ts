import { createRandom, referenceBackend } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { besselRatioComplement, besselRatioDerivative } from "../special/bessel-ratio.ts";
import { sampleVersines } from "./sample-versines.ts";
import { logCapProbability } from "./sphere-volume.ts";
import { vonMisesFisher } from "./von-mises-fisher.ts";

const DIMENSIONS = [2, 3, 4, 8, 32, 128, 768, 4096];
const CONCENTRATIONS = [0, 1e-2, 1, 30, 1e3, 1e5, 1e7, 1e9, 1e12];
const GRID = DIMENSIONS.flatMap((d) => CONCENTRATIONS.map((kappa) => [d, kappa] as const));

describe("1 − cos of the angle to the mean direction", () => {
  test("mean and variance within three standard errors, d = 2 … 4096, κ = 0 … 1e12, and few tries", () => {
    const n = 4000;
    for (const [d, kappa] of GRID) {
      const random = createRandom(1).split(`${d} ${kappa}`);
      const versines = sampleVersines(random, n, d, kappa);
      const expectedMean = besselRatioComplement(d / 2 - 1, kappa);
      const expectedVariance = besselRatioDerivative(d / 2 - 1, kappa);
      const mean = average(versines);
      expect(Math.abs(mean - expectedMean), `mean, d ${d}, κ ${kappa}`).toBeLessThan(
        3 * Math.sqrt(expectedVariance / n),
      );
      const squares = versines.map((v) => (v - expectedMean) ** 2);
      const spread = Math.sqrt(average(squares.map((s) => (s - expectedVariance) ** 2)) / n);
      expect(Math.abs(average(squares) - expectedVariance), `variance, d ${d}, κ ${kappa}`).toBeLessThan(3 * spread);
      // A try takes three uniform numbers of two words each.
      expect(random.state.counter / 6 / n).toBeLessThan(1.6);
    }
  });

  test("κ = 0 is the law of caps: Kolmogorov–Smirnov", () => {
    const n = 4000;
    for (const d of [2, 3, 5, 100]) {
      const sorted = sampleVersines(createRandom(2).split(d), n, d, 0).sort();
      const distance = sorted.reduce((worst, versine, i) => {
        const share = Math.exp(logCapProbability(d, 2 * Math.asin(Math.sqrt(versine / 2))));
        return Math.max(worst, Math.abs(share - (i + 0.5) / n));
      }, 0);
      // 1.95/√n is exceeded with probability 0.001.
      expect(distance).toBeLessThan(1.95 / Math.sqrt(n));
    }
  });
});

describe("rows", () => {
  test.each([
    [2, 1e9],
    [2, 0.5],
    [3, 1e-2],
    [3, 1e5],
    [17, 40],
    [512, 1e9],
    [4096, 0],
  ])("d = %d, κ = %d: on the sphere, around the direction, isotropic across it", (d, kappa) => {
    const n = Math.floor(600_000 / Math.max(d, 150));
    const random = createRandom(3).split(`${d} ${kappa}`);
    const meanDirection = sampleDirection(random, d);
    const law = vonMisesFisher({ meanDirection, concentration: kappa });
    const x = law.rows.sample(random, n);
    expect([x.rows, x.dim]).toEqual([n, d]);
    const across = tangentTo(law.meanDirection, sampleDirection(random, d));
    const along = new Float64Array(n);
    const beside = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const row = x.data.subarray(i * d, (i + 1) * d);
      // Sums of d squares and of d products, plain, each off by some √d roundings.
      expectClose(dot(row, row), 1, { ulps: 16 + 2 * Math.sqrt(d), epsilon: 2 ** -52 });
      along[i] = row.reduce((total, value, k) => total + (value - law.meanDirection[k]!) ** 2, 0) / 2;
      beside[i] = dot(row, across);
    }
    const expected = besselRatioComplement(d / 2 - 1, kappa);
    expect(Math.abs(average(along) - expected)).toBeLessThan(3 * Math.sqrt(law.cosineVariance / n));
    // E⟨x, v⟩ = 0 and E⟨x, v⟩² = A/κ for unit v ⊥ μ (1/d at κ = 0).
    const variance = kappa === 0 ? 1 / d : law.meanResultantLength / kappa;
    expect(Math.abs(average(beside))).toBeLessThan(3 * Math.sqrt(variance / n));
    const squares = beside.map((b) => b * b);
    const spread = Math.sqrt(average(squares.map((s) => (s - variance) ** 2)) / n);
    expect(Math.abs(average(squares) - variance)).toBeLessThan(3 * spread);
  });

  test("the same seed gives the same rows; the stream moves on", () => {
    const law = vonMisesFisher({ meanDirection: [0, 0, -1], concentration: 5 });
    const random = createRandom(9);
    const first = law.rows.sample(random, 10);
    expect(law.rows.sample(createRandom(9), 10)).toEqual(first);
    expect(law.rows.sample(random, 10)).not.toEqual(first);
    const tensor = law.sample(createRandom(9), referenceBackend(), 10);
    expect(tensor.shape).toEqual([10, 3]);
    expectAllClose(tensor.dataSync(), first.data, { ulps: 0, epsilon: 1 });
  });

  test("no rows, and no fraction of a row", () => {
    const law = vonMisesFisher({ meanDirection: [1, 0], concentration: 5 });
    expect(law.rows.sample(createRandom(1), 0).rows).toBe(0);
    expect(() => law.rows.sample(createRandom(1), 1.5)).toThrow(
      "vonMisesFisher.sample: `n` must be an integer ≥ 0, got 1.5.",
    );
  });

  test("the energy distance of samples agrees with the closed form", () => {
    const p = vonMisesFisher({ meanDirection: [1, 0, 0, 0, 0], concentration: 6 });
    const q = vonMisesFisher({ meanDirection: [0.6, 0.8, 0, 0, 0], concentration: 20 });
    const n = 15_000;
    const random = createRandom(12);
    const [x, x2, y, y2] = [p, p, q, q].map((law) => law.rows.sample(random, n).data);
    const chord = (a: Float64Array, b: Float64Array, i: number): number => {
      let squares = 0;
      for (let k = 5 * i; k < 5 * i + 5; k++) squares += (a[k]! - b[k]!) ** 2;
      return Math.sqrt(squares);
    };
    // Independent quadruples: an ordinary mean with an ordinary standard error.
    const terms = new Float64Array(n).map((_, i) => 2 * chord(x!, y!, i) - chord(x!, x2!, i) - chord(y!, y2!, i));
    const mean = average(terms);
    const standardError = Math.sqrt(average(terms.map((t) => (t - mean) ** 2)) / n);
    expect(Math.abs(mean - p.energyDistance(q))).toBeLessThan(3 * standardError);
  });
});

function average(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((total, value, k) => total + value * b[k]!, 0);
}

function sampleDirection(random: ReturnType<typeof createRandom>, d: number): Float64Array {
  const normals = random.normal(d);
  const norm = Math.sqrt(dot(normals, normals));
  return normals.map((value) => value / norm);
}

/** The unit vector along the part of v that is orthogonal to μ. */
function tangentTo(mu: Float64Array, v: Float64Array): Float64Array {
  const product = dot(mu, v);
  const rest = v.map((value, k) => value - product * mu[k]!);
  const norm = Math.sqrt(dot(rest, rest));
  return rest.map((value) => value / norm);
}
