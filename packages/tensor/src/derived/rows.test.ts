import { expectAllClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { epsilon, expectGradients, gradientsOf, normal, refusal, values } from "../../test/support.ts";
import { TraceBackend } from "../autodiff/trace-backend.ts";
import { valueAndGrad } from "../autodiff/value-and-grad.ts";
import { eye, fromArray, zeros } from "../ops/create.ts";
import { mul, square, sub } from "../ops/elementwise.ts";
import { sum } from "../ops/reduce.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import type { Tensor } from "../tensor.ts";
import { diagonal, type NormalizeRowsOptions, normalizeRows, rowDot, rowNorms } from "./rows.ts";

const backend = referenceBackend();
const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const rows = (...xs: number[][]): Tensor => fromArray(backend, xs);
const weighted = (y: Tensor): Tensor => sum(mul(normal(backend, y.shape, "weights"), square(y)));

describe("diagonal", () => {
  test("of a matrix, and its gradient", () => {
    const x = rows([1, 2, 3], [4, 5, 6], [7, 8, 9]);
    expect(values(diagonal(x))).toEqual([1, 5, 9]);
    expect(gradientsOf((t) => sum(square(diagonal(t))), [x])).toEqual([[2, 0, 0, 0, 10, 0, 0, 0, 18]]);
    expect(diagonal(zeros(backend, [0, 0])).shape).toEqual([0]);
  });

  test("messages", () => {
    expect(refusal(() => diagonal(zeros(backend, [2, 3])))).toBe(
      "E_SHAPE diagonal: `x` must be of shape [n, n], got [2, 3].",
    );
    expect(refusal(() => diagonal(zeros(backend, [2])))).toBe(
      "E_SHAPE diagonal: `x` must be of shape [n, n], got [2].",
    );
  });
});

describe("rowNorms", () => {
  test("Pythagoras, at every scale", () => {
    expectAllClose(values(rowNorms(rows([3, 4], [-3e200, 4e200], [3e-300, 4e-300]))), [5, 5e200, 5e-300], {
      ulps: 4,
      epsilon,
    });
  });

  test("zero rows, infinities, NaN, and no columns", () => {
    expect(values(rowNorms(rows([0, 0], [inf, 1], [-inf, inf], [nan, 1], [nan, inf])))).toEqual([
      0,
      inf,
      inf,
      nan,
      nan,
    ]);
    expect(values(rowNorms(zeros(backend, [2, 0])))).toEqual([0, 0]);
  });

  test("the gradient is the unit row, and 0 at a zero row", () => {
    expectAllClose(gradientsOf((t) => sum(rowNorms(t)), [rows([3, 4], [0, 0])])[0]!, [0.6, 0.8, 0, 0], {
      ulps: 4,
      epsilon,
    });
    const x = normal(backend, [3, 4], "x");
    expectGradients((t) => weighted(rowNorms(t)), [x]);
    expectGradients((t) => weighted(valueAndGrad((u) => weighted(rowNorms(u)), [t]).gradients[0]!), [x]);
  });

  test("second derivatives at a zero row are finite", () => {
    const slope = (t: Tensor): Tensor => sum(valueAndGrad((u) => sum(rowNorms(u)), [t]).gradients[0]!);
    expect(gradientsOf(slope, [rows([0, 0])])[0]!.every(Number.isFinite)).toBe(true);
  });
});

describe("normalizeRows", () => {
  test("rows of norm 1 in the same direction", () => {
    const x = normal(backend, [5, 7], "x");
    expectAllClose(values(rowNorms(normalizeRows(x))), new Array(5).fill(1), { ulps: 4, epsilon });
    expectAllClose(values(normalizeRows(rows([3, 4], [0, -2]))), [0.6, 0.8, 0, -1], { ulps: 4, epsilon });
    expect(values(normalizeRows(eye(backend, 3)))).toEqual(values(eye(backend, 3)));
    expectAllClose(values(normalizeRows(rows([3e-300, 4e-300]))), [0.6, 0.8], { ulps: 4, epsilon });
  });

  test.each(["error", "nan", "keep"] as const)("gradients by differences, tangent to the sphere (%s)", (zeroRows) => {
    const x = normal(backend, [3, 4], "x");
    const f = (t: Tensor): Tensor => weighted(normalizeRows(t, { zeroRows }));
    expectGradients(f, [x]);
    const radial = values(rowDot(x, valueAndGrad(f, [x]).gradients[0]!));
    expectAllClose(radial, [0, 0, 0], { ulps: 32, epsilon, scale: 1 });
  });

  test("zero rows as the option says", () => {
    const x = rows([3, 4], [0, 0]);
    expect(refusal(() => normalizeRows(x))).toBe(
      "E_ZERO_ROW normalizeRows: `x` must be of rows with a direction, got zeros in row 1 of 2. " +
        'Remove such rows, or choose zeroRows: "nan" or "keep".',
    );
    expectAllClose(values(normalizeRows(x, { zeroRows: "nan" })), [0.6, 0.8, nan, nan], { ulps: 4, epsilon });
    expectAllClose(values(normalizeRows(x, { zeroRows: "keep" })), [0.6, 0.8, 0, 0], { ulps: 4, epsilon });
  });

  test("a kept zero row has gradient 0, and leaves the others alone", () => {
    const f = (t: Tensor): Tensor => sum(normalizeRows(t, { zeroRows: "keep" }));
    const [alone] = gradientsOf(f, [rows([3, 4])]);
    expect(gradientsOf(f, [rows([3, 4], [0, 0])])).toEqual([[...alone!, 0, 0]]);
  });

  test("NaN and infinities stay in their rows and are no zero rows", () => {
    expect(values(normalizeRows(rows([nan, 0], [0, 2])))).toEqual([nan, nan, 0, 1]);
    expect(values(normalizeRows(rows([inf, 1])))).toEqual([nan, 0]);
    expect(values(normalizeRows(rows([nan, 0]), { zeroRows: "keep" }))).toEqual([nan, nan]);
  });

  test("a backend that cannot be read at once must be told what to do", () => {
    const blind = new TraceBackend(backend);
    blind.supports = () => false;
    const x = blind.variable(rows([3, 4], [0, 0]));
    expect(refusal(() => normalizeRows(x))).toBe(
      'E_UNSUPPORTED normalizeRows: `zeroRows` must be "nan" or "keep" on a backend that cannot be read at once, got "error".',
    );
    expectAllClose(values(normalizeRows(x, { zeroRows: "keep" })), [0.6, 0.8, 0, 0], { ulps: 4, epsilon });
  });

  test("a refusal leaves nothing behind", () => {
    const own = referenceBackend();
    const x = zeros(own, [2, 2]);
    expect(() => normalizeRows(x)).toThrow();
    expect(own.liveTensors()).toBe(1);
  });

  test("messages", () => {
    const option = { zeroRows: "drop" } as unknown as NormalizeRowsOptions;
    expect(refusal(() => normalizeRows(rows([1]), option))).toBe(
      'E_OPTION normalizeRows: `zeroRows` must be "error", "nan" or "keep", got drop.',
    );
    expect(refusal(() => normalizeRows(fromArray(backend, [1])))).toBe(
      "E_SHAPE normalizeRows: `x` must be of shape [n, d], got [1].",
    );
  });
});

describe("rowDot", () => {
  test("inner products of matched rows, with gradients", () => {
    const [x, y] = [rows([1, 2], [3, 4]), rows([5, 6], [7, 8])];
    expect(values(rowDot(x, y))).toEqual([17, 53]);
    expect(gradientsOf((a, b) => sum(rowDot(a, b)), [x, y])).toEqual([values(y), values(x)]);
    expect(values(sub(rowDot(x, x), square(rowNorms(x)))).every((gap) => Math.abs(gap) <= 4 * epsilon * 25)).toBe(true);
  });

  test("messages", () => {
    expect(refusal(() => rowDot(rows([1, 2]), rows([1, 2], [3, 4])))).toBe(
      "E_SHAPE rowDot: `y` must be of shape [1, 2], got [2, 2].",
    );
    expect(refusal(() => rowDot(rows([1, 2]), rows([1])))).toBe(
      "E_SHAPE rowDot: `y` must be of shape [m, 2], got [1, 1].",
    );
  });
});
