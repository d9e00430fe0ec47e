import { defineConfig, type Options } from "tsup";

/** The JavaScript half of a package's build; `tsc -p tsconfig.build.json` writes the declarations. */
export function packageBuild(entry: Record<string, string>, overrides: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry,
    format: ["esm"],
    target: "es2023",
    platform: "neutral",
    removeNodeProtocol: false,
    sourcemap: true,
    clean: true,
    dts: false,
    treeshake: true,
    splitting: true,
    external: [/^node:/],
    ...overrides,
  });
}
