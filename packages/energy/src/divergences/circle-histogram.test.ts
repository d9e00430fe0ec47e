import { existsSync, readFileSync } from "node:fs";
import { vonMises } from "@nce-geometry/manifold";
import { createRandom } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { deviation, lawAt, mean, sampleOf, uniformRows } from "../../test/sphere-samples.ts";
import { angleHistogramJeffreys, circleHistogramJeffreys } from "./circle-histogram.ts";
import { jeffreysOf } from "./jeffreys.ts";

const exact = { ulps: 64, epsilon: Number.EPSILON, scale: 1 };
const oracle = new URL("../../../../../shared/oracles/angle_divergence.json", import.meta.url);
const title = existsSync(oracle) ? "golden values" : "golden values: SKIPPED, ../shared/oracles is not here";

interface Golden {
  readonly a1: number[];
  readonly a2: number[];
  readonly bins: number;
  readonly eps: number;
  readonly jeffreys: number;
}

describe.skipIf(!existsSync(oracle))(title, () => {
  test("every case to 1e-10", () => {
    for (const { a1, a2, bins, eps, jeffreys } of JSON.parse(readFileSync(oracle, "utf8")) as Golden[]) {
      const { value } = angleHistogramJeffreys(a1, a2, { bins, epsilon: eps });
      expect(Math.abs(value / jeffreys - 1)).toBeLessThan(1e-10);
    }
  });
});

test("two bins: (p − q)·log of the odds ratio", () => {
  const [low, high] = [-1, 1];
  const estimate = angleHistogramJeffreys([low, low, low, high], [low, high], { bins: 2, epsilon: 1e-12 });
  // p = (¾, ¼), q = (½, ½): ¼ log 3.
  expectClose(estimate.value, Math.log(3) / 4, { ulps: 1e5, epsilon: Number.EPSILON });
  expect([estimate.floor, estimate.oneSidedBins, estimate.oneSidedPart]).toEqual([3 / 4, 0, 0]);
  expect(estimate.notes).toEqual(["Two samples of one law give about 0.75: nothing more is seen."]);
});

test("one bin each, and different ones: the value is set by ε", () => {
  const n = 10;
  const epsilon = 1e-6;
  const options = { bins: 4, epsilon };
  const { value, oneSidedBins, oneSidedPart, notes } = angleHistogramJeffreys(
    new Float64Array(n).fill(-2),
    new Float64Array(n).fill(2),
    options,
  );
  const expected = ((2 * n) / (n + 4 * epsilon)) * Math.log((n + epsilon) / epsilon);
  expectClose(value, expected, exact);
  expectClose(oneSidedPart, expected, exact);
  expect(oneSidedBins).toBe(2);
  expect(notes).toEqual(["2 bins with angles of one sample only make 32.2 of the value, set by ε."]);
});

test("bins are those of the edges −π + 2πb/B; π belongs to the last", () => {
  const edges = Array.from({ length: 61 }, (_, b) => (b === 60 ? Math.PI : b * ((2 * Math.PI) / 60) - Math.PI));
  const middles = edges.slice(0, 60).map((edge) => edge + 0.01);
  // Every lower edge lies in the bin of its middle, and π in the last.
  const { value } = angleHistogramJeffreys([...edges], [...middles, middles[59]!]);
  expectClose(value, 0, exact);
});

test("the floor is what equal laws give, and the error what they vary by when apart", () => {
  const draw = (concentration: number, seed: number) => vonMises({ concentration }).sample(createRandom(seed), 400);
  const options = { bins: 12 };
  const nulls = Array.from({ length: 80 }, (_, r) =>
    angleHistogramJeffreys(draw(0, 2 * r), draw(0, 2 * r + 1), options),
  );
  const values = nulls.map(({ value }) => value);
  // The floor is of first order: off by 1/count of a bin, 3 %.
  expect(Math.abs(mean(values) / nulls[0]!.floor - 1)).toBeLessThan(
    0.03 + (3 * deviation(values)) / nulls[0]!.floor / 9,
  );
  expect(nulls.filter(({ notes }) => notes !== undefined).length).toBeGreaterThan(70);
  const apart = Array.from({ length: 80 }, (_, r) => angleHistogramJeffreys(draw(0.5, r), draw(1.2, 900 + r), options));
  const ratio = mean(apart.map((e) => e.standardError!)) / deviation(apart.map((e) => e.value));
  expect(Math.abs(ratio - 1)).toBeLessThan(0.3);
});

test("rows on the circle give their angles", async () => {
  const [x, y] = [sampleOf(lawAt(2, 3), 50, 1), sampleOf(lawAt(2, 1), 60, 2)];
  const anglesOf = ({ rows, data }: typeof x) =>
    Array.from({ length: rows }, (_, i) => Math.atan2(data[2 * i + 1]!, data[2 * i]!));
  expect(await circleHistogramJeffreys(x, y)).toEqual(angleHistogramJeffreys(anglesOf(x), anglesOf(y)));
  await expect(circleHistogramJeffreys(uniformRows(4, 3, 1), uniformRows(4, 3, 1))).rejects.toThrow(
    "circleHistogramJeffreys: `x` must be of dimension 2, got [4, 3].",
  );
});

test("the Jeffreys divergence is twice D_S, and so are its errors", () => {
  const interval = { low: 1, high: 2, level: 0.95, method: "normal" } as const;
  const half = { value: 1.5, standardError: 0.25, interval, samples: 9, unit: "nats", method: "m" } as const;
  expect(jeffreysOf(half)).toEqual({
    value: 3,
    standardError: 0.5,
    interval: { ...interval, low: 2, high: 4 },
    samples: 9,
    unit: "nats",
    method: "2 · (m)",
  });
});

test.each([
  [[0], [0, 1], {}, "`x` must be at least 2 angles, got 1."],
  [[0, 4], [0, 1], {}, "`x` must be angles from −π to π, got 4 at 1. Math.atan2(y, x) gives such angles."],
  [[0, 1], [Number.NaN, 1], {}, "`y` must be finite, got NaN at 0."],
  [[0, 1], [0, 1], { bins: 1 }, "`bins` must be an integer ≥ 2, got 1."],
  [[0, 1], [0, 1], { epsilon: 0 }, "`epsilon` must be a finite number > 0, got 0."],
  [[0, 1], [0, 1, 2], { sampling: "paired" as const }, "`y` must be 2 angles, as `x` is, got 3."],
])("%j, %j, %j is refused", (x, y, options, message) => {
  expect(() => angleHistogramJeffreys(x, y, options)).toThrow(`angleHistogramJeffreys: ${message}`);
});
