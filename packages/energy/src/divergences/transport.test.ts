import { createRandom } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { transportOnCircle, transportToUniform } from "./transport-on-circle.ts";
import { transportOnLine } from "./transport-on-line.ts";

const exact = { ulps: 256, epsilon: Number.EPSILON, scale: 1 };
const turn = 2 * Math.PI;
const angles = (seed: number, n: number) => createRandom(seed).uniform(n, { high: turn }).sort();

function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  return permutations(n - 1).flatMap((p) => Array.from({ length: n }, (_, at) => p.toSpliced(at, 0, n - 1)));
}

/** Least mean cost over all matchings. */
function bruteForce(a: Float64Array, b: Float64Array, cost: (a: number, b: number) => number): number {
  const means = permutations(a.length).map((p) => p.reduce((sum, j, i) => sum + cost(a[i]!, b[j]!), 0) / a.length);
  return Math.min(...means);
}

function squaredArc(a: number, b: number): number {
  const gap = Math.abs(a - b) % turn;
  return Math.min(gap, turn - gap) ** 2;
}

/** Each number `times` times: the same law. */
function repeated(values: Float64Array, times: number): Float64Array {
  return Float64Array.from({ length: values.length * times }, (_, i) => values[Math.floor(i / times)]!);
}

describe("on a line", () => {
  const [a, b] = [createRandom(1).normal(6).sort(), createRandom(2).normal(6).sort()];

  test("the best matching", () => {
    expectClose(
      transportOnLine(a, b).cost,
      bruteForce(a, b, (x, y) => (x - y) ** 2),
      exact,
    );
  });

  test("a translation costs its square; rows of other numbers are the same law", () => {
    expectClose(
      transportOnLine(
        a,
        a.map((value) => value + 3),
      ).cost,
      9,
      exact,
    );
    const unequal = createRandom(3).normal(4).sort();
    const common = transportOnLine(repeated(a, 2), repeated(unequal, 3));
    expectClose(transportOnLine(a, unequal).cost, common.cost, exact);
  });

  test("potentials are the slope of the cost in the mass of a point", () => {
    const n = 400;
    const [x, y] = [
      createRandom(4).normal(n).sort(),
      createRandom(5)
        .normal(n)
        .map((value) => 2 * value + 1)
        .sort(),
    ];
    const { cost, potentialX } = transportOnLine(x, y);
    const centre = potentialX.reduce((sum, value) => sum + value, 0) / n;
    for (const i of [20, 200, 350]) {
      const without = transportOnLine(
        x.filter((_, k) => k !== i),
        y,
      ).cost;
      // cost − cost without i = (φ_i − mean φ)/n to first order, with a discretisation of a few spacings.
      expect(Math.abs((n - 1) * (cost - without) - (potentialX[i]! - centre))).toBeLessThan(0.15);
    }
  });
});

describe("on the circle", () => {
  test.each([1, 2, 3, 4, 5, 6])("the best matching along arcs, case %d", (seed) => {
    const [a, b] = [angles(seed, 6), angles(seed + 100, 6)];
    expectClose(transportOnCircle(a, b).cost, bruteForce(a, b, squaredArc), exact);
  });

  test("one point each: the squared shorter arc", () => {
    expectClose(transportOnCircle(Float64Array.of(0.1), Float64Array.of(turn - 0.2)).cost, 0.3 ** 2, exact);
    expectClose(transportOnCircle(Float64Array.of(1), Float64Array.of(2.5)).cost, 1.5 ** 2, exact);
  });

  test("samples of other numbers, swaps and rotations", () => {
    const [a, b] = [angles(7, 4), angles(8, 6)];
    const { cost } = transportOnCircle(a, b);
    expectClose(transportOnCircle(repeated(a, 3), repeated(b, 2)).cost, cost, exact);
    expectClose(transportOnCircle(b, a).cost, cost, exact);
    const rotated = (values: Float64Array) => values.map((value) => (value + 2.2) % turn).sort();
    expectClose(transportOnCircle(rotated(a), rotated(b)).cost, cost, exact);
    expectClose(
      transportOnCircle(a, rotated(a)).cost,
      Math.min(transportOnCircle(a, rotated(a)).cost, 2.2 ** 2),
      exact,
    );
  });

  test("to the uniform law: the closed form in shares of the circumference", () => {
    const a = angles(9, 7);
    const u = a.map((value) => value / turn);
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / 7;
    const order = u.reduce((sum, value, i) => sum + (7 + 1 - 2 * (i + 1)) * value, 0) / 49;
    const expected = mean(u.map((value) => value ** 2)) - mean(u) ** 2 + order + 1 / 12;
    expectClose(transportToUniform(a).cost, turn ** 2 * expected, exact);
  });

  test("to the uniform law: equally spaced, equal, and as the limit of many points", () => {
    const grid = (n: number) => new Float64Array(n).map((_, i) => (turn * i) / n);
    expectClose(transportToUniform(grid(5)).cost, (turn / 5) ** 2 / 12, exact);
    expectClose(transportToUniform(new Float64Array(3).fill(2)).cost, Math.PI ** 2 / 3, exact);
    const a = angles(10, 7);
    const many = transportOnCircle(a, grid(7000)).cost;
    // Each point of the grid stands for an arc of 2π/7000.
    expect(Math.abs(transportToUniform(a).cost - many)).toBeLessThan(turn ** 2 / 7000);
  });
});
