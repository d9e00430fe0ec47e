import { expect, test } from "vitest";
import { decadeTicks } from "./decade-ticks.ts";
import { formatTick } from "./format.ts";

const across = { format: formatTick, length: 300, size: 11, direction: "across" } as const;

test("the preferred values where their labels fit, and round ones where they do not", () => {
  expect(decadeTicks(3, 1200, { ...across, preferred: [4, 16, 64, 256, 1024] })).toEqual([4, 16, 64, 256, 1024]);
  expect(decadeTicks(3, 12, { ...across, preferred: [4, 4.01, 8] })).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
});

test("fewer decades on a shorter axis, below 1 as above", () => {
  const up = { ...across, direction: "up" } as const;
  expect(decadeTicks(0.002, 3, { ...up, length: 200 })).toEqual([0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2]);
  expect(decadeTicks(0.002, 3, { ...up, length: 60 })).toEqual([0.01, 0.1, 1]);
  expect(decadeTicks(1e-9, 1e3, { ...up, length: 80 })).toEqual([1e-9, 1e-6, 1e-3, 1, 1e3]);
});

test("round numbers where no two powers lie on the axis", () => {
  expect(decadeTicks(1.1, 1.9, across)).toEqual([1.2, 1.4, 1.6, 1.8]);
});
