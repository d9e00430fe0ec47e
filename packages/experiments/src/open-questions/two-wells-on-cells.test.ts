import { expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { angleBetweenCells, twoWellsOnCells } from "./two-wells-on-cells.ts";

test("two wells on opposite cells, the first deeper by what was asked for, and walls between", () => {
  const { potential } = twoWellsOnCells(16, 0.3);
  expectClose(potential[8]! - potential[0]!, 0.3, { ulps: 8, epsilon: Number.EPSILON, scale: 1 });
  for (const bottom of [0, 8]) {
    for (const side of [1, 15]) expect(potential[(bottom + side) % 16]).toBeGreaterThan(potential[bottom]!);
  }
  // Without a difference of depth the walls are 1 high.
  const even = twoWellsOnCells(16, 0).potential;
  expectClose(even[4]! - even[0]!, 1, { ulps: 8, epsilon: Number.EPSILON });
});

test("the shorter arc", () => {
  expect([angleBetweenCells(8, 1, 1), angleBetweenCells(8, 0, 7)]).toEqual([0, Math.PI / 4]);
  expect(angleBetweenCells(8, 6, 2)).toBe(Math.PI);
});
