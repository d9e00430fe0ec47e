// Two-sample statistics c·(2E k(X, Y) − E k(X, X') − E k(Y, Y')) of a pair value k, in unbiased forms and in non-negative form.

import type { PairValue, SumResult } from "@nce-geometry/pairwise";
import { meanOfArray } from "@nce-geometry/tensor";
import type { Plan } from "./measure-pairs.ts";
import type { TwoSampleForms } from "./pair-analysis.ts";

export interface TwoSampleStatistic {
  readonly value: PairValue;
  /** k(x, x): 0 for distances, 1 for Gaussians. */
  readonly self: number;
  /** c: 1 for distances, −1 for kernels. */
  readonly sign: 1 | -1;
}

/** Requests the sums and returns what makes the statistic of them. */
export function planTwoSample(
  { sweeps, uncertainty }: Plan,
  { value, self, sign }: TwoSampleStatistic,
): () => TwoSampleForms {
  const across = sweeps.request("xy", { kind: "sum", value });
  const unmatched = sweeps.request("xy", { kind: "sum", value, diagonal: "exclude" });
  const withinX = sweeps.request("xx", { kind: "sum", value, diagonal: "exclude" });
  const withinY = sweeps.request("yy", { kind: "sum", value, diagonal: "exclude" });
  const { n } = sweeps;
  return () => {
    const [xy, xx, yy] = [acrossMeans(across(), n), withinMeans(withinX(), n), withinMeans(withinY(), n)];
    const all = (mean: number) => ((n - 1) * mean + self) / n;
    // Each row takes part in pairs as first and as second member: hence the row means of both sides, and the factors 2.
    const influence = xy.rows.map((row, i) => {
      const cross = row + xy.columns[i]! - 2 * xy.mean;
      return 2 * sign * (cross - (xx.rows[i]! - xx.mean) - (yy.rows[i]! - yy.mean));
    });
    const estimate = (cross: number, x: number, y: number) =>
      uncertainty.fromInfluence(sign * (2 * cross - x - y), influence, unitOf(value));
    return {
      pairedStatistic: estimate(withinMeans(unmatched(), n).mean, xx.mean, yy.mean),
      uStatistic: estimate(xy.mean, xx.mean, yy.mean),
      vStatistic: estimate(xy.mean, all(xx.mean), all(yy.mean)),
    };
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
): { readonly rows: Float64Array; readonly columns: Float64Array; readonly mean: number } {
  const rows = sums.rows.map((sum) => sum / n);
  return { rows, columns: sums.columns.map((sum) => sum / n), mean: meanOfArray(rows) };
}

function unitOf(value: PairValue): "chord" | "1" {
  return value.kind === "distance" ? "chord" : "1";
}
