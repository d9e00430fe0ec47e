import { tfjsCpuBackend } from "@nce-geometry/backend-tfjs/cpu";
import { tfjsWasmBackend } from "@nce-geometry/backend-tfjs/wasm";
import { type Backend, referenceBackend } from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import { cases } from "./cases.ts";
import { laws, settingOf } from "./laws.ts";
import { onBackend } from "./on-backend.ts";

const backends: Readonly<Record<string, () => Backend | Promise<Backend> | undefined>> = {
  rows: () => undefined,
  reference: referenceBackend,
  "tfjs-cpu": tfjsCpuBackend,
  "tfjs-wasm": tfjsWasmBackend,
};

describe.each(Object.keys(backends))("%s", async (name) => {
  const backend = await backends[name]!();

  describe.each(cases.map((kase) => ({ name: kase.manifold.name, kase })))("$name", ({ kase }) => {
    const maps = backend === undefined ? kase.manifold.rows : onBackend(kase.manifold, backend);
    const setting = settingOf(kase, maps, backend?.epsilon ?? 2 ** -52);

    test.each(Object.keys(laws))("%s", (law) => {
      expect(laws[law]!(setting)).toBeLessThanOrEqual(1);
    });
  });
});
