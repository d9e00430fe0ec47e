// The contrastive energy of two modalities at one temperature, term by term.
// Notation: for an anchor, r = log Σ_{j≠i} e^{s_ij/τ} over the pool without i and a = s_ii/τ.

import { assertPairedUnitRows, type Estimate, type Uncertainty, type Unit } from "@nce-geometry/energy";
import type { LogSumExpResult } from "@nce-geometry/pairwise";
import { InputError, logAddExp, type Rows, softplusOf } from "@nce-geometry/tensor";
import { measurePairs, type PairStatisticOptions, type Plan } from "./measure-pairs.ts";
import type { Directed, EnergyDecomposition, LogPartitionTerms, SmoothedDivergence } from "./pair-analysis.ts";
import { type PairProducts, pairProducts } from "./pair-products.ts";

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
 * Shapes:   x, y [n, d] of unit rows → record. Unit: nats.
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
  await assertPairedUnitRows("energyDecomposition", x, y, options);
  const products = await pairProducts(x, y, options);
  return measurePairs("energyDecomposition", x, y, options, (plan) => planEnergy(plan, { products, temperature }));
}

/** Requests the log-sum-exps of the four fields. */
export function planEnergy(
  { sweeps, uncertainty }: Plan,
  { products, temperature }: { readonly products: PairProducts; readonly temperature: number },
): () => EnergyDecomposition {
  const request = (side: "xy" | "xx" | "yy", at: number) =>
    sweeps.request(side, { kind: "logSumExp", critic: { kind: "cosine" }, temperature: at, diagonal: "exclude" });
  const xy = request("xy", temperature);
  const doubled = request("xy", temperature / 2);
  const xx = request("xx", temperature);
  const yy = request("yy", temperature);
  return () => {
    const self = { xy: products.matched, xx: products.x.self, yy: products.y.self };
    const fields = {
      xy: fieldOf(xy().rows, self.xy, temperature),
      yx: fieldOf(xy().columns, self.xy, temperature),
      xx: fieldOf(xx().rows, self.xx, temperature),
      yy: fieldOf(yy().rows, self.yy, temperature),
    };
    const nats = (values: Float64Array) => uncertainty.mean(values, "nats");
    return {
      temperature,
      potentialTerm: nats(products.matched.map((score) => -score / temperature)),
      logPartition: {
        all: partitionTerms(fields, "all", nats),
        leaveOneOut: partitionTerms(fields, "leaveOneOut", nats),
      },
      smoothedDivergence: {
        all: divergence(fields, "all", nats),
        leaveOneOut: divergence(fields, "leaveOneOut", nats),
      },
      ...lossTerms(xy(), doubled(), { matched: products.matched, temperature, uncertainty }),
    };
  };
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

function fieldOf(others: Float64Array, self: Float64Array, temperature: number): Field {
  const n = others.length;
  const [logN, logOthers] = [Math.log(n), Math.log(n - 1)];
  return {
    all: others.map((r, i) => logAddExp(r, self[i]! / temperature) - logN),
    leaveOneOut: others.map((r) => r - logOthers),
  };
}

function partitionTerms(
  fields: Fields,
  form: keyof Field,
  nats: (values: Float64Array) => Estimate,
): LogPartitionTerms {
  const { xy, yx, xx, yy } = fields;
  return { xy: nats(xy[form]), yx: nats(yx[form]), xx: nats(xx[form]), yy: nats(yy[form]) };
}

function divergence(fields: Fields, form: keyof Field, nats: (values: Float64Array) => Estimate): SmoothedDivergence {
  const klXY = fields.xx[form].map((own, i) => own - fields.xy[form][i]!);
  const klYX = fields.yy[form].map((own, i) => own - fields.yx[form][i]!);
  const jeffreys = klXY.map((value, i) => value + klYX[i]!);
  return {
    klXY: nats(klXY),
    klYX: nats(klYX),
    symmetricKL: nats(jeffreys.map((v) => v / 2)),
    jeffreys: nats(jeffreys),
  };
}

function lossTerms(
  sums: LogSumExpResult,
  doubled: LogSumExpResult,
  { matched, temperature, uncertainty }: { matched: Float64Array; temperature: number; uncertainty: Uncertainty },
): Pick<EnergyDecomposition, "infoNCE" | "decoupled" | "positiveMass" | "conditionalEffectiveNegatives"> {
  const logOdds = (others: Float64Array) => others.map((r, i) => r - matched[i]! / temperature);
  const odds = { xToY: logOdds(sums.rows), yToX: logOdds(sums.columns) };
  const loss = mapDirected(odds, (values) => values.map(softplusOf));
  const estimates = (values: Directed<Float64Array>, unit: Unit) =>
    mapDirected(values, (v) => uncertainty.mean(v, unit));
  const withMean = (values: Directed<Float64Array>) => {
    const symmetric = values.xToY.map((value, i) => (value + values.yToX[i]!) / 2);
    return { ...estimates(values, "nats"), symmetric: uncertainty.mean(symmetric, "nats") };
  };
  const count = (others: Float64Array, squares: Float64Array) => others.map((r, i) => Math.exp(2 * r - squares[i]!));
  const counts = { xToY: count(sums.rows, doubled.rows), yToX: count(sums.columns, doubled.columns) };
  return {
    infoNCE: withMean(loss),
    decoupled: withMean(odds),
    positiveMass: estimates(
      mapDirected(loss, (values) => values.map((value) => Math.exp(-value))),
      "1",
    ),
    conditionalEffectiveNegatives: estimates(counts, "count"),
  };
}

function mapDirected<T, U>({ xToY, yToX }: Directed<T>, f: (value: T) => U): Directed<U> {
  return { xToY: f(xToY), yToX: f(yToX) };
}
