import { logKernelVolume } from "@nce-geometry/manifold";
import type { Rows } from "@nce-geometry/tensor";
import { requireSameDimension } from "../checks.ts";
import { pairPotentials } from "../fields/alignment-potential.ts";
import { kernelLogSums } from "../fields/kernel-log-sums.ts";
import { createPhases } from "../rows/phases.ts";
import { assertUnitSample } from "../rows/unit-rows.ts";
import {
  type Contrast,
  type DenominatorShares,
  denominatorShares,
  type EnergyEstimate,
  energyEstimate,
  finiteSampleBias,
  logDensityStatistic,
  potentialStatistic,
  withPositive,
} from "./contrast.ts";
import { poolInfluence } from "./pool-influence.ts";
import { passOf, type ResolvedSample, resolveSample, type SampleOptions } from "./sample-options.ts";

export interface ParametricEnergyOnSamplesOptions extends SampleOptions {
  /** An independent sample of the law in the denominator, [N, d]. @defaultValue absent: the positives of the other anchors */
  readonly population?: Rows;
}

/** J_τ on a sample by two estimators, with what tells them apart. */
export interface ParametricEnergyOnSamples extends DenominatorShares {
  readonly temperature: number;
  /** As the loss sees it, the positive among the terms: J = L − log N − log V_κ(τ), L the InfoNCE loss. */
  readonly standard: EnergyEstimate;
  /** With the positive left out, which converges like N^{−1/2}. */
  readonly decoupled: EnergyEstimate;
  readonly logKernelVolume: number;
  /** Sentences that say where an estimate is out of its depth; absent where it is not. */
  readonly notes?: readonly string[];
}

/**
 * Parametric energy J_τ of matched rows: what InfoNCE tends to, less log(N V_κ), by the standard and the decoupled estimator.
 *
 * Math:     J = (1/τ)E U + E log ρ̃ = (1/τ)E U − H×(q, ρ̃);  (1/τ)E U = −(1/n) Σ_i s(z_i, v_i)/τ;
 *           standard: log ρ̃(z_i) = log (1/n) Σ_j e^{s(z_i, v_j)/τ} − log V_κ(τ), j = i included;  decoupled: over j ≠ i, n − 1 terms;
 *           with a population of N rows w: standard over v_i and all w, N + 1 terms;  decoupled: over all w.
 * Shapes:   anchors [n, d], positives [n, d] → record. In two modalities this is J^{x→y} for (x, y) and J^{y→x} for (y, x).
 * Domain:   n ≥ 3, N ≥ 2, d ≥ 2, τ > 0, unit rows.
 * Limits:   equal rows → −log V both, positive mass 1/n, n − 1 conditional negatives;  τ → ∞ → −log|S^{d−1}|;  uniform anchors and
 *           perfect positives → −1/τ − log|S^{d−1}|.
 * Numerics: exponents in log space. Standard errors by influence: a row counts as anchor and as member of the population. Where the
 *           positive mass is not small the standard estimator is far above J, whatever its standard error says; a note then says so.
 * Throws:   InputError E_SHAPE, E_OPTION, E_ZERO_ROW, E_NOT_FINITE; rejects with `signal.reason`.
 * Source:   arXiv:2601.19597; decoupled: arXiv:2110.06848.
 */
export async function parametricEnergyOnSamples(
  anchors: Rows,
  positives: Rows,
  options: ParametricEnergyOnSamplesOptions,
): Promise<ParametricEnergyOnSamples> {
  const where = "parametricEnergyOnSamples";
  const { population } = options;
  const sample = await resolveSample(where, { anchors, positives }, options);
  if (population) {
    requireSameDimension(where, { name: "anchors", rows: anchors }, { name: "population", rows: population });
    await assertUnitSample(where, "population", population, { signal: options.signal });
  }
  const { temperature, critic } = sample;
  const full = sample.errorSources === "all";
  const phases = createPhases(options, full ? 3 : 1);
  const pool = population ?? positives;
  const diagonal = population ? "include" : "exclude";
  const potentials = await pairPotentials(where, anchors, positives, { critic });
  const { sums, squares } = await kernelLogSums(anchors, pool, passOf(sample, diagonal, phases("fields")));
  const contrast = { positive: potentials.map((u) => -u / temperature), others: sums, squares };
  const influence = async (logSums: Float64Array, form: "include" | "exclude") => {
    if (!full) return {};
    const picked = await poolInfluence(anchors, pool, logSums, passOf(sample, form, phases("influence")));
    return population ? { pool: picked.map((v) => (v * pool.rows) / anchors.rows) } : { asPopulation: picked };
  };
  return energyOf(contrast, {
    sample,
    negatives: population ? population.rows : anchors.rows - 1,
    logKernelVolume: logKernelVolume(anchors.dim, { critic, temperature }),
    decoupled: await influence(sums, diagonal),
    standard: await influence(withPositive(contrast), "include"),
  });
}

/** Influence on a mean of log densities beyond that of the anchors. */
export interface InfluenceParts {
  /** Of pairs, as members of the population. */
  readonly asPopulation?: Float64Array | undefined;
  /** Of the rows of an independent population. */
  readonly pool?: Float64Array | undefined;
}

/** What the energy of one direction is made from, beside the terms of its anchors. */
export interface EnergyParts {
  readonly sample: ResolvedSample;
  /** Negatives of each anchor. */
  readonly negatives: number;
  readonly logKernelVolume: number;
  readonly standard: InfluenceParts;
  readonly decoupled: InfluenceParts;
}

/** The energy of one direction from its terms. */
export function energyOf(contrast: Contrast, parts: EnergyParts): ParametricEnergyOnSamples {
  const { sample, negatives, logKernelVolume: volume } = parts;
  const { temperature } = sample;
  const potential = potentialStatistic(contrast);
  const form = (logSums: Float64Array, terms: number, name: "standard" | "decoupled") => {
    const logDensity = logDensityStatistic({ logSums, terms, logKernelVolume: volume, ...parts[name] });
    const bias = name === "decoupled" ? finiteSampleBias(contrast, terms) : undefined;
    return energyEstimate(potential, logDensity, { terms, bias, method: methodOf(sample, formNames[name]) });
  };
  const shares = denominatorShares(contrast);
  const notes = notesOf(shares);
  return {
    temperature,
    standard: form(withPositive(contrast), negatives + 1, "standard"),
    decoupled: form(contrast.others, negatives, "decoupled"),
    ...shares,
    logKernelVolume: volume,
    ...(notes.length > 0 && { notes }),
  };
}

export const formNames = { standard: "positive included", decoupled: "positive left out" } as const;

export function methodOf({ critic, temperature, errorSources }: ResolvedSample, form: string): string {
  const kernel = critic.kind === "cosine" ? "cosine" : `rbf scale=${critic.scale}`;
  const fixed = errorSources === "anchors" ? ", population held fixed" : "";
  return `kernel mean, ${form}, ${kernel}, temperature=${temperature}${fixed}`;
}

function notesOf({ positiveMass, conditionalEffectiveNegatives }: DenominatorShares): string[] {
  const notes: string[] = [];
  if (positiveMass.value > 0.1) {
    const share = positiveMass.value.toPrecision(2);
    notes.push(
      `The positive is ${share} of the denominator on average, so that the standard estimator lies far above J.`,
    );
  }
  if (conditionalEffectiveNegatives.value < 10) {
    const count = conditionalEffectiveNegatives.value.toPrecision(2);
    notes.push(`Only ${count} negatives carry the sum on average, so that the standard errors are too small.`);
  }
  return notes;
}
