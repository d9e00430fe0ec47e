import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { goldenTable } from "../../test/golden/golden-table.ts";
import { besselRatio, besselRatioComplement, besselRatioDerivative, besselRatios } from "./bessel-ratio.ts";

// Quotients of two sums of positive terms, whose terms carry a few roundings each.
const FEW = { ulps: 12, epsilon: 2 ** -52 };
const table = goldenTable("special-functions.json", "bessel", ["order", "x", "ratio", "complement", "derivative"]);

describe("besselRatio and its relatives, relative accuracy against 60 digits", () => {
  test("the quotient", () => {
    for (const { order, x, ratio } of table) expectClose(besselRatio(order, x), ratio, FEW);
  });

  test("its complement, down to 1e-12 without cancellation", () => {
    for (const { order, x, complement } of table) expectClose(besselRatioComplement(order, x), complement, FEW);
  });

  test("its derivative, down to 1e-24 without cancellation", () => {
    for (const { order, x, derivative } of table) expectClose(besselRatioDerivative(order, x), derivative, FEW);
  });
});

describe("closed forms and limits", () => {
  test("order ½: coth x − 1/x", () => {
    for (const x of [2, 10, 29, 31, 1e3]) {
      expectClose(besselRatio(0.5, x), 1 / Math.tanh(x) - 1 / x, FEW);
      expectClose(besselRatioDerivative(0.5, x), 1 / x ** 2 - 1 / Math.sinh(x) ** 2, FEW);
    }
  });

  test("x → 0 and x → ∞", () => {
    for (const order of [0, 0.5, 7, 255, 2047]) {
      expectClose(besselRatio(order, 1e-12), 1e-12 / (2 * order + 2), FEW);
      expectClose(besselRatioDerivative(order, 1e-12), 1 / (2 * order + 2), FEW);
      // The next term of 1 − A is smaller by (2ν − 1)/(4x).
      const x = 1e22;
      expectClose(besselRatioComplement(order, x), (2 * order + 1) / (2 * x), FEW);
      expectClose(besselRatioDerivative(order, x), (2 * order + 1) / (2 * x * x), FEW);
    }
    expect(besselRatio(3, 0)).toBe(0);
    expect(besselRatioComplement(3, 0)).toBe(1);
  });

  test("the derivative is that of the quotient: 1 − A² − (2ν+1)A/x", () => {
    for (const [order, x] of [
      [0, 1.5],
      [3, 4],
      [40, 30],
      [500, 300],
    ] as const) {
      const ratio = besselRatio(order, x);
      expectClose(besselRatioDerivative(order, x), 1 - ratio ** 2 - ((2 * order + 1) * ratio) / x, {
        ...FEW,
        scale: 1,
      });
    }
  });
});

test("besselRatios agrees with besselRatio at every order", () => {
  for (const [order, x] of [
    [0, 0.1],
    [0, 50],
    [3, 1e3],
    [31, 20],
    [2047, 1e4],
  ] as const) {
    const expected = Array.from({ length: 60 }, (_, n) => besselRatio(order + n, x));
    expectAllClose(besselRatios(order, x, 60), expected, FEW);
  }
  expect([...besselRatios(1, 0, 3)]).toEqual([0, 0, 0]);
});

test("refuses what lies outside the domain", () => {
  expect(() => besselRatio(-1, 1)).toThrow("besselRatio: `order` must be a finite number ≥ 0, got -1.");
  expect(() => besselRatioComplement(0, -1)).toThrow("besselRatioComplement: `x` must be a finite number ≥ 0, got -1.");
  expect(() => besselRatioDerivative(0, Number.NaN)).toThrow(
    "besselRatioDerivative: `x` must be a finite number ≥ 0, got NaN.",
  );
});

test("besselRatios refuses no ratios", () => {
  expect(() => besselRatios(0, 1, 0)).toThrow("besselRatios: `count` must be an integer ≥ 1, got 0.");
});
