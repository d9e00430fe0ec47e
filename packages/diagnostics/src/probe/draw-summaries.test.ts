import { expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { logLogSlope, meanOverDraws, rootMeanSquare } from "./draw-summaries.ts";

const exact = { ulps: 32, epsilon: 2 ** -52 };
const z95 = 1.959963984540054;

test("the mean's error, with an error that all draws share", () => {
  const plain = meanOverDraws([1, 2, 3, 6], { level: 0.95, unit: "nats", extra: 0 });
  expectClose(plain.standardError!, Math.sqrt(14 / 3 / 4), exact);
  expectClose(plain.interval!.high, 3 + z95 * plain.standardError!, exact);
  expect([plain.value, plain.samples, plain.unit]).toEqual([3, 4, "nats"]);
  const shared = meanOverDraws([1, 2, 3, 6], { level: 0.95, unit: "nats", extra: 2 });
  expectClose(shared.standardError! ** 2, 14 / 12 + 4, exact);
});

test("the root of a mean: its error is that of the mean over twice the root", () => {
  const root = rootMeanSquare([1, 2, 3, 6], 0.95)!;
  expectClose(root.value, Math.sqrt(3), exact);
  expectClose(root.standardError!, Math.sqrt(14 / 12) / (2 * Math.sqrt(3)), exact);
  expect(rootMeanSquare([-1, 0.5], 0.95)).toBeNull();
});

const point = (negatives: number, value: number, standardError: number) => ({
  negatives,
  relativeError: { value, standardError, samples: 5, unit: "1" } as const,
});

test("a power law has its exponent as slope, whatever the weights", () => {
  const slope = logLogSlope([point(4, 3 * 4 ** -0.5, 0.1), point(16, 3 / 4, 0.3), point(100, 0.3, 0.01)], 0.95)!;
  expectClose(slope.value, -0.5, exact);
});

test("two points: the error of the slope is that of the difference of logs over the difference of log N", () => {
  const slope = logLogSlope([point(10, 0.5, 0.05), point(1000, 0.2, 0.01)], 0.95)!;
  expectClose(slope.value, Math.log(0.2 / 0.5) / Math.log(100), exact);
  expectClose(slope.standardError, Math.hypot(0.1, 0.05) / Math.log(100), exact);
});

test("weights decide between points that disagree; points without an error do not count", () => {
  const flatter = logLogSlope([point(1, 1, 0.01), point(10, 0.9, 0.01), point(100, 0.01, 0.009)], 0.95)!;
  expect(flatter.value).toBeGreaterThan(-0.2);
  expect(logLogSlope([point(4, 1, 0.1), { negatives: 16, relativeError: null }, point(64, 1, 0)], 0.95)).toBeNull();
});
