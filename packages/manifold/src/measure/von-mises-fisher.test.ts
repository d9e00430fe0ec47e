import { createRandom, fromArray, fromData, type RowMatrix, referenceBackend, sum } from "@nce-geometry/tensor";
import { expectAllClose, expectClose, expectGradient } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { goldenTable } from "../../test/golden/golden-table.ts";
import { sphereQuadrature } from "../quadrature/sphere-quadrature.ts";
import { zonalMean } from "../quadrature/zonal-quadrature.ts";
import { meanResultantLength } from "./concentration.ts";
import { logKernelVolume } from "./kernel-volume.ts";
import { logSphereArea } from "./sphere-volume.ts";
import { logVonMisesFisherNormalizer, type VonMisesFisher, vonMisesFisher } from "./von-mises-fisher.ts";

const EPSILON = 2 ** -52;
const FEW = { ulps: 16, epsilon: EPSILON };

/** A law whose direction makes the angle with the first axis. */
function lawAt(d: number, concentration: number, angle = 0): VonMisesFisher {
  const meanDirection = new Float64Array(d);
  meanDirection[0] = Math.cos(angle);
  meanDirection[1] = Math.sin(angle);
  return vonMisesFisher({ meanDirection, concentration });
}

function areaScale(d: number): number {
  return Math.max(1, Math.abs(logSphereArea(d)));
}

describe("one law", () => {
  test("against 40 digits, d = 2 … 4096, κ = 1e-2 … 1e9", () => {
    const columns = ["dim", "concentration", "logNormalizer", "entropy", "klToUniform", "renyi2Entropy"] as const;
    for (const row of goldenTable("von-mises-fisher.json", "laws", columns)) {
      const law = lawAt(row.dim, row.concentration);
      const scale = areaScale(row.dim);
      expectClose(law.logNormalizer, row.logNormalizer, { ...FEW, scale });
      expectClose(law.entropy, row.entropy, { ...FEW, scale });
      expectClose(law.renyi2Entropy, row.renyi2Entropy, { ...FEW, scale });
      expectClose(law.klToUniform, row.klToUniform, FEW);
    }
  });

  test.each([
    [3, 10, 0.535291930131],
    [8, 5, 2.38610932756],
    [128, 50, -135.144970391],
    [512, 14.2857, -868.167169801],
  ])("entropy of vMF in d = %d, κ = %d", (d, kappa, entropy) => {
    // Published to 12 digits: half a unit of the last one.
    expectClose(lawAt(d, kappa).entropy, entropy, { ulps: 1, epsilon: 2e-12 });
  });

  test("published numbers: divergence to the uniform law, mean resultant lengths, normaliser", () => {
    expectClose(lawAt(512, 14.2857).klToUniform, 0.199066640779, { ulps: 1, epsilon: 3e-12 });
    expectClose(meanResultantLength(8, 5), 0.494449764064, { ulps: 1, epsilon: 1e-12 });
    expectClose(meanResultantLength(128, 50), 0.34476223411, { ulps: 1, epsilon: 1e-11 });
    // The Gibbs law of U = −⟨μ, z⟩ at τ = 0.1 has free energy log C_3(10).
    expectClose(lawAt(3, 10).logNormalizer, -9.53529197135, { ulps: 1, epsilon: 1e-12 });
  });

  test("d = 3: C = κ/(4π sinh κ), A = coth κ − 1/κ", () => {
    for (const kappa of [0.1, 1, 20, 300]) {
      const law = lawAt(3, kappa);
      expectClose(law.logNormalizer, Math.log(kappa / (4 * Math.PI * Math.sinh(kappa))), FEW);
      expectClose(law.meanResultantLength, 1 / Math.tanh(kappa) - 1 / kappa, { ...FEW, scale: 1 / kappa });
    }
  });

  test("d = 2: C = 1/(2πI₀(κ))", () => {
    // I₀(1) = Σ 1/(4^k k!²).
    expectClose(lawAt(2, 1).logNormalizer, -Math.log(2 * Math.PI * 1.2660658777520084), FEW);
  });

  test("the normaliser is one over the kernel volume at τ = 1/κ", () => {
    for (const d of [2, 7, 4096]) {
      for (const kappa of [0.25, 16, 1024]) {
        expect(lawAt(d, kappa).logNormalizer).toBe(-logKernelVolume(d, { temperature: 1 / kappa }));
        expect(logVonMisesFisherNormalizer(d, kappa)).toBe(lawAt(d, kappa).logNormalizer);
      }
    }
  });

  test("κ = 0 is the uniform law", () => {
    for (const d of [2, 3, 512]) {
      const law = lawAt(d, 0);
      expect(law.logNormalizer).toBe(-logSphereArea(d));
      expect(law.entropy).toBe(logSphereArea(d));
      expect([law.meanResultantLength, law.klToUniform]).toEqual([0, 0]);
      expectClose(law.renyi2Entropy, law.entropy, FEW);
      expectClose(law.cosineVariance, 1 / d, FEW);
    }
  });

  test("κ → 0: KL to uniform κ²/2d, to relative accuracy", () => {
    for (const d of [2, 3, 4096]) expectClose(lawAt(d, 1e-9).klToUniform, 1e-18 / (2 * d), FEW);
  });

  test("κ → ∞: the entropy of a Gaussian of variance 1/κ in the tangent space", () => {
    for (const d of [2, 3, 64]) {
      const gaussian = ((d - 1) / 2) * Math.log((2 * Math.PI * Math.E) / 1e15);
      // The first correction is of order d²/κ.
      expectClose(lawAt(d, 1e15).entropy, gaussian, { ulps: 16 + d * d, epsilon: EPSILON });
    }
  });

  test("mean and variance of the cosine: zonal quadrature", () => {
    for (const [d, kappa] of [
      [2, 3],
      [3, 0.2],
      [40, 25],
      [512, 700],
      [4096, 64],
    ] as const) {
      const options = { dimension: d, logDensity: (_: number, cosine: number) => kappa * cosine };
      const law = lawAt(d, kappa);
      const mean = zonalMean((_, cosine) => cosine, options);
      expectClose(mean.value, law.meanResultantLength, { ulps: 1, epsilon: mean.error, scale: 1 });
      const variance = zonalMean((_, cosine) => (cosine - law.meanResultantLength) ** 2, options);
      expectClose(variance.value, law.cosineVariance, { ulps: 1, epsilon: variance.error, scale: 1 });
    }
  });
});

describe("two laws", () => {
  test("divergences and overlap against 40 digits, laws near and far", () => {
    const columns = ["dim", "first", "second", "angle", "kl", "jeffreys", "logOverlap"] as const;
    for (const row of goldenTable("von-mises-fisher.json", "pairs", columns)) {
      const [p, q] = [lawAt(row.dim, row.first), lawAt(row.dim, row.second, row.angle)];
      // Relative accuracy even where the laws differ by 1e-6 in angle and by nothing in concentration.
      expectClose(p.klDivergence(q), row.kl, FEW);
      expectClose(p.jeffreys(q), row.jeffreys, FEW);
      expectClose(p.symmetricKL(q), row.jeffreys / 2, FEW);
      expectClose(p.logOverlap(q), row.logOverlap, { ...FEW, scale: areaScale(row.dim) });
    }
  });

  test("published numbers", () => {
    expectClose(lawAt(8, 20).klDivergence(lawAt(8, 5, 1)), 3.60433919968, { ulps: 1, epsilon: 2e-12 });
    expectClose(lawAt(8, 20).jeffreys(lawAt(8, 5, 1)), 11.598639399, { ulps: 1, epsilon: 5e-11 });
    expectClose(lawAt(3, 20).klDivergence(lawAt(3, 5, 1)), 2.81981300729, { ulps: 1, epsilon: 2e-12 });
    const kernel = { temperature: 1 / 4 };
    expectClose(Math.exp(lawAt(8, 20).logExpectedKernel(lawAt(8, 5, 1), kernel)), 4.74401059037, {
      ulps: 1,
      epsilon: 2e-12,
    });
    expectClose(Math.exp(lawAt(3, 20).logExpectedKernel(lawAt(3, 5, 1), kernel)), 11.7538039902, {
      ulps: 1,
      epsilon: 5e-12,
    });
    expectClose(lawAt(8, 20).squaredMMD(lawAt(8, 5, 1), { scale: 2 }), 0.2735888034, { ulps: 1, epsilon: 2e-10 });
    expectClose(lawAt(2, 6).energyDistance(lawAt(2, 3, 1)), 0.7830322017, { ulps: 1, epsilon: 1e-10 });
  });

  test("kernel means, MMD² and energy distance against 40 digits", () => {
    const columns = ["dim", "first", "second", "angle", "logExponential4", "squaredMMD2", "energyDistance"] as const;
    for (const row of goldenTable("von-mises-fisher.json", "kernels", columns)) {
      const [p, q] = [lawAt(row.dim, row.first), lawAt(row.dim, row.second, row.angle)];
      expectClose(p.logExpectedKernel(q, { temperature: 0.25 }), row.logExponential4, { ...FEW, scale: 4 });
      expectClose(p.squaredMMD(q, { scale: 2 }), row.squaredMMD2, { ...FEW, ulps: 32 });
      expectClose(p.energyDistance(q), row.energyDistance, { ...FEW, ulps: 32 });
    }
  });

  test("equal concentrations: Jeffreys is 2κA(1 − c)", () => {
    for (const [d, kappa, angle] of [
      [2, 3, 0.5],
      [64, 1e5, 1e-3],
      [4096, 1, 2],
    ] as const) {
      const law = lawAt(d, kappa);
      const expected = 4 * kappa * law.meanResultantLength * Math.sin(angle / 2) ** 2;
      expectClose(law.jeffreys(lawAt(d, kappa, angle)), expected, FEW);
    }
  });

  test("a law and itself: all divergences are exactly 0, the overlap is e^{−Rényi-2}", () => {
    for (const [d, kappa] of [
      [2, 0],
      [3, 10],
      [512, 1e6],
    ] as const) {
      const law = lawAt(d, kappa, 1.3);
      expect([
        law.klDivergence(law),
        law.jeffreys(law),
        law.squaredMMD(law, { scale: 1 }),
        law.energyDistance(law),
      ]).toEqual([0, 0, 0, 0]);
      expectClose(law.logOverlap(law), -law.renyi2Entropy, { ...FEW, scale: areaScale(d) });
    }
  });

  test("far concentrations: energy distance of nearly a point and the uniform law, d = 3", () => {
    // 2E‖x − μ‖ − E‖x − y‖ = 8/3 − 4/3 for uniform x, y, less the point's own spread E‖Y − Y'‖ ≈ √(π/κ).
    const value = lawAt(3, 1e9).energyDistance(lawAt(3, 0));
    expectClose(value, 4 / 3 - Math.sqrt(Math.PI / 1e9), { ulps: 1, epsilon: 1e-8 });
  });

  test("a kernel mean that cancels is NaN, not noise", () => {
    expect(lawAt(64, 1e6).logExpectedKernel(lawAt(64, 1e6, Math.PI), { temperature: 0.02 })).toBe(Number.NaN);
  });

  test("laws of different spheres cannot be compared", () => {
    expect(() => lawAt(3, 1).klDivergence(lawAt(4, 1))).toThrow(
      "vonMisesFisher.klDivergence: `other` must be a law in R^3, got one in R^4.",
    );
  });
});

describe("densities", () => {
  test("of rows: log C + κ⟨μ, x⟩; integrates to 1 on S²", () => {
    const law = lawAt(3, 7, 0.4);
    const { points, weights } = sphereQuadrature({ polarNodes: 60 });
    const density = law.rows.logDensity(points);
    const products = Float64Array.from(density, (_, i) => {
      return law.meanDirection.reduce((total, m, k) => total + m * points.data[3 * i + k]!, 0);
    });
    expectAllClose(
      density,
      products.map((t) => law.logNormalizer + 7 * t),
      { ...FEW, scale: 14 },
    );
    const mass = density.reduce((total, value, i) => total + weights[i]! * Math.exp(value), 0);
    expectClose(mass, 1, { ...FEW, ulps: 64 });
  });

  test("at κ = 1e12, a hundred-thousandth of a radian off", () => {
    const law = lawAt(3, 1e12);
    const [at] = law.rows.logDensity(rowsOf([[Math.cos(1e-5), Math.sin(1e-5), 0]]));
    // log(κ/2π) − 2κ sin²(θ/2).
    expectClose(at!, Math.log(1e12 / (2 * Math.PI)) - 2e12 * Math.sin(5e-6) ** 2, { ...FEW, scale: 100 });
  });

  test("smoothed density: C(1/τ)C(κ)/C(‖z/τ + κμ‖), by quadrature on S²", () => {
    const law = lawAt(3, 7, 0.4);
    const { points, weights } = sphereQuadrature({ polarNodes: 80 });
    const density = law.rows.logDensity(points);
    const at = rowsOf([
      [0, 0, 1],
      [Math.cos(0.4), Math.sin(0.4), 0],
      [-Math.cos(0.4), -Math.sin(0.4), 0],
    ]);
    const smoothed = law.rows.logSmoothedDensity(at, { temperature: 0.1 });
    smoothed.forEach((value, row) => {
      const kernel = vonMisesFisher({ meanDirection: at.data.slice(3 * row, 3 * row + 3), concentration: 10 });
      const logKernel = kernel.rows.logDensity(points);
      const total = weights.reduce((acc, w, i) => acc + w * Math.exp(density[i]! + logKernel[i]!), 0);
      // Terms up to e^{log C(10) + log C(7) + 17} rounded at each of the nodes.
      expectClose(Math.exp(value), total, { ulps: 256, epsilon: EPSILON, scale: 1 });
      expect(value).toBe(law.logOverlap(kernel));
    });
  });

  test("of tensors: the same numbers, and the gradient", async () => {
    const law = lawAt(5, 12, 0.3);
    const x = lawAt(5, 2).rows.sample(createRandom(5), 6);
    const tensor = fromData(referenceBackend(), x.data, [6, 5]);
    expectAllClose(law.logDensity(tensor).dataSync(), law.rows.logDensity(x), { ...FEW, scale: 24 });
    await expectGradient((t) => sum(law.logDensity(t)), [tensor], { random: createRandom(1) });
    expect(() => law.logDensity(fromArray(referenceBackend(), [[1, 0]]))).toThrow(
      "vonMisesFisher.logDensity: `x` must be of shape [n, 5], got [1, 2].",
    );
  });

  test("rows off the sphere are named", () => {
    const x = rowsOf([
      [1, 0, 0],
      [0, 1, 0],
      [0, 2, 0],
    ]);
    expect(() => lawAt(3, 1).rows.logDensity(x)).toThrow(
      /^vonMisesFisher\.logDensity: `x` must be on sphere\(3\), got row 2 of 3 /,
    );
    expect(() => lawAt(3, 1).rows.logSmoothedDensity(x, { temperature: 1 })).toThrow(/row 2 of 3/);
  });
});

test("messages", () => {
  expect(() => vonMisesFisher({ meanDirection: [1, 0], concentration: -1 })).toThrow(
    "vonMisesFisher: `concentration` must be a finite number ≥ 0, got -1.",
  );
  expect(() => vonMisesFisher({ meanDirection: [1], concentration: 1 })).toThrow(
    "vonMisesFisher: `meanDirection` must be of length ≥ 2, the ambient dimension, got length 1.",
  );
  expect(() => vonMisesFisher({ meanDirection: [3, 4], concentration: 1 })).toThrow(
    "vonMisesFisher: `meanDirection` must be a unit vector, got one of length 5. Divide it by its length.",
  );
  expect(() => lawAt(3, 1).squaredMMD(lawAt(3, 1), { scale: 0 })).toThrow(
    "vonMisesFisher.squaredMMD: `scale` must be a finite number > 0, got 0.",
  );
  expect(() => lawAt(3, 1).rows.logSmoothedDensity(rowsOf([[1, 0, 0]]), { temperature: 0 })).toThrow(
    "vonMisesFisher.logSmoothedDensity: `temperature` must be a finite number > 0, got 0.",
  );
  expect(() => meanResultantLength(1, 1)).toThrow("meanResultantLength: `dimension` must be an integer ≥ 2, got 1.");
  expect(() => logVonMisesFisherNormalizer(3, -1)).toThrow(
    "logVonMisesFisherNormalizer: `concentration` must be a finite number ≥ 0, got -1.",
  );
});

function rowsOf(rows: readonly (readonly number[])[]): RowMatrix {
  return { rows: rows.length, dim: rows[0]!.length, data: Float64Array.from(rows.flat()) };
}
