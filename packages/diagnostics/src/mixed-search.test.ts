import { expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { axisRows, equalRows, meanAndError, randomRows, unitRows } from "../test/unit-rows.ts";
import { mixedSearch } from "./mixed-search.ts";

const exact = { ulps: 16, epsilon: Number.EPSILON };

test("separated modalities find only their own kind", async () => {
  const x = randomRows(1, 12, 4, [9, 0]);
  const y = randomRows(2, 12, 4, [0, 9]);
  const search = await mixedSearch(x, y);
  expect(Object.keys(search.x)).toEqual(["1", "5", "10"]);
  for (const share of [...Object.values(search.x), ...Object.values(search.y)]) expect(share.value).toBe(1);
  expect(search.reference).toEqual({ x: 11 / 23, y: 11 / 23 });
});

test("the whole union: the reference, exactly", async () => {
  const n = 6;
  const search = await mixedSearch(randomRows(1, n, 3), randomRows(2, n, 3, [2]), { mixedSearchAt: [2 * n - 1, 50] });
  for (const k of ["11", "50"]) {
    expectClose(search.x[k]!.value, (n - 1) / (2 * n - 1), exact);
    expectClose(search.y[k]!.value, search.reference.y, exact);
  }
});

test("identical orthogonal rows: the match comes first, and it is of the other kind", async () => {
  const search = await mixedSearch(axisRows(5, 5), axisRows(5, 5), { mixedSearchAt: [1] });
  expect([search.x["1"]!.value, search.y["1"]!.value]).toEqual([0, 0]);
});

test("ties for the last places are shared", async () => {
  // All candidates of all queries tie; among the k best of each kind they are equally many.
  const x = equalRows([1, 1], 8);
  const search = await mixedSearch(x, x, { mixedSearchAt: [1, 3] });
  expect([search.x["1"]!.value, search.y["3"]!.value]).toEqual([0.5, 0.5]);
});

test("the two kinds of queries are told apart", async () => {
  // Rows of x are one tight cluster with y_0 in it; the other rows of y are far off and apart.
  const x = unitRows([
    [1, 0.01, 0],
    [1, -0.01, 0],
    [1, 0, 0.01],
  ]);
  const y = unitRows([
    [1, 0, 0],
    [-1, 0, 1],
    [-1, 0, -1],
  ]);
  const search = await mixedSearch(x, y, { mixedSearchAt: [1] });
  // Each row of x is nearest to y_0; of y, y_0 is nearest to an x, the other two to each other or to y.
  expect(search.x["1"]!.value).toBe(0);
  expectClose(search.y["1"]!.value, 2 / 3, exact);
});

test("without a gap the share is the reference on average", async () => {
  const n = 20;
  const draws = await Promise.all(
    Array.from({ length: 60 }, (_, r) => mixedSearch(randomRows(2 * r + 1, n, 5), randomRows(2 * r + 2, n, 5))),
  );
  for (const k of ["1", "10"]) {
    const { mean, error } = meanAndError(draws.map((draw) => (draw.x[k]!.value + draw.y[k]!.value) / 2));
    expect(Math.abs(mean - (n - 1) / (2 * n - 1))).toBeLessThan(3 * error);
  }
});
