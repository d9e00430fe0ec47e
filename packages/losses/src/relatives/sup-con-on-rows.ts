// Supervised contrastive loss on rows. Notation as in sup-con.ts; m_c the mean row of class c of |c| rows.
//
// The positives need no pairs. Cosine: Σ_{p∈P_i} s_ip = |c|⟨x_i, m_c⟩ − ‖x_i‖². Rbf: Σ_p ‖x_i − x_p‖² = |c|‖x_i − m_c‖² + V_c with
// V_c = Σ_{p∈c} ‖x_p − m_c‖². Summed over a class either is a function of m_c alone whose gradients are those below.

import { referenceEngine } from "@nce-geometry/pairwise";
import type { Critic, RowBlock, Rows } from "@nce-geometry/tensor";
import { meanOfArray } from "@nce-geometry/tensor";
import { resolveCritic, type SweepOptions, type TemperatureOptions } from "../info-nce-options.ts";
import { addInto } from "../rows/add-rows.ts";
import { controlOfPhase } from "../rows/control-phase.ts";
import { blocksOf } from "../rows/row-blocks.ts";
import { scoreMoment } from "../rows/score.ts";
import { checkPairs, shapeOfRows } from "../shape-checks.ts";
import { type Classes, type ClassLabelOptions, classesOf } from "./class-labels.ts";
import { type MeanLoss, meanLossOf } from "./mean-loss.ts";

export interface SupConOnRowsOptions extends TemperatureOptions<number>, SweepOptions, ClassLabelOptions {}

/** The loss, a mean over `samples` anchors, and how many rows were none. */
export interface SupConSummary extends MeanLoss {
  /** Distinct labels. */
  readonly classes: number;
  /** Rows alone in their class, which are negatives of the others but no anchors. */
  readonly rowsWithoutPositives: number;
}

/** The loss of `samples` anchors and its gradients; that of the rows is [n, d], row-major. */
export interface SupConGradient {
  readonly samples: number;
  readonly rowsWithoutPositives: number;
  readonly loss: number;
  readonly gradients: { readonly x: Float64Array; readonly temperature: number };
}

/**
 * Supervised contrastive loss of rows of any number.
 *
 * Math:     that of {@link supCon}.
 * Shapes:   x n × d, labels [n] → numbers. Unit: nats.
 * Domain:   as {@link supCon}.
 * Limits:   those of {@link supCon}.
 * Numerics: absolute error of about ε·|s|·(1/τ + |c|), ε that of the engine's scores; unlike the tensor form a loss near zero
 *           has no relative accuracy. Cost: one sweep, O(n²d); memory O(n + C·d) for C classes.
 * Throws:   InputError E_SHAPE; E_OPTION, also for a row without a positive; `signal.reason` when aborted.
 * Source:   arXiv:2004.11362.
 */
export async function supConOnRows(x: Rows, options: SupConOnRowsOptions): Promise<SupConSummary> {
  const { losses, classes } = await anchorLosses("supConOnRows", x, options, 1);
  return {
    ...meanLossOf(losses),
    classes: classes.sizes.length,
    rowsWithoutPositives: x.rows - classes.anchors,
  };
}

/**
 * Supervised contrastive loss of rows with its gradients to them and to the temperature.
 *
 * Math:     ∂L/∂s_ij = (p_ij − [j ∈ P_i]/|P_i|)/(Aτ) for each of the A anchors i, carried to the rows by the critic;  ∂L/∂τ
 *           = −(1/τ) Σ_ij s_ij ∂L/∂s_ij.
 * Shapes:   x n × d, labels [n] → value, gradient [n, d] and a number. Unit of the value: nats.
 * Domain:   as {@link supCon}; gradients are those of the ambient space.
 * Limits:   equal rows → ∂L/∂τ = 0.
 * Numerics: weights carry an absolute error of about ε·|s|/τ. Cost: two sweeps, O(n²d); memory O(n·d).
 * Throws:   InputError E_SHAPE; E_OPTION, also for a row without a positive; `signal.reason` when aborted.
 * Source:   arXiv:2004.11362.
 */
export async function supConGradientOnRows(x: Rows, options: SupConOnRowsOptions): Promise<SupConGradient> {
  const { losses, classes, critic, sums, means } = await anchorLosses("supConGradientOnRows", x, options, 2);
  const { temperature, engine = referenceEngine(), signal } = options;
  const share = 1 / (classes.anchors * temperature);
  const rowWeights = {
    coefficient: Float64Array.from(classes.of, (label) => (classes.sizes[label]! > 1 ? share : 0)),
    logNormalizer: sums,
  };
  const gradient = await engine.gradient(
    x,
    x,
    { critic, temperature, diagonal: "exclude", rowWeights },
    controlOfPhase(options, 1, 2),
  );
  addInto(gradient.x, gradient.y);
  for await (const { block, start, count } of blocksOf(x, signal)) {
    for (let i = 0; i < count; i++) subtractPull(gradient.x, block, i, { start, share, classes, critic, means });
  }
  return {
    samples: classes.anchors,
    rowsWithoutPositives: x.rows - classes.anchors,
    loss: meanOfArray(losses),
    gradients: {
      x: gradient.x,
      temperature: -(await scoreMoment([{ rows: x, gradient: gradient.x }], options)) / temperature,
    },
  };
}

/** Subtracts share times the gradient of Σ_i s̄_i by row i of the block. */
function subtractPull(
  out: Float64Array,
  block: RowBlock,
  i: number,
  setup: { start: number; share: number; classes: Classes; critic: Critic; means: Float64Array },
): void {
  const { start, share, classes, critic, means } = setup;
  const dim = means.length / classes.sizes.length;
  const label = classes.of[start + i]!;
  const size = classes.sizes[label]!;
  if (size === 1) return;
  for (let k = 0; k < dim; k++) {
    const value = block[i * dim + k]!;
    const mean = means[label * dim + k]!;
    const slope = critic.kind === "rbf" ? -critic.scale * 4 * size * (value - mean) : 2 * (size * mean - value);
    out[(start + i) * dim + k]! -= (share * slope) / (size - 1);
  }
}

/** The loss of every anchor, and what made it. */
async function anchorLosses(where: string, x: Rows, options: SupConOnRowsOptions, phases: number) {
  const shape = shapeOfRows(where, "x", x);
  checkPairs(where, shape, shape);
  const critic = resolveCritic(where, options);
  const classes = classesOf(where, x.rows, options);
  const { temperature, engine = referenceEngine(), signal } = options;
  const means = await classMeans(x, classes, signal);
  const positives = await positiveScoreMeans(x, { classes, critic, means }, signal);
  const [{ rows: sums }] = await engine.reduce(
    x,
    x,
    [{ kind: "logSumExp", critic, temperature, diagonal: "exclude" }],
    controlOfPhase(options, 0, phases),
  );
  const all = sums.map((sum, i) => sum - positives[i]! / temperature);
  const losses = all.filter((_, i) => classes.sizes[classes.of[i]!]! > 1);
  return { losses, classes, critic, sums, means };
}

/** m_c of every class, [C, d]. */
async function classMeans(x: Rows, classes: Classes, signal: SupConOnRowsOptions["signal"]): Promise<Float64Array> {
  const means = new Float64Array(classes.sizes.length * x.dim);
  for await (const { block, start, count } of blocksOf(x, signal)) {
    for (let i = 0; i < count; i++) {
      const at = classes.of[start + i]! * x.dim;
      for (let k = 0; k < x.dim; k++) means[at + k]! += block[i * x.dim + k]!;
    }
  }
  return means.map((sum, at) => sum / classes.sizes[Math.floor(at / x.dim)]!);
}

/** s̄_i of every row; meaningless where there are no positives. */
async function positiveScoreMeans(
  x: Rows,
  setup: { readonly classes: Classes; readonly critic: Critic; readonly means: Float64Array },
  signal: SupConOnRowsOptions["signal"],
): Promise<Float64Array> {
  const { classes, critic, means } = setup;
  const fromMean = new Float64Array(x.rows);
  const squares = new Float64Array(x.rows);
  const spread = new Float64Array(classes.sizes.length);
  for await (const { block, start, count } of blocksOf(x, signal)) {
    for (let i = 0; i < count; i++) {
      const label = classes.of[start + i]!;
      let [inner, square, distance] = [0, 0, 0];
      for (let k = 0; k < x.dim; k++) {
        const value = block[i * x.dim + k]!;
        const mean = means[label * x.dim + k]!;
        inner += value * mean;
        square += value * value;
        distance += (value - mean) ** 2;
      }
      fromMean[start + i] = critic.kind === "rbf" ? distance : inner;
      squares[start + i] = square;
      spread[label]! += distance;
    }
  }
  return fromMean.map((value, i) => {
    const label = classes.of[i]!;
    const size = classes.sizes[label]!;
    if (critic.kind === "rbf") return (-critic.scale * (size * value + spread[label]!)) / (size - 1);
    return (size * value - squares[i]!) / (size - 1);
  });
}
