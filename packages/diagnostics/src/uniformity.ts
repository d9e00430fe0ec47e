import { type Estimate, type Uncertainty, withinMeans } from "@nce-geometry/energy";
import type { SumResult } from "@nce-geometry/pairwise";
import type { Rows } from "@nce-geometry/tensor";
import { measurePairs, type PairStatisticOptions, type Plan } from "./measure-pairs.ts";
import type { PerModality } from "./pair-analysis.ts";

/** exp(−2‖x − y‖²) as a Gaussian of bandwidth ½. */
const kernel = { kind: "gaussian", bandwidth: 0.5 } as const;

/**
 * How evenly the rows of each modality are spread over the sphere; more negative = more evenly.
 *
 * Math:     log mean_{i≠j} exp(−2‖x_i − x_j‖²); captions of one item count as any other two.
 * Shapes:   x [n, d], y [m, d] of unit rows → one estimate each; n = m without `map`. Unit: nats.
 * Domain:   n ≥ 2.
 * Limits:   all rows equal → 0;  orthonormal rows → −4;  two antipodes → −8;  uniform in high dimension → near −4 + 8/d.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   Wang and Isola, Understanding Contrastive Representation Learning, ICML 2020 (t = 2).
 */
export function uniformity(x: Rows, y: Rows, options: PairStatisticOptions = {}): Promise<PerModality<Estimate>> {
  return measurePairs("uniformity", x, y, options, planUniformity);
}

/** Requests the sums of the uniformity of both modalities. */
export function planUniformity({ sweeps, uncertainty, pairing: { n, m } }: Plan): () => PerModality<Estimate> {
  const request = (side: "xx" | "yy") => sweeps.request(side, { kind: "sum", value: kernel, diagonal: "exclude" });
  const [x, y] = [request("xx"), request("yy")];
  return () => ({ x: uniformityOf(x(), n, uncertainty.ofItems), y: uniformityOf(y(), m, uncertainty.ofCaptions) });
}

function uniformityOf(sums: SumResult, count: number, uncertainty: Uncertainty): Estimate {
  const { rows, mean } = withinMeans(sums, count);
  return uncertainty.fromInfluence(
    Math.log(mean),
    rows.map((row) => (2 * (row - mean)) / mean),
    "nats",
  );
}
