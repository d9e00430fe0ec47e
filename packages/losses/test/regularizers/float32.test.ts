// The gap regularisers in float32, against float64 on the very same (rounded) numbers. A score, a squared distance or a
// projection of d products is off by d + 2 ε; sums of n·m terms by as many ε at most; an exponential passes on ε times its
// exponent. All relative to the size of the terms, which cancel.

import { tfjsCpuBackend } from "@nce-geometry/backend-tfjs/cpu";
import { tfjsWasmBackend } from "@nce-geometry/backend-tfjs/wasm";
import { type Backend, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { energyDistance, squaredMMD, symmetricKL } from "../../src/index.ts";
import {
  asTensor,
  equalRows,
  type Matrix,
  nearby,
  numberOf,
  randomRows,
  backend as reference,
  unitRows,
} from "../helpers.ts";
import { growthOf, regularizers } from "./regularizers.ts";

const rounded = (matrix: Matrix): number[][] => matrix.map((row) => row.map(Math.fround));
const [n, m, d] = [10, 7, 4];
const clouds = [
  { label: "random clouds", x: rounded(unitRows(1, n, d)), y: rounded(unitRows(2, m, d)) },
  {
    label: "two narrow clouds",
    x: rounded(nearby(1, equalRows(n, [1, 0, 0, 0]), 0.05)),
    y: rounded(nearby(2, equalRows(m, [0, 1, 0, 0]), 0.05)),
  },
  {
    label: "equal clouds",
    x: rounded(unitRows(3, n, d)),
    y: rounded(unitRows(3, n, d)),
  },
];

describe.each([
  { name: "tfjs-cpu", open: tfjsCpuBackend },
  { name: "tfjs-wasm", open: tfjsWasmBackend },
])("$name", async ({ open }) => {
  const float32: Backend = await open();
  const { epsilon } = float32;

  function evaluate(on: Backend, f: (x: Tensor, y: Tensor) => Tensor, inputs: readonly Matrix[]) {
    const tensors = inputs.map((rows) => asTensor(rows, on));
    const { value, gradients } = valueAndGrad((...xs) => f(xs[0]!, xs[1]!), tensors);
    return { value: numberOf(value), gradients: gradients.map((gradient) => [...gradient.dataSync()]) };
  }

  describe.each(clouds)("$label", ({ x, y }) => {
    test.each(regularizers)("$name", ({ tensors, scale }) => {
      const [actual, expected] = [float32, reference].map((on) => evaluate(on, tensors, [x, y]));
      const tolerance = { ulps: growthOf({ n: x.length, m: y.length, d }), epsilon, scale };
      expectClose(actual!.value, expected!.value, tolerance);
      for (const [side, rows] of [x.length, y.length].entries()) {
        const slope = { ...tolerance, scale: scale ** 2 / rows };
        expectAllClose(actual!.gradients[side]!, expected!.gradients[side]!, slope);
      }
    });
  });

  test("D_S at τ = 0.005 of narrow clouds: rbf keeps the digits that the cosine loses", () => {
    const [x, y] = [
      rounded(nearby(1, equalRows(n, [1, 0, 0, 0]), 0.05)),
      rounded(nearby(2, equalRows(m, [1, 0, 0, 0]), 0.05)),
    ];
    const errorOf = (options: Parameters<typeof symmetricKL>[2]) => {
      const f = (a: Tensor, b: Tensor) => symmetricKL(a, b, options);
      return Math.abs(evaluate(float32, f, [x, y]).value - evaluate(reference, f, [x, y]).value);
    };
    const rbf = errorOf({ temperature: 0.005, critic: { kind: "rbf", scale: 0.5 } });
    // ‖x − y‖²/(2τ) is at most 10 here, an inner product over τ is 200.
    expect(rbf).toBeLessThan((n + 2 * (d + 2)) * 10 * epsilon);
    expect(errorOf({ temperature: 0.005 })).toBeLessThan((n + 2 * (d + 2)) * 200 * epsilon);
  });

  test("coincident rows have finite gradients, also where distances come from the expansion of the square", () => {
    // 128·128·512 products are beyond what is computed by differences.
    const [size, dim] = [128, 512];
    const rows = rounded(unitRows(5, size, dim));
    const shifted = rounded(unitRows(6, size, dim).map((row, i) => (i < size / 2 ? rows[i]! : row)));
    const f = (a: Tensor, b: Tensor) => energyDistance(a, b);
    const [actual, expected] = [float32, reference].map((on) => evaluate(on, f, [rows, shifted]));
    for (const gradient of actual!.gradients) expect(gradient.every(Number.isFinite)).toBe(true);
    // size/2 of size² pairs coincide, and there √((d + 4)·4ε) stands for 0; the sums of the others are off by far less.
    const coincident = Math.sqrt((dim + 4) * 4 * epsilon) / size;
    expect(Math.abs(actual!.value - expected!.value)).toBeLessThan(coincident + 16 * dim * epsilon);
  });

  test("the pooled median of many rows of other than unit scale", () => {
    const [x, y] = [rounded(randomRows(7, 60, 3)), rounded(randomRows(8, 40, 3))];
    const f = (a: Tensor, b: Tensor) => squaredMMD(a, b);
    const [actual, expected] = [float32, reference].map((on) => evaluate(on, f, [x, y]));
    expectClose(actual!.value, expected!.value, { ulps: growthOf({ n: 60, m: 40, d: 3 }), epsilon, scale: 2 });
  });

  test.each(regularizers)("nothing leaks: $name", ({ tensors }) => {
    const [a, b] = [asTensor(clouds[0]!.x, float32), asTensor(clouds[0]!.y, float32)];
    const before = float32.liveTensors();
    tensors(a, b).dispose();
    const { value, gradients } = valueAndGrad((...xs) => tensors(xs[0]!, xs[1]!), [a, b]);
    for (const tensor of [value, ...gradients]) tensor.dispose();
    expect(float32.liveTensors() - before).toBe(0);
  });
});
