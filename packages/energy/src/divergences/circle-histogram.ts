// The divergence of two samples of angles in equal bins, as the paper's experiments plot it. Notation: p_b, q_b shares of the bins with ε
// added to each count.

import { InputError, type RowMatrix, type Rows, type RunControl } from "@nce-geometry/tensor";
import { requireInteger, requirePositive } from "../checks.ts";
import type { Estimate } from "../estimate.ts";
import { copyRows } from "../rows/row-blocks.ts";
import { type TwoSampleContext, twoSampleEstimate } from "./influence.ts";
import { assertSamples, type Sampling, type SamplingOptions } from "./two-sample-options.ts";

export interface AngleHistogramOptions extends SamplingOptions {
  /** Equal bins of [−π, π], an integer ≥ 2. @defaultValue 60 */
  readonly bins?: number;
  /** ε > 0 added to the count of each bin. @defaultValue 1e-8 */
  readonly epsilon?: number;
}

export interface AngleHistogramDivergence extends Estimate {
  /** What two samples of one law give on average, to first order: (filled bins − 1)(1/n + 1/m). */
  readonly floor: number;
  /** Bins with angles of one sample only. */
  readonly oneSidedBins: number;
  /** The part of the value that comes from them: it grows like log 1/ε. */
  readonly oneSidedPart: number;
}

/**
 * Jeffreys divergence of two laws of angles from histograms, D_KL(p‖q) + D_KL(q‖p) = 2·D_S.
 *
 * Math:     Σ_b (p_b − q_b) log(p_b/q_b), p_b = (count_b + ε)/Σ(count + ε).
 * Shapes:   angles [n], [m] in radians → estimate. Unit: nats.
 * Domain:   n, m ≥ 2; angles in [−π, π], the last bin closed; bins ≥ 2, ε > 0.
 * Limits:   equal counts → 0;  one sample in one bin, the other in another → 2(1 − ε/(n + …))·log(n/ε) about.
 * Numerics: bins filled by one sample only cost log 1/ε each time, so that the value says more of ε than of the laws: their number and
 *           part are reported. Standard error by linearisation with ε held fixed.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_DOMAIN, E_OPTION.
 * Source:   arXiv:2601.19597, numerical code.
 */
export function angleHistogramJeffreys(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: AngleHistogramOptions = {},
): AngleHistogramDivergence {
  const where = "angleHistogramJeffreys";
  const { bins = 60, epsilon = 1e-8, sampling = "independent" } = options;
  requireInteger(where, "bins", bins, 2);
  requirePositive(where, "epsilon", epsilon);
  assertAngles(where, "x", x);
  assertAngles(where, "y", y);
  assertSampling(where, x, y, sampling);
  const [binX, binY] = [binsOf(x, bins), binsOf(y, bins)];
  const [countX, countY] = [countsOf(binX, bins), countsOf(binY, bins)];
  const [p, q] = [shares(countX, epsilon), shares(countY, epsilon)];
  const terms = p.map((share, b) => (share - q[b]!) * Math.log(share / q[b]!));
  const sided = terms.filter((_, b) => (countX[b] === 0) !== (countY[b] === 0));
  const filled = terms.filter((_, b) => countX[b]! + countY[b]! > 0).length;
  const result = {
    floor: (filled - 1) * (1 / x.length + 1 / y.length),
    oneSidedBins: sided.length,
    oneSidedPart: sum(sided),
  };
  const value = sum(terms);
  const statistic = { value, ofX: influence(binX, p, q), ofY: influence(binY, q, p), notes: notesOf(value, result) };
  return { ...twoSampleEstimate(statistic, contextOf(x, y, bins, epsilon, sampling)), ...result };
}

/**
 * The same for rows on the circle, by their angles atan2(x₁, x₀).
 *
 * Math:     as {@link angleHistogramJeffreys}.
 * Shapes:   x [n, 2], y [m, 2] of unit rows → estimate. Unit: nats.
 * Domain:   n, m ≥ 2.
 * Limits:   equal counts → 0.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   arXiv:2601.19597, numerical code.
 */
export async function circleHistogramJeffreys(
  x: Rows,
  y: Rows,
  options: AngleHistogramOptions & RunControl = {},
): Promise<AngleHistogramDivergence> {
  const where = "circleHistogramJeffreys";
  const { signal, sampling = "independent" } = options;
  await assertSamples(where, x, y, { sampling, signal });
  if (x.dim !== 2) {
    const received = `[${x.rows}, ${x.dim}]`;
    throw new InputError({ code: "E_SHAPE", where, argument: "x", expected: "of dimension 2", received });
  }
  const [a, b] = [await copyRows(x, { signal }), await copyRows(y, { signal })];
  return angleHistogramJeffreys(anglesOf(a), anglesOf(b), options);
}

function anglesOf({ rows, data }: RowMatrix): Float64Array {
  return new Float64Array(rows).map((_, i) => Math.atan2(data[2 * i + 1]!, data[2 * i]!));
}

function contextOf(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  bins: number,
  epsilon: number,
  sampling: Sampling,
): TwoSampleContext {
  const method = `Jeffreys, ${bins} bins, ε=${epsilon}`;
  return { x: { rows: x.length }, y: { rows: y.length }, sampling, method };
}

/** Of a row in bin b: log(p/q) + 1 − q/p, less its mean under p. */
function influence(rowBins: Int32Array, p: Float64Array, q: Float64Array): Float64Array {
  const slope = p.map((share, b) => Math.log(share / q[b]!) + 1 - q[b]! / share);
  const values = Float64Array.from(rowBins, (b) => slope[b]!);
  const mean = sum(values) / values.length;
  return values.map((value) => value - mean);
}

function notesOf(value: number, { floor, oneSidedBins, oneSidedPart }: Omit<AngleHistogramDivergence, keyof Estimate>) {
  const notes: string[] = [];
  if (value <= 2 * floor)
    notes.push(`Two samples of one law give about ${floor.toPrecision(2)}: nothing more is seen.`);
  if (2 * oneSidedPart > value) {
    notes.push(
      `${oneSidedBins} bins with angles of one sample only make ${oneSidedPart.toPrecision(3)} of the value, set by ε.`,
    );
  }
  return notes;
}

function binsOf(angles: ArrayLike<number>, bins: number): Int32Array {
  const step = (2 * Math.PI) / bins;
  const edge = (b: number) => (b === bins ? Math.PI : b * step - Math.PI);
  return Int32Array.from(angles, (angle) => {
    let bin = Math.min(bins - 1, Math.floor((angle + Math.PI) / step));
    // The edges decide, not the rounding of the quotient.
    if (angle < edge(bin)) bin--;
    else if (bin < bins - 1 && angle >= edge(bin + 1)) bin++;
    return bin;
  });
}

function countsOf(rowBins: Int32Array, bins: number): Float64Array {
  const counts = new Float64Array(bins);
  for (const bin of rowBins) counts[bin]!++;
  return counts;
}

function shares(counts: Float64Array, epsilon: number): Float64Array {
  const raised = counts.map((count) => count + epsilon);
  const total = sum(raised);
  return raised.map((count) => count / total);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function assertAngles(where: string, argument: string, angles: ArrayLike<number>): void {
  if (angles.length < 2) {
    const received = String(angles.length);
    throw new InputError({ code: "E_SHAPE", where, argument, expected: "at least 2 angles", received });
  }
  const bad = Array.from(angles).findIndex((angle) => !(Math.abs(angle) <= Math.PI));
  if (bad < 0) return;
  const received = `${angles[bad]} at ${bad}`;
  if (!Number.isFinite(angles[bad])) {
    throw new InputError({ code: "E_NOT_FINITE", where, argument, expected: "finite", received });
  }
  const hint = "Math.atan2(y, x) gives such angles.";
  throw new InputError({ code: "E_DOMAIN", where, argument, expected: "angles from −π to π", received, hint });
}

function assertSampling(where: string, x: ArrayLike<number>, y: ArrayLike<number>, sampling: Sampling): void {
  if (sampling !== "paired" || x.length === y.length) return;
  const expected = `${x.length} angles, as \`x\` is`;
  throw new InputError({ code: "E_SHAPE", where, argument: "y", expected, received: String(y.length) });
}
