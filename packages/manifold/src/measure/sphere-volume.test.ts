import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { goldenTable } from "../../test/golden/golden-table.ts";
import { logIntegrateZonal } from "../quadrature/zonal-quadrature.ts";
import { logBallVolume, logCapArea, logCapProbability, logExpMapJacobian, logSphereArea } from "./sphere-volume.ts";

const EPSILON = 2 ** -52;
const FEW = { ulps: 8, epsilon: EPSILON, scale: 1 };
const { NEGATIVE_INFINITY } = Number;

describe("logSphereArea and logBallVolume", () => {
  test("against 60 digits, d = 2 … 4096", () => {
    for (const { dim, logArea, logBall } of goldenTable("special-functions.json", "areas", [
      "dim",
      "logArea",
      "logBall",
    ])) {
      expectClose(logSphereArea(dim), logArea, FEW);
      expectClose(logBallVolume(dim), logBall, FEW);
    }
  });

  test("circle, sphere, S³; interval, disc, ball", () => {
    expectClose(logSphereArea(2), Math.log(2 * Math.PI), FEW);
    expectClose(logSphereArea(3), Math.log(4 * Math.PI), FEW);
    expectClose(logSphereArea(4), Math.log(2 * Math.PI ** 2), FEW);
    expectClose(logBallVolume(1), Math.LN2, FEW);
    expectClose(logBallVolume(2), Math.log(Math.PI), FEW);
    expectClose(logBallVolume(3), Math.log((4 * Math.PI) / 3), FEW);
  });

  test("areas that no float64 holds", () => {
    // Two published numbers, to their printed digit.
    expect(logSphereArea(512).toFixed(1)).toBe("-868.0");
    expect(logSphereArea(1024).toFixed(1)).toBe("-2093.0");
  });

  test("messages", () => {
    expect(() => logSphereArea(1)).toThrow("logSphereArea: `dimension` must be an integer ≥ 2, got 1.");
    expect(() => logBallVolume(0.5)).toThrow("logBallVolume: `dimension` must be an integer ≥ 1, got 0.5.");
  });
});

describe("logCapProbability", () => {
  test("against 60 digits, d = 2 … 4096, angles from 1e-300 to π", () => {
    for (const { dim, angle, logProbability } of goldenTable("special-functions.json", "caps", [
      "dim",
      "angle",
      "logProbability",
    ])) {
      // The continued fraction takes O(√d) steps; log sin enters d times.
      expectClose(logCapProbability(dim, angle), logProbability, {
        ulps: 8 + 4 * Math.sqrt(dim),
        epsilon: EPSILON,
        scale: 1,
      });
    }
  });

  test("circle: θ/π; sphere: sin²(θ/2)", () => {
    for (const angle of [1e-200, 1e-12, 1e-3, 1, 1.5, 2, 3]) {
      expectClose(logCapProbability(2, angle), Math.log(angle / Math.PI), { ...FEW, ulps: 16 });
      expectClose(logCapProbability(3, angle), 2 * Math.log(Math.sin(angle / 2)), { ...FEW, ulps: 16 });
    }
  });

  test.each([2, 3, 17, 512, 4096])("d = %d: a cap and its complement, the hemisphere, the ends", (d) => {
    for (const angle of [0.4, 1.2, 1.56]) {
      const total = Math.exp(logCapProbability(d, angle)) + Math.exp(logCapProbability(d, Math.PI - angle));
      expectClose(total, 1, { ulps: 8 + 4 * Math.sqrt(d), epsilon: EPSILON });
    }
    // π/2 as a double is off by 6e-17, and the density at the equator is √(d/2π).
    expectClose(logCapProbability(d, Math.PI / 2), -Math.LN2, { ...FEW, ulps: 8 + 4 * Math.sqrt(d) });
    expect(logCapProbability(d, 0)).toBe(NEGATIVE_INFINITY);
    expectClose(logCapProbability(d, Math.PI), 0, { ulps: 1, epsilon: EPSILON, scale: 1 });
  });

  test("no jump where the flat cap takes over", () => {
    for (const d of [2, 3, 512, 4096]) {
      const inside = logCapProbability(d, 0.999e-12);
      const outside = logCapProbability(d, 1.001e-12);
      expectClose(outside - inside, (d - 1) * Math.log(1.001 / 0.999), { ...FEW, scale: 30 * d });
    }
  });

  test("area: quadrature of the indicator's smooth relative", () => {
    for (const d of [3, 30, 400]) {
      // ∫ e^{−(θ/w)^2}: by parts, the integral of the cap's area against the derivative of the weight.
      const { value } = logIntegrateZonal((angle) => -((angle / 0.5) ** 2), { dimension: d });
      let sum = 0;
      const steps = 4000;
      for (let i = 0; i < steps; i++) {
        const angle = (Math.PI * (i + 0.5)) / steps;
        const weight = 8 * angle * Math.exp(-((angle / 0.5) ** 2) - value + logCapArea(d, angle));
        sum += (weight * Math.PI) / steps;
      }
      // Midpoint rule, plus the boundary term e^{−(2π)²} at θ = π; error (π/4000)²/24·(f'(π) − f'(0)) ≤ 1e-7.
      const boundary = Math.exp(-((2 * Math.PI) ** 2) + logSphereArea(d) - value);
      expectClose(sum + boundary, 1, { ulps: 1, epsilon: 1e-6 });
    }
  });

  test("messages", () => {
    expect(() => logCapProbability(3, 3.2)).toThrow(
      "logCapProbability: `angle` must be an angle from 0 to π, got 3.2.",
    );
    expect(() => logCapProbability(1, 1)).toThrow("logCapProbability: `dimension` must be an integer ≥ 2, got 1.");
  });
});

describe("logExpMapJacobian", () => {
  test("sinc to the power d − 2; relative accuracy at small angles", () => {
    expectClose(logExpMapJacobian(3, 2), Math.log(Math.sin(2) / 2), FEW);
    expectClose(logExpMapJacobian(3, 0.9), Math.log(Math.sin(0.9) / 0.9), FEW);
    for (const d of [3, 128, 4096]) {
      expectClose(logExpMapJacobian(d, 1e-9), (-(d - 2) * 1e-18) / 6, { ulps: 8, epsilon: EPSILON });
    }
    expect(logExpMapJacobian(2, 3)).toBe(0);
    expect(logExpMapJacobian(5, Math.PI)).toBe(NEGATIVE_INFINITY);
  });

  test("turns the flat volume of a ball of tangent vectors into that of a cap", () => {
    for (const d of [3, 6, 40]) {
      const { length, sum } = { length: 20000, sum: { value: 0 } };
      for (let i = 0; i < length; i++) {
        const r = (1.2 * (i + 0.5)) / length;
        sum.value += Math.exp((d - 2) * Math.log(r) + logExpMapJacobian(d, r)) * (1.2 / length);
      }
      // |S^{d−2}| by the ball one dimension lower; the midpoint rule errs by (1.2/20000)²·d²/24.
      const logFlat = Math.log(d - 1) + logBallVolume(d - 1);
      expectClose(Math.log(sum.value) + logFlat, logCapArea(d, 1.2), { ulps: 1, epsilon: 1e-6, scale: 1 });
    }
  });

  test("messages", () => {
    expect(() => logExpMapJacobian(3, -1)).toThrow("logExpMapJacobian: `angle` must be an angle from 0 to π, got -1.");
  });
});
