import { createRandom } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { innerProducts } from "./inner-products.ts";
import { type PackedRows, packedInner, packedSquaredDistance, packRows } from "./packed-rows.ts";
import { CANCELLATION_SHARE, squaredDistances } from "./squared-distances.ts";

const EPSILON = 2 ** -52;
const random = createRandom("squared distances");

test("inner products and norms of a tile are bit by bit those of the pair alone", () => {
  const x = packRows(random.split("x").normal(7 * 13), 0, 0, 7, 13);
  const y = packRows(random.split("y").normal(6 * 13), 0, 0, 6, 13);
  const tile = new Float64Array(64);
  innerProducts(x, y, tile, 8);
  for (let i = 0; i < 7; i++) for (let j = 0; j < 6; j++) expect(tile[i * 8 + j]).toBe(packedInner(x, i, y, j));
  innerProducts(x, x, tile, 8);
  for (let i = 0; i < 7; i++) expect(tile[i * 8 + i]).toBe(x.squaredNorms[i]);
});

test.each([2 ** -2, 2 ** -10, 2 ** -20, 2 ** -30])("rows %d apart in each coordinate: D = d·step² exactly", (step) => {
  const dim = 64;
  // Multiples of 2⁻⁴⁰ in [1, 2): the sums with the step, and every difference, are exact.
  const row = random
    .split("near")
    .uniform(dim, { low: 1, high: 2 })
    .map((v) => Math.round(v * 2 ** 40) / 2 ** 40);
  const distance = tileDistance(
    row,
    row.map((v) => v + step),
  );
  expectClose(distance, dim * step ** 2, { ulps: 2 ** 7 * (dim + 2), epsilon: EPSILON });
  // Recomputed from the difference: as good as that form is.
  if (step < 2 ** -5) expectClose(distance, dim * step ** 2, { ulps: (dim + 2) / 2, epsilon: EPSILON });
});

test("on either side of the threshold the promised accuracy holds", () => {
  // Unit vectors at an angle: D = 4 sin²(φ/2), ‖x‖² + ‖y‖² = 2.
  const crossing = 2 * Math.asin(Math.sqrt((2 * CANCELLATION_SHARE) / 4));
  for (const share of [0.5, 0.99, 1.01, 2]) {
    const angle = crossing * share;
    const distance = tileDistance(Float64Array.of(1, 0), Float64Array.of(Math.cos(angle), Math.sin(angle)));
    // cos and sin carry one rounding each, which moves D by 2ε·√D/D relative.
    const ulps = 2 ** 7 * (2 + 2) + 2 / Math.sqrt(distance);
    expectClose(distance, 4 * Math.sin(angle / 2) ** 2, { ulps, epsilon: EPSILON });
  }
});

test("equal rows give exactly 0, also where norms overflow", () => {
  for (const row of [random.split("z").normal(31), Float64Array.of(1e200, -3), Float64Array.of(0, 0)]) {
    expect(tileDistance(row, row.slice())).toBe(0);
  }
});

test("x and y may be exchanged", () => {
  const [a, b] = [random.split("a").normal(31), random.split("b").normal(31)];
  expect(tileDistance(a, b)).toBe(tileDistance(b, a));
});

test("NaN stays NaN, an infinite row is infinitely far", () => {
  expect(tileDistance(Float64Array.of(Number.NaN), Float64Array.of(1))).toBeNaN();
  expect(tileDistance(Float64Array.of(Number.POSITIVE_INFINITY), Float64Array.of(1))).toBe(Number.POSITIVE_INFINITY);
});

function tileDistance(a: Float64Array, b: Float64Array): number {
  const [x, y]: PackedRows[] = [a, b].map((row) => packRows(row, 0, 0, 1, row.length));
  const [inner, out] = [new Float64Array(16), new Float64Array(16)];
  innerProducts(x!, y!, inner, 4);
  squaredDistances(x!, y!, inner, out, 4);
  const direct = packedSquaredDistance(x!, 0, y!, 0);
  if (Number.isFinite(direct)) expectClose(out[0]!, direct, { ulps: 2 ** 8 * (a.length + 2), epsilon: EPSILON });
  return out[0]!;
}
