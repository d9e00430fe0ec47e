// Exact samples of the Gibbs law of a potential with two wells on S², the unimodal experiment.
//   U(z) = −(1/κ) log( w₁ e^{κ⟨z,m₁⟩} + w₂ e^{κ⟨z,m₂⟩} ),   ρ*(z) = e^{−U(z)/τ}/Z.
// With a ∝ m₁ − m₂, b ∝ m₁ + m₂, c = a × b, t = ⟨z, a⟩ and φ the longitude from b about a, the law separates:
//   −U/τ = (B/τ)·√(1−t²)·cos φ + (1/κτ) log( w₁ e^{κAt} + w₂ e^{−κAt} ),   A = ‖m₁−m₂‖/2, B = ‖m₁+m₂‖/2,
// so that φ given t is von Mises and t has a density with a Bessel function: both are sampled exactly, and Z is one integral.

import { besselRatio, capQuadrature, gaussLegendre, integrate, logBesselIScaled } from "@nce-geometry/manifold";
import { logAddExp, type Random, type RowMatrix } from "@nce-geometry/tensor";
import type { TwoWellGibbsLaw, TwoWellPotential } from "./law.ts";
import {
  requireCount,
  requireOption,
  requirePositive,
  requireUnitVector,
  requireWeights,
  requireWithin,
} from "./option-checks.ts";
import { dot, makeRows, norm, rowOf, unit } from "./rows.ts";
import { type TabulatedLaw, tabulateLaw } from "./tabulated-law.ts";
import { wellMinimum } from "./well-minimum.ts";

export interface TwoWellOptions {
  readonly kind: "twoWell";
  /** Rows n, at least 1. */
  readonly rows: number;
  /** Temperature τ, 1e-3 to 1e3. @defaultValue 0.5 */
  readonly temperature?: number;
  /** Unit vectors m₁, m₂. @defaultValue (0, 0, 1) and the direction of (0.85, 0.15, −0.5) */
  readonly wells?: readonly [readonly number[], readonly number[]];
  /** Weights w₁, w₂ > 0 with sum 1; a larger one deepens its well. @defaultValue [0.5, 0.5] */
  readonly weights?: readonly [number, number];
  /** Sharpness κ of the wells, 1e-3 to 1e3. @defaultValue 12 */
  readonly sharpness?: number;
  /** Geodesic radius of the caps whose mass is told, radians, in (0, π]. @defaultValue 0.5 */
  readonly capAngle?: number;
}

export interface TwoWellTruth {
  readonly kind: "twoWell";
  readonly potential: TwoWellPotential;
  readonly law: TwoWellGibbsLaw;
  /** log Z, nats; the free energy of the Gibbs law is its negative. */
  readonly logPartition: number;
  /** ⟨U⟩ and Var U under the Gibbs law. */
  readonly meanPotential: number;
  readonly potentialVariance: number;
  /** H(ρ*) = log Z + ⟨U⟩/τ, nats. */
  readonly entropy: number;
  /** Lowest value of U. */
  readonly minimum: number;
  /** E z. */
  readonly mean: readonly number[];
  /** Mass of the points nearer to m₁ than to m₂, and the other way round. */
  readonly nearer: readonly [number, number];
  /** Mass of the caps of angle `capAngle` about m₁ and m₂; `either` is their sum, null where they overlap. */
  readonly caps: { readonly angle: number; readonly masses: readonly [number, number]; readonly either: number | null };
}

const defaultWells: readonly [readonly number[], readonly number[]] = [[0, 0, 1], [...unit([0.85, 0.15, -0.5])]];

/**
 * Independent samples of the Gibbs law of two wells on S².
 *
 * Shapes:   → x [n, 3].
 * Limits:   τ → ∞ → uniform, log Z → log 4π;  τ = 1/κ → the mixture w₁ vMF(m₁, κ) + w₂ vMF(m₂, κ);  m₁ = m₂ → vMF(m₁, 1/τ).
 * Numerics: truths by one-dimensional Gauss–Legendre panels: 1e-12 relative; cap masses by quadrature in their own polar frames.
 * Throws:   InputError E_OPTION.
 * Source:   defaults: arXiv:2601.19597.
 */
export function generateTwoWell(
  random: Random,
  options: TwoWellOptions,
): { readonly x: RowMatrix; readonly truth: TwoWellTruth } {
  const { rows, potential, temperature, capAngle } = resolve(options);
  const frame = frameOf(potential);
  const table = heightTable(potential, temperature, frame);
  const heights = random.split("heights").uniform(rows).map(table.quantile);
  const longitudes = drawLongitudes(random.split("longitudes"), heights, frame.B / temperature);
  const { a, b, c } = frame;
  const x = makeRows(rows, 3, (row, i) => {
    const t = heights[i]!;
    const radius = Math.sqrt((1 - t) * (1 + t));
    const [along, across] = [radius * Math.cos(longitudes[i]!), radius * Math.sin(longitudes[i]!)];
    for (let k = 0; k < 3; k++) row[k] = t * a[k]! + along * b[k]! + across * c[k]!;
  });
  return { x, truth: truthOf(potential, temperature, capAngle, { frame, table }) };
}

/** U at each row. */
export function twoWellPotential({ wells, weights, sharpness }: TwoWellPotential, points: RowMatrix): Float64Array {
  return new Float64Array(points.rows).map((_, i) => {
    const z = rowOf(points, i);
    const terms = wells.map((well, k) => Math.log(weights[k]!) + sharpness * dot(z, well));
    return -logAddExp(terms[0]!, terms[1]!) / sharpness;
  });
}

/** log ρ* at each row. */
export function logTwoWellDensity(law: TwoWellGibbsLaw, points: RowMatrix): Float64Array {
  return twoWellPotential(law.potential, points).map((u) => -u / law.temperature - law.logPartition);
}

function resolve(options: TwoWellOptions) {
  const where = "generateTwoWell";
  const {
    rows,
    temperature = 0.5,
    wells = defaultWells,
    weights = [0.5, 0.5],
    sharpness = 12,
    capAngle = 0.5,
  } = options;
  requireCount(where, "rows", rows, 1);
  requireWithin(where, "temperature", temperature, 1e-3, 1e3);
  requireOption(where, "wells", Array.isArray(wells) && wells.length === 2, "two unit vectors", wells);
  wells.forEach((well, k) => {
    requireUnitVector(where, `wells[${k}]`, well, 3);
  });
  requireWeights(where, "weights", weights);
  requireOption(where, "weights", weights.length === 2, "2 numbers", weights.length);
  requireWithin(where, "sharpness", sharpness, 1e-3, 1e3);
  requirePositive(where, "capAngle", capAngle);
  requireOption(where, "capAngle", capAngle <= Math.PI, "a number ≤ π", capAngle);
  const potential: TwoWellPotential = { kind: "twoWell", wells, weights, sharpness };
  return { rows, potential, temperature, capAngle };
}

interface Frame {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly c: Float64Array;
  readonly A: number;
  readonly B: number;
}

/** Where the wells coincide or are opposite, a or b is any direction at right angles. */
function frameOf({ wells: [first, second] }: TwoWellPotential): Frame {
  const difference = Float64Array.from(first, (value, k) => value - second[k]!);
  const sum = Float64Array.from(first, (value, k) => value + second[k]!);
  const [A, B] = [norm(difference) / 2, norm(sum) / 2];
  const a = A > B ? unit(difference) : perpendicularPart(difference, unit(sum));
  const b = A > B ? perpendicularPart(sum, a) : unit(sum);
  return { a, b, c: cross(a, b), A, B };
}

/** The direction of what is left of a vector at right angles to `axis`; any such direction where nothing is. */
function perpendicularPart(vector: Float64Array, axis: Float64Array): Float64Array {
  const along = dot(vector, axis);
  const rest = vector.map((value, k) => value - along * axis[k]!);
  if (norm(rest) > 1e-12) return unit(rest);
  const smallest = axis.reduce((best, value, k) => (Math.abs(value) < Math.abs(axis[best]!) ? k : best), 0);
  return unit(axis.map((value, k) => (k === smallest ? 1 : 0) - axis[smallest]! * value));
}

function cross(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((_, k) => a[(k + 1) % 3]! * b[(k + 2) % 3]! - a[(k + 2) % 3]! * b[(k + 1) % 3]!);
}

/** The law of t, whose integral is Z/2π. */
function heightTable(potential: TwoWellPotential, temperature: number, { A, B }: Frame): TabulatedLaw {
  const { sharpness } = potential;
  const fastest = Math.max(1 / temperature, sharpness);
  const panels = Math.max(16, Math.ceil(fastest));
  const logDensity = (t: number): number => {
    const radial = (B * Math.sqrt((1 - t) * (1 + t))) / temperature;
    return logBesselIScaled(0, radial) + radial + alongAxis(potential, A, t) / temperature;
  };
  return tabulateLaw(logDensity, { low: -1, high: 1, panels });
}

/** (1/κ) log( w₁ e^{κAt} + w₂ e^{−κAt} ). */
function alongAxis({ weights, sharpness }: TwoWellPotential, A: number, t: number): number {
  const exponent = sharpness * A * t;
  return logAddExp(Math.log(weights[0]) + exponent, Math.log(weights[1]) - exponent) / sharpness;
}

/** von Mises angles of concentration β√(1−t²) each, by rejection from a wrapped Cauchy law, all rows at a time. */
function drawLongitudes(random: Random, heights: Float64Array, beta: number): Float64Array {
  const out = new Float64Array(heights.length);
  let pending = Array.from(heights.keys());
  while (pending.length > 0) {
    const numbers = random.uniform(3 * pending.length);
    pending = pending.filter((row, j) => {
      const kappa = beta * Math.sqrt((1 - heights[row]!) * (1 + heights[row]!));
      const angle = tryVonMises(kappa, numbers[3 * j]!, numbers[3 * j + 1]!);
      if (angle !== undefined) out[row] = numbers[3 * j + 2]! < 0.5 ? -angle : angle;
      return angle === undefined;
    });
  }
  return out;
}

/** One attempt at an angle in [0, π]. Source: D. J. Best, N. I. Fisher, Applied Statistics 28 (1979). */
function tryVonMises(kappa: number, u: number, v: number): number | undefined {
  if (kappa < 1e-8) return Math.PI * u;
  const tau = 1 + Math.sqrt(1 + 4 * kappa * kappa);
  const rho = (tau - Math.sqrt(2 * tau)) / (2 * kappa);
  const r = (1 + rho * rho) / (2 * rho);
  const z = Math.cos(Math.PI * u);
  // 1 − f keeps its digits where f = cos φ rounds to 1.
  const versine = ((r - 1) * (1 - z)) / (r + z);
  const c = kappa * (r - 1 + versine);
  if (Math.log(c) + 1 - c < Math.log(v)) return undefined;
  return 2 * Math.asin(Math.sqrt(versine / 2));
}

const truthNodes = 16;

function truthOf(
  potential: TwoWellPotential,
  temperature: number,
  capAngle: number,
  { frame, table }: { readonly frame: Frame; readonly table: TabulatedLaw },
): TwoWellTruth {
  const logPartition = Math.log(2 * Math.PI) + table.logTotal;
  const law: TwoWellGibbsLaw = { kind: "twoWellGibbs", potential, temperature, logPartition };
  const { meanPotential, potentialVariance, meanHeight, meanAcross } = moments(law, frame);
  const masses = potential.wells.map((well) => capMass(law, well, capAngle)) as [number, number];
  const separation = 2 * Math.atan2(frame.A, frame.B);
  const second = table.cumulative(0);
  return {
    kind: "twoWell",
    potential,
    law,
    logPartition,
    meanPotential,
    potentialVariance,
    entropy: logPartition + meanPotential / temperature,
    minimum: wellMinimum(potential, { A: frame.A, B: frame.B }),
    mean: Array.from(frame.a, (value, k) => meanHeight * value + meanAcross * frame.b[k]!),
    nearer: [1 - second, second],
    caps: { angle: capAngle, masses, either: separation >= 2 * capAngle ? masses[0] + masses[1] : null },
  };
}

/** Moments of U = −B√(1−t²) cos φ − alongAxis(t), by integrating over φ in closed form and over t by panels. */
function moments({ potential, temperature, logPartition }: TwoWellGibbsLaw, { A, B }: Frame) {
  const panels = Math.max(16, Math.ceil(Math.max(1 / temperature, potential.sharpness)));
  const { nodes, weights } = gaussLegendre(truthNodes);
  let [total, first, second, height, across] = [0, 0, 0, 0, 0];
  for (let p = 0; p < panels; p++) {
    for (let k = 0; k < truthNodes; k++) {
      const t = -1 + (2 * p + 1 + nodes[k]!) / panels;
      const radius = Math.sqrt((1 - t) * (1 + t));
      const radial = (B * radius) / temperature;
      const along = alongAxis(potential, A, t);
      const logDensity = Math.log(2 * Math.PI) + logBesselIScaled(0, radial) + radial + along / temperature;
      const share = (weights[k]! / panels) * Math.exp(logDensity - logPartition);
      const cosine = besselRatio(0, radial);
      const cosineSquare = radial > 1e-4 ? 1 - cosine / radial : 0.5 + radial ** 2 / 16;
      total += share;
      first += share * (B * radius * cosine + along);
      second += share * ((B * radius) ** 2 * cosineSquare + 2 * B * radius * cosine * along + along ** 2);
      height += share * t;
      across += share * radius * cosine;
    }
  }
  const [mean, square] = [first / total, second / total];
  return {
    meanPotential: -mean,
    potentialVariance: square - mean ** 2,
    meanHeight: height / total,
    meanAcross: across / total,
  };
}

function capMass(law: TwoWellGibbsLaw, center: readonly number[], angle: number): number {
  const steepness = Math.max(1 / law.temperature, law.potential.sharpness);
  const polarNodes = Math.min(256, 48 + Math.ceil(4 * Math.sqrt(steepness)));
  const quadrature = capQuadrature({ center, angle, polarNodes });
  return Math.min(1, integrate(quadrature, logTwoWellDensity(law, quadrature.points).map(Math.exp)));
}
