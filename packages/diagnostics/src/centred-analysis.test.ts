import { expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { equalRows, noisyCopy, randomRows, unitRows } from "../test/unit-rows.ts";
import { centredAnalysis } from "./centred-analysis.ts";
import { modalityGap } from "./modality-gap.ts";
import { retrieval } from "./retrieval.ts";

test("an offset along an axis of its own is all of the gap", async () => {
  const base = randomRows(1, 20, 4);
  const padded = Array.from({ length: 20 }, (_, i) => [...base.data.subarray(4 * i, 4 * i + 4), 0]);
  const x = unitRows(padded);
  const y = unitRows(padded.map((row) => [...row.slice(0, 4), 1.5]));
  expect((await modalityGap(x, y)).centroid.value).toBeGreaterThan(0.8);
  const centred = await centredAnalysis(x, y);
  // Each centred y is a multiple of the centred x: equal rows after normalising, up to rounding.
  expect(centred!.gap.centroid.value).toBeLessThan(32 * Number.EPSILON);
  expect(centred!.retrieval.xToY.recall["1"]!.value).toBe(1);
});

test("what is measured are the centred, renormalised rows", async () => {
  const x = randomRows(3, 15, 5, [1]);
  const y = noisyCopy(4, x, 0.4, [0, 1]);
  const centre = (rows: typeof x) => {
    const mean = Array.from(
      { length: 5 },
      (_, k) => Array.from({ length: 15 }, (_, i) => rows.data[5 * i + k]!).reduce((a, b) => a + b) / 15,
    );
    return unitRows(Array.from({ length: 15 }, (_, i) => mean.map((value, k) => rows.data[5 * i + k]! - value)));
  };
  const [measured, gap, search] = [
    await centredAnalysis(x, y),
    await modalityGap(centre(x), centre(y)),
    await retrieval(centre(x), centre(y)),
  ];
  expectClose(measured!.gap.centroid.value, gap.centroid.value, { ulps: 64, epsilon: Number.EPSILON, scale: 1 });
  expect(measured!.retrieval.yToX.recall).toEqual(search.yToX.recall);
  expect(Object.keys(measured!.mixedSearch.x)).toEqual(["1", "5", "10"]);
});

test("rows that equal their centroid have no direction left", async () => {
  expect(await centredAnalysis(equalRows([1, 2, 3], 5), randomRows(1, 5, 3))).toBeNull();
});
