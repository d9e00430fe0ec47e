import { createRandom, sumOfArray } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { capQuadrature } from "./cap-quadrature.ts";
import { fibonacciQuadrature } from "./fibonacci-quadrature.ts";
import { integrate, logIntegrate, type Quadrature } from "./quadrature.ts";
import { sphereQuadrature } from "./sphere-quadrature.ts";

const EPSILON = 2 ** -52;
/** Nodes and weights are off by a few ulp, the sum is compensated; |f| ≤ 1. */
const ROUNDING = { ulps: 32, epsilon: EPSILON, scale: 4 * Math.PI };

/** ∫ x^a y^b z^c over S²: 0 unless all are even, else 2 Γ((a+1)/2)Γ((b+1)/2)Γ((c+1)/2)/Γ((a+b+c+3)/2). */
function monomialIntegral(a: number, b: number, c: number): number {
  if ([a, b, c].some((power) => power % 2 === 1)) return 0;
  const oddProduct = (n: number): number => (n < 2 ? 1 : (n - 1) * oddProduct(n - 2));
  return (4 * Math.PI * oddProduct(a) * oddProduct(b) * oddProduct(c)) / oddProduct(a + b + c + 2);
}

function expectExactTo(degree: number, quadrature: Quadrature): void {
  for (let a = 0; a <= degree; a++) {
    for (let b = 0; a + b <= degree; b++) {
      for (let c = 0; a + b + c <= degree; c++) {
        const value = integrate(quadrature, ([x, y, z]) => x! ** a * y! ** b * z! ** c);
        expectClose(value, monomialIntegral(a, b, c), ROUNDING);
      }
    }
  }
}

const norms = ({ points: { rows, data } }: Quadrature): number[] =>
  Array.from({ length: rows }, (_, i) => Math.hypot(data[3 * i]!, data[3 * i + 1]!, data[3 * i + 2]!));

describe("sphereQuadrature", () => {
  test("all monomials up to the stated degree", () => {
    for (const polarNodes of [1, 2, 5, 9]) {
      const quadrature = sphereQuadrature({ polarNodes });
      expect(quadrature.exactDegree).toBe(2 * polarNodes - 1);
      expectExactTo(2 * polarNodes - 1, quadrature);
    }
    expectExactTo(6, sphereQuadrature({ polarNodes: 9, azimuthalNodes: 7 }));
  });

  test("not one degree more", () => {
    const missed = (
      options: { polarNodes: number; azimuthalNodes: number },
      power: "x" | "z",
      degree: number,
    ): number => {
      const value = integrate(sphereQuadrature(options), ([x, , z]) => (power === "x" ? x! : z!) ** degree);
      return Math.abs(value - monomialIntegral(0, 0, degree));
    };
    expect(missed({ polarNodes: 3, azimuthalNodes: 20 }, "z", 6)).toBeGreaterThan(1e-3);
    expect(missed({ polarNodes: 20, azimuthalNodes: 6 }, "x", 6)).toBeGreaterThan(1e-3);
  });

  test("200 × 400 points: the volume to rounding", () => {
    const { weights, points } = sphereQuadrature({ polarNodes: 200, azimuthalNodes: 400 });
    expect(points.rows).toBe(80_000);
    expectClose(sumOfArray(weights), 4 * Math.PI, { ulps: 4, epsilon: EPSILON });
  });

  test.each([0.5, 5, 40])("e^(κ⟨z, m⟩), κ = %d, about any axis: 4π sinh κ / κ", (kappa) => {
    const m = [0.6, -0.48, 0.64];
    const value = logIntegrate(sphereQuadrature(), ([x, y, z]) => kappa * (m[0]! * x! + m[1]! * y! + m[2]! * z!));
    const expected = Math.log((2 * Math.PI) / kappa) + kappa + Math.log(-Math.expm1(-2 * kappa));
    expectClose(value, expected, { ulps: 16, epsilon: EPSILON, scale: kappa });
  });

  test("points are unit vectors; messages", () => {
    for (const norm of norms(sphereQuadrature({ polarNodes: 33 }))) expectClose(norm, 1, { ulps: 2, epsilon: EPSILON });
    expect(() => sphereQuadrature({ polarNodes: 0 })).toThrow(
      "sphereQuadrature: `polarNodes` must be an integer ≥ 1, got 0.",
    );
    expect(() => sphereQuadrature({ azimuthalNodes: 1.5 })).toThrow(
      "sphereQuadrature: `azimuthalNodes` must be an integer ≥ 1, got 1.5.",
    );
  });
});

describe("capQuadrature", () => {
  test.each([1e-8, 1e-3, 0.5, Math.PI / 2, 3, Math.PI])("area of the cap of angle %d", (angle) => {
    const quadrature = capQuadrature({ center: [0, 0.6, -0.8], angle, polarNodes: 8 });
    const area = 4 * Math.PI * Math.sin(angle / 2) ** 2;
    expectClose(sumOfArray(quadrature.weights), area, { ulps: 8, epsilon: EPSILON });
    expect(quadrature.volume).toBe(4 * Math.PI * Math.sin(angle / 2) ** 2);
    for (const norm of norms(quadrature)) expectClose(norm, 1, { ulps: 4, epsilon: EPSILON });
  });

  test("every point lies inside, and the first ring of directions goes round the centre", () => {
    const center = [2 / 7, -3 / 7, 6 / 7];
    const quadrature = capQuadrature({ center, angle: 0.7, polarNodes: 12 });
    const cosine = integrate({ ...quadrature, weights: new Float64Array(quadrature.weights.length).fill(1) }, (p) => {
      const dot = p.reduce((sum, x, k) => sum + x * center[k]!, 0);
      expect(dot).toBeGreaterThan(Math.cos(0.7));
      return dot;
    });
    expect(cosine / quadrature.points.rows).toBeLessThan(1);
    // The mean point is the centre times (1 + cos α)/2.
    for (let k = 0; k < 3; k++) {
      const mean = integrate(quadrature, (p) => p[k]!) / quadrature.volume;
      expectClose(mean, (center[k]! * (1 + Math.cos(0.7))) / 2, { ulps: 8, epsilon: EPSILON, scale: 1 });
    }
  });

  test.each([
    [0, 0, 1],
    [0, 0, -1],
    [1, 0, 0],
    [-0.6, 0.8, 0],
  ])("e^(κ⟨z, c⟩) over a cap about (%d, %d, %d): 2π(e^κ − e^(κ cos α))/κ", (...center) => {
    const [kappa, alpha] = [12, 0.5];
    const value = integrate(capQuadrature({ center, angle: alpha, polarNodes: 24 }), (p) =>
      Math.exp(kappa * (p[0]! * center[0]! + p[1]! * center[1]! + p[2]! * center[2]!)),
    );
    const expected = (2 * Math.PI * (Math.exp(kappa) - Math.exp(kappa * Math.cos(alpha)))) / kappa;
    // κ multiplies the rounding of ⟨z, c⟩.
    expectClose(value, expected, { ulps: 16 * kappa, epsilon: EPSILON });
  });

  test("a cap and its complement make the sphere, for a function without symmetry", () => {
    const center = [0.36, 0.48, -0.8];
    const f = ([x, y, z]: Float64Array): number => Math.exp(2 * x! - y!) * Math.cos(3 * z!);
    const parts =
      integrate(capQuadrature({ center, angle: 1.1 }), f) +
      integrate(capQuadrature({ center: center.map((x) => -x), angle: Math.PI - 1.1 }), f);
    expectClose(parts, integrate(sphereQuadrature(), f), {
      ulps: 32,
      epsilon: EPSILON,
      scale: 4 * Math.PI * Math.exp(2.3),
    });
  });

  test("the whole sphere at angle π is as exact", () => {
    expectExactTo(5, capQuadrature({ center: [0.48, 0.6, 0.64], angle: Math.PI, polarNodes: 3 }));
  });

  test("messages", () => {
    expect(() => capQuadrature({ center: [0, 0, 2], angle: 1 })).toThrow(
      "capQuadrature: `center` must be a unit vector, got one of norm 2.",
    );
    expect(() => capQuadrature({ center: [0, 1], angle: 1 })).toThrow(
      "capQuadrature: `center` must be 3 numbers, got 2 numbers.",
    );
    expect(() => capQuadrature({ center: [0, 0, 1], angle: 0 })).toThrow(
      "capQuadrature: `angle` must be a number > 0 and ≤ π, got 0.",
    );
  });
});

describe("fibonacciQuadrature", () => {
  test("zonal functions about the axis: the midpoint rule, with its error", () => {
    for (const n of [100, 1000, 10_000]) {
      const quadrature = fibonacciQuadrature({ nodes: n });
      expectClose(sumOfArray(quadrature.weights), 4 * Math.PI, { ulps: 4, epsilon: EPSILON });
      // f = e^{2z}: exactly 4π·(1/n)Σ, a geometric series: (4π/n)·sinh 2/sinh(2/n).
      const value = integrate(quadrature, ([, , z]) => Math.exp(2 * z!));
      expectClose(value, ((4 * Math.PI) / n) * (Math.sinh(2) / Math.sinh(2 / n)), { ulps: 16, epsilon: EPSILON });
      const leading = -(Math.PI / (3 * n * n)) * (2 * Math.exp(2) - 2 * Math.exp(-2));
      const error = value - 2 * Math.PI * Math.sinh(2);
      // The next term of the midpoint rule is smaller by (7/60)·(2/n)²·…: below 1/n at these sizes.
      expect(Math.abs(error / leading - 1)).toBeLessThan(1 / n);
    }
  });

  test("about a slanted axis the error falls like n^(−3/2)", () => {
    const errorAt = (nodes: number): number =>
      Math.abs(
        integrate(fibonacciQuadrature({ nodes }), ([, y, z]) => Math.exp(3 * (0.6 * y! + 0.8 * z!))) -
          (4 * Math.PI * Math.sinh(3)) / 3,
      );
    const order = Math.log(errorAt(1000) / errorAt(16_000)) / Math.log(16);
    // A band that excludes 1 and 2.
    expect(Math.abs(order - 1.5)).toBeLessThan(0.1);
  });

  test("points are distinct unit vectors spread evenly", () => {
    const n = 500;
    const quadrature = fibonacciQuadrature({ nodes: n });
    for (const norm of norms(quadrature)) expectClose(norm, 1, { ulps: 4, epsilon: EPSILON });
    const { data } = quadrature.points;
    const [a, ...others] = createRandom(3).permutation(n);
    for (const b of others) {
      const chord = Math.hypot(...[0, 1, 2].map((k) => data[3 * a! + k]! - data[3 * b + k]!));
      // Between points of a lattice of density n/(4π) the distance is about √(4π/n); half of it is a safe floor.
      expect(chord).toBeGreaterThan(Math.sqrt((4 * Math.PI) / n) / 2);
    }
  });

  test("message", () => {
    expect(() => fibonacciQuadrature({ nodes: -1 })).toThrow(
      "fibonacciQuadrature: `nodes` must be an integer ≥ 1, got -1.",
    );
  });
});
