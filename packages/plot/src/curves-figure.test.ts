import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectRefusal } from "../test/errors.ts";
import { curves } from "../test/experiment-figure-data.ts";
import { document } from "../test/figure-data.ts";
import { count, description, faults, texts } from "../test/svg-probe.ts";
import { type CurvesPanel, curvesFigure } from "./curves-figure.ts";

const svg = curvesFigure(curves, { document });

describe("curvesFigure", () => {
  test("a curve per series, ribbons where there are intervals, no markers beyond forty points", () => {
    expect(count(svg, '[aria-description="Langevin: curve"] path')).toBe(1);
    expect(count(svg, '[aria-description="Langevin: interval"]')).toBe(1);
    expect(count(svg, '[aria-description="Langevin: points"]')).toBe(0);
    expect(count(svg, '[aria-description="measured barrier: points"] > *')).toBe(6);
    expect(count(svg, '[aria-description="2 log(1/δ): points"]')).toBe(0);
    expect(description(svg)).toContain("measured barrier: 55.3 at 1.0e−12, 8.69 at 0.0100.");
  });

  test("axes with units and scales, the legend once, the meaning of ribbons", () => {
    expect(texts(svg)).toEqual(
      expect.arrayContaining([
        "D_KL to the Gibbs law (nats), log scale",
        "density floor δ, log scale",
        "1e−6",
        "Ribbons and bars: ± 1 standard error over 10 seeds.",
      ]),
    );
    expect(texts(svg).filter((text) => text === "Langevin")).toHaveLength(1);
  });

  test("an interval that reaches 0 leaves a log panel through its lower edge", () => {
    const [, ribbon] = /aria-description="Langevin: interval"[^>]*><path d="([^"]*)"/.exec(svg)!;
    const ys = [...ribbon!.matchAll(/,(-?[\d.]+)/g)].map(([, y]) => Number(y));
    const lowest = Math.max(...ys);
    expect(ys.filter((y) => y === lowest).length).toBeGreaterThan(5);
  });

  test("points of a single x have bars for intervals", () => {
    const series = [{ label: "a", x: [1], y: [2], interval: { lower: [1], upper: [3] } }];
    const one = curvesFigure({ panels: [{ xLabel: "x", yLabel: "y", series }] }, { document });
    expect(count(one, '[aria-description="a: interval"] path')).toBe(1);
    expect(count(one, '[aria-description="a: curve"]')).toBe(0);
  });

  test("any numbers give a sound figure on either scale", () => {
    const number = fc.double({ min: 1e-90, max: 1e90, noNaN: true });
    const xs = fc.uniqueArray(number, { minLength: 1, maxLength: 5 }).map((x) => x.sort((a, b) => a - b));
    const scale = fc.constantFrom("linear" as const, "log" as const);
    const property = fc.property(xs, fc.array(number, { minLength: 5, maxLength: 5 }), scale, scale, (x, ys, a, b) => {
      const series = [{ label: "s", x, y: ys.slice(0, x.length) }];
      const panels = [{ xLabel: "x", yLabel: "y", xScale: a, yScale: b, series }];
      expect(faults(curvesFigure({ panels }, { document, width: 420 }))).toEqual([]);
    });
    fc.assert(property, { seed: 7, numRuns: 60 });
  });
});

describe("refusals", () => {
  const good = { label: "a", x: [1, 2], y: [3, 4] };
  const panel = (changes: object, scales: Partial<CurvesPanel> = {}) => ({
    panels: [{ xLabel: "x", yLabel: "y", ...scales, series: [{ ...good, ...changes }] }],
  });
  test.each([
    [{ panels: [] }, "E_SHAPE", "`panels` must be an array of length ≥ 1, got length 0."],
    [
      panel({ x: [2, 1] }),
      "E_OPTION",
      "`panels[0].series[0].x` must be strictly increasing, got 1 after 2 at index 1.",
    ],
    [
      panel({ y: [1] }),
      "E_SHAPE",
      "`panels[0].series[0].y` must be an array of length 2, one element per x, got length 1.",
    ],
    [
      panel({ x: [0, 1] }, { xScale: "log" }),
      "E_OPTION",
      "`panels[0].series[0].x` must be at least 1e-100 on a log axis, got 0 at index 0. Leave the point out, or take a linear axis.",
    ],
    [
      panel({}, { yScale: "cubic" as never }),
      "E_OPTION",
      '`panels[0].yScale` must be one of linear, log, got "cubic".',
    ],
    [
      panel({ interval: { lower: [3, 5], upper: [3, 4] } }),
      "E_OPTION",
      "`panels[0].series[0].interval.lower` must be at most the upper end, got 5 above 4 at index 1.",
    ],
    [
      panel({ kind: "bars" }),
      "E_OPTION",
      '`panels[0].series[0].kind` must be one of curve, points, reference, got "bars".',
    ],
    [
      { panels: [{ xLabel: "x", yLabel: "y", series: [..."abcdefg"].map((label) => ({ ...good, label })) }] },
      "E_OPTION",
      "`panels` must be at most 6 curves of different labels, got 7.",
    ],
  ] as const)("%#", (data, code, message) => {
    expectRefusal(() => curvesFigure(data as never, { document }), code, `curvesFigure: ${message}`);
  });
});
