import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { goldenTable } from "../../test/golden/golden-table.ts";
import { logBeta } from "./log-beta.ts";
import { logGamma, logGammaRatio } from "./log-gamma.ts";
import { logIncompleteBeta } from "./log-incomplete-beta.ts";
import { digamma, trigamma } from "./polygamma.ts";

const EPSILON = 2 ** -52;
const FEW = { ulps: 4, epsilon: EPSILON, scale: 1 };

describe("gamma family", () => {
  test("logGamma, digamma and trigamma against 60 digits", () => {
    for (const row of goldenTable("special-functions.json", "gamma", ["x", "logGamma", "digamma", "trigamma"])) {
      expectClose(logGamma(row.x), row.logGamma, FEW);
      expectClose(digamma(row.x), row.digamma, FEW);
      expectClose(trigamma(row.x), row.trigamma, { ulps: 4, epsilon: EPSILON });
    }
  });

  test("logBeta and logGammaRatio against 60 digits: no difference of large logarithms", () => {
    for (const { a, b, logBeta: beta, logRatio } of goldenTable("special-functions.json", "logBeta", [
      "a",
      "b",
      "logBeta",
      "logRatio",
    ])) {
      // Below 10 three logarithms of size ≤ 40 are added.
      expectClose(logBeta(a, b), beta, { ...FEW, ulps: 12 });
      expect(logBeta(b, a)).toBe(logBeta(a, b));
      expectClose(logGammaRatio(a, b), logRatio, { ...FEW, ulps: 12 });
    }
  });

  test("closed forms", () => {
    expectClose(logBeta(0.5, 0.5), Math.log(Math.PI), FEW);
    for (const b of [0.5, 3, 900, 1e12]) expectClose(logBeta(1, b), -Math.log(b), FEW);
    for (const x of [0.3, 9.9, 10, 2048, 1e15]) expectClose(logGammaRatio(x, 1), Math.log(x), { ...FEW, ulps: 16 });
    expect(logGammaRatio(77, 0)).toBe(0);
  });
});

describe("logIncompleteBeta", () => {
  test("against 60 digits", () => {
    for (const { a, b, x, logLower } of goldenTable("special-functions.json", "incompleteBeta", [
      "a",
      "b",
      "x",
      "logLower",
    ])) {
      // The exponents of x and 1 − x multiply the roundings of their logarithms.
      expectClose(logIncompleteBeta(x, a, b), logLower, { ulps: 8 + a + b, epsilon: EPSILON, scale: 1 });
    }
  });

  test("a = 1 and b = 1: powers", () => {
    for (const x of [1e-5, 0.3, 0.8]) {
      expectClose(logIncompleteBeta(x, 5, 1), 5 * Math.log(x), { ...FEW, ulps: 16 });
      expectClose(logIncompleteBeta(x, 1, 5), Math.log(-Math.expm1(5 * Math.log1p(-x))), { ...FEW, ulps: 16 });
    }
  });

  test("the two tails add up to one", () => {
    for (const [x, a, b] of [
      [0.3, 2, 5],
      [0.7, 40, 11],
      [0.999, 2047.5, 0.5],
    ] as const) {
      const total = Math.exp(logIncompleteBeta(x, a, b)) + Math.exp(logIncompleteBeta(1 - x, b, a, x));
      expectClose(total, 1, { ...FEW, ulps: 8 + a + b });
    }
  });

  test("the ends, and far beyond underflow", () => {
    expect(logIncompleteBeta(0, 2, 3)).toBe(Number.NEGATIVE_INFINITY);
    expect(logIncompleteBeta(1, 2, 3)).toBe(0);
    // I_x(a, b) → x^a/(a·B(a, b)) as x → 0.
    const expected = 2000 * Math.log(1e-30) - Math.log(2000) - logBeta(2000, 0.5);
    expectClose(logIncompleteBeta(1e-30, 2000, 0.5), expected, FEW);
  });

  test("refuses what lies outside the domain", () => {
    expect(() => logIncompleteBeta(1.5, 1, 1)).toThrow("logIncompleteBeta: `x` must be a number from 0 to 1, got 1.5.");
    expect(() => logIncompleteBeta(0.5, 0, 1)).toThrow("logIncompleteBeta: `a` must be a finite number > 0, got 0.");
    expect(() => logIncompleteBeta(0.5, 1, -1)).toThrow("logIncompleteBeta: `b` must be a finite number > 0, got -1.");
  });
});
