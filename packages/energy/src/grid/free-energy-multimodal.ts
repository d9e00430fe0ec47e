// The functional of two modalities, F^Sym(ρ₁, ρ₂), and the ladder of functionals that the other denominators induce, on a grid.

import type { DenominatorKind } from "@nce-geometry/tensor";
import { requireLength, requirePositive } from "../checks.ts";
import { functionalOf } from "../denominator.ts";
import {
  checkLadder,
  type DenominatorOptions,
  denominatorCurvature,
  denominatorFields,
  denominatorTerm,
  type Fields,
  mixed,
  type Pair,
  plainFields,
} from "./denominators.ts";
import { requireDirection } from "./direction.ts";
import { meanUnder, uncheckedJeffreys, uncheckedJensenShannon } from "./entropy.ts";
import { type GridFunction, potentialOn } from "./grid-function.ts";
import { type GridMeasure, massesOf } from "./grid-measure.ts";

export interface MultimodalOptions extends DenominatorOptions {
  /** [U_{1→2}, U_{2→1}], each at the points or as a function of a point. */
  readonly potentials: Pair<GridFunction>;
  /** τ > 0. */
  readonly temperature: number;
}

/** The terms of a functional of two modalities, in nats. */
export interface MultimodalFreeEnergy {
  /** potentialTerm + denominatorTerm. */
  readonly value: number;
  /** ½(⟨U_{1→2}⟩ + ⟨U_{2→1}⟩)/τ. */
  readonly potentialTerm: number;
  /** (1 − λ)·½Σ E_{ρ_i} log f_i + λ·½Σ E_{ρ_i} log ρ_i; minus the mean of the cross-entropies against the denominators. */
  readonly denominatorTerm: number;
  /** [H(ρ₁), H(ρ₂)]. */
  readonly entropies: Pair<number>;
  /** D_S(ρ₁, ρ₂), with its ½. */
  readonly symmetricKL: number;
  /** 2 D_S. */
  readonly jeffreys: number;
  /** JS(ρ₁, ρ₂) ≤ log 2. */
  readonly jensenShannon: number;
  /** The functional that the denominator induces, in words of the terms. */
  readonly functional: string;
}

/**
 * Free energy of two densities: the limit of the symmetric contrastive loss, with the denominator as an option.
 *
 * Math:     F = ½Σ_i ⟨U_i⟩/τ + ½Σ_i E_{ρ_i} log f_i. cross: F^Sym = ½ΣF_i − D_S;  own: ½ΣF_i;  pooled: ½Σ⟨U_i⟩/τ − H(½ρ₁ + ½ρ₂) = ½ΣF_i − JS;
 *           reference: ½Σ⟨U_i⟩/τ − ½ΣH×(ρ_i, ρ₀) = ½ΣF_i − ½ΣD_KL(ρ_i‖ρ₀).  λ: (1 − λ) of that and λ of own; with cross, exactly F^Sym + λ·D_S.
 * Shapes:   measure [n], logDensities [n], [n], potentials [n], [n] → a record.
 * Domain:   probability densities; τ > 0; λ ≥ 0.
 * Limits:   ρ₁ = ρ₂ → ½ΣF_i for cross, own, pooled;  λ = 1 → own;  different supports, cross, λ < 1 → −∞;  swapping the modalities changes nothing.
 * Numerics: compensated sums; ±∞ where they are the value, never NaN.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE, E_DOMAIN.
 * Source:   arXiv:2601.19597 for F^Sym.
 */
export function freeEnergyMultimodal(
  measure: GridMeasure,
  logDensities: Pair<Float64Array>,
  options: MultimodalOptions,
): MultimodalFreeEnergy {
  const where = "freeEnergyMultimodal";
  const potentials = checkMultimodal(where, measure, logDensities, options);
  return multimodalTerms(measure, logDensities, { ...options, potentials }, plainFields(logDensities, options));
}

/**
 * First variations of the functional of two modalities, one field for each.
 *
 * Math:     δ/δρ₁: ½(U₁/τ + g₁); cross: g₁ = log ρ₂ + ρ₂/ρ₁, so that for F^Sym it is ½(V_{1|2} + ρ₂/ρ₁);  own: log ρ₁ + 1;  pooled: log ρ̄ + 1;
 *           reference: log ρ₀;  λ mixes the g linearly.
 * Shapes:   as {@link freeEnergyMultimodal} → [n], [n]. Only differences between points matter.
 * Domain:   as {@link freeEnergyMultimodal}; ±∞ where a density vanishes.
 * Limits:   dF(ρ₁ + εh, ρ₂)/dε = ∫ h δ/δρ₁ dμ;  constant at ρ₁ = ρ₂ = Gibbs law of U₁ = U₂ for cross, own and pooled.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE, E_DOMAIN.
 * Source:   arXiv:2601.19597 for F^Sym.
 */
export function firstVariationMultimodal(
  measure: GridMeasure,
  logDensities: Pair<Float64Array>,
  options: MultimodalOptions,
): Pair<Float64Array> {
  const potentials = checkMultimodal("firstVariationMultimodal", measure, logDensities, options);
  const fields = plainFields(logDensities, options);
  const [first, second] = logDensities;
  const response = (kind: DenominatorKind, i: 0 | 1, at: number): number => {
    if (kind === "reference") return 0;
    if (kind !== "cross") return 1;
    return i === 0 ? Math.exp(second[at]! - first[at]!) : Math.exp(first[at]! - second[at]!);
  };
  return combineVariations(potentials, fields, options, response);
}

/**
 * Second variation of the functional of two modalities along a pair of directions, whatever the potentials and the temperature.
 *
 * Math:     d²F(ρ₁ + εh₁, ρ₂ + εh₂)/dε². cross: ½∫(2h₁h₂/ρ₂ − ρ₁h₂²/ρ₂² + 2h₁h₂/ρ₁ − ρ₂h₁²/ρ₁²) dμ;  own: ½∫(h₁²/ρ₁ + h₂²/ρ₂) dμ;
 *           pooled: ∫h̄²/ρ̄ dμ;  reference: 0;  λ mixes linearly.
 * Shapes:   measure [n], logDensities [n], [n], directions [n], [n] → number.
 * Domain:   ∫h₁ dμ = ∫h₂ dμ = 0 up to rounding; a direction of zeros leaves that modality where it is.
 * Limits:   cross + λ at ρ₁ = ρ₂ = ρ, times ∫h²/ρ dμ: λ − ½ along (h, 0), 4λ − 3 along (h, −h), 1 along (h, h): the signs change at ½ and ¾.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE, E_DOMAIN.
 * Source:   arXiv:2601.19597 for F^Sym.
 */
export function secondVariationMultimodal(
  measure: GridMeasure,
  logDensities: Pair<Float64Array>,
  options: DenominatorOptions & { readonly directions: Pair<Float64Array> },
): number {
  const where = "secondVariationMultimodal";
  checkLadder(where, measure, logDensities, options);
  const { directions } = options;
  checkDirections(where, measure, directions);
  const fields = plainFields(logDensities, options);
  return denominatorCurvature(measure, logDensities, fields, { directions, smoothed: directions, options });
}

/**
 * Effective potential of each modality given the other: what it would sit in if it treated the other as fixed.
 *
 * Math:     V_{1|2} = U_{1→2}/τ + log ρ₂,  V_{2|1} = U_{2→1}/τ + log ρ₁; with another denominator its field stands for log ρ_j
 * Shapes:   as {@link freeEnergyMultimodal} → [n], [n]. Unit: nats.
 * Domain:   as {@link freeEnergyMultimodal}; −∞ where the field has no mass.
 * Limits:   ρ₂ uniform → U_{1→2}/τ − log |Z|;  denominator own at the Gibbs laws → constant.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE, E_DOMAIN.
 * Source:   arXiv:2601.19597.
 */
export function effectivePotentialsOnGrid(
  measure: GridMeasure,
  logDensities: Pair<Float64Array>,
  options: MultimodalOptions,
): Pair<Float64Array> {
  const potentials = checkMultimodal("effectivePotentialsOnGrid", measure, logDensities, options);
  const fields = combineVariations(potentials, plainFields(logDensities, options), options, () => 0);
  return [fields[0].map((value) => 2 * value), fields[1].map((value) => 2 * value)];
}

/** Everything checked; the potentials at the points. */
export function checkMultimodal(
  where: string,
  measure: GridMeasure,
  logDensities: Pair<Float64Array>,
  options: MultimodalOptions,
): Pair<Float64Array> {
  requirePositive(where, "temperature", options.temperature);
  checkLadder(where, measure, logDensities, options);
  return [
    potentialOn(measure, options.potentials[0], { where, argument: "potentials[0]" }),
    potentialOn(measure, options.potentials[1], { where, argument: "potentials[1]" }),
  ];
}

export function checkDirections(where: string, measure: GridMeasure, directions: Pair<Float64Array>): void {
  for (const i of [0, 1] as const) {
    requireLength(where, `directions[${i}]`, measure, directions[i]);
    requireDirection(where, `directions[${i}]`, measure, directions[i]);
  }
}

/** The record of terms, given the fields of the denominators. */
export function multimodalTerms(
  measure: GridMeasure,
  logDensities: Pair<Float64Array>,
  options: MultimodalOptions & { readonly potentials: Pair<Float64Array> },
  fields: Fields,
): MultimodalFreeEnergy {
  const [first, second] = logDensities;
  const masses = [massesOf(measure, first), massesOf(measure, second)] as const;
  const potentialMeans = masses.map((mass, i) => meanUnder(mass, options.potentials[i]!));
  const potentialTerm = (potentialMeans[0]! + potentialMeans[1]!) / 2 / options.temperature;
  const term = denominatorTerm(measure, logDensities, fields, options);
  const gap = uncheckedJeffreys(measure, first, second);
  return {
    value: potentialTerm + term,
    potentialTerm,
    denominatorTerm: term,
    entropies: [-meanUnder(masses[0], first), -meanUnder(masses[1], second)],
    symmetricKL: gap / 2,
    jeffreys: gap,
    jensenShannon: uncheckedJensenShannon(measure, first, second),
    functional: functionalOf({ denominator: "cross", ownWeight: 0, ...options }),
  };
}

/** ½(U_i/τ + log f_i + response) at every point. */
export function combineVariations(
  potentials: Pair<Float64Array>,
  fields: Fields,
  options: MultimodalOptions,
  response: (kind: DenominatorKind, i: 0 | 1, at: number) => number,
): Pair<Float64Array> {
  const variation = (i: 0 | 1): Float64Array =>
    potentials[i].map((u, at) => {
      const field = (kind: DenominatorKind): number => denominatorFields(fields, kind)[i][at]! + response(kind, i, at);
      return (u / options.temperature + mixed(options, field)) / 2;
    });
  return [variation(0), variation(1)];
}
