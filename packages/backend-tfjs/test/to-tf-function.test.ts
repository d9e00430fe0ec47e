import {
  type Backend,
  exp,
  fromArray,
  gather,
  mul,
  referenceBackend,
  sum,
  type Tensor,
  valueAndGrad,
} from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { tfjsCpuBackend } from "../src/cpu.ts";
import { type TfjsBackend, toTfFunction } from "../src/index.ts";
import { tfjsWasmBackend } from "../src/wasm.ts";
import { anchors, infoNCE, lossUlps, positives } from "./info-nce.ts";

const epsilon = 2 ** -23;

function expected(): { value: number; gradients: readonly ArrayLike<number>[] } {
  const reference = referenceBackend();
  const { value, gradients } = valueAndGrad(infoNCE, [fromArray(reference, anchors), fromArray(reference, positives)]);
  return { value: value.dataSync()[0]!, gradients: gradients.map((gradient) => gradient.dataSync()) };
}

describe.each([
  ["wasm", tfjsWasmBackend],
  ["cpu", tfjsCpuBackend],
] as [string, () => Promise<TfjsBackend>][])("toTfFunction on %s", (name, make) => {
  let backend: TfjsBackend;
  beforeAll(async () => {
    backend = await make();
  });
  beforeEach(() => tf.setBackend(name));

  test("tf.variableGrads differentiates an InfoNCE loss by our valueAndGrad", () => {
    const loss = toTfFunction(backend, infoNCE);
    const x = tf.variable(tf.tensor2d(anchors as number[][]));
    const y = tf.variable(tf.tensor2d(positives as number[][]));
    const live = backend.liveTensors();
    const { value, grads } = tf.variableGrads(() => loss(x, y));
    const { value: wanted, gradients } = expected();
    expectClose(value.dataSync()[0]!, wanted, { ulps: lossUlps, epsilon });
    expectAllClose(grads[x.name]!.dataSync(), gradients[0]!, { ulps: lossUlps, epsilon, scale: 1 });
    expectAllClose(grads[y.name]!.dataSync(), gradients[1]!, { ulps: lossUlps, epsilon, scale: 1 });
    expect(backend.liveTensors()).toBe(live + 3);
    tf.dispose([value, grads, x, y]);
  });

  test("the cotangent of tf multiplies the gradient, and tf's own steps come before and after", () => {
    const total = toTfFunction(backend, (x) => sum(mul(x, x)));
    // d/dx 3·(2x)² = 24x; customGrad stands for a step of tf, because no gradients are registered here.
    const twice = tf.customGrad((...args) => ({
      value: tf.mul(args[0] as tf.Tensor, 2),
      gradFunc: (dy: tf.Tensor) => tf.mul(dy, 2),
    }));
    const thrice = tf.customGrad((...args) => ({
      value: tf.mul(args[0] as tf.Tensor, 3),
      gradFunc: (dy: tf.Tensor) => tf.mul(dy, 3),
    }));
    const gradient = tf.grad((x) => thrice(total(twice(x))))(tf.tensor1d([1, -0.5]));
    expect([...gradient.dataSync()]).toEqual([24, -12]);
  });

  test("integer inputs are constants", () => {
    const picked = toTfFunction(backend, (x, rows) => sum(mul(gather(x, rows), 2)));
    const x = tf.tensor2d([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const rows = tf.tensor1d([2, 0, 2], "int32");
    const gradient = tf.grad((variable) => picked(variable, rows))(x);
    expect([...gradient.dataSync()]).toEqual([2, 2, 0, 0, 4, 4]);
  });

  test("without a tape it computes the value alone and leaks nothing", () => {
    const loss = toTfFunction(backend, infoNCE);
    const x = tf.tensor2d(anchors as number[][]);
    const y = tf.tensor2d(positives as number[][]);
    const live = backend.liveTensors();
    const value = loss(x, y);
    expectClose(value.dataSync()[0]!, expected().value, { ulps: lossUlps, epsilon });
    expect(backend.liveTensors()).toBe(live + 1);
    tf.dispose([value, x, y]);
  });

  test("only scalars have a gradient", () => {
    const f = toTfFunction(backend, exp);
    const message = "must be a scalar, got [2]. Reduce it with sum or mean.";
    expect(() => f(tf.tensor1d([1, 2]))).toThrow(`toTfFunction: \`f(…)\` ${message}`);
    expect(() => tf.grad((x) => f(x))(tf.tensor1d([1, 2]))).toThrow(message);
  });

  test("a second derivative through tf is refused rather than wrong", () => {
    const f = toTfFunction(backend, (x) => sum(exp(x)));
    const second = tf.grad((x) => tf.grad(f)(x));
    expect(() => second(tf.tensor1d([1, 2]))).toThrow(
      "toTfFunction: `f` must be differentiated once by TensorFlow.js, got a derivative of its derivative. Nest valueAndGrad inside f instead.",
    );
  });
});

test("inputs that live on another tf backend are moved, as tf moves them", async () => {
  const wasm = await tfjsWasmBackend();
  await tfjsCpuBackend();
  await tf.setBackend("cpu");
  const total = toTfFunction(wasm, (x) => sum(mul(x, x)));
  const gradient = tf.grad((x) => total(x))(tf.tensor1d([1, -3]));
  expect([...(await gradient.data())]).toEqual([2, -6]);
  expect(tf.getBackend()).toBe("cpu");
});

test("only backends of this package", () => {
  const identity = (x: Tensor): Tensor => x;
  expect(() => toTfFunction(referenceBackend() satisfies Backend, identity)).toThrow(
    "toTfFunction: `backend` must be a TensorFlow.js backend, got reference.",
  );
});
