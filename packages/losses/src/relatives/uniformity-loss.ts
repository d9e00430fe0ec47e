// Uniformity on tensors and on rows.

import { referenceEngine } from "@nce-geometry/pairwise";
import {
  logSumExp,
  logSumExpOfArray,
  mul,
  type Rows,
  where as select,
  squaredDistanceMatrix,
  sub,
  type Tensor,
} from "@nce-geometry/tensor";
import { inScope } from "../in-scope.ts";
import type { SweepOptions } from "../info-nce-options.ts";
import { checkPositive } from "../option-checks.ts";
import { addInto } from "../rows/add-rows.ts";
import { controlOfPhase } from "../rows/control-phase.ts";
import { checkSeveral, shapeOfRows } from "../shape-checks.ts";
import { standardErrorOf } from "../standard-error.ts";
import { diagonalMask } from "../tensors/diagonal-mask.ts";
import type { MeanLoss } from "./mean-loss.ts";

export interface UniformityLossOptions {
  /** The factor t > 0 of the squared distance. @defaultValue 2 */
  readonly scale?: number;
}

export interface UniformityLossOnRowsOptions extends UniformityLossOptions, SweepOptions {}

/** The loss of `samples` rows and its gradient, [n, d], row-major. */
export interface UniformityLossGradient {
  readonly samples: number;
  readonly loss: number;
  readonly gradients: { readonly x: Float64Array };
}

/**
 * Uniformity: the logarithm of the mean Gaussian kernel between different rows. It is least for the uniform law.
 *
 * Math:     L = log mean_{i≠j} e^{−t‖x_i − x_j‖²}.
 * Shapes:   x [n, d] → []. Unit: nats. Gradients flow to x.
 * Domain:   n ≥ 2, t > 0; any rows, usually of unit length. NaN gives NaN.
 * Limits:   equal rows → 0;  orthonormal → −2t;  a simplex → −2tn/(n−1), an antipodal pair −4t;  uniform rows
 *           → `uniformLawUniformity`;  t → 0 → −t mean ‖x_i − x_j‖²;  rotating or shifting all rows, or reordering them,
 *           changes nothing.
 * Numerics: in log space, so that no t is too large; absolute error of about ε·(t‖x_i − x_j‖² + log n). Memory: O(n²).
 * Throws:   InputError E_SHAPE, also for n = 1; E_OPTION.
 * Source:   arXiv:2005.10242.
 */
export function uniformityLoss(x: Tensor, options: UniformityLossOptions = {}): Tensor {
  return inScope([x], () => {
    const where = "uniformityLoss";
    checkSeveral(where, { name: "x", shape: x.shape });
    const n = x.shape[0]!;
    const logits = mul(squaredDistanceMatrix(x, x), -scaleOption(where, options));
    const others = select(diagonalMask(logits), Number.NEGATIVE_INFINITY, logits);
    return sub(logSumExp(others), Math.log(n * (n - 1)));
  });
}

/**
 * Uniformity of rows of any number.
 *
 * Math:     that of {@link uniformityLoss}. The standard error is that of the logarithm to first order, 2/√n times the relative
 *           spread of the mean kernels of the rows: a row enters a mean over pairs twice. For the uniform law, where these are
 *           all alike, it vanishes faster than 1/√n and says little.
 * Shapes:   x n × d → numbers. Unit: nats.
 * Domain:   as {@link uniformityLoss}.
 * Limits:   those of {@link uniformityLoss}.
 * Numerics: those of {@link uniformityLoss}. Cost: one sweep, O(n²d); memory O(n).
 * Throws:   InputError E_SHAPE, also for n = 1; E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2005.10242.
 */
export async function uniformityLossOnRows(x: Rows, options: UniformityLossOnRowsOptions = {}): Promise<MeanLoss> {
  const { sums, total } = await sumsOf("uniformityLossOnRows", x, options, 1);
  const n = x.rows;
  // Mean kernels of the rows relative to the mean of all, e^{sum}/(n−1) over e^{total}/(n(n−1)).
  const relative = sums.map((sum) => n * Math.exp(sum - total));
  return { loss: total - Math.log(n * (n - 1)), standardError: 2 * standardErrorOf(relative), samples: n };
}

/**
 * Uniformity of rows with its gradient.
 *
 * Math:     ∂L/∂x_i = −4t Σ_{j≠i} p_ij (x_i − x_j),  p_ij = e^{−t‖x_i − x_j‖²}/Σ_{k≠l} e^{−t‖x_k − x_l‖²}.
 * Shapes:   x n × d → value, gradient [n, d]. Unit of the value: nats.
 * Domain:   as {@link uniformityLoss}; the gradient is that of the ambient space.
 * Limits:   equal rows → 0;  a simplex → −4t·x_i/(n−1), normal to the sphere.
 * Numerics: gradients from differences of rows. Cost: two sweeps, O(n²d); memory O(n·d).
 * Throws:   InputError E_SHAPE, also for n = 1; E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2005.10242.
 */
export async function uniformityLossGradientOnRows(
  x: Rows,
  options: UniformityLossOnRowsOptions = {},
): Promise<UniformityLossGradient> {
  const { total, critic } = await sumsOf("uniformityLossGradientOnRows", x, options, 2);
  const { engine = referenceEngine() } = options;
  const n = x.rows;
  const rowWeights = {
    coefficient: new Float64Array(n).fill(1),
    logNormalizer: new Float64Array(n).fill(total),
  };
  const gradient = await engine.gradient(
    x,
    x,
    { critic, temperature: 1, rowWeights, diagonal: "exclude" },
    controlOfPhase(options, 1, 2),
  );
  addInto(gradient.x, gradient.y);
  return { samples: n, loss: total - Math.log(n * (n - 1)), gradients: { x: gradient.x } };
}

/** Log-sum-exps over the others of each row, and of all. */
async function sumsOf(where: string, x: Rows, options: UniformityLossOnRowsOptions, phases: number) {
  checkSeveral(where, shapeOfRows(where, "x", x));
  const critic = { kind: "rbf", scale: scaleOption(where, options) } as const;
  const { engine = referenceEngine() } = options;
  const [sums] = await engine.reduce(
    x,
    x,
    [{ kind: "logSumExp", critic, temperature: 1, diagonal: "exclude" }],
    controlOfPhase(options, 0, phases),
  );
  return { sums: sums.rows, total: logSumExpOfArray(sums.rows), critic };
}

function scaleOption(where: string, { scale = 2 }: UniformityLossOptions): number {
  checkPositive(where, "scale", scale);
  return scale;
}
