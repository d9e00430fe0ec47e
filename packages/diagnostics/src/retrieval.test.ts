import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { equalRows, meanAndError, noisyCopy, randomRows, unitRows } from "../test/unit-rows.ts";
import { harmonicNumber } from "./harmonic-number.ts";
import { retrieval } from "./retrieval.ts";

const exact = { ulps: 16, epsilon: Number.EPSILON };
const values = (byK: Readonly<Record<string, { readonly value: number }>>) =>
  Object.values(byK).map(({ value }) => value);

describe("closed forms", () => {
  test("identical distinct rows: every match is first", async () => {
    const x = randomRows(1, 12, 4);
    const { xToY, yToX } = await retrieval(x, x);
    for (const direction of [xToY, yToX]) {
      expect(values(direction.recall)).toEqual([1, 1, 1]);
      expect([direction.medianRank.value, direction.meanRank.value, direction.meanReciprocalRank.value]).toEqual([
        1, 1, 1,
      ]);
      expect(direction.tiedQueries).toBe(0);
      expect(direction.curve.recall.every((share) => share === 1)).toBe(true);
    }
  });

  test("a chain of ranks: the match of query i is beaten by i others", async () => {
    // On a half circle, x_i at angle 0 for all i, y_i at angle i/10: y_i ranks i + 1 for every x, and all x tie for every y.
    const y = unitRows([0, 1, 2, 3].map((i) => [Math.cos(i / 10), Math.sin(i / 10)]));
    const { xToY, yToX } = await retrieval(equalRows([1, 0], 4), y, { recallAt: [1, 2, 3, 4, 9] });
    expect(values(xToY.recall)).toEqual([0.25, 0.5, 0.75, 1, 1]);
    expect(xToY.medianRank.value).toBe(2.5);
    expectClose(xToY.meanReciprocalRank.value, harmonicNumber(4) / 4, exact);
    expect(xToY.tiedQueries).toBe(0);
    // In the other direction all four candidates tie: chance by expectation, perfect when ties favour the match.
    expect(values(yToX.recall)).toEqual([0.25, 0.5, 0.75, 1, 1]);
    expect([yToX.tiedQueries, yToX.meanRank.value, yToX.strict.medianRank.value]).toEqual([4, 2.5, 1]);
    expect(values(yToX.strict.recall)).toEqual([1, 1, 1, 1, 1]);
  });

  test("collapsed rows give exactly chance", async () => {
    const x = equalRows([1, 2, 2], 20);
    const { xToY, yToX } = await retrieval(x, x);
    for (const direction of [xToY, yToX]) {
      expectClose(direction.recall["5"]!.value, 5 / 20, exact);
      expectClose(direction.meanReciprocalRank.value, harmonicNumber(20) / 20, exact);
      expect([direction.medianRank.value, direction.strict.recall["1"]!.value]).toEqual([10.5, 1]);
    }
    expect(xToY.chance).toMatchObject({
      recall: { "1": 0.05, "5": 0.25, "10": 0.5 },
      meanReciprocalRank: harmonicNumber(20) / 20,
      medianRank: 10.5,
      meanRank: 10.5,
    });
    expect(yToX.chance).toEqual(xToY.chance);
  });

  test("one duplicate: its two copies share the first two places", async () => {
    const x = unitRows([
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    const { xToY } = await retrieval(x, x, { recallAt: [1, 2] });
    expectClose(xToY.recall["1"]!.value, (0.5 + 0.5 + 1) / 3, exact);
    expect(xToY.recall["2"]!.value).toBe(1);
    expectClose(xToY.meanReciprocalRank.value, (0.75 + 0.75 + 1) / 3, exact);
    expect([xToY.tiedQueries, xToY.meanRank.value]).toEqual([2, (1.5 + 1.5 + 1) / 3]);
  });
});

test("independent sets give chance on average", async () => {
  const n = 30;
  const draws = await Promise.all(
    Array.from({ length: 80 }, (_, r) =>
      retrieval(randomRows(2 * r + 1, n, 6), randomRows(2 * r + 2, n, 6), { bootstrap: 0 }),
    ),
  );
  const { chance } = draws[0]!.xToY;
  for (const k of ["1", "5", "10"]) {
    const { mean, error } = meanAndError(draws.map((draw) => draw.xToY.recall[k]!.value));
    expect(Math.abs(mean - chance.recall[k]!)).toBeLessThan(3 * error);
  }
  const reciprocal = meanAndError(draws.map((draw) => draw.yToX.meanReciprocalRank.value));
  expect(Math.abs(reciprocal.mean - chance.meanReciprocalRank)).toBeLessThan(3 * reciprocal.error);
});

test("the curve rises from recall at 1 to 1 at n, and directions swap with the modalities", async () => {
  const x = randomRows(5, 40, 6);
  const y = noisyCopy(6, x, 0.5);
  const [forward, backward] = [await retrieval(x, y), await retrieval(y, x)];
  const { k, recall } = forward.xToY.curve;
  expect([k[0], k.at(-1), recall.at(-1)]).toEqual([1, 40, 1]);
  expect(recall[0]).toBe(forward.xToY.recall["1"]!.value);
  expect(recall.every((share, i) => i === 0 || share >= recall[i - 1]!)).toBe(true);
  expect(backward.yToX).toEqual(forward.xToY);
});

test("message", async () => {
  const x = randomRows(1, 4, 3);
  await expect(retrieval(x, x, { recallAt: [0] })).rejects.toThrow(
    "retrieval: `recallAt` must be integers ≥ 1, got 0.",
  );
});
