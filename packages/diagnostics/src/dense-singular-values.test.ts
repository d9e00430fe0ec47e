import { createRandom } from "@nce-geometry/tensor";
import { expectAllClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { denseSingularValues } from "./dense-singular-values.ts";

/** Absolute errors are some size·ε·σ₁, with size at most 64 here. */
const closeTo = (largest: number) => ({ ulps: 64, epsilon: Number.EPSILON, scale: largest });

test("a diagonal matrix has its diagonal", () => {
  const data = Float64Array.of(3, 0, 0, 0, -5, 0, 0, 0, 1, 0, 0, 0);
  expectAllClose(denseSingularValues(data, 4, 3), Float64Array.of(5, 3, 1), closeTo(5));
});

describe("matrices of low rank come to an end", () => {
  test.each([1 / Math.sqrt(32), 1, 1e-3, 1e-16, 1e-17, 1e-150])("all entries %d", (entry) => {
    const largest = entry * Math.sqrt(60 * 32);
    const values = denseSingularValues(new Float64Array(60 * 32).fill(entry), 60, 32);
    expectAllClose(
      values,
      Float64Array.from({ length: 32 }, (_, k) => (k === 0 ? largest : 0)),
      closeTo(largest),
    );
  });

  test("zeros", () => {
    expect([...denseSingularValues(new Float64Array(12), 4, 3)]).toEqual([0, 0, 0]);
  });

  test.each([
    [64, 16, 1],
    [16, 64, 1],
    [40, 40, 2],
    [33, 57, 5],
    [64, 64, 8],
  ])("%d × %d of rank %d", (rows, columns, rank) => {
    const random = createRandom(`${rows} ${columns} ${rank}`);
    for (let run = 0; run < 20; run++) {
      const [left, right] = [random.normal(rows * rank), random.normal(rank * columns)];
      const data = new Float64Array(rows * columns);
      for (let i = 0; i < rows; i++)
        for (let k = 0; k < rank; k++)
          for (let j = 0; j < columns; j++) data[i * columns + j]! += left[i * rank + k]! * right[k * columns + j]!;
      const values = denseSingularValues(data, rows, columns);
      const squares = data.reduce((sum, value) => sum + value * value, 0);
      const sum = values.reduce((total, value) => total + value * value, 0);
      expectAllClose([sum], [squares], { ulps: 4096, epsilon: Number.EPSILON });
      expect(Math.max(0, ...values.slice(rank))).toBeLessThan(64 * Number.EPSILON * values[0]!);
    }
  });
});
