import { conformanceSuite } from "@nce-geometry/testkit";
import { tfjsCpuBackend } from "../src/cpu.ts";
import { tfjsWasmBackend } from "../src/wasm.ts";

conformanceSuite("tfjs-cpu", tfjsCpuBackend);
conformanceSuite("tfjs-wasm", () => tfjsWasmBackend());
