import type { Feature } from "@nce-geometry/tensor";
import { initialiseTfBackend } from "./initialise.ts";
import { TfRuntime } from "./tf-runtime.ts";
import type { TfjsBackend } from "./tfjs-backend.ts";
import { TfjsBackendObject } from "./tfjs-backend-object.ts";
import type { TfjsCore } from "./tfjs-core.ts";

/** What the maker of a backend knows about it and tf cannot tell. */
export interface CreateTfjsBackendOptions {
  /** Properties of the device, e.g. `simd`, asked for once it runs and reported by `supports`. @defaultValue none */
  readonly features?: (() => readonly Feature[]) | undefined;
  /** The remedy to name when the backend does not start. @defaultValue a general one */
  readonly hint?: string | undefined;
}

type Engine = ReturnType<TfjsCore["engine"]>;

const created = new WeakMap<Engine, Map<string, Promise<TfjsBackend>>>();

/**
 * The contract over a backend registered with TensorFlow.js, started if need be; tf's own choice of backend stays as it is.
 *
 * Domain:   `core` is the namespace of `@tensorflow/tfjs-core` or `@tensorflow/tfjs`; `tfName` a name of `registerBackend`.
 * Limits:   the same name gives the same backend again, so that tensors of two calls mix. When tf has no backend yet,
 *           this one becomes tf's current one.
 * Numerics: float32, ε = 2⁻²³.
 * Throws:   InputError E_BACKEND when the name is not registered or the backend does not start.
 */
export function createTfjsBackend(
  core: TfjsCore,
  tfName: string,
  options: CreateTfjsBackendOptions = {},
): Promise<TfjsBackend> {
  const engine = core.engine();
  const backends = created.get(engine) ?? new Map<string, Promise<TfjsBackend>>();
  created.set(engine, backends);
  const known = backends.get(tfName);
  if (known !== undefined) return known;
  const backend = start(core, tfName, options).catch((error: unknown) => {
    backends.delete(tfName);
    throw error;
  });
  backends.set(tfName, backend);
  return backend;
}

async function start(core: TfjsCore, tfName: string, options: CreateTfjsBackendOptions): Promise<TfjsBackend> {
  await initialiseTfBackend(core, tfName, options.hint);
  // Reading at once from WebGPU goes through a canvas, returned zeros and then lost the device when tried.
  const syncRead: readonly Feature[] = tfName === "webgpu" ? [] : ["syncRead"];
  const features = new Set<Feature>([...syncRead, ...(options.features?.() ?? [])]);
  return new TfjsBackendObject(new TfRuntime(core, tfName), features);
}
