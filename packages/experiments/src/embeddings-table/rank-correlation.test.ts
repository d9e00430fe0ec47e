import { expect, test } from "vitest";
import { rankCorrelation } from "./rank-correlation.ts";

test("orders of three values: two of six are as extreme as a perfect one, four of six as one exchange", () => {
  expect(rankCorrelation([1, 2, 9], [0.1, 0.5, 0.6])).toEqual({ value: 1, chance: 1 / 3, values: 3 });
  expect(rankCorrelation([1, 2, 9], [3, 2, 1])).toEqual({ value: -1, chance: 1 / 3, values: 3 });
  // 1 − 6·2/(3·8) = ½; the other orders of three give ±1 and ±½.
  expect(rankCorrelation([1, 2, 9], [2, 1, 3])).toEqual({ value: 0.5, chance: 1, values: 3 });
});

test("ties take the mean of their places", () => {
  // Centred ranks −1, ½, ½ against −1, 0, 1: 1.5/√(1.5·2) = √3/2.
  expect(rankCorrelation([1, 2, 2], [1, 2, 3])!.value).toBeCloseTo(Math.sqrt(3) / 2, 15);
});

test("too few values or all equal: nothing to tell; beyond eight no chance", () => {
  expect(rankCorrelation([1, 2], [1, 2])).toBeNull();
  expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBeNull();
  const nine = Array.from({ length: 9 }, (_, i) => i);
  expect(rankCorrelation(nine, nine)).toEqual({ value: 1, chance: null, values: 9 });
});
