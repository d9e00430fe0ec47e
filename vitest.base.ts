import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const source = "@nce-geometry/source";

/** Tests resolve sibling packages to their sources, so that no build is needed and none can be stale. */
export function packageTests(overrides: NonNullable<ViteUserConfig["test"]> = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    resolve: { conditions: [source, ...defaultClientConditions] },
    ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
    test: { include: ["src/**/*.test.ts", "test/**/*.test.ts"], ...overrides },
  });
}
