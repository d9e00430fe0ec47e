import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { gibbsBandwidth } from "./gibbs-bandwidth.ts";

const EPSILON = 2 ** -52;

describe("gibbsBandwidth", () => {
  test("0.35 widths of the law in a well, until it is wide", () => {
    expectClose(gibbsBandwidth({ temperature: 0.1 }), 0.35 * Math.sqrt(0.1), { ulps: 2, epsilon: EPSILON });
    expectClose(gibbsBandwidth({ temperature: 0.1, curvature: 4 }), 0.175 * Math.sqrt(0.1), {
      ulps: 2,
      epsilon: EPSILON,
    });
    expect(gibbsBandwidth({ temperature: 10 })).toBe(0.2);
    expect(gibbsBandwidth({ temperature: 10, widest: 0.5 })).toBe(0.5);
  });

  test("with it the Gaussian that has least energy in a quadratic well has 1.2 % too little variance", () => {
    const v = 0.1;
    const h2 = gibbsBandwidth({ temperature: v }) ** 2;
    // J(u) = u/(2v) − ½ log(u + h²) − u/(2(u + h²)) per direction, of a Gaussian of variance u in U = x²/2 at τ = v.
    const slope = (u: number): number => 1 / (2 * v) - 1 / (2 * (u + h2)) - h2 / (2 * (u + h2) ** 2);
    const w = (v + Math.sqrt(v * v + 4 * v * h2)) / 2;
    // Three terms of size 1/v that cancel.
    expectClose(slope(w - h2), 0, { ulps: 16, epsilon: EPSILON, scale: 1 / v });
    expect((w - h2) / v).toBeCloseTo(0.988, 3);
  });

  test("messages", () => {
    expect(() => gibbsBandwidth({ temperature: 0 })).toThrow(
      "gibbsBandwidth: `temperature` must be a finite number > 0, got 0. CLIP-like systems use 0.01 to 0.1.",
    );
    expect(() => gibbsBandwidth({ temperature: 1, curvature: -1 })).toThrow(
      "gibbsBandwidth: `curvature` must be a finite number > 0, got -1.",
    );
    expect(() => gibbsBandwidth({ temperature: 1, widest: Number.POSITIVE_INFINITY })).toThrow(
      "gibbsBandwidth: `widest` must be a finite number > 0, got Infinity.",
    );
  });
});
