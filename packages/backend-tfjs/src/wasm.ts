// Entry `@nce-geometry/backend-tfjs/wasm`.

import type { Feature } from "@nce-geometry/tensor";
import { createTfjsBackend } from "./create-tfjs-backend.ts";
import { importPeer } from "./import-peer.ts";
import { installedCore } from "./installed-core.ts";
import type { TfjsBackend } from "./tfjs-backend.ts";

export type { TfjsBackend } from "./tfjs-backend.ts";

/** How the WebAssembly backend starts. Options of the first call count; later calls return the same backend. */
export interface TfjsWasmOptions {
  /**
   * Where a page finds the three files `tfjs-backend-wasm*.wasm`: the URL of their folder, ending in `/`, or one URL per
   * file name. Node needs none.
   * @defaultValue the files of the installed package, by an expression that Vite finds and follows when it builds
   */
  readonly wasmPaths?: string | Readonly<Record<string, string>> | undefined;
  /**
   * Try worker threads, which exist only on cross-origin isolated pages and never in Node; `supports("threads")` tells what
   * came of it. No gain was seen, and Vite's default minifier breaks the worker, so that the start never ends.
   * @defaultValue false
   */
  readonly threads?: boolean | undefined;
}

/**
 * TensorFlow.js in WebAssembly: the backend of choice in Node and on pages without WebGPU.
 *
 * Numerics: float32; products of matrices are accumulated in float32, sums in float64.
 * Limits:   every call gives the same backend.
 * Throws:   InputError E_BACKEND when `@tensorflow/tfjs-backend-wasm` is not installed or its files are not found.
 */
export async function tfjsWasmBackend(options: TfjsWasmOptions = {}): Promise<TfjsBackend> {
  const installation = "Install it: npm install @tensorflow/tfjs-backend-wasm@^4.22.0";
  const wasm = await importPeer("tfjsWasmBackend", "@tensorflow/tfjs-backend-wasm", installation, async () => {
    return import("@tensorflow/tfjs-backend-wasm");
  });
  const env = installedCore.env();
  if (installedCore.engine().registry.wasm === undefined) {
    if (!options.threads) env.set("WASM_HAS_MULTITHREAD_SUPPORT", false);
    const paths = options.wasmPaths ?? (env.getBool("IS_NODE") ? undefined : bundledPaths());
    if (paths !== undefined) wasm.setWasmPaths(typeof paths === "string" ? paths : { ...paths });
  }
  const simd = Boolean(await env.getAsync("WASM_HAS_SIMD_SUPPORT"));
  const hint = "Pass the URLs of its .wasm files as wasmPaths: see the README of @nce-geometry/backend-tfjs.";
  const features: Feature[] = simd ? ["simd"] : [];
  return createTfjsBackend(installedCore, "wasm", {
    features: () => (wasm.getThreadsCount() > 1 ? [...features, "threads"] : features),
    hint,
  });
}

/** Written out in full because bundlers look for exactly this expression. */
function bundledPaths(): Readonly<Record<string, string>> {
  return {
    "tfjs-backend-wasm.wasm": new URL("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm", import.meta.url)
      .href,
    "tfjs-backend-wasm-simd.wasm": new URL(
      "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm",
      import.meta.url,
    ).href,
    "tfjs-backend-wasm-threaded-simd.wasm": new URL(
      "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm",
      import.meta.url,
    ).href,
  };
}
