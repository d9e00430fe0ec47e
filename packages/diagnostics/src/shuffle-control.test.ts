import { type PairwiseEngine, referenceEngine } from "@nce-geometry/pairwise";
import { createRandom } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { equalRows, noisyCopy, permuteRows, randomRows } from "../test/unit-rows.ts";
import { retrieval } from "./retrieval.ts";
import { chanceTolerance, shuffleControl } from "./shuffle-control.ts";

const x = randomRows(1, 120, 6, [1]);
const y = noisyCopy(2, x, 0.05, [0, 1]);

test("retrieval falls to chance, the marginals stay", async () => {
  const control = await shuffleControl(x, y);
  expect([control.retrievalAtChance, control.marginalsHeld]).toEqual([true, true]);
  expect(control.largestDeviation).toBeLessThan(chanceTolerance);
  expect(control.recall.xToY["1"]!.value).toBeLessThan(0.06);
  for (const { before, after } of Object.values(control.marginals)) {
    expectClose(after, before, { ulps: 8 * 120, epsilon: Number.EPSILON, scale: 1 });
    expect(before).toBeGreaterThan(0);
  }
});

test("the ranks are those of the re-paired rows, in both directions", async () => {
  const repaired = await retrieval(x, permuteRows(y, createRandom(3).split("shuffle").permutation(120)));
  const control = await shuffleControl(x, y, { seed: 3 });
  expect(control.recall).toEqual({ xToY: repaired.xToY.recall, yToX: repaired.yToX.recall });
  const { xToY, yToX } = control.meanReciprocalRank;
  expect([xToY.value, yToX.value]).toEqual([
    repaired.xToY.meanReciprocalRank.value,
    repaired.yToX.meanReciprocalRank.value,
  ]);
});

test("the permutation depends on the seed alone", async () => {
  expect(await shuffleControl(x, y, { seed: 5 })).toEqual(await shuffleControl(x, y, { seed: 5 }));
  expect((await shuffleControl(x, y, { seed: 5 })).matchedCosine).not.toEqual(
    (await shuffleControl(x, y, { seed: 6 })).matchedCosine,
  );
});

test("collapsed rows are at chance exactly", async () => {
  const { largestDeviation, recall } = await shuffleControl(equalRows([1, 1], 30), equalRows([1, 1], 30));
  expectClose(recall.yToX["5"]!.value, 5 / 30, { ulps: 8, epsilon: Number.EPSILON });
  expect(largestDeviation).toBeLessThan(1e-12);
});

test("ranks that look at the original pairing are caught", async () => {
  const engine = referenceEngine();
  const cheating: PairwiseEngine = {
    ...engine,
    reduce: (a, b, reductions, control) => {
      const honest = reductions.map((reduction) =>
        reduction.kind === "rank" ? ({ kind: "rank" } as const) : reduction,
      );
      return engine.reduce(a, b, honest, control) as ReturnType<typeof engine.reduce<typeof reductions>>;
    },
  };
  const control = await shuffleControl(x, y, { engine: cheating });
  expect([control.retrievalAtChance, control.marginalsHeld]).toEqual([false, true]);
  expect(control.largestDeviation).toBeGreaterThan(5 * chanceTolerance);
});

test("a gap that depends on the order of rows is caught", async () => {
  const engine = referenceEngine();
  let sweeps = 0;
  const drifting: PairwiseEngine = {
    ...engine,
    reduce: async (a, b, reductions, control) => {
      const results = await engine.reduce(a, b, reductions, control);
      const drift = 1 + 1e-9 * sweeps++;
      for (const result of results as object[]) if ("total" in result) (result as { total: number }).total *= drift;
      return results;
    },
  };
  expect((await shuffleControl(x, y, { engine: drifting })).marginalsHeld).toBe(false);
});
