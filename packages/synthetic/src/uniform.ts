// Uniform points of the sphere: the law without structure that every other one is held against.

import { logSphereArea, uniformChordMoment, uniformLawUniformity } from "@nce-geometry/manifold";
import type { Random, RowMatrix } from "@nce-geometry/tensor";
import type { UniformSphereLaw } from "./law.ts";
import { requireCount } from "./option-checks.ts";
import { uniformRows } from "./rows.ts";

export interface UniformOptions {
  readonly kind: "uniform";
  /** Rows n, at least 1. */
  readonly rows: number;
  /** Dimension d of the embeddings, at least 2. */
  readonly dim: number;
}

export interface UniformTruth {
  readonly kind: "uniform";
  readonly law: UniformSphereLaw;
  /** log |S^{d−1}|, nats. */
  readonly entropy: number;
  /** E⟨x, x'⟩ = 0. */
  readonly meanCosine: 0;
  /** E⟨x, x'⟩² = 1/d. */
  readonly meanSquaredCosine: number;
  /** E‖x − x'‖ = 2^{d−1} Γ(d/2)²/(√π Γ(d − ½)). */
  readonly meanDistance: number;
  /** log E e^{−2‖x − x'‖²} = log ₀F₁(; d/2; 4) − 4. */
  readonly uniformity: number;
}

/**
 * Independent uniform points of S^{d−1}.
 *
 * Shapes:   → x [n, d] of unit rows.
 * Limits:   d = 2 → entropy log 2π, meanDistance 4/π;  d = 3 → log 4π, 4/3;  d → ∞ → meanDistance √2.
 * Throws:   InputError E_OPTION.
 */
export function generateUniform(
  random: Random,
  options: UniformOptions,
): { readonly x: RowMatrix; readonly truth: UniformTruth } {
  const { rows, dim } = options;
  requireCount("generateUniform", "rows", rows, 1);
  requireCount("generateUniform", "dim", dim, 2);
  return {
    x: uniformRows(random.split("rows"), rows, dim),
    truth: {
      kind: "uniform",
      law: { kind: "uniformSphere", dim },
      entropy: logSphereArea(dim),
      meanCosine: 0,
      meanSquaredCosine: 1 / dim,
      meanDistance: uniformChordMoment(dim, 1),
      uniformity: uniformLawUniformity(dim, { scale: 2 }),
    },
  };
}
