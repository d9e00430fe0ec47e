import { packageBuild } from "../../tsup.base.ts";

export default packageBuild(
  { main: "src/main.ts", "unit-worker": "src/experiments/unit-worker.ts" },
  { platform: "node" },
);
