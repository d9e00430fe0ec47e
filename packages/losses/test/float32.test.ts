// The same losses in float32, against float64 on the very same (rounded) numbers and against closed forms. What float32
// scores can be wrong by is their condition: ε·|s|/τ, as `growth` says, with the ε of the backend.

import { existsSync, readFileSync } from "node:fs";
import { tfjsCpuBackend } from "@nce-geometry/backend-tfjs/cpu";
import { tfjsWasmBackend } from "@nce-geometry/backend-tfjs/wasm";
import { type Backend, type Critic, scalar, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { infoNCE, infoNCEPerSample, infoNCEStatistics } from "../src/info-nce.ts";
import type { SymmetricInfoNCEOptions } from "../src/info-nce-options.ts";
import { poolInfoNCE } from "../src/pool-info-nce.ts";
import { symmetricInfoNCE } from "../src/symmetric-info-nce.ts";
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

describe.each([
  { name: "tfjs-cpu", open: tfjsCpuBackend },
  { name: "tfjs-wasm", open: tfjsWasmBackend },
])("$name", async ({ open }) => {
  const float32: Backend = await open();
  const epsilon = float32.epsilon;

  /** Value and gradients there and in float64. */
  function both(f: (...xs: Tensor[]) => Tensor, inputs: readonly Matrix[], temperature: number) {
    const evaluate = (on: Backend) => {
      const tensors = [...inputs.map((rows) => asTensor(rounded(rows), on)), scalar(on, Math.fround(temperature))];
      const { value, gradients } = valueAndGrad(f, tensors);
      return { value: numberOf(value), gradients: gradients.map((gradient) => gradient.dataSync()) };
    };
    return [evaluate(float32), evaluate(reference)] as const;
  }

  test.each([0.07, 0.05, 0.02])("orthonormal pairs: value and gradients near zero (τ = %d)", (temperature) => {
    const f = (...xs: Tensor[]) => infoNCE(xs[0]!, xs[1]!, { temperature: xs[2]! });
    const [actual] = both(f, [identity(8), identity(8)], temperature);
    const tau = Math.fround(temperature);
    const odds = 7 * Math.exp(-1 / tau);
    // The scores are exact; 1/τ is rounded once each way.
    const tolerance = { ulps: 24 + 4 / tau, epsilon };
    expectClose(actual.value, Math.log1p(odds), tolerance);
    const share = odds / (1 + odds) / (8 * tau);
    const row = [-share, ...Array.from({ length: 7 }, () => share / 7)];
    for (const side of [0, 1]) expectAllClose(Array.from(actual.gradients[side]!).slice(0, 8), row, tolerance);
    expectClose(actual.gradients[2]![0]!, odds / (1 + odds) / tau ** 2, tolerance);
  });

  test.each([0.07, 0.01, 0.005])("positive at −1, negative at +1: no saturation (τ = %d)", (temperature) => {
    const f = (...xs: Tensor[]) => symmetricInfoNCE(xs[0]!, xs[1]!, { temperature: xs[2]! });
    const [actual] = both(
      f,
      [
        [[1], [-1]],
        [[-1], [1]],
      ],
      temperature,
    );
    const tau = Math.fround(temperature);
    expectClose(actual.value, 2 / tau, { ulps: 4, epsilon });
    // Half of each direction's ±1/τ: an anchor is pulled by its own softmax and by the other direction's.
    for (const side of [0, 1]) {
      const sign = side === 0 ? 1 : -1;
      expectAllClose(actual.gradients[side]!, [sign / tau, -sign / tau], { ulps: 8, epsilon });
    }
    expectClose(actual.gradients[2]![0]!, -2 / tau ** 2, { ulps: 8, epsilon });
  });

  const critics: Critic[] = [{ kind: "cosine" }, { kind: "rbf", scale: 0.5 }];
  const [n, d] = [16, 8];
  const x = unitRows(1, n, d);
  const sets = [
    { label: "random pairs", y: unitRows(2, n, d) },
    { label: "good pairs", y: nearby(3, x, 0.15) },
  ];
  const positives = { groups: { x: x.map((_, i) => i >> 1), y: x.map((_, i) => i >> 1) } };
  const switches: Record<string, Omit<SymmetricInfoNCEOptions, "temperature">> = {
    own: { denominator: "own" },
    pooled: { denominator: "pooled" },
    mixture: { ownWeight: 0.25 },
    "decoupled cross": { includePositive: false },
    "decoupled pooled": { denominator: "pooled", includePositive: false },
    groups: { positives },
    "groups, mean of logs, smoothed": { positives: { ...positives, combine: "meanOfLogs" }, labelSmoothing: 0.1 },
  };
  const settings = critics.flatMap((critic) =>
    sets.flatMap((set) => [0.5, 0.07, 0.01, 0.005].map((temperature) => ({ ...set, critic, temperature }))),
  );

  test.each(settings)("$label, $critic.kind, τ = $temperature: as in float64", ({ y, critic, temperature }) => {
    // A pooled denominator has twice as many terms.
    const ulps = growth({ n: 2 * n, d, temperature });
    const losses = {
      infoNCE: (...xs: Tensor[]) => infoNCE(xs[0]!, xs[1]!, { temperature: xs[2]!, critic }),
      symmetricInfoNCE: (...xs: Tensor[]) => symmetricInfoNCE(xs[0]!, xs[1]!, { temperature: xs[2]!, critic }),
      poolInfoNCE: (...xs: Tensor[]) => poolInfoNCE(xs[0]!, xs[1]!, xs[2]!, { temperature: xs[3]!, critic }),
      ...Object.fromEntries(
        Object.entries(switches).map(([name, options]) => [
          name,
          (...xs: Tensor[]) => symmetricInfoNCE(xs[0]!, xs[1]!, { ...options, temperature: xs[2]!, critic }),
        ]),
      ),
    };
    for (const [name, f] of Object.entries(losses)) {
      const inputs = name === "poolInfoNCE" ? [x, y, unitRows(4, 24, d)] : [x, y];
      const [actual, expected] = both(f, inputs, temperature);
      // Decoupled losses pass through 0, and may be off by what a logarithm of odds is off by.
      expectClose(actual.value, expected.value, { ulps, epsilon, scale: name.includes("decoupled") ? 1 : 0 });
      // A weight is off by the error of its exponent, relative to the largest entry that weights make.
      actual.gradients.forEach((gradient, input) => {
        const scale = Math.max(...Array.from(expected.gradients[input]!, Math.abs));
        expectAllClose(gradient, expected.gradients[input]!, { ulps: 2 * ulps, epsilon, scale });
      });
    }
  });

  test("equal rows give log n, a batch of one exactly 0", () => {
    const rows = asTensor(equalRows(32, [0.6, 0.8, 0]), float32);
    const value = numberOf(infoNCE(rows, rows, { temperature: 0.05 }));
    expectClose(value, Math.log(32), { ulps: growth({ n: 32, d: 3, temperature: 0.05 }), epsilon });
    const one = asTensor([[3, 4]], float32);
    expect(numberOf(infoNCE(one, one, { temperature: 0.05 }))).toBe(0);
  });

  test("statistics agree with float64", () => {
    const options = { temperature: 0.1 };
    const y = rounded(nearby(3, x, 0.15));
    const [actual, expected] = [float32, reference].map((on) =>
      infoNCEStatistics(asTensor(rounded(x), on), asTensor(y, on), options),
    );
    const ulps = 4 * growth({ n, d, temperature: 0.1 });
    for (const name of ["positiveMass", "effectiveNegatives", "conditionalEffectiveNegatives"] as const) {
      expectClose(numberOf(actual![name]), numberOf(expected![name]), { ulps, epsilon });
    }
  });

  test("NaN in an anchor stays in its own loss", () => {
    const anchors = x.map((row, i) => (i === 2 ? [Number.NaN, ...row.slice(1)] : row));
    const losses = infoNCEPerSample(asTensor(anchors, float32), asTensor(x, float32), { temperature: 0.1 }).dataSync();
    expect(Array.from(losses, (value) => Number.isNaN(value))).toEqual(x.map((_, i) => i === 2));
  });

  test("nothing leaks", () => {
    const [a, b] = [asTensor(x, float32), asTensor(x, float32)];
    const before = float32.liveTensors();
    infoNCE(a, b, { temperature: 0.1 }).dispose();
    const { value, gradients } = valueAndGrad(
      (...xs) => symmetricInfoNCE(xs[0]!, xs[1]!, { temperature: 0.1 }),
      [a, b],
    );
    for (const tensor of [value, ...gradients]) tensor.dispose();
    expect(float32.liveTensors() - before).toBe(0);
  });
});

interface Golden {
  readonly critic: "cosine" | "rbf";
  readonly tau: number;
  readonly rbfScale: number;
  readonly z: Matrix;
  readonly positives: Matrix;
  readonly negatives: Matrix;
  readonly loss: number;
}

interface SymmetricGolden {
  readonly tau: number;
  readonly z1: Matrix;
  readonly z2: Matrix;
  readonly loss: number;
  readonly gradZ1: Matrix;
  readonly gradZ2: Matrix;
}

const oracle = new URL("../../../../shared/oracles/infonce_unimodal.json", import.meta.url);
const symmetricOracle = new URL("infonce_symmetric.json", oracle);
const missing = existsSync(oracle) ? "" : " — SKIPPED: the golden values are absent";

describe.skipIf(missing !== "")(`golden pool InfoNCE in float32${missing}`, () => {
  const cases: readonly Golden[] = missing ? [] : JSON.parse(readFileSync(oracle, "utf8"));

  test.each(cases)("$critic, τ = $tau", async (golden) => {
    const on = await tfjsWasmBackend();
    const critic: Critic = golden.critic === "rbf" ? { kind: "rbf", scale: golden.rbfScale } : { kind: "cosine" };
    const [z, v, w] = [golden.z, golden.positives, golden.negatives].map((rows) => asTensor(rows, on));
    const value = numberOf(poolInfoNCE(z!, v!, w!, { temperature: golden.tau, critic }));
    const norm = Math.max(...[...golden.z, ...golden.positives, ...golden.negatives].map((row) => Math.hypot(...row)));
    const largestScore = critic.kind === "rbf" ? critic.scale * (2 * norm) ** 2 : norm ** 2;
    const sizes = { n: golden.negatives.length, d: golden.z[0]!.length, temperature: golden.tau / largestScore };
    // Inputs are rounded as well, which adds two ε to a score.
    expectClose(value, golden.loss, { ulps: growth({ ...sizes, d: sizes.d + 2 }), epsilon: on.epsilon, scale: 1 });
  });
});

describe.skipIf(missing !== "")(`golden symmetric InfoNCE in float32${missing}`, () => {
  const cases: readonly SymmetricGolden[] = missing ? [] : JSON.parse(readFileSync(symmetricOracle, "utf8"));

  test.each(cases)("τ = $tau", async ({ tau, z1, z2, ...golden }) => {
    const on = await tfjsWasmBackend();
    const f = (...xs: Tensor[]) => symmetricInfoNCE(xs[0]!, xs[1]!, { temperature: tau });
    const { value, gradients } = valueAndGrad(f, [asTensor(z1, on), asTensor(z2, on)]);
    const largestScore = Math.max(...[...z1, ...z2].map((row) => Math.hypot(...row))) ** 2;
    const ulps = growth({ n: z1.length, d: z1[0]!.length + 2, temperature: tau / largestScore });
    expectClose(numberOf(value), golden.loss, { ulps, epsilon: on.epsilon, scale: 1 });
    [golden.gradZ1, golden.gradZ2].forEach((expected, side) => {
      const entries = expected.flat();
      // A softmax weight inherits the relative error of its exponential, the gradient that of two weights.
      const scale = Math.max(1 / tau, ...entries.map(Math.abs));
      expectAllClose(Array.from(gradients[side]!.dataSync()), entries, { ulps: 2 * ulps, epsilon: on.epsilon, scale });
    });
  });
});
