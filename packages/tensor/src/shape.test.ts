import { describe, expect, test } from "vitest";
import { refusal } from "../test/support.ts";
import {
  assertShape,
  broadcastShapes,
  formatShape,
  normalizeAxes,
  normalizeAxis,
  reducedShape,
  rowMajorStrides,
  shapesEqual,
  sizeOf,
} from "./shape.ts";

const names = ["a", "b", "c"];

test("a scalar has one element, an empty axis none", () => {
  expect([sizeOf([]), sizeOf([2, 3, 4]), sizeOf([3, 0])]).toEqual([1, 24, 0]);
});

test("shapes are equal when rank and sizes are", () => {
  expect([shapesEqual([2, 3], [2, 3]), shapesEqual([2, 3], [3, 2]), shapesEqual([2], [2, 1])]).toEqual([
    true,
    false,
    false,
  ]);
});

test("strides of a row-major array", () => {
  expect([rowMajorStrides([]), rowMajorStrides([5]), rowMajorStrides([2, 3, 4])]).toEqual([[], [1], [12, 4, 1]]);
});

describe("broadcasting", () => {
  test.each([
    [
      [
        [2, 3],
        [2, 3],
      ],
      [2, 3],
    ],
    [
      [
        [2, 1],
        [1, 3],
      ],
      [2, 3],
    ],
    [
      [[], [2, 3]],
      [2, 3],
    ],
    [
      [[2, 3], []],
      [2, 3],
    ],
    [[[], []], []],
    [[[1], [0]], [0]],
    [
      [
        [2, 1, 1],
        [1, 3, 1],
        [1, 1, 4],
      ],
      [2, 3, 4],
    ],
  ])("%j share %j", (shapes, expected) => {
    expect(broadcastShapes("add", names, shapes)).toEqual(expected);
  });

  test("ranks are never promoted", () => {
    expect(refusal(() => broadcastShapes("add", names, [[2, 3], [3]]))).toBe(
      "E_SHAPE add: `b` must be a scalar or of a shape that broadcasts with [2, 3], got [3]. " +
        "Ranks are never promoted: reshape it, with size 1 along the axes that should stretch.",
    );
  });

  test("only axes of size 1 stretch, and the first that does not fit is named", () => {
    expect(() =>
      broadcastShapes("where", names, [
        [2, 3],
        [2, 1],
        [4, 3],
      ]),
    ).toThrow(
      "where: `c` must be a scalar or of a shape that broadcasts with [2, 3], got [4, 3]. Only axes of size 1 stretch.",
    );
  });
});

describe("axes", () => {
  test("none means all; negative ones count from the end; the order does not matter", () => {
    expect([normalizeAxes("sum", undefined, 3), normalizeAxes("sum", [-1, 0], 3), normalizeAxes("sum", [], 2)]).toEqual(
      [[0, 1, 2], [0, 2], []],
    );
    expect(normalizeAxis("concat", -2, 3)).toBe(1);
  });

  test("messages", () => {
    expect(refusal(() => normalizeAxes("sum", 2, 2))).toBe(
      "E_OPTION sum: `axis` must be an integer from -2 to 1, got 2.",
    );
    expect(refusal(() => normalizeAxes("sum", 0.5, 2))).toBe(
      "E_OPTION sum: `axis` must be an integer from -2 to 1, got 0.5.",
    );
    expect(refusal(() => normalizeAxes("sum", 0, 0))).toBe("E_OPTION sum: `axis` must be absent for a scalar, got 0.");
    expect(refusal(() => normalizeAxes("sum", [0, -2], 2))).toBe(
      "E_OPTION sum: `axis` must be distinct axes, got [0, -2].",
    );
  });

  test("reduced axes vanish or stay with size 1", () => {
    expect([reducedShape([2, 3, 4], [0, 2], false), reducedShape([2, 3, 4], [0, 2], true)]).toEqual([[3], [1, 3, 1]]);
  });
});

test("a shape is a list of non-negative integers", () => {
  expect(formatShape([64, 512])).toBe("[64, 512]");
  expect(() => assertShape("zeros", [2, 0])).not.toThrow();
  expect(refusal(() => assertShape("zeros", [2, -1]))).toBe(
    "E_SHAPE zeros: `shape` must be a list of non-negative integers, got [2, -1].",
  );
});
