// What holds for every figure, whatever its data: sound markup, texts that keep clear of each other, equal bytes for equal data.

import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { document, longNames, names } from "./figure-data.ts";
import { figures } from "./figures.ts";
import { count, description, faults } from "./svg-probe.ts";

describe.each(Object.entries(figures))("%s", (_, draw) => {
  test.each([360, 480, 720, 1200])("is sound at width %d, with short and with long names", (width) => {
    expect(faults(draw({ document, width }, names))).toEqual([]);
    expect(faults(draw({ document, width }, longNames))).toEqual([]);
  });

  test("is one accessible SVG document of the size asked for", () => {
    const svg = draw({ document, width: 640, id: "fig-1" }, names);
    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="640" height="\d+" viewBox="0 0 640 \d+" role="img"/,
    );
    expect(svg).toContain('aria-labelledby="fig-1-title" aria-describedby="fig-1-desc"');
    expect(count(svg, "#fig-1-title")).toBe(1);
    expect(count(svg, "#fig-1-desc")).toBe(1);
    expect(description(svg).length).toBeGreaterThan(20);
  });

  test("gives equal bytes for equal data", () => {
    expect(draw({ document }, structuredClone(names))).toBe(draw({ document }, names));
  });

  test("takes title, description and colours", () => {
    const theme = { x: "#123456", background: "#fefefe" };
    const svg = draw({ document, title: "A < B", description: 'said "so" & more', theme }, names);
    expect(svg).toContain(">A &lt; B</title>");
    expect(svg).toContain(">said &quot;so&quot; &amp; more</desc>");
    expect(svg).toContain('fill="#fefefe"');
    expect(svg).toContain("#123456");
    expect(svg).not.toContain("#0072b2");
  });
});

test("names are escaped wherever they stand", () => {
  const svg = figures.cosineHistogram!({ document }, { x: '<b>&"', y: "</text>" });
  expect(faults(svg)).toEqual([]);
  expect(svg).toContain("within &lt;b&gt;&amp;&quot;");
});

test("a screen of low resolution, where Plot moves marks by half a pixel, changes no byte", () => {
  // Plot looks for a window once, when it is first imported: hence another process.
  const program = `
    globalThis.window = { devicePixelRatio: 1 };
    const { plot, ruleX } = await import("@observablehq/plot");
    const { document, names } = await import("./figure-data.ts");
    const { figures } = await import("./figures.ts");
    const moved = plot({ document, axis: null, marks: [ruleX([1])] }).outerHTML.includes("translate(0.5,0)");
    const drawn = Object.entries(figures).map(([name, draw]) => [name, draw({ document }, names)]);
    process.stdout.write(JSON.stringify({ moved, drawn: Object.fromEntries(drawn) }));`;
  const flags = ["--conditions=@nce-geometry/source", "--input-type=module", "--eval", program];
  const { moved, drawn } = JSON.parse(
    execFileSync(process.execPath, flags, { cwd: import.meta.dirname, encoding: "utf8" }),
  );
  expect(moved).toBe(true);
  for (const [name, draw] of Object.entries(figures))
    expect(drawn[name] === draw({ document }, names), name).toBe(true);
}, 20_000);
