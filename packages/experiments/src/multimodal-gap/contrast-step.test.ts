import { existsSync, readFileSync } from "node:fs";
import { type SymmetricInfoNCEOptions, symmetricInfoNCE } from "@nce-geometry/losses";
import {
  createRandom,
  fromData,
  matMul,
  normalizeRows,
  referenceBackend,
  type Tensor,
  valueAndGrad,
} from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { optimizerInit, optimizerStep } from "@nce-geometry/train";
import { describe, expect, test } from "vitest";
import { adamInit, adamStep } from "./adam.ts";
import type { GapDenominator } from "./config.ts";
import { createContrastStep } from "./contrast-step.ts";
import { addExponentials } from "./exponentials.ts";

const epsilon = 2 ** -52;
const backend = referenceBackend();
const n = 24;
const random = createRandom(1);
const x = random.split("x").normal(2 * n);
const turned = (angle: number, noise: number) => {
  const draws = random.split("noise").normal(2 * n);
  return x.map((_, at) => {
    const i = at - (at % 2);
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const value = at % 2 === 0 ? c * x[i]! - s * x[i + 1]! : s * x[i]! + c * x[i + 1]!;
    return value + noise * draws[at]!;
  });
};
const optionsOf: Readonly<Record<GapDenominator, Partial<SymmetricInfoNCEOptions>>> = {
  cross: {},
  own: { denominator: "own" },
  pooled: { denominator: "pooled" },
  mixed: { ownWeight: 0.3 },
};

/** By differentiation of the tensor form. */
function onTensors(
  y: Float64Array,
  weights: Float64Array,
  options: SymmetricInfoNCEOptions,
): { loss: number; gradient: number[] } {
  const encode = (rows: Float64Array, w: Tensor) => {
    return normalizeRows(matMul(fromData(w.backend, rows, [n, 2]), w, { transposeB: true }));
  };
  const parts = [weights.slice(0, 4), weights.slice(4)].map((part) => fromData(backend, part, [2, 2]));
  const { value, gradients } = valueAndGrad((a, b) => symmetricInfoNCE(encode(x, a!), encode(y, b!), options), parts);
  return { loss: value.dataSync()[0]!, gradient: gradients.flatMap((g) => [...g.dataSync()]) };
}

describe.each(["cross", "own", "pooled", "mixed"] as const)("denominator %s", (denominator) => {
  test.each([
    ["as it begins", 0.07, turned(0, 0.1), random.split("weights").normal(8)],
    ["separated: partners opposite", 0.07, turned(Math.PI, 0.1), Float64Array.of(1, 0, 0, 1, 1, 0, 0, 1)],
    ["nearly solved", 0.006, turned(0, 1e-3), Float64Array.of(1, 0, 0, 1, 1, 0, 0, 1)],
    ["warm", 10, turned(1, 0.1), random.split("weights").normal(8)],
  ] as const)("is symmetricInfoNCE with its gradient: %s", (_, temperature, y, weights) => {
    const gradient = new Float64Array(8);
    const options = { batch: n, temperature, denominator, ownWeight: 0.3 };
    const loss = createContrastStep(options)(x, y, weights, gradient);
    const expected = onTensors(y, weights, { temperature, ...optionsOf[denominator] });
    // Exponents up to 2/τ have an error of ε each, and a few roundings more.
    const ulps = 16 * (1 + 2 / temperature);
    expectClose(loss, expected.loss, { ulps, epsilon });
    const size = Math.max(...expected.gradient.map(Math.abs));
    expectAllClose(gradient, expected.gradient, { ulps: 16 * ulps, epsilon, scale: size });
  });

  test("called again it gives the same: nothing is left over from a step", () => {
    const weights = random.split("weights").normal(8);
    const step = createContrastStep({ batch: n, temperature: 0.1, denominator, ownWeight: 0.3 });
    const [first, second] = [new Float64Array(8), new Float64Array(8).fill(7)];
    const loss = step(x, turned(1, 0.1), weights, first);
    step(turned(2, 0.1), x, weights, second);
    expect(step(x, turned(1, 0.1), weights, second)).toBe(loss);
    expect(second).toEqual(first);
  });
});

test("mixed with weight 0 is cross, with weight 1 own", () => {
  const weights = random.split("weights").normal(8);
  const y = turned(0.4, 0.1);
  const run = (denominator: GapDenominator, ownWeight: number) => {
    const gradient = new Float64Array(8);
    const loss = createContrastStep({ batch: n, temperature: 0.1, denominator, ownWeight })(x, y, weights, gradient);
    return [loss, ...gradient];
  };
  expectAllClose(run("mixed", 0), run("cross", 0), { ulps: 64, epsilon, scale: 1 });
  expectAllClose(run("mixed", 1), run("own", 0), { ulps: 64, epsilon, scale: 1 });
});

test("exponentials: exactly 1 at 0, within 3ε of Math.exp down to e^−690, sums of all and of each", () => {
  const exponents = Float64Array.from({ length: 2001 }, (_, k) => -0.345 * k);
  const [u, v, out] = [exponents, new Float64Array(2001), new Float64Array(2003)];
  const sums = new Float64Array(2001).fill(1);
  const total = addExponentials(out, { from: 0, to: 2001, start: 2 }, { u, v, sums }, 1, 0, 0);
  expect(out[2]).toBe(1);
  expectAllClose(out.slice(2), exponents.map(Math.exp), { ulps: 3, epsilon });
  expectAllClose(
    sums,
    exponents.map((e) => 1 + Math.exp(e)),
    { ulps: 4, epsilon },
  );
  expectClose(total, (1 - Math.exp(-0.345 * 2001)) / (1 - Math.exp(-0.345)), { ulps: 32, epsilon });
  expect([out[0], out[1]]).toEqual([0, 0]);
});

test("Adam is that of the train package", () => {
  const [weights, state] = [Float64Array.of(1, -2, 0.5), adamInit(new Float64Array(3))];
  let [parameters, theirs] = [{ w: fromData(backend, weights, [3]) }, optimizerInit()];
  for (let k = 0; k < 30; k++) {
    const gradient = random.split(k).normal(3);
    adamStep(weights, gradient, state, 0.05);
    const options = { kind: "adam", learningRate: 0.05 } as const;
    const next = optimizerStep(parameters, { w: fromData(backend, gradient, [3]) }, theirs, options);
    [parameters, theirs] = [next.parameters as typeof parameters, next.state];
  }
  expectAllClose(weights, parameters.w.dataSync(), { ulps: 300, epsilon, scale: 1 });
});

interface Golden {
  readonly tau: number;
  readonly learningRate: number;
  readonly W1: readonly (readonly number[])[];
  readonly W2: readonly (readonly number[])[];
  readonly batches: readonly {
    readonly x1: readonly (readonly number[])[];
    readonly x2: readonly (readonly number[])[];
  }[];
  readonly losses: readonly number[];
  readonly finalW1: readonly (readonly number[])[];
  readonly finalW2: readonly (readonly number[])[];
}

const oracle = new URL("../../../../../shared/oracles/multimodal_training.json", import.meta.url);
const missing = existsSync(oracle) ? "" : " — SKIPPED: the golden values are absent";

test.skipIf(missing !== "")(`25 steps of the paper's training: losses and weights${missing}`, () => {
  const golden: Golden = JSON.parse(readFileSync(oracle, "utf8"));
  const weights = Float64Array.from([...golden.W1, ...golden.W2].flat());
  const [state, gradient] = [adamInit(weights), new Float64Array(8)];
  const options = {
    batch: golden.batches[0]!.x1.length,
    temperature: golden.tau,
    denominator: "cross",
    ownWeight: 0,
  } as const;
  const step = createContrastStep(options);
  const losses = golden.batches.map(({ x1, x2 }) => {
    const loss = step(Float64Array.from(x1.flat()), Float64Array.from(x2.flat()), weights, gradient);
    adamStep(weights, gradient, state, golden.learningRate);
    return loss;
  });
  const agreement = { ulps: 1, epsilon: 1e-9, scale: 1 };
  expect(losses).toHaveLength(25);
  expectAllClose(losses, golden.losses, agreement);
  expectAllClose(weights, [...golden.finalW1, ...golden.finalW2].flat(), agreement);
});
