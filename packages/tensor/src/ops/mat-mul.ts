import type { MatMulOptions } from "../backend.ts";
import type { Tensor } from "../tensor.ts";
import { commonBackend, requireFloat, requireRank, requireSameDType, wrongShape } from "./check.ts";

/**
 * Matrix product, with either factor transposed on request.
 *
 * Math:   C = op(A)·op(B), op(X) = X or Xᵀ
 * Shapes: op(A) [n, k], op(B) [k, m] → [n, m]
 * Limits: k = 0 → zeros.
 * Throws: InputError E_SHAPE, E_DTYPE unless both are float, E_BACKEND.
 */
export function matMul(a: Tensor, b: Tensor, options: MatMulOptions = {}): Tensor {
  const backend = commonBackend("matMul", ["a", "b"], [a, b]);
  requireFloat("matMul", "a", a);
  requireSameDType("matMul", "b", a, b);
  requireRank("matMul", "a", a, 2, "[rows, columns]");
  requireRank("matMul", "b", b, 2, "[rows, columns]");
  const inner = a.shape[options.transposeA ? 0 : 1]!;
  const axis = options.transposeB ? 1 : 0;
  if (b.shape[axis] !== inner) {
    const pattern = axis === 0 ? `[${inner}, columns]` : `[rows, ${inner}] when transposed`;
    throw wrongShape("matMul", "b", `of shape ${pattern}`, b.shape, "The inner dimensions of a product agree.");
  }
  return backend.matMul(a, b, options);
}
