// The shape of the spectrum of a cloud. Notation: λ eigenvalues of the second moments, about the origin or about the centroid.

import { createUncertainty, type Estimate, type UncertaintyOptions } from "@nce-geometry/energy";
import type { RowMatrix, Rows, RunControl } from "@nce-geometry/tensor";
import { EVD, Matrix } from "ml-matrix";
import { requireOpenFraction } from "./option-checks.ts";
import { sampleCloud } from "./pair-angles.ts";

export interface SpectrumShapeOptions extends UncertaintyOptions, RunControl {
  /** About what the moments are taken. `centroid`: the covariance. `origin`: the rows as they are. @defaultValue "centroid" */
  readonly about?: "centroid" | "origin";
  /** Shares of the variance that are asked for, each in (0, 1). @defaultValue [0.5, 0.9, 0.95, 0.99] */
  readonly shares?: readonly number[];
}

export interface SpectrumShape {
  readonly about: "centroid" | "origin";
  /** min(n − 1, d) about the centroid, min(n, d) about the origin: no rank, and neither number below, can be larger. */
  readonly ceiling: number;
  /** Σλ/λ₁; null without variance. */
  readonly stableRank: Estimate | null;
  /** (Σλ)²/Σλ²; null without variance. */
  readonly participationRatio: Estimate | null;
  /** IsoScore: (participation ratio − 1)/(d − 1), 1 for a sphere, 0 for a line; null without variance. */
  readonly isoScore: Estimate | null;
  /** Share of the variance along the first k axes, k = 1 … ceiling. */
  readonly explained: readonly number[];
  /** Fewest axes that hold each of the shares asked for, keyed by the share. */
  readonly axesFor: Readonly<Record<string, number>>;
}

/**
 * Stable rank, participation ratio, IsoScore and explained variance of a cloud.
 *
 * Math:     stable rank Σλ/λ₁ = ‖X‖_F²/‖X‖²;  participation ratio (Σλ)²/Σλ²;  IsoScore (PR − 1)/(d − 1), which is what its six steps
 *           come to;  explained Σ_{i≤k}λ_i/Σλ.
 * Shapes:   x [n, d] of unit rows → record.
 * Domain:   n ≥ 2, d ≥ 2.
 * Limits:   d orthonormal rows about the origin → stable rank d, IsoScore 1;  rows on a line → 1 and 0;  uniform law → participation
 *           ratio near 1/(1/n + (1 − 1/n)/d), below d at every n.
 * Numerics: eigenvalues of d × d or n × n moments, whichever is smaller, those below size·ε·λ₁ set to 0. Standard errors by linearisation, that
 *           of the stable rank where λ₁ is simple; all three are biased as the sample is, most where n ≲ d.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 * Source:   stable rank: Rudelson and Vershynin, J. ACM 54 (2007); IsoScore: Rudman et al., Findings of ACL 2022.
 */
export async function spectrumShape(x: Rows, options: SpectrumShapeOptions = {}): Promise<SpectrumShape> {
  const where = "spectrumShape";
  const { about = "centroid", shares = [0.5, 0.9, 0.95, 0.99] } = options;
  for (const share of shares) requireOpenFraction(where, "shares", share);
  const { cloud } = await sampleCloud(where, x, { signal: options.signal, maxRows: Number.MAX_SAFE_INTEGER });
  const uncertainty = createUncertainty(where, cloud.rows, options);
  const { values, first, squares } = momentsOf(about === "centroid" ? aboutCentroid(cloud) : cloud);
  const [n, d] = [cloud.rows, cloud.dim];
  const ceiling = Math.min(about === "centroid" ? n - 1 : n, d);
  const trace = values.reduce((sum, value) => sum + value, 0);
  // What is left of n equal unit rows about their centroid is rounding.
  const none = trace <= n * (n * Number.EPSILON) ** 2;
  const estimate = (value: number, influence: Float64Array) => uncertainty.fromInfluence(value, influence, "1");
  const lengths = squares.lengths.map((length) => length - trace);
  const quadratic = values.reduce((sum, value) => sum + value * value, 0);
  const ratio = trace ** 2 / quadratic;
  const ofRatio = lengths.map((length, i) => {
    return (2 * trace * length - ratio * 2 * (squares.forms[i]! - quadratic)) / quadratic;
  });
  const stable = trace / values[0]!;
  const ofStable = lengths.map((length, i) => (length - stable * (first[i]! - values[0]!)) / values[0]!);
  const explained = none ? [] : cumulative(values, ceiling, trace);
  return {
    about,
    ceiling,
    stableRank: none ? null : estimate(stable, ofStable),
    participationRatio: none ? null : estimate(ratio, ofRatio),
    isoScore: none
      ? null
      : estimate(
          (ratio - 1) / (d - 1),
          ofRatio.map((value) => value / (d - 1)),
        ),
    explained,
    axesFor: Object.fromEntries(shares.map((share) => [String(share), axesFor(explained, share)])),
  };
}

interface Moments {
  /** Eigenvalues of the mean of x xᵀ, descending. */
  readonly values: Float64Array;
  /** ⟨x_i, v₁⟩². */
  readonly first: Float64Array;
  /** ‖x_i‖² and x_iᵀ C x_i. */
  readonly squares: { readonly lengths: Float64Array; readonly forms: Float64Array };
}

/** From the Gram matrix K/n = U Λ Uᵀ, or from the moments C = V Λ Vᵀ: ⟨x_i, v_k⟩² = nλ_k u_ik². */
function momentsOf({ rows: n, dim: d, data }: RowMatrix): Moments {
  const matrix = Matrix.from1DArray(n, d, data);
  const small = (n < d ? matrix.mmul(matrix.transpose()) : matrix.transpose().mmul(matrix)).div(n);
  const { realEigenvalues, eigenvectorMatrix } = new EVD(small, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, k) => k).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  const largest = realEigenvalues[order[0]!]!;
  const floor = order.length * Number.EPSILON * largest;
  const values = Float64Array.from(order, (k) => (realEigenvalues[k]! > floor ? realEigenvalues[k]! : 0));
  const ordered = eigenvectorMatrix.subMatrixColumn(order);
  const coordinates = n < d ? ordered : matrix.mmul(ordered);
  const scale = (k: number) => (n < d ? n * values[k]! : 1);
  const squared = (i: number, k: number) => scale(k) * coordinates.get(i, k) ** 2;
  const perRow = (weight: (k: number) => number) =>
    Float64Array.from({ length: n }, (_, i) => values.reduce((sum, _value, k) => sum + weight(k) * squared(i, k), 0));
  return {
    values,
    first: Float64Array.from({ length: n }, (_, i) => squared(i, 0)),
    squares: { lengths: perRow(() => 1), forms: perRow((k) => values[k]!) },
  };
}

function aboutCentroid({ rows, dim, data }: RowMatrix): RowMatrix {
  const centroid = new Float64Array(dim);
  for (let at = 0; at < data.length; at++) centroid[at % dim]! += data[at]! / rows;
  return { rows, dim, data: Float64Array.from(data, (value, at) => value - centroid[at % dim]!) };
}

function cumulative(values: Float64Array, ceiling: number, trace: number): number[] {
  let sum = 0;
  return Array.from(values.subarray(0, ceiling), (value) => {
    sum += value;
    return sum / trace;
  });
}

/** Rounding may leave the last sum below 1, and no share asked for is that near it. */
function axesFor(explained: readonly number[], share: number): number {
  return explained.findIndex((sum) => sum >= share) + 1;
}
