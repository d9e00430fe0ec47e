// Entry `@nce-geometry/backend-tfjs/webgpu`.

import { InputError } from "@nce-geometry/tensor";
import { createTfjsBackend } from "./create-tfjs-backend.ts";
import { importPeer } from "./import-peer.ts";
import { installedCore } from "./installed-core.ts";
import type { TfjsBackend } from "./tfjs-backend.ts";

export type { TfjsBackend } from "./tfjs-backend.ts";

/** What is asked of the platform before tf is; tf itself fails without a reason. */
interface Platform {
  readonly navigator?: { readonly gpu?: { requestAdapter(): Promise<unknown> } };
}

/**
 * TensorFlow.js on the GPU of a browser, through WebGPU.
 *
 * Numerics: float32. The functions of a GPU are less accurate than ε says: WebGPU grants exp(x) an error of 3 + 2|x| ulps,
 *           log one of 2⁻²¹ near 1; pow and atan2 are unreliable at zeros and infinities, sin and cos beyond |x| = 8192;
 *           subnormal numbers may become 0. scatterAdd adds repeated rows in no fixed order.
 * Limits:   every call gives the same backend. It lacks `syncRead`: read with `await data()`.
 * Throws:   InputError E_BACKEND when the platform has no WebGPU or offers no adapter, or when
 *           `@tensorflow/tfjs-backend-webgpu` is not installed.
 */
export async function tfjsWebgpuBackend(): Promise<TfjsBackend> {
  const { navigator } = globalThis as Platform;
  if (navigator?.gpu === undefined) throw unavailable("a platform without WebGPU");
  if ((await navigator.gpu.requestAdapter()) == null) throw unavailable("a browser that offers no adapter");
  const hint = "Install it: npm install @tensorflow/tfjs-backend-webgpu@^4.22.0";
  await importPeer("tfjsWebgpuBackend", "@tensorflow/tfjs-backend-webgpu", hint, () => {
    return import("@tensorflow/tfjs-backend-webgpu");
  });
  return createTfjsBackend(installedCore, "webgpu");
}

function unavailable(received: string): InputError {
  return new InputError({
    code: "E_BACKEND",
    where: "tfjsWebgpuBackend",
    argument: "navigator.gpu",
    expected: "able to give an adapter",
    received,
    hint: "Use tfjsWasmBackend instead.",
  });
}
