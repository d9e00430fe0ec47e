import { describe, expect, test } from "vitest";
import { expectRefusal } from "../test/errors.ts";
import { branches, oneBranch } from "../test/experiment-figure-data.ts";
import { document } from "../test/figure-data.ts";
import { count, description, texts } from "../test/svg-probe.ts";
import { branchFigure } from "./branch-figure.ts";

const svg = branchFigure(branches, { document });
const allGaps = branches.settings.flatMap(({ points }) => points.flatMap(({ gaps }) => gaps));

describe("branchFigure", () => {
  test("a dot per seed on the branch that the threshold says", () => {
    const separated = allGaps.filter((gap) => gap >= 5).length;
    expect(count(svg, '[aria-description="a seed, separated: points"] > *')).toBe(separated);
    expect(count(svg, '[aria-description="a seed, compatible: points"] > *')).toBe(allGaps.length - separated);
    const raised = branchFigure({ ...branches, threshold: 26 }, { document });
    expect(count(raised, '[aria-description="a seed, separated: points"] > *')).toBe(
      allGaps.filter((gap) => gap >= 26).length,
    );
  });

  test("in every setting a median, the data, the floor, the paper's means and the shares", () => {
    for (const name of [
      "compatible seeds: median and quartiles",
      "the data, no encoders",
      "estimator on two samples of one law",
    ]) {
      expect(count(svg, `[aria-description="${name}: curve"]`)).toBe(3);
    }
    expect(count(svg, '[aria-description^="mean of all seeds"][aria-description$="points"] > *')).toBe(24);
    expect(count(svg, '[aria-description^="mean of all seeds"][aria-description$="interval"] path')).toBe(24);
    expect(count(svg, '[aria-description^="share separated"][aria-description$="interval"] path')).toBe(24);
    expect(description(svg)).toContain("own. σ = 0: median of the compatible seeds 0.00525");
  });

  test("axes with units, and the threshold in words", () => {
    expect(texts(svg)).toEqual(
      expect.arrayContaining([
        "cross: Jeffreys divergence (nats), log scale",
        "misalignment σ (rad)",
        "share of seeds that separated",
        "Separated: a gap of at least 5.00. Dots of one σ stand side by side to be told apart.",
      ]),
    );
  });

  test("the median is broken where no seed is compatible", () => {
    const [setting] = branches.settings;
    const points = setting!.points.map((point, i) => (i === 3 ? { ...point, compatible: { gap: null } } : point));
    const broken = branchFigure({ ...branches, settings: [{ ...setting!, points }] }, { document });
    expect(count(broken, '[aria-description="compatible seeds: median and quartiles: curve"]')).toBe(2);
  });

  test("gaps below the axis are said to be", () => {
    const one = branchFigure(oneBranch, { document });
    expect(texts(one).at(-1)).toContain("1 of 2 gaps lie below the axis and are drawn on its edge.");
    expect(texts(one).join(" ")).toContain("The gap of the data lies below the axis at σ = ");
    expect(count(one, '[aria-description="compatible seeds: median and quartiles: curve"]')).toBe(0);
    expect(count(one, '[aria-description^="mean of all seeds"][aria-description$="interval"]')).toBe(0);
  });
});

describe("refusals", () => {
  const point = oneBranch.settings[0]!.points[0]!;
  const settingOf = (changes: object) => ({ settings: [{ label: "a", points: [{ ...point, ...changes }] }] });
  test.each([
    [{ settings: [] }, "E_SHAPE", "`settings` must be an array of length ≥ 1, got length 0."],
    [{ threshold: 0 }, "E_OPTION", "`threshold` must be > 0, got 0."],
    [{ floor: -1 }, "E_OPTION", "`floor` must be > 0, got -1."],
    [settingOf({ gaps: [] }), "E_SHAPE", "`settings[0].points[0].gaps` must be an array of length ≥ 1, got length 0."],
    [
      settingOf({ gaps: [1, -1] }),
      "E_OPTION",
      "`settings[0].points[0].gaps` must be made of numbers ≥ 0, got -1 at index 1.",
    ],
    [
      settingOf({ separated: { value: 2, low: 0, high: 1 } }),
      "E_OPTION",
      "`settings[0].points[0].separated.value` must be made of numbers in [0, 1], got 2 at index 0.",
    ],
    [
      settingOf({ paper: { mean: Number.NaN, standardError: null } }),
      "E_NOT_FINITE",
      "`settings[0].points[0].paper.mean` must be finite, got NaN.",
    ],
    [
      { settings: [{ label: "a", points: [point, point] }] },
      "E_OPTION",
      "`settings[0].points[].misalignment` must be strictly increasing, got 0.3 after 0.3 at index 1.",
    ],
  ] as const)("%#", (changes, code, message) => {
    const draw = () => branchFigure({ ...oneBranch, ...(changes as object) }, { document });
    expectRefusal(draw, code, `branchFigure: ${message}`);
  });
});
