// Entry `@nce-geometry/backend-tfjs/cpu`.

import { createTfjsBackend } from "./create-tfjs-backend.ts";
import { importPeer } from "./import-peer.ts";
import { installedCore } from "./installed-core.ts";
import type { TfjsBackend } from "./tfjs-backend.ts";

export type { TfjsBackend } from "./tfjs-backend.ts";

/**
 * TensorFlow.js in plain JavaScript: runs everywhere, slowest of all; sums and products are accumulated in float64.
 *
 * Limits: every call gives the same backend.
 * Throws: InputError E_BACKEND when `@tensorflow/tfjs-backend-cpu` is not installed.
 */
export async function tfjsCpuBackend(): Promise<TfjsBackend> {
  const hint = "Install it: npm install @tensorflow/tfjs-backend-cpu@^4.22.0";
  await importPeer(
    "tfjsCpuBackend",
    "@tensorflow/tfjs-backend-cpu",
    hint,
    () => import("@tensorflow/tfjs-backend-cpu"),
  );
  return createTfjsBackend(installedCore, "cpu");
}
