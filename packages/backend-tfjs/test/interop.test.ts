import { exp, fromArray, mul, referenceBackend, reshape, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose } from "@nce-geometry/testkit";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { tfjsCpuBackend } from "../src/cpu.ts";
import { type TfjsBackend, unwrap, wrap } from "../src/index.ts";
import { tfjsWasmBackend } from "../src/wasm.ts";

let backend: TfjsBackend;
let other: TfjsBackend;

beforeAll(async () => {
  backend = await tfjsWasmBackend();
  other = await tfjsCpuBackend();
});
beforeEach(() => tf.setBackend("wasm"));

describe("wrap", () => {
  test("shares the elements and leaves ownership with the caller", () => {
    const native = tf.tensor2d([
      [0, 1],
      [2, 3],
    ]);
    const live = backend.liveTensors();
    const kept = backend.scope(() => {
      const x = wrap(backend, native);
      expect(unwrap(x)).toBe(native);
      expect([x.shape, x.dtype]).toEqual([[2, 2], "float32"]);
      const y = mul(x, 2);
      x.dispose();
      expect(() => exp(x)).toThrow("a disposed one of shape [2, 2]");
      return y;
    });
    expect(native.isDisposed).toBe(false);
    expect([...kept.dataSync()]).toEqual([0, 2, 4, 6]);
    kept.dispose();
    expect(backend.liveTensors()).toBe(live);
    native.dispose();
  });

  test("follows the life of the wrapped tensor", () => {
    const native = tf.tensor1d([1, 2]);
    const x = wrap(backend, native);
    native.dispose();
    expect(() => exp(x)).toThrow(
      "exp: `tensor` must be alive, got a disposed one of shape [2]. Dispose of it later, or return it from the scope that made it.",
    );
    expect(() => wrap(backend, native)).toThrow("wrap: `tensor` must be alive, got a disposed one of shape [2].");
  });

  test("takes variables, integers and truth values", () => {
    const variable = tf.variable(tf.tensor1d([1, 2]));
    expect([...mul(wrap(backend, variable), 3).dataSync()]).toEqual([3, 6]);
    expect(wrap(backend, tf.tensor1d([1, 2], "int32")).dtype).toBe("int32");
    expect(wrap(backend, tf.tensor1d([1, 0], "bool")).dtype).toBe("bool");
    variable.dispose();
  });

  test("refuses what it cannot share", async () => {
    const wasmTensor = tf.tensor1d([1]);
    expect(() => wrap(other, wasmTensor)).toThrow(
      "wrap: `tensor` must be on tf backend cpu, got one that lives on another. Wrap it with the backend it lives on, or copy it: fromData(backend, tensor.dataSync(), tensor.shape).",
    );
    expect(() => wrap(backend, tf.tensor1d(["a"]))).toThrow(
      "wrap: `tensor` must be float32, int32 or bool, got string.",
    );
    expect(() => wrap(referenceBackend(), wasmTensor)).toThrow(
      "wrap: `backend` must be a TensorFlow.js backend, got reference.",
    );
  });
});

describe("unwrap", () => {
  test("gives the tensor itself: disposing of either frees both", () => {
    const x = fromArray(backend, [1, 2]);
    const native = unwrap(x);
    expect(unwrap(x)).toBe(native);
    native.dispose();
    expect(() => exp(x)).toThrow("exp: `tensor` must be alive");
    const y = fromArray(backend, [1, 2]);
    const below = unwrap(y);
    y.dispose();
    expect(below.isDisposed).toBe(true);
  });

  test("a scope keeps the tensor that its result holds, wrapped or not", () => {
    const live = backend.liveTensors();
    const natives = backend.scope(() => {
      const x = fromArray(backend, [1, 2]);
      return { list: [unwrap(exp(x))] };
    });
    expect(natives.list[0]!.isDisposed).toBe(false);
    natives.list[0]!.dispose();
    expect(backend.liveTensors()).toBe(live);
  });

  test("refuses tensors of other backends and those that only record", () => {
    expect(() => unwrap(fromArray(referenceBackend(), [1]))).toThrow(
      "unwrap: `tensor` must be a tensor of a TensorFlow.js backend, got one of backend reference.",
    );
    const x = fromArray(backend, 1);
    const peek = (traced: Tensor): Tensor => {
      unwrap(traced);
      return traced;
    };
    expect(() => valueAndGrad(peek, [x])).toThrow("Inside valueAndGrad tensors only record; unwrap its results.");
  });
});

test("tf.tidy frees what our operations make inside it", () => {
  const live = backend.liveTensors();
  const result = tf.tidy(() => unwrap(exp(mul(fromArray(backend, [0, 0]), 2))));
  expect([...result.dataSync()]).toEqual([1, 1]);
  result.dispose();
  expect(backend.liveTensors()).toBe(live);
});

test("a tensor and its reshaped form share storage but not their lives", () => {
  const x = fromArray(other, [1, 2, 3, 4]);
  const y = reshape(x, [2, 2]);
  x.dispose();
  expectAllClose(y.dataSync(), [1, 2, 3, 4], { ulps: 0, epsilon: 0 });
});
