import { expect, test } from "vitest";
import { formatCosine, formatCount, formatNumber, formatPercent, formatPercentTick, formatTick } from "./format.ts";

test.each([
  [0, "0"],
  [-0, "0"],
  [0.0285307, "0.0285"],
  [-30.9918, "−31.0"],
  [99.96, "100"],
  [999.5, "1,000"],
  [123456, "123,456"],
  [-1234567, "−1.2e6"],
  [0.001, "0.00100"],
  [0.00012, "1.2e−4"],
])("formatNumber(%d) = %s", (value, text) => expect(formatNumber(value)).toBe(text));

test.each([
  [0.3099186, "0.310"],
  [-0.0004, "0.000"],
  [-0.0276, "−0.028"],
  [1, "1.000"],
])("formatCosine(%d) = %s", (value, text) => expect(formatCosine(value)).toBe(text));

test.each([
  [1, "1"],
  [124750, "124,750"],
  [12497500, "12,497,500"],
  [0.25, "0.250"],
])("formatCount(%d) = %s", (value, text) => expect(formatCount(value)).toBe(text));

test.each([
  [0, "0 %"],
  [0.002, "0.2 %"],
  [0.00034, "0.034 %"],
  [0.0569, "5.7 %"],
  [0.0996, "10 %"],
  [0.312, "31 %"],
  [1, "100 %"],
])("formatPercent(%d) = %s", (share, text) => expect(formatPercent(share)).toBe(text));

test("a share that is almost 1 or almost 0 is not printed as all or nothing", () => {
  expect(formatPercent(0.9996)).toBe("99.96 %");
  expect(formatPercent(1e-7)).toBe("0.00001 %");
});

test.each([
  [0.1 + 0.2, "0.3"],
  [-0.5, "−0.5"],
  [100000, "1e5"],
  [1.5e6, "1.5e6"],
  [0.8512341, "0.8512341"],
  [5e-7, "5e−7"],
])("formatTick(%d) = %s", (value, text) => expect(formatTick(value)).toBe(text));

test("formatPercentTick", () => expect(formatPercentTick(0.015)).toBe("1.5 %"));
