import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { movedRows, normalRows } from "../../test/model-rows.ts";
import { meanAndError, unitRows } from "../../test/unit-rows.ts";
import { mutualNeighbours } from "./mutual-neighbours.ts";

const exact = { ulps: 8, epsilon: 2 ** -52 };

test("1 for a turned and scaled copy, and for k = n − 1", async () => {
  const a = normalRows(1, 15, 4);
  expect((await mutualNeighbours(a, movedRows(3, a, 7), { k: 3 })).overlap.value).toBe(1);
  expect((await mutualNeighbours(a, normalRows(2, 15, 4), { k: 14 })).overlap.value).toBe(1);
});

test("four points of a circle, by hand", async () => {
  const circle = (angles: readonly number[]) => unitRows(angles.map((angle) => [Math.cos(angle), Math.sin(angle)]));
  // Nearest in a: 0–1, 2–3. Nearest in b: 0–1 likewise, but 2 → 1 and 3 → 0: two of four shared.
  const { overlap, chance, permuted } = await mutualNeighbours(circle([0, 0.1, 2, 2.1]), circle([0, 0.5, 1.2, -0.9]), {
    k: 1,
  });
  expect([overlap.value, overlap.samples, permuted]).toEqual([0.5, 4, null]);
  expectClose(chance, 1 / 3, exact);
});

test("items called anew keep their lists: with k = n − 1 every permutation gives 1", async () => {
  const { permuted } = await mutualNeighbours(normalRows(1, 8, 3), normalRows(2, 8, 3), { k: 7, permutations: 9 });
  expect(permuted).toEqual({ mean: 1, standardDeviation: 0, pValue: 1, permutations: 9 });
});

test("independent models: k/(n − 1) on average, and permutations of the right size", async () => {
  const values: number[] = [];
  let small = 0;
  for (let seed = 1; seed <= 80; seed++) {
    const result = await mutualNeighbours(normalRows(`a${seed}`, 30, 4), normalRows(`b${seed}`, 30, 4), {
      k: 4,
      permutations: 19,
      seed,
      bootstrap: 0,
    });
    values.push(result.overlap.value);
    if (result.permuted!.pValue <= 0.25) small++;
  }
  const { mean, error } = meanAndError(values);
  expect(Math.abs(mean - 4 / 29)).toBeLessThan(3 * error);
  // Values are multiples of 1/120, so that ties make the test err to the safe side: no more than 0.25 + 3σ.
  expect(small / 80).toBeLessThan(0.25 + 3 * Math.sqrt((0.25 * 0.75) / 80));
  expect(small / 80).toBeGreaterThan(0.08);
});

describe("messages", () => {
  const a = normalRows(1, 8, 3);
  test.each([
    [a, { k: 0 }, "mutualNeighbours: `k` must be an integer ≥ 1, got 0."],
    [a, { k: 8 }, "mutualNeighbours: `a` must be of more than k = 8 rows, got [8, 3]."],
    [
      { ...a, data: Float64Array.from(a.data, (v, at) => (Math.floor(at / 3) === 5 ? 0 : v)) },
      { k: 2 },
      "mutualNeighbours: `b` must be without zero rows, got zeros in row 5. A zero row has no direction; remove the item from both models.",
    ],
  ])("%#", async (b, options, message) => {
    await expect(mutualNeighbours(a, b, options)).rejects.toThrow(message);
  });
});
