// Scores of a critic between rows.

import type { Critic } from "../critic.ts";
import { requireShape, wrongOption } from "../ops/check.ts";
import { mul, square, sub } from "../ops/elementwise.ts";
import { matMul } from "../ops/mat-mul.ts";
import { sum } from "../ops/reduce.ts";
import type { Tensor } from "../tensor.ts";
import { requireRowPair, rowDot } from "./rows.ts";
import { squaredDistanceMatrix } from "./squared-distance-matrix.ts";

/**
 * Scores of all pairs of rows.
 *
 * Math:   S_ij = s(x_i, y_j);  cosine ⟨x, y⟩, rbf −scale·‖x − y‖²
 * Shapes: [n, d], [m, d] → [n, m]
 * Domain: rows are not normalised for you; scale > 0.
 * Throws: InputError E_SHAPE, E_DTYPE, E_BACKEND, E_OPTION.
 */
export function scoreMatrix(x: Tensor, y: Tensor, critic: Critic): Tensor {
  const backend = requireRowPair("scoreMatrix", x, y);
  requireCritic("scoreMatrix", critic);
  if (critic.kind === "cosine") return matMul(x, y, { transposeB: true });
  return backend.scope(() => mul(squaredDistanceMatrix(x, y), -critic.scale));
}

/**
 * Scores of matched rows.
 *
 * Math:   s_i = s(x_i, y_i);  cosine ⟨x, y⟩, rbf −scale·‖x − y‖²
 * Shapes: [n, d], [n, d] → [n]
 * Domain: rows are not normalised for you; scale > 0.
 * Throws: InputError E_SHAPE, E_DTYPE, E_BACKEND, E_OPTION.
 */
export function scorePerSample(x: Tensor, y: Tensor, critic: Critic): Tensor {
  const backend = requireRowPair("scorePerSample", x, y);
  requireShape("scorePerSample", "y", y, x.shape);
  requireCritic("scorePerSample", critic);
  if (critic.kind === "cosine") return rowDot(x, y);
  return backend.scope(() => mul(sum(square(sub(x, y)), { axis: 1 }), -critic.scale));
}

function requireCritic(name: string, critic: Critic): void {
  if (critic.kind === "cosine") return;
  if (critic.kind !== "rbf") {
    throw wrongOption(name, "critic.kind", '"cosine" or "rbf"', String((critic as { kind: unknown }).kind));
  }
  if (Number.isFinite(critic.scale) && critic.scale > 0) return;
  throw wrongOption(name, "critic.scale", "a finite number > 0", String(critic.scale));
}
