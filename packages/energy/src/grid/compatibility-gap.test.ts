import { sphereQuadrature, vonMisesFisher } from "@nce-geometry/manifold";
import { expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { compatibilityGap } from "./compatibility-gap.ts";

const EPS = 2 ** -52;
const sphere = sphereQuadrature({ polarNodes: 32 });
const along =
  (m: readonly number[]) =>
  (z: Float64Array): number =>
    -(m[0]! * z[0]! + m[1]! * z[1]! + m[2]! * z[2]!);
const [first, second] = [along([0, 0, 1]), along([0.6, 0, 0.8])];

test.each([0.1, 1])("potentials −⟨μ, z⟩: κA(κ)(1 − c), κ = 1/τ (τ = %d)", (temperature) => {
  const law = vonMisesFisher({ meanDirection: [0, 0, 1], concentration: 1 / temperature });
  const { value, jeffreys, spread } = compatibilityGap(sphere, [first, second], { temperature });
  expectClose(value, (law.meanResultantLength * (1 - 0.8)) / temperature, { ulps: 64, epsilon: EPS });
  expect(jeffreys).toBe(2 * value);
  // The difference is ⟨(−0.6, 0, 0.2), z⟩, whose range is twice the length, up to the spacing of the grid.
  expectClose(spread, 2 * Math.sqrt(0.4), { ulps: 1, epsilon: 0.01 });
  expect(spread).toBeLessThanOrEqual(2 * Math.sqrt(0.4));
});

test("0 iff the difference is constant", () => {
  expect(compatibilityGap(sphere, [first, first], { temperature: 0.2 })).toEqual({ value: 0, jeffreys: 0, spread: 0 });
  const shifted = compatibilityGap(sphere, [first, (z) => first(z) + 7], { temperature: 0.2 });
  expect(shifted.value).toBeLessThan((64 * EPS * 7) / 0.2);
  expect(compatibilityGap(sphere, [first, (z) => first(z) + 1e-3 * z[0]!], { temperature: 0.2 }).value).toBeGreaterThan(
    1e-7,
  );
});

test("swapping the modalities changes nothing; messages", () => {
  const options = { temperature: 0.3 };
  const { value } = compatibilityGap(sphere, [first, second], options);
  expectClose(compatibilityGap(sphere, [second, first], options).value, value, { ulps: 4, epsilon: EPS });
  expect(() => compatibilityGap(sphere, [first, second], { temperature: Number.NaN })).toThrow(
    "compatibilityGap: `temperature` must be a finite number > 0, got NaN. CLIP-like systems use 0.01 to 0.1.",
  );
  expect(() => compatibilityGap(sphere, [first, () => Number.NaN], options)).toThrow(
    "compatibilityGap: `potentials[1]` must be a number or +∞ at every point, got NaN at point 0.",
  );
});
