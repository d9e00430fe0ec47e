import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { meanOfArray, sumOfArray } from "./compensated-sum.ts";

const { MAX_VALUE, NaN: NAN, POSITIVE_INFINITY: INFINITY } = Number;
const EPSILON = 2 ** -52;

describe("sumOfArray", () => {
  test("what plain addition drops is kept", () => {
    expect(sumOfArray([1e16, 1, -1e16])).toBe(1);
    expect(sumOfArray([1, 1e100, 1, -1e100])).toBe(2);
    // The exact sum of n copies of the double nearest 0.1; adding them one by one is off by thousands of ulps.
    const n = 2 ** 16;
    expect(sumOfArray(new Float64Array(n).fill(0.1))).toBe(n * 0.1);
  });

  test("alternating series: telescoping sum has a closed form", () => {
    const terms = Float64Array.from({ length: 9999 }, (_, k) => 1 / ((k + 1) * (k + 2)));
    expectClose(sumOfArray(terms), 1 - 1 / 10000, { ulps: 1, epsilon: EPSILON });
  });

  test("empty, single and signed zero", () => {
    expect(sumOfArray([])).toBe(0);
    expect(sumOfArray([-3.5])).toBe(-3.5);
    expect(sumOfArray(new Float32Array([0.5, 0.25]))).toBe(0.75);
  });

  test("infinities and NaN", () => {
    expect(sumOfArray([1, INFINITY, 2])).toBe(INFINITY);
    expect(sumOfArray([-INFINITY, 1, -INFINITY])).toBe(-INFINITY);
    expect(sumOfArray([INFINITY, 1, -INFINITY])).toBe(NAN);
    expect(sumOfArray([1, NAN, INFINITY])).toBe(NAN);
    expect(sumOfArray([MAX_VALUE, MAX_VALUE, -INFINITY])).toBe(-INFINITY);
  });

  test("partial sums may overflow, the sum may not", () => {
    expect(sumOfArray([MAX_VALUE, MAX_VALUE, -MAX_VALUE])).toBe(MAX_VALUE);
    expect(sumOfArray([MAX_VALUE, 1e300, -MAX_VALUE])).toBe(1e300);
    expect(sumOfArray([MAX_VALUE, MAX_VALUE])).toBe(INFINITY);
    expect(sumOfArray([-MAX_VALUE, -MAX_VALUE, 1])).toBe(-INFINITY);
  });
});

describe("meanOfArray", () => {
  test("divides by the count", () => {
    expect(meanOfArray([1, 2, 6])).toBe(3);
    expect(meanOfArray(new Float32Array(7).fill(2.5))).toBe(2.5);
  });

  test("empty, infinite, NaN and overflowing sums", () => {
    expect(meanOfArray([])).toBe(NAN);
    expect(meanOfArray([1, NAN])).toBe(NAN);
    expect(meanOfArray([1, -INFINITY])).toBe(-INFINITY);
    expect(meanOfArray([MAX_VALUE, MAX_VALUE])).toBe(MAX_VALUE);
    expect(meanOfArray([-MAX_VALUE, -MAX_VALUE, -MAX_VALUE, -MAX_VALUE])).toBe(-MAX_VALUE);
  });
});
