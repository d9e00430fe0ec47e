import { expect, test } from "vitest";
import { formatBytes, formatEstimate, formatNumber, formatShare, formatWithError } from "./format.ts";

test.each([
  [0, "0.000"],
  [0.0005, "0.00050"],
  [0.8513518, "0.851"],
  [-30.9918, "−30.992"],
  [258.14, "258.1"],
  [12345.6, "12346"],
  [0.000123, "0.00012"],
  [-1e-9, "−1.0e−9"],
  [Number.NaN, "NaN"],
  [Number.NEGATIVE_INFINITY, "−∞"],
])("%d reads %s", (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test.each([
  [0.95604, 0.00094, "0.95604 ± 0.00094"],
  [-0.0001, 0.0123, "0.000 ± 0.012"],
  [-12.345, 3.21, "−12.3 ± 3.2"],
  [12345.6, 120, "12346 ± 120"],
  [0.5, 0, "0.500 ± 0.000"],
  [0.5, Number.NaN, "0.500 ± NaN"],
])("%d with an error of %d reads %s", (value, standardError, text) => {
  expect(formatWithError(value, standardError)).toBe(text);
});

test("shares, intervals and sizes", () => {
  expect(formatShare(0.5524)).toBe("55.2 %");
  const estimate = { value: 1, samples: 5, unit: "1" as const };
  expect(formatEstimate(estimate)).toEqual({ value: "1.000", uncertainty: "" });
  expect(formatEstimate({ ...estimate, standardError: 0.01 })).toEqual({ value: "1.000", uncertainty: "± 0.010" });
  const interval = { low: 0.5, high: 0.75, level: 0.95, method: "bootstrap" as const };
  expect(formatEstimate({ ...estimate, interval }, formatShare)).toEqual({
    value: "100.0 %",
    uncertainty: "[50.0 %, 75.0 %]",
  });
  const narrow = { ...interval, low: 0.99971, high: 1.00018 };
  expect(formatEstimate({ ...estimate, interval: narrow })).toEqual({
    value: "1.00000",
    uncertainty: "[0.99971, 1.00018]",
  });
  expect([0, 999, 1000, 2048128, 5e9].map(formatBytes)).toEqual(["0 bytes", "999 bytes", "1.0 kB", "2.0 MB", "5.0 GB"]);
});
