import { readFileSync } from "node:fs";
import { tfjsCpuBackend } from "@nce-geometry/backend-tfjs/cpu";
import { type Backend, fromData, referenceBackend, sum, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { arcsinhRatio, arctanRatio } from "./arc-functions.ts";
import { stumpff } from "./stumpff.ts";

const golden = JSON.parse(
  readFileSync(new URL("../../test/golden/analytic-functions.json", import.meta.url), "utf8"),
) as {
  readonly points: number[];
  readonly arctan: number[][];
  readonly arcsinh: number[][];
  readonly stumpff: Record<"1" | "-1", number[][]>;
};

type Evaluate = (x: Tensor) => Tensor;

/** The derivative by reverse differentiation, element by element. */
function derived(f: Evaluate, order: number): Evaluate {
  if (order === 0) return f;
  const lower = derived(f, order - 1);
  return (x) => valueAndGrad((t) => sum(lower(t!)), [x]).gradients[0]!;
}

function at(backend: Backend, points: readonly number[]): Tensor {
  const data = backend.floatType === "float64" ? Float64Array.from(points) : Float32Array.from(points);
  return fromData(backend, data, [points.length, 1]);
}

const backends = [
  { name: "float64", open: referenceBackend },
  { name: "float32", open: tfjsCpuBackend },
];

describe.each(backends)("$name", async ({ open }) => {
  const backend = await open();
  const { epsilon } = backend;
  const families = [
    { name: "arctan", f: arctanRatio },
    { name: "arcsinh", f: arcsinhRatio },
  ] as const;

  test.each(families)("$name of a root over the root, and its derivatives", ({ name, f }) => {
    for (const order of [0, 1, 2, 3]) {
      const actual = derived(f, order)(at(backend, golden.points)).dataSync();
      // Just above 1/8, where the recurrence begins, each order divides a difference of nearly equal numbers by x/2.
      expectAllClose(actual, golden[name][order]!, { ulps: 16 * 16 ** order, epsilon });
    }
  });

  test.each([1, -1] as const)("Stumpff functions, σ = %d", (sigma) => {
    const points = golden.points.filter((x) => x <= 100);
    for (const [k, expected] of golden.stumpff[sigma].entries()) {
      const actual = stumpff(k, at(backend, points), sigma).dataSync();
      // Terms of the size of c_k(0) = 1/k! cancel, hyperbolic ones do not; √s is off by an ulp, which e^√s multiplies by √s.
      expectAllClose(actual, expected, { ulps: 128, epsilon, scale: 1 / factorial(k) });
    }
  });

  test.each([1, -1] as const)("the derivative of c_k is σ(k c_{k+2} − c_{k+1})/2, σ = %d", (sigma) => {
    const points = golden.points.filter((x) => x <= 100);
    const c = golden.stumpff[sigma];
    for (const k of [0, 1, 2, 3]) {
      const actual = derived((s) => stumpff(k, s, sigma), 1)(at(backend, points)).dataSync();
      const expected = points.map((_, i) => (sigma * (k * c[k + 2]![i]! - c[k + 1]![i]!)) / 2);
      expectAllClose(actual, expected, { ulps: 256, epsilon, scale: 1 / factorial(k + 1) });
    }
  });
});

test("rounding below 0 is taken for 0", () => {
  const x = at(referenceBackend(), [-1e-17]);
  for (const f of [arctanRatio, arcsinhRatio, (s: Tensor) => stumpff(1, s, 1), (s: Tensor) => stumpff(0, s, -1)]) {
    expect(f(x).dataSync()[0]).toBe(1);
  }
});

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
