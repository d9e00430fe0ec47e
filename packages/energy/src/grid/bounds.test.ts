import { circleQuadrature, vonMisesFisher } from "@nce-geometry/manifold";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { kernelErrorBoundOnGrid, lowTemperatureBound, smoothingErrorBoundOnGrid } from "./bounds.ts";
import { freeEnergyUnimodal } from "./free-energy-unimodal.ts";
import { gridKernel } from "./grid-kernel.ts";
import { normalizeLogDensity } from "./grid-measure.ts";
import { zonalMeasure } from "./measures.ts";
import { parametricEnergyOnGrid } from "./parametric-energy.ts";

const EPS = 2 ** -52;
const circle = circleQuadrature({ nodes: 256 });
const density = normalizeLogDensity(
  circle,
  Float64Array.from(circle.weights, (_, i) => circle.points.data[2 * i]!),
);

describe("|J − F| ≤ 2ε/ρ_min", () => {
  test.each([1, 0.1, 0.01])("both sides, the left one as the functionals give it (τ = %d)", async (temperature) => {
    const kernel = gridKernel(circle, { temperature });
    const { left, right, slack, uniformError, minDensity } = await kernelErrorBoundOnGrid(kernel, density);
    const potential = ([x]: Float64Array): number => x!;
    const j = await parametricEnergyOnGrid(kernel, density, { potential });
    const f = freeEnergyUnimodal(circle, density, { potential, temperature });
    expectClose(left, Math.abs(j.value - f.value), { ulps: 64, epsilon: EPS, scale: 1 / temperature + 4 });
    expect(right).toBe((2 * uniformError) / minDensity);
    expect(slack).toBe(right - left);
    expect(slack).toBeGreaterThan(0);
    const law = vonMisesFisher({ meanDirection: [1, 0], concentration: 1 });
    const peak = law.rows.logSmoothedDensity({ rows: 1, dim: 2, data: Float64Array.of(1, 0) }, { temperature })[0]!;
    // The density is von Mises of concentration 1; it is off most at its peak.
    expectClose(uniformError, Math.exp(density[0]!) - Math.exp(peak), { ulps: 64, epsilon: EPS, scale: 1 });
  });

  test("a density without a floor is bounded by nothing", async () => {
    const empty = normalizeLogDensity(
      circle,
      density.map((v, i) => (i === 7 ? -Infinity : v)),
    );
    expect((await kernelErrorBoundOnGrid(gridKernel(circle, { temperature: 0.1 }), empty)).right).toBe(Infinity);
  });
});

describe("‖ρ̃ − ρ‖ ≤ L√(2(1 − A_d(1/τ)))", () => {
  test("a von Mises–Fisher law on S² with its Lipschitz constant; A_3(κ) = coth κ − 1/κ", async () => {
    const concentration = 4;
    const zonal = zonalMeasure({ dimension: 3, logDensity: () => 0 });
    const law = vonMisesFisher({ meanDirection: [0, 0, 1], concentration });
    const rho = normalizeLogDensity(
      zonal,
      zonal.cosines.map((c) => law.logNormalizer + concentration * c),
    );
    // |dρ/d(chord)| ≤ κC e^{κ cos θ} sin θ·(π/2); the crude bound κC e^κ·(π/2) is a Lipschitz constant.
    const lipschitz = (concentration * Math.exp(law.logNormalizer + concentration) * Math.PI) / 2;
    for (const temperature of [0.5, 0.05]) {
      const { left, right, slack } = await smoothingErrorBoundOnGrid(gridKernel(zonal, { temperature }), rho, {
        lipschitz,
      });
      const meanCosine = 1 / Math.tanh(1 / temperature) - temperature;
      expectClose(right, lipschitz * Math.sqrt(2 * (1 - meanCosine)), { ulps: 16, epsilon: EPS, scale: lipschitz });
      expect(left).toBeGreaterThan(0);
      expect(slack).toBeGreaterThan(0);
    }
  });

  test("rbf: the same as the cosine at τ/(2c)", async () => {
    const rbf = await smoothingErrorBoundOnGrid(
      gridKernel(circle, { temperature: 0.4, critic: { kind: "rbf", scale: 2 } }),
      density,
      { lipschitz: 1 },
    );
    const cosine = await smoothingErrorBoundOnGrid(gridKernel(circle, { temperature: 0.1 }), density, { lipschitz: 1 });
    expectClose(rbf.right, cosine.right, { ulps: 8, epsilon: EPS });
    expectClose(rbf.left, cosine.left, { ulps: 64, epsilon: EPS, scale: 1 });
  });

  test("refuses what has no such bound", async () => {
    const geodesic = gridKernel(circle, { temperature: 1, critic: { kind: "geodesic", scale: 1 } });
    await expect(smoothingErrorBoundOnGrid(geodesic, density, { lipschitz: 1 })).rejects.toThrow(
      'smoothingErrorBoundOnGrid: `kernel.critic` must be of kind "cosine" or "rbf", got one of kind "geodesic".',
    );
    const kernel = gridKernel(circle, { temperature: 1 });
    await expect(smoothingErrorBoundOnGrid(kernel, density, { lipschitz: -1 })).rejects.toThrow(
      "smoothingErrorBoundOnGrid: `lipschitz` must be a finite number ≥ 0, got -1.",
    );
  });
});

describe("low temperature: ρ*{U > min U + δ} ≤ e^{−(δ−δ')/τ}|Z|/μ{U ≤ min U + δ'}", () => {
  const potential = ([x]: Float64Array): number => x!;

  test.each([10, 1, 0.1, 0.01])("holds, in closed form on the right (τ = %d)", (temperature) => {
    const { left, right, slack } = lowTemperatureBound(circle, {
      potential,
      temperature,
      excess: 0.8,
      innerExcess: 0.3,
    });
    const share = 256 / circle.weights.filter((_, i) => circle.points.data[2 * i]! <= -1 + 0.3).length;
    expectClose(right, share * Math.exp(-0.5 / temperature), {
      ulps: 8,
      epsilon: EPS * Math.max(1, 0.5 / temperature),
    });
    expect(slack).toBeGreaterThan(0);
    expect(left).toBeGreaterThan(0);
  });

  test("both sides vanish with the temperature, and the default δ' is δ/2", () => {
    const { left, right } = lowTemperatureBound(circle, { potential, temperature: 1e-4, excess: 0.8 });
    expect(left).toBe(0);
    expect(right).toBe(0);
    const options = { potential, temperature: 0.3, excess: 0.8 };
    expect(lowTemperatureBound(circle, options)).toEqual(lowTemperatureBound(circle, { ...options, innerExcess: 0.4 }));
  });

  test("messages", () => {
    expect(() => lowTemperatureBound(circle, { potential, temperature: 1, excess: 1, innerExcess: 1 })).toThrow(
      "lowTemperatureBound: `innerExcess` must be > 0 and < excess = 1, got 1.",
    );
    expect(() => lowTemperatureBound(circle, { potential, temperature: 1, excess: 0 })).toThrow(
      "lowTemperatureBound: `excess` must be a finite number > 0, got 0.",
    );
  });
});
