import { expect, test } from "vitest";
import { inFixed, inPercent } from "./number-words.ts";

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
