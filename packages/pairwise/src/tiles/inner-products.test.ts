import { createRandom } from "@nce-geometry/tensor";
import { expect, test, vi } from "vitest";
import { innerProducts, scalarInnerProducts } from "./inner-products.ts";
import { packedInner, packRows } from "./packed-rows.ts";
import { compilePanelKernel } from "./simd-panels.ts";

const block = (seed: number, count: number, dim: number) =>
  packRows(createRandom(seed).normal(count * dim), 0, 0, count, dim);

test.each([
  [1, 1, 1],
  [4, 4, 8],
  [7, 5, 3],
  [128, 3, 17],
  // More than the module's first page of memory.
  [96, 128, 130],
])("%i × %i rows of %i: both kernels give the bits of the sum in ascending order", (n, m, dim) => {
  const [x, y] = [block(1, n, dim), block(2, m, dim)];
  const stride = Math.ceil(m / 4) * 4 + 4;
  const rows = Math.ceil(n / 4) * 4;
  const [fast, scalar] = [new Float64Array(rows * stride), new Float64Array(rows * stride)];
  expect(compilePanelKernel()).toBeDefined();
  innerProducts(x, y, fast, stride);
  scalarInnerProducts(x, y, scalar, stride);
  expect(fast).toEqual(scalar);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) expect(fast[i * stride + j]).toBe(packedInner(x, i, y, j));
});

test("a kernel that cannot be compiled is none", () => {
  vi.stubGlobal("WebAssembly", undefined);
  expect(compilePanelKernel()).toBeUndefined();
  vi.stubGlobal("WebAssembly", {
    Module: class {
      constructor() {
        throw new Error("forbidden");
      }
    },
  });
  expect(compilePanelKernel()).toBeUndefined();
  vi.unstubAllGlobals();
});
