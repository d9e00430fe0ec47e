import { expectAllClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { epsilon, normal, refusal, values } from "../../test/support.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import type { Tensor } from "../tensor.ts";
import { eye, fromArray, zeros } from "./create.ts";
import { transpose } from "./layout.ts";
import { matMul } from "./mat-mul.ts";

const backend = referenceBackend();

/** By the definition, term by term. */
function product(a: Tensor, b: Tensor): number[] {
  const [n, k] = a.shape as [number, number];
  const m = b.shape[1]!;
  const [x, y] = [values(a), values(b)];
  return Array.from({ length: n * m }, (_, index) => {
    const [i, j] = [Math.floor(index / m), index % m];
    return Array.from({ length: k }, (_, p) => x[i * k + p]! * y[p * m + j]!).reduce((total, term) => total + term, 0);
  });
}

test("two by two", () => {
  const a = fromArray(backend, [
    [1, 2],
    [3, 4],
  ]);
  const b = fromArray(backend, [
    [5, 6],
    [7, 8],
  ]);
  expect(values(matMul(a, b))).toEqual([19, 22, 43, 50]);
  expect(values(matMul(a, b, { transposeA: true }))).toEqual([26, 30, 38, 44]);
  expect(values(matMul(a, b, { transposeB: true }))).toEqual([17, 23, 39, 53]);
  expect(values(matMul(a, b, { transposeA: true, transposeB: true }))).toEqual([23, 31, 34, 46]);
});

// Sizes on both sides of the 4 × 4 tile, of the 64 rows of a block and of the depth 256 of a panel.
test.each([
  [1, 1, 1],
  [5, 3, 7],
  [4, 256, 4],
  [67, 259, 6],
  [3, 520, 66],
])("%d × %d × %d agrees with the definition, whatever is transposed", (n, k, m) => {
  const a = normal(backend, [n, k], "a");
  const b = normal(backend, [k, m], "b");
  // Each of two sums of k terms errs by at most k·ε times Σ|a||b|, here below 2k.
  const tolerance = { ulps: 2 * k, epsilon, scale: 2 * k };
  const expected = product(a, b);
  expectAllClose(values(matMul(a, b)), expected, tolerance);
  expectAllClose(values(matMul(transpose(a), b, { transposeA: true })), expected, tolerance);
  expectAllClose(values(matMul(a, transpose(b), { transposeB: true })), expected, tolerance);
  expectAllClose(
    values(matMul(transpose(a), transpose(b), { transposeA: true, transposeB: true })),
    expected,
    tolerance,
  );
});

test("the identity changes nothing, an empty sum is zero", () => {
  const a = normal(backend, [5, 5], "a");
  expect(values(matMul(a, eye(backend, 5)))).toEqual(values(a));
  expect(values(matMul(zeros(backend, [2, 0]), zeros(backend, [0, 3])))).toEqual([0, 0, 0, 0, 0, 0]);
  expect(matMul(zeros(backend, [0, 2]), zeros(backend, [2, 3])).shape).toEqual([0, 3]);
});

test("NaN and infinities stay in their rows", () => {
  const a = fromArray(backend, [[Number.NaN], [1], [Number.POSITIVE_INFINITY], [0], [2]]);
  expect(values(matMul(a, fromArray(backend, [[2]])))).toEqual([Number.NaN, 2, Number.POSITIVE_INFINITY, 0, 4]);
});

test("messages", () => {
  const hint = "The inner dimensions of a product agree.";
  expect(refusal(() => matMul(zeros(backend, [2, 3]), zeros(backend, [2, 3])))).toBe(
    `E_SHAPE matMul: \`b\` must be of shape [3, columns], got [2, 3]. ${hint}`,
  );
  expect(refusal(() => matMul(zeros(backend, [2, 3]), zeros(backend, [3, 2]), { transposeB: true }))).toBe(
    `E_SHAPE matMul: \`b\` must be of shape [rows, 3] when transposed, got [3, 2]. ${hint}`,
  );
  expect(refusal(() => matMul(zeros(backend, [3]), zeros(backend, [3, 2])))).toBe(
    "E_SHAPE matMul: `a` must be of shape [rows, columns], got [3].",
  );
  expect(refusal(() => matMul(zeros(backend, [1, 1], { dtype: "int32" }), zeros(backend, [1, 1])))).toBe(
    "E_DTYPE matMul: `a` must be a float tensor, got int32. Element types are never mixed silently: use cast.",
  );
});
