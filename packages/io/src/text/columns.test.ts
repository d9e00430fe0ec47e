import { describe, expect, test } from "vitest";
import { brief, countedColumns, numberIn, numberText } from "./columns.ts";

test.each([
  ["1", 1],
  [" -2.5 ", -2.5],
  [".5", 0.5],
  ["5.", 5],
  ["+1E-3", 1e-3],
  ["NaN", Number.NaN],
  ["-nan", Number.NaN],
  ["inf", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["1e999", Number.POSITIVE_INFINITY],
  ["", undefined],
  [" ", undefined],
  ["0x10", undefined],
  ["0b1", undefined],
  ["0o7", undefined],
  ["1,5", undefined],
  ["1_000", undefined],
  ["12a", undefined],
  ["null", undefined],
] as const)("%j is the number %s", (text, value) => {
  expect(numberIn(text)).toBe(value);
});

test("numbers as text read back exactly", () => {
  for (const value of [0.1, -0, 5e-324, 2 ** 53 - 1, 1e21, Number.NaN]) expect(numberIn(numberText(value))).toBe(value);
});

describe("counted columns", () => {
  const all = (names: string[]): ReturnType<typeof countedColumns> => countedColumns(names, [...names.keys()]);
  test("are in the order of the counter, from 0 or 1, however they are written", () => {
    expect(all(["x_10", "x_1", "x_2", "x_0", "x_3", "x_4", "x_5", "x_6", "x_7", "x_8", "x_9", "id"]).counted).toEqual([
      { name: "x", places: [3, 1, 2, 4, 5, 6, 7, 8, 9, 10, 0] },
    ]);
    for (const names of [
      ["a1", "a2"],
      ["a[0]", "a[1]"],
      ["a.01", "a.02"],
      ["a-0", "a-1"],
      ["a (1)", "a (2)"],
    ])
      expect(all(names).counted[0]?.places).toEqual([0, 1]);
    expect(all(["0", "1"]).counted).toEqual([{ name: "0", places: [0, 1] }]);
  });
  test("leave nothing out silently", () => {
    expect(all(["x0", "x2"])).toEqual({
      counted: [],
      broken: ["x with 2 counted columns is no vector: 1 is missing or there twice"],
    });
    expect(all(["x0", "x0", "x1"]).broken).toEqual([
      "x with 3 counted columns is no vector: 1 is missing or there twice",
    ]);
    expect(all(["y2019", "y2020"]).broken).toEqual(["y with 2 counted columns is no vector: it begins at 2019"]);
    expect(all(["x1"])).toEqual({ counted: [], broken: [] });
  });
});

test("values are described in a few words, however large they are", () => {
  expect([brief("a"), brief([1, 2]), brief([[]]), brief({}), brief(null), brief(undefined), brief(true)]).toEqual([
    '"a"',
    "[1, 2]",
    "a list",
    "an object",
    "null",
    "nothing",
    "true",
  ]);
  expect(brief("x".repeat(1000))).toBe(`"${"x".repeat(40)}…"`);
});
