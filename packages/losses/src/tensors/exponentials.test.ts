import { createRandom } from "@nce-geometry/tensor";
import { expectAllClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { exponentiate } from "./exponentials.ts";

const EPSILON = 2 ** -52;

test.each([0, 3, -40, 1e3])("agrees with Math.exp over the whole range (shift %d)", (shift) => {
  const random = createRandom(1);
  // Dense near 0, where the table changes entry every log 2/64, and out to the end of the range.
  const offsets = [...random.uniform(20_000, { high: 2 }), ...random.uniform(20_000, { high: 699 })];
  const values = Float64Array.from(offsets, (offset) => shift - offset);
  const expected = values.map((value) => Math.exp(value - shift));
  exponentiate(values, shift, new Float64Array(values.length));
  expectAllClose(values, expected, { ulps: 2, epsilon: EPSILON });
});

test("1 at the shift, 0 from 700 below it on", () => {
  const values = Float64Array.from([5, -695, -696, -1e300, Number.NEGATIVE_INFINITY]);
  exponentiate(values, 5, new Float64Array(values.length));
  expect([...values]).toEqual([1, 0, 0, 0, 0]);
});

test("multiples of log 2 are powers of 2", () => {
  const values = Float64Array.from({ length: 900 }, (_, k) => -k * Math.LN2);
  exponentiate(values, 0, new Float64Array(values.length));
  // k·log 2 is rounded, by half an ulp of up to 900 log 2.
  expectAllClose(
    values,
    Array.from({ length: 900 }, (_, k) => 2 ** -k),
    { ulps: 900, epsilon: EPSILON },
  );
});

test("totals at their places, and the sum of all", () => {
  const values = Float64Array.from([0, -Math.LN2, Number.NEGATIVE_INFINITY]);
  const totals = Float64Array.from([1, 2, 3]);
  expect(exponentiate(values, 0, totals)).toBe(values[0]! + values[1]!);
  expect([...totals]).toEqual([1 + values[0]!, 2 + values[1]!, 3]);
});
