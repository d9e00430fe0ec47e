// Implicit steps in the geometry of transport: each new density minimises the functional plus the squared distance that its mass has to move.
// The transport is regularised by entropy, so that a step is an iteration of scalings (Sinkhorn's, with a proximal map on one side).

import type { Manifold } from "@nce-geometry/manifold";
import { InputError } from "@nce-geometry/tensor";
import { refuseOption, requireInteger, requireOneOf, requirePositive } from "../checks.ts";
import { pointsOf } from "../grid/grid-function.ts";
import { type GridMeasure, logWeightsOf, normalizeLogDensity } from "../grid/grid-measure.ts";
import {
  type GridFlowOptions,
  type GridFlowResult,
  type GridFlowState,
  type GridStep,
  largestChange,
  runGridFlow,
  schedules,
} from "./grid-flow.ts";
import { type GridFunctional, type GridProblem, gridProblem, startingState } from "./grid-problem.ts";
import { applyLogKernel } from "./log-kernel.ts";
import { squaredGeodesicCost } from "./squared-geodesic-cost.ts";

export interface JkoFlowOptions extends GridFlowOptions {
  /** Where the points of the grid live, or the cost [n·n] itself, symmetric with zeros on the diagonal. */
  readonly cost: Manifold | Float64Array;
  /** Time h of one step: the flow is ∂ρ/∂t = ∇·(ρ∇δF). */
  readonly timeStep: number;
  /** ε of the regularised transport, in units of the cost; the grid must resolve √(ε/2). @defaultValue timeStep */
  readonly regularization?: number;
  /**
   * The regularised step blurs like diffusion for a time ε/4. `deduct` takes this out of the entropy of the functional, `keep` leaves it in.
   * @defaultValue "deduct", as the laws at rest are then those of the functional up to second order
   */
  readonly blur?: "deduct" | "keep";
  /** Of two modalities: both from the same state, or the second one seeing the first one's new density. @defaultValue "simultaneous" */
  readonly schedule?: "simultaneous" | "alternating";
  /** Mass that may still be misplaced when the inner iteration ends. @defaultValue 1e-12 */
  readonly marginalTolerance?: number;
  /** Largest number of inner iterations of a step. @defaultValue 10000 */
  readonly maxInnerSteps?: number;
}

/**
 * Jordan–Kinderlehrer–Otto steps on a grid: the flow of a functional in the geometry of transport, ∂ρ/∂t = ∇·(ρ∇δF), in implicit steps.
 *
 * Math:     ρ ← argmin_ρ' F(ρ') + (1/2h)·min_γ (Σ γ_ij c_ij + ε D_KL(γ‖μ⊗μ)), γ with marginals ρ and ρ'. The entropy inside F is taken at ρ', the
 *           rest of δF at ρ: exact for F_{τ,U}, and for the concave part of F^Sym its tangent, which lies above it.
 * Shapes:   measure [n]; start: one log density [n] per modality, or a state returned earlier.
 * Domain:   h > 0, ε > 0, densities positive everywhere.
 * Limits:   U = 0 on the circle: the m-th harmonic of a nearly uniform density shrinks by k/(1 + (2hω/ε)(1 − k²)), k that of the kernel e^(−c/ε), ω = 1 − ε/4h;
 *           h → 0 with ε = h → the heat flow e^(−m²t);  F_{τ,U} → rest at the Gibbs law as h, ε → 0;  k steps, continued, are as 2k, bit for bit.
 * Numerics: log domain; an inner iteration contracts by about 2hω/(ε + 2hω) and costs O(n²): grids of some 10³ points. Mass is 1 to rounding, the mass
 *           moved to `marginalTolerance`. The functional falls until it is within the error of h and ε of its minimum.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE, E_DOMAIN, E_UNSUPPORTED. Being aborted is a status.
 * Source:   R. Jordan, D. Kinderlehrer, F. Otto, SIAM J. Math. Anal. 29 (1998); G. Peyré, SIAM J. Imaging Sci. 8 (2015).
 */
export async function jkoFlow(
  measure: GridMeasure,
  functional: GridFunctional,
  start: GridFlowState | readonly Float64Array[],
  options: JkoFlowOptions,
): Promise<GridFlowResult> {
  const where = "jkoFlow";
  const { timeStep, regularization = timeStep, blur = "deduct", schedule = "simultaneous" } = options;
  const { marginalTolerance = 1e-12, maxInnerSteps = 10000 } = options;
  requirePositive(where, "timeStep", timeStep);
  requirePositive(where, "regularization", regularization);
  requirePositive(where, "marginalTolerance", marginalTolerance);
  requireInteger(where, "maxInnerSteps", maxInnerSteps, 1);
  requireOneOf(where, "blur", blur, ["deduct", "keep"]);
  requireOneOf(where, "schedule", schedule, schedules);
  const problem = gridProblem(where, measure, functional);
  const first = startingState(where, measure, problem, start);
  const deducted = blur === "deduct" ? regularization / (4 * timeStep) : 0;
  const prox: Proximal = {
    measure,
    logWeights: logWeightsOf(measure),
    cost: costOn(where, measure, options.cost),
    timeStep,
    regularization,
    entropyWeight: problem.entropyWeight - deducted,
    marginalTolerance,
    maxInnerSteps,
  };
  const advance = (from: readonly Float64Array[]) => implicitStep(problem, prox, from, schedule === "alternating");
  return runGridFlow({ where, measure, problem, advance }, first, options);
}

interface Proximal {
  readonly measure: GridMeasure;
  readonly logWeights: Float64Array;
  readonly cost: Float64Array;
  readonly timeStep: number;
  readonly regularization: number;
  /** ω, what the proximal map minimises of −H. */
  readonly entropyWeight: number;
  readonly marginalTolerance: number;
  readonly maxInnerSteps: number;
}

function implicitStep(
  problem: GridProblem,
  prox: Proximal,
  from: readonly Float64Array[],
  alternating: boolean,
): GridStep {
  const { timeStep } = prox;
  const logDensities = [...from];
  const step = { residual: 0, stepSize: timeStep, innerSteps: 0, marginalError: 0 };
  for (const k of problem.modalities) {
    const seen = alternating ? logDensities : from;
    const variation = problem.firstVariations(seen)[k]!;
    const field = variation.map((value, i) => value - problem.entropyWeight * from[k]![i]!);
    // Handed on as it is, what has overflowed is seen and reported as divergence.
    if (!field.every(Number.isFinite)) return { ...step, logDensities: [field], residual: Number.POSITIVE_INFINITY };
    const { logDensity, innerSteps, marginalError } = proximalStep(prox, from[k]!, field);
    step.innerSteps = Math.max(step.innerSteps, innerSteps);
    step.marginalError = Math.max(step.marginalError, marginalError);
    if (!(marginalError <= prox.marginalTolerance)) {
      const failure = `an inner iteration still misplaces a mass of ${marginalError} after ${innerSteps} steps`;
      return { ...step, logDensities: from, residual: Number.POSITIVE_INFINITY, failure };
    }
    step.residual = Math.max(step.residual, largestChange(from[k]!, logDensity) / timeStep);
    logDensities[k] = logDensity;
  }
  return { ...step, logDensities };
}

/** argmin_ρ ∫aρ + ω∫ρ log ρ + OT_ε(r, ρ)/2h: scalings u, v of the kernel whose marginals are r and ρ. */
function proximalStep(
  prox: Proximal,
  logR: Float64Array,
  field: Float64Array,
): { logDensity: Float64Array; innerSteps: number; marginalError: number } {
  const { measure, logWeights, cost, timeStep, regularization: eps, entropyWeight: omega } = prox;
  const stiffness = eps + 2 * timeStep * omega;
  const kernel = (log: Float64Array) =>
    applyLogKernel(
      cost,
      eps,
      log.map((value, i) => value + logWeights[i]!),
    );
  let logKv = kernel(new Float64Array(logR.length));
  for (let innerSteps = 1; ; innerSteps++) {
    const logU = logR.map((value, i) => value - logKv[i]!);
    const logKu = kernel(logU);
    const unnormalized = logKu.map((value, i) => (eps * value - 2 * timeStep * field[i]!) / stiffness);
    const logDensity = normalizeLogDensity(measure, unnormalized);
    logKv = kernel(logDensity.map((value, i) => value - logKu[i]!));
    const marginalError = misplacedMass(logWeights, logR, logU, logKv);
    if (!(marginalError > prox.marginalTolerance) || innerSteps === prox.maxInnerSteps) {
      return { logDensity, innerSteps, marginalError };
    }
  }
}

/** Σ w|u·Kv − r|. */
function misplacedMass(logWeights: Float64Array, logR: Float64Array, logU: Float64Array, logKv: Float64Array): number {
  return logR.reduce((sum, value, i) => {
    const excess = Math.expm1(logU[i]! + logKv[i]! - value);
    return sum + Math.exp(logWeights[i]! + value) * Math.abs(excess);
  }, 0);
}

function costOn(where: string, measure: GridMeasure, cost: Manifold | Float64Array): Float64Array {
  const n = measure.weights.length;
  if (!(cost instanceof Float64Array)) {
    const points = pointsOf(measure);
    if (points !== undefined) return squaredGeodesicCost(cost, points);
    const expected = "a list of values on a grid without points";
    throw new InputError({ code: "E_UNSUPPORTED", where, argument: "cost", expected, received: cost.name });
  }
  if (cost.length !== n * n) {
    const expected = `of length ${n}² = ${n * n}`;
    throw new InputError({ code: "E_SHAPE", where, argument: "cost", expected, received: `length ${cost.length}` });
  }
  const bad = cost.findIndex((value, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return !(value >= 0) || value !== cost[j * n + i] || (i === j && value !== 0);
  });
  if (bad === -1) return cost;
  const received = `${cost[bad]} at (${Math.floor(bad / n)}, ${bad % n})`;
  refuseOption(where, "cost", "symmetric, ≥ 0 and 0 on the diagonal", received);
}
