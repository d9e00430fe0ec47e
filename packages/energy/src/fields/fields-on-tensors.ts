// The fields on tensors, for training: the numbers of the same functions on rows, differentiable in points and population.

import {
  type Critic,
  div,
  formatShape,
  InputError,
  logSumExp,
  matMul,
  mul,
  reshape,
  rowDot,
  scoreMatrix,
  softmax,
  sub,
  type Tensor,
} from "@nce-geometry/tensor";
import { requireKernel, requireOneOf } from "../checks.ts";
import { type FieldForm, fieldForms, type KernelOptions } from "./field-options.ts";
import { inScope } from "./in-scope.ts";
import { type KernelSpace, logVolumeOfKernel } from "./log-smoothed-density.ts";
import { withoutDiagonal } from "./without-diagonal.ts";

/** Options of fields on tensors. */
export interface TensorFieldOptions extends KernelOptions {
  /** Which rows a point sees; `leaveOneOut`: point i is row i of the population and is left out. @defaultValue "all" */
  readonly form?: FieldForm;
}

export interface TensorDensityOptions extends TensorFieldOptions {
  /** What the density is a density on. @defaultValue "sphere" */
  readonly space?: KernelSpace;
}

/**
 * Logarithm of the partition field of a population at points, on tensors.
 *
 * Math:     log (1/N) Σ_j e^{s(z_i, w_j)/τ}, over j ≠ i with N − 1 for `leaveOneOut`.
 * Shapes:   points [n, d], population [N, d] → [n]. Unit: nats. Gradients flow to both.
 * Domain:   N ≥ 1, for `leaveOneOut` n = N ≥ 2. Rows are neither checked nor normalised.
 * Limits:   as logPartitionField on rows.
 * Numerics: log-sum-exp of the score matrix; the numbers on rows up to the backend's rounding of s/τ. Memory: O(nN).
 * Throws:   InputError E_SHAPE, E_OPTION, E_DTYPE, E_BACKEND.
 * Source:   arXiv:2601.19597.
 */
export function logPartitionFieldOnTensors(points: Tensor, population: Tensor, options: TensorFieldOptions): Tensor {
  return inScope([points, population], () => {
    const { logits, seen } = logitsOf("logPartitionFieldOnTensors", points, population, options);
    return sub(logSumExp(logits, { axis: 1 }), Math.log(seen));
  });
}

/**
 * Logarithm of the smoothed density of a population at points, on tensors.
 *
 * Math:     log ρ̃(z) = log Γ̂(z) − log V_κ(τ), as logSmoothedDensity on rows.
 * Shapes:   points [n, d], population [N, d] → [n]. Unit: nats. Gradients flow to both.
 * Domain:   as {@link logPartitionFieldOnTensors}; unit rows on the sphere, which is not checked.
 * Limits:   as on rows.
 * Throws:   as {@link logPartitionFieldOnTensors}.
 * Source:   arXiv:2601.19597.
 */
export function logSmoothedDensityOnTensors(points: Tensor, population: Tensor, options: TensorDensityOptions): Tensor {
  const where = "logSmoothedDensityOnTensors";
  return inScope([points, population], () => {
    const { logits, seen } = logitsOf(where, points, population, options);
    const volume = logVolumeOfKernel(where, rowsOf(points), options);
    return sub(logSumExp(logits, { axis: 1 }), Math.log(seen) + volume);
  });
}

/**
 * Score of the smoothed density at points, on tensors; differentiable itself.
 *
 * Math:     ∇ log ρ̃(z) = (1/τ) P_z Σ_j p_j ∂s(z, w_j)/∂z, as smoothedScore on rows.
 * Shapes:   points [n, d], population [N, d] → [n, d].
 * Domain:   as {@link logSmoothedDensityOnTensors}.
 * Limits:   as on rows.
 * Throws:   as {@link logPartitionFieldOnTensors}.
 * Source:   arXiv:2601.19597.
 */
export function smoothedScoreOnTensors(points: Tensor, population: Tensor, options: TensorDensityOptions): Tensor {
  const where = "smoothedScoreOnTensors";
  const { temperature, space = "sphere" } = options;
  return inScope([points, population], () => {
    const { logits, critic } = logitsOf(where, points, population, options);
    logVolumeOfKernel(where, rowsOf(points), options);
    const mean = matMul(softmax(logits, { axis: 1 }), population);
    const pull = critic.kind === "rbf" ? mul(sub(mean, points), 2 * critic.scale) : mean;
    const score = div(pull, temperature);
    if (space === "euclidean") return score;
    return sub(score, mul(points, reshape(rowDot(points, score), [points.shape[0]!, 1])));
  });
}

interface Logits {
  /** s_ij/τ, −∞ where a row is left out. */
  readonly logits: Tensor;
  /** Rows that a point sees. */
  readonly seen: number;
  readonly critic: Critic;
}

function logitsOf(name: string, points: Tensor, population: Tensor, options: TensorFieldOptions): Logits {
  const { temperature, critic = { kind: "cosine" }, form = "all" } = options;
  requireKernel(name, { temperature, critic });
  requireOneOf(name, "form", form, fieldForms);
  requireMatrices(name, points, population);
  const logits = div(scoreMatrix(points, population, critic), temperature);
  const [n, rows] = [points.shape[0]!, population.shape[0]!];
  if (form === "all") return { logits, seen: rows, critic };
  if (n !== rows || n < 2) {
    const expected = `of shape [${Math.max(2, n)}, ${points.shape[1]}]`;
    const hint = "Point i must be row i of the population, of which there are at least 2.";
    throw shapeError(name, "population", expected, population, hint);
  }
  return { logits: withoutDiagonal(logits), seen: n - 1, critic };
}

function requireMatrices(name: string, points: Tensor, population: Tensor): void {
  if (points.shape.length !== 2) throw shapeError(name, "points", "of shape [n, d]", points);
  if (population.shape.length !== 2 || population.shape[1] !== points.shape[1] || population.shape[0] === 0) {
    throw shapeError(name, "population", `of shape [N, ${points.shape[1]}] with N ≥ 1`, population);
  }
}

function shapeError(name: string, argument: string, expected: string, x: Tensor, hint?: string): InputError {
  return new InputError({ code: "E_SHAPE", where: name, argument, expected, received: formatShape(x.shape), hint });
}

function rowsOf({ shape }: Tensor): { readonly rows: number; readonly dim: number } {
  return { rows: shape[0]!, dim: shape[1]! };
}
