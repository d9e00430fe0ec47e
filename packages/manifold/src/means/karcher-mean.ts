// The Karcher (Riemannian, Fréchet) mean by gradient descent. Notation: F(x) = ½ Σ_i w_i dist(x, x_i)², −grad F(x) = v(x) = Σ_i w_i log_x x_i.

import {
  createRandom,
  isInputError,
  type RowMatrix,
  type RunControl,
  throwIfAborted,
  yieldToEventLoop,
} from "@nce-geometry/tensor";
import type { Float64Rows, Manifold } from "../manifold.ts";
import { requireInteger, requirePositive } from "../quadrature/option-checks.ts";
import { extrinsicMean, hasExtrinsicMean } from "./extrinsic-mean.ts";
import { normalizedWeights } from "./weighted-rows.ts";

export interface KarcherMeanOptions extends RunControl {
  /** Non-negative weights, one per row; scaled to sum 1. @defaultValue equal weights */
  readonly weights?: ArrayLike<number>;
  /** Where to begin, [1, d]. @defaultValue the extrinsic mean, or near the first row where that is undefined */
  readonly start?: RowMatrix;
  /** Largest length of the gradient, in the manifold's unit of length, that counts as zero. @defaultValue 1e-12 */
  readonly tolerance?: number;
  /** Largest number of steps of one descent. @defaultValue 200 */
  readonly maxSteps?: number;
}

/**
 * `converged`: the gradient vanishes. `notUnique`: it does, but another point does as well. `maxSteps`: it does not yet. `diverged`: it is NaN or infinite.
 */
export type KarcherStatus = "converged" | "notUnique" | "maxSteps" | "diverged";

export interface KarcherMean {
  readonly status: KarcherStatus;
  /** [1, d]; the best point found, whatever the status. */
  readonly mean: Float64Rows;
  /** Fréchet variance Σ w_i dist(mean, x_i)². */
  readonly variance: number;
  readonly gradientNorm: number;
  /** Steps of the descent that led to `mean`. */
  readonly steps: number;
  /** Whether all points lie within half the injectivity radius of the mean, where theory excludes a second one. */
  readonly guaranteedUnique: boolean;
  readonly samples: number;
}

/**
 * Karcher mean of rows: the point with the smallest mean squared geodesic distance to them.
 *
 * Math:     mean = argmin_x Σ_i w_i dist(x, x_i)²; iteration x ← exp_x(t·Σ_i w_i log_x x_i), t halved from 1 until the sum decreases enough
 * Shapes:   points [n, d] → mean [1, d].
 * Domain:   n ≥ 1, points on the manifold (not checked).
 * Limits:   Euclidean → the arithmetic mean in one step;  two points → the middle of their geodesic;  antipodal points → `notUnique`.
 * Numerics: linear convergence, fast where the points are close. Where the points do not lie in a ball that guarantees uniqueness, two more descents, from both
 *           sides of the farthest point, look for a rival; the better one is returned, and `notUnique` when their variances agree to 1e-9. Finding none proves nothing.
 * Throws:   InputError E_SHAPE, E_OPTION; rejects with `signal.reason` when aborted.
 * Source:   H. Karcher, Riemannian center of mass and mollifier smoothing, CPAM 30 (1977); B. Afsari, Riemannian Lᵖ center of mass, Proc. AMS 139 (2011).
 */
export async function karcherMean(
  manifold: Manifold,
  points: RowMatrix,
  options: KarcherMeanOptions = {},
): Promise<KarcherMean> {
  const where = "karcherMean";
  const { tolerance = 1e-12, maxSteps = 200 } = options;
  requirePositive(where, "tolerance", tolerance);
  requireInteger(where, "maxSteps", maxSteps, 0);
  const weights = normalizedWeights(where, manifold, points, options.weights);
  const problem: Problem = { manifold, points, weights, tolerance, maxSteps, control: options };
  const first = await descend(problem, startOf(problem, options.start));
  if (first.status !== "converged") return resultOf(problem, first, first.status);
  if (isGuaranteed(problem, first)) return resultOf(problem, first, "converged");
  const farthest = rowOf(points, first.at.farthest);
  const rivals = [
    await descend(problem, nudged(manifold, farthest, NUDGE)),
    await descend(problem, nudged(manifold, farthest, -NUDGE)),
  ];
  const ends = [first, ...rivals].filter(({ status }) => status === "converged");
  const best = ends.reduce((a, b) => (b.at.variance < a.at.variance * (1 - SAME_VARIANCE) ? b : a));
  const unique = !ends.some((end) => isRival(problem, best, end));
  return resultOf(problem, best, unique ? "converged" : "notUnique");
}

interface Problem {
  readonly manifold: Manifold;
  readonly points: RowMatrix;
  readonly weights: Float64Array;
  readonly tolerance: number;
  readonly maxSteps: number;
  readonly control: RunControl;
}

/** What is known at one point. */
interface Evaluation {
  readonly point: Float64Rows;
  /** v, [1, d]. */
  readonly velocity: Float64Rows;
  readonly gradientNorm: number;
  readonly variance: number;
  /** Index of the farthest of the rows that have weight, and its distance. */
  readonly farthest: number;
  readonly radius: number;
}

interface Descent {
  readonly at: Evaluation;
  readonly steps: number;
  readonly status: Exclude<KarcherStatus, "notUnique">;
}

/** Rows whose logarithms are in memory at a time. */
const BLOCK = 4096;
/** Of a start that is stationary or has a row on its cut locus: how far it is moved, in units of a standard normal vector. */
const NUDGE = 0.1;
const SAME_VARIANCE = 1e-9;
/** Two stationary points closer than this are one: the gradient is flat near degenerate minima. */
const SAME_POINT = 1e-4;
const MAX_HALVINGS = 30;

function startOf({ manifold, points, weights }: Problem, start: RowMatrix | undefined): Float64Rows {
  if (start !== undefined) return manifold.rows.projectPoint(start);
  const extrinsic = hasExtrinsicMean(manifold) ? extrinsicMean(manifold, points, { weights }) : undefined;
  return extrinsic?.mean ?? nudged(manifold, rowOf(points, 0), NUDGE);
}

async function descend(problem: Problem, start: Float64Rows): Promise<Descent> {
  const { manifold, tolerance, maxSteps, control } = problem;
  let at = (await evaluate(problem, start)) ?? (await evaluate(problem, nudged(manifold, start, NUDGE)));
  // Two generic points cannot both have a row on their cut locus, save by an accident that is reported as what it is.
  if (at === undefined) return { at: nowhere(start), steps: 0, status: "diverged" };
  for (let steps = 0; ; steps++) {
    if (!Number.isFinite(at.variance)) return { at, steps, status: "diverged" };
    if (at.gradientNorm <= tolerance) return { at, steps, status: "converged" };
    if (steps === maxSteps) return { at, steps, status: "maxSteps" };
    const next = await improve(problem, at);
    if (next === undefined) return { at, steps, status: "maxSteps" };
    at = next;
    control.onProgress?.({ done: steps + 1, total: maxSteps, label: "steps" });
  }
}

/** The first of the steps 1, ½, ¼, … along v that lowers F by a quarter of what its slope promises; undefined when none does. */
async function improve(problem: Problem, at: Evaluation): Promise<Evaluation | undefined> {
  const { manifold } = problem;
  for (let halvings = 0, t = 1; halvings < MAX_HALVINGS; halvings++, t /= 2) {
    const velocity = { ...at.velocity, data: at.velocity.data.map((x) => t * x) };
    const point = manifold.rows.projectPoint(manifold.rows.expMap(at.point, velocity));
    const next = await evaluate(problem, point);
    if (next !== undefined && isProgress(at, next, t)) return next;
  }
  return undefined;
}

/** Near the minimum the decrease is lost in the rounding of F; there a shorter gradient tells. NaN is let through, to be reported. */
function isProgress(at: Evaluation, next: Evaluation, t: number): boolean {
  if (next.gradientNorm < at.gradientNorm && next.variance <= at.variance * (1 + SAME_VARIANCE)) return true;
  return !(next.variance > at.variance - 0.5 * t * at.gradientNorm ** 2);
}

/** Undefined where some row is on the cut locus. */
async function evaluate(problem: Problem, point: Float64Rows): Promise<Evaluation | undefined> {
  const { manifold, points, weights, control } = problem;
  const { rows: n, dim } = points;
  const velocity = new Float64Array(dim);
  let variance = 0;
  let farthest = 0;
  let largest = 0;
  for (let start = 0; start < n; start += BLOCK) {
    throwIfAborted(control.signal);
    const block = slice(points, start, Math.min(n, start + BLOCK));
    const logs = orUndefined(() => manifold.rows.logMap(point, block));
    if (logs === undefined) return undefined;
    const squares = manifold.rows.tangentInner(point, logs, logs);
    for (let i = 0; i < block.rows; i++) {
      const weight = weights[start + i]!;
      if (weight === 0) continue;
      variance += weight * squares[i]!;
      if (squares[i]! > largest) [largest, farthest] = [squares[i]!, start + i];
      for (let k = 0; k < dim; k++) velocity[k]! += weight * logs.data[i * dim + k]!;
    }
    if (start + BLOCK < n) await yieldToEventLoop();
  }
  const row = { rows: 1, dim, data: velocity };
  const gradientNorm = manifold.rows.norm(point, row)[0]!;
  return { point, velocity: row, gradientNorm, variance, farthest, radius: Math.sqrt(largest) };
}

function orUndefined<T>(f: () => T): T | undefined {
  try {
    return f();
  } catch (error) {
    if (isInputError(error) && error.code === "E_DOMAIN") return undefined;
    throw error;
  }
}

function nowhere(point: Float64Rows): Evaluation {
  const unknown = { gradientNorm: Number.NaN, variance: Number.NaN, farthest: 0, radius: Number.NaN };
  return { point, velocity: { ...point, data: new Float64Array(point.dim) }, ...unknown };
}

function isGuaranteed({ manifold }: Problem, { at }: Descent): boolean {
  return at.radius < manifold.injectivityRadius / 2;
}

function isRival({ manifold }: Problem, best: Descent, other: Descent): boolean {
  const distance = manifold.rows.geodesicDistance(best.at.point, other.at.point)[0]!;
  return distance > SAME_POINT && other.at.variance <= best.at.variance * (1 + SAME_VARIANCE);
}

/** Moved by a fixed random tangent vector times `by`; the same vector for `by` and −`by`. */
function nudged({ rows }: Manifold, point: Float64Rows, by: number): Float64Rows {
  const direction = rows.sampleTangent(createRandom("karcherMean"), point);
  return rows.projectPoint(rows.expMap(point, { ...direction, data: direction.data.map((x) => by * x) }));
}

function rowOf(points: RowMatrix, index: number): Float64Rows {
  return slice(points, index, index + 1);
}

function slice({ dim, data }: RowMatrix, start: number, end: number): Float64Rows {
  return { rows: end - start, dim, data: Float64Array.from(data.subarray(start * dim, end * dim)) };
}

function resultOf(problem: Problem, { at, steps }: Descent, status: KarcherStatus): KarcherMean {
  const { point: mean, variance, gradientNorm } = at;
  const guaranteedUnique = status === "converged" && isGuaranteed(problem, { at, steps, status });
  return { status, mean, variance, gradientNorm, steps, guaranteedUnique, samples: problem.points.rows };
}
