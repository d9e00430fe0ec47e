// The relatives of InfoNCE in float32, against float64 on the very same (rounded) numbers and against closed forms. What float32
// scores can be wrong by is their condition: ε·|s|/τ, as `growth` says, with the ε of the backend.

import { tfjsCpuBackend } from "@nce-geometry/backend-tfjs/cpu";
import { tfjsWasmBackend } from "@nce-geometry/backend-tfjs/wasm";
import { type Backend, scalar, softplusOf, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import * as losses from "../src/index.ts";
import {
  asTensor,
  equalRows,
  growth,
  identity,
  type Matrix,
  nearby,
  numberOf,
  backend as reference,
  unitRows,
} from "./helpers.ts";

const rounded = (matrix: Matrix): number[][] => matrix.map((row) => row.map(Math.fround));
const { ntXent, dcl, dhel } = losses;
const [n, d] = [16, 8];
const x = rounded(unitRows(1, n, d));
const y = rounded(nearby(3, x, 0.3));
const labels = Array.from({ length: n }, (_, i) => i % 4);

describe.each([
  { name: "tfjs-cpu", open: tfjsCpuBackend },
  { name: "tfjs-wasm", open: tfjsWasmBackend },
])("$name", async ({ open }) => {
  const float32: Backend = await open();
  const epsilon = float32.epsilon;

  /** Value and gradients there and in float64. */
  function both(f: (...xs: Tensor[]) => Tensor, inputs: readonly Matrix[], scalars: readonly number[] = []) {
    const evaluate = (on: Backend) => {
      const tensors = [...inputs.map((rows) => asTensor(rows, on)), ...scalars.map((v) => scalar(on, Math.fround(v)))];
      const { value, gradients } = valueAndGrad(f, tensors);
      return { value: numberOf(value), gradients: gradients.map((gradient) => gradient.dataSync()) };
    };
    return [evaluate(float32), evaluate(reference)] as const;
  }

  /** Gradients are off by the errors of their weights, relative to the largest entry that weights make. */
  function expectSame([actual, expected]: ReturnType<typeof both>, ulps: number, scale: number): void {
    expectClose(actual.value, expected.value, { ulps, epsilon, scale });
    actual.gradients.forEach((gradient, input) => {
      const largest = Math.max(...Array.from(expected.gradients[input]!, Math.abs));
      expectAllClose(gradient, expected.gradients[input]!, { ulps: 2 * ulps, epsilon, scale: largest });
    });
  }

  describe.each([0.5, 0.07, 0.005])("τ = %d: as in float64", (temperature) => {
    const ulps = growth({ n: 2 * n, d, temperature });

    test("ntXent", () => {
      expectSame(
        both((...xs) => losses.ntXent(xs[0]!, xs[1]!, { temperature: xs[2]! }), [x, y], [temperature]),
        ulps,
        0,
      );
    });
    // Decoupled losses are differences of numbers of size 1/τ.
    test.each(Object.entries({ dcl, dhel }))("%s", (_, loss) => {
      const result = both((...xs) => loss(xs[0]!, xs[1]!, { temperature: xs[2]! }), [x, y], [temperature]);
      expectSame(result, ulps, 1);
    });
    test("supCon", () => {
      const result = both((...xs) => losses.supCon(xs[0]!, { labels, temperature: xs[1]! }), [x], [temperature]);
      expectSame(result, ulps, 1);
    });
    test("sigLIP with t = 1/τ", () => {
      const f = (...xs: Tensor[]) => losses.sigLIP(xs[0]!, xs[1]!, { logitScale: xs[2]!, logitBias: xs[3]! });
      const result = both(f, [x, y], [1 / temperature, -0.5 / temperature]);
      // The bias enters with half the size of the scores.
      expectSame(result, 2 * ulps, 0);
    });
    test("uniformity with t = 1/(2τ), the same kernel on unit rows", () => {
      const scale = 1 / (2 * temperature);
      expectSame(
        both((...xs) => losses.uniformityLoss(xs[0]!, { scale }), [x]),
        2 * ulps,
        1,
      );
    });
  });

  test.each<losses.KCLKernel>([
    { kind: "gaussian", scale: 2 },
    { kind: "log", scale: 2 },
    { kind: "imq", offset: 0.5 },
    { kind: "riesz", power: 1 },
    { kind: "riesz", power: -1 },
  ])("kcl, $kind: as in float64", (kernel) => {
    const result = both((...xs) => losses.kcl(xs[0]!, xs[1]!, { kernel, energyWeight: 2 }), [x, y]);
    expectSame(result, growth({ n, d, temperature: 0.25 }), 1);
  });

  test.each([0.5, 1, 2])("alignment, α = %d: as in float64", (power) => {
    expectSame(
      both((...xs) => losses.alignmentLoss(xs[0]!, xs[1]!, { power }), [x, y]),
      2 * (d + 2) + n,
      0,
    );
  });

  test.each([0.07, 0.02])("near zero loss NT-Xent keeps its digits (τ = %d)", (temperature) => {
    const rows = identity(8);
    const f = (...xs: Tensor[]) => losses.ntXent(xs[0]!, xs[1]!, { temperature: xs[2]! });
    const [actual] = both(f, [rows, rows], [temperature]);
    const tau = Math.fround(temperature);
    const odds = 14 * Math.exp(-1 / tau);
    const tolerance = { ulps: 24 + 4 / tau, epsilon };
    expectClose(actual.value, Math.log1p(odds), tolerance);
    expectClose(actual.gradients[2]![0]!, odds / (1 + odds) / tau ** 2, tolerance);
  });

  test("near zero loss SigLIP keeps its digits: orthonormal pairs, t = 100, b = −50", () => {
    const rows = asTensor(identity(8), float32);
    const value = numberOf(losses.sigLIP(rows, rows, { logitScale: 100, logitBias: -50 }));
    // Scores and logits are exact.
    expectClose(value, 8 * softplusOf(-50), { ulps: 64 + 16, epsilon });
  });

  test("positives at −1, negatives at +1: nothing saturates at τ = 0.005", () => {
    const tau = Math.fround(0.005);
    const opposite = [
      [[1], [1]],
      [[-1], [-1]],
    ];
    for (const loss of [ntXent, dcl, dhel]) {
      const f = (...xs: Tensor[]) => loss(xs[0]!, xs[1]!, { temperature: xs[2]! });
      const [actual] = both(f, opposite, [0.005]);
      expectClose(actual.value, 2 / tau, { ulps: 4, epsilon });
      expectAllClose(actual.gradients[0]!, [1 / tau, 1 / tau], { ulps: 8, epsilon });
      expectAllClose(actual.gradients[1]!, [-1 / tau, -1 / tau], { ulps: 8, epsilon });
    }
    const supCon = (...xs: Tensor[]) => losses.supCon(xs[0]!, { labels: [0, 1, 0, 1], temperature: xs[1]! });
    const [supervised] = both(supCon, [opposite.flat()], [0.005]);
    expectClose(supervised.value, 2 / tau, { ulps: 4, epsilon });
    expectAllClose(supervised.gradients[0]!, [1 / tau, 1 / tau, -1 / tau, -1 / tau], { ulps: 8, epsilon });
    const sigLIP = (...xs: Tensor[]) => losses.sigLIP(xs[0]!, xs[1]!, { logitScale: xs[2]!, logitBias: 0 });
    const [sigmoid] = both(
      sigLIP,
      [
        [[1], [-1]],
        [[-1], [1]],
      ],
      [200],
    );
    expectClose(sigmoid.value, 400, { ulps: 4, epsilon });
    expectAllClose(sigmoid.gradients[0]!, [200, -200], { ulps: 4, epsilon });
  });

  test("equal rows at τ = 0.005, a batch of one, antipodes at t = 200, duplicates under Riesz", () => {
    const rows = asTensor(rounded(equalRows(8, [0.6, 0.8])), float32);
    const options = { temperature: 0.005 };
    // Equal rows have equal scores up to the order of summation: growth counts it.
    const tolerance = { ulps: growth({ n: 16, d: 2, temperature: 0.005 }), epsilon };
    expectClose(numberOf(losses.ntXent(rows, rows, options)), Math.log(15), tolerance);
    expectClose(numberOf(losses.dcl(rows, rows, options)), Math.log(14), tolerance);
    expectClose(numberOf(losses.dhel(rows, rows, options)), Math.log(7), tolerance);
    const classes = { ...options, labels: [0, 0, 0, 0, 1, 1, 1, 1] };
    expectClose(numberOf(losses.supCon(rows, classes)), Math.log(7), tolerance);
    const one = asTensor([[3, 4]], float32);
    expect(numberOf(losses.ntXent(one, one, options))).toBe(0);
    const antipodes = asTensor(
      [
        [1, 0],
        [-1, 0],
      ],
      float32,
    );
    expectClose(numberOf(losses.uniformityLoss(antipodes, { scale: 200 })), -800, { ulps: 4, epsilon });
    const riesz = {
      kernel: { kind: "riesz", power: 1 },
      alignmentKernel: { kind: "gaussian", scale: 1 },
      energyWeight: 1,
    } as const;
    const [a] = both(
      (...xs) => losses.kcl(xs[0]!, xs[1]!, riesz),
      [
        [
          [1, 0],
          [1, 0],
          [0, 1],
        ],
        identity(3).map((row) => row.slice(0, 2)),
      ],
    );
    expect(a.value).toBe(Number.POSITIVE_INFINITY);
    expect(Array.from(a.gradients[0]!).every(Number.isFinite)).toBe(true);
  });

  test("nothing leaks", () => {
    const [a, b] = [asTensor(x, float32), asTensor(y, float32)];
    const before = float32.liveTensors();
    const options = { temperature: 0.1 };
    losses.ntXent(a, b, options).dispose();
    losses.dhel(a, b, options).dispose();
    losses.supCon(a, { ...options, labels }).dispose();
    losses.sigLIP(a, b, { logitScale: 10, logitBias: -5 }).dispose();
    losses.kcl(a, b, { kernel: { kind: "riesz", power: -1 }, energyWeight: 2 }).dispose();
    losses.alignmentLoss(a, b).dispose();
    losses.uniformityLoss(a).dispose();
    expect(float32.liveTensors()).toBe(before);
  });
});
