import { expect, test } from "vitest";
import { spreadLabels } from "./spread-labels.ts";

const wishes = (targets: readonly number[], height = 10) => targets.map((target) => ({ target, height }));

test("labels with room stay where they want to be", () => {
  expect(spreadLabels(wishes([20, 50, 80]), 0, 100)).toEqual([20, 50, 80]);
});

test("equal targets are stacked in the order given", () => {
  expect(spreadLabels(wishes([50, 50]), 0, 100)).toEqual([50, 60]);
});

test("at the lower border they are pushed back up", () => {
  expect(spreadLabels(wishes([99, 98]), 0, 100)).toEqual([95, 85]);
});

test("more labels than room run over at the bottom, without overlap", () => {
  expect(spreadLabels(wishes([5, 5, 5]), 0, 20)).toEqual([5, 15, 25]);
});
