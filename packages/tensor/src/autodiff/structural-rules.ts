// Vector–Jacobian products of reductions, products of matrices, and operations that move elements.

import type { MatMulOptions, ReduceOp } from "../backend.ts";
import { cast, equal, logicalOr, notEqual, where } from "../ops/compare.ts";
import { arange } from "../ops/create.ts";
import { add, div, mul } from "../ops/elementwise.ts";
import { broadcastTo, pad, reshape, slice, transpose } from "../ops/layout.ts";
import { matMul } from "../ops/mat-mul.ts";
import { sum } from "../ops/reduce.ts";
import { reducedShape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { sumToShape } from "./elementwise-rules.ts";
import type { Pullback } from "./trace-tensor.ts";

/** y = where(condition, a, b) with broadcasting. */
export function wherePullback(condition: Tensor, a: Tensor, b: Tensor): Pullback {
  return (g) => [
    undefined,
    () => sumToShape(where(condition, g, 0), a.shape),
    () => sumToShape(where(condition, 0, g), b.shape),
  ];
}

/** y = op(x) over axes. The extreme entries, and NaN where there is one, share the cotangent equally. */
export function reducePullback(op: ReduceOp, x: Tensor, y: Tensor, axes: readonly number[]): Pullback {
  const kept = reducedShape(x.shape, axes, true);
  const spread = (t: Tensor): Tensor => broadcastTo(reshape(t, kept), x.shape);
  if (op === "sum") return (g) => [() => spread(g)];
  return (g) => [
    () => {
      const extreme = logicalOr(equal(x, reshape(y, kept)), notEqual(x, x));
      const count = sum(cast(extreme, x.dtype), { axis: axes, keepDims: true });
      return where(extreme, div(reshape(g, kept), count), 0);
    },
  ];
}

/** Y = op(A)·op(B). */
export function matMulPullback(a: Tensor, b: Tensor, options: MatMulOptions): Pullback {
  const { transposeA = false, transposeB = false } = options;
  return (g) => [
    () =>
      transposeA
        ? matMul(b, g, { transposeA: transposeB, transposeB: true })
        : matMul(g, b, { transposeB: !transposeB }),
    () =>
      transposeB
        ? matMul(g, a, { transposeA: true, transposeB: transposeA })
        : matMul(a, g, { transposeA: !transposeA }),
  ];
}

/** y = transpose(x, permutation). */
export function transposePullback(permutation: readonly number[]): Pullback {
  const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
  return (g) => [() => transpose(g, inverse)];
}

/** y = slice(x, begin, size). */
export function slicePullback(x: Tensor, begin: readonly number[], size: readonly number[]): Pullback {
  const after = x.shape.map((extent, axis) => extent - begin[axis]! - size[axis]!);
  return (g) => [() => pad(g, begin, after)];
}

/** y = concat(xs, axis). */
export function concatPullback(xs: readonly Tensor[], axis: number): Pullback {
  let end = 0;
  const parts = xs.map((x) => {
    const start = end;
    end += x.shape[axis]!;
    return { begin: x.shape.map((_, k) => (k === axis ? start : 0)), size: x.shape };
  });
  return (g) =>
    parts.map(
      ({ begin, size }) =>
        () =>
          slice(g, begin, size),
    );
}

/** values = topK(x, k).values, standing at `indices` along the last axis. */
export function topKPullback(x: Tensor, indices: Tensor): Pullback {
  return (g) => [
    () => {
      const { backend } = g;
      const total = sizeOf(x.shape);
      const length = x.shape.at(-1)!;
      const rows = length === 0 ? 0 : total / length;
      const starts = mul(reshape(arange(backend, rows), [rows, 1]), length);
      const flat = reshape(add(reshape(indices, [rows, indices.shape.at(-1)!]), starts), [sizeOf(indices.shape)]);
      // Unchecked, as the indices come from the backend itself.
      return reshape(backend.scatterAdd(flat, reshape(g, [sizeOf(g.shape)]), total), x.shape);
    },
  ];
}
