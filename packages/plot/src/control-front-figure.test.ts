import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectRefusal } from "../test/errors.ts";
import { document, longNames } from "../test/figure-data.ts";
import { count, description, faults, texts } from "../test/svg-probe.ts";
import { type ControlFrontData, type ControlPoint, controlFrontFigure } from "./control-front-figure.ts";

const around = (value: number, half: number) => ({ value, lower: value - half, upper: value + half });

function point(label: string, gap: number, retrieval: number, onFront: boolean): ControlPoint {
  return { label, gap: around(gap, 0.03), retrieval: around(retrieval, 0.05), onFront };
}

/** Like those of an image–text encoder: three controls close the gap alike and differ in retrieval, two coincide. */
const data: ControlFrontData = {
  points: [
    { ...point("as it is", 0.851, 0.644, false), isBaseline: true },
    point("shift λ = 1", 0.084, 0.448, true),
    point("centre", 0.111, 0.612, true),
    point("DN λ = 0.25", 0.638, 0.666, true),
    point("standardise", 0.111, 0.612, false),
    point("Procrustes", 0.112, 0.324, false),
  ],
  gapLabel: "Centroid gap (chord)",
  retrievalLabel: "Mean recall at 1",
  intervalLabel: "95 % interval over held-out items",
};

describe("controlFrontFigure", () => {
  const svg = controlFrontFigure(data, { document });

  test("a point, two intervals and a letter for each control", () => {
    for (const { label } of data.points) expect(count(svg, `[aria-description="${label}"] > *`)).toBe(1);
    expect(count(svg, '[aria-description="interval"] path')).toBe(2 * 6);
    const printed = texts(svg);
    for (const letter of ["A", "B", "C", "D", "E", "F"]) expect(printed).toContain(letter);
    expect(printed).toEqual(expect.arrayContaining(["A: as it is (0.851, 0.644)", "D: DN λ = 0.25 (0.638, 0.666)"]));
    expect(printed).toEqual(expect.arrayContaining(["Centroid gap (chord)", "Mean recall at 1"]));
    expect(printed.join(" ")).toContain("Up and to the left is better.");
    const unjudged = data.points.map((point) => ({ ...point, onFront: false }));
    expect(texts(controlFrontFigure({ ...data, points: unjudged }, { document })).join(" ")).not.toContain("better");
  });

  test("the front is joined from the smaller gap to the larger, and solid", () => {
    const path = /aria-description="front"[^>]*><path d="M([\d.]+),[\d.]+L([\d.]+),[\d.]+L([\d.]+),/.exec(svg)!;
    const [first, second, third] = path.slice(1).map(Number) as [number, number, number];
    expect(first).toBeLessThan(second);
    expect(second).toBeLessThan(third);
    expect((second - first) / (third - first)).toBeCloseTo((0.111 - 0.084) / (0.638 - 0.084), 3);
    const fill = (label: string) =>
      new RegExp(`aria-description="${label}" aria-label="dot" fill="(#\\w+)"`).exec(svg)?.[1];
    expect(fill("centre")).toBe("#0072b2");
    expect(fill("Procrustes")).toBe("#ffffff");
  });

  test("the description holds every number", () => {
    expect(description(svg)).toContain("centre: 0.111 [0.0810, 0.141], 0.612 [0.562, 0.662], on the front;");
    expect(description(svg)).toContain("as it is: 0.851 [0.821, 0.881], 0.644 [0.594, 0.694];");
  });

  test.each([360, 480, 720, 1200])("is sound at width %d, with short and with long names", (width) => {
    expect(faults(controlFrontFigure(data, { document, width }))).toEqual([]);
    const points = data.points.map((one) => ({ ...one, label: `${one.label} ${longNames.x} ${longNames.y}` }));
    const long = { ...data, points, gapLabel: `${longNames.x} ${longNames.y}`, intervalLabel: longNames.y };
    expect(faults(controlFrontFigure(long, { document, width }))).toEqual([]);
  });

  test("one control, equal controls, no front", () => {
    for (const points of [
      data.points.slice(0, 1),
      Array.from({ length: 26 }, () => data.points[1]!),
      data.points.slice(5),
    ]) {
      const drawn = controlFrontFigure({ ...data, points }, { document });
      expect(faults(drawn)).toEqual([]);
    }
    const exact = { value: 0, lower: 0, upper: 0 };
    const nothing = { ...data, points: [{ label: "nothing", gap: exact, retrieval: exact, onFront: true }] };
    expect(faults(controlFrontFigure(nothing, { document }))).toEqual([]);
  });

  test("any numbers give a sound figure, the same bytes each time", () => {
    const number = fc.integer({ min: -2000, max: 2000 }).map((thousandths) => thousandths / 1000);
    const value = fc
      .tuple(number, number, number)
      .map(([a, b, c]) => ({ value: a, lower: Math.min(b, c), upper: Math.max(b, c) }));
    const points = fc.array(
      fc.record({ label: fc.constant("c"), gap: value, retrieval: value, onFront: fc.boolean() }),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    const property = fc.property(points, (random) => {
      const drawn = controlFrontFigure({ ...data, points: random }, { document });
      expect(faults(drawn)).toEqual([]);
      expect(controlFrontFigure({ ...data, points: structuredClone(random) }, { document })).toBe(drawn);
    });
    fc.assert(property, { seed: 7, numRuns: 25 });
  });
});

describe("refusals", () => {
  const one = data.points[1]!;
  test.each([
    [{ points: [] }, "E_SHAPE", "`points` must be an array of length ≥ 1, got length 0."],
    [{ points: Array.from({ length: 27 }, () => one) }, "E_OPTION", "`points` must be at most 26 points, got 27."],
    [{ points: [{ ...one, label: "" }] }, "E_OPTION", '`points[0].label` must be a non-empty string, got "".'],
    [{ points: [{ ...one, gap: 3 }] }, "E_SHAPE", "`points[0].gap` must be a record, got 3."],
    [
      { points: [one, { ...one, gap: { ...one.gap, value: Number.NaN } }] },
      "E_NOT_FINITE",
      "`points[1].gap.value` must be finite, got NaN.",
    ],
    [
      { points: [{ ...one, retrieval: { value: 0, lower: 2, upper: 1 } }] },
      "E_OPTION",
      "`points[0].retrieval.lower` must be at most the upper end, got 2 above 1.",
    ],
    [{ gapLabel: undefined }, "E_OPTION", "`gapLabel` must be a non-empty string, got undefined."],
  ] as const)("%#", (changes, code, message) => {
    const draw = () => controlFrontFigure({ ...data, ...(changes as object) } as ControlFrontData, { document });
    expectRefusal(draw, code, `controlFrontFigure: ${message}`);
  });
});
