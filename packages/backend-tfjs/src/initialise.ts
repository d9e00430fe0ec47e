// Starts a tf backend without touching the one the user has chosen.

import { InputError } from "@nce-geometry/tensor";
import type { TfjsCore } from "./tfjs-core.ts";

/**
 * Makes sure that the named tf backend runs.
 *
 * tf's own way, `setBackend`, would make it the current one and would leave tf without a backend until the promise
 * settles. Only when no backend has been chosen at all does this one become tf's current one: tf would otherwise start
 * a second copy of it on first use.
 *
 * Throws: InputError E_BACKEND when the name is not registered or its start fails; `cause` says why.
 */
export async function initialiseTfBackend(core: TfjsCore, tfName: string, hint?: string): Promise<void> {
  const engine = core.engine();
  if (engine.registry[tfName] === undefined) await start(core, tfName, hint);
  if (engine.backendName == null) await engine.setBackend(tfName);
}

async function start(core: TfjsCore, tfName: string, hint: string | undefined): Promise<void> {
  const engine = core.engine();
  const factory = engine.findBackendFactory(tfName);
  if (factory == null) {
    throw new InputError({
      code: "E_BACKEND",
      where: "createTfjsBackend",
      argument: "tfName",
      expected: "a registered backend of TensorFlow.js",
      received: tfName,
      hint: hint ?? "Import the package that registers it first.",
    });
  }
  const instance = await Promise.resolve()
    .then(factory)
    .catch((cause: unknown) => {
      throw failedStart(tfName, cause, hint);
    });
  if (engine.registry[tfName] !== undefined) return;
  // The cpu backend would write an advertisement to the console on its first use.
  if ("firstUse" in instance) instance.firstUse = false;
  engine.registry[tfName] = instance;
  for (const kernel of core.getKernelsForBackend(tfName)) kernel.setupFunc?.(instance);
}

function failedStart(tfName: string, cause: unknown, hint: string | undefined): InputError {
  const details = {
    code: "E_BACKEND",
    where: "createTfjsBackend",
    argument: "tfName",
    expected: "a backend that starts here",
    received: `${tfName}, which failed: ${firstLine(cause)}`,
    hint,
  } as const;
  return new InputError(details, { cause });
}

/** The first line of what was thrown; tfjs also throws records that are no Error. */
export function firstLine(thrown: unknown): string {
  const message = typeof thrown === "object" && thrown !== null && "message" in thrown ? thrown.message : thrown;
  return String(message).split("\n", 1)[0]!.replace(/\.$/, "");
}
