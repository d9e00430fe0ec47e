import { createRandom } from "@nce-geometry/tensor";
import { expect, test } from "vitest";
import { innerProducts } from "./inner-products.ts";
import { packedInner, packRows } from "./packed-rows.ts";

const block = (seed: number, count: number, dim: number) =>
  packRows(createRandom(seed).normal(count * dim), 0, 0, count, dim);

test.each([
  [1, 1, 1],
  [7, 5, 3],
  [128, 3, 17],
])("%i × %i rows of %i: every product lies at its place, with the bits of the sum in ascending order", (n, m, dim) => {
  const [x, y] = [block(1, n, dim), block(2, m, dim)];
  const stride = Math.ceil(m / 4) * 4 + 4;
  const out = new Float64Array(n * stride).fill(Number.NaN);
  innerProducts(x, y, out, stride);
  const expected = out.map((_, at) => {
    const [i, j] = [Math.floor(at / stride), at % stride];
    return j < m ? packedInner(x, i, y, j) : Number.NaN;
  });
  expect(out).toEqual(expected);
});
