import { describe, expect, test } from "vitest";
import { expectRefusal } from "../test/errors.ts";
import { extremeAngles, jointAngles } from "../test/experiment-figure-data.ts";
import { document, names } from "../test/figure-data.ts";
import { count, description, texts } from "../test/svg-probe.ts";
import { jointAngleFigure } from "./joint-angle-figure.ts";

const svg = jointAngleFigure(jointAngles, { document });

describe("jointAngleFigure", () => {
  test("three pictures per setting, the difference in the data where it is given", () => {
    expect(count(svg, '[aria-description="density of x"]')).toBe(2);
    expect(count(svg, '[aria-description="density of y"]')).toBe(2);
    expect(count(svg, '[aria-description="difference: curve"]')).toBe(2);
    expect(count(svg, '[aria-description="difference in the data"]')).toBe(2);
    expect(texts(svg)).toEqual(
      expect.arrayContaining([
        "σ = 0.3 rad, a separated seed",
        "angle of text",
        "angle of image",
        "density of the difference (1/rad)",
        "angle of text less that of image",
        "joint density, log scale",
      ]),
    );
  });

  test("areas are masses: uniform angles lie on the circle of the uniform density", () => {
    const uniform = jointAngleFigure({ names, settings: extremeAngles.settings.slice(0, 1) }, { document });
    const radii = [...uniform.matchAll(/<circle[^>]* r="([\d.]+)"/g)].map(([, r]) => Number(r));
    const [, arc] = /d="M[^"]*?A([\d.]+),/.exec(uniform)!;
    expect(Number(arc)).toBe(radii[1]);
    // The outer circle is that of twice the uniform density at least.
    expect(radii[0]! / radii[1]!).toBeCloseTo(Math.SQRT2, 3);
    expect(description(uniform)).toContain(
      "uniform: greatest density 1.00 and 1.00 of the two modalities, 1.00 of both",
    );
  });

  test("x runs across and y up", () => {
    const joint = Array.from({ length: 16 }, (_, i) => (i === 3 ? 1 : 0));
    const histograms = { ...extremeAngles.settings[0]!.histograms, joint };
    const markup = jointAngleFigure({ names, settings: [{ label: "one bin", histograms }] }, { document });
    const [, left, top] = /M([\d.]+),([\d.]+)h[\d.]+v[\d.]+h-[\d.]+Z" fill="#0072b2"/.exec(markup)!.map(Number);
    const frame = /<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"[^>]*fill="none"/.exec(markup)!.map(Number);
    // Row 0 is x next to −π, column 3 is y next to π: the upper left corner.
    expect([left, top]).toEqual([frame[1], frame[2]]);
  });

  test("the share of differences near 0 in words", () => {
    // Eight of 60 bins about 0, ± 1.33 deviations of the bell: 82 %.
    expect(description(svg)).toContain("82 % of the differences lie within π/8 of 0. σ = 0.3 rad, a separated seed:");
    expect(description(svg)).toContain("0 % of the differences lie within π/8 of 0.");
  });
});

describe("refusals", () => {
  const { histograms } = extremeAngles.settings[0]!;
  const settingOf = (changes: object) => ({ settings: [{ label: "a", histograms: { ...histograms, ...changes } }] });
  test.each([
    [{ settings: [] }, "E_SHAPE", "`settings` must be an array of length ≥ 1, got length 0."],
    [
      settingOf({ joint: [1, 2, 3, 4, 5] }),
      "E_SHAPE",
      "`settings[0].histograms.joint` must be an array of n² counts, got length 5.",
    ],
    [settingOf({ x: [1] }), "E_SHAPE", "`settings[0].histograms.x` must be an array of length ≥ 4, got length 1."],
    [
      settingOf({ shift: [1, 2, 3, -4] }),
      "E_OPTION",
      "`settings[0].histograms.shift` must be made of numbers ≥ 0, got -4 at index 3.",
    ],
    [
      settingOf({ y: [0, 0, 0, 0] }),
      "E_OPTION",
      "`settings[0].histograms.y` must be counts with at least one above 0, got zeros alone.",
    ],
  ] as const)("%#", (changes, code, message) => {
    const draw = () => jointAngleFigure({ ...extremeAngles, ...(changes as object) }, { document });
    expectRefusal(draw, code, `jointAngleFigure: ${message}`);
  });
});
