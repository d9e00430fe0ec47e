import { createRandom } from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import { roundToFloat16 } from "./float16.ts";
import { generatePathology, type PathologyCase, pathologyCases } from "./pathology.ts";
import { norm, rowOf } from "./rows.ts";

const generate = (name: PathologyCase) =>
  generatePathology(createRandom("pathology"), { kind: "pathology", case: name });

describe("generatePathology", () => {
  const clean = generate("clean");

  test.each(pathologyCases)("%s: what is spoilt, and nothing else", (name) => {
    const { x, y, truth } = generate(name);
    expect(truth.case).toBe(name);
    expect(truth.description).toMatch(/^[A-Z].*\.$/);
    expect(x.rows).toBe(y.rows);
    expect(x.data.length).toBe(x.rows * x.dim);
    if (["zeroRow", "nan", "infinite"].includes(name)) {
      expect(y).toEqual(clean.y);
      for (let i = 0; i < x.rows; i++) {
        if (i === truth.row) expect(rowOf(x, i)).not.toEqual(rowOf(clean.x, i));
        else expect(rowOf(x, i)).toEqual(rowOf(clean.x, i));
      }
    }
  });

  test("each case is what it says", () => {
    expect([generate("empty").x.rows, generate("singleRow").x.rows, generate("oneDimension").x.dim]).toEqual([0, 1, 1]);
    expect([...rowOf(generate("zeroRow").x, 3)]).toEqual(new Array(8).fill(0));
    expect(rowOf(generate("nan").x, 4)[1]).toBeNaN();
    expect(rowOf(generate("infinite").x, 6)[0]).toBe(Number.NEGATIVE_INFINITY);
    expect([...rowOf(generate("duplicateRows").x, 5)]).toEqual([...rowOf(clean.x, 2)]);
    expect([...generate("antipodal").y.data]).toEqual(Array.from(clean.x.data, (v) => -v));
    expect(generate("identical").y).toEqual(clean.x);
    expect(norm(rowOf(generate("unnormalized").x, 2)) / norm(rowOf(clean.x, 2))).toBe(8);
    const lengths = generate("extremeLengths").x;
    expect(rowOf(lengths, 0)[0]! / rowOf(clean.x, 0)[0]!).toBe(2 ** 900);
    expect(norm(rowOf(lengths, 0))).toBe(Number.POSITIVE_INFINITY);
    expect(norm(rowOf(lengths, 1))).toBe(0);
    const { x, y } = generate("collapsedApart");
    expect([rowOf(x, 9)[0], rowOf(y, 9)[7], norm(rowOf(y, 9))]).toEqual([1, 1, 1]);
    expect(generate("collapsed").y).toEqual(generate("collapsed").x);
    const half = generate("float16Rounded").x;
    expect([...half.data]).toEqual(Array.from(half.data, roundToFloat16));
    expect(half).not.toEqual(clean.x);
    expect([...new Set(generate("oneDimension").x.data)].sort()).toEqual([-1, 1]);
  });

  test("messages", () => {
    expect(() => generate("sick" as PathologyCase)).toThrow(
      'generatePathology: `case` must be "clean", "identical", "antipodal", "collapsed", "collapsedApart", "duplicateRows", ' +
        '"float16Rounded", "unnormalized", "extremeLengths", "zeroRow", "nan", "infinite", "singleRow", "oneDimension" or "empty", got "sick".',
    );
    expect(() => generatePathology(createRandom(0), { kind: "pathology", case: "nan", pairs: 7 })).toThrow(
      "generatePathology: `pairs` must be an integer ≥ 8, got 7.",
    );
  });
});

test("half precision: known numbers, ties to even, subnormals, overflow", () => {
  const known = [
    [0.1, 0.0999755859375],
    [1 / 3, 0.333251953125],
    [2049, 2048],
    [2051, 2052],
    [65519, 65504],
    [65520, Number.POSITIVE_INFINITY],
    [-1e-8, -0],
    [2 ** -25, 0],
    [3 * 2 ** -25, 2 ** -23],
    [2 ** -24, 2 ** -24],
    [-1, -1],
  ] as const;
  for (const [value, rounded] of known) expect(roundToFloat16(value)).toBe(rounded);
  expect(roundToFloat16(Number.NaN)).toBeNaN();
});
