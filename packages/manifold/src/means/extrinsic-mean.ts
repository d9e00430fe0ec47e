import { InputError, type RowMatrix, sumOfArray } from "@nce-geometry/tensor";
import type { Float64Rows, Manifold } from "../manifold.ts";
import { factorsOf } from "../optimize/factors.ts";
import { normalizedWeights } from "./weighted-rows.ts";

export interface ExtrinsicMeanOptions {
  /** Non-negative weights, one per row; scaled to sum 1. @defaultValue equal weights */
  readonly weights?: ArrayLike<number>;
}

/** The point of the manifold nearest to the arithmetic mean. */
export type ExtrinsicMean = ExtrinsicMeanFacts &
  (
    | {
        readonly status: "defined";
        /** [1, d] */
        readonly mean: Float64Rows;
      }
    | {
        /** No nearest point is singled out: the directions cancel to within rounding, or a number is NaN. */
        readonly status: "undefined";
        readonly mean?: undefined;
      }
  );

export interface ExtrinsicMeanFacts {
  /** The arithmetic mean in ambient coordinates, [1, d]; of a torus in k angles, the cosines and then the sines, [1, 2k]. */
  readonly ambientMean: Float64Rows;
  /** Its length; on the sphere 1 when all points agree, near 0 when their directions cancel. */
  readonly resultantLength: number;
  readonly samples: number;
}

/**
 * Extrinsic mean of rows: their arithmetic mean in ambient coordinates, projected onto the manifold.
 *
 * Math:     m = Σ_i w_i x_i;  mean = the nearest point of the manifold: on the sphere m/‖m‖, on the torus atan2(Σ w_i sin θ_i, Σ w_i cos θ_i) for each angle.
 * Shapes:   points [n, d] → mean [1, d].
 * Domain:   n ≥ 1, points on the manifold (not checked). Not a product with a torus in it: there write the torus as circles.
 * Limits:   equal rows → that row;  antipodal points with equal weights → status `undefined`.
 * Numerics: compensated sums. Undefined when a shift of m by its own rounding, 8ε·mean‖x‖, moves the projection by more than 1.
 * Throws:   InputError E_SHAPE, E_OPTION, E_UNSUPPORTED.
 */
export function extrinsicMean(
  manifold: Manifold,
  points: RowMatrix,
  options: ExtrinsicMeanOptions = {},
): ExtrinsicMean {
  const weights = normalizedWeights("extrinsicMean", manifold, points, options.weights);
  if (!hasExtrinsicMean(manifold)) throw unsupported(manifold);
  const embedding = manifold.kind === "torus" ? circles : identity(manifold);
  const embedded = embedding.embed(points);
  const { dim } = embedded;
  const ambientMean = weightedMean(embedded, weights);
  const facts = { ambientMean, resultantLength: Math.hypot(...ambientMean.data), samples: points.rows };
  const shift = (8 * EPSILON * meanLength(embedded, weights)) / Math.sqrt(dim);
  const shifted = (by: number): Float64Rows => {
    return embedding.project({ rows: 1, dim, data: ambientMean.data.map((x) => x + by) });
  };
  const spread = shift === 0 ? 0 : manifold.rows.geodesicDistance(shifted(shift), shifted(-shift))[0]!;
  if (!(spread <= 1)) return { status: "undefined", ...facts };
  return { status: "defined", mean: embedding.project(ambientMean), ...facts };
}

/** Whether sums of the coordinates mean anything: not of angles, save where all of them are. */
export function hasExtrinsicMean(manifold: Manifold): boolean {
  return manifold.kind === "torus" || factorsOf(manifold).every(({ kind }) => kind !== "torus");
}

const EPSILON = 2 ** -52;

interface Embedding {
  readonly embed: (points: RowMatrix) => RowMatrix;
  readonly project: (ambient: Float64Rows) => Float64Rows;
}

function identity({ rows }: Manifold): Embedding {
  return { embed: (points) => points, project: (ambient) => rows.projectPoint(ambient) };
}

/** Angles as points of unit circles: all cosines, then all sines. */
const circles: Embedding = {
  embed: ({ rows, dim, data }) => {
    const out = new Float64Array(rows * 2 * dim);
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < dim; k++) {
        out[2 * dim * i + k] = Math.cos(data[i * dim + k]!);
        out[2 * dim * i + dim + k] = Math.sin(data[i * dim + k]!);
      }
    }
    return { rows, dim: 2 * dim, data: out };
  },
  project: ({ dim, data }) => {
    const k = dim / 2;
    return { rows: 1, dim: k, data: new Float64Array(k).map((_, j) => Math.atan2(data[k + j]!, data[j]!)) };
  },
};

function weightedMean({ rows, dim, data }: RowMatrix, weights: Float64Array): Float64Rows {
  const column = new Float64Array(rows);
  const mean = new Float64Array(dim).map((_, k) => {
    for (let i = 0; i < rows; i++) column[i] = weights[i]! * data[i * dim + k]!;
    return sumOfArray(column);
  });
  return { rows: 1, dim, data: mean };
}

function meanLength({ dim, data }: RowMatrix, weights: Float64Array): number {
  return sumOfArray(
    weights.map((weight, i) => {
      let squares = 0;
      for (let k = 0; k < dim; k++) squares += data[i * dim + k]! ** 2;
      return weight * Math.sqrt(squares);
    }),
  );
}

function unsupported({ name }: Manifold): InputError {
  return new InputError({
    code: "E_UNSUPPORTED",
    where: "extrinsicMean",
    argument: "manifold",
    expected: "one whose coordinates can be averaged",
    received: name,
    hint: "Write its torus as a product of circles, or use karcherMean.",
  });
}
