import { circleQuadrature, sphereQuadrature } from "@nce-geometry/manifold";
import { expectClose } from "@nce-geometry/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { gibbsLaw } from "../gibbs/gibbs-law.ts";
import { normalizeLogDensity } from "./grid-measure.ts";
import { freeEnergyExcess, thermodynamicIdentities } from "./identities.ts";

const EPS = 2 ** -52;

test("F(ρ) − F* = KL(ρ‖ρ*) for any density, any potential, any grid", () => {
  const values = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 4, maxLength: 4 });
  const measure = { weights: Float64Array.of(0.5, 1, 2, 0.25) };
  fc.assert(
    fc.property(values, values, fc.double({ min: 0.05, max: 20, noNaN: true }), (potential, exponents, temperature) => {
      const rho = normalizeLogDensity(measure, Float64Array.from(exponents));
      const { left, right, slack } = freeEnergyExcess(measure, rho, { potential, temperature });
      expect(slack).toBe(left === right ? 0 : right - left);
      // F and F* are of the size of U/τ, and the excess is their difference.
      expectClose(left, right, { ulps: 32, epsilon: EPS, scale: 3 / temperature + 8 });
    }),
    { seed: 5, numRuns: 200 },
  );
});

test("at the Gibbs law nothing is in excess; in closed form for a uniform law: log Z + ⟨U⟩/τ − log |Z|", () => {
  const circle = circleQuadrature();
  const options = { potential: ([x]: Float64Array): number => x!, temperature: 0.5 };
  const law = gibbsLaw(circle, options.potential, options);
  expect(freeEnergyExcess(circle, law.logDensity, options).right).toBe(0);
  const uniform = new Float64Array(256).fill(-Math.log(2 * Math.PI));
  expectClose(freeEnergyExcess(circle, uniform, options).left, law.logPartition - Math.log(2 * Math.PI), {
    ulps: 32,
    epsilon: EPS,
    scale: 4,
  });
});

test.each([1e-3, 0.1, 1, 30])("derivatives of log Z and of ⟨U⟩, and the entropy (τ = %d)", (temperature) => {
  const sphere = sphereQuadrature({ polarNodes: 24 });
  const potential = ([x, y, z]: Float64Array): number => 5 + x! * y! - 0.3 * z!;
  const { meanPotential, heatCapacity, entropy } = thermodynamicIdentities(sphere, { potential, temperature });
  // Sixth order of steps of 0.01: (0.04)⁶ ≈ 4e-9 times the derivatives left out, divided by 64 twice in the extrapolation.
  expectClose(meanPotential.left, meanPotential.right, { ulps: 1, epsilon: 1e-9 });
  expectClose(heatCapacity.left, heatCapacity.right, { ulps: 1, epsilon: 1e-7 });
  // Exponents U/τ round at their size.
  expectClose(entropy.left, entropy.right, { ulps: 16, epsilon: EPS, scale: 8 + 6 / temperature });
  const law = gibbsLaw(sphere, potential, { temperature });
  expect(meanPotential.left).toBe(law.meanPotential);
  expect(heatCapacity.right).toBe(law.potentialVariance / temperature ** 2);
});
