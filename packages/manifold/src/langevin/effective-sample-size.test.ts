import { createRandom } from "@nce-geometry/tensor";
import { expect, test } from "vitest";
import { effectiveSampleSize } from "./effective-sample-size.ts";

/** x_t = a x_{t−1} + √(1 − a²) ξ_t, from its stationary law. */
function autoregression(a: number, n: number, seed: number): Float64Array {
  const noise = createRandom(seed).normal(n);
  let x = noise[0]!;
  return noise.map((xi, t) => {
    x = t === 0 ? xi : a * x + Math.sqrt(1 - a * a) * xi;
    return x;
  });
}

test.each([0, 0.5, 0.9])("autoregression of coefficient %d: n(1 − a)/(1 + a)", (a) => {
  const [n, series] = [4000, 10];
  const sizes = Array.from({ length: series }, (_, seed) => effectiveSampleSize(autoregression(a, n, seed)));
  const mean = sizes.reduce((x, y) => x + y) / series;
  const spread = Math.sqrt(sizes.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (series * (series - 1)));
  // The truncation of the sum leaves a bias of a few percent.
  const expected = (n * (1 - a)) / (1 + a);
  expect(Math.abs(mean - expected)).toBeLessThan(3 * spread + 0.08 * expected);
});

test("alternating and constant series count in full, and no more", () => {
  const alternating = Float64Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 1 : -1));
  expect(effectiveSampleSize(alternating)).toBe(100);
  expect(effectiveSampleSize(new Float64Array(50).fill(3))).toBe(50);
});

test("scale and origin do not matter, NaN propagates", () => {
  const series = autoregression(0.7, 500, 3);
  const scaled = series.map((x) => 2 ** 20 * x);
  expect(effectiveSampleSize(scaled)).toBe(effectiveSampleSize(series));
  expect(effectiveSampleSize([1, 2, Number.NaN, 4])).toBe(Number.NaN);
});

test("message", () => {
  expect(() => effectiveSampleSize([1, 2, 3])).toThrow(
    "effectiveSampleSize: `series` must be at least 4 numbers, got 3.",
  );
});
