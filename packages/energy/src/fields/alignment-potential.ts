import { matchedValues } from "@nce-geometry/pairwise";
import { type Critic, meanOfArray, type Rows, type RunControl, sumOfArray } from "@nce-geometry/tensor";
import { requireKernel, requireMatched, requireRows } from "../checks.ts";
import type { Estimate } from "../estimate.ts";

export interface AlignmentPotentialOptions extends RunControl {
  /** Similarity s(x, y). @defaultValue { kind: "cosine" } */
  readonly critic?: Critic;
}

/**
 * Mean alignment potential of matched rows: exact from the pairs, without a kernel. It is the same in both directions.
 *
 * Math:     E_{q₁}U_{1→2} = E_{q₂}U_{2→1} = −(1/n) Σ_i s(x_i, y_i).
 * Shapes:   x [n, d], y [n, d] → estimate. Unit: 1.
 * Domain:   n ≥ 2; rows are not normalised for you.
 * Limits:   x = y, unit rows, cosine → −1;  x = −y → 1;  x = y, rbf → 0;  y ~ vMF(x, κ) → −A_d(κ).
 * Numerics: compensated sums; standard error over pairs.
 * Throws:   InputError E_SHAPE, E_OPTION; rejects with `signal.reason`.
 * Source:   arXiv:2601.19597.
 */
export async function meanAlignmentPotential(
  x: Rows,
  y: Rows,
  options: AlignmentPotentialOptions = {},
): Promise<Estimate> {
  const values = await pairPotentials("meanAlignmentPotential", x, y, options);
  const n = values.length;
  const value = meanOfArray(values);
  const standardError = Math.sqrt(sumOfArray(values.map((v) => (v - value) ** 2)) / (n * (n - 1)));
  return { value, standardError, samples: n, unit: "1", method: "mean over pairs" };
}

/** −s(x_i, y_i) of every pair, [n]. */
export async function pairPotentials(
  where: string,
  x: Rows,
  y: Rows,
  options: AlignmentPotentialOptions,
): Promise<Float64Array> {
  const { critic = { kind: "cosine" } } = options;
  requireKernel(where, { temperature: 1, critic });
  const hint = "Row i of one is the match of row i of the other.";
  const named = { name: "x", rows: x };
  requireMatched(where, named, { name: "y", rows: y }, hint);
  requireRows(where, named, 2, "A single pair has no standard error.");
  const { signal } = options;
  if (critic.kind === "cosine") return (await matchedValues(x, y, { kind: "inner" }, { signal })).map((s) => -s);
  const squares = await matchedValues(x, y, { kind: "squaredDistance" }, { signal });
  return squares.map((square) => critic.scale * square);
}
