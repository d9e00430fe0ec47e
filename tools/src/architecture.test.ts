import { expect, test } from "vitest";
import { violations } from "./architecture.ts";

const cases: [what: string, path: string, source: string, message: RegExp][] = [
  [
    "an upward import",
    "packages/tensor/src/a.ts",
    `import { x } from "@nce-geometry/losses";`,
    /tensor \(floor 0\) must not import losses \(floor 2\)/,
  ],
  [
    "an upward type import",
    "packages/io/src/a.ts",
    `import type { X } from "@nce-geometry/diagnostics";`,
    /io \(floor 1\) must not import diagnostics \(floor 3\)/,
  ],
  [
    "a sideways import",
    "packages/io/src/a.ts",
    `export { x } from "@nce-geometry/pairwise";`,
    /must not import pairwise/,
  ],
  [
    "an upward dynamic import",
    "packages/losses/src/a.ts",
    `await import("@nce-geometry/plot");`,
    /must not import plot/,
  ],
  ["a subpath", "packages/tensor/src/a.ts", `import "@nce-geometry/io/node";`, /must not import io/],
  [
    "a way round by a relative path",
    "packages/losses/src/a.ts",
    `import "../../plot/src/index.ts";`,
    /leaves the package/,
  ],
  [
    "files in a pure room",
    "packages/diagnostics/src/a.ts",
    `import { readFileSync } from "node:fs";`,
    /not available in browsers/,
  ],
  [
    "tfjs outside its room",
    "packages/losses/src/a.ts",
    `import * as tf from "@tensorflow/tfjs-core";`,
    /only backend-tfjs/,
  ],
  [
    "the test kit in the product",
    "packages/losses/src/a.ts",
    `import { expectClose } from "@nce-geometry/testkit";`,
    /for tests only/,
  ],
  ["an unknown room", "packages/attic/src/a.ts", `import "@nce-geometry/tensor";`, /attic has no floor/],
  ["unseeded chance", "packages/losses/src/a.ts", "export const x = () => Math.random();", /Math\.random/],
  ["a clock", "packages/losses/src/a.ts", "export const x = () => new Date();", /new Date/],
];

test.each(cases)("rejects %s", (_, path, source, message) => {
  expect(violations(path, source).join("\n")).toMatch(message);
});

test.each([
  ["packages/losses/src/a.ts", `import { sum } from "@nce-geometry/tensor"; import { b } from "./b.ts";`],
  ["packages/io/src/node/a.ts", `import { open } from "node:fs/promises";`],
  ["packages/io/src/node.ts", `import { open } from "node:fs/promises";`],
  [
    "packages/losses/src/a.test.ts",
    `import { expectClose } from "@nce-geometry/testkit"; import { readFileSync } from "node:fs";`,
  ],
  ["apps/cli/src/a.ts", `import { analyzePair } from "@nce-geometry/diagnostics"; const now = 1;`],
])("accepts %s", (path, source) => {
  expect(violations(path, source)).toEqual([]);
});
