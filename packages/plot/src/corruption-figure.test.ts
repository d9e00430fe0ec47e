import { describe, expect, test } from "vitest";
import { expectRefusal } from "../test/errors.ts";
import { corruption } from "../test/experiment-figure-data.ts";
import { document } from "../test/figure-data.ts";
import { count, description, texts } from "../test/svg-probe.ts";
import { corruptionFigure } from "./corruption-figure.ts";

const svg = corruptionFigure(corruption, { document });

describe("corruptionFigure", () => {
  test("a marker and a bar per p and series, and the line of chance", () => {
    for (const label of ["x → y", "y → x", "D_S"]) {
      expect(count(svg, `[aria-description="${label}: points"] > *`)).toBe(6);
      expect(count(svg, `[aria-description="${label}: interval"] path`)).toBe(6);
    }
    expect(count(svg, '[aria-description="chance: curve"] path')).toBe(1);
  });

  test("labels with units, p as percentages, first and last values in words", () => {
    expect(texts(svg)).toEqual(
      expect.arrayContaining(["recall at 1", "D_S (nats)", "share p of corrupted pairs", "80 %", "chance"]),
    );
    expect(description(svg)).toBe(
      "p = 0 % → 80 %. recall at 1: x → y 93 % → 30 %; y → x 88 % → 29 %. D_S (nats): D_S 0.0500 → 0.850.",
    );
  });

  test("a gap axis begins at 0 unless a gap is negative", () => {
    const gap = [{ label: "D_S", values: corruption.shares.map((p) => p - 0.5) }];
    expect(texts(corruptionFigure({ ...corruption, gap }, { document }))).toContain("−0.4");
    expect(texts(svg).filter((text) => text.startsWith("−"))).toEqual([]);
  });

  test("one p gives markers alone", () => {
    const values = [0.5];
    const one = { ...corruption, shares: [0.3], retrieval: [{ label: "a", values }], gap: [{ label: "b", values }] };
    const markup = corruptionFigure(one, { document });
    expect(count(markup, '[aria-description="a: points"] > *')).toBe(1);
    expect(count(markup, '[aria-description$="curve"]')).toBe(0);
  });
});

describe("refusals", () => {
  test.each([
    [{ shares: [0, 2] }, "E_OPTION", "`shares` must be made of numbers in [0, 1], got 2 at index 1."],
    [{ retrieval: [] }, "E_SHAPE", "`retrieval` must be an array of length ≥ 1, got length 0."],
    [
      { gap: [{ label: "a", values: [1] }] },
      "E_SHAPE",
      "`gap[0].values` must be an array of length 6, one element per share, got length 1.",
    ],
    [
      { retrieval: [{ label: "a", values: [0, 0, 0, 0, 0, 2] }] },
      "E_OPTION",
      "`retrieval[0].values` must be made of numbers in [0, 1], got 2 at index 5.",
    ],
    [
      { gap: [{ label: "a", values: [0, 0, 0, 0, 0, Number.NaN] }] },
      "E_NOT_FINITE",
      "`gap[0].values` must be finite, got NaN at index 5.",
    ],
    [{ gapLabel: "" }, "E_OPTION", '`gapLabel` must be a non-empty string, got "".'],
  ] as const)("%#", (changes, code, message) => {
    const draw = () => corruptionFigure({ ...corruption, ...(changes as object) }, { document });
    expectRefusal(draw, code, `corruptionFigure: ${message}`);
  });
});
