// What findings and a full report ask beyond the analysis: pairing, assumptions of the theory, calibration, consistency.

import { createPhases, type EngineOptions, type UncertaintyOptions } from "@nce-geometry/energy";
import type { Rows, RunControl } from "@nce-geometry/tensor";
import { type MatchCalibration, matchCalibration } from "../calibration/match-calibration.ts";
import { type MatchSeparation, matchSeparation } from "../calibration/match-separation.ts";
import { type TemperatureByLikelihood, temperatureByLikelihood } from "../calibration/temperature-by-likelihood.ts";
import { requireOpenFraction, requirePositive } from "../law-tests/option-checks.ts";
import { assertPairs, type PairingOptions } from "../pairing.ts";
import { type ConsistencyProbe, consistencyProbe } from "../probe/consistency-probe.ts";
import { type NegativesForAlignment, negativesForAlignment } from "../probe/negatives-for-alignment.ts";
import { populationGradient } from "../probe/population-gradient.ts";
import { samplePairs } from "../sample-pairs.ts";
import { type DirectedHeterogeneity, heterogeneityOf } from "./directed-heterogeneity.ts";
import { type PairingCheck, pairingCheckOf } from "./pairing-check.ts";

export interface PairDetailsOptions extends PairingOptions, EngineOptions, UncertaintyOptions, RunControl {
  /** τ of the probe and of the directed laws. @defaultValue 0.07 */
  readonly temperature?: number;
  /** Cosine with the gradient of unlimited negatives that a batch should reach, in (0, 1). @defaultValue 0.9 */
  readonly target?: number;
  /** `full` adds separation, calibration and the curves of the consistency probe. @defaultValue "quick" */
  readonly preset?: "quick" | "full";
}

/** Plain JSON. */
export interface PairDetails {
  readonly schema: "nce-geometry/pair-details@1";
  readonly temperature: number;
  /** Items that the parts below were drawn from, with one caption each. */
  readonly items: number;
  readonly pairing: PairingCheck;
  readonly heterogeneity: DirectedHeterogeneity;
  /** Null below 100 items. */
  readonly negatives: NegativesForAlignment | null;
  /** The four below are null in the quick preset. */
  readonly separation: MatchSeparation | null;
  readonly likelihood: TemperatureByLikelihood | null;
  /** At the temperature by likelihood. */
  readonly calibration: MatchCalibration | null;
  readonly consistency: ConsistencyProbe | null;
}

/** Items of the parts that hold tables of all pairs. */
const mostItems = 2000;
const fewestProbed = 100;

/**
 * Measures that stand beside an analysis: whether the pairing slipped, whether the theory's assumptions hold, calibration, consistency.
 *
 * Math:     as stated at {@link pairingCheck}, {@link directedHeterogeneity}, {@link negativesForAlignment}, {@link matchSeparation},
 *           {@link temperatureByLikelihood}, {@link matchCalibration}, {@link consistencyProbe}.
 * Shapes:   x [n, d], y [m, d] → plain JSON; n = m without `map`.
 * Domain:   n ≥ 2; unit rows. All but the pairing are of at most 2000 items with one caption each, drawn from the seed.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 */
export async function pairDetails(x: Rows, y: Rows, options: PairDetailsOptions = {}): Promise<PairDetails> {
  const where = "pairDetails";
  const { temperature = 0.07, target = 0.9, preset = "quick", seed = 0, bootstrap, level, signal } = options;
  requirePositive(where, "temperature", temperature);
  requireOpenFraction(where, "target", target);
  const pairing = await assertPairs(where, x, y, options);
  const phase = createPhases(options, preset === "full" ? 6 : 3);
  const check = await pairingCheckOf(x, y, pairing, { ...options, ...phase("pairing") });
  const count = Math.min(pairing.n, mostItems);
  const pairs = await samplePairs(x, y, pairing, { count, seed, control: { signal } });
  const few = await samplePairs(x, y, pairing, { count: Math.min(count, 500), seed, control: { signal } });
  const uncertainty = { seed, ...(bootstrap !== undefined && { bootstrap }), ...(level !== undefined && { level }) };
  const heterogeneity = heterogeneityOf(few, temperature, uncertainty);
  const probe = { temperature, anchors: Math.min(64, Math.floor(count / 4)), seed, signal };
  phase("directed laws");
  const needed = (of: Parameters<typeof negativesForAlignment>[0]) => negativesForAlignment(of, { target });
  const facts = {
    schema: "nce-geometry/pair-details@1",
    temperature,
    items: count,
    pairing: check,
    heterogeneity,
  } as const;
  if (preset === "quick" || count < 5) {
    const negatives =
      count < fewestProbed
        ? null
        : needed(await populationGradient(pairs.x, pairs.y, { ...probe, ...phase("gradient") }));
    return { ...facts, negatives, separation: null, likelihood: null, calibration: null, consistency: null };
  }
  const consistency =
    count < fewestProbed ? null : await consistencyProbe(pairs.x, pairs.y, { ...probe, ...phase("consistency") });
  const separation = await matchSeparation(pairs.x, pairs.y, { ...uncertainty, ...phase("separation") });
  const likelihood = await temperatureByLikelihood(pairs.x, pairs.y, { seed, ...phase("likelihood") });
  const calibration = await matchCalibration(pairs.x, pairs.y, {
    ...uncertainty,
    temperature: likelihood.temperature.value,
    ...phase("calibration"),
  });
  const negatives = consistency && needed(consistency.population);
  return { ...facts, negatives, separation, likelihood, calibration, consistency };
}
