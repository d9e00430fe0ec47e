import { describe, expect, test } from "vitest";
import { expectRefusal } from "../test/errors.ts";
import { heatMap, shareMap } from "../test/experiment-figure-data.ts";
import { document } from "../test/figure-data.ts";
import { count, description, texts } from "../test/svg-probe.ts";
import { heatMapFigure } from "./heat-map-figure.ts";

const small = {
  rows: { label: "N", values: [8, 16] },
  columns: { label: "τ", values: [0.1, 1] },
  values: [
    [1, 10],
    [100, null],
  ],
  valueLabel: "D_S (nats)",
} as const;

/** Fills of the cells in order. */
function fills(svg: string): readonly string[] {
  return [...svg.matchAll(/fill="(#[\da-f]{6})" stroke="#ffffff" stroke-width="1.5"/g)].map(([, fill]) => fill!);
}

describe("heatMapFigure", () => {
  const svg = heatMapFigure(heatMap, { document });

  test("a cell with its number and what the pointer shows", () => {
    expect(count(svg, '[aria-label="cells"] rect')).toBe(37);
    expect(texts(svg)).toEqual(expect.arrayContaining(["batch size N", "temperature τ", "0.02", "33.6", "0.0799"]));
    expect(svg).toContain("<title>batch size N 8, temperature τ 0.02: 33.6 [0, 1.00]</title>");
    expect(texts(svg)).toContain("Where the pointer rests: the 95 % interval over 20 seeds.");
    expect(description(svg)).toBe(
      "D_S (nats) over 6 × 6 cells. Least: 0.0799 at batch size N 256, temperature τ 1. Greatest: 33.6 at batch size N 8, temperature τ 0.02.",
    );
  });

  test("shades follow the value, or its logarithm", () => {
    const log = fills(heatMapFigure({ ...small, scale: "log" }, { document }));
    const linear = fills(heatMapFigure(small, { document }));
    expect(log[2]).toBe("#0072b2");
    expect(linear[2]).toBe("#0072b2");
    expect(linear[0]).toBe(log[0]);
    // Half-way in the logarithm of 1 … 100: 0.04 + 0.96/2 of the way from white to #0072b2.
    expect(log[1]).toBe("#7ab6d7");
    expect(linear[1]).toBe("#dfedf5");
    expect(log[3]).toBe("#ffffff");
  });

  test("numbers are dark on pale cells and white on dark ones", () => {
    const markup = heatMapFigure(small, { document });
    expect(markup).toMatch(/fill="#ffffff">100</);
    expect(markup).toMatch(/fill="#1a1a1a">1\.00</);
  });

  test("a domain of its own, percentages and blanks", () => {
    const shares = heatMapFigure(shareMap, { document });
    expect(texts(shares)).toEqual(expect.arrayContaining(["100 %", "0 %", "–", "–: no value."]));
    expect(
      description(
        heatMapFigure(
          {
            ...small,
            values: [
              [null, null],
              [null, null],
            ],
          },
          { document },
        ),
      ),
    ).toContain("No value is known.");
  });

  test("one value everywhere is one shade, and numbers too wide for their cells are left to the pointer", () => {
    const ones = {
      ...small,
      values: [
        [3, 3],
        [3, 3],
      ],
    } as const;
    expect(new Set(fills(heatMapFigure(ones, { document }))).size).toBe(1);
    const values = [Array.from({ length: 40 }, (_, i) => i + 0.123)];
    const columns = { label: "τ", values: values[0]! };
    const wide = heatMapFigure({ ...small, rows: { label: "N", values: [1] }, columns, values }, { document });
    expect(count(wide, '[aria-label="cells"] text')).toBe(0);
    expect(count(wide, '[aria-label="cells"] title')).toBe(40);
  });
});

describe("refusals", () => {
  test.each([
    [{ values: [[1, 2]] }, "E_SHAPE", "`values` must be an array of length 2, one element per row, got length 1."],
    [
      { values: [[1, 2], [1]] },
      "E_SHAPE",
      "`values[1]` must be an array of length 2, one element per column, got length 1.",
    ],
    [
      {
        values: [
          [1, 2],
          [1, Number.NaN],
        ],
      },
      "E_NOT_FINITE",
      "`values[1][1]` must be finite, got NaN.",
    ],
    [
      {
        values: [
          [1, 0],
          [1, 1],
        ],
        scale: "log",
      },
      "E_OPTION",
      "`values[0][1]` must be > 0 on a log scale, got 0.",
    ],
    [{ domain: [0, 50] }, "E_OPTION", "`values[1][0]` must be in the domain [0, 50], got 100."],
    [{ domain: [1, 1] }, "E_OPTION", "`domain` must be increasing, got [1, 1]."],
    [{ scale: "root" }, "E_OPTION", '`scale` must be one of linear, log, got "root".'],
    [{ format: "text" }, "E_OPTION", '`format` must be one of number, percent, got "text".'],
    [{ rows: { label: "N", values: [] } }, "E_SHAPE", "`rows.values` must be an array of length ≥ 1, got length 0."],
    [
      {
        intervals: [
          [null, null],
          [{ lower: 0 }, null],
        ],
      },
      "E_NOT_FINITE",
      "`intervals[1][0].upper` must be finite, got undefined.",
    ],
  ] as const)("%#", (changes, code, message) => {
    const draw = () => heatMapFigure({ ...small, ...(changes as object) } as never, { document });
    expectRefusal(draw, code, `heatMapFigure: ${message}`);
  });
});
