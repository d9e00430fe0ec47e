// Whether both directions of the loss draw the same items: those that items draw among captions, and captions among items.

import { createUncertainty, type Estimate, type UncertaintyOptions } from "@nce-geometry/energy";
import type { RowMatrix, Rows, RunControl } from "@nce-geometry/tensor";
import { requirePositive } from "../law-tests/option-checks.ts";
import { assertPairs, type PairingOptions } from "../pairing.ts";
import { samplePairs } from "../sample-pairs.ts";

export interface DirectedHeterogeneityOptions extends PairingOptions, UncertaintyOptions, RunControl {
  /** τ > 0. */
  readonly temperature: number;
  /** Items, with one caption each, drawn from the seed where there are more; an integer ≥ 2. @defaultValue 500 */
  readonly maxItems?: number;
}

export interface DirectedHeterogeneity {
  readonly temperature: number;
  readonly items: number;
  /** ½(D_KL(p‖q) + D_KL(q‖p)). Unit: nats. */
  readonly divergence: Estimate;
}

/**
 * Divergence between the two directed Gibbs laws of a set of pairs: how often each pair is drawn by its caption, and how often by its item.
 *
 * Math:     p(j) = mean_i softmax_j(⟨x_i, y_j⟩/τ), q(j) = mean_i softmax_j(⟨x_j, y_i⟩/τ);  ½ Σ_j (p − q)(log p − log q).
 * Shapes:   x [n, d], y [m, d] of unit rows → record; n = m without `map`.
 * Domain:   τ > 0, n ≥ 2.
 * Limits:   x = y, or one a reflection of the other that is its own inverse → 0;  τ → ∞ → 0;  all rows of each equal → 0.
 * Numerics: log-softmax; cost O(n²d) and one table of n², n at most `maxItems`. Those who draw are the sample, those drawn are held fixed; what
 *           single pairs differ by averages out, so that popularity of one kind alone remains.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 * Source:   arXiv:2601.19597 for the role of the two directed laws.
 */
export async function directedHeterogeneity(
  x: Rows,
  y: Rows,
  options: DirectedHeterogeneityOptions,
): Promise<DirectedHeterogeneity> {
  const where = "directedHeterogeneity";
  const { temperature, maxItems = 500, seed = 0, signal } = options;
  requirePositive(where, "temperature", temperature);
  const pairing = await assertPairs(where, x, y, options);
  const pairs = await samplePairs(x, y, pairing, { count: Math.min(maxItems, pairing.n), seed, control: { signal } });
  return heterogeneityOf(pairs, temperature, options);
}

/** The divergence of pairs in memory. */
export function heterogeneityOf(
  { x, y }: { readonly x: RowMatrix; readonly y: RowMatrix },
  temperature: number,
  options: UncertaintyOptions,
): DirectedHeterogeneity {
  const n = x.rows;
  const scores = scoreTable(x, y, temperature);
  const [rows, columns] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    rows[i] = logSum(n, (j) => scores[i * n + j]!);
    columns[i] = logSum(n, (j) => scores[j * n + i]!);
  }
  const forward = (i: number, j: number) => Math.exp(scores[i * n + j]! - rows[i]!);
  const backward = (i: number, j: number) => Math.exp(scores[j * n + i]! - columns[i]!);
  const [p, q] = [columnMeans(n, forward), columnMeans(n, backward)];
  const logRatio = p.map((of, j) => Math.log(of) - Math.log(q[j]!));
  const value = p.reduce((sum, of, j) => sum + ((of - q[j]!) * logRatio[j]!) / 2, 0);
  const influence = Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j++) {
      sum += (forward(i, j) - p[j]!) * (logRatio[j]! + 1 - q[j]! / p[j]!);
      sum += (backward(i, j) - q[j]!) * (1 - p[j]! / q[j]! - logRatio[j]!);
    }
    return sum / 2;
  });
  const divergence = createUncertainty("directedHeterogeneity", n, options).fromInfluence(value, influence, "nats");
  return { temperature, items: n, divergence };
}

function columnMeans(n: number, of: (i: number, j: number) => number): Float64Array {
  const means = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) means[j]! += of(i, j) / n;
  return means;
}

function scoreTable(x: RowMatrix, y: RowMatrix, temperature: number): Float64Array {
  const { rows: n, dim } = x;
  const scores = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < dim; k++) sum += x.data[i * dim + k]! * y.data[j * dim + k]!;
      scores[i * n + j] = sum / temperature;
    }
  }
  return scores;
}

function logSum(n: number, of: (j: number) => number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < n; j++) most = Math.max(most, of(j));
  let sum = 0;
  for (let j = 0; j < n; j++) sum += Math.exp(of(j) - most);
  return most + Math.log(sum);
}
