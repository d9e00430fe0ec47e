// Kernel density estimates with the von Mises–Fisher kernel e^{⟨z,w⟩/τ}/V(τ), as logarithms at the rows of a sample.

import { logKernelVolume } from "@nce-geometry/manifold";
import type { Diagonal, PairwiseEngine } from "@nce-geometry/pairwise";
import { meanOfArray, type RowMatrix, type Rows, type RunControl } from "@nce-geometry/tensor";
import { refuseOption } from "../checks.ts";
import { appendColumns } from "../rows/append-columns.ts";
import { createPhases } from "../rows/phases.ts";

/** A density of which the rows of one sample are the sources, at the rows of another or, each left out at itself, of the same. */
export interface DensityAtRows {
  /** log density, [n]. */
  readonly logDensity: Float64Array;
  /** (m/n) Σ_i of the share of source j in the density at i, [m]; mean 1. How the mean log density moves with each source. */
  readonly sourceWeights: Float64Array;
  /** Mean log density at twice the temperature. */
  readonly smootherMean: number;
  readonly notes: readonly string[];
}

export interface DensityRequest {
  readonly temperature: number;
  /** `exclude` leaves the source with the index of the point out: for points that are the sources. */
  readonly diagonal: Diagonal;
  /** What the points are called in notes. */
  readonly points: string;
}

/** One sweep for the densities, one for the shares of the sources in them. */
export async function densityAtRows(
  engine: PairwiseEngine,
  points: RowMatrix,
  sources: RowMatrix,
  { temperature, diagonal, points: name }: DensityRequest,
  control: RunControl,
): Promise<DensityAtRows> {
  const phase = createPhases(control, 2);
  const critic = { kind: "cosine" } as const;
  const [sums, squares, smoother] = await engine.reduce(
    points,
    sources,
    [
      { kind: "logSumExp", critic, temperature, diagonal },
      { kind: "logSumExp", critic, temperature: temperature / 2, diagonal },
      { kind: "logSumExp", critic, temperature: 2 * temperature, diagonal },
    ],
    phase("densities"),
  );
  const [n, m] = [points.rows, sources.rows];
  const count = diagonal === "exclude" ? m - 1 : m;
  const offset = (tau: number) => Math.log(count) + logKernelVolume(points.dim, { temperature: tau });
  const shift = offset(temperature);
  const logDensity = sums.rows.map((sum) => sum - shift);
  const smootherMean = meanOfArray(smoother.rows) - offset(2 * temperature);
  // With −τ r_i beside the points and ones beside the sources, logits are those of the shares e^{s_ij/τ − r_i}.
  const normalized = appendColumns(points, [sums.rows.map((sum) => -temperature * sum)]);
  const [shares] = await engine.reduce(
    normalized,
    appendColumns(sources, [1]),
    [{ kind: "logSumExp", critic, temperature, diagonal }],
    phase("shares of the sources"),
  );
  const sourceWeights = shares.columns.map((sum) => (Math.exp(sum) * m) / n);
  return { logDensity, sourceWeights, smootherMean, notes: supportNotes(sums.rows, squares.rows, name) };
}

/** Refuses what is not a temperature. */
export function assertTemperature(where: string, temperature: number | undefined): void {
  if (temperature === undefined || (temperature > 0 && Number.isFinite(1 / temperature) && temperature < Infinity)) {
    return;
  }
  const hint = "Leave it out to have it chosen by leave-one-out likelihood.";
  refuseOption(where, "temperature", "a finite number > 0", String(temperature), hint);
}

export interface ChosenTemperature {
  readonly temperature: number;
  readonly notes: readonly string[];
}

/** A sample whose rows predict each other, and what it is called in notes. */
export interface NamedSample {
  readonly name: string;
  readonly rows: Rows;
}

/**
 * The temperature at which the rows of each sample predict each other best, one for all samples: with a common kernel the smoothing
 * biases of their densities cancel in part.
 *
 * Math:     argmax_τ Σ_samples mean_i log ρ̃_τ^{(−i)}(x_i) over a grid from 1e-4 to 100, then over a finer one around its best point.
 * Numerics: two sweeps per sample serve all temperatures; resolved to a factor 1.15. Where rows repeat, the likelihood grows without
 *           bound as τ → 0, which a note then says.
 */
export async function chooseTemperature(
  engine: PairwiseEngine,
  samples: readonly NamedSample[],
  control: RunControl,
): Promise<ChosenTemperature> {
  const phase = createPhases(control, 2 * samples.length);
  const coarse = geometric(1e-4, 100, 16);
  const first = await bestOf(engine, samples, coarse, phase);
  const low = coarse[Math.max(0, first - 1)]!;
  const high = coarse[Math.min(coarse.length - 1, first + 1)]!;
  const fine = geometric(low, high, 15);
  const best = await bestOf(engine, samples, fine, phase);
  const temperature = fine[best]!;
  if (first > 0) return { temperature, notes: [] };
  const names = samples.map(({ name }) => name).join(" and ");
  const note = `The likelihood of ${names} still grows at τ = ${coarse[0]}, the smallest tried: rows repeat or nearly so.`;
  return { temperature, notes: [note] };
}

async function bestOf(
  engine: PairwiseEngine,
  samples: readonly NamedSample[],
  temperatures: readonly number[],
  phase: (label: string) => RunControl,
): Promise<number> {
  const likelihoods = new Float64Array(temperatures.length);
  const reductions = temperatures.map((temperature) => {
    return { kind: "logSumExp", critic: { kind: "cosine" }, temperature, diagonal: "exclude" } as const;
  });
  for (const { name, rows } of samples) {
    const results = await engine.reduce(rows, rows, reductions, phase(`temperatures for ${name}`));
    temperatures.forEach((temperature, t) => {
      likelihoods[t]! += meanOfArray(results[t]!.rows) - logKernelVolume(rows.dim, { temperature });
    });
  }
  return likelihoods.indexOf(Math.max(...likelihoods));
}

function geometric(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => low * (high / low) ** (i / (count - 1)));
}

/** Points whose density is the work of a single source: (Σw)²/Σw² < 2. The kernel reaches everywhere, so that no log density is −∞. */
function supportNotes(sums: Float64Array, sumsOfSquares: Float64Array, points: string): string[] {
  const n = sums.length;
  const lonely = sums.reduce((count, sum, i) => count + (2 * sum - sumsOfSquares[i]! < Math.LN2 ? 1 : 0), 0);
  if (lonely * 10 <= n) return [];
  return [`${lonely} of ${n} rows of ${points} see fewer than 2 effective neighbours: the kernel is too narrow.`];
}
