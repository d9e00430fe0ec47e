import { expect, test } from "vitest";
import { normalQuantile } from "./normal-quantile.ts";

test.each([
  [0.5, 0],
  [0.75, 0.6744897501960817],
  [0.95, 1.6448536269514722],
  [0.975, 1.959963984540054],
  [0.995, 2.5758293035489004],
  [0.9999995, 4.891638475699412],
])("Φ⁻¹(%d) = %d", (p, z) => {
  // Φ is resolved to some 4 roundings, hence z to 4ε/φ(z): 4e-10 at the last line, where φ = 2.5e-6.
  expect(Math.abs(normalQuantile(p) - z)).toBeLessThanOrEqual(1e-15 + (4 * Number.EPSILON) / density(z));
});

function density(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}
