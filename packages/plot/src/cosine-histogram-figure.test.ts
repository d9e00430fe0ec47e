import { describe, expect, test } from "vitest";
import { expectRefusal } from "../test/errors.ts";
import { collapsed, document, histogram } from "../test/figure-data.ts";
import { count, description, parse, texts } from "../test/svg-probe.ts";
import { type CosineHistogramData, cosineHistogramFigure } from "./cosine-histogram-figure.ts";
import { formatCount } from "./format.ts";

/** Heights in px of a row's outline above its base line. */
function heights(svg: string, row: string): readonly number[] {
  const [path] = Array.from(
    parse(svg).querySelectorAll(`[aria-description="${row}: outline"] path`) as ArrayLike<{
      getAttribute(name: string): string;
    }>,
  );
  const ys = [...path!.getAttribute("d").matchAll(/,([-\d.]+)/g)].map(([, y]) => Number(y));
  const base = Math.max(...ys);
  return ys.map((y) => base - y);
}

const rows = ["matched pairs, image – text", "unmatched pairs, image – text", "within image", "within text"];

describe("cosineHistogramFigure", () => {
  const svg = cosineHistogramFigure(histogram, { document });

  test("one density and one outline per kind of pair", () => {
    for (const row of rows) {
      expect(count(svg, `[aria-description="${row}: density"] path`)).toBe(1);
      expect(count(svg, `[aria-description="${row}: outline"] path`)).toBe(1);
    }
  });

  test("names rows, axes, the guide and what dot and bar are", () => {
    const printed = texts(svg);
    for (const row of rows) expect(printed).toContain(row);
    expect(printed).toEqual(expect.arrayContaining(["Density", "Cosine similarity", "mean of matched pairs"]));
    expect(printed).toContain("Dot: mean. Bar: central 90 % of the cosines.");
    const pairs = histogram.counts.matched.reduce((total, count) => total + count, 0);
    expect(printed).toContain(`mean 0.310 ${formatCount(pairs)} pairs`);
  });

  test("the guide stands at the mean of the matched pairs, left of both within-modality means", () => {
    const [, guide] = /<line x1="([\d.]+)"[^>]*stroke-dasharray/.exec(svg)!;
    const dots = [...svg.matchAll(/<circle cx="([\d.]+)"/g)].map(([, x]) => Number(x));
    expect(dots).toHaveLength(4);
    expect(dots[0]).toBe(Number(guide));
    expect(Math.min(dots[2]!, dots[3]!)).toBeGreaterThan(dots[0]!);
  });

  test("equal areas are equal shares of pairs: counts times ten change nothing", () => {
    const scaled = Object.fromEntries(
      Object.entries(histogram.counts).map(([kind, list]) => [kind, list.map((c: number) => 10 * c)]),
    );
    const tenfold = cosineHistogramFigure({ ...histogram, counts: scaled as never }, { document });
    expect(heights(tenfold, rows[0]!)).toEqual(heights(svg, rows[0]!));
  });

  test("a density is per unit of cosine: a bin of twice the width and count is as high", () => {
    const counts = [1, 2, 0, 1];
    const data: CosineHistogramData = {
      names: histogram.names,
      edges: [0, 0.1, 0.3, 0.4, 0.5],
      counts: { matched: counts, unmatched: counts, withinX: counts, withinY: counts },
    };
    const outline = heights(cosineHistogramFigure(data, { document }), rows[0]!);
    expect(outline[0]).toBeCloseTo(outline[2]!, 2);
    expect(outline[0]).toBeGreaterThan(50);
    expect(outline[4]).toBe(0);
  });

  test("one scale for all rows by default, one per row where asked", () => {
    const tallest = (drawn: string) => rows.map((row) => Math.max(...heights(drawn, row)));
    const [matched, , withinX] = tallest(svg);
    expect(matched).toBeCloseTo(60, 1);
    expect(withinX! / matched!).toBeCloseTo(0.5, 1);
    for (const own of tallest(cosineHistogramFigure(histogram, { document, densityScale: "own" }))) {
      expect(own).toBeCloseTo(60, 1);
    }
  });

  test("means from bins are marked as approximate", () => {
    const printed = texts(cosineHistogramFigure({ ...histogram, means: undefined }, { document }));
    expect(printed.some((text) => text.startsWith("mean ≈ 0.31"))).toBe(true);
  });

  test("one occupied bin fills the axis, and its quantiles lie inside it", () => {
    const drawn = cosineHistogramFigure(collapsed, { document });
    // The bin is [0.975, 1]: 5 % and 95 % of it.
    expect(description(drawn)).toContain("mean ≈ 0.988, 500 pairs, central 90 % from 0.976 to 0.999");
  });
});

describe("refusals", () => {
  const draw = (changes: object) => () => cosineHistogramFigure({ ...histogram, ...changes }, { document });
  const counts = (matched: unknown) => ({ counts: { ...histogram.counts, matched } });
  const list = histogram.counts.matched;
  test.each([
    [
      counts(list.slice(1)),
      "E_SHAPE",
      "`counts.matched` must be an array of length 80, one element per bin, got length 79.",
    ],
    [counts(undefined), "E_SHAPE", "`counts.matched` must be an array, got undefined."],
    [counts(list.with(3, Number.NaN)), "E_NOT_FINITE", "`counts.matched` must be finite, got NaN at index 3."],
    [counts(list.with(3, -1)), "E_OPTION", "`counts.matched` must be made of numbers ≥ 0, got -1 at index 3."],
    [counts(list.map(() => 0)), "E_SHAPE", "`counts.matched` must be counts of at least 1 pair, got 0."],
    [{ counts: undefined }, "E_SHAPE", "`counts` must be a record, got undefined."],
    [{ edges: [] }, "E_SHAPE", "`edges` must be an array of length ≥ 2, got length 0."],
    [{ edges: [0, 1, 1] }, "E_OPTION", "`edges` must be strictly increasing, got 1 after 1 at index 2."],
    [{ edges: [0, 1e300] }, "E_OPTION", "`edges` must be at most 1e+100 in size, got 1e+300 at index 1."],
    [
      { means: { ...histogram.means, withinX: Infinity } },
      "E_NOT_FINITE",
      "`means.withinX` must be finite, got Infinity.",
    ],
    [{ names: { x: "", y: "text" } }, "E_OPTION", '`names.x` must be a non-empty string, got "".'],
    [{ names: { x: "a", y: "a" } }, "E_OPTION", '`names.y` must be another name than `names.x`, got "a" for both.'],
    [{ names: ["a", "b"] }, "E_SHAPE", "`names` must be a record, got an array."],
  ] as const)("%#", (changes, code, message) => {
    expectRefusal(draw(changes), code, `cosineHistogramFigure: ${message}`);
  });

  test("an unknown density scale", () => {
    const unknown = () => cosineHistogramFigure(histogram, { document, densityScale: "log" as never });
    expectRefusal(unknown, "E_OPTION", 'cosineHistogramFigure: `densityScale` must be "shared" or "own", got "log".');
  });
});
