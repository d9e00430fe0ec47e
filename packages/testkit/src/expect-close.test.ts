import { describe, expect, test } from "vitest";
import { expectAllClose, expectClose, type Tolerance } from "./expect-close.ts";

const EPSILON = 2 ** -52;
const GENEROUS: Tolerance = { ulps: 1e300, epsilon: 1, scale: 1 };
const EXACT: Tolerance = { ulps: 0, epsilon: EPSILON };

describe("expectClose", () => {
  test("the tolerance is inclusive, and one ulp more fails", () => {
    for (const expected of [1, -1, 2 ** 40, -(2 ** -40)]) {
      const actual = expected * (1 + 4 * EPSILON);
      expectClose(actual, expected, { ulps: 4, epsilon: EPSILON });
      expect(() => expectClose(actual, expected, { ulps: 3, epsilon: EPSILON })).toThrow("4.00 ulps");
    }
  });

  test("scale is a floor under the magnitude of the expected number", () => {
    expectClose(3 * EPSILON, 0, { ulps: 3, epsilon: EPSILON, scale: 1 });
    expectClose(128 + 128 * EPSILON, 128, { ulps: 1, epsilon: EPSILON, scale: 1 });
    expect(() => expectClose(4 * EPSILON, 0, { ulps: 3, epsilon: EPSILON, scale: 1 })).toThrow("expectClose");
    expect(() => expectClose(5e-324, 0, { ulps: 1e6, epsilon: EPSILON })).toThrow("expectClose");
  });

  test("no tolerance, however generous, joins what differs in kind", () => {
    const infinity = Number.POSITIVE_INFINITY;
    const pairs: [number, number][] = [
      [Number.NaN, 0],
      [0, Number.NaN],
      [Number.NaN, infinity],
      [infinity, Number.NaN],
      [infinity, -infinity],
      [-infinity, infinity],
      [infinity, Number.MAX_VALUE],
      [Number.MAX_VALUE, infinity],
    ];
    for (const [actual, expected] of pairs) {
      expect(() => expectClose(actual, expected, GENEROUS)).toThrow("not comparable in ulps");
      expect(() => expectAllClose([actual], [expected], GENEROUS)).toThrow("index 0");
    }
  });

  test("equal values pass at zero tolerance, also the non-finite ones", () => {
    for (const value of [0, -0, 1, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expectClose(value, value, EXACT);
      expectAllClose([value], [value], EXACT);
    }
    expectClose(0, -0, EXACT);
    expect(() => expectClose(1 + EPSILON, 1, EXACT)).toThrow("expectClose");
  });

  test.each(["ulps", "epsilon", "scale"])("refuses a %s that is not finite and ≥ 0", (name) => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1]) {
      const tolerance = { ulps: 1, epsilon: 1, scale: 1, [name]: value };
      expect(() => expectClose(1, 1, tolerance)).toThrow(
        `expectClose: \`${name}\` must be a finite number ≥ 0, got ${value}.`,
      );
      expect(() => expectAllClose([], [], tolerance)).toThrow(
        `expectAllClose: \`${name}\` must be a finite number ≥ 0, got ${value}.`,
      );
    }
    expect(() => expectClose(1, 1, { ulps: 1e200, epsilon: 1e200 })).toThrow("must be finite");
  });

  test("message", () => {
    expect(() => expectClose(1.5, 1, { ulps: 2, epsilon: 0.125 })).toThrow(
      new Error("expectClose: expected 1, got 1.5 (0.5 apart, 4.00 ulps; allowed 2 ulps of epsilon 0.125, scale 0)"),
    );
  });
});

describe("expectAllClose", () => {
  test("names the worst element, not the first", () => {
    expect(() => expectAllClose([1, 2.25, 1.5, 4], [1, 2, 1, 4], { ulps: 0, epsilon: 0.125 })).toThrow(
      new Error(
        "expectAllClose: 2 of 4 elements differ; the worst is at index 2: " +
          "expected 1, got 1.5 (0.5 apart, 4.00 ulps; allowed 0 ulps of epsilon 0.125, scale 0)",
      ),
    );
    expect(() => expectAllClose([9, Number.NaN], [1, 1], EXACT)).toThrow("the worst is at index 1");
  });

  test("lengths must agree; empty is close to empty alone", () => {
    expectAllClose([], new Float64Array(0), EXACT);
    expect(() => expectAllClose([], [1], GENEROUS)).toThrow(new Error("expectAllClose: expected 1 elements, got 0"));
    expect(() => expectAllClose([1, 2], [1], GENEROUS)).toThrow("expected 1 elements, got 2");
    expect(() => expectAllClose([1], [], GENEROUS)).toThrow("expected 0 elements, got 1");
  });

  test("a hole is not a number", () => {
    const hole = [1, undefined] as unknown as number[];
    expect(() => expectAllClose(hole, [1, 0], GENEROUS)).toThrow("index 1");
    expect(() => expectAllClose(hole, hole, GENEROUS)).toThrow("index 1");
  });
});
