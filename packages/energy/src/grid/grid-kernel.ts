// The kernel of a critic on a grid: smoothing of densities, ρ̃_τ = Γ_τ/V_κ, by the sum over all pairs of points.

import { logKernelVolume, logSphereArea, type ZonalCritic } from "@nce-geometry/manifold";
import {
  InputError,
  logSumExpOfArray,
  type RowMatrix,
  type RunControl,
  throwIfAborted,
  yieldToEventLoop,
} from "@nce-geometry/tensor";
import { refuseOption, requirePositive } from "../checks.ts";
import { pointsOf } from "./grid-function.ts";
import { assertLogValues, type GridMeasure, logWeightsOf } from "./grid-measure.ts";
import type { ZonalMeasure } from "./measures.ts";

export interface GridKernelOptions {
  /** τ > 0. */
  readonly temperature: number;
  /** Similarity whose exponential e^{s/τ} is the kernel. @defaultValue { kind: "cosine" } */
  readonly critic?: ZonalCritic;
}

/** A normalised kernel κ_τ/V_κ on a grid of the sphere. */
export interface GridKernel {
  readonly measure: GridMeasure;
  /** d of S^{d−1} ⊂ R^d. */
  readonly dimension: number;
  readonly temperature: number;
  readonly critic: ZonalCritic;
  /** Logarithm of the smoothed density at the points, [n] → [n]; any non-negative function may stand for the density. */
  logSmooth(logDensity: Float64Array, control?: RunControl): Promise<Float64Array>;
}

/**
 * The kernel of a critic on a grid of the sphere, normalised to total mass 1.
 *
 * Math:     ρ̃_τ(z_i) = Σ_j w_j ρ_j e^{s(z_i,z_j)/τ}/V_κ(τ); on zonal grids the kernel is first averaged over the rotations about the pole
 * Shapes:   logSmooth: [n] → [n].
 * Domain:   grids with points on S^{d−1} that cover the whole sphere (circleQuadrature, sphereQuadrature, fibonacciQuadrature, panel grids) or zonal grids; τ > 0.
 *           Zonal grids: cosine and rbf critics.
 * Limits:   ρ uniform → uniform;  ρ = vMF(μ, κ) → logSmoothedDensity of vonMisesFisher;  τ → ∞ → uniform.
 * Numerics: exact for the kernel to quadrature error: as far as the grid resolves √τ, which {@link kernelMassError} measures. Exponents from ‖z − w‖², which are 0 at
 *           coinciding points. Cost: O(n²d), one exponential per pair; looks at the signal and yields every million pairs.
 * Throws:   InputError E_OPTION, E_DOMAIN, E_UNSUPPORTED; rejects with `signal.reason` when aborted.
 * Source:   arXiv:2601.19597.
 */
export function gridKernel(measure: GridMeasure, options: GridKernelOptions): GridKernel {
  const { temperature, critic = { kind: "cosine" } } = options;
  requirePositive("gridKernel", "temperature", temperature);
  if (critic.kind !== "cosine") requirePositive("gridKernel", "critic.scale", critic.scale);
  const { dimension, logRatios } = isZonal(measure)
    ? zonalKernel(measure, critic, temperature)
    : pointKernel(measure, critic, temperature);
  const logWeights = logWeightsOf(measure);
  return {
    measure,
    dimension,
    temperature,
    critic,
    logSmooth: async (logDensity, control = {}) => {
      assertLogValues(measure, logDensity, { where: "gridKernel.logSmooth", argument: "logDensity" });
      const logMasses = logDensity.map((value, i) => value + logWeights[i]!);
      return await smoothAll(logMasses, logRatios, control);
    },
  };
}

/**
 * How far the kernel's mass on the grid is from 1: whether the grid resolves the kernel.
 *
 * Math:     max_i |Σ_j w_j e^{s(z_i,z_j)/τ}/V_κ(τ) − 1|
 * Limits:   n → ∞ → 0;  τ far below the spacing squared → large: each point sees itself alone.
 * Throws:   rejects with `signal.reason` when aborted.
 */
export async function kernelMassError(kernel: GridKernel, control: RunControl = {}): Promise<number> {
  const logMass = await kernel.logSmooth(new Float64Array(kernel.measure.weights.length), control);
  return logMass.reduce((worst, value) => Math.max(worst, Math.abs(Math.expm1(value))), 0);
}

/** Fills `out` with log κ_τ(z_i, z_j)/V_κ for all j. */
type LogRatios = (i: number, out: Float64Array) => void;

const PAIRS_PER_BLOCK = 2 ** 20;

async function smoothAll(logMasses: Float64Array, logRatios: LogRatios, control: RunControl): Promise<Float64Array> {
  const n = logMasses.length;
  const rowsPerBlock = Math.max(1, Math.floor(PAIRS_PER_BLOCK / n));
  const smoothed = new Float64Array(n);
  const terms = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    if (i % rowsPerBlock === 0) {
      throwIfAborted(control.signal);
      control.onProgress?.({ done: i, total: n, label: "points" });
      if (i > 0) await yieldToEventLoop();
    }
    logRatios(i, terms);
    for (let j = 0; j < n; j++) terms[j] = terms[j]! + logMasses[j]!;
    smoothed[i] = logSumExpOfArray(terms);
  }
  control.onProgress?.({ done: n, total: n, label: "points" });
  return smoothed;
}

/** On unit rows the cosine is an rbf critic of scale ½: ⟨z, w⟩ = 1 − ½‖z − w‖², and the constant leaves the normalised kernel. */
function asDistance(critic: ZonalCritic): ZonalCritic {
  return critic.kind === "cosine" ? { kind: "rbf", scale: 0.5 } : critic;
}

function pointKernel(
  measure: GridMeasure,
  critic: ZonalCritic,
  temperature: number,
): { dimension: number; logRatios: LogRatios } {
  const points = pointsOf(measure);
  if (points === undefined) {
    const details = { code: "E_UNSUPPORTED", where: "gridKernel", argument: "measure" } as const;
    const expected = "a quadrature with points on the sphere, or a zonal grid";
    throw new InputError({ ...details, expected, received: "a grid without points" });
  }
  requireUnitRows(points);
  const { rows, dim, data } = points;
  const distance = asDistance(critic);
  const logVolume = logKernelVolume(dim, { critic: distance, temperature });
  const stiffness = distance.kind === "cosine" ? 0 : distance.scale / temperature;
  const squared = distance.kind === "geodesic" ? squaredAngle : squaredChord;
  const logRatios: LogRatios = (i, out) => {
    for (let j = 0; j < rows; j++) out[j] = -stiffness * squared(data, i * dim, j * dim, dim) - logVolume;
  };
  return { dimension: dim, logRatios };
}

/** Averaged over rotations: e^{κ cos(θ−θ')}·₀F₁(; (d−1)/2; (κ sin θ sin θ')²/4)·e^{−κ sin θ sin θ'}, divided by the volume. */
function zonalKernel(
  measure: ZonalMeasure,
  critic: ZonalCritic,
  temperature: number,
): { dimension: number; logRatios: LogRatios } {
  if (critic.kind === "geodesic") {
    const expected = 'of kind "cosine" or "rbf" on a zonal grid';
    refuseOption("gridKernel", "critic", expected, 'one of kind "geodesic"');
  }
  const { dimension: d, angles } = measure;
  const concentration = critic.kind === "rbf" ? (2 * critic.scale) / temperature : 1 / temperature;
  const logVolume = logKernelVolume(d, { critic: asDistance({ kind: "cosine" }), temperature: 1 / concentration });
  const sines = angles.map(Math.sin);
  const logRatios: LogRatios = (i, out) => {
    for (let j = 0; j < angles.length; j++) {
      const versine = 2 * Math.sin((angles[i]! - angles[j]!) / 2) ** 2;
      out[j] = logOrbitMean(d, concentration * sines[i]! * sines[j]!) - concentration * versine - logVolume;
    }
  };
  return { dimension: d, logRatios };
}

/** log of the mean of e^{x(u − 1)} over u = ⟨a, b⟩, b uniform on S^{d−2}. */
function logOrbitMean(d: number, x: number): number {
  if (!(x > 0)) return 0;
  if (d === 2) return Math.log1p(Math.expm1(-2 * x) / 2);
  return logKernelVolume(d - 1, { critic: asDistance({ kind: "cosine" }), temperature: 1 / x }) - logSphereArea(d - 1);
}

function squaredChord(data: ArrayLike<number>, a: number, b: number, dim: number): number {
  let sum = 0;
  for (let k = 0; k < dim; k++) sum += (data[a + k]! - data[b + k]!) ** 2;
  return sum;
}

function squaredAngle(data: ArrayLike<number>, a: number, b: number, dim: number): number {
  let [near, far] = [0, 0];
  for (let k = 0; k < dim; k++) {
    near += (data[a + k]! - data[b + k]!) ** 2;
    far += (data[a + k]! + data[b + k]!) ** 2;
  }
  return 4 * Math.atan2(Math.sqrt(near), Math.sqrt(far)) ** 2;
}

/** Rounding of float32 rows is let pass. */
function requireUnitRows({ rows, dim, data }: RowMatrix): void {
  for (let i = 0; i < rows; i++) {
    let square = 0;
    for (let k = 0; k < dim; k++) square += data[i * dim + k]! ** 2;
    if (Math.abs(Math.sqrt(square) - 1) <= (dim + 8) * 2 ** -23) continue;
    const details = { code: "E_DOMAIN", where: "gridKernel", argument: "measure.points" } as const;
    throw new InputError({ ...details, expected: "unit rows", received: `norm ${Math.sqrt(square)} in row ${i}` });
  }
}

function isZonal(measure: GridMeasure): measure is ZonalMeasure {
  return "angles" in measure && "dimension" in measure;
}
