// The figure of the README is the one that the code draws today.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cosineHistogramFigure } from "../src/index.ts";
import { document } from "./figure-data.ts";
import { faults } from "./svg-probe.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

test("the figure shown is current, sound and small", () => {
  const svg = cosineHistogramFigure(JSON.parse(read("golden/clip-cosine-histogram.json")), { document });
  expect(`${svg}\n`).toBe(read("../docs/cosine-histogram.svg"));
  expect(faults(svg)).toEqual([]);
  expect(svg.length).toBeLessThan(60_000);
});
