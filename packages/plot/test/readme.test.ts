// The example of the README prints what it says, and its figure is the one that the code draws today.

import { readFileSync } from "node:fs";
import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { cosineHistogramFigure, retrievalCurveFigure } from "../src/index.ts";
import { document } from "./figure-data.ts";
import { faults } from "./svg-probe.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

test("the ten lines print what stands below them", () => {
  const [, code] = /```ts\n(.*?)```/s.exec(read("../README.md"))!;
  const [, output] = /```text\n(.*?)```/s.exec(read("../README.md"))!;
  const lines: string[] = [];
  const body = code!.replace(/^import .*$/gm, "");
  const run = new Function("parseHTML", "retrievalCurveFigure", "console", body);
  run(parseHTML, retrievalCurveFigure, { log: (line: string) => lines.push(line) });
  expect(`${lines.join("\n")}\n`).toBe(output);
});

test("the figure shown is current, sound and small", () => {
  const svg = cosineHistogramFigure(JSON.parse(read("golden/clip-cosine-histogram.json")), { document });
  expect(`${svg}\n`).toBe(read("../docs/cosine-histogram.svg"));
  expect(faults(svg)).toEqual([]);
  expect(svg.length).toBeLessThan(60_000);
});
