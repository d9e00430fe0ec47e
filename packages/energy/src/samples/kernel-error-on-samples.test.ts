import { meanResultantLength, sphereQuadrature, vonMisesFisher } from "@nce-geometry/manifold";
import { createRandom } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { meanOf, mixture, uniformRows } from "../../test/laws.ts";
import { logSmoothedDensity } from "../fields/log-smoothed-density.ts";
import { kernelErrorOnSamples, smoothingErrorBound } from "./kernel-error-on-samples.ts";

const exact = { ulps: 16, epsilon: Number.EPSILON };

describe("smoothingErrorBound", () => {
  test.each([2, 3, 8, 64])("Lip·√(2(1 − A)), rbf at concentration 2c/τ, d = %d", (d) => {
    const right = 1.7 * Math.sqrt(2 * (1 - meanResultantLength(d, 1 / 0.3)));
    expectClose(smoothingErrorBound(d, { temperature: 0.3, lipschitz: 1.7 }), right, exact);
    const rbf = { temperature: 1.2, critic: { kind: "rbf", scale: 2 }, lipschitz: 1.7 } as const;
    expectClose(smoothingErrorBound(d, rbf), right, exact);
  });

  test("τ → 0: Lip·√((d − 1)τ);  τ → ∞: Lip·√2;  a constant: 0", () => {
    expectClose(smoothingErrorBound(5, { temperature: 1e-8, lipschitz: 2 }), 2 * Math.sqrt(4e-8), {
      ulps: 2,
      epsilon: 1e-8,
    });
    expectClose(smoothingErrorBound(5, { temperature: 1e8, lipschitz: 2 }), 2 * Math.SQRT2, { ulps: 2, epsilon: 1e-8 });
    expect(smoothingErrorBound(5, { temperature: 0.1, lipschitz: 0 })).toBe(0);
  });

  test("bounds the error of a von Mises–Fisher law everywhere", () => {
    const kappa = 3;
    const law = mixture([{ weight: 1, meanDirection: [0, 0, 1], concentration: kappa }]);
    const { points } = sphereQuadrature({ polarNodes: 24 });
    const density = law.logDensity(points).map(Math.exp);
    const peak = Math.exp(vonMisesFisher({ meanDirection: [0, 0, 1], concentration: kappa }).logNormalizer + kappa);
    for (const temperature of [0.02, 0.1, 1]) {
      const error = Math.max(
        ...law.logSmoothed(points, temperature).map((v, i) => Math.abs(Math.exp(v) - density[i]!)),
      );
      // |∇ρ| = κρ sin θ ≤ κ·peak, and a geodesic step is at most π/2 chords.
      const right = smoothingErrorBound(3, { temperature, lipschitz: (kappa * peak * Math.PI) / 2 });
      expect(error).toBeLessThan(right);
      expect(error).toBeGreaterThan(0.01 * right);
    }
  });

  test("messages", () => {
    expect(() => smoothingErrorBound(1, { temperature: 1, lipschitz: 1 })).toThrow(
      "smoothingErrorBound: `dimension` must be an integer ≥ 2, got 1.",
    );
    expect(() => smoothingErrorBound(3, { temperature: 1, lipschitz: -1 })).toThrow(
      "smoothingErrorBound: `lipschitz` must be a finite number ≥ 0, got -1.",
    );
  });
});

describe("kernelErrorOnSamples", () => {
  const law = mixture([{ weight: 1, meanDirection: [0, 0, 1], concentration: 1 }]);
  const normalizer = Math.exp(vonMisesFisher({ meanDirection: [0, 0, 1], concentration: 1 }).logNormalizer);
  const options = {
    temperature: 0.2,
    lipschitz: (normalizer * Math.E * Math.PI) / 2,
    densityMinimum: normalizer / Math.E,
  };

  test("both sides of both inequalities, and J − F within its error of the law's own", async () => {
    const random = createRandom("kernel error");
    const { points, weights } = sphereQuadrature({ polarNodes: 24 });
    const logDensity = law.logDensity(points);
    const smoothed = law.logSmoothed(points, 0.2);
    const truth = weights.reduce(
      (total, w, i) => total + w * Math.exp(logDensity[i]!) * (smoothed[i]! - logDensity[i]!),
      0,
    );
    const z = [];
    for (let seed = 0; seed < 30; seed++) {
      const samples = law.sample(random.split(seed), 200);
      const result = await kernelErrorOnSamples(samples, { ...options, logDensity: law.logDensity(samples) });
      const { density, energy, energyByLipschitz, energyDifference, samplingError } = result;
      expectClose(density.right, smoothingErrorBound(3, options), exact);
      for (const side of [density, energy, energyByLipschitz]) {
        expectClose(side.slack, side.right - side.left, exact);
        expect(side.slack).toBeGreaterThan(0);
      }
      expectClose(energy.left, Math.abs(energyDifference.value), exact);
      expectClose(energy.right, (2 * density.left) / options.densityMinimum, exact);
      expectClose(energyByLipschitz.right, (2 * density.right) / options.densityMinimum, exact);
      expect(samplingError).toBeLessThan(density.left);
      const { bias } = await logSmoothedDensity(samples, samples, { temperature: 0.2, form: "leaveOneOut" });
      z.push((energyDifference.value - meanOf(bias!).mean - truth) / energyDifference.standardError!);
    }
    expect(Math.abs(meanOf(z).mean)).toBeLessThan(3 / Math.sqrt(30));
    expect(Math.abs(meanOf(z.map((v) => v * v)).mean - 1)).toBeLessThan(3 * Math.sqrt(2 / 30));
  });

  test("messages", async () => {
    const samples = uniformRows(createRandom(3), 5, 3);
    const refused = (extra: object, message: string) =>
      expect(kernelErrorOnSamples(samples, { ...options, logDensity: new Float64Array(5), ...extra })).rejects.toThrow(
        message,
      );
    await refused({ densityMinimum: 0 }, "kernelErrorOnSamples: `densityMinimum` must be a finite number > 0, got 0.");
    await refused(
      { logDensity: new Float64Array(4) },
      "kernelErrorOnSamples: `logDensity` must be of length 5, one per sample, got length 4.",
    );
    await refused(
      { logDensity: Float64Array.of(0, 0, Number.NEGATIVE_INFINITY, 0, 0) },
      "kernelErrorOnSamples: `logDensity` must be finite, got -Infinity at sample 2.",
    );
  });
});
