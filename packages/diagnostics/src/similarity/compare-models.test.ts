import { expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { movedRows, noisyModel, normalRows } from "../../test/model-rows.ts";
import { compareModels } from "./compare-models.ts";

const close = { ulps: 1e5, epsilon: 2 ** -52, scale: 1 };
const a = normalRows(1, 40, 6);

test("one model turned and scaled: all measures say so, with the smallest p-values", async () => {
  const result = await compareModels(a, movedRows(2, a, 4), {
    permutations: 19,
    procrustesPermutations: 19,
    neighbours: [1, 5],
  });
  expect([result.sample, result.dims]).toEqual([
    { rows: 40, of: 40 },
    { a: 6, b: 6 },
  ]);
  expectClose(result.linearCKA.similarity!.value, 1, close);
  expectClose(result.gaussianCKA.similarity!.value, 1, close);
  expect([result.mutualNeighbours["1"]!.overlap.value, result.mutualNeighbours["5"]!.overlap.value]).toEqual([1, 1]);
  expectClose(result.procrustes.squaredDistance!.value, 0, close);
  expectClose(result.representationalSimilarity.similarity!.value, 1, close);
  const permuted = [result.linearCKA, result.gaussianCKA, result.procrustes, result.representationalSimilarity];
  expect(permuted.map((test) => test.permuted!.pValue)).toEqual([0.05, 0.05, 0.05, 0.05]);
  expect(JSON.parse(JSON.stringify(result))).toEqual(result);
});

test("more noise, less similarity", async () => {
  const at = async (noise: number) => compareModels(a, noisyModel(3, a, noise), { permutations: 0 });
  const [near, far] = [await at(0.3), await at(1.5)];
  expect(near.linearCKA.similarity!.value).toBeGreaterThan(far.linearCKA.similarity!.value);
  expect(near.mutualNeighbours["10"]!.overlap.value).toBeGreaterThan(far.mutualNeighbours["10"]!.overlap.value);
  expect(near.procrustes.squaredDistance!.value).toBeLessThan(far.procrustes.squaredDistance!.value);
  expect(near.linearCKA.permuted).toBeNull();
});

test("items are drawn from the seed, the same from both models", async () => {
  const options = { maxItems: 20, permutations: 0, neighbours: [3] };
  const drawn = await compareModels(a, movedRows(2, a, 4), options);
  expect(drawn.sample).toEqual({ rows: 20, of: 40 });
  expectClose(drawn.linearCKA.similarity!.value, 1, close);
});

test("messages", async () => {
  await expect(compareModels(a, a, { maxItems: 4 })).rejects.toThrow(
    "compareModels: `maxItems` must be an integer ≥ 5, got 4.",
  );
  await expect(compareModels(a, a, { maxItems: 5000 })).rejects.toThrow(
    "compareModels: `maxItems` must be at most 4096, got 5000.",
  );
});
