import { gaussLegendre, logSphereArea } from "@nce-geometry/manifold";
import { createRandom } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { expectMean } from "../test/z-score.ts";
import { type Conditional, logConditionalDensity } from "./conditional.ts";
import { makeRows, uniformRows } from "./rows.ts";
import { sampleAround, tangentNoise } from "./sample-around.ts";

const EPSILON = 2 ** -52;

/** Rows at given angles from the first axis. */
const atAngles = (angles: ArrayLike<number>, dim: number) =>
  makeRows(angles.length, dim, (row, i) => row.set([Math.cos(angles[i]!), Math.sin(angles[i]!)]));
const axes = (rows: number, dim: number) => makeRows(rows, dim, (row) => row.fill(1, 0, 1));

test.each([
  [2, { kind: "tangent", scale: 2 }],
  [3, { kind: "tangent", scale: 0.3 }],
  [3, { kind: "tangent", scale: 1.5 }],
  [8, { kind: "tangent", scale: 0.2 }],
  [3, { kind: "vonMisesFisher", concentration: 7 }],
  [16, { kind: "vonMisesFisher", concentration: 0 }],
] as const)("integrates to 1 over the sphere, d = %d, %o", (dim, conditional) => {
  const { nodes, weights } = gaussLegendre(400);
  const angles = nodes.map((node) => (Math.PI / 2) * (1 + node));
  const density = logConditionalDensity(conditional, axes(400, dim), atAngles(angles, dim));
  const area = dim === 2 ? 2 : Math.exp(logSphereArea(dim - 1));
  const total = density.reduce(
    (sum, log, j) => sum + (Math.PI / 2) * weights[j]! * Math.exp(log) * area * Math.sin(angles[j]!) ** (dim - 2),
    0,
  );
  // Angles from chords lose half of their digits at the antipode.
  expectClose(total, 1, { ulps: 1e5, epsilon: EPSILON });
});

test("closed forms: uniform, wrapped normal on the circle, normal in R^d, no noise", () => {
  const tolerance = { ulps: 64, epsilon: EPSILON };
  const y = atAngles([0.4, 2], 4);
  const flat = logConditionalDensity({ kind: "vonMisesFisher", concentration: 0 }, axes(2, 4), y);
  expectAllClose(flat, new Array(2).fill(-Math.log(2 * Math.PI ** 2)), tolerance);
  const [wrapped] = logConditionalDensity({ kind: "tangent", scale: 1 }, axes(1, 2), atAngles([1], 2));
  const series = 1 + 2 * [1, 2, 3, 4, 5, 6, 7, 8].reduce((sum, n) => sum + Math.exp((-n * n) / 2) * Math.cos(n), 0);
  expectClose(wrapped!, Math.log(series / (2 * Math.PI)), { ulps: 1e4, epsilon: EPSILON });
  const rows = (value: number) => ({ rows: 1, dim: 2, data: Float64Array.of(value, 0) });
  const [normal] = logConditionalDensity({ kind: "gaussian", deviation: 2 }, rows(1), rows(4));
  expectClose(normal!, -Math.log(8 * Math.PI) - 9 / 8, tolerance);
  expect(logConditionalDensity({ kind: "gaussian", deviation: 0 }, rows(1), rows(1))[0]).toBe(Number.POSITIVE_INFINITY);
  expect(logConditionalDensity({ kind: "tangent", scale: 0 }, axes(1, 3), atAngles([1], 3))[0]).toBe(
    Number.NEGATIVE_INFINITY,
  );
});

test("samples have it: E 1/ρ over a cap is the cap's area", () => {
  const cap = 0.5;
  for (const [conditional, y] of [
    [{ kind: "vonMisesFisher", concentration: 6 }, (x) => sampleAround(createRandom("y"), x, 6)],
    [{ kind: "tangent", scale: 0.5 }, (x) => tangentNoise(createRandom("y"), x, 0.5)],
  ] as readonly [Conditional, (x: ReturnType<typeof axes>) => ReturnType<typeof axes>][]) {
    const x = uniformRows(createRandom("x"), 6000, 3);
    const density = logConditionalDensity(conditional, x, y(x));
    const partners = y(x);
    const inside = (i: number) => {
      let cosine = 0;
      for (let k = 0; k < 3; k++) cosine += x.data[3 * i + k]! * partners.data[3 * i + k]!;
      return cosine > Math.cos(cap);
    };
    expectMean(
      density.map((log, i) => (inside(i) ? Math.exp(-log) : 0)),
      2 * Math.PI * (1 - Math.cos(cap)),
    );
  }
});

test("messages", () => {
  expect(() => logConditionalDensity({ kind: "gaussian", deviation: 1 }, axes(2, 3), axes(2, 4))).toThrow(
    "logConditionalDensity: `y` must be of shape [2, 3] as `x`, got [2, 4].",
  );
  expect(() => logConditionalDensity({ kind: "cauchy" } as unknown as Conditional, axes(1, 2), axes(1, 2))).toThrow(
    'logConditionalDensity: `conditional.kind` must be "vonMisesFisher", "tangent" or "gaussian", got "cauchy".',
  );
});
