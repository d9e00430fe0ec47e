// What the contract promises beyond single operations: creation, copies, memory, refusals, honest declarations.

import {
  add,
  arange,
  type Backend,
  cast,
  exp,
  eye,
  fromArray,
  fromData,
  full,
  gather,
  type InputErrorCode,
  isInputError,
  matMul,
  mul,
  normalizeRows,
  ones,
  referenceBackend,
  reshape,
  scalar,
  sum,
  type Tensor,
  topK,
  valueAndGrad,
  zeros,
} from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import { expectLive } from "./check-operation.ts";

export function contractTests(backendOf: () => Backend): void {
  describe("declarations", () => declarationTests(backendOf));
  describe("creation", () => creationTests(backendOf));
  describe("memory", () => memoryTests(backendOf));
  describe("refusals", () => refusalTests(backendOf));
}

function declarationTests(backendOf: () => Backend): void {
  test("float type, machine epsilon and the feature float64 agree", () => {
    const backend = backendOf();
    const double = backend.floatType === "float64";
    expect(backend.epsilon).toBe(double ? 2 ** -52 : 2 ** -23);
    expect(backend.supports("float64")).toBe(double);
    expect(backend.name.length).toBeGreaterThan(0);
  });

  test("syncRead is declared exactly where dataSync works", async () => {
    const backend = backendOf();
    const x = fromArray(backend, [1, 2]);
    if (backend.supports("syncRead")) expect([...x.dataSync()]).toEqual([1, 2]);
    else expect(codeOf(() => x.dataSync())).toBe("E_UNSUPPORTED");
    expect([...(await x.data())]).toEqual([1, 2]);
    x.dispose();
  });
}

function creationTests(backendOf: () => Backend): void {
  const cases: [string, (backend: Backend) => Tensor, number[], number[]][] = [
    [
      "fromArray",
      (b) =>
        fromArray(b, [
          [1, 2],
          [3, -0.5],
        ]),
      [2, 2],
      [1, 2, 3, -0.5],
    ],
    ["fromArray, a number", (b) => fromArray(b, 7), [], [7]],
    ["fromArray, empty", (b) => fromArray(b, []), [0], []],
    ["fromData", (b) => fromData(b, Float64Array.of(1, 2, 3), [3, 1]), [3, 1], [1, 2, 3]],
    ["fromData, int32", (b) => fromData(b, Int32Array.of(1, -2), [2]), [2], [1, -2]],
    ["fromData, bool", (b) => fromData(b, Uint8Array.of(1, 0), [2]), [2], [1, 0]],
    [
      "fromData, NaN and ±∞",
      (b) => fromData(b, Float32Array.of(NaN, Infinity, -Infinity), [3]),
      [3],
      [NaN, Infinity, -Infinity],
    ],
    ["scalar", (b) => scalar(b, -2.5), [], [-2.5]],
    ["full", (b) => full(b, [2, 1], 0.25), [2, 1], [0.25, 0.25]],
    ["zeros", (b) => zeros(b, [0, 3]), [0, 3], []],
    ["ones", (b) => ones(b, [3]), [3], [1, 1, 1]],
    ["eye", (b) => eye(b, 3), [3, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1]],
    ["arange", (b) => arange(b, 4), [4], [0, 1, 2, 3]],
  ];
  test.each(cases)("%s", async (_, make, shape, values) => {
    const backend = backendOf();
    const live = backend.liveTensors();
    const x = make(backend);
    expect(x.backend).toBe(backend);
    expect([...x.shape]).toEqual(shape);
    expect([...(await x.data())]).toEqual(values);
    expectLive(backend, live + 1, "beside the tensor created");
    x.dispose();
    expectLive(backend, live, "after it was disposed");
  });

  test("element types", () => {
    const backend = backendOf();
    const types = [fromArray(backend, 1), arange(backend, 2), cast(arange(backend, 2), "bool")].map((x) => x.dtype);
    expect(types).toEqual([backend.floatType, "int32", "bool"]);
  });

  test("data are copied in and out", async () => {
    const backend = backendOf();
    const host = Float32Array.of(1, 2, 3);
    const x = fromData(backend, host, [3]);
    host[0] = 99;
    const read = await x.data();
    expect([...read]).toEqual([1, 2, 3]);
    read[1] = 99;
    expect([...(await x.data())]).toEqual([1, 2, 3]);
    x.dispose();
  });
}

function memoryTests(backendOf: () => Backend): void {
  test("a scope frees all but its result, however nested", async () => {
    const backend = backendOf();
    const live = backend.liveTensors();
    const result = backend.scope(() => {
      const inner = backend.scope(() => ({ kept: [exp(ones(backend, [2]))], count: 1 }));
      const left = zeros(backend, [5]);
      return { list: [add(inner.kept[0]!, 1)], size: left.shape[0] };
    });
    expectLive(backend, live + 1, "after a scope that returns one tensor");
    expect(result.size).toBe(5);
    expect((await result.list[0]!.data()).length).toBe(2);
    result.list[0]!.dispose();
    expectLive(backend, live, "after its result was disposed");
  });

  test("a scope leaves alone what was made outside", async () => {
    const backend = backendOf();
    const x = fromArray(backend, [1, 2]);
    const y = backend.scope(() => {
      mul(x, 2);
      return x;
    });
    expect(y).toBe(x);
    expect([...(await x.data())]).toEqual([1, 2]);
    x.dispose();
  });

  test("a result that shares storage survives the disposal of its source", async () => {
    const backend = backendOf();
    const x = fromArray(backend, [1, 2, 3, 4]);
    const y = reshape(x, [2, 2]);
    x.dispose();
    expect([...(await y.data())]).toEqual([1, 2, 3, 4]);
    y.dispose();
  });

  test("disposing twice is harmless, using afterwards is E_DISPOSED", () => {
    const backend = backendOf();
    const live = backend.liveTensors();
    const x = fromArray(backend, [1]);
    x.dispose();
    x.dispose();
    expectLive(backend, live, "after disposing twice");
    expect(codeOf(() => exp(x))).toBe("E_DISPOSED");
    expectLive(backend, live, "after the refusal");
  });
}

function refusalTests(backendOf: () => Backend): void {
  const cases: [string, InputErrorCode, (backend: Backend, x: Tensor) => unknown][] = [
    ["shapes that do not broadcast", "E_SHAPE", (b, x) => add(x, ones(b, [3, 2]))],
    ["ranks are not promoted", "E_SHAPE", (b, x) => add(x, ones(b, [3]))],
    ["inner dimensions", "E_SHAPE", (_, x) => matMul(x, x)],
    ["element types do not mix", "E_DTYPE", (b, x) => mul(x, cast(ones(b, [2, 3]), "int32"))],
    ["an axis out of range", "E_OPTION", (_, x) => sum(x, { axis: 2 })],
    ["k out of range", "E_OPTION", (_, x) => topK(x, { k: 4 })],
    ["tensors of two backends", "E_BACKEND", (_, x) => add(x, ones(referenceBackend(), [2, 3]))],
    ["a zero row without direction", "E_ZERO_ROW", (b) => normalizeRows(zeros(b, [2, 3]))],
    ["a value that is no scalar", "E_SHAPE", (_, x) => valueAndGrad((v) => exp(v), [x])],
    [
      "an error midway through a gradient",
      "E_SHAPE",
      (b, x) => valueAndGrad((v) => sum(add(exp(v), ones(b, [9]))), [x]),
    ],
  ];
  test.each(cases)("%s: %s, and nothing stays behind", (_, code, call) => {
    const backend = backendOf();
    const live = backend.liveTensors();
    backend.scope(() => {
      const x = ones(backend, [2, 3]);
      const readable = code !== "E_ZERO_ROW" || backend.supports("syncRead");
      if (readable) expect(codeOf(() => call(backend, x))).toBe(code);
    });
    expectLive(backend, live, "after the refusal");
  });

  test("indices out of range, where they can be read at once", () => {
    const backend = backendOf();
    if (!backend.supports("syncRead")) return;
    const live = backend.liveTensors();
    const code = backend.scope(() => codeOf(() => gather(ones(backend, [2, 3]), cast(full(backend, [1], 2), "int32"))));
    expect(code).toBe("E_OPTION");
    expectLive(backend, live, "after the refusal");
  });

  test("an error inside a scope frees what the scope made", () => {
    const backend = backendOf();
    const live = backend.liveTensors();
    const failing = (): never =>
      backend.scope(() => {
        exp(ones(backend, [4]));
        throw new Error("midway");
      });
    expect(failing).toThrow("midway");
    expectLive(backend, live, "after the error");
  });
}

function codeOf(call: () => unknown): InputErrorCode | "no error" {
  try {
    call();
    return "no error";
  } catch (error) {
    if (isInputError(error)) return error.code;
    throw error;
  }
}
