import { expect, test, vi } from "vitest";
import { createRandom } from "../random/random.ts";
import {
  linesInPanels,
  type Panels,
  panelDifferences,
  panelOffset,
  panelProducts,
  scalarKernels,
} from "./panel-products.ts";
import { compilePanelKernels } from "./simd-panels.ts";

function randomPanels(seed: number, count: number, depth: number): Panels {
  const lines = linesInPanels(count);
  return { lines, data: createRandom(seed).normal(lines * depth) };
}

const sizes = [
  [1, 1, 1],
  [4, 4, 8],
  [7, 5, 3],
  [128, 3, 17],
  // More than the module's first page of memory.
  [96, 128, 130],
] as const;

test.each(sizes)("%i × %i lines of %i: both kernels give the bits of the sums in ascending order", (n, m, depth) => {
  const [x, y] = [randomPanels(1, n, depth), randomPanels(2, m, depth)];
  const origins = createRandom(3).normal(x.lines * y.lines);
  expect(compilePanelKernels()).toBeDefined();
  const expected = origins.map((origin, at) => {
    const [i, j] = [Math.floor(at / y.lines), at % y.lines];
    return sumOf(depth, (p) => entry(x, i, p, depth) * (entry(y, j, p, depth) - origin));
  });
  const products = origins.map((_, at) => {
    const [i, j] = [Math.floor(at / y.lines), at % y.lines];
    return sumOf(depth, (p) => entry(x, i, p, depth) * entry(y, j, p, depth));
  });
  expect(panelProducts(x, y, depth).slice()).toEqual(products);
  expect(scalarKernels.products(x, y, depth)).toEqual(products);
  expect(panelDifferences(x, y, depth, origins).slice()).toEqual(expected);
  expect(scalarKernels.differences(x, y, depth, origins)).toEqual(expected);
});

test("kernels that cannot be compiled are none", () => {
  vi.stubGlobal("WebAssembly", undefined);
  expect(compilePanelKernels()).toBeUndefined();
  vi.stubGlobal("WebAssembly", {
    Module: class {
      constructor() {
        throw new Error("forbidden");
      }
    },
  });
  expect(compilePanelKernels()).toBeUndefined();
  vi.unstubAllGlobals();
});

function entry({ data }: Panels, line: number, p: number, depth: number): number {
  return data[panelOffset(line, depth) + 4 * p]!;
}

function sumOf(count: number, term: (p: number) => number): number {
  let sum = 0;
  for (let p = 0; p < count; p++) sum += term(p);
  return sum;
}
