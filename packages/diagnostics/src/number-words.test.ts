import { expect, test } from "vitest";
import { counted, inFixed, inList, inPercent, withMinus } from "./number-words.ts";

test("numbers", () => {
  expect([0, 0.00314159, 0.04, 0.851, 5.834, 12.345, 305.2, -0.031].map(inFixed)).toEqual([
    "0.00",
    "0.0031",
    "0.04",
    "0.85",
    "5.83",
    "12.3",
    "305",
    "−0.031",
  ]);
});

test("minus signs also in exponents", () => {
  expect([1.3e-16, -1.3e-16].map(inFixed)).toEqual(["1.3e−16", "−1.3e−16"]);
  expect(inPercent(4e-11)).toBe("4e−9 %");
  expect([1e-7, 0.07].map(withMinus)).toEqual(["1e−7", "0.07"]);
});

test("shares are never rounded to nothing or everything", () => {
  expect([0, 0.00004, 0.0049, 0.552, 0.995, 0.9999, 1].map(inPercent)).toEqual([
    "0 %",
    "0.004 %",
    "0.5 %",
    "55 %",
    "99.5 %",
    "more than 99.9 %",
    "100 %",
  ]);
});

test("one and many", () => {
  expect([0, 1, 2].map((count) => counted(count, "query", "queries"))).toEqual(["0 queries", "1 query", "2 queries"]);
  expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(inList)).toEqual(["", "a", "a and b", "a, b and c"]);
});
