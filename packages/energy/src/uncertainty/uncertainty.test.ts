import { createRandom } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { createUncertainty } from "./uncertainty.ts";

const exact = { ulps: 8, epsilon: Number.EPSILON };
const z95 = 1.959963984540054;

describe("mean", () => {
  test("standard error is the sample deviation over √n", () => {
    const { value, standardError, samples } = createUncertainty("f", 4, {}).mean(Float64Array.of(1, 2, 3, 6), "nats");
    expect([value, samples]).toEqual([3, 4]);
    expectClose(standardError!, Math.sqrt(14 / 3 / 4), exact);
  });

  test("the bootstrap interval of many values is the normal one", () => {
    const values = createRandom(1).normal(500);
    const bootstrap = createUncertainty("f", 500, { bootstrap: 4000 }).mean(values, "1");
    const normal = createUncertainty("f", 500, { bootstrap: 0 }).mean(values, "1");
    expect([bootstrap.interval!.method, normal.interval!.method]).toEqual(["bootstrap", "normal"]);
    expectClose(normal.interval!.high, normal.value + z95 * normal.standardError!, exact);
    // A 2.5 % percentile of 4000 draws has a standard error of √(.025·.975/4000)/φ(1.96) = 0.042 standard errors; five of them.
    const allowed = 5 * 0.042 * normal.standardError!;
    expect(Math.abs(bootstrap.interval!.low - normal.interval!.low)).toBeLessThan(allowed);
    expect(Math.abs(bootstrap.interval!.high - normal.interval!.high)).toBeLessThan(allowed);
  });

  test("the interval depends on the seed alone", () => {
    const values = createRandom(2).normal(50);
    const intervalOf = (seed: number) => createUncertainty("f", 50, { seed }).mean(values, "1").interval;
    expect(intervalOf(3)).toEqual(intervalOf(3));
    expect(intervalOf(3)).not.toEqual(intervalOf(4));
  });

  test("a higher level gives a wider interval, and equal values give none", () => {
    const values = createRandom(2).normal(50);
    const wide = createUncertainty("f", 50, { level: 0.99 }).mean(values, "1").interval!;
    const narrow = createUncertainty("f", 50, { level: 0.5 }).mean(values, "1").interval!;
    expect(wide.low).toBeLessThan(narrow.low);
    expect(wide.high).toBeGreaterThan(narrow.high);
    expect(createUncertainty("f", 3, {}).mean(Float64Array.of(2, 2, 2), "1")).toEqual({
      value: 2,
      standardError: 0,
      interval: { low: 2, high: 2, level: 0.95, method: "bootstrap" },
      samples: 3,
      unit: "1",
    });
  });

  test("very large samples get a normal interval", () => {
    const values = new Float64Array(40_000).map((_, i) => i % 2);
    expect(createUncertainty("f", 40_000, {}).mean(values, "1").interval!.method).toBe("normal");
  });
});

describe("share", () => {
  test("Wilson's interval at 1 reaches down to 1/(1 + z²/n)", () => {
    const { interval, standardError } = createUncertainty("f", 10, {}).share(new Float64Array(10).fill(1));
    expect(standardError).toBe(0);
    expectClose(interval!.low, 1 / (1 + z95 ** 2 / 10), exact);
    expect(interval!.high).toBe(1);
  });

  test("Wilson's ends solve |p − share| = z√(p(1 − p)/n)", () => {
    const { interval, value } = createUncertainty("f", 8, {}).share(Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0));
    for (const p of [interval!.low, interval!.high]) {
      expectClose(Math.abs(p - value), z95 * Math.sqrt((p * (1 - p)) / 8), { ulps: 64, epsilon: Number.EPSILON });
    }
  });
});

describe("median", () => {
  test("value and order statistics", () => {
    const values = Float64Array.from({ length: 100 }, (_, i) => 99 - i);
    const { value, interval } = createUncertainty("f", 100, {}).median(values, "rank");
    // x_(40) … x_(61) of 1-based order statistics enclose the median with P(40 ≤ Binomial(100, ½) ≤ 60) = 0.965.
    expect([value, interval]).toEqual([49.5, { low: 39, high: 60, level: 0.95, method: "orderStatistics" }]);
  });

  test("two values: the interval is both", () => {
    const { value, interval } = createUncertainty("f", 2, {}).median(Float64Array.of(5, 1), "rank");
    expect([value, interval!.low, interval!.high]).toEqual([3, 1, 5]);
  });
});

test.each([
  [{ bootstrap: -1 }, "f: `bootstrap` must be an integer ≥ 0, got -1."],
  [{ bootstrap: 1.5 }, "f: `bootstrap` must be an integer ≥ 0, got 1.5."],
  [{ level: 1 }, "f: `level` must be a number in (0, 1 − 1e-6], got 1."],
  [{ level: Number.NaN }, "f: `level` must be a number in (0, 1 − 1e-6], got NaN."],
  [{ seed: 0.5 }, "f: `seed` must be a safe integer, got 0.5."],
])("%j is refused", (options, message) => {
  expect(() => createUncertainty("f", 4, options)).toThrow(message);
});
