import { expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { harmonicNumber } from "./harmonic-number.ts";

test("first values", () => {
  expect([0, 1, 2].map(harmonicNumber)).toEqual([0, 1, 1.5]);
  expectClose(harmonicNumber(4), 25 / 12, { ulps: 2, epsilon: Number.EPSILON });
});

test("the series continues the sum", () => {
  for (const n of [65, 66, 200, 1000]) {
    let sum = 0;
    for (let k = n; k >= 1; k--) sum += 1 / k;
    // Adding n terms from the smallest on rounds n times, each at most half an ulp of the partial sum, most of them far less.
    expectClose(harmonicNumber(n), sum, { ulps: 16, epsilon: Number.EPSILON });
  }
});
