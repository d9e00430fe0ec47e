// Two-sample statistics c·(2E k(X, Y) − E k(X, X') − E k(Y, Y')) of a pair value k, in unbiased forms and in non-negative form.
//
// Under equal laws their first-order part vanishes and what is left is of second order: with h the kernel centred in both
// arguments, Var U = 2 E h²·(1/(n(n−1)) + 1/(m(m−1)) + 2/(nm)). Its root, the null spread, decides about the note.

import type { PairValue, SumResult } from "@nce-geometry/pairwise";
import { meanOfArray, sumOfArray } from "@nce-geometry/tensor";
import type { Estimate } from "../estimate.ts";
import type { Uncertainty } from "../uncertainty/uncertainty.ts";
import type { Sweeps } from "./sweeps.ts";

/** A two-sample statistic in its forms; they differ by terms of order 1/n. */
export interface TwoSampleForms {
  /**
   * Unbiased for matched rows: means over i ≠ j within a modality and across. It may be negative, and is exactly 0 for x = y.
   * The form to read when the rows are pairs; absent when they are not.
   */
  readonly pairedStatistic?: Estimate;
  /**
   * Unbiased for independent samples: means over i ≠ j within a modality, over all pairs across. With matched rows, which are more
   * alike than others, it lies below the paired form by about (unmatched − matched)·2/n.
   */
  readonly uStatistic: Estimate;
  /** Non-negative: means over all pairs, the self pairs included. */
  readonly vStatistic: Estimate;
}

export interface TwoSampleStatistic {
  readonly value: PairValue;
  /** The squared value, as a pair value of its own. */
  readonly square: PairValue;
  /** k(x, x): 0 for distances, 1 for Gaussians. */
  readonly self: number;
  /** c: 1 for distances, −1 for kernels. */
  readonly sign: 1 | -1;
}

/** What a statistic of paired rows needs to know: where to ask for reductions, and how to make estimates. */
export interface PairPlan {
  readonly sweeps: Sweeps;
  readonly uncertainty: Uncertainty;
}

/** The Euclidean distance, whose statistic is the energy distance. */
export const distanceStatistic: TwoSampleStatistic = {
  value: { kind: "distance" },
  square: { kind: "squaredDistance" },
  self: 0,
  sign: 1,
};

/** The Gaussian kernel, whose statistic is the squared maximum mean discrepancy. */
export function gaussianStatistic(bandwidth: number): TwoSampleStatistic {
  return {
    value: { kind: "gaussian", bandwidth },
    square: { kind: "gaussian", bandwidth: bandwidth / Math.SQRT2 },
    self: 1,
    sign: -1,
  };
}

/** Requests the sums of matched rows and returns what makes the three forms of them. */
export function planTwoSample(
  { sweeps, uncertainty }: PairPlan,
  statistic: TwoSampleStatistic,
): () => Required<TwoSampleForms> {
  const { value, sign } = statistic;
  const parts = planParts(sweeps, statistic);
  const unmatched = sweeps.request("xy", { kind: "sum", value, diagonal: "exclude" });
  return () => {
    const { influenceX, influenceY, across, xx, yy, all, nullSpread } = parts();
    const influence = influenceX.map((ofX, i) => ofX + influenceY[i]!);
    const estimate = (cross: number, x: number, y: number) =>
      uncertainty.fromInfluence(sign * (2 * cross - x - y), influence, unitOf(value));
    const paired = estimate(withinMeans(unmatched(), sweeps.n).mean, xx, yy);
    const note = degeneracyNote(paired.value, nullSpread);
    return {
      pairedStatistic: { ...paired, ...note },
      uStatistic: { ...estimate(across, xx, yy), ...note },
      vStatistic: { ...estimate(across, all.x, all.y), ...note },
    };
  };
}

/** Makes an estimate from the influences of the rows of two independent samples. */
export type FromInfluences = (value: number, ofX: Float64Array, ofY: Float64Array, unit: "chord" | "1") => Estimate;

/** Requests the sums of independent samples and returns what makes the two forms of them. */
export function planIndependentTwoSample(
  sweeps: Sweeps,
  estimate: FromInfluences,
  statistic: TwoSampleStatistic,
): () => TwoSampleForms {
  const { value, sign } = statistic;
  const parts = planParts(sweeps, statistic);
  return () => {
    const { influenceX, influenceY, across, xx, yy, all, nullSpread } = parts();
    const form = (x: number, y: number) => estimate(sign * (2 * across - x - y), influenceX, influenceY, unitOf(value));
    const u = form(xx, yy);
    const note = degeneracyNote(u.value, nullSpread);
    return { uStatistic: { ...u, ...note }, vStatistic: { ...form(all.x, all.y), ...note } };
  };
}

interface Parts {
  /** Of each row of x; each takes part in pairs as first and as second member, hence the factors 2. */
  readonly influenceX: Float64Array;
  readonly influenceY: Float64Array;
  /** Means over all pairs across, and over i ≠ j within. */
  readonly across: number;
  readonly xx: number;
  readonly yy: number;
  /** Means within with the self pairs. */
  readonly all: { readonly x: number; readonly y: number };
  /** Standard deviation of U if the two laws were equal. */
  readonly nullSpread: number;
}

function planParts(sweeps: Sweeps, { value, square, self, sign }: TwoSampleStatistic): () => Parts {
  const { n, m } = sweeps;
  const acrossSums = sweeps.request("xy", { kind: "sum", value });
  const squareSums = sweeps.request("xy", { kind: "sum", value: square });
  const withinX = sweeps.request("xx", { kind: "sum", value, diagonal: "exclude" });
  const withinY = sweeps.request("yy", { kind: "sum", value, diagonal: "exclude" });
  return () => {
    const xy = acrossMeans(acrossSums(), n, m);
    const [xx, yy] = [withinMeans(withinX(), n), withinMeans(withinY(), m)];
    const centred = squareSums().total / (n * m) - xy.mean ** 2 - variance(xy.rows) - variance(xy.columns);
    // Centring by the sample's own means takes a share of the square with it.
    const expected = centred / ((1 - 1 / n) * (1 - 1 / m));
    const pairs = 1 / (n * (n - 1)) + 1 / (m * (m - 1)) + 2 / (n * m);
    return {
      influenceX: xy.rows.map((row, i) => 2 * sign * (row - xy.mean - (xx.rows[i]! - xx.mean))),
      influenceY: xy.columns.map((column, j) => 2 * sign * (column - xy.mean - (yy.rows[j]! - yy.mean))),
      across: xy.mean,
      xx: xx.mean,
      yy: yy.mean,
      all: { x: ((n - 1) * xx.mean + self) / n, y: ((m - 1) * yy.mean + self) / m },
      nullSpread: Math.sqrt(Math.max(0, 2 * expected * pairs)),
    };
  };
}

/** Three null spreads: equal laws seldom exceed them, although their U has a long tail to the right. */
function degeneracyNote(unbiased: number, nullSpread: number): Pick<Estimate, "notes"> {
  if (!(Math.abs(unbiased) <= 3 * nullSpread)) return {};
  const spread = nullSpread.toPrecision(2);
  return {
    notes: [
      `The unbiased value is within 3·${spread} of 0, as it would be for equal laws; there the interval is too narrow. Ask permutationTest.`,
    ],
  };
}

/** mean_{j≠i} of each row, and their mean. */
export function withinMeans(sums: SumResult, n: number): { readonly rows: Float64Array; readonly mean: number } {
  const rows = sums.rows.map((sum) => sum / (n - 1));
  return { rows, mean: meanOfArray(rows) };
}

function acrossMeans(
  sums: SumResult,
  n: number,
  m: number,
): { readonly rows: Float64Array; readonly columns: Float64Array; readonly mean: number } {
  const rows = sums.rows.map((sum) => sum / m);
  return { rows, columns: sums.columns.map((sum) => sum / n), mean: meanOfArray(rows) };
}

function variance(values: Float64Array): number {
  const mean = meanOfArray(values);
  return sumOfArray(values.map((value) => (value - mean) ** 2)) / values.length;
}

function unitOf(value: PairValue): "chord" | "1" {
  return value.kind === "distance" ? "chord" : "1";
}
