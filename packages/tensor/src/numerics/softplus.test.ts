import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { softplusOf } from "./softplus.ts";

// One rounding each for exp, log1p and the sum, and one for the reference value.
const FOUR_ROUNDINGS = { ulps: 4, epsilon: 2 ** -52 };

describe("softplusOf", () => {
  test("closed forms", () => {
    expect(softplusOf(0)).toBe(Math.LN2);
    expectClose(softplusOf(Math.log(3)), Math.log(4), FOUR_ROUNDINGS);
    expectClose(softplusOf(-Math.log(3)), Math.log(4 / 3), FOUR_ROUNDINGS);
  });

  test("both tails, to relative accuracy and without overflow", () => {
    for (const x of [40, 300, 700]) {
      expectClose(softplusOf(-x), Math.exp(-x), FOUR_ROUNDINGS);
      expect(softplusOf(x)).toBe(x);
    }
    expect(softplusOf(-800)).toBe(0);
    expect(softplusOf(1e308)).toBe(1e308);
  });

  test("softplus(x) − softplus(−x) = x", () => {
    for (const x of [1e-9, 0.1, 1, 5, 30]) {
      expectClose(softplusOf(x) - softplusOf(-x), x, { ...FOUR_ROUNDINGS, scale: 1 });
    }
  });

  test("infinities and NaN", () => {
    expect(softplusOf(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(softplusOf(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(softplusOf(Number.NaN)).toBe(Number.NaN);
  });
});
