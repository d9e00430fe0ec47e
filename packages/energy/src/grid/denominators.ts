// Which population stands in the denominator, at population level: T = ½Σ_i E_{ρ_i} log f_i. The fields f are densities, or densities smoothed by a kernel
// K ρ (K = 1 for F^Sym, the kernel of temperature τ for J^Sym). Everything here is written with K, so that F and J share one ladder.
//   cross:     f_1 = Kρ_2, f_2 = Kρ_1        own: f_i = Kρ_i        pooled: f_i = K(½ρ_1 + ½ρ_2)        reference: f_i = Kρ_0
// Mixture of weight λ: T = (1 − λ)·T_denominator + λ·T_own.

import { type DenominatorKind, sumOfArray } from "@nce-geometry/tensor";
import { requireDenominator } from "../denominator.ts";
import { meanUnder, mixture } from "./entropy.ts";
import { assertProbability, type GridMeasure, logWeightsOf, massesOf } from "./grid-measure.ts";

/** One thing of each modality: that of modality 1, then that of modality 2. */
export type Pair<T> = readonly [T, T];

export interface DenominatorOptions {
  /** Which population stands in the denominator. @defaultValue "cross", as in CLIP */
  readonly denominator?: DenominatorKind;
  /** λ ≥ 0, the weight of `own` mixed into the denominator, which keeps 1 − λ; with `cross` this adds λ·D_S. @defaultValue 0 */
  readonly ownWeight?: number;
  /** log ρ₀ at the points, [n]; for `denominator: "reference"`. */
  readonly reference?: Float64Array;
}

/** log Kρ from log ρ. */
export type Smooth = (logDensity: Float64Array) => Promise<Float64Array>;

/** The logarithms of the fields that a ladder needs; `own` is also what cross uses, swapped. */
export interface Fields {
  readonly own: Pair<Float64Array>;
  readonly pooled: Float64Array | undefined;
  readonly reference: Float64Array | undefined;
}

/** Densities and options checked: what every ladder function begins with. */
export function checkLadder(
  where: string,
  measure: GridMeasure,
  logDensities: Pair<Float64Array>,
  options: DenominatorOptions,
): void {
  assertProbability(measure, logDensities[0], { where, argument: "logDensities[0]" });
  assertProbability(measure, logDensities[1], { where, argument: "logDensities[1]" });
  requireDenominator(where, options);
  if (options.reference) assertProbability(measure, options.reference, { where, argument: "reference" });
}

/** The fields without smoothing. */
export function plainFields(logDensities: Pair<Float64Array>, options: DenominatorOptions): Fields {
  return {
    own: logDensities,
    pooled: options.denominator === "pooled" ? mixture(...logDensities) : undefined,
    reference: options.reference,
  };
}

/** The fields smoothed by a kernel. */
export async function smoothedFields(
  logDensities: Pair<Float64Array>,
  options: DenominatorOptions,
  smooth: Smooth,
): Promise<Fields> {
  const plain = plainFields(logDensities, options);
  return {
    own: [await smooth(logDensities[0]), await smooth(logDensities[1])],
    pooled: plain.pooled && (await smooth(plain.pooled)),
    reference: plain.reference && (await smooth(plain.reference)),
  };
}

/** log f of each modality. */
export function denominatorFields({ own, pooled, reference }: Fields, kind: DenominatorKind): Pair<Float64Array> {
  if (kind === "cross") return [own[1], own[0]];
  if (kind === "own") return own;
  const shared = (kind === "pooled" ? pooled : reference)!;
  return [shared, shared];
}

/** T = (1 − λ)·½Σ E_{ρ_i} log f_i + λ·½Σ E_{ρ_i} log Kρ_i. */
export function denominatorTerm(
  measure: GridMeasure,
  logDensities: Pair<Float64Array>,
  fields: Fields,
  options: DenominatorOptions,
): number {
  return mixed(options, (kind) => {
    const logFields = denominatorFields(fields, kind);
    const means = logDensities.map((rho, i) => meanUnder(massesOf(measure, rho), logFields[i]!));
    return (means[0]! + means[1]!) / 2;
  });
}

/** What K is applied to in the first variation, log(ρ/f): ρ_2/f_2 for ρ_1 where f_2 depends on ρ_1; −∞ where nothing depends on the density. */
export function logResponses(
  logDensities: Pair<Float64Array>,
  fields: Fields,
  kind: DenominatorKind,
): Pair<Float64Array> {
  const [first, second] = logDensities;
  const ratio = (logDensity: Float64Array, logField: Float64Array): Float64Array =>
    logDensity.map((value, i) => (value === Number.NEGATIVE_INFINITY ? value : value - logField[i]!));
  if (kind === "cross") return [ratio(second, fields.own[0]), ratio(first, fields.own[1])];
  if (kind === "own") return [ratio(first, fields.own[0]), ratio(second, fields.own[1])];
  if (kind === "pooled") {
    const shared = ratio(mixture(first, second), fields.pooled!);
    return [shared, shared];
  }
  const none = first.map(() => Number.NEGATIVE_INFINITY);
  return [none, none];
}

/** A smoothed signed direction with the field that it perturbs. */
export interface Perturbation {
  readonly logDensity: Float64Array;
  readonly direction: Float64Array;
  readonly logField: Float64Array;
  /** K applied to the direction of the field's population. */
  readonly smoothed: Float64Array;
}

/** d²/dε² E_{ρ + εh} log(f + ε k) = ∫ (2hk/f − ρk²/f²) dμ, each product formed from logarithms, as densities in high dimension overflow. */
export function curvatureOf(measure: GridMeasure, perturbation: Perturbation): number {
  const { logDensity, direction, logField, smoothed } = perturbation;
  const logWeights = logWeightsOf(measure);
  return sumOfArray(
    smoothed.map((k, i) => {
      if (k === 0) return 0;
      const h = direction[i]!;
      const logRatio = Math.log(Math.abs(k)) - logField[i]!;
      const curved =
        logDensity[i] === Number.NEGATIVE_INFINITY ? 0 : Math.exp(logWeights[i]! + logDensity[i]! + 2 * logRatio);
      // Where the field vanishes but the density does not, the quadratic term is the larger infinity.
      if (curved === Number.POSITIVE_INFINITY) return -curved;
      const crossed = h === 0 ? 0 : Math.exp(logWeights[i]! + Math.log(Math.abs(h)) + logRatio);
      return 2 * Math.sign(h) * Math.sign(k) * crossed - curved;
    }),
  );
}

/** Curvature of T along (h_1, h_2), given K applied to h_1 and h_2. */
export function denominatorCurvature(
  measure: GridMeasure,
  logDensities: Pair<Float64Array>,
  fields: Fields,
  {
    directions,
    smoothed,
    options,
  }: {
    readonly directions: Pair<Float64Array>;
    readonly smoothed: Pair<Float64Array>;
    readonly options: DenominatorOptions;
  },
): number {
  const middle = (pair: Pair<Float64Array>): Float64Array => pair[0].map((value, i) => (value + pair[1][i]!) / 2);
  return mixed(options, (kind) => {
    if (kind === "reference") return 0;
    const logFields = denominatorFields(fields, kind);
    const along = kind === "cross" ? [smoothed[1], smoothed[0]] : kind === "own" ? smoothed : undefined;
    const shared = along === undefined ? middle(smoothed) : undefined;
    const [first, second] = [0, 1].map((i) =>
      curvatureOf(measure, {
        logDensity: logDensities[i]!,
        direction: directions[i]!,
        logField: logFields[i]!,
        smoothed: along?.[i] ?? shared!,
      }),
    );
    return (first! + second!) / 2;
  });
}

/** (1 − λ)·f(denominator) + λ·f(own); a part of weight 0 is not formed, since it may be infinite. */
export function mixed(
  { denominator = "cross", ownWeight = 0 }: DenominatorOptions,
  partOf: (kind: DenominatorKind) => number,
): number {
  if (ownWeight === 0 || denominator === "own") return partOf(denominator);
  if (ownWeight === 1) return partOf("own");
  return (1 - ownWeight) * partOf(denominator) + ownWeight * partOf("own");
}
