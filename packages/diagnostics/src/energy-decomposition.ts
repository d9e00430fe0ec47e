// The contrastive energy of two modalities at one temperature, term by term.
// Notation: for an anchor, r = log Σ e^{s_ij/τ} over the pool without the anchor's own match, or its own captions, and a = s_ii/τ of
// a match.

import type { Estimate, PairUncertainty, Unit } from "@nce-geometry/energy";
import type { LogSumExpResult } from "@nce-geometry/pairwise";
import { InputError, logAddExp, logSumExpOfArray, type Rows, softplusOf } from "@nce-geometry/tensor";
import { measurePairs, type PairStatisticOptions, type Plan } from "./measure-pairs.ts";
import type { Directed, EnergyDecomposition, LogPartitionTerms, SmoothedDivergence } from "./pair-analysis.ts";
import { type PairProducts, pairProducts } from "./pair-products.ts";
import { assertPairs, captionCount, captionGroups, ownerOf, type Pairing } from "./pairing.ts";

export interface EnergyDecompositionOptions extends PairStatisticOptions {
  /** τ in [1e-6, 1e6]. Learned systems of the CLIP family end near 0.01; 0.07 is their usual start. */
  readonly temperature: number;
}

/** Per-anchor numbers of one of the four fields. */
interface Field {
  /** log mean_j e^{s_ij/τ} over all j, and over j ≠ i. */
  readonly all: Float64Array;
  readonly leaveOneOut: Float64Array;
}

type Fields = Readonly<Record<"xy" | "yx" | "xx" | "yy", Field>>;

/**
 * InfoNCE as potential plus log-partition, and the divergence of the two smoothed laws, at one temperature.
 *
 * Math:     potential mean_i −⟨x_i, y_i⟩/τ;  fields E_X log (1/N) Σ_j e^{⟨x_i, y_j⟩/τ} (XY), YX, XX, YY;
 *           InfoNCE x→y = potential + XY(all) + log n;  decoupled = potential + XY(leaveOneOut) + log(n − 1);
 *           klXY = XX − XY, klYX = YY − YX, symmetricKL = ½(klXY + klYX), jeffreys = klXY + klYX.
 *           With a map potential and losses are means over captions; a caption's negatives are the captions of other items, so that
 *           x→y is the InfoNCE of captions drawn one from each item, and `leaveOneOut` leaves out all captions of the item.
 * Shapes:   x [n, d], y [m, d] of unit rows → record; n = m without `map`. Unit: nats.
 * Domain:   n ≥ 2, τ in [1e-6, 1e6].
 * Limits:   x = y → all divergences 0;  all rows equal → InfoNCE log n, positive mass 1/n, n − 1 effective negatives;
 *           orthonormal x = y → InfoNCE log1p((n − 1)e^{−1/τ});  τ → ∞ → InfoNCE log n.
 * Numerics: losses as softplus(r − a), exact also where they are tiny. At small τ the fields `all` of XX and YY are drowned by
 *           the self term e^{1/τ}: compare `leaveOneOut`. Standard errors over anchors, the pool held fixed.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   arXiv:2601.19597.
 */
export async function energyDecomposition(
  x: Rows,
  y: Rows,
  options: EnergyDecompositionOptions,
): Promise<EnergyDecomposition> {
  const { temperature } = options;
  assertTemperatures("energyDecomposition", "temperature", [temperature]);
  const pairing = await assertPairs("energyDecomposition", x, y, options);
  const products = await pairProducts(x, y, pairing, options);
  return measurePairs("energyDecomposition", x, y, options, (plan) => planEnergy(plan, { products, temperature }));
}

/** Requests the log-sum-exps of the four fields. */
export function planEnergy(
  { sweeps, uncertainty, pairing }: Plan,
  { products, temperature }: { readonly products: PairProducts; readonly temperature: number },
): () => EnergyDecomposition {
  const critic = { kind: "cosine" } as const;
  const own = { xy: pairing.groups ?? "exclude", xx: "exclude", yy: captionGroups(pairing) ?? "exclude" } as const;
  const request = (side: "xy" | "xx" | "yy", at: number) =>
    sweeps.request(side, { kind: "logSumExp", critic, temperature: at, diagonal: own[side] });
  const xy = request("xy", temperature);
  const doubled = request("xy", temperature / 2);
  const xx = request("xx", temperature);
  const yy = request("yy", temperature);
  const allOfY = pairing.owners && sweeps.request("yy", { kind: "logSumExp", critic, temperature });
  return () => {
    const { n, m } = pairing;
    const { matched } = products;
    const others = othersOf(pairing);
    const self = { xy: ownCaptionSums(matched, pairing, temperature), xx: products.x.self, yy: products.y.self };
    const logits = (scores: Float64Array) => scores.map((score) => score / temperature);
    const ofY = fieldOf(yy().rows, logits(self.yy), m, others.captions);
    const fields = {
      xy: fieldOf(xy().rows, self.xy, m, others.items),
      yx: fieldOf(xy().columns, logits(matched), n, n - 1),
      xx: fieldOf(xx().rows, logits(self.xx), n, n - 1),
      yy: allOfY ? { ...ofY, all: allOfY().rows.map((sum) => sum - Math.log(m)) } : ofY,
    };
    return {
      temperature,
      potentialTerm: uncertainty.ofCaptions.mean(
        matched.map((score) => -score / temperature),
        "nats",
      ),
      logPartition: {
        all: partitionTerms(fields, "all", uncertainty),
        leaveOneOut: partitionTerms(fields, "leaveOneOut", uncertainty),
      },
      smoothedDivergence: {
        all: divergence(fields, "all", uncertainty),
        leaveOneOut: divergence(fields, "leaveOneOut", uncertainty),
      },
      ...lossTerms(xy(), doubled(), { products, temperature, uncertainty }),
    };
  };
}

/** How many captions are not those of each item, and of the item of each caption. */
function othersOf(pairing: Pairing): { readonly items: Float64Array; readonly captions: Float64Array } {
  const { n, m } = pairing;
  return {
    items: Float64Array.from({ length: n }, (_, i) => m - captionCount(pairing, i)),
    captions: Float64Array.from({ length: m }, (_, j) => m - captionCount(pairing, ownerOf(pairing, j))),
  };
}

/** log Σ e^{s/τ} over the captions of each item. */
function ownCaptionSums(matched: Float64Array, { n, owners, members }: Pairing, temperature: number): Float64Array {
  const logits = matched.map((score) => score / temperature);
  if (!owners) return logits;
  const { offsets, columns } = members;
  return Float64Array.from({ length: n }, (_, i) =>
    logSumExpOfArray(Float64Array.from(columns.subarray(offsets[i]!, offsets[i + 1]!), (caption) => logits[caption]!)),
  );
}

/** Temperatures that are accepted: beyond them e^{s/τ} is a step or a constant, and 1/τ soon leaves the range of numbers. */
export const temperatureDomain = { low: 1e-6, high: 1e6 } as const;

export function assertTemperatures(where: string, argument: string, temperatures: readonly number[]): void {
  const { low, high } = temperatureDomain;
  const wrong = temperatures.find((temperature) => !(temperature >= low && temperature <= high));
  if (wrong === undefined) return;
  const expected = argument === "temperature" ? `a number in [${low}, ${high}]` : `numbers in [${low}, ${high}]`;
  const hint = "CLIP-like systems use 0.01 to 0.1.";
  throw new InputError({ code: "E_OPTION", where, argument, expected, received: String(wrong), hint });
}

/** From the sums r over others, the logits of the anchor's own rows, and how many rows there are in the pool and of the others. */
function fieldOf(sums: Float64Array, own: Float64Array, pool: number, others: number | Float64Array): Field {
  const [logPool, count] = [Math.log(pool), typeof others === "number" ? () => others : (i: number) => others[i]!];
  return {
    all: sums.map((r, i) => logAddExp(r, own[i]!) - logPool),
    leaveOneOut: sums.map((r, i) => r - Math.log(count(i))),
  };
}

function partitionTerms(
  { xy, yx, xx, yy }: Fields,
  form: keyof Field,
  { ofItems, ofCaptions }: PairUncertainty,
): LogPartitionTerms {
  return {
    xy: ofItems.mean(xy[form], "nats"),
    yx: ofCaptions.mean(yx[form], "nats"),
    xx: ofItems.mean(xx[form], "nats"),
    yy: ofCaptions.mean(yy[form], "nats"),
  };
}

function divergence(fields: Fields, form: keyof Field, uncertainty: PairUncertainty): SmoothedDivergence {
  const klXY = fields.xx[form].map((own, i) => own - fields.xy[form][i]!);
  const klYX = fields.yy[form].map((own, j) => own - fields.yx[form][j]!);
  const half = (values: Float64Array) => values.map((value) => value / 2);
  return {
    klXY: uncertainty.ofItems.mean(klXY, "nats"),
    klYX: uncertainty.ofCaptions.mean(klYX, "nats"),
    symmetricKL: uncertainty.meanOfBoth(half(klXY), half(klYX), "nats"),
    jeffreys: uncertainty.meanOfBoth(klXY, klYX, "nats"),
  };
}

function lossTerms(
  sums: LogSumExpResult,
  doubled: LogSumExpResult,
  {
    products: { matched, pairing },
    temperature,
    uncertainty: { ofCaptions },
  }: { readonly products: PairProducts; readonly temperature: number; readonly uncertainty: PairUncertainty },
): Pick<EnergyDecomposition, "infoNCE" | "decoupled" | "positiveMass" | "conditionalEffectiveNegatives"> {
  // One entry per caption: that of its item x→y, its own y→x.
  const ofItems = (values: Float64Array) => matched.map((_, j) => values[ownerOf(pairing, j)]!);
  const others = { xToY: ofItems(sums.rows), yToX: sums.columns };
  const squares = { xToY: ofItems(doubled.rows), yToX: doubled.columns };
  const odds = mapDirected(others, (values) => values.map((r, j) => r - matched[j]! / temperature));
  const loss = mapDirected(odds, (values) => values.map(softplusOf));
  const estimates = (values: Directed<Float64Array>, unit: Unit) =>
    mapDirected(values, (v): Estimate => ofCaptions.mean(v, unit));
  const withMean = (values: Directed<Float64Array>) => {
    const symmetric = values.xToY.map((value, j) => (value + values.yToX[j]!) / 2);
    return { ...estimates(values, "nats"), symmetric: ofCaptions.mean(symmetric, "nats") };
  };
  const count = (sum: Float64Array, square: Float64Array) => sum.map((r, j) => Math.exp(2 * r - square[j]!));
  return {
    infoNCE: withMean(loss),
    decoupled: withMean(odds),
    positiveMass: estimates(
      mapDirected(loss, (values) => values.map((value) => Math.exp(-value))),
      "1",
    ),
    conditionalEffectiveNegatives: estimates(
      { xToY: count(others.xToY, squares.xToY), yToX: count(others.yToX, squares.yToX) },
      "count",
    ),
  };
}

function mapDirected<T, U>({ xToY, yToX }: Directed<T>, f: (value: T) => U): Directed<U> {
  return { xToY: f(xToY), yToX: f(yToX) };
}
