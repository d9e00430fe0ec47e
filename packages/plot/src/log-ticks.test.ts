import { expect, test } from "vitest";
import { logTicks } from "./log-ticks.ts";

test("the preferred values where their labels fit", () => {
  expect(logTicks(1, 100, { preferred: [1, 3, 10, 100], width: 400, size: 11 })).toEqual([1, 3, 10, 100]);
});

test("1, 2, 5 times powers of ten where they do not", () => {
  const preferred = Array.from({ length: 200 }, (_, i) => i + 1);
  expect(logTicks(1, 200, { preferred, width: 400, size: 11 })).toEqual([1, 2, 5, 10, 20, 50, 100, 200]);
});

test("powers of ten on a short axis", () => {
  const preferred = Array.from({ length: 2000 }, (_, i) => i + 1);
  expect(logTicks(1, 2000, { preferred, width: 110, size: 11 })).toEqual([1, 10, 100, 1000]);
});

test("the two ends where no round number lies between them", () => {
  expect(logTicks(61, 79, { preferred: [61, 62, 63, 79], width: 60, size: 11 })).toEqual([61, 79]);
});

test("a single value", () => expect(logTicks(5, 20, { preferred: [10], width: 200, size: 11 })).toEqual([10]));
