import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectRefusal } from "../test/errors.ts";
import { document, intervals } from "../test/figure-data.ts";
import { count, description, faults, texts } from "../test/svg-probe.ts";
import { intervalFigure } from "./interval-figure.ts";

describe("intervalFigure", () => {
  const svg = intervalFigure(intervals, { document });

  test("a point, a bar and two end marks per row", () => {
    expect(count(svg, '[aria-description="estimate"] circle')).toBe(3);
    expect(count(svg, '[aria-description="interval"] path')).toBe(3);
    expect(count(svg, '[aria-description="interval end"] path')).toBe(6);
  });

  test("labels, values, axis and reference are printed", () => {
    const printed = [
      "centroid gap",
      "0.851 [0.845, 0.859]",
      "no gap",
      "Dimensionless value; bar: 95 % bootstrap interval",
    ];
    expect(texts(svg)).toEqual(expect.arrayContaining(printed));
    expect(description(svg)).toContain("relative modality gap: 0.591 [0.570, 0.620]");
  });

  test("values lie on one linear axis", () => {
    const [, points] = /aria-description="estimate"[^>]*>(.*?)<\/g>/s.exec(svg)!;
    const xs = [...points!.matchAll(/cx="([\d.]+)"/g)].map(([, x]) => Number(x));
    const [, zero] = /<line x1="([\d.]+)"/.exec(svg)!;
    const unit = (xs[0]! - Number(zero)) / 0.851;
    expect((xs[1]! - Number(zero)) / unit).toBeCloseTo(0.591, 3);
    expect((xs[2]! - Number(zero)) / unit).toBeCloseTo(0.31, 3);
  });

  test("an estimate outside its interval is drawn where it is", () => {
    const row = { label: "biased", value: 2, lower: 0, upper: 1 };
    expect(texts(intervalFigure({ ...intervals, rows: [row] }, { document }))).toContain("2.00 [0, 1.00]");
  });

  test("any numbers of any size give a sound figure", () => {
    const number = fc.double({ min: -1e100, max: 1e100, noNaN: true });
    const row = fc.tuple(number, number, number).map(([value, a, b]) => ({
      label: "metric",
      value,
      lower: Math.min(a, b),
      upper: Math.max(a, b),
    }));
    const property = fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), (rows) => {
      expect(faults(intervalFigure({ ...intervals, rows, reference: undefined }, { document }))).toEqual([]);
    });
    fc.assert(property, { seed: 7, numRuns: 60 });
  });
});

describe("refusals", () => {
  const row = intervals.rows[0]!;
  test.each([
    [{ rows: [] }, "E_SHAPE", "`rows` must be an array of length ≥ 1, got length 0."],
    [{ rows: [row, 3] }, "E_SHAPE", "`rows[1]` must be a record, got 3."],
    [{ rows: [{ ...row, label: "" }] }, "E_OPTION", '`rows[0].label` must be a non-empty string, got "".'],
    [{ rows: [{ ...row, value: "1" }] }, "E_NOT_FINITE", '`rows[0].value` must be finite, got "1".'],
    [{ rows: [{ ...row, upper: -Infinity }] }, "E_NOT_FINITE", "`rows[0].upper` must be finite, got -Infinity."],
    [{ rows: [{ ...row, lower: 1 }] }, "E_OPTION", "`rows[0].lower` must be at most the upper end, got 1 above 0.859."],
    [{ axisLabel: "" }, "E_OPTION", '`axisLabel` must be a non-empty string, got "".'],
    [{ reference: { value: Number.NaN, label: "a" } }, "E_NOT_FINITE", "`reference.value` must be finite, got NaN."],
  ] as const)("%#", (changes, code, message) => {
    const draw = () => intervalFigure({ ...intervals, ...(changes as object) }, { document });
    expectRefusal(draw, code, `intervalFigure: ${message}`);
  });

  test("data that is no record", () => {
    const draw = () => intervalFigure(null as never, { document });
    expectRefusal(draw, "E_SHAPE", "intervalFigure: `data` must be a record, got null.");
  });
});
