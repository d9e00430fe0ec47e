import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { chiSquareTail } from "./chi-square-tail.ts";

test("ν = 2: e^{−x/2};  ν = 4: e^{−x/2}(1 + x/2)", () => {
  for (const x of [1e-3, 0.5, 3, 20, 600]) {
    // The exponential of −x/2 carries a relative error of x/2 roundings; below the mean the complement of O(1) is taken.
    const exact = { ulps: 8 + x, epsilon: Number.EPSILON, scale: x < 6 ? 1 : 0 };
    expectClose(chiSquareTail(x, 2), Math.exp(-x / 2), exact);
    expectClose(chiSquareTail(x, 4), Math.exp(-x / 2) * (1 + x / 2), exact);
  }
});

describe("Γ(a, x)/Γ(a), by SciPy", () => {
  test.each([
    // degrees of freedom 2a; distance of x/2 from a in units of √a; tail
    [512, 0, 0.4916885236985704],
    [512, 2, 0.02601491051536828],
    [512, 30, 1.1808812852394806e-93],
    [2048, 0, 0.49584432874913453],
    [2048, 30, 2.1658689280964505e-125],
    [131328, 0, 0.4994810504012842],
    [131328, 2, 0.02296041618282124],
    [131328, 30, 5.236154158894724e-184],
    [262001, -6, 0.9999999991930719],
    [262001, 30, 7.248258853338299e-188],
  ])("2a = %d, %d deviations", (degrees, deviations, tail) => {
    const a = degrees / 2;
    // The exponent of the smallest of them is −430 from terms of 1e4, each rounded: 1e-9 leaves room for SciPy's own error.
    expectClose(chiSquareTail(2 * (a + deviations * Math.sqrt(a)), degrees), tail, { ulps: 1, epsilon: 1e-9 });
  });
});

test("ends", () => {
  expect([chiSquareTail(0, 3), chiSquareTail(Number.POSITIVE_INFINITY, 3), chiSquareTail(Number.NaN, 3)]).toEqual([
    1,
    0,
    Number.NaN,
  ]);
});
