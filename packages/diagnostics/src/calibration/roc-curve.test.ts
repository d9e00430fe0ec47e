import { createRandom } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { equalError, operatingPoints, placements, sortScores } from "./roc-curve.ts";

const exact = { ulps: 16, epsilon: 2 ** -52, scale: 1 };
const [positives, negatives] = [Float64Array.of(0.9, 0.4, 0.4, 0.1), Float64Array.of(0.4, 0.2, 0)];

test("points after each distinct score, from (0, 1) to (1, 0)", () => {
  expect(operatingPoints(sortScores(positives, negatives))).toEqual([
    { threshold: Number.NEGATIVE_INFINITY, falseNegatives: 0, falsePositives: 1 },
    { threshold: 0, falseNegatives: 0, falsePositives: 2 / 3 },
    { threshold: 0.1, falseNegatives: 0.25, falsePositives: 2 / 3 },
    { threshold: 0.2, falseNegatives: 0.25, falsePositives: 1 / 3 },
    { threshold: 0.4, falseNegatives: 0.75, falsePositives: 0 },
    { threshold: 0.9, falseNegatives: 1, falsePositives: 0 },
  ]);
});

test("the equal error lies on the line between (¼, ⅓) and (¾, 0)", () => {
  const { rate, threshold } = equalError(sortScores(positives, negatives));
  // ¼ + λ/2 = ⅓(1 − λ) → λ = 1/10.
  expectClose(rate, 0.3, exact);
  expect(threshold).toBe(0.4);
});

test("placements by counting, ties half", () => {
  const { ofPositives, ofNegatives } = placements(sortScores(positives, negatives));
  expectAllClose(ofPositives, [1, 2.5 / 3, 2.5 / 3, 1 / 3], exact);
  expectAllClose(ofNegatives, [(1 + 1) / 4, 3 / 4, 1], exact);
});

test("weights are repetitions", () => {
  const random = createRandom(1);
  const [a, b] = [random.integers(9, { high: 6 }), random.integers(7, { high: 5 })];
  const counts = random.integers(16, { low: 1, high: 4 });
  const repeat = (values: Int32Array, from: number) =>
    Float64Array.from(Array.from(values).flatMap((value, i) => new Array<number>(counts[from + i]!).fill(value)));
  const weighted = operatingPoints(sortScores(Float64Array.from(a), Float64Array.from(b)), Float64Array.from(counts));
  const repeated = operatingPoints(sortScores(repeat(a, 0), repeat(b, 9)));
  expect(weighted.map(({ threshold }) => threshold)).toEqual(repeated.map(({ threshold }) => threshold));
  expectAllClose(
    weighted.map((p) => p.falseNegatives),
    repeated.map((p) => p.falseNegatives),
    exact,
  );
  expectAllClose(
    weighted.map((p) => p.falsePositives),
    repeated.map((p) => p.falsePositives),
    exact,
  );
});

test("separated: 0; equal scores: ½", () => {
  expect(equalError(sortScores(Float64Array.of(2, 3), Float64Array.of(0, 1))).rate).toBe(0);
  expect(equalError(sortScores(Float64Array.of(1, 1), Float64Array.of(1, 1, 1))).rate).toBe(0.5);
});
