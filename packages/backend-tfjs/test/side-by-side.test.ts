import {
  type Backend,
  exp,
  fromArray,
  InputError,
  matMul,
  referenceBackend,
  sum,
  valueAndGrad,
} from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { tfjsCpuBackend } from "../src/cpu.ts";
import { createTfjsBackend } from "../src/index.ts";
import { tfjsWasmBackend } from "../src/wasm.ts";
import { anchors, infoNCE, lossUlps, positives } from "./info-nce.ts";

let cpu: Backend;
let wasm: Backend;

beforeAll(async () => {
  wasm = await tfjsWasmBackend();
  cpu = await tfjsCpuBackend();
});

describe("several backends in one process", () => {
  test("give the loss and the gradients of the reference, alternating operation by operation", () => {
    const backends = [referenceBackend(), cpu, wasm];
    const x = backends.map((backend) => fromArray(backend, anchors));
    const y = backends.map((backend) => fromArray(backend, positives));
    const exponentials = x.map((each) => exp(each));
    const products = exponentials.map((each, index) => matMul(each, y[index]!, { transposeB: true }));
    const totals = products.map((each) => sum(each).dataSync()[0]!);
    const results = backends.map((_, index) => valueAndGrad(infoNCE, [x[index]!, y[index]!]));
    for (const index of [1, 2]) {
      const { epsilon } = backends[index]!;
      expectClose(totals[index]!, totals[0]!, { ulps: 16, epsilon });
      expectClose(results[index]!.value.dataSync()[0]!, results[0]!.value.dataSync()[0]!, { ulps: lossUlps, epsilon });
      for (const k of [0, 1]) {
        const [actual, expected] = [results[index]!, results[0]!].map(({ gradients }) => gradients[k]!.dataSync());
        expectAllClose(actual!, expected!, { ulps: lossUlps, epsilon, scale: 1 });
      }
    }
  });

  test("leave tf's current backend alone, in operations and in scopes", async () => {
    for (const current of ["cpu", "wasm"]) {
      await tf.setBackend(current);
      for (const backend of [cpu, wasm]) {
        const seen = backend.scope(() => {
          exp(fromArray(backend, [1, 2]));
          return tf.getBackend();
        });
        expect([seen, tf.getBackend()]).toEqual([current, current]);
      }
    }
  });

  test("also when an operation fails", async () => {
    await tf.setBackend("cpu");
    const x = fromArray(wasm, [1]);
    expect(() => wasm.reshape(x, [2])).toThrow();
    expect(tf.getBackend()).toBe("cpu");
  });

  test("factories give the same backend again and do not choose for tf", async () => {
    await tf.setBackend("cpu");
    expect(await Promise.all([tfjsWasmBackend(), tfjsWasmBackend(), tfjsCpuBackend()])).toEqual([wasm, wasm, cpu]);
    expect(await createTfjsBackend(tf, "wasm")).toBe(wasm);
    expect(tf.getBackend()).toBe("cpu");
  });

  test("a scope frees what its own backend made, and nothing of another", () => {
    const kept = wasm.scope(() => {
      const mine = fromArray(wasm, [1]);
      return { foreign: fromArray(cpu, [2]), mine: [mine] };
    });
    const foreign: number[] = [];
    let outer = fromArray(cpu, [3]);
    wasm.scope(() => {
      outer = fromArray(cpu, [4]);
    });
    foreign.push(...kept.foreign.dataSync(), ...kept.mine[0]!.dataSync(), ...outer.dataSync());
    expect(foreign).toEqual([2, 1, 4]);
  });
});

test("names, types and declarations", () => {
  expect([cpu.name, wasm.name, cpu.floatType, cpu.epsilon]).toEqual(["tfjs-cpu", "tfjs-wasm", "float32", 2 ** -23]);
  const declared = (backend: Backend): boolean[] =>
    (["float64", "syncRead", "simd", "threads", "op:scatterAdd"] as const).map((feature) => backend.supports(feature));
  expect(declared(cpu)).toEqual([false, true, false, false, true]);
  expect(declared(wasm)).toEqual([false, true, true, false, true]);
});

describe("backends that cannot be had", () => {
  test("a name nobody registered", async () => {
    await expect(createTfjsBackend(tf, "abacus")).rejects.toThrow(
      new InputError({
        code: "E_BACKEND",
        where: "createTfjsBackend",
        argument: "tfName",
        expected: "a registered backend of TensorFlow.js",
        received: "abacus",
        hint: "Import the package that registers it first.",
      }),
    );
  });

  test("a backend that does not start may be tried again", async () => {
    let broken = true;
    tf.registerBackend("shy", () => {
      if (broken) throw new Error("no device.\nat some place");
      return tf.findBackend("cpu");
    });
    await expect(createTfjsBackend(tf, "shy", { hint: "Plug it in." })).rejects.toThrow(
      "createTfjsBackend: `tfName` must be a backend that starts here, got shy, which failed: no device. Plug it in.",
    );
    broken = false;
    expect((await createTfjsBackend(tf, "shy")).name).toBe("tfjs-shy");
  });
});
