import { createUncertainty, type Estimate, type UncertaintyOptions } from "@nce-geometry/energy";
import { uniformChordMoment, uniformLogChordMean } from "@nce-geometry/manifold";
import type { Rows, RunControl } from "@nce-geometry/tensor";
import { optionError } from "./option-checks.ts";
import { type CloudSample, type CloudSampleOptions, pairAngles, rowMeansOfPairs, sampleCloud } from "./pair-angles.ts";

export interface RieszEnergyOptions extends CloudSampleOptions, UncertaintyOptions, RunControl {
  /** s, a finite number; 0 is the logarithmic energy. @defaultValue 1, the Coulomb energy on S² */
  readonly exponent?: number;
}

export interface RieszEnergy {
  readonly sample: CloudSample;
  readonly exponent: number;
  /** ∞ where rows are equal and s ≥ 0. */
  readonly energy: Estimate;
  /** Of the uniform law, the least there is for s > −2; null where it is infinite, s ≥ d − 1. */
  readonly uniform: number | null;
}

/**
 * Riesz energy of a cloud: how strongly its rows repel each other.
 *
 * Math:     mean_{i≠j} ‖x_i − x_j‖^{−s} for s > 0, −mean_{i≠j} ‖x_i − x_j‖^{−s} for s < 0, −mean_{i≠j} log‖x_i − x_j‖ for s = 0.
 * Shapes:   x [n, d] of unit rows → record.
 * Domain:   n ≥ 2, d ≥ 2.
 * Limits:   s = −2 → −2n(1 − ‖m‖²)/(n − 1), m the centroid;  orthonormal rows → ±2^{−s/2};  antipodes → ±2^{−s}.
 * Numerics: chords from differences, so that near-duplicates keep their repulsion. Standard error by linearisation; for 2s ≥ d − 1 the
 *           variance of a pair is infinite under the uniform law, which a note says. Cost: O(N²d), N at most `maxRows`.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 * Source:   S. V. Borodachov, D. P. Hardin, E. B. Saff, Discrete Energy on Rectifiable Sets (Springer, 2019).
 */
export async function rieszEnergy(x: Rows, options: RieszEnergyOptions = {}): Promise<RieszEnergy> {
  const where = "rieszEnergy";
  const { exponent = 1 } = options;
  if (!Number.isFinite(exponent)) throw optionError(where, "exponent", "a finite number", String(exponent));
  const { cloud, sample } = await sampleCloud(where, x, options);
  const pairs = await pairAngles(cloud, options);
  const repulsion = repulsionOf(exponent);
  const { rows, mean } = rowMeansOfPairs(pairs, (angle) => repulsion(2 * Math.sin(angle / 2)));
  const uncertainty = createUncertainty(where, cloud.rows, options);
  const finite = Number.isFinite(mean);
  const energy = finite
    ? uncertainty.fromInfluence(
        mean,
        rows.map((own) => 2 * (own - mean)),
        "1",
      )
    : uncertainty.exact(mean, "1");
  const notes = notesOf(exponent, cloud.dim, finite);
  return {
    sample,
    exponent,
    energy: { ...energy, ...(notes.length > 0 && { notes }) },
    uniform: uniformEnergy(cloud.dim, exponent),
  };
}

function repulsionOf(exponent: number): (chord: number) => number {
  if (exponent === 0) return (chord) => -Math.log(chord);
  const sign = Math.sign(exponent);
  return (chord) => sign * chord ** -exponent;
}

function uniformEnergy(dimension: number, exponent: number): number | null {
  if (exponent === 0) return -uniformLogChordMean(dimension);
  if (exponent >= dimension - 1) return null;
  return Math.sign(exponent) * uniformChordMoment(dimension, -exponent);
}

function notesOf(exponent: number, dimension: number, finite: boolean): string[] {
  if (!finite) return ["Two rows are equal: their repulsion is infinite."];
  if (2 * exponent < dimension - 1) return [];
  return ["With 2s ≥ d − 1 single close pairs decide about the energy: its standard error says little."];
}
