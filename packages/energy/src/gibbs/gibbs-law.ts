// The Gibbs law of a potential on a grid, ρ* = e^{−U/τ}/Z, the minimiser of F. Exponents are taken relative to the least potential, so that τ = 1e-4 is a temperature like any other.

import { circleQuadrature, type Quadrature, sphereQuadrature } from "@nce-geometry/manifold";
import { InputError, sumOfArray } from "@nce-geometry/tensor";
import { refuseOption, requirePositive } from "../checks.ts";
import { meanUnder } from "../grid/entropy.ts";
import { type GridFunction, potentialOn } from "../grid/grid-function.ts";
import { type GridMeasure, logIntegralOn, massesOf } from "../grid/grid-measure.ts";

export interface GibbsOptions {
  /** τ > 0. */
  readonly temperature: number;
}

/** `resolved`; `unresolved`: too few cells carry the mass, or log Z changes with the grid: take a finer one, or gibbsLawOnSphere, gibbsLawOnCircle, zonalGibbsLaw. */
export type GibbsStatus = "resolved" | "unresolved";

/** A Gibbs law on a grid; nats but for potentials. */
export interface GibbsLaw {
  readonly measure: GridMeasure;
  /** U at the points, [n]. */
  readonly potential: Float64Array;
  readonly temperature: number;
  /** log ρ*, [n]. */
  readonly logDensity: Float64Array;
  /** log Z, Z = ∫e^{−U/τ} dμ. */
  readonly logPartition: number;
  /** F(ρ*) = −log Z. */
  readonly freeEnergy: number;
  /** ⟨U⟩. */
  readonly meanPotential: number;
  /** ⟨U⟩ − min U, without cancellation. */
  readonly meanExcess: number;
  /** Var U. */
  readonly potentialVariance: number;
  /** H(ρ*). */
  readonly entropy: number;
  /** Least U among the points. */
  readonly minPotential: number;
  /** 1/Σp², p the masses of the points: how many points carry the law. */
  readonly effectiveCells: number;
  /** |log Z − log Z of a coarser or of the previous grid|, for functions on grids that can be remade; an overestimate. */
  readonly quadratureError?: number;
  readonly status: GibbsStatus;
}

/**
 * The Gibbs law of a potential on a given grid.
 *
 * Math:     ρ* = e^{−U/τ}/Z, Z = ∫e^{−U/τ} dμ, F(ρ*) = −log Z, H = log Z + ⟨U⟩/τ
 * Shapes:   measure [n]; potential [n] or a function of one point [d] → a record.
 * Domain:   τ > 0; U is not NaN, and +∞ forbids a point.
 * Limits:   U + c → the same law, log Z − c/τ;  τ → ∞ → uniform;  τ → 0 → the grid's least points, and `unresolved`;  U = −⟨μ, z⟩ → von Mises–Fisher of concentration 1/τ.
 * Numerics: log-sum-exp relative to min U; absolute error of log Z about ε·|U|/τ beside the quadrature's. `status` is a test that laws can fail, not a proof: at least 16
 *           effective cells, and for a function on circleQuadrature or sphereQuadrature log Z within 1e-6 of that on a grid of ¾ of the nodes in each direction.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE naming the point, E_DOMAIN where every point is forbidden, E_UNSUPPORTED.
 * Source:   arXiv:2601.19597.
 */
export function gibbsLaw(measure: GridMeasure, potential: GridFunction, options: GibbsOptions): GibbsLaw {
  const where = "gibbsLaw";
  requirePositive(where, "temperature", options.temperature);
  const values = potentialOn(measure, potential, { where });
  const law = lawOf(where, measure, values, options.temperature);
  const coarse = typeof potential === "function" ? coarserGrid(measure as Partial<Quadrature>) : undefined;
  if (coarse === undefined) return law;
  const coarseLaw = lawOf(where, coarse, potentialOn(coarse, potential, { where }), options.temperature);
  const quadratureError = Math.abs(law.logPartition - coarseLaw.logPartition);
  const status = law.status === "resolved" && quadratureError <= CHANGE_ALLOWED ? "resolved" : "unresolved";
  return { ...law, quadratureError, status };
}

/** The law of checked values; its status by the effective number of cells alone. */
export function lawOf(where: string, measure: GridMeasure, potential: Float64Array, temperature: number): GibbsLaw {
  const { weights, logWeights } = measure;
  const charged = potential.filter((_, i) =>
    logWeights ? logWeights[i]! > Number.NEGATIVE_INFINITY : weights[i]! > 0,
  );
  const minPotential = charged.reduce((least, u) => Math.min(least, u), Number.POSITIVE_INFINITY);
  if (!Number.isFinite(minPotential)) throw nowhere(where, weights.length);
  const excess = potential.map((u) => u - minPotential);
  const exponents = excess.map((u) => -u / temperature);
  const logShifted = logIntegralOn(measure, exponents);
  const logDensity = exponents.map((e) => e - logShifted);
  const masses = massesOf(measure, logDensity);
  const meanExcess = meanUnder(masses, excess);
  const logPartition = logShifted - minPotential / temperature;
  const effectiveCells = 1 / sumOfArray(masses.map((mass) => mass * mass));
  return {
    measure,
    potential,
    temperature,
    logDensity,
    logPartition,
    freeEnergy: -logPartition,
    meanPotential: minPotential + meanExcess,
    meanExcess,
    potentialVariance: meanUnder(
      masses,
      excess.map((u) => (u - meanExcess) ** 2),
    ),
    entropy: logShifted + meanExcess / temperature,
    minPotential,
    effectiveCells,
    status: effectiveCells >= CELLS_NEEDED ? "resolved" : "unresolved",
  };
}

export interface NearMinimumOptions {
  /** δ ≥ 0, in the unit of U. */
  readonly excess: number;
  /** The ground level, where it is known better than by the points. @defaultValue the least potential among the points */
  readonly minPotential?: number;
}

/**
 * Mass of a Gibbs law near the ground state.
 *
 * Math:     ρ*{U ≤ min U + δ}, min U over the points unless given
 * Shapes:   → number from 0 to 1. Unit: 1.
 * Domain:   δ = excess ≥ 0, in the unit of U.
 * Limits:   δ → ∞ → 1;  never falls as τ falls.
 * Numerics: a sum over whole points: off by the mass of points at the edge, of first order in their spacing, unlike the smooth integrals of the law (1e-5 on 1600 × 3200 points of S²).
 * Throws:   InputError E_OPTION.
 * Source:   arXiv:2601.19597.
 */
export function massNearMinimum(
  law: Pick<GibbsLaw, "measure" | "potential" | "logDensity" | "minPotential">,
  options: NearMinimumOptions,
): number {
  const { excess, minPotential = law.minPotential } = options;
  if (!(excess >= 0)) refuseOption("massNearMinimum", "excess", "a number ≥ 0", String(excess));
  const { weights, logWeights } = law.measure;
  const massAt = (logDensity: number, i: number): number =>
    logWeights ? Math.exp(logWeights[i]! + logDensity) : weights[i]! * Math.exp(logDensity);
  const level = minPotential + excess;
  return Math.min(1, sumOfArray(law.logDensity.map((value, i) => (law.potential[i]! <= level ? massAt(value, i) : 0))));
}

/** A Gaussian peak of standard deviation σ on a square grid of spacing h has 4πσ²/h² effective cells, and the relative error of its sum is 4e^{−2π²σ²/h²}: 1e-10 at 16. */
const CELLS_NEEDED = 16;
/** The grid compared with has ¾ of the nodes, and where it agrees to this, the error of the grid itself is much smaller: quadratures converge exponentially for smooth U. */
const CHANGE_ALLOWED = 1e-6;

/** A grid of the same kind with ¾ of the nodes in each direction. */
function coarserGrid({ kind, points }: Partial<Quadrature>): Quadrature | undefined {
  if (kind === "circleTrapezoid") return circleQuadrature({ nodes: Math.max(1, Math.floor(0.75 * points!.rows)) });
  if (kind !== "sphereGaussLegendre") return undefined;
  const { data, rows } = points!;
  let azimuthal = 1;
  while (azimuthal < rows && data[3 * azimuthal + 2] === data[2]) azimuthal++;
  return sphereQuadrature({
    polarNodes: Math.max(1, Math.floor((0.75 * rows) / azimuthal)),
    azimuthalNodes: Math.max(1, Math.floor(0.75 * azimuthal)),
  });
}

function nowhere(where: string, n: number): InputError {
  const details = { code: "E_DOMAIN", where, argument: "potential" } as const;
  return new InputError({
    ...details,
    expected: "finite at a point of positive weight",
    received: `+∞ at all ${n} points`,
  });
}
