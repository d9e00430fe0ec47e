// How near the loss and its gradient with N negatives are to their large-batch limits, on given embeddings.

import type { Estimate, Interval } from "@nce-geometry/energy";
import {
  createRandom,
  meanOfArray,
  type Rows,
  type RunControl,
  throwIfAborted,
  yieldToEventLoop,
} from "@nce-geometry/tensor";
import { optionError, requireInteger } from "../law-tests/option-checks.ts";
import { type DrawMeasures, measureDraw, type ReferenceSide } from "./draw-measures.ts";
import { logLogSlope, meanOverDraws, rootMeanSquare } from "./draw-summaries.ts";
import { negativesGradient } from "./negatives-gradient.ts";
import { type PopulationGradient, type ProbeDenominator, summarizePopulation } from "./population-gradient.ts";
import { anchorsAt, type ProbeOptions, type ProbeParts, probeParts } from "./probe-parts.ts";

export interface ConsistencyProbeOptions extends ProbeOptions, RunControl {
  /** τ > 0. */
  readonly temperature: number;
  /** Numbers of negatives, ascending integers ≥ 2, at most as many as can be drawn. @defaultValue powers of 4 from 4 up to that */
  readonly negatives?: readonly number[];
  /** Draws of each number of negatives, an integer ≥ 2. @defaultValue 20 */
  readonly draws?: number;
  /** Confidence level of intervals, in (0, 1). @defaultValue 0.95 */
  readonly level?: number;
}

/** At one number of negatives; means over draws. */
export interface ConsistencyPoint {
  readonly negatives: number;
  /** L − log N less the large-batch limit, in nats; its error includes that of the reference. */
  readonly valueError: Estimate;
  /** Cosine with the population's gradient, the noise of the reference taken off; null where nothing is left then. */
  readonly cosine: Estimate | null;
  /** As measured against the reference. */
  readonly rawCosine: Estimate;
  /** Root mean square of ‖g − G‖/‖G‖, likewise. */
  readonly relativeError: Estimate | null;
  readonly rawRelativeError: Estimate;
  /** Mean mass of the positive in its softmax; 0 where it is not in the denominator. */
  readonly positiveMass: Estimate;
  /** Mean of 1/Σ_j p_ij² over negatives. */
  readonly effectiveNegatives: Estimate;
}

export interface ConsistencyCurve {
  readonly points: readonly ConsistencyPoint[];
  /** Of log relative error against log N, weighted by the errors of the points; null with fewer than two of them. −½ is the law of means. */
  readonly slope: { readonly value: number; readonly standardError: number; readonly interval: Interval } | null;
}

export interface ConsistencyProbe {
  readonly temperature: number;
  readonly anchors: number;
  readonly draws: number;
  /** Rows that negatives were drawn from; draws of a size overlap where draws · N exceeds it, and then share what is special about these rows. */
  readonly drawable: number;
  readonly reference: {
    readonly rows: number;
    /** Standard error of its value, nats. */
    readonly valueError: number;
    /** Relative error of its own gradient, estimated; null where the pool shows no gradient beyond its noise. */
    readonly relativeError: number | null;
  };
  readonly population: PopulationGradient;
  readonly standard: ConsistencyCurve;
  readonly decoupled: ConsistencyCurve;
}

/**
 * Consistency probe: value and gradient of the contrastive loss with N negatives against an independent reference pool.
 *
 * Math:     value mean_i[−s_i/τ + log Σ_j e^{s_ij/τ}] − log N (decoupled), with e^{s_i/τ} in the sum (standard), against the decoupled one of the
 *           reference, which is J_τ up to the constant log V_κ;  gradients with respect to the anchors, cos and ‖g − G‖/‖G‖ over all anchors
 *           together, with ‖G‖² and ‖g − G‖² lessened by the reference's own squared error.
 * Shapes:   x [n, d], y [m, d] of unit rows, map [m] → record. Cosine critic.
 * Domain:   τ > 0; negatives never share an item with an anchor, nor the reference with the negatives.
 * Limits:   N → ∞ → both errors 0, cosine 1;  decoupled slope −½;  standard: the positive holds mass a/(a + N), so that its error falls like 1/N only once N ≫ a.
 * Numerics: log-sum-exps throughout. Standard errors over draws, anchors and reference held fixed. O(n_anchors·d·(R + draws·ΣN)).
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 * Source:   arXiv:2601.19597; arXiv:2110.06848 for the decoupled denominator.
 */
export async function consistencyProbe(x: Rows, y: Rows, options: ConsistencyProbeOptions): Promise<ConsistencyProbe> {
  const where = "consistencyProbe";
  const { temperature, draws = 20, seed = 0, level = 0.95, signal, onProgress } = options;
  requireInteger(where, "draws", draws, 2);
  const parts = await probeParts(where, x, y, options);
  const anchors = anchorsAt(where, parts, temperature);
  const sizes = options.negatives ?? powersOfFour(parts.drawable.length);
  assertSizes(where, sizes, parts.drawable.length);
  const gradient = negativesGradient(anchors, parts.pool, parts.reference, { withError: true });
  const side: ReferenceSide = {
    ...gradient,
    rows: parts.reference.length,
    valueError: valueErrorOf(parts, gradient.logOdds, temperature),
  };
  const measured = new Map<number, DrawMeasures[]>();
  for (const [at, size] of sizes.entries()) {
    const drawn = drawNegatives(parts.drawable, size, draws, createRandom(seed).split("draws").split(size));
    const ofSize: DrawMeasures[] = [];
    for (const chosen of drawn) {
      ofSize.push(measureDraw(negativesGradient(anchors, parts.pool, chosen), size, side));
      await yieldToEventLoop();
      throwIfAborted(signal);
    }
    measured.set(size, ofSize);
    onProgress?.({ done: at + 1, total: sizes.length, label: `${size} negatives` });
  }
  const population = summarizePopulation(temperature, side.rows, gradient);
  const noise = meanOfArray(gradient.squaredError!);
  const norm = meanOfArray(Float64Array.from(population.squaredNorm));
  return {
    temperature,
    anchors: anchors.anchors.rows,
    draws,
    drawable: parts.drawable.length,
    reference: {
      rows: side.rows,
      valueError: side.valueError,
      relativeError: norm > 0 ? Math.sqrt(noise / norm) : null,
    },
    population,
    standard: curveOf(measured, "standard", side, level),
    decoupled: curveOf(measured, "decoupled", side, level),
  };
}

function curveOf(
  measured: ReadonlyMap<number, readonly DrawMeasures[]>,
  denominator: ProbeDenominator,
  { valueError }: ReferenceSide,
  level: number,
): ConsistencyCurve {
  const points = [...measured].map(([negatives, draws]): ConsistencyPoint => {
    const all = draws.map((draw) => draw[denominator]);
    const mean = (of: (one: (typeof all)[number]) => number, unit: "1" | "nats" | "count" = "1", extra = 0) =>
      meanOverDraws(all.map(of), { level, unit, extra });
    const squared = all.map((one) => one.squaredRelativeError);
    return {
      negatives,
      valueError: mean((one) => one.valueError, "nats", valueError),
      cosine: all.some((one) => Number.isNaN(one.cosine)) ? null : mean((one) => one.cosine),
      rawCosine: mean((one) => one.rawCosine),
      relativeError: rootMeanSquare(squared, level),
      rawRelativeError: rootMeanSquare(
        all.map((one) => one.rawSquaredRelativeError),
        level,
      )!,
      positiveMass: mean((one) => one.positiveMass),
      effectiveNegatives: mean((one) => one.effectiveNegatives, "count"),
    };
  });
  return { points, slope: logLogSlope(points, level) };
}

/** √Var of the mean over anchors of log Σ_j e^{s_ij/τ}: each row of the pool enters through mean_i q_ij. */
function valueErrorOf(parts: ProbeParts, logOdds: Float64Array, temperature: number): number {
  const { anchors, positives, pool, reference } = parts;
  const [n, dim, count] = [anchors.rows, anchors.dim, reference.length];
  let squares = 0;
  for (const j of reference) {
    let share = 0;
    for (let i = 0; i < n; i++) {
      let difference = 0;
      for (let k = 0; k < dim; k++) {
        difference += anchors.data[i * dim + k]! * (pool.data[j * dim + k]! - positives.data[i * dim + k]!);
      }
      share += Math.exp(difference / temperature - logOdds[i]!) / n;
    }
    squares += (share - 1 / count) ** 2;
  }
  return Math.sqrt((squares * count) / (count - 1));
}

/** Parts of one random order where they suffice for all draws, else an order for each. */
function drawNegatives(
  drawable: Int32Array,
  size: number,
  draws: number,
  random: ReturnType<typeof createRandom>,
): Int32Array[] {
  const disjoint = size * draws <= drawable.length;
  const once = random.permutation(drawable.length);
  return Array.from({ length: draws }, (_, draw) => {
    const order = disjoint
      ? once.subarray(draw * size, (draw + 1) * size)
      : random.permutation(drawable.length).subarray(0, size);
    return order.map((place) => drawable[place]!);
  });
}

function powersOfFour(most: number): number[] {
  const sizes: number[] = [];
  for (let size = 4; size <= most; size *= 4) sizes.push(size);
  return sizes.length > 0 ? sizes : [most];
}

function assertSizes(where: string, sizes: readonly number[], most: number): void {
  for (const [at, size] of sizes.entries()) {
    requireInteger(where, `negatives[${at}]`, size, at === 0 ? 2 : sizes[at - 1]! + 1);
    if (size > most) {
      throw optionError(where, `negatives[${at}]`, `at most ${most}, the rows to draw from`, String(size));
    }
  }
  if (sizes.length === 0) throw optionError(where, "negatives", "at least one number", "none");
}
