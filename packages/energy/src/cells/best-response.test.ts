import { createRandom } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { type GridMeasure, massesOf, normalizeLogDensity } from "../grid/grid-measure.ts";
import { cellMeasure } from "../grid/measures.ts";
import { bestResponse } from "./best-response.ts";
import { coLocationBarrier } from "./co-location-barrier.ts";

const EPSILON = 2 ** -52;
const random = createRandom(5);

interface Problem {
  readonly measure: GridMeasure;
  readonly potential: Float64Array;
  readonly other: Float64Array;
  readonly temperature: number;
}

/** ∫ρV + ∫ρ₂ log ρ, from masses. */
function objective({ measure, potential, other, temperature }: Problem, p: Float64Array): number {
  const b = massesOf(measure, other);
  return p.reduce(
    (sum, mass, i) =>
      sum + mass * (potential[i]! / temperature + other[i]!) + b[i]! * Math.log(mass / measure.weights[i]!),
    0,
  );
}

function vertices(floor: Float64Array): Float64Array[] {
  const free = 1 - floor.reduce((a, b) => a + b, 0);
  return Array.from(floor, (_, j) => floor.map((mass, i) => (i === j ? mass + free : mass)));
}

function inside(floor: Float64Array): Float64Array {
  const free = 1 - floor.reduce((a, b) => a + b, 0);
  const weights = random.uniform(floor.length).map((u) => -Math.log(u));
  const sum = weights.reduce((a, b) => a + b, 0);
  return floor.map((mass, i) => mass + (free * weights[i]!) / sum);
}

function randomProblem(n: number, equal: boolean): Problem {
  const measure = equal ? cellMeasure({ cells: n }) : { weights: random.uniform(n, { low: 0.1, high: 2 }) };
  const potential = random.normal(n);
  const other = normalizeLogDensity(measure, random.normal(n));
  return { measure, potential, other, temperature: random.uniform(1, { low: 0.1, high: 2 })[0]! };
}

describe("bestResponse", () => {
  test.each([true, false])("is the best of all vertices and of 20 000 random densities (equal cells: %s)", (equal) => {
    for (let trial = 0; trial < 20; trial++) {
      const n = 2 + (trial % 7);
      const problem = randomProblem(n, equal);
      const { measure, potential, other, temperature } = problem;
      const value = (0.5 * random.uniform(1)[0]!) / measure.weights.reduce((a, b) => a + b, 0);
      const floor = measure.weights.map((weight) => value * weight);
      const best = bestResponse(measure, potential, other, { temperature, floor: { kind: "density", value } });
      const values = vertices(floor).map((p) => objective(problem, p));
      expect(best.cell).toBe(values.indexOf(Math.min(...values)));
      const least = objective(problem, massesOf(measure, best.logDensity));
      expectClose(least, Math.min(...values), { ulps: 64, epsilon: EPSILON, scale: 10 });
      for (let k = 0; k < 1000; k++) expect(objective(problem, inside(floor))).toBeGreaterThan(least);
    }
  });

  test("scores are the objective of the vertices up to a constant", () => {
    const problem = randomProblem(6, false);
    const { measure, potential, other, temperature } = problem;
    const value = 0.02;
    const floor = new Float64Array(6).fill(value);
    const { scores } = bestResponse(measure, potential, other, { temperature, floor: { kind: "cellMass", value } });
    const values = vertices(floor).map((p) => objective(problem, p));
    for (let j = 1; j < 6; j++) {
      expectClose(scores[j]! - scores[0]!, values[j]! - values[0]!, { ulps: 64, epsilon: EPSILON, scale: 10 });
    }
  });

  test("on equal cells the score is (1−nδ)V_j + b_j log((1−(n−1)δ)/δ)", () => {
    const [n, delta, temperature] = [5, 0.03, 0.4];
    const measure = cellMeasure({ cells: n, volume: n });
    const potential = Float64Array.of(0, 1, -1, 0.5, 2);
    const other = normalizeLogDensity(measure, Float64Array.of(0.1, 2, -1, 0, 1));
    const { scores } = bestResponse(measure, potential, other, {
      temperature,
      floor: { kind: "cellMass", value: delta },
    });
    const b = massesOf(measure, other);
    potential.forEach((u, j) => {
      const v = u / temperature + other[j]!;
      const expected = (1 - n * delta) * v + b[j]! * Math.log((1 - (n - 1) * delta) / delta);
      expectClose(scores[j]!, expected, { ulps: 16, epsilon: EPSILON, scale: 5 });
    });
  });

  test("ties are reported and go to the lowest index", () => {
    const measure = cellMeasure({ cells: 7 });
    const floor = { kind: "cellMass", value: 0.01 } as const;
    const flat = new Float64Array(7);
    const uniform = bestResponse(measure, flat, flat, { temperature: 0.3, floor });
    expect(uniform).toMatchObject({ cell: 0, ties: [0, 1, 2, 3, 4, 5, 6] });
    const other = bestResponse(measure, flat.with(0, -1), flat, { temperature: 0.3, floor }).logDensity;
    expect(bestResponse(measure, flat, other, { temperature: 0.3, floor })).toMatchObject({
      cell: 1,
      ties: [1, 2, 3, 4, 5, 6],
    });
  });

  test("the messages", () => {
    const measure = cellMeasure({ cells: 3 });
    const flat = new Float64Array(3);
    const floor = { kind: "cellMass", value: 0.1 } as const;
    const run =
      (potential: Float64Array, other: Float64Array, temperature = 1) =>
      () =>
        bestResponse(measure, potential, other, { temperature, floor });
    expect(run(flat, flat, 0)).toThrow(
      "bestResponse: `temperature` must be a finite number > 0, got 0. CLIP-like systems use 0.01 to 0.1.",
    );
    expect(run(flat.with(1, Number.NaN), flat)).toThrow(
      "bestResponse: `potential` must be a number or +∞ at every point, got NaN at point 1.",
    );
    expect(run(flat.with(1, Number.POSITIVE_INFINITY), flat)).toThrow(
      "bestResponse: `potential` must be finite at every point, got Infinity at point 1.",
    );
    const empty = Float64Array.of(Math.log(1.5), Math.log(1.5), Number.NEGATIVE_INFINITY);
    expect(run(flat, empty)).toThrow(
      "bestResponse: `other` must be positive in every cell, got no mass in cell 2. Lift it with projectOntoFloor.",
    );
    expect(() => bestResponse(measure, flat, flat, { temperature: 1, floor: { kind: "density", value: 1 } })).toThrow(
      /^bestResponse: `floor.value` must be > 0 and < 1\/\|Z\| = /,
    );
  });
});

describe("coLocationBarrier", () => {
  test("is 2 log((1−(n−1)δ)/δ) on equal cells, 2 log(1/δ) for small floors and 0 at δ = 1/n", () => {
    for (const n of [2, 5, 64]) {
      for (const delta of [1e-12, 1e-6, 1e-3, 0.5 / n, 0.99 / n]) {
        const barrier = coLocationBarrier(cellMeasure({ cells: n }), { floor: { kind: "cellMass", value: delta } });
        const expected = 2 * Math.log((1 - (n - 1) * delta) / delta);
        // The free mass is 1 less the floors, known to a rounding of 1.
        const tolerance = { ulps: 16 / (1 - n * delta), epsilon: EPSILON, scale: 1 };
        expectClose(barrier, expected, tolerance);
        const density = { floor: { kind: "density", value: delta * n } } as const;
        expectClose(coLocationBarrier(cellMeasure({ cells: n }), density), expected, tolerance);
      }
    }
    const small = coLocationBarrier(cellMeasure({ cells: 64 }), { floor: { kind: "cellMass", value: 1e-100 } });
    // (1 − 63δ) is 1 to rounding here.
    expectClose(small, 200 * Math.log(10), { ulps: 16, epsilon: EPSILON });
  });

  test.each([
    ["equal", cellMeasure({ cells: 4 }), { kind: "cellMass", value: 0.02 }],
    ["unequal, floor on the density", { weights: Float64Array.of(0.4, 1.3, 0.7, 2) }, { kind: "density", value: 0.05 }],
    ["unequal, floor on the mass", { weights: Float64Array.of(0.4, 1.3, 0.7, 2) }, { kind: "cellMass", value: 0.05 }],
  ] as const)("the second modality joins the first one's cell iff ΔU/τ exceeds it (%s)", (_, measure, floor) => {
    const temperature = 0.7;
    const barrier = coLocationBarrier(measure, { floor, shared: 2, apart: 1 });
    // The first modality sits on cell 2; cells 0 and 3 are out of the question.
    const flat = new Float64Array(4);
    const uniform = normalizeLogDensity(measure, flat);
    const first = bestResponse(measure, flat.with(2, -1e3), uniform, { temperature, floor });
    expect(first.cell).toBe(2);
    const secondAt = (ratio: number) => {
      const potential = Float64Array.of(1e6, ratio * barrier * temperature, 0, 1e6);
      return bestResponse(measure, potential, first.logDensity, { temperature, floor }).cell;
    };
    expect([secondAt(1 - 1e-9), secondAt(1 + 1e-9)]).toEqual([1, 2]);
  });

  test("the messages", () => {
    const measure = cellMeasure({ cells: 3 });
    const floor = { kind: "cellMass", value: 0.1 } as const;
    expect(() => coLocationBarrier(measure, { floor, shared: 3 })).toThrow(
      "coLocationBarrier: `shared` must be the index of one of 3 cells, got 3.",
    );
    expect(() => coLocationBarrier(measure, { floor, apart: 0 })).toThrow(
      "coLocationBarrier: `apart` must be another cell than `shared` = 0, got 0.",
    );
    expect(() => coLocationBarrier(measure, { floor: { kind: "cellMass", value: 1 / 3 } })).toThrow(
      /^coLocationBarrier: `floor.value` must be > 0 and < 1\/n = /,
    );
  });
});
