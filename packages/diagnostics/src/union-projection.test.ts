import { expectAllClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { equalRows, randomRows, turnRows, unitRows } from "../test/unit-rows.ts";
import { unionProjection } from "./union-projection.ts";

const exact = { ulps: 64, epsilon: Number.EPSILON, scale: 1 };

test("two points: ± half their distance on the first axis, nothing on the second", async () => {
  const { varianceShares, x, y } = await unionProjection(equalRows([1, 0, 0], 3), equalRows([0, 0.6, 0.8], 3));
  expectAllClose(varianceShares, [1, 0], exact);
  // The difference of the points is (−1, 0.6, 0.8): the first coordinate is the largest and made positive.
  expectAllClose(x.first, [Math.SQRT1_2, Math.SQRT1_2, Math.SQRT1_2], exact);
  expectAllClose(
    y.first,
    x.first.map((value) => -value),
    exact,
  );
  expectAllClose(x.second, [0, 0, 0], { ...exact, ulps: 1e6 });
});

test("a rectangle: both axes, with variances in the ratio of the squared sides", async () => {
  const [a, b] = [0.6, 0.3];
  const height = Math.sqrt(1 - a * a - b * b);
  const x = unitRows([
    [a, b, height],
    [a, -b, height],
  ]);
  const y = unitRows([
    [-a, b, height],
    [-a, -b, height],
  ]);
  const projection = await unionProjection(x, y);
  expectAllClose(projection.varianceShares, [(a * a) / (a * a + b * b), (b * b) / (a * a + b * b)], exact);
  expectAllClose(projection.x.first, [a, a], exact);
  expectAllClose(projection.x.second, [b, -b], exact);
  expectAllClose(projection.y.second, [b, -b], exact);
});

test("fewer rows than dimensions: the same rectangle", async () => {
  const [a, b] = [0.6, 0.3];
  const height = Math.sqrt(1 - a * a - b * b);
  const wide = (...rows: (readonly number[])[]) => unitRows(rows.map((row) => [...row, 0, 0, 0, 0]));
  const projection = await unionProjection(
    wide([a, b, height], [a, -b, height]),
    wide([-a, b, height], [-a, -b, height]),
  );
  expectAllClose(projection.x.first, [a, a], exact);
  expectAllClose(projection.y.second, [b, -b], exact);
});

test("fewer rows than dimensions, and a turned space: the same picture up to the signs of the axes", async () => {
  const [x, y] = [randomRows(1, 3, 9, [2]), randomRows(2, 3, 9, [0, 2])];
  const [plain, turned] = [await unionProjection(x, y), await unionProjection(turnRows(3, x), turnRows(3, y))];
  expectAllClose(turned.varianceShares, [...plain.varianceShares], { ...exact, ulps: 1024 });
  expectAllClose(turned.x.first.map(Math.abs), plain.x.first.map(Math.abs), { ...exact, ulps: 1024 });
  expectAllClose(turned.y.second.map(Math.abs), plain.y.second.map(Math.abs), { ...exact, ulps: 4096 });
});

test("rows are kept evenly, and named", async () => {
  const x = randomRows(1, 10, 3);
  const { x: some } = await unionProjection(x, x, { projectionPoints: 4 });
  const { x: all } = await unionProjection(x, x);
  expect(some.row).toEqual([0, 2, 5, 7]);
  expect(some.first).toEqual(some.row.map((row) => all.first[row]!));
  expect((await unionProjection(x, x, { projectionPoints: 0 })).x.first).toEqual([]);
});

test("collapsed rows: the origin", async () => {
  const x = equalRows([1, 2, 3], 7);
  const { varianceShares, x: points } = await unionProjection(x, x);
  expect([varianceShares, points.first]).toEqual([[0, 0], new Array(7).fill(0)]);
});

test("message", async () => {
  const x = randomRows(1, 4, 3);
  await expect(unionProjection(x, x, { projectionPoints: -1 })).rejects.toThrow(
    "unionProjection: `projectionPoints` must be an integer ≥ 0, got -1.",
  );
});
