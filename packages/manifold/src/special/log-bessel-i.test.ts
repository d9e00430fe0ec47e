import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { goldenTable } from "../../test/golden/golden-table.ts";
import { logBesselI, logBesselIScaled } from "./log-bessel-i.ts";

const EPSILON = 2 ** -52;
const { NEGATIVE_INFINITY } = Number;
// Three terms of the size of the largest, each of two or three roundings.
const FEW = { ulps: 8, epsilon: EPSILON };
const table = goldenTable("special-functions.json", "bessel", ["order", "x", "logI", "logIScaled"]);

describe("logBesselI", () => {
  test("against 60 digits, order 0 to 5000, argument 1e-300 to 1e12", () => {
    expect(table.length).toBeGreaterThan(1000);
    for (const { order, x, logI } of table) expectClose(logBesselI(order, x), logI, { ...FEW, scale: Math.max(1, x) });
  });

  test("order ½: √(2/πx)·sinh x", () => {
    for (const x of [1e-200, 1e-5, 0.5, 3, 29, 31, 300]) {
      const sinh = x < 1 ? Math.log(Math.sinh(x)) : x + Math.log1p(-Math.exp(-2 * x)) - Math.LN2;
      expectClose(logBesselI(0.5, x), 0.5 * Math.log(2 / Math.PI) - 0.5 * Math.log(x) + sinh, {
        ...FEW,
        scale: Math.max(1, x),
      });
    }
  });

  test("recurrence I_{ν−1} − I_{ν+1} = (2ν/x)·I_ν across the borders of the methods", () => {
    for (const [order, x] of [
      [29, 5],
      [30.5, 5],
      [10, 28.2],
      [10, 28.4],
      [1, 30],
      [2000, 1e-3],
      [2000, 3e3],
    ] as const) {
      const middle = logBesselI(order, x);
      const left = Math.exp(logBesselI(order - 1, x) - middle) - Math.exp(logBesselI(order + 1, x) - middle);
      // The logarithms' errors become relative errors of their exponentials, of which the larger may dwarf the difference.
      const scale = Math.exp(logBesselI(order - 1, x) - middle) * Math.max(1, Math.abs(middle));
      expectClose(left, (2 * order) / x, { ...FEW, ulps: 16, scale });
    }
  });

  test("the ends", () => {
    expect(logBesselI(0, 0)).toBe(0);
    expect(logBesselI(0.5, 0)).toBe(NEGATIVE_INFINITY);
    expect(logBesselI(2048, 0)).toBe(NEGATIVE_INFINITY);
    expectClose(logBesselI(0, 1e-200), 0, { ...FEW, scale: EPSILON });
  });

  test("beyond the table: order a million", () => {
    // log I_ν(x) → ν log(ex/2ν) − ½ log 2πν for x ≪ √ν.
    const order = 1e6;
    const expected =
      order * Math.log((Math.E * 1e-3) / (2 * order)) - 0.5 * Math.log(2 * Math.PI * order) - 1 / (12 * order);
    expectClose(logBesselI(order, 1e-3), expected, FEW);
  });

  test.each([
    [-1, 1, "order", "-1"],
    [0, -2, "x", "-2"],
    [0, Number.NaN, "x", "NaN"],
    [Number.POSITIVE_INFINITY, 1, "order", "Infinity"],
  ] as const)("refuses I_%s(%s)", (order, x, argument, received) => {
    const rest = `: \`${argument}\` must be a finite number ≥ 0, got ${received}.`;
    expect(() => logBesselI(order, x)).toThrow(`logBesselI${rest}`);
    expect(() => logBesselIScaled(order, x)).toThrow(`logBesselIScaled${rest}`);
  });
});

describe("logBesselIScaled", () => {
  test("against 60 digits: no large x enters the error", () => {
    for (const { order, x, logIScaled } of table)
      expectClose(logBesselIScaled(order, x), logIScaled, { ...FEW, scale: 1 });
  });

  test("x → ∞: −½ log 2πx, also at 1e300", () => {
    for (const x of [1e16, 1e100, 1e300]) expectClose(logBesselIScaled(3, x), -0.5 * Math.log(2 * Math.PI * x), FEW);
  });

  test("at 0", () => {
    expect(logBesselIScaled(0, 0)).toBe(0);
    expect(logBesselIScaled(1, 0)).toBe(NEGATIVE_INFINITY);
  });
});
