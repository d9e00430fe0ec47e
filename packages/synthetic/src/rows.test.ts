import { createRandom } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { expectMean } from "../test/z-score.ts";
import { estimateOf } from "./known.ts";
import { dot, drawLabels, makeRows, norm, randomOrthogonal, rowOf, unit } from "./rows.ts";
import { sampleAround, tangentNoise } from "./sample-around.ts";

const EPSILON = 2 ** -52;

test.each([1, 2, 40])("a random orthogonal matrix of order %d is orthogonal", (n) => {
  const matrix = randomOrthogonal(createRandom("orthogonal"), n);
  const rows = { rows: n, dim: n, data: matrix };
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      expectClose(dot(rowOf(rows, i), rowOf(rows, j)), i === j ? 1 : 0, { ulps: 4 + n, epsilon: EPSILON, scale: 1 });
    }
  }
});

test("labels have their weights", () => {
  const labels = drawLabels(createRandom("labels"), 9000, [0.1, 0.6, 0.3]);
  for (const [k, weight] of [0.1, 0.6, 0.3].entries()) {
    expectMean(
      Float64Array.from(labels, (label) => (label === k ? 1 : 0)),
      weight,
    );
  }
  expect([...drawLabels(createRandom(0), 4, [1])]).toEqual([0, 0, 0, 0]);
});

test("a sample around a centre leans nowhere but towards it, also at the axis and opposite to it", () => {
  for (const centre of [[0, 0, 1], [0, 0, -1], [1, 0, 0], unit([1, -2, 1e-9])]) {
    const centres = makeRows(2000, 3, (row) => row.set(centre));
    for (const points of [
      sampleAround(createRandom("a"), centres, 30),
      tangentNoise(createRandom("b"), centres, 0.2),
    ]) {
      const along = Float64Array.from({ length: 2000 }, (_, i) => dot(rowOf(points, i), centre));
      expect(Math.min(...along)).toBeGreaterThan(0);
      for (let k = 0; k < 3; k++) {
        expectMean(
          Float64Array.from({ length: 2000 }, (_, i) => rowOf(points, i)[k]! - along[i]! * centre[k]!),
          0,
        );
      }
      expectClose(norm(rowOf(points, 5)), 1, { ulps: 16, epsilon: EPSILON });
    }
  }
});

test("float32 rows are read as float64", () => {
  const row = rowOf({ rows: 1, dim: 2, data: Float32Array.of(1, 2) }, 0);
  expect(row).toEqual(Float64Array.of(1, 2));
});

test("an estimate is a mean with its standard error", () => {
  expect(estimateOf([1, 2, 3, 4])).toEqual({ value: 2.5, standardError: Math.sqrt(5 / 3 / 4), samples: 4 });
});
