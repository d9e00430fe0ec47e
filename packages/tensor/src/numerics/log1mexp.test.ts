import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { log1mexp } from "./log1mexp.ts";

// One rounding each for the two elementary functions, the negation being exact, and two for the reference value.
const FOUR_ROUNDINGS = { ulps: 4, epsilon: 2 ** -52 };

describe("log1mexp", () => {
  test("closed forms", () => {
    expectClose(log1mexp(-Math.LN2), -Math.LN2, FOUR_ROUNDINGS);
    expectClose(log1mexp(Math.log(0.75)), Math.log(0.25), { ...FOUR_ROUNDINGS });
    expectClose(log1mexp(Math.log(0.25)), Math.log(0.75), { ...FOUR_ROUNDINGS });
  });

  test("both ends, to relative accuracy", () => {
    for (const x of [1e-20, 1e-100, 5e-324]) expectClose(log1mexp(-x), Math.log(x), FOUR_ROUNDINGS);
    for (const x of [40, 300, 700]) expectClose(log1mexp(-x), -Math.exp(-x), FOUR_ROUNDINGS);
  });

  test("is its own inverse", () => {
    // The derivative −e^x/(1 − e^x) is at most 20 in size on this range, and so is that of the inverse.
    for (const x of [-0.05, -0.3, -Math.LN2, -1, -3]) {
      expectClose(log1mexp(log1mexp(x)), x, { ...FOUR_ROUNDINGS, scale: 20 });
    }
  });

  test("edges", () => {
    expect(log1mexp(0)).toBe(Number.NEGATIVE_INFINITY);
    expectClose(log1mexp(Number.NEGATIVE_INFINITY), 0, { ulps: 0, epsilon: 1 });
    expect(log1mexp(1e-300)).toBe(Number.NaN);
    expect(log1mexp(Number.NaN)).toBe(Number.NaN);
  });
});
