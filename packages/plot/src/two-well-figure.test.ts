import { describe, expect, test } from "vitest";
import { flatSphere, twoWell } from "../test/energy-figure-data.ts";
import { expectRefusal } from "../test/errors.ts";
import { document } from "../test/figure-data.ts";
import { count, description, texts } from "../test/svg-probe.ts";
import { sphereGridValue } from "./sphere-grid.ts";
import type { TwoWellData } from "./two-well-figure.ts";
import { twoWellFigure } from "./two-well-figure.ts";

describe("twoWellFigure", () => {
  const svg = twoWellFigure(twoWell, { document });

  test("one sphere per temperature with its share of particles in the wells", () => {
    expect(count(svg, '[aria-description="particles"]')).toBe(7);
    // The coldest spiral reaches down to z = 0.7: within 0.5 rad, z > cos 0.5, lie the (1 − cos 0.5)/0.3 of it, 49 of 120.
    expect(texts(svg)).toContain("τ = 0.1: 41 %");
    // The hottest covers the sphere evenly, the two caps 1 − cos 0.5 of it, within one particle of 120.
    expect(texts(svg).some((text) => /^τ = 10: 1[123] %$/.test(text))).toBe(true);
  });

  test("the bands grow darker towards the wells: eight colours, the lowest under all others", () => {
    const [, inner] = /<g [^>]*aria-label="bands"[^>]*>(.*?)<\/g>/s.exec(svg)!;
    const fills = new Set([...inner!.matchAll(/fill="(#[\da-f]{6})"/g)].map(([, fill]) => fill));
    // From this side the potential does not reach its highest bands.
    expect(fills.size).toBeGreaterThanOrEqual(4);
    expect(fills.size).toBeLessThanOrEqual(7);
    expect(texts(svg)).toEqual(expect.arrayContaining(["potential U", "−0.940", "0.481"]));
  });

  test("only what faces the viewer is drawn: of the hottest spiral, which covers the sphere evenly, one half", () => {
    const [, d] = [...svg.matchAll(/<path d="([^"]*)"[^>]*aria-description="particles"/g)].at(-1)!;
    expect(Math.abs(d!.split("M").length - 1 - 60)).toBeLessThanOrEqual(3);
  });

  test("both wells stand at one height, as far left as right of the middle", () => {
    const crosses = [...svg.matchAll(/M([-\d.]+),([-\d.]+)h6M[^>]*aria-description="well"/g)].slice(0, 2);
    const radius = Number(/<circle cx="0" cy="0" r="([\d.]+)"/.exec(svg)![1]);
    // They are acos(−0.5013) apart, so each at the sine of half of that; coordinates are rounded to 0.01 px.
    const offset = Math.sin(Math.acos(-0.501254707) / 2) * radius;
    expect(crosses.map(([, , y]) => Math.round(Number(y) * 50) / 50 + 0)).toEqual([0, 0]);
    expect(Math.abs(Number(crosses[0]![1]) + 3 + offset)).toBeLessThan(0.02);
    expect(Math.abs(Number(crosses[1]![1]) + 3 - offset)).toBeLessThan(0.02);
  });

  test("the exact curve, and every simulation with its own marker", () => {
    expect(count(svg, '[aria-description="exact"] path')).toBe(1);
    expect(count(svg, '[aria-description="Langevin"] circle')).toBe(7);
    expect(count(svg, '[aria-description="Langevin: errors"] path')).toBe(7);
    expect(count(svg, '[aria-description="kernel flow, h = 0.35"] path')).toBe(7);
    expect(texts(svg)).toEqual(
      expect.arrayContaining(["Mass within 0.5 rad of a well", "temperature τ (log scale)", "exact Gibbs law"]),
    );
    expect(texts(svg)).toEqual(expect.arrayContaining(["Langevin (± 2 standard errors)", "kernel flow, h = 0.35"]));
    expect(texts(svg)).toEqual(expect.arrayContaining(["0.1", "0.2", "0.5", "1", "2.5", "5", "10"]));
  });

  test("the description has the numbers", () => {
    expect(description(svg)).toContain("7 spheres at τ = 0.1, 0.2, 0.5, 1, 2.5, 5, 10 (120 particles).");
    expect(description(svg)).toContain("exact 71 % at τ = 0.1, 47 % at τ = 0.2");
    expect(description(svg)).toContain("kernel flow, h = 0.35 100 % at τ = 0.1");
  });

  test("a constant potential is one colour; without particles there are no shares", () => {
    const flat = twoWellFigure(flatSphere, { document });
    expect(count(flat, '[aria-label="bands"] path')).toBe(0);
    expect(count(flat, '[aria-description="particles"]')).toBe(0);
    expect(texts(flat)).toContain("τ = 1");
  });

  test("on a narrow sheet the curves stand below", () => {
    const heightOf = (width: number) => Number(/height="(\d+)"/.exec(twoWellFigure(twoWell, { document, width }))![1]);
    expect(heightOf(400)).toBeGreaterThan(heightOf(720) + 200);
  });
});

describe("sphereGridValue", () => {
  const grid = Array.from({ length: 6 }, (_, i) =>
    Array.from({ length: 8 }, (_, j) => Math.cos((Math.PI * (i + 0.5)) / 6) + 0.1 * j),
  );
  test("meets the grid at its points, is periodic, and goes on beyond the poles", () => {
    const at = (i: number, j: number) =>
      sphereGridValue(grid, (2 * Math.PI * j) / 8, Math.PI / 2 - (Math.PI * (i + 0.5)) / 6);
    expect(at(2, 3)).toBeCloseTo(grid[2]![3]!, 12);
    expect(at(2, 11)).toBeCloseTo(grid[2]![3]!, 12);
    expect(at(2, 3.5)).toBeCloseTo((grid[2]![3]! + grid[2]![4]!) / 2, 12);
    // At the pole itself, half way to the same row on the other side.
    expect(at(-0.5, 1)).toBeCloseTo((grid[0]![1]! + grid[0]![5]!) / 2, 12);
    expect(at(5.5, 1)).toBeCloseTo((grid[5]![1]! + grid[5]![5]!) / 2, 12);
  });
});

describe("refusals", () => {
  const point = [0, 0, 2] as const;
  test.each([
    [{ potential: [[1, 2]] }, "E_SHAPE", "`potential` must be an array of length ≥ 2, got length 1."],
    [
      {
        potential: [
          [1, 2, 3],
          [1, 2, 3],
        ],
      },
      "E_SHAPE",
      "`potential[0]` must be of even length, so that rows continue beyond the poles, got 3.",
    ],
    [
      {
        potential: [
          [1, 2],
          [1, Number.NaN],
        ],
      },
      "E_NOT_FINITE",
      "`potential[1]` must be finite, got NaN at index 1.",
    ],
    [{ wells: [point] }, "E_OPTION", "`wells[0]` must be a unit vector, got length 2."],
    [{ wells: [] }, "E_SHAPE", "`wells` must be an array of length ≥ 1, got length 0."],
    [{ capRadius: 2 }, "E_OPTION", "`capRadius` must be a number of rad in (0, π/2), got 2."],
    [{ snapshots: [{ temperature: 0, particles: [] }] }, "E_OPTION", "`snapshots[0].temperature` must be > 0, got 0."],
    [
      { exact: { temperatures: [1, 1], masses: [0, 0] } },
      "E_OPTION",
      "`exact.temperatures` must be strictly increasing, got 1 after 1 at index 1.",
    ],
    [
      { exact: { temperatures: [1], masses: [1.5] } },
      "E_OPTION",
      "`exact.masses` must be made of numbers in [0, 1], got 1.5 at index 0.",
    ],
    [
      { simulated: Array.from({ length: 4 }, () => twoWell.simulated[0]!) },
      "E_OPTION",
      "`simulated` must be at most 3 series, got 4.",
    ],
    [{ particlesLabel: "" }, "E_OPTION", '`particlesLabel` must be a non-empty string, got "".'],
  ] as const)("%#", (changes, code, message) => {
    const draw = () => twoWellFigure({ ...twoWell, ...(changes as Partial<TwoWellData>) }, { document });
    expectRefusal(draw, code, `twoWellFigure: ${message}`);
  });
});
