import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { logAddExp, logMeanExpOfArray, logSumExpOfArray } from "./log-sum-exp.ts";

const { NaN: NAN, POSITIVE_INFINITY: INFINITY } = Number;
const EPSILON = 2 ** -52;
// One rounding each for exp, sum, log1p and the addition of the maximum.
const FOUR_ROUNDINGS = { ulps: 4, epsilon: EPSILON };

describe("logSumExpOfArray", () => {
  test("edges", () => {
    expect(logSumExpOfArray([])).toBe(-INFINITY);
    expect(logSumExpOfArray([-INFINITY, -INFINITY])).toBe(-INFINITY);
    expect(logSumExpOfArray([1, INFINITY, -INFINITY])).toBe(INFINITY);
    expect(logSumExpOfArray([INFINITY, INFINITY])).toBe(INFINITY);
    expect(logSumExpOfArray([1, NAN, INFINITY])).toBe(NAN);
    expect(logSumExpOfArray([NAN, -INFINITY])).toBe(NAN);
    expect(logSumExpOfArray([-7.25])).toBe(-7.25);
    expect(logSumExpOfArray([-INFINITY, -7.25, -INFINITY])).toBe(-7.25);
  });

  test.each([1, 2, 8, 1024])("%d equal values add log n", (n) => {
    for (const value of [0, 700, -700, 1e300, -1e300]) {
      const scale = Math.max(Math.abs(value), 1);
      expectClose(logSumExpOfArray(new Float64Array(n).fill(value)), value + Math.log(n), { ...FOUR_ROUNDINGS, scale });
    }
  });

  test("a geometric series has a closed form", () => {
    for (const ratio of [0.01, 0.5, 3]) {
      const values = Float64Array.from({ length: 4096 }, (_, i) => -i * ratio);
      const expected = Math.log1p(-Math.exp(-4096 * ratio)) - Math.log(-Math.expm1(-ratio));
      expectClose(logSumExpOfArray(values), expected, { ...FOUR_ROUNDINGS, scale: 1 });
    }
  });

  test("a value far below the largest keeps its relative accuracy", () => {
    for (const t of [1, 20, 40, 300, 700]) {
      expectClose(logSumExpOfArray([-t, 0]), Math.log1p(Math.exp(-t)), FOUR_ROUNDINGS);
    }
    expectClose(logSumExpOfArray([0, -50, -50]), 2 * Math.exp(-50), FOUR_ROUNDINGS);
  });

  test("shifting all values shifts the result", () => {
    const values = [0.5, -3, 2, 2, -40];
    const shifted = values.map((v) => v + 512);
    expectClose(logSumExpOfArray(shifted), logSumExpOfArray(values) + 512, FOUR_ROUNDINGS);
  });
});

describe("logMeanExpOfArray", () => {
  test("edges", () => {
    expect(logMeanExpOfArray([])).toBe(NAN);
    expect(logMeanExpOfArray([-INFINITY, -INFINITY])).toBe(-INFINITY);
    expect(logMeanExpOfArray([1, INFINITY])).toBe(INFINITY);
    expect(logMeanExpOfArray([1, NAN])).toBe(NAN);
  });

  test("equal values are their own mean, exactly", () => {
    for (const n of [1, 3, 1000]) {
      for (const value of [0, 1, -1234.5, 1e300]) expect(logMeanExpOfArray(new Array(n).fill(value))).toBe(value);
    }
  });

  test("differs from the log of the sum by log n", () => {
    for (const values of [[0, -1, 2], [5, -700, -700, -700, -700], Array.from({ length: 999 }, (_, i) => i / 10)]) {
      const expected = logSumExpOfArray(values) - Math.log(values.length);
      expectClose(logMeanExpOfArray(values), expected, { ...FOUR_ROUNDINGS, scale: 100 });
    }
  });

  test("a single dominating value among n: minus log n, also for large n", () => {
    const values = new Float64Array(1e5).fill(-INFINITY);
    values[77] = 0;
    expectClose(logMeanExpOfArray(values), -Math.log(1e5), FOUR_ROUNDINGS);
  });

  test("small values: the plain mean, to relative accuracy", () => {
    // The next order, t²·variance/2, is below a tenth of an ulp of the mean at this t.
    const t = 1e-17;
    expectClose(logMeanExpOfArray([3 * t, 4 * t, 11 * t]), 6 * t, FOUR_ROUNDINGS);
  });
});

describe("logAddExp", () => {
  test("agrees with the array form", () => {
    for (const [a, b] of [
      [0, 0],
      [3, -2],
      [-2, 3],
      [710, 709],
      [-1e300, 1e300],
      [0, -40],
    ] as const) {
      expectClose(logAddExp(a, b), logSumExpOfArray([a, b]), FOUR_ROUNDINGS);
    }
  });

  test("edges", () => {
    expect(logAddExp(2, -INFINITY)).toBe(2);
    expect(logAddExp(-INFINITY, 2)).toBe(2);
    expect(logAddExp(-INFINITY, -INFINITY)).toBe(-INFINITY);
    expect(logAddExp(INFINITY, INFINITY)).toBe(INFINITY);
    expect(logAddExp(INFINITY, -INFINITY)).toBe(INFINITY);
    expect(logAddExp(NAN, -INFINITY)).toBe(NAN);
    expect(logAddExp(INFINITY, NAN)).toBe(NAN);
    expect(logAddExp(5, 5)).toBe(5 + Math.LN2);
  });
});
