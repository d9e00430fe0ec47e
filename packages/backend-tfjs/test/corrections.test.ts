// Where tf's own kernels err, and where its tape would find no gradient, or a wrong one.

import {
  type Backend,
  cast,
  cos,
  fromArray,
  fromData,
  gather,
  log1p,
  matMul,
  max,
  maximum,
  minimum,
  mul,
  pow,
  scatterAdd,
  sign,
  sin,
  slice,
  softplus,
  softplusOf,
  sum,
  type Tensor,
  where,
  zeros,
} from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { tfjsCpuBackend } from "../src/cpu.ts";
import { createTfjsBackend, type TfjsBackend, unwrap, wrap } from "../src/index.ts";
import { tfjsWasmBackend } from "../src/wasm.ts";

const epsilon = 2 ** -23;
const small = Float32Array.of(-0.3, -1e-3, -1e-7, -1e-10, 1e-10, 1e-7, 1e-3, 0.3);

describe.each([
  ["cpu", tfjsCpuBackend],
  ["wasm", tfjsWasmBackend],
] as [string, () => Promise<TfjsBackend>][])("on %s", (name, make) => {
  let backend: TfjsBackend;
  beforeAll(async () => {
    backend = await make();
  });
  beforeEach(() => tf.setBackend(name));

  test.each([
    ["log1p", log1p, Math.log1p],
    ["sin", sin, Math.sin],
    ["cos", cos, Math.cos],
    ["softplus", softplus, softplusOf],
    ["sign", sign, Math.sign],
  ] as [string, (x: Tensor) => Tensor, (x: number) => number][])("%s is right to an ulp near 0", (_, f, exact) => {
    const y = f(fromData(backend, small, [small.length]));
    expectAllClose(y.dataSync(), Array.from(small, exact), { ulps: 1, epsilon });
  });

  test("softplus is right to an ulp at the thresholds of tf's kernel", () => {
    const x = Float32Array.of(-14.1, -13.9, 13.9, 14.1);
    expectAllClose(softplus(fromData(backend, x, [4])).dataSync(), Array.from(x, softplusOf), { ulps: 1, epsilon });
  });

  test("NaN survives on either side of maximum, minimum and sign", () => {
    const x = fromArray(backend, [Number.NaN, 1, 2]);
    const y = fromArray(backend, [1, Number.NaN, 3]);
    for (const f of [maximum, minimum]) {
      expect([...f(x, y).dataSync()].map(Number.isNaN)).toEqual([true, true, false]);
      expect([...f(y, x).dataSync()].map(Number.isNaN)).toEqual([true, true, false]);
      expect([...f(x, 2).dataSync()].map(Number.isNaN)).toEqual([true, false, false]);
      expect([...f(2, x).dataSync()].map(Number.isNaN)).toEqual([true, false, false]);
      expect([...f(Number.NaN, y).dataSync()].every(Number.isNaN)).toBe(true);
    }
    expect([...sign(x).dataSync()]).toEqual([Number.NaN, 1, 1]);
  });

  test("1 to any power is 1", () => {
    const exponents = fromArray(backend, [Number.NaN, Number.POSITIVE_INFINITY, 2]);
    expect([...pow(1, exponents).dataSync()]).toEqual([1, 1, 1]);
    expect([...pow(exponents, 2).dataSync()]).toEqual([Number.NaN, Number.POSITIVE_INFINITY, 4]);
  });

  test("products of int32 wrap exactly", () => {
    const x = fromData(backend, Int32Array.of(123456789, 2147483647, -5), [3]);
    const y = fromData(backend, Int32Array.of(987654321, 2147483647, 7), [3]);
    expect([...mul(x, y).dataSync()]).toEqual([Math.imul(123456789, 987654321), 1, -35]);
  });

  test("a sum of a million elements keeps all its digits, along any axes", () => {
    // Odd multiples of 1/64 whose sums are exact in float64: 10⁶·(1 + 64)/128 with a period of 64 values.
    const values = Float32Array.from({ length: 2 ** 20 }, (_, index) => ((index % 64) * 2 + 1) / 128);
    const x = fromData(backend, values, [2 ** 10, 2 ** 10]);
    expectClose(sum(x).dataSync()[0]!, 2 ** 19, { ulps: 0, epsilon });
    expect(
      sum(x, { axis: 1 })
        .dataSync()
        .every((value) => value === 512),
    ).toBe(true);
    const columns = Array.from({ length: 2 ** 10 }, (_, column) => 2 ** 10 * values[column]!);
    expect([...sum(x, { axis: 0 }).dataSync()]).toEqual(columns);
    const blocks = fromData(backend, values, [2, 2 ** 9, 2 ** 10]);
    expect([...sum(blocks, { axis: [0, 2] }).dataSync()].every((value) => value === 1024)).toBe(true);
  });

  test("truth values: choice, and casts of fractions", () => {
    const yes = fromData(backend, Uint8Array.of(1, 0), [2]);
    const no = fromData(backend, Uint8Array.of(0, 1), [2]);
    expect([...where(yes, yes, no).dataSync()]).toEqual([1, 1]);
    expect([...where(no, yes, no).dataSync()]).toEqual([0, 0]);
    expect([...cast(fromArray(backend, [0.5, 0, -0.25, Number.NaN]), "bool").dataSync()]).toEqual([1, 0, 1, 1]);
  });

  test("nothing to reduce, nothing to multiply, no axis to slice", () => {
    expect([...sum(zeros(backend, [0, 2]), { axis: 0 }).dataSync()]).toEqual([0, 0]);
    expect([...max(zeros(backend, [2, 0]), { axis: 1 }).dataSync()]).toEqual([-Infinity, -Infinity]);
    expect([...matMul(zeros(backend, [2, 0]), zeros(backend, [0, 1])).dataSync()]).toEqual([0, 0]);
    expect([...slice(fromArray(backend, 3), [], []).dataSync()]).toEqual([3]);
  });

  // d/dx Σ w·f(x), with w the cotangent of the sum and x not at a kink.
  test.each([
    ["log1p", log1p, (x: number) => 1 / (1 + x)],
    ["sin", sin, Math.cos],
    ["cos", cos, (x: number) => -Math.sin(x)],
    ["softplus", softplus, (x: number) => 1 / (1 + Math.exp(-x))],
    ["sign", sign, () => 0],
  ] as [string, (x: Tensor) => Tensor, (x: number) => number][])("tf's tape differentiates %s", (_, f, derivative) => {
    const points = [-0.5, 0.25, 2];
    const gradient = tf.grad((x) => unwrap(f(wrap(backend, x))))(tf.tensor1d(points), tf.tensor1d([2, 3, 5]));
    const expected = points.map((x, index) => [2, 3, 5][index]! * derivative(x));
    expectAllClose(gradient.dataSync(), expected, { ulps: 4, epsilon });
  });

  test("tf's tape differentiates sums, gather and scatterAdd, and leaves nothing behind", () => {
    const x = tf.tensor2d([
      [1, 2],
      [3, 4],
    ]);
    const rows = fromData(backend, Int32Array.of(1, 1, 0), [3]);
    const live = backend.liveTensors();
    const columnSums = tf.grad((v) => unwrap(sum(wrap(backend, v), { axis: 0 })))(x, tf.tensor1d([5, 7]));
    expect([...columnSums.dataSync()]).toEqual([5, 7, 5, 7]);
    const weights = tf.tensor2d([
      [1, 2],
      [10, 20],
      [100, 200],
    ]);
    const gathered = tf.grad((v) => unwrap(gather(wrap(backend, v), rows)))(x, weights);
    expect([...gathered.dataSync()]).toEqual([100, 200, 11, 22]);
    const scattered = tf.grad((v) => unwrap(scatterAdd(rows, wrap(backend, v), { rows: 2 })))(weights, x);
    expect([...scattered.dataSync()]).toEqual([3, 4, 3, 4, 1, 2]);
    tf.dispose([columnSums, gathered, scattered, weights]);
    expect(backend.liveTensors()).toBe(live + 1);
  });
});

describe("a tf backend that lacks kernels", () => {
  let bare: Backend;
  beforeAll(async () => {
    await tfjsCpuBackend();
    tf.registerBackend("bare", () => new MathBackendCPU());
    tf.copyRegisteredKernels("cpu", "bare");
    for (const kernel of ["TopK", "Log1p"]) tf.unregisterKernel(kernel, "bare");
    bare = await createTfjsBackend(tf, "bare");
  });

  test("declares what is missing", () => {
    expect([bare.supports("op:topK"), bare.supports("op:sum")]).toEqual([false, true]);
  });

  test("and refuses it", () => {
    expect(() => bare.topK(fromArray(bare, [1, 2]), 1)).toThrow(
      "topK: `backend` must be one that supports op:topK, got tfjs-bare, which has no kernel TopK. Ask backend.supports beforehand, or compute this part on another backend.",
    );
  });
});
