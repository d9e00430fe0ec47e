import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { equalRows, noisyCopy, permuteRows, randomRows } from "../../test/unit-rows.ts";
import { directedHeterogeneity } from "./directed-heterogeneity.ts";

const at = { temperature: 0.2, bootstrap: 0 };

describe("divergence of the two directed laws", () => {
  test("equal kinds, one point each: 0; large τ: 0", async () => {
    const x = randomRows(1, 30, 6);
    expect((await directedHeterogeneity(x, x, at)).divergence.value).toBe(0);
    expect((await directedHeterogeneity(equalRows([1, 0, 0], 9), equalRows([0, 1, 0], 9), at)).divergence.value).toBe(
      0,
    );
    const y = noisyCopy(2, x, 0.5);
    const { divergence } = await directedHeterogeneity(x, y, { ...at, temperature: 1e6 });
    expect(Math.abs(divergence.value)).toBeLessThan(1e-11);
  });

  test("two pairs by hand", async () => {
    const x = { rows: 2, dim: 2, data: Float64Array.of(1, 0, 0, 1) };
    const y = { rows: 2, dim: 2, data: Float64Array.of(1, 0, 0.6, 0.8) };
    const { divergence } = await directedHeterogeneity(x, y, { temperature: 0.5, bootstrap: 0 });
    const share = (a: number, b: number) => 1 / (1 + Math.exp((b - a) / 0.5));
    // x₁ sees 1 and 0.6, x₂ sees 0 and 0.8; y₁ sees 1 and 0, y₂ sees 0.6 and 0.8.
    const p = (share(1, 0.6) + share(0, 0.8)) / 2;
    const q = (share(1, 0) + share(0.6, 0.8)) / 2;
    const expected = ((p - q) * (Math.log(p / q) - Math.log((1 - p) / (1 - q)))) / 2;
    expectClose(divergence.value, expected, { ulps: 64, epsilon: 2 ** -52 });
  });

  test("neither the order of pairs nor the exchange of kinds matters", async () => {
    const x = randomRows(3, 20, 5);
    const y = noisyCopy(4, x, 0.3, [1]);
    const order = [...Array(20).keys()].reverse();
    const { divergence } = await directedHeterogeneity(x, y, at);
    for (const [a, b] of [
      [y, x],
      [permuteRows(x, order), permuteRows(y, order)],
    ] as const) {
      const other = await directedHeterogeneity(a, b, at);
      expectClose(other.divergence.value, divergence.value, { ulps: 1000, epsilon: 2 ** -52 });
    }
    expect(divergence.value).toBeGreaterThan(0);
  });
});
