import { describe, expect, test } from "vitest";
import { expectRefusal } from "../test/errors.ts";
import { document, noRetrieval, retrieval } from "../test/figure-data.ts";
import { count, description, texts } from "../test/svg-probe.ts";
import { retrievalCurveFigure } from "./retrieval-curve-figure.ts";

describe("retrievalCurveFigure", () => {
  const svg = retrievalCurveFigure(retrieval, { document });

  test("both directions with ribbon and markers, and one chance line", () => {
    for (const label of ["image → text", "text → image"]) {
      expect(count(svg, `[aria-description="${label}: curve"] path`)).toBe(1);
      expect(count(svg, `[aria-description="${label}: interval"] path`)).toBe(1);
      expect(count(svg, `[aria-description="${label}: points"] > *`)).toBe(7);
    }
    expect(count(svg, '[aria-description="chance: curve"] path')).toBe(1);
    expect(count(svg, '[aria-description="chance: points"]')).toBe(0);
  });

  test("labels, ticks and what the ribbon is", () => {
    expect(texts(svg)).toEqual(expect.arrayContaining(["image → text", "text → image", "chance", "Recall at k"]));
    expect(texts(svg)).toEqual(expect.arrayContaining(["1", "2", "5", "10", "20", "50", "100", "0 %", "100 %"]));
    expect(texts(svg)).toContain("Ribbon: 95 % bootstrap interval.");
    expect(texts(svg)).toContain("k, results looked at (log scale)");
  });

  test("the directions differ in dash and marker, not in colour alone", () => {
    expect(svg).toMatch(/aria-description="text → image: curve"[^>]*stroke-dasharray/);
    expect(svg).not.toMatch(/aria-description="image → text: curve"[^>]*stroke-dasharray/);
    expect(count(svg, '[aria-description="image → text: points"] circle')).toBe(7);
    expect(count(svg, '[aria-description="text → image: points"] path')).toBe(7);
  });

  test("k is on a logarithmic axis: equal ratios are equally far apart", () => {
    const [, points] = /aria-description="image → text: points"[^>]*>(.*?)<\/g>/s.exec(svg)!;
    const xs = [...points!.matchAll(/cx="([\d.]+)"/g)].map(([, x]) => Number(x));
    // k = 1, 2, 5, 10, …: 1 → 2 as far as 5 → 10; coordinates are rounded to 0.01 px.
    expect(Math.abs(xs[1]! - xs[0]! - (xs[3]! - xs[2]!))).toBeLessThan(0.03);
    expect(Math.abs(xs[3]! - xs[0]! - (xs[6]! - xs[3]!))).toBeLessThan(0.03);
  });

  test("recall of nothing: the axis ends a little above the chance line", () => {
    const drawn = retrievalCurveFigure(noRetrieval, { document });
    expect(texts(drawn)).toContain("2 %");
    expect(texts(drawn)).not.toContain("100 %");
    expect(texts(drawn).some((text) => text.startsWith("Ribbon"))).toBe(false);
    expect(description(drawn)).toContain(
      "image → text: recall 0 % at k = 1 (chance 0.2 %), 0 % at k = 10 (chance 2 %).",
    );
  });

  test("chance that differs by direction is drawn twice", () => {
    const captions = { ...retrieval, xToY: { ...retrieval.xToY, chance: retrieval.ks.map((k) => k / 100) } };
    const drawn = retrievalCurveFigure(captions, { document });
    expect(texts(drawn)).toEqual(expect.arrayContaining(["chance, image → text", "chance, text → image"]));
  });

  test("one k: points with bars, no curves but the chance line", () => {
    const at = (value: number) => ({
      recall: [value],
      interval: { lower: [value - 0.1], upper: [value] },
      chance: [0.01],
    });
    const drawn = retrievalCurveFigure({ names: retrieval.names, ks: [5], xToY: at(0.8), yToX: at(0.7) }, { document });
    expect(count(drawn, '[aria-description$=": points"] > *')).toBe(2);
    expect(count(drawn, '[aria-description$=": interval"] path')).toBe(2);
    expect(count(drawn, '[aria-description$=": curve"] path')).toBe(1);
    expect(texts(drawn)).toContain("Bar: interval of the estimate.");
  });

  test("many ks: no markers, fewer ticks", () => {
    const ks = Array.from({ length: 300 }, (_, i) => i + 1);
    const direction = { recall: ks.map((k) => k / 300), chance: ks.map((k) => k / 5000) };
    const drawn = retrievalCurveFigure({ names: retrieval.names, ks, xToY: direction, yToX: direction }, { document });
    expect(count(drawn, '[aria-description$=": points"]')).toBe(0);
    expect(texts(drawn)).toEqual(expect.arrayContaining(["1", "10", "100"]));
    expect(texts(drawn)).not.toContain("299");
  });
});

describe("refusals", () => {
  const direction = (changes: object) => ({ yToX: { ...retrieval.yToX, ...changes } });
  const lower = [1, 1, 1, 1, 1, 1, 1];
  test.each([
    [{ ks: [] }, "E_SHAPE", "`ks` must be an array of length ≥ 1, got length 0."],
    [{ ks: [0, 1] }, "E_OPTION", "`ks` must be made of whole numbers ≥ 1, got 0 at index 0."],
    [{ ks: [1, 2.5] }, "E_OPTION", "`ks` must be made of whole numbers ≥ 1, got 2.5 at index 1."],
    [{ ks: [5, 1] }, "E_OPTION", "`ks` must be strictly increasing, got 1 after 5 at index 1."],
    [{ yToX: null }, "E_SHAPE", "`yToX` must be a record, got null."],
    [
      direction({ recall: [0.5] }),
      "E_SHAPE",
      "`yToX.recall` must be an array of length 7, one element per k, got length 1.",
    ],
    [
      direction({ chance: lower.with(2, 1.01) }),
      "E_OPTION",
      "`yToX.chance` must be made of numbers in [0, 1], got 1.01 at index 2.",
    ],
    [
      direction({ recall: lower.with(2, Number.NaN) }),
      "E_NOT_FINITE",
      "`yToX.recall` must be finite, got NaN at index 2.",
    ],
    [
      direction({ interval: { lower, upper: lower.with(4, 0.5) } }),
      "E_OPTION",
      "`yToX.interval.lower` must be at most the upper end, got 1 above 0.5 at index 4.",
    ],
    [{ intervalLabel: 95 }, "E_OPTION", "`intervalLabel` must be a non-empty string, got 95."],
  ] as const)("%#", (changes, code, message) => {
    const draw = () => retrievalCurveFigure({ ...retrieval, ...(changes as object) }, { document });
    expectRefusal(draw, code, `retrievalCurveFigure: ${message}`);
  });
});
