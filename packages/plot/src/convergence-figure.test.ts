import { describe, expect, test } from "vitest";
import { expectRefusal } from "../test/errors.ts";
import { convergence } from "../test/experiment-figure-data.ts";
import { document } from "../test/figure-data.ts";
import { count, description, texts } from "../test/svg-probe.ts";
import { convergenceFigure } from "./convergence-figure.ts";

const svg = convergenceFigure(convergence, { document });

/** End points of the first stroke that bears this description. */
function pointsOf(markup: string, name: string): readonly (readonly [number, number])[] {
  const d = new RegExp(`aria-description="${name}"[^>]*><path d="M([^"]*)"`).exec(markup)![1]!;
  return d.split("L").map((pair) => pair.split(",").map(Number) as [number, number]);
}

describe("convergenceFigure", () => {
  test("a panel per quantity, a curve and a ribbon per series that has it, published points", () => {
    expect(texts(svg)).toEqual(
      expect.arrayContaining([
        "cosine with the reference gradient",
        "relative error of the gradient, log scale",
        "loss less its limit, L − J_τ − log(N V_κ) (nats)",
        "share of the positive in the denominator, log scale",
        "number N of negatives, log scale",
        "cosine critic, as in the paper",
        "published",
        "slope −½",
        "Ribbons and bars: ± 1 standard error over 20 seeds.",
      ]),
    );
    expect(count(svg, '[aria-description="cosine critic, as in the paper: curve"]')).toBe(3);
    expect(count(svg, '[aria-description="cosine critic, independent pools: interval"]')).toBe(3);
    expect(count(svg, '[aria-description="published: points"] > *')).toBe(9);
    expect(count(svg, '[aria-description="published: curve"]')).toBe(0);
    expect(description(svg)).toContain("cosine critic, independent pools: 1.45 at 4.00, 0.0906 at 1,024");
  });

  test("the line falls by half of what N rises, through the last error of the last series", () => {
    const line = pointsOf(svg, "slope −½: curve");
    expect(line).toHaveLength(9);
    const fall = line.at(-1)![1] - line[0]![1];
    // Coordinates are rounded to 0.01 px, a decade is some 90 px high.
    expect(fall / heightOfADecade(svg)).toBeCloseTo(0.5 * Math.log10(1024 / 4), 3);
    expect(svg).toContain(`${line.at(-1)![0]},${line.at(-1)![1]}`);
  });

  test("through another series where that is asked for", () => {
    const other = convergenceFigure({ ...convergence, slopeThrough: "cosine critic, as in the paper" }, { document });
    const line = pointsOf(other, "slope −½: curve");
    expect(line.at(-1)![1]).not.toBe(pointsOf(svg, "slope −½: curve").at(-1)![1]);
  });

  test("no line without a relative error, one panel for one quantity", () => {
    const { label, sizes, cosine } = convergence.series[0]!;
    const alone = convergenceFigure({ series: [{ label, sizes, cosine }] }, { document });
    expect(texts(alone)).not.toContain("slope −½");
    expect(texts(alone).filter((text) => text.startsWith("number N"))).toHaveLength(1);
  });
});

/** Height in px between 1 and 0.1 of the second panel, whose ticks are the transforms of their labels. */
function heightOfADecade(markup: string): number {
  const place = (label: string): number => {
    const found = [...markup.matchAll(/<text[^>]*transform="translate\(([-\d.]+),([-\d.]+)\)"[^>]*>([^<]*)<\/text>/g)];
    const hits = found.filter(([, x, , text]) => text === label && Number(x) > 360 && Number(x) < 440);
    return Number(hits[0]![2]);
  };
  return place("0.1") - place("1");
}

describe("refusals", () => {
  const [one] = convergence.series;
  test.each([
    [{ series: [] }, "E_SHAPE", "`series` must be an array of length ≥ 1, got length 0."],
    [
      { series: [{ label: "a", sizes: [1] }] },
      "E_SHAPE",
      "`series[0]` must be a record with cosine, relativeError, residual or positiveMass, got one with none of them.",
    ],
    [
      { series: [{ ...one, cosine: { values: [1] } }] },
      "E_SHAPE",
      "`series[0].cosine.values` must be an array of length 9, one element per size, got length 1.",
    ],
    [
      { series: [{ label: "a", sizes: [4], cosine: { values: [1.5] } }] },
      "E_OPTION",
      "`series[0].cosine.values` must be made of numbers in [-1, 1], got 1.5 at index 0.",
    ],
    [
      { series: [{ label: "a", sizes: [4], relativeError: { values: [0] } }] },
      "E_OPTION",
      "`series[0].relativeError.values` must be at least 1e-100 on a log axis, got 0 at index 0. Leave the point out, or take a linear axis.",
    ],
    [
      { series: [{ label: "a", sizes: [8, 4], cosine: { values: [0, 0] } }] },
      "E_OPTION",
      "`series[0].sizes` must be strictly increasing, got 4 after 8 at index 1.",
    ],
    [{ slopeThrough: "b" }, "E_OPTION", '`slopeThrough` must be the label of a series with a relative error, got "b".'],
  ] as const)("%#", (changes, code, message) => {
    const draw = () => convergenceFigure({ ...convergence, ...(changes as object) }, { document });
    expectRefusal(draw, code, `convergenceFigure: ${message}`);
  });
});
