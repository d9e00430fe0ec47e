import { expect, test } from "vitest";
import { shiftOfData } from "./shift-of-data.ts";

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

test("its first Fourier coefficient is that of the wrapped normal law", () => {
  for (const [misalignment, noise] of [
    [0.3, 0.02],
    [0.1, 0.2],
    [0.7, 0],
    [2.5, 0.02],
  ] as const) {
    const heights = shiftOfData(misalignment, noise)!;
    const bin = (2 * Math.PI) / heights.length;
    const moment = total(heights.map((height, i) => height * Math.cos((i + 0.5) * bin - Math.PI))) / total(heights);
    // Sums over equal steps of a smooth periodic function are exact, here to rounding.
    expect(Math.abs(moment - Math.exp(-0.5 * (misalignment ** 2 + 2 * noise ** 2)))).toBeLessThan(1e-14);
  }
});

test("narrower than a bin: none; a deviation of 6: flat", () => {
  expect(shiftOfData(0, 0)).toBeUndefined();
  expect(shiftOfData(0, 0.02)).toBeDefined();
  const flat = shiftOfData(6, 0)!;
  // The first Fourier term is 2e^{−18} = 3e-8.
  expect(Math.max(...flat) / Math.min(...flat)).toBeLessThan(1 + 1.3e-7);
});
