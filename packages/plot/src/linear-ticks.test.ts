import { expect, test } from "vitest";
import { formatTick } from "./format.ts";
import { linearTicks } from "./linear-ticks.ts";

const options = { count: 5, format: formatTick, length: 300, size: 11, direction: "across" } as const;

test.each([
  [0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [-0.13, 0.41, [-0.1, 0, 0.1, 0.2, 0.3, 0.4]],
  [0, 97, [0, 20, 40, 60, 80]],
  [-1234, 2000, [-1000, -500, 0, 500, 1000, 1500, 2000]],
])("round numbers from %d to %d", (low, high, ticks) => expect(linearTicks(low, high, options)).toEqual(ticks));

test("fewer where the labels would touch", () => {
  const format = (value: number): string => `${value} nats`;
  expect(linearTicks(0, 1, { ...options, format, length: 150 })).toEqual([0, 0.5, 1]);
  expect(linearTicks(0, 1, { ...options, length: 30, direction: "up" })).toEqual([0, 0.5, 1]);
});

test("fewer where the labels could not be told apart", () => {
  const ticks = linearTicks(1, 1 + 1e-13, options);
  expect(new Set(ticks.map(formatTick)).size).toBe(ticks.length);
});

test("every tick lies in the interval", () => {
  for (const [low, high] of [
    [-7e99, 9e99],
    [3e-90, 4e-90],
    [-1e-5, 2e5],
  ] as const) {
    for (const tick of linearTicks(low, high, options)) expect(tick >= low && tick <= high).toBe(true);
  }
});
