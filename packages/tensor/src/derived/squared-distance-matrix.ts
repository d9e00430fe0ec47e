// Squared distances between all pairs of rows, in one of two forms.

import { type CustomGrad, customGrad } from "../autodiff/custom-grad.ts";
import { wrongOption } from "../ops/check.ts";
import { add, maximum, mul, square, sub } from "../ops/elementwise.ts";
import { concat, reshape, slice } from "../ops/layout.ts";
import { matMul } from "../ops/mat-mul.ts";
import { sum } from "../ops/reduce.ts";
import type { Tensor } from "../tensor.ts";
import { requireRowPair } from "./rows.ts";

/** How the distances are computed. */
export interface SquaredDistanceOptions {
  /**
   * `difference` subtracts every pair of rows: exactly 0 for equal rows, relative error of d·ε, cost of n·m·d operations
   * on memory. `expansion` is ‖x‖² + ‖y‖² − 2⟨x, y⟩ by one product of matrices, much faster for large n·m·d.
   * @defaultValue `difference` up to n·m·d = 2²², else `expansion`
   */
  readonly method?: "difference" | "expansion" | undefined;
}

// 32 MiB of float64 for the differences of one block of rows.
const blockElements = 2 ** 22;

/**
 * Squared Euclidean distances between all pairs of rows.
 *
 * Math:     D_ij = ‖x_i − y_j‖²
 * Shapes:   [n, d], [m, d] → [n, m]
 * Limits:   d = 0 → 0;  NaN and ±∞ stay within the rows that have them.
 * Numerics: never negative. By differences: relative error at most (d + 2)·ε, 0 for equal rows. By expansion: absolute
 *           error at most (d + 4)·ε·(‖x_i‖ + ‖y_j‖)², negative results of rounding raised to 0; distances below that are
 *           noise, and equal rows need not give 0. Centre rows that lie far from the origin.
 * Throws:   InputError E_SHAPE, E_DTYPE, E_BACKEND, E_OPTION.
 */
export function squaredDistanceMatrix(x: Tensor, y: Tensor, options: SquaredDistanceOptions = {}): Tensor {
  const backend = requireRowPair("squaredDistanceMatrix", x, y);
  const size = x.shape[0]! * y.shape[0]! * x.shape[1]!;
  const { method = size <= blockElements ? "difference" : "expansion" } = options;
  if (method !== "difference" && method !== "expansion") {
    throw wrongOption("squaredDistanceMatrix", "method", '"difference" or "expansion"', String(method));
  }
  return backend.scope(() => customGrad(method === "difference" ? byDifferences : byExpansion, [x, y]));
}

function byDifferences(x: Tensor, y: Tensor): CustomGrad {
  const blocks = rowBlocks(x, y);
  const parts = blocks.map(([start, count]) => {
    return x.backend.scope(() => sum(square(differences(x, y, start, count)), { axis: 2 }));
  });
  return { value: parts.length === 1 ? parts[0]! : concat(parts), pullback: (g) => differencePullback(x, y, g) };
}

function differencePullback(x: Tensor, y: Tensor, g: Tensor): Tensor[] {
  const m = y.shape[0]!;
  const parts = rowBlocks(x, y).map(([start, count]) => {
    return g.backend.scope(() => {
      const weights = reshape(mul(slice(g, [start, 0], [count, m]), 2), [count, m, 1]);
      const pulls = mul(weights, differences(x, y, start, count));
      return { x: sum(pulls, { axis: 1 }), y: sum(pulls, { axis: 0 }) };
    });
  });
  const gradientX = concat(parts.map((part) => part.x));
  const gradientY = parts.map((part) => part.y).reduce((total, part) => add(total, part));
  return [gradientX, mul(gradientY, -1)];
}

/** x_i − y_j for a block of rows of x: [count, m, d]. */
function differences(x: Tensor, y: Tensor, start: number, count: number): Tensor {
  const [m, d] = y.shape as readonly [number, number];
  return sub(reshape(slice(x, [start, 0], [count, d]), [count, 1, d]), reshape(y, [1, m, d]));
}

/** Start and length of blocks of rows of x whose differences fit into memory; one empty block for no rows. */
function rowBlocks(x: Tensor, y: Tensor): readonly (readonly [number, number])[] {
  const n = x.shape[0]!;
  const perRow = Math.max(1, y.shape[0]! * x.shape[1]!);
  const count = Math.max(1, Math.floor(blockElements / perRow));
  const starts = Array.from({ length: Math.max(1, Math.ceil(n / count)) }, (_, block) => block * count);
  return starts.map((start) => [start, Math.min(count, n - start)]);
}

function byExpansion(x: Tensor, y: Tensor): CustomGrad {
  const norms = (t: Tensor): Tensor => sum(square(t), { axis: 1, keepDims: true });
  const squares = add(norms(x), reshape(norms(y), [1, y.shape[0]!]));
  return {
    value: maximum(sub(squares, mul(matMul(x, y, { transposeB: true }), 2)), 0),
    // The derivative of ‖x − y‖², not of its rounded form, so that nothing is lost where rounding was raised to 0.
    pullback: (g) => [
      mul(sub(mul(sum(g, { axis: 1, keepDims: true }), x), matMul(g, y)), 2),
      mul(sub(mul(reshape(sum(g, { axis: 0 }), [y.shape[0]!, 1]), y), matMul(g, x, { transposeA: true })), 2),
    ],
  };
}
