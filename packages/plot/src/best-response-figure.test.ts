import { describe, expect, test } from "vitest";
import { bestResponses, noResponse } from "../test/energy-figure-data.ts";
import { expectRefusal } from "../test/errors.ts";
import { document } from "../test/figure-data.ts";
import { count, description, texts } from "../test/svg-probe.ts";
import { type BestResponseFigureData, bestResponseFigure } from "./best-response-figure.ts";

describe("bestResponseFigure", () => {
  const svg = bestResponseFigure(bestResponses, { document });

  test("labels with units, both modalities, the scale and the outcome", () => {
    expect(texts(svg)).toEqual(
      expect.arrayContaining([
        "image: mass of each cell, one row per cell",
        "text: mass of each cell, one row per cell",
        "free energy of both (nats)",
        "symmetric KL divergence D_S (nats)",
        "step",
        "Settled after 24 steps; every cell but one of each is on the floor.",
      ]),
    );
    expect(description(svg)).toContain("At the end image has its largest mass 0.977 in cell 0, text 0.977 in cell 6.");
    expect(description(svg)).toContain("Free energy 0 → −5.99, D_S 0 → 5.99 nats.");
  });

  test("a point per step on both curves, and none of them beyond forty", () => {
    expect(count(svg, '[aria-description="objective: points"] > *')).toBe(25);
    expect(count(svg, '[aria-description="D_S: points"] > *')).toBe(25);
    const step = bestResponses.trajectory[0]!;
    const trajectory = Array.from({ length: 60 }, (_, i) => ({ ...step, step: i }));
    const long = bestResponseFigure({ ...bestResponses, trajectory }, { document });
    expect(count(long, '[aria-description="objective: points"]')).toBe(0);
    expect(count(long, '[aria-description="objective: curve"] path')).toBe(1);
  });

  test("shades follow the logarithm of the mass: the darkest for the cell that takes it all", () => {
    const darkest = /<path d="([^"]*)" fill="#0072b2" shape-rendering/.exec(svg)![1]!;
    // One run of columns, on the first of twelve rows.
    expect(darkest.match(/M/g)).toHaveLength(1);
    const [, top, bottom] = /M[\d.]+,([\d.]+)H[\d.]+V([\d.]+)H/.exec(darkest)!.map(Number);
    expect(bottom! - top!).toBeCloseTo(144 / 12, 1);
  });

  test("the other outcomes in words", () => {
    const note = (changes: Partial<BestResponseFigureData>) =>
      texts(bestResponseFigure({ ...bestResponses, atFloor: false, ...changes }, { document })).at(-1);
    expect(note({ status: "cycle", period: 2 })).toBe("Cycles with period 2, found after 24 steps.");
    expect(note({ status: "maxSteps" })).toBe("Not settled after 24 steps.");
    expect(note({ trajectory: bestResponses.trajectory.slice(0, 2) })).toBe("Settled after 1 step.");
    expect(texts(bestResponseFigure(noResponse, { document })).at(-1)).toBe("Aborted after 0 steps.");
  });
});

describe("refusals", () => {
  const [first, second] = bestResponses.trajectory as [
    (typeof bestResponses.trajectory)[0],
    (typeof bestResponses.trajectory)[0],
  ];
  test.each([
    [{ trajectory: [] }, "E_SHAPE", "`trajectory` must be an array of length ≥ 1, got length 0."],
    [
      { trajectory: [{ ...first, masses: [[1]] }] },
      "E_SHAPE",
      "`trajectory[0].masses` must be an array of length 2, one element per modality, got length 1.",
    ],
    [
      { trajectory: [{ ...first, masses: [[1], [0.5, 0.5]] }] },
      "E_SHAPE",
      "`trajectory[0].masses[1]` must be an array of length 1, one element per cell, got length 2.",
    ],
    [
      {
        trajectory: [
          {
            ...first,
            masses: [
              [0, 1],
              [0.5, 0.5],
            ],
          },
        ],
      },
      "E_OPTION",
      "`trajectory[0].masses[0]` must be made of numbers in [5e-324, 1.000000001], got 0 at index 0.",
    ],
    [
      { trajectory: [first, { ...second, objective: Number.NaN }] },
      "E_NOT_FINITE",
      "`trajectory[1].objective` must be finite, got NaN at index 0.",
    ],
    [
      { trajectory: [first, { ...second, step: 3 }] },
      "E_OPTION",
      "`trajectory[1].step` must be the whole number after the one before, got 3.",
    ],
    [{ status: "cycle" }, "E_OPTION", "`period` must be a whole number ≥ 2 with the status `cycle`, got undefined."],
    [{ status: "done" }, "E_OPTION", '`status` must be one of settled, cycle, maxSteps, aborted, got "done".'],
  ] as const)("%#", (changes, code, message) => {
    const draw = () => bestResponseFigure({ ...bestResponses, ...(changes as object) }, { document });
    expectRefusal(draw, code, `bestResponseFigure: ${message}`);
  });
});
