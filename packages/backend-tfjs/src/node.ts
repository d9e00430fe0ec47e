// Entry `@nce-geometry/backend-tfjs/node`.

import { createTfjsBackend } from "./create-tfjs-backend.ts";
import { importPeer } from "./import-peer.ts";
import { installedCore } from "./installed-core.ts";
import type { TfjsBackend } from "./tfjs-backend.ts";

export type { TfjsBackend } from "./tfjs-backend.ts";

/** How the native library is found. */
export interface TfjsNodeOptions {
  /**
   * Imports a package that registers the tf backend `tensorflow`, e.g. `() => import("@tensorflow/tfjs-node-gpu")`.
   * @defaultValue imports `@tensorflow/tfjs-node`
   */
  readonly load?: (() => Promise<unknown>) | undefined;
}

/**
 * TensorFlow's native library in Node. It is optional: where it is missing, the error says so and names the alternative.
 *
 * Limits: every call gives the same backend; tf's current backend stays as it is, although the package changes it.
 * Throws: InputError E_BACKEND when the package or its native library cannot be loaded.
 */
export async function tfjsNodeBackend(options: TfjsNodeOptions = {}): Promise<TfjsBackend> {
  const engine = installedCore.engine();
  const current = engine.backendName;
  const hint = "Install it with its native library: npm install @tensorflow/tfjs-node@^4.22.0; or use tfjsWasmBackend.";
  try {
    await importPeer("tfjsNodeBackend", "@tensorflow/tfjs-node", hint, options.load ?? loadTfjsNode);
    return await createTfjsBackend(installedCore, "tensorflow", { features: () => ["simd", "threads"], hint });
  } finally {
    if (current != null && engine.backendName !== current) await engine.setBackend(current);
  }
}

async function loadTfjsNode(): Promise<unknown> {
  await restoreRemovedUtilities();
  // Not written as a literal, so that no bundler and no type checker looks for a package that may well be absent.
  const id: string = "@tensorflow/tfjs-node";
  return import(/* @vite-ignore */ id);
}

interface NodeUtil {
  isNullOrUndefined?: (value: unknown) => boolean;
  isArray?: (value: unknown) => boolean;
}

/** tfjs-node 4.22 calls two functions that Node removed in version 23. */
async function restoreRemovedUtilities(): Promise<void> {
  const id: string = "node:util";
  const { default: util } = (await import(/* @vite-ignore */ id)) as { default: NodeUtil };
  util.isNullOrUndefined ??= (value) => value == null;
  util.isArray ??= Array.isArray;
}
