import { packageBuild } from "../../tsup.base.ts";

export default packageBuild({
  index: "src/index.ts",
  cpu: "src/cpu.ts",
  wasm: "src/wasm.ts",
  webgpu: "src/webgpu.ts",
  node: "src/node.ts",
});
