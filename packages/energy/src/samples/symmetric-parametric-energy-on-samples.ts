import { logKernelVolume } from "@nce-geometry/manifold";
import type { Rows, RunControl } from "@nce-geometry/tensor";
import type { Estimate } from "../estimate.ts";
import { pairPotentials } from "../fields/alignment-potential.ts";
import { createPhases } from "../rows/phases.ts";
import { type Contrast, energyStatistic, logDensityStatistic, potentialStatistic, withPositive } from "./contrast.ts";
import {
  type EnergyParts,
  energyOf,
  formNames,
  methodOf,
  type ParametricEnergyOnSamples,
} from "./parametric-energy-on-samples.ts";
import { poolInfluence } from "./pool-influence.ts";
import { passOf, type ResolvedSample, resolveSample, type SampleOptions } from "./sample-options.ts";
import { combine, estimateOf, type Statistic } from "./statistic.ts";

/** J^Sym with both directions. Unit: nats. */
export interface SymmetricParametricEnergyOnSamples {
  readonly temperature: number;
  /** J^{x→y}: x feels the density of y. */
  readonly xToY: ParametricEnergyOnSamples;
  /** J^{y→x}. */
  readonly yToX: ParametricEnergyOnSamples;
  /** J^Sym = ½(J^{x→y} + J^{y→x}), with standard errors that know that both are of the same pairs. */
  readonly symmetric: { readonly standard: Estimate; readonly decoupled: Estimate };
  readonly logKernelVolume: number;
}

/**
 * Parametric energies of two modalities: what the symmetric InfoNCE loss tends to, less log(N V_κ).
 *
 * Math:     J^{x→y} = (1/τ)E U_{1→2} + E_{q₁} log ρ̃₂;  J^{y→x} = (1/τ)E U_{2→1} + E_{q₂} log ρ̃₁;  J^Sym = ½(J^{x→y} + J^{y→x}).
 * Shapes:   x [n, d], y [n, d] → record.
 * Domain:   as parametricEnergyOnSamples.
 * Limits:   as parametricEnergyOnSamples;  x ↔ y exchanges the directions;  J^Sym = L^Sym − log n − log V_κ in the standard form.
 * Numerics: as parametricEnergyOnSamples; the two directions share one sweep.
 * Throws:   as parametricEnergyOnSamples.
 * Source:   arXiv:2601.19597.
 */
export async function symmetricParametricEnergyOnSamples(
  x: Rows,
  y: Rows,
  options: SampleOptions,
): Promise<SymmetricParametricEnergyOnSamples> {
  const where = "symmetricParametricEnergyOnSamples";
  const sample = await resolveSample(where, { x, y }, options);
  const { temperature, critic } = sample;
  const potentials = await pairPotentials(where, x, y, { critic });
  const positive = potentials.map((u) => -u / temperature);
  const phases = createPhases(options, sample.errorSources === "all" ? 5 : 1);
  const { rows, columns } = await bothDirections(x, y, sample, phases("fields"));
  const volume = logKernelVolume(x.dim, { critic, temperature });
  const common = { sample, negatives: x.rows - 1, logKernelVolume: volume };
  const forward = { contrast: { positive, ...rows }, anchors: x, population: y };
  const backward = { contrast: { positive, ...columns }, anchors: y, population: x };
  const toY = { ...common, ...(await influencesOf(forward, sample, phases)) };
  const toX = { ...common, ...(await influencesOf(backward, sample, phases)) };
  const symmetric = (form: "standard" | "decoupled") => {
    const mean = combine([
      [0.5, directedEnergy(forward.contrast, toY, form)],
      [0.5, directedEnergy(backward.contrast, toX, form)],
    ]);
    return estimateOf(mean, "nats", methodOf(sample, formNames[form]));
  };
  return {
    temperature,
    xToY: energyOf(forward.contrast, toY),
    yToX: energyOf(backward.contrast, toX),
    symmetric: { standard: symmetric("standard"), decoupled: symmetric("decoupled") },
    logKernelVolume: volume,
  };
}

function directedEnergy(contrast: Contrast, parts: EnergyParts, form: "standard" | "decoupled"): Statistic {
  const { negatives, logKernelVolume } = parts;
  const logSums = form === "standard" ? withPositive(contrast) : contrast.others;
  const terms = form === "standard" ? negatives + 1 : negatives;
  const logDensity = logDensityStatistic({ logSums, terms, logKernelVolume, ...parts[form] });
  return energyStatistic(potentialStatistic(contrast), logDensity);
}

/** Log-sum-exps over the negatives and of the squares of their terms, of rows and of columns, in one sweep. */
async function bothDirections(x: Rows, y: Rows, sample: ResolvedSample, control: RunControl) {
  const { critic, temperature, engine } = sample;
  const sum = { kind: "logSumExp", critic, diagonal: "exclude" } as const;
  const reductions = [
    { ...sum, temperature },
    { ...sum, temperature: temperature / 2 },
  ] as const;
  const [sums, squares] = await engine.reduce(x, y, reductions, control);
  return {
    rows: { others: sums.rows, squares: squares.rows },
    columns: { others: sums.columns, squares: squares.columns },
  };
}

interface Direction {
  readonly contrast: Contrast;
  readonly anchors: Rows;
  readonly population: Rows;
}

async function influencesOf(
  { contrast, anchors, population }: Direction,
  sample: ResolvedSample,
  phases: (label: string) => RunControl,
) {
  if (sample.errorSources === "anchors") return { standard: {}, decoupled: {} };
  const influence = (logSums: Float64Array, diagonal: "include" | "exclude") =>
    poolInfluence(anchors, population, logSums, passOf(sample, diagonal, phases("influence")));
  return {
    standard: { asPopulation: await influence(withPositive(contrast), "include") },
    decoupled: { asPopulation: await influence(contrast.others, "exclude") },
  };
}
