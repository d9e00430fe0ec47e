import { describe, expect, test } from "vitest";
import { expectRefusal } from "../test/errors.ts";
import { document, longNames, projection } from "../test/figure-data.ts";
import { count, description, parse, texts } from "../test/svg-probe.ts";
import { projectionFigure } from "./projection-figure.ts";

function places(svg: string, selector: string): readonly (readonly [number, number])[] {
  const found = parse(svg).querySelectorAll(selector) as ArrayLike<{ getAttribute(name: string): string | null }>;
  return Array.from(found, (node) => {
    const [, x, y] = /translate\(([-\d.]+),([-\d.]+)\)/.exec(node.getAttribute("transform") ?? "") ?? [];
    return [Number(node.getAttribute("cx") ?? x), Number(node.getAttribute("cy") ?? y)] as const;
  });
}

describe("projectionFigure", () => {
  const svg = projectionFigure(projection, { document });

  test("one mark per row, another shape per modality, one line per pair, two centroids", () => {
    expect(count(svg, '[aria-description="image"] circle')).toBe(100);
    expect(count(svg, '[aria-description="text"] path')).toBe(80);
    expect(count(svg, '[aria-description="pairs"] path')).toBe(20);
    expect(count(svg, '[aria-description="centroid"] > *')).toBe(2);
  });

  test("axes carry their shares of variance, the legend the numbers of rows", () => {
    expect(texts(svg)).toEqual(expect.arrayContaining(["PC1 (31 % of variance)", "PC2 (5.7 % of variance)"]));
    const legend = ["image (n = 100)", "text (n = 80)", "image centroid", "text centroid", "matched pair"];
    expect(texts(svg)).toEqual(expect.arrayContaining(legend));
  });

  test("both axes have one scale", () => {
    const square = [
      [0, 0],
      [1, 0],
      [1, 1],
    ] as const;
    const [a, b, c] = places(
      projectionFigure({ ...projection, pairs: [], x: square }, { document }),
      '[aria-description="image"] circle',
    );
    expect(b![0] - a![0]).toBeCloseTo(b![1] - c![1], 1);
    expect(b![0] - a![0]).toBeGreaterThan(50);
  });

  test("a centroid lies at the mean of its marks", () => {
    const marks = places(svg, '[aria-description="image"] circle');
    const [centre] = places(svg, '[aria-description="centroid"] circle');
    for (const axis of [0, 1] as const) {
      const mean = marks.reduce((sum, mark) => sum + mark[axis], 0) / marks.length;
      // Coordinates are rounded to 0.01 px.
      expect(Math.abs(centre![axis] - mean)).toBeLessThan(0.01);
    }
  });

  test("the description says how far apart the centroids are", () => {
    const apart = projectionFigure(
      { names: projection.names, x: [[0, 0]], y: [[3, 4]], varianceShares: [1, 0] },
      { document },
    );
    expect(description(apart)).toBe(
      "1 image and 1 text points on two axes with 100 % and 0 % of the variance; the projected centroids are 5.00 apart.",
    );
  });

  test("no pairs, no line in the legend", () => {
    expect(texts(projectionFigure({ ...projection, pairs: undefined }, { document }))).not.toContain("matched pair");
  });

  test("long names are shortened in labels and whole in the description", () => {
    const drawn = projectionFigure({ ...projection, names: longNames }, { document });
    expect(texts(drawn).join()).not.toContain(longNames.x);
    expect(description(drawn)).toContain(longNames.x);
  });

  test("names that shorten to the same label are told apart", () => {
    const alike = { x: `${"a".repeat(40)}b${"c".repeat(40)}`, y: `${"a".repeat(40)}d${"c".repeat(40)}` };
    const printed = texts(projectionFigure({ ...projection, names: alike }, { document })).join(" | ");
    expect(printed).toMatch(/X: a+…c+ \(n = 100\).*Y: a+…c+ \(n = 80\)/);
  });
});

describe("refusals", () => {
  test.each([
    [{ x: [] }, "E_SHAPE", "`x` must be an array of length ≥ 1, got length 0."],
    [{ x: [[0, 1], [0]] }, "E_SHAPE", "`x[1]` must be an array of length 2, one element per axis, got length 1."],
    [{ y: [[0, Number.NaN]] }, "E_NOT_FINITE", "`y[0]` must be finite, got NaN at index 1."],
    [{ y: [0.5] }, "E_SHAPE", "`y[0]` must be an array, got 0.5."],
    [
      { varianceShares: [0.5, 1.5] },
      "E_OPTION",
      "`varianceShares` must be made of numbers in [0, 1], got 1.5 at index 1.",
    ],
    [
      { varianceShares: [0.5] },
      "E_SHAPE",
      "`varianceShares` must be an array of length 2, one element per axis, got length 1.",
    ],
    [{ pairs: [[0, 80]] }, "E_SHAPE", "`pairs[0][1]` must be a row index in [0, 80), got 80."],
    [{ pairs: [[0.5, 0]] }, "E_SHAPE", "`pairs[0][0]` must be a row index in [0, 100), got 0.5."],
    [
      { pairs: Array(101).fill([0, 0]) },
      "E_OPTION",
      "`pairs` must be at most 100 pairs, got 101. Join a sample of them.",
    ],
  ] as const)("%#", (changes, code, message) => {
    const draw = () => projectionFigure({ ...projection, ...(changes as object) }, { document });
    expectRefusal(draw, code, `projectionFigure: ${message}`);
  });
});
