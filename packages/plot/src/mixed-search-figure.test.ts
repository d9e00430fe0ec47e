import { describe, expect, test } from "vitest";
import { expectRefusal } from "../test/errors.ts";
import { document, mixedSearch, mixedSearchAtTen } from "../test/figure-data.ts";
import { count, description, texts } from "../test/svg-probe.ts";
import { mixedSearchFigure } from "./mixed-search-figure.ts";

describe("mixedSearchFigure over several k", () => {
  const svg = mixedSearchFigure(mixedSearch, { document });

  test("one curve per direction, the reference, and a ribbon where an interval is given", () => {
    expect(count(svg, '[aria-description$=": curve"] path')).toBe(3);
    expect(count(svg, '[aria-description="text queries: interval"] path')).toBe(1);
    expect(count(svg, '[aria-description="image queries: interval"]')).toBe(0);
    expect(texts(svg)).toEqual(expect.arrayContaining(["image queries", "text queries", "no gap: ½", "100 %", "0 %"]));
    expect(texts(svg)).toContain("Share of the query's own modality among the top k of both");
  });

  test("the description gives both ends of both curves and the reference", () => {
    expect(description(svg)).toBe(
      "Queries from image: own share 96 % at k = 1, 44 % at k = 100. Queries from text: own share 99 % at k = 1, 46 % at k = 100. Without a gap: 50 %.",
    );
  });

  test("another reference is printed as such", () => {
    expect(texts(mixedSearchFigure({ ...mixedSearch, reference: 0.25 }, { document }))).toContain("no gap: 25 %");
  });
});

describe("mixedSearchFigure at one k", () => {
  const svg = mixedSearchFigure(mixedSearchAtTen, { document });
  const bar = (label: string) => {
    const [, width] = new RegExp(`aria-description="${label}"[^>]*><rect[^>]*? width="([\\d.]+)"`).exec(svg)!;
    return Number(width);
  };

  test("one bar per direction and part, as long as its share", () => {
    const whole = bar("image queries: own");
    expect(bar("image queries: other")).toBe(0);
    expect(bar("text queries: own") / whole).toBeCloseTo(0.61, 3);
    expect(bar("text queries: other") / whole).toBeCloseTo(0.39, 3);
  });

  test("values, legend and reference are printed", () => {
    const printed = ["100 % own", "61 % own [57 %, 65 %]", "own modality", "other modality", "no gap: ½"];
    expect(texts(svg)).toEqual(expect.arrayContaining(printed));
    expect(texts(svg)).toContain("Share of the top 10 of both modalities; thin bar: interval of the estimate");
  });
});

describe("refusals", () => {
  test.each([
    [{ x: { share: [] } }, "E_SHAPE", "`x.share` must be an array of length 7, one element per k, got length 0."],
    [
      { y: { share: Array(7).fill(-0.1) } },
      "E_OPTION",
      "`y.share` must be made of numbers in [0, 1], got -0.1 at index 0.",
    ],
    [{ reference: 2 }, "E_OPTION", "`reference` must be a number in [0, 1], got 2."],
    [{ reference: Number.NaN }, "E_NOT_FINITE", "`reference` must be finite, got NaN."],
  ] as const)("%#", (changes, code, message) => {
    const draw = () => mixedSearchFigure({ ...mixedSearch, ...(changes as object) }, { document });
    expectRefusal(draw, code, `mixedSearchFigure: ${message}`);
  });
});
