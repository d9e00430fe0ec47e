import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { tabulateLaw } from "./tabulated-law.ts";
import { vonMisesTable } from "./von-mises-table.ts";

const EPSILON = 2 ** -52;

describe("tabulateLaw", () => {
  test("exponential law: total, distribution function and quantile in closed form", () => {
    const { logTotal, cumulative, quantile } = tabulateLaw((x) => 100 - 3 * x, { low: 0, high: 5, panels: 32 });
    const share = -Math.expm1(-15);
    expectClose(logTotal, 100 + Math.log(share / 3), { ulps: 8, epsilon: EPSILON });
    for (const x of [0, 0.1, 1, 4.9]) {
      expectClose(cumulative(x), -Math.expm1(-3 * x) / share, { ulps: 64, epsilon: EPSILON });
    }
    for (const u of [0, 1e-12, 0.3, 0.999]) {
      expectClose(quantile(u), -Math.log1p(-u * share) / 3, { ulps: 1e4, epsilon: EPSILON, scale: 1 });
    }
    expectClose(cumulative(5), 1, { ulps: 8, epsilon: EPSILON });
  });

  test("uniform law: the quantile is linear", () => {
    const { quantile } = tabulateLaw(() => -7, { low: -1, high: 3, panels: 5 });
    for (const u of [0, 0.2, 0.5, 1 - 2 ** -53])
      expectClose(quantile(u), -1 + 4 * u, { ulps: 16, epsilon: EPSILON, scale: 1 });
  });

  test.each([0, 6, 1000])(
    "von Mises law, κ = %d: odd quantiles, ends at ±π, inverse of the distribution function",
    (concentration) => {
      const { cumulative, quantile } = vonMisesTable({ concentration });
      // Below a certain angle a narrow law has no mass that a float64 could hold.
      if (concentration <= 6) expectClose(quantile(0), -Math.PI, { ulps: 1, epsilon: EPSILON });
      for (const u of [0.001, 0.1, 0.4]) {
        expectClose(quantile(u), -quantile(1 - u), { ulps: 1e3, epsilon: EPSILON });
        expectClose(cumulative(quantile(u)), u, { ulps: 1e3, epsilon: EPSILON });
      }
      expect(Math.abs(quantile(0.5))).toBeLessThan(1e-14);
    },
  );
});
