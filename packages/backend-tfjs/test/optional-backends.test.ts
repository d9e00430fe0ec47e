import { exp, fromArray, isInputError } from "@nce-geometry/tensor";
import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { tfjsCpuBackend } from "../src/cpu.ts";
import { tfjsNodeBackend } from "../src/node.ts";
import { tfjsWebgpuBackend } from "../src/webgpu.ts";

afterEach(() => vi.unstubAllGlobals());

interface NodeUtil {
  isNullOrUndefined(value: unknown): boolean;
  isArray: unknown;
}

async function rejection(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (!isInputError(error)) throw new Error(`not an InputError: ${String(error)}`);
  return `${error.code} ${error.message}`;
}

describe("tfjsNodeBackend", () => {
  test("says what is missing and what to use instead", async () => {
    const load = (): Promise<never> =>
      Promise.reject(new Error("tfjs_binding.node can not be found.\nRun npm rebuild"));
    expect(await rejection(tfjsNodeBackend({ load }))).toBe(
      "E_BACKEND tfjsNodeBackend: `@tensorflow/tfjs-node` must be installed and working, got a failed import: tfjs_binding.node can not be found. Install it with its native library: npm install @tensorflow/tfjs-node@^4.22.0; or use tfjsWasmBackend.",
    );
  });

  test("a package that registers nothing", async () => {
    expect(await rejection(tfjsNodeBackend({ load: async () => ({}) }))).toMatch(
      /^E_BACKEND createTfjsBackend: `tfName` must be a registered backend of TensorFlow.js, got tensorflow\. Install it/,
    );
  });

  test("a loaded library is used, and tf keeps its current backend", async () => {
    await tfjsCpuBackend();
    await tf.setBackend("cpu");
    // What importing the real package does: registers the backend with its kernels, and makes it the current one.
    const load = async (): Promise<void> => {
      tf.registerBackend("tensorflow", () => Object.assign(new MathBackendCPU(), { firstUse: false }));
      tf.copyRegisteredKernels("cpu", "tensorflow");
      await tf.setBackend("tensorflow");
    };
    const backend = await tfjsNodeBackend({ load });
    expect([backend.name, backend.tfName, tf.getBackend()]).toEqual(["tfjs-node", "tensorflow", "cpu"]);
    const x = fromArray(backend, [0, 0]);
    expect([...exp(x).dataSync()]).toEqual([1, 1]);
    expect(backend.supports("threads")).toBe(true);
  });

  test("restores the two utilities that Node 23 removed", async () => {
    await tfjsNodeBackend().catch(() => undefined);
    const { default: util } = (await import("node:util")) as unknown as { default: NodeUtil };
    expect([util.isNullOrUndefined(null), util.isNullOrUndefined(0), typeof util.isArray]).toEqual([
      true,
      false,
      "function",
    ]);
  });
});

describe("tfjsWebgpuBackend", () => {
  test("no WebGPU", async () => {
    vi.stubGlobal("navigator", {});
    expect(await rejection(tfjsWebgpuBackend())).toBe(
      "E_BACKEND tfjsWebgpuBackend: `navigator.gpu` must be able to give an adapter, got a platform without WebGPU. Use tfjsWasmBackend instead.",
    );
  });

  test("no adapter", async () => {
    vi.stubGlobal("navigator", { gpu: { requestAdapter: async () => null } });
    expect(await rejection(tfjsWebgpuBackend())).toBe(
      "E_BACKEND tfjsWebgpuBackend: `navigator.gpu` must be able to give an adapter, got a browser that offers no adapter. Use tfjsWasmBackend instead.",
    );
  });
});
