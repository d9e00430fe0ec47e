// Kernel contrastive loss on rows. Notation as in kcl.ts.

import { matchedGradient, matchedValues, referenceEngine } from "@nce-geometry/pairwise";
import { meanOfArray, type Rows } from "@nce-geometry/tensor";
import type { SweepOptions } from "../info-nce-options.ts";
import { addInto } from "../rows/add-rows.ts";
import { controlOfPhase } from "../rows/control-phase.ts";
import { checkPairs, checkSeveral, shapeOfRows } from "../shape-checks.ts";
import { standardErrorOf } from "../standard-error.ts";
import { checkKCL, type KCLOptions } from "./kcl.ts";
import type { KernelForm } from "./kcl-kernel.ts";
import type { MeanLoss } from "./mean-loss.ts";

export interface KCLOnRowsOptions extends KCLOptions, SweepOptions {}

/** The loss and its three parts: loss = alignmentTerm + γ(energyX + energyY). */
export interface KCLSummary extends MeanLoss {
  /** −2 mean_i k(x_i, y_i). */
  readonly alignmentTerm: number;
  /** mean_{i≠j} k(x_i, x_j). */
  readonly energyX: number;
  /** mean_{i≠j} k(y_i, y_j). */
  readonly energyY: number;
}

/** The loss of `samples` pairs and its gradients, [n, d] each, row-major. */
export interface KCLGradient {
  readonly samples: number;
  readonly loss: number;
  readonly gradients: { readonly x: Float64Array; readonly y: Float64Array };
}

/**
 * Kernel contrastive loss of two views as rows of any number.
 *
 * Math:     that of {@link kcl}. The standard error is that of the mean of the terms to first order, −2k(x_i, y_i) + 2γ(mean_j
 *           k(x_i, x_j) + mean_j k(y_i, y_j)): a row enters a mean over pairs twice.
 * Shapes:   x n × d, y n × d → numbers.
 * Domain:   as {@link kcl}.
 * Limits:   those of {@link kcl}.
 * Numerics: distances keep their relative accuracy at any size. Cost: two sweeps, O(n²d); memory O(n).
 * Throws:   InputError E_SHAPE, also for n = 1; E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2405.18045.
 */
export async function kclOnRows(x: Rows, y: Rows, options: KCLOnRowsOptions): Promise<KCLSummary> {
  const terms = await termsOf("kclOnRows", x, y, options, 2);
  const { positives, withinX, withinY, energyWeight } = terms;
  const [energyX, energyY] = [meanOfArray(withinX), meanOfArray(withinY)];
  const alignmentTerm = -2 * meanOfArray(positives);
  const influence = positives.map((k, i) => -2 * k + 2 * energyWeight * (withinX[i]! + withinY[i]!));
  return {
    loss: alignmentTerm + energyWeight * (energyX + energyY),
    standardError: standardErrorOf(influence),
    samples: x.rows,
    alignmentTerm,
    energyX,
    energyY,
  };
}

/**
 * Kernel contrastive loss of two views with its gradients to both.
 *
 * Math:     ∂L/∂x_i = −(2/n) ∇k(x_i, y_i) + (2γ/(n(n−1))) Σ_{j≠i} ∇k(x_i, x_j), ∇ by the first argument, and likewise for y.
 * Shapes:   x n × d, y n × d → value, gradients [n, d] each.
 * Domain:   as {@link kcl}; gradients are those of the ambient space.
 * Limits:   equal rows → 0.
 * Numerics: gradients from differences of rows; rows that coincide do not pull at one another. Cost: four sweeps, O(n²d);
 *           memory O(n·d).
 * Throws:   InputError E_SHAPE, also for n = 1; E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2405.18045.
 */
export async function kclGradientOnRows(x: Rows, y: Rows, options: KCLOnRowsOptions): Promise<KCLGradient> {
  const { positives, withinX, withinY, energy, alignment, energyWeight } = await termsOf(
    "kclGradientOnRows",
    x,
    y,
    options,
    4,
  );
  const n = x.rows;
  const { engine = referenceEngine(), signal } = options;
  const weights = new Float64Array(n).fill((-2 / n) * alignment.positiveFactor);
  const gradients = await matchedGradient(x, y, { value: alignment.value, weights }, { signal });
  const rowWeights = new Float64Array(n).fill((energyWeight * energy.factor) / (n * (n - 1)));
  for (const [index, rows] of [x, y].entries()) {
    const within = await engine.gradient(
      rows,
      rows,
      { value: energy.value, rowWeights, diagonal: "exclude" },
      controlOfPhase(options, 2 + index, 4),
    );
    addInto(index === 0 ? gradients.x : gradients.y, within.x);
    addInto(index === 0 ? gradients.x : gradients.y, within.y);
  }
  const energies = energyWeight * (meanOfArray(withinX) + meanOfArray(withinY));
  return { samples: n, loss: energies - 2 * meanOfArray(positives), gradients };
}

/** Kernels of the pairs, and of each row the mean kernel to the others of its view. */
async function termsOf(where: string, x: Rows, y: Rows, options: KCLOnRowsOptions, phases: number) {
  checkPairs(where, shapeOfRows(where, "x", x), shapeOfRows(where, "y", y));
  checkSeveral(where, shapeOfRows(where, "x", x));
  const { energy, alignment, energyWeight } = checkKCL(where, options);
  const { signal } = options;
  const matched = await matchedValues(x, y, alignment.value, { signal });
  return {
    positives: matched.map((value) => alignment.positiveFactor * value),
    withinX: await meansWithin(x, energy, options, [0, phases]),
    withinY: await meansWithin(y, energy, options, [1, phases]),
    energy,
    alignment,
    energyWeight,
  };
}

async function meansWithin(
  rows: Rows,
  { value, factor }: KernelForm,
  options: SweepOptions,
  [phase, phases]: readonly [number, number],
): Promise<Float64Array> {
  const { engine = referenceEngine() } = options;
  const control = controlOfPhase(options, phase, phases);
  const [sums] = await engine.reduce(rows, rows, [{ kind: "sum", value, diagonal: "exclude" }], control);
  return sums.rows.map((sum) => (factor * sum) / (rows.rows - 1));
}
