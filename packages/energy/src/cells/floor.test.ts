import { createRandom, InputError } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { massesOf, normalizeLogDensity } from "../grid/grid-measure.ts";
import { cellMeasure } from "../grid/measures.ts";
import { projectOntoFloor } from "./floor.ts";

const EPSILON = 2 ** -52;
const random = createRandom(11);
const unequal = { weights: Float64Array.from({ length: 40 }, (_, i) => 0.05 + 0.01 * i) };
const draw = (n: number, spread: number) => random.normal(n).map((value) => value * spread);

function relativeEntropy(p: Float64Array, q: Float64Array): number {
  return p.reduce((sum, value, i) => sum + value * Math.log(value / q[i]!), 0);
}

describe("projectOntoFloor", () => {
  test("a density on or above the floor is left as it is", () => {
    const logDensity = normalizeLogDensity(unequal, draw(40, 0.3));
    const { logDensity: projected, cellsAtFloor } = projectOntoFloor(unequal, logDensity, {
      floor: { kind: "density", value: 1e-6 },
    });
    expect(cellsAtFloor).toBe(0);
    // Its mass is 1 up to the roundings of 40 terms.
    expectAllClose(projected, logDensity, { ulps: 80, epsilon: EPSILON, scale: 1 });
  });

  test("the scale of the density does not matter, and its mass is 1 however large that is", () => {
    const logDensity = draw(40, 3);
    const floor = { kind: "cellMass", value: 1e-6 } as const;
    const { logDensity: projected } = projectOntoFloor(unequal, logDensity, { floor });
    for (const scale of [-1e9, 1e9]) {
      const scaled = projectOntoFloor(
        unequal,
        logDensity.map((value) => value + scale),
        { floor },
      ).logDensity;
      expectAllClose([massesOf(unequal, scaled).reduce((sum, mass) => sum + mass)], [1], {
        ulps: 80,
        epsilon: EPSILON,
      });
      // The scaled logarithms themselves are rounded.
      expectAllClose(scaled, projected, { ulps: 2, epsilon: EPSILON, scale: 1e9 });
    }
  });

  test("all mass on one cell leaves (1 − (n−1)δ) there", () => {
    const logDensity = new Float64Array(5).fill(Number.NEGATIVE_INFINITY);
    logDensity[3] = Math.log(5);
    const measure = cellMeasure({ cells: 5 });
    const { logDensity: projected, cellsAtFloor } = projectOntoFloor(measure, logDensity, {
      floor: { kind: "cellMass", value: 0.01 },
    });
    expect(cellsAtFloor).toBe(4);
    expectAllClose(massesOf(measure, projected), [0.01, 0.01, 0.01, 0.96, 0.01], { ulps: 16, epsilon: EPSILON });
  });

  test.each(["density", "cellMass"] as const)("is max(δ, c·q) of mass 1, by bisection too (%s)", (kind) => {
    for (let trial = 0; trial < 20; trial++) {
      const q = massesOf(unequal, normalizeLogDensity(unequal, draw(40, 3)));
      const value = 0.01;
      const floor = unequal.weights.map((weight) => (kind === "density" ? value * weight : value));
      const logQ = q.map((mass, i) => Math.log(mass / unequal.weights[i]!));
      const p = massesOf(unequal, projectOntoFloor(unequal, logQ, { floor: { kind, value } }).logDensity);
      const total = (c: number) => q.reduce((sum, mass, i) => sum + Math.max(floor[i]!, c * mass), 0);
      let [low, high] = [0, 1];
      for (let k = 0; k < 60; k++) {
        const middle = (low + high) / 2;
        if (total(middle) < 1) low = middle;
        else high = middle;
      }
      expectAllClose(
        p,
        q.map((mass, i) => Math.max(floor[i]!, low * mass)),
        { ulps: 400, epsilon: EPSILON },
      );
    }
  });

  test("no other density on or above the floor is nearer", () => {
    const measure = cellMeasure({ cells: 6 });
    const floor = { kind: "cellMass", value: 0.08 } as const;
    const logQ = normalizeLogDensity(measure, draw(6, 2));
    const q = massesOf(measure, logQ);
    const p = massesOf(measure, projectOntoFloor(measure, logQ, { floor }).logDensity);
    const least = relativeEntropy(p, q);
    for (let trial = 0; trial < 500; trial++) {
      const weights = random.uniform(6).map((u) => -Math.log(u));
      const sum = weights.reduce((a, b) => a + b, 0);
      const other = weights.map((w) => 0.08 + (1 - 0.48) * (w / sum));
      expect(relativeEntropy(other, q)).toBeGreaterThanOrEqual(least);
    }
  });

  test("the mass stays 1 over the whole range of floors", () => {
    const logDensity = normalizeLogDensity(unequal, draw(40, 30));
    for (const value of [1e-300, 1e-30, 1e-6, 0.02, 0.0999]) {
      const p = projectOntoFloor(unequal, logDensity, { floor: { kind: "density", value } }).logDensity;
      const mass = massesOf(unequal, p).reduce((a, b) => a + b, 0);
      // The logarithms are of size 70, so each mass carries 70 roundings.
      expectClose(mass, 1, { ulps: 160, epsilon: EPSILON });
      expect(p.every((value_) => value_ >= Math.log(value))).toBe(true);
    }
  });

  test("the messages", () => {
    const measure = cellMeasure({ cells: 4, volume: 2 });
    const uniform = new Float64Array(4).fill(-Math.log(2));
    const project = (kind: "density" | "cellMass", value: number) => () =>
      projectOntoFloor(measure, uniform, { floor: { kind, value } });
    const hint = "The floor alone must not use up the whole mass.";
    expect(project("density", 0.5)).toThrow(
      new InputError({
        code: "E_OPTION",
        where: "projectOntoFloor",
        argument: "floor.value",
        expected: "> 0 and < 1/|Z| = 0.5",
        received: "0.5",
        hint,
      }),
    );
    expect(project("cellMass", 0.25)).toThrow(
      `projectOntoFloor: \`floor.value\` must be > 0 and < 1/n = 0.25, got 0.25. ${hint}`,
    );
    expect(project("mass" as "density", 0.1)).toThrow(
      'projectOntoFloor: `floor.kind` must be "density" or "cellMass", got mass.',
    );
    expect(project("density", 0)).toThrow("got 0.");
    expect(project("density", Number.NaN)).toThrow("got NaN.");
    const floor = { kind: "density", value: 0.1 } as const;
    expect(() => projectOntoFloor(measure, new Float64Array(3), { floor })).toThrow(
      "projectOntoFloor: `logDensity` must be of length 4, the points of the grid, got length 3.",
    );
    expect(() => projectOntoFloor(measure, uniform.with(2, Number.NaN), { floor })).toThrow(
      "projectOntoFloor: `logDensity` must be finite or −∞ at every point, got NaN at point 2.",
    );
    expect(() =>
      projectOntoFloor(
        measure,
        uniform.map(() => Number.NEGATIVE_INFINITY),
        { floor },
      ),
    ).toThrow(
      "projectOntoFloor: `logDensity` must be finite at a point of positive weight, got a density without mass.",
    );
    expect(() => projectOntoFloor({ weights: Float64Array.of(1, 0) }, new Float64Array(2), { floor })).toThrow(
      "projectOntoFloor: `measure` must be of cells of finite positive volume, got log volume -Infinity at cell 1.",
    );
  });
});
