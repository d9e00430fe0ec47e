import { defineConfig } from "vitest/config";

/** All packages in one run, with as many workers as the machine has cores; each keeps its own configuration. */
export default defineConfig({
  test: {
    projects: ["packages/*/vitest.config.ts", "apps/*/vitest.config.ts", "tools/vitest.config.ts"],
    reporters: ["dot", "./tools/src/skipped-reporter.ts"],
  },
});
