import { readFileSync } from "node:fs";
import { sumOfArray } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { gaussLegendre } from "./gauss-legendre.ts";

const EPSILON = 2 ** -52;

interface Golden {
  readonly rows: readonly { n: number; rank: number; angle: number; node: number; weight: number }[];
}
const golden: Golden = JSON.parse(
  readFileSync(new URL("../../test/golden/gauss-legendre.json", import.meta.url), "utf8"),
);

describe("gaussLegendre", () => {
  test.each([2, 3, 5, 20, 64, 257, 1024])("nodes and weights of n = %d against 50 digits", (n) => {
    const rule = gaussLegendre(n);
    const rows = golden.rows.filter((row) => row.n === n);
    expect(rows.length).toBeGreaterThan(0);
    for (const { rank, angle, node, weight } of rows) {
      const i = n - 1 - rank;
      // Newton stops within a few roundings of the recurrence, whose errors grow like √n.
      const few = { ulps: 4 + Math.sqrt(n), epsilon: EPSILON };
      expectClose(rule.angles[i]!, angle, few);
      expectClose(rule.nodes[i]!, node, { ulps: 4, epsilon: EPSILON, scale: 1 });
      expectClose(rule.weights[i]!, weight, { ...few, ulps: 2 * few.ulps });
      expect(rule.nodes[rank]).toBe(-rule.nodes[i]!);
      expect(rule.weights[rank]).toBe(rule.weights[i]);
    }
  });

  test.each([1, 2, 3, 4, 7, 16, 33])("n = %d integrates degree 2n − 1, and no more", (n) => {
    const { nodes, weights } = gaussLegendre(n);
    const moment = (p: number): number => sumOfArray(weights.map((w, i) => w * nodes[i]! ** p));
    // x^p multiplies the nodes' rounding by p.
    for (let p = 0; p < n; p++) expectClose(moment(2 * p), 2 / (2 * p + 1), { ulps: 8 + 4 * p, epsilon: EPSILON });
    for (let p = 0; p < n; p++) expectClose(moment(2 * p + 1), 0, { ulps: 1, epsilon: EPSILON, scale: 1 });
    // The next even power misses by 2/(2n+1)·Π (k/(2k−1))²-like terms: the squared norm of the monic polynomial.
    let missing = 2 / (2 * n + 1);
    for (let k = 1; k <= n; k++) missing *= (k / (2 * k - 1)) ** 2;
    expectClose(2 / (2 * n + 1) - moment(2 * n), missing, {
      ulps: 8 + 4 * n,
      epsilon: EPSILON,
      scale: 2 / (2 * n + 1),
    });
  });

  test("small rules in closed form", () => {
    const tolerance = { ulps: 2, epsilon: EPSILON };
    expect([...gaussLegendre(1).nodes, ...gaussLegendre(1).weights]).toEqual([0, 2]);
    expectAllClose(gaussLegendre(2).nodes, [-Math.sqrt(1 / 3), Math.sqrt(1 / 3)], tolerance);
    expectAllClose(gaussLegendre(3).nodes, [-Math.sqrt(3 / 5), 0, Math.sqrt(3 / 5)], tolerance);
    expectAllClose(gaussLegendre(3).weights, [5 / 9, 8 / 9, 5 / 9], tolerance);
  });

  test("nodes ascend, angles descend, weights sum to 2", () => {
    const { nodes, angles, weights } = gaussLegendre(101);
    for (let i = 1; i < 101; i++) {
      expect(nodes[i]!).toBeGreaterThan(nodes[i - 1]!);
      expect(angles[i]!).toBeLessThan(angles[i - 1]!);
    }
    expectClose(sumOfArray(weights), 2, { ulps: 4, epsilon: EPSILON });
  });

  test.each([0, 2.5, Number.NaN])("refuses %s nodes", (n) => {
    expect(() => gaussLegendre(n)).toThrow(`gaussLegendre: \`n\` must be an integer ≥ 1, got ${n}.`);
  });
});
