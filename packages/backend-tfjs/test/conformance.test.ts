import { conformanceSuite } from "@nce-geometry/testkit";
import { tfjsCpuBackend } from "../src/cpu.ts";
import { tfjsNodeBackend } from "../src/node.ts";
import { tfjsWasmBackend } from "../src/wasm.ts";

const node = await tfjsNodeBackend().then(
  (backend) => () => backend,
  (error: Error) => ({ unavailable: error.message }),
);

conformanceSuite("tfjs-cpu", tfjsCpuBackend);
conformanceSuite("tfjs-wasm", () => tfjsWasmBackend());
conformanceSuite("tfjs-node", node);
