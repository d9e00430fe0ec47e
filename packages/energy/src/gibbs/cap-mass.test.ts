import { sphereQuadrature } from "@nce-geometry/manifold";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { capMass } from "./cap-mass.ts";
import { gibbsLaw } from "./gibbs-law.ts";
import { gibbsLawOnCircle, gibbsLawOnSphere } from "./gibbs-law-on-sphere.ts";

const EPS = 2 ** -52;
const KAPPA = 12;
const norm = Math.hypot(0.85, 0.15, 0.5);
const [north, south] = [
  [0, 0, 1],
  [0.85 / norm, 0.15 / norm, -0.5 / norm],
] as const;
/** U(z) = −(1/κ) log(½e^{κ⟨z,m₁⟩} + ½e^{κ⟨z,m₂⟩}): the two wells of the paper on S². */
const twoWells = (z: Float64Array): number => {
  const a = KAPPA * z[2]!;
  const b = KAPPA * (south[0] * z[0]! + south[1] * z[1]! + south[2] * z[2]!);
  return -(Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b))) - Math.LN2) / KAPPA;
};

describe("the two wells of the paper: mass within 0.5 rad of either", () => {
  // Polar Gauss–Legendre × trapezoid of 301 × 640 nodes for Z and 150 × 640 per cap (NumPy), unchanged to 3e-14 from 200 × 400.
  test.each([
    [10, 0.128632759838, 2.569608705926],
    [5, 0.134975502433, 2.609598569405],
    [2.5, 0.148011705861, 2.693681247925],
    [1, 0.189346421252, 2.976536240193],
    [0.5, 0.262062823467, 3.534431394499],
    [0.2, 0.467528498669, 5.611708116121],
    [0.1, 0.706385351486, 9.650270796317],
    [0.05, 0.91353340735, 18.380080502835],
  ])("τ = %d: %d", (temperature, mass, logPartition) => {
    const law = gibbsLawOnSphere(twoWells, { temperature });
    expectClose(law.logPartition, logPartition, { ulps: 1, epsilon: 1e-12, scale: 2 });
    const caps = [north, south].map((center) => capMass(law, twoWells, { center, angle: 0.5 }));
    // To the printed digits of the independent values: twelve.
    expectClose(caps[0]!.value + caps[1]!.value, mass, { ulps: 1, epsilon: 1e-12, scale: 1 });
    for (const cap of caps) {
      expect(cap.status).toBe("resolved");
      expect(cap.quadratureError).toBeLessThan(1e-11);
    }
  });

  test("the wells have equal shares, and at τ = 1e-4 they have it all", () => {
    const law = gibbsLawOnSphere(twoWells, { temperature: 1e-4 });
    const [a, b] = [north, south].map((center) => capMass(law, twoWells, { center, angle: 0.5 }).value);
    // Exponents of 1e4 round at 1e-12.
    expectClose(a!, b!, { ulps: 1, epsilon: 1e-10 });
    expectClose(a! + b!, 1, { ulps: 1, epsilon: 1e-10 });
  });
});

describe("closed forms", () => {
  const linear = (z: Float64Array): number => -z[0]!;

  test.each([1, 0.1, 1e-3])("U = −⟨c, z⟩ about c: (1 − e^{−(1 − cos α)/τ})/(1 − e^{−2/τ}) (τ = %d)", (temperature) => {
    const law = gibbsLawOnSphere(linear, { temperature });
    for (const angle of [1e-3, 0.1, 1, 3]) {
      const expected = Math.expm1((-2 * Math.sin(angle / 2) ** 2) / temperature) / Math.expm1(-2 / temperature);
      const { value, logValue } = capMass(law, linear, { center: [1, 0, 0], angle });
      expectClose(value, expected, { ulps: 64, epsilon: EPS * (1 + 1 / temperature) });
      expect(value).toBe(Math.exp(logValue));
    }
  });

  test("complement: a cap and the opposite one; the whole sphere; a uniform law", () => {
    const law = gibbsLawOnSphere(linear, { temperature: 0.3 });
    const center = [0.48, -0.6, 0.64];
    const rest = center.map((x) => -x);
    const inside = capMass(law, linear, { center, angle: 0.8 }).value;
    const outside = capMass(law, linear, { center: rest, angle: Math.PI - 0.8 }).value;
    expectClose(inside + outside, 1, { ulps: 64, epsilon: EPS });
    expectClose(capMass(law, linear, { center, angle: Math.PI }).value, 1, { ulps: 64, epsilon: EPS });
    const flat = gibbsLawOnSphere(() => 0, { temperature: 1 });
    expectClose(capMass(flat, () => 0, { center, angle: 0.8 }).value, Math.sin(0.4) ** 2, { ulps: 64, epsilon: EPS });
  });

  test("arcs of the circle, α/π for a uniform law", () => {
    const flat = gibbsLawOnCircle(() => 0, { temperature: 1 });
    expectClose(capMass(flat, () => 0, { center: [0, -1], angle: 0.7 }).value, 0.7 / Math.PI, {
      ulps: 16,
      epsilon: EPS,
    });
    const law = gibbsLawOnCircle(linear, { temperature: 0.2 });
    const halves = [1, -1].map((x) => capMass(law, linear, { center: [x, 0], angle: Math.PI / 2 }).value);
    expectClose(halves[0]! + halves[1]!, 1, { ulps: 64, epsilon: EPS });
    expect(halves[0]!).toBeGreaterThan(0.98);
  });

  test("a law on any grid lends its log Z", () => {
    const law = gibbsLaw(sphereQuadrature({ polarNodes: 72 }), twoWells, { temperature: 1 });
    const caps = [north, south].map((center) => capMass(law, twoWells, { center, angle: 0.5 }).value);
    expectClose(caps[0]! + caps[1]!, 0.189346421252, { ulps: 1, epsilon: 1e-11 });
  });
});

test("messages", () => {
  const law = { temperature: 1, logPartition: 0 };
  const call = (center: number[], angle: number) => (): unknown => capMass(law, () => 0, { center, angle });
  expect(call([0, 0, 1], 0)).toThrow("capMass: `angle` must be a number > 0 and ≤ π, got 0.");
  expect(call([0, 0, 2], 1)).toThrow("capMass: `center` must be a unit vector, got one of norm 2.");
  expect(call([1, 0, 0, 0], 1)).toThrow("capMass: `center` must be of length 2 or 3, got length 4.");
});
