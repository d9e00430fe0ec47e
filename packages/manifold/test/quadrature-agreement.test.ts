// Quadratures against the closed forms of volumes and kernels, and against each other.

import { logSumExpOfArray } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  capQuadrature,
  integrate,
  logCapArea,
  logCapProbability,
  logIntegrate,
  logIntegrateZonal,
  logKernelVolume,
  sphereQuadrature,
  zonalQuadrature,
} from "../src/index.ts";

const EPSILON = 2 ** -52;

describe("kernel volumes against zonal quadrature", () => {
  test.each([2, 3, 4, 5, 8, 16, 33, 64, 128, 257, 512, 768, 1024, 2048, 4096])(
    "d = %d, τ from 1e-3 to 1e3",
    (dimension) => {
      for (const tau of [1e-3, 0.01, 0.07, 0.3, 1, 5, 30, 1e3]) {
        const { value, error, status } = logIntegrateZonal((_, cosine) => cosine / tau, { dimension });
        expect(status).toBe("converged");
        const closed = logKernelVolume(dimension, { temperature: tau });
        // The closed form is good to a few ulps of its terms: 1/τ, and log Γ(d/2) of about (d/2) log d.
        const terms = Math.max(1, 1 / tau, (dimension / 2) * Math.log(dimension));
        expect(Math.abs(value - closed)).toBeLessThanOrEqual(error + 16 * EPSILON * terms);
        // Its own account of its error: the tolerance of the last doubling and the rounding of the exponents.
        expect(error).toBeLessThan(1e-12 + 16 * EPSILON * terms);
      }
    },
  );

  test.each([2, 3, 8, 128, 1024])("the rbf critic, d = %d", (dimension) => {
    for (const [scale, tau] of [
      [1, 0.05],
      [1 / 128, 1],
      [3, 10],
    ] as const) {
      const { value, error } = logIntegrateZonal((angle) => (-scale * 4 * Math.sin(angle / 2) ** 2) / tau, {
        dimension,
      });
      const closed = logKernelVolume(dimension, { critic: { kind: "rbf", scale }, temperature: tau });
      const terms = Math.max(1, (4 * scale) / tau, (dimension / 2) * Math.log(dimension));
      expect(Math.abs(value - closed)).toBeLessThanOrEqual(error + 16 * EPSILON * terms);
    }
  });

  test("the product quadrature of S² agrees, for any centre", () => {
    for (const tau of [0.05, 0.5, 5]) {
      const value = logIntegrate(sphereQuadrature(), ([x, y, z]) => (0.48 * x! - 0.6 * y! + 0.64 * z!) / tau);
      expectClose(value, logKernelVolume(3, { temperature: tau }), { ulps: 32, epsilon: EPSILON, scale: 1 / tau });
    }
  });
});

describe("caps", () => {
  test.each([0.01, 0.5, 1.5, 3])("area on S² by its quadrature, angle %d", (angle) => {
    const { volume } = capQuadrature({ center: [0, 0, 1], angle });
    expectClose(Math.log(volume), logCapArea(3, angle), { ulps: 64, epsilon: EPSILON, scale: 1 });
  });

  test.each([4, 8, 64, 512])(
    "probability in d = %d by zonal nodes below the angle, to the order of their spacing",
    (dimension) => {
      // Near the median the density of the angle is about √(d/2π); a sum of nodes up to an edge is off by half a node at most.
      const angle = Math.PI / 2 - 0.5 / Math.sqrt(dimension);
      const { angles, logWeights, logIntegral } = zonalQuadrature({ dimension });
      const inside = logWeights.filter((_, i) => angles[i]! <= angle);
      const largest = Math.exp(logWeights.reduce((m, w) => Math.max(m, w), Number.NEGATIVE_INFINITY) - logIntegral);
      const probability = Math.exp(logSumExpOfArray(inside) - logIntegral);
      expect(Math.abs(probability - Math.exp(logCapProbability(dimension, angle)))).toBeLessThan(largest);
    },
  );

  test("Gibbs mass of two wells on S², by quadrature of each cap in its own frame", () => {
    // U = −(1/κ) log(½e^{κ⟨z,m₁⟩} + ½e^{κ⟨z,m₂⟩}), caps of radius ½ about the wells; published to six digits.
    const kappa = 12;
    const length = Math.hypot(0.85, 0.15, -0.5);
    const wells = [
      [0, 0, 1],
      [0.85 / length, 0.15 / length, -0.5 / length],
    ];
    const U = (p: Float64Array): number => {
      const exponents = wells.map((m) => Math.log(0.5) + kappa * (p[0]! * m[0]! + p[1]! * m[1]! + p[2]! * m[2]!));
      return -logSumExpOfArray(exponents) / kappa;
    };
    const known = [
      [10, 0.128633],
      [5, 0.134976],
      [2.5, 0.148012],
      [1, 0.189346],
      [0.5, 0.262063],
      [0.2, 0.467528],
      [0.1, 0.706385],
      [0.05, 0.913533],
    ] as const;
    const everywhere = sphereQuadrature({ polarNodes: 128 });
    const caps = [24, 48].map((polarNodes) => wells.map((center) => capQuadrature({ center, angle: 0.5, polarNodes })));
    for (const [tau, mass] of known) {
      const total = integrate(everywhere, (p) => Math.exp(-U(p) / tau));
      const [coarse, fine] = caps.map((pair) => {
        return pair.reduce((sum, cap) => sum + integrate(cap, (p) => Math.exp(-U(p) / tau)), 0) / total;
      });
      expect(Math.abs(fine! - mass)).toBeLessThan(0.5000001e-6);
      expect(Math.abs(fine! - coarse!)).toBeLessThan(1e-11);
    }
  });
});
