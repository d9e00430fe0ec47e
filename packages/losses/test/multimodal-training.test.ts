// Two linear encoders trained by symmetric InfoNCE and Adam: the loss, its gradients and the optimiser in one.

import { existsSync, readFileSync } from "node:fs";
import { euclidean, riemannianAdamInit, riemannianAdamStep } from "@nce-geometry/manifold";
import { matMul, normalizeRows, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { symmetricInfoNCE } from "../src/index.ts";
import { asTensor, EPSILON, type Matrix, nearby, numberOf, unitRows } from "./helpers.ts";

interface Batch {
  readonly x1: Matrix;
  readonly x2: Matrix;
}

interface Golden {
  readonly tau: number;
  readonly learningRate: number;
  readonly W1: Matrix;
  readonly W2: Matrix;
  readonly batches: readonly Batch[];
  readonly losses: readonly number[];
  readonly finalW1: Matrix;
  readonly finalW2: Matrix;
}

type Setting = Pick<Golden, "tau" | "learningRate" | "W1" | "W2" | "batches">;

/** Losses before each step, and the weights after the last. */
function train({ tau, learningRate, W1, W2, batches }: Setting): { losses: number[]; weights: [Tensor, Tensor] } {
  const space = euclidean(2);
  const weights: [Tensor, Tensor] = [asTensor(W1), asTensor(W2)];
  const states = weights.map((w) => riemannianAdamInit(space, w));
  const losses = batches.map(({ x1, x2 }) => {
    const encode = (x: Matrix, w: Tensor) => normalizeRows(matMul(asTensor(x, w.backend), w, { transposeB: true }));
    const { value, gradients } = valueAndGrad(
      (a, b) => symmetricInfoNCE(encode(x1, a!), encode(x2, b!), { temperature: tau }),
      weights,
    );
    for (const k of [0, 1] as const) {
      const step = riemannianAdamStep(space, weights[k], gradients[k]!, states[k]!, { learningRate });
      weights[k] = step.x;
      states[k] = step.state;
    }
    return numberOf(value);
  });
  return { losses, weights };
}

const oracle = new URL("../../../../shared/oracles/multimodal_training.json", import.meta.url);
const missing = existsSync(oracle) ? "" : " — SKIPPED: the golden values are absent";

test.skipIf(missing !== "")(`25 steps are those of PyTorch, losses and weights${missing}`, () => {
  const golden: Golden = JSON.parse(readFileSync(oracle, "utf8"));
  const { losses, weights } = train(golden);
  // Golden values to 1e-9, of losses of some nats and weights near 1.
  const agreement = { ulps: 1, epsilon: 1e-9, scale: 1 };
  expect(losses).toHaveLength(25);
  expectAllClose(losses, golden.losses, agreement);
  expectAllClose(weights[0].dataSync(), golden.finalW1.flat(), agreement);
  expectAllClose(weights[1].dataSync(), golden.finalW2.flat(), agreement);
});

/** A batch of partners and two encoders that turn them apart. */
const x1 = unitRows(1, 16, 2);
const setting: Setting = {
  tau: 0.2,
  learningRate: 0.01,
  W1: [
    [0.9, 0.3],
    [-0.2, 1.1],
  ],
  W2: [
    [0.4, -0.8],
    [0.7, 0.5],
  ],
  batches: Array.from({ length: 60 }, () => ({ x1, x2: nearby(2, x1, 0.1) })),
};

describe("without golden values", () => {
  test("the first step of Adam moves every weight by the learning rate, against its gradient", () => {
    const { weights } = train({ ...setting, batches: setting.batches.slice(0, 1) });
    for (const [k, start] of [setting.W1, setting.W2].entries()) {
      const moved = Array.from(weights[k]!.dataSync(), (value, at) => Math.abs(value - start.flat()[at]!));
      // η·|g|/(|g| + ε) with ε = 1e-8 and |g| above 1e-3 here; subtracting weights of size 1 leaves 2⁻⁵³ of them.
      const relative = 1e-8 / 1e-3 + (2 * EPSILON) / setting.learningRate;
      expectAllClose(moved, [0.01, 0.01, 0.01, 0.01], { ulps: 1, epsilon: relative });
    }
  });

  test("training lowers the loss and turns the encoders together", () => {
    const { losses, weights } = train(setting);
    expect(losses.at(-1)!).toBeLessThan(0.5 * losses[0]!);
    const image = (w: Tensor, row: readonly number[]) => {
      const m = w.dataSync();
      const z = [m[0]! * row[0]! + m[1]! * row[1]!, m[2]! * row[0]! + m[3]! * row[1]!];
      return z.map((value) => value / Math.hypot(...z));
    };
    const cosines = setting.batches[0]!.x1.map((row, i) => {
      const [u, v] = [image(weights[0], row), image(weights[1], setting.batches[0]!.x2[i]!)];
      return u[0]! * v[0]! + u[1]! * v[1]!;
    });
    expect(Math.min(...cosines)).toBeGreaterThan(0.5);
  });

  test("swapping the modalities swaps what is learnt", () => {
    const few = { ...setting, batches: setting.batches.slice(0, 5) };
    const direct = train(few);
    const swapped = train({
      ...few,
      W1: few.W2,
      W2: few.W1,
      batches: few.batches.map((batch) => ({ x1: batch.x2, x2: batch.x1 })),
    });
    // A gradient is off by some hundred ε; Adam divides by its size, so that five steps of 0.01 stay well below 1e-10.
    const tolerance = { ulps: 1, epsilon: 1e-10, scale: 1 };
    expectAllClose(swapped.losses, direct.losses, tolerance);
    expectAllClose(swapped.weights[1].dataSync(), direct.weights[0].dataSync(), tolerance);
  });
});
