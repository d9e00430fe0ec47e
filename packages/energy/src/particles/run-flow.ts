// The loop around a flow of particles: evaluate, tell, look whether to stop, step.

import { euclidean, type Float64Rows, type Manifold, sphere } from "@nce-geometry/manifold";
import { type RowMatrix, type RunControl, referenceBackend, type Tensor, yieldToEventLoop } from "@nce-geometry/tensor";
import { requireInteger, requireNonNegative, requireOneOf } from "../checks.ts";
import {
  type FlowOptimizer,
  type LiveFlow,
  type ParticleFlowState,
  requireClouds,
  requireOptimizer,
  saveFlow,
  stepFlow,
  wakeFlow,
} from "./flow-state.ts";
import { requireParticles } from "./particle-options.ts";
import { createObserver, type ObservationOptions, type Observer, type ParticleRecord } from "./trajectory.ts";

/** Options of every flow of particles. */
export interface ParticleFlowControl extends ObservationOptions, RunControl {
  /** How many steps to take in this call. */
  readonly steps: number;
  /** How particles follow minus the gradient. @defaultValue { kind: "adam", learningRate: 0.05 } */
  readonly optimizer?: FlowOptimizer;
  /**
   * `sphere`: particles are points and steps follow geodesics or retractions. `ambient`: particles are directions z = V/‖V‖ of free vectors V, as in the
   * paper's simulation.
   * @defaultValue "sphere"
   */
  readonly parameters?: "sphere" | "ambient";
  /**
   * Standard deviation, per step and direction, of normal noise added after each step: tangent to the sphere, or to V. With `sgd` of rate η, √(2Dη)
   * is diffusion of strength D, which adds −D·H(ρ) to what is descended.
   * @defaultValue 0
   */
  readonly noise?: number;
  /** Without noise the flow has converged when the root mean square of n‖grad_i J‖ is at most this. @defaultValue 0: never in practice */
  readonly tolerance?: number;
  /** A record is kept of every step whose number is a multiple of this, and of the first and the last. @defaultValue 100 */
  readonly recordEvery?: number;
}

/**
 * `converged`: the gradient is within the tolerance. `maxSteps`: it is not yet, and the steps are used up. `diverged`: energy or gradient is NaN or
 * infinite; the state is the last one where they were not. `aborted`: the signal was.
 */
export type ParticleFlowStatus = "converged" | "maxSteps" | "diverged" | "aborted";

export interface ParticleFlowResult<Terms> {
  readonly status: ParticleFlowStatus;
  /** What was not finite, where the flow diverged. */
  readonly reason?: string;
  /** To save, or to continue from. */
  readonly state: ParticleFlowState;
  /** The particles of each cloud, on the sphere, in that state. */
  readonly particles: readonly Float64Rows[];
  /** Steps taken by this call that led to `state`. */
  readonly steps: number;
  readonly trajectory: readonly ParticleRecord<Terms>[];
}

/** An energy of clouds, evaluated. */
export interface FlowEvaluation<Terms> {
  readonly terms: Terms;
  /** By the particles of each cloud, in ambient coordinates. */
  readonly gradients: readonly Float64Array[];
}

/** What flows downhill. */
export interface FlowProblem<Terms> {
  readonly where: string;
  readonly evaluate: (clouds: readonly Float64Rows[]) => FlowEvaluation<Terms> | Promise<FlowEvaluation<Terms>>;
  /** Which part of the energy is not finite. */
  readonly explain: (clouds: readonly Float64Rows[]) => string;
}

/** Terms that every energy has. */
interface CommonTerms {
  readonly value: number;
  readonly potentialTerm: number;
}

/** Runs a flow from a state. */
export async function runFlow<Terms extends CommonTerms>(
  problem: FlowProblem<Terms>,
  state: ParticleFlowState,
  options: ParticleFlowControl,
): Promise<ParticleFlowResult<Terms>> {
  const plan = planOf(problem.where, state, options);
  const trajectory: ParticleRecord<Terms>[] = [];
  let before: LiveFlow | undefined;
  let here = wakeFlow(referenceBackend(), state);
  for (let steps = 0; ; steps++) {
    const clouds = here.clouds.map((x) => positionsOf(x, plan));
    const { terms, gradients } = await problem.evaluate(clouds);
    const gradientNorm = speedOf(clouds, gradients);
    if (!(Number.isFinite(terms.value) && Number.isFinite(gradientNorm))) {
      const [last, taken] = before === undefined ? [here, 0] : [before, steps - 1];
      return {
        ...(await finish(last, plan)),
        status: "diverged",
        reason: problem.explain(clouds),
        steps: taken,
        trajectory,
      };
    }
    const status = statusOf(gradientNorm, steps, plan);
    if (status !== undefined || steps === 0 || here.step % plan.recordEvery === 0) {
      const observed = await plan.observe(clouds, terms.potentialTerm);
      trajectory.push({ step: here.step, terms, gradientNorm, ...observed });
    }
    options.onProgress?.({ done: steps, total: plan.steps, label: "steps" });
    if (status !== undefined) return { ...(await finish(here, plan)), status, steps, trajectory };
    if (steps % BREATH === BREATH - 1) await yieldToEventLoop();
    before = here;
    here = stepFlow(
      here,
      here.clouds.map((x, a) => chainToParameters(x, clouds[a]!, gradients[a]!, plan)),
      plan,
    );
  }
}

/** Steps between two chances for timers and signals. */
const BREATH = 16;

interface Plan {
  readonly steps: number;
  readonly recordEvery: number;
  readonly tolerance: number;
  readonly noise: number;
  readonly optimizer: FlowOptimizer;
  readonly ambient: boolean;
  readonly manifold: Manifold;
  readonly sphere: Manifold;
  readonly observe: Observer;
  readonly signal: RunControl["signal"];
}

function planOf(where: string, state: ParticleFlowState, options: ParticleFlowControl): Plan {
  const { steps, recordEvery = 100, tolerance = 0, noise = 0, parameters = "sphere", signal } = options;
  const optimizer = options.optimizer ?? { kind: "adam", learningRate: 0.05 };
  requireInteger(where, "steps", steps, 0);
  requireInteger(where, "recordEvery", recordEvery, 1);
  requireNonNegative(where, "tolerance", tolerance);
  requireNonNegative(where, "noise", noise);
  requireOneOf(where, "parameters", parameters, ["sphere", "ambient"]);
  requireOptimizer(where, state, optimizer);
  const dimension = state.clouds[0]!.shape[1]!;
  const around = sphere(dimension);
  const ambient = parameters === "ambient";
  const manifold = ambient ? euclidean(dimension) : around;
  const observe = createObserver(where, around, options);
  return { steps, recordEvery, tolerance, noise, optimizer, ambient, manifold, sphere: around, observe, signal };
}

/** The clouds of a state on the sphere, and checked to be there unless they are directions. */
export function requireStart(
  where: string,
  state: ParticleFlowState,
  clouds: number,
  parameters: ParticleFlowControl["parameters"] = "sphere",
): readonly Float64Rows[] {
  requireClouds(where, state, clouds);
  return state.clouds.map((saved, a) => {
    const [rows = 0, dim = 0] = saved.shape;
    const z = { rows, dim, data: Float64Array.from(saved.values, Number) };
    if (parameters === "ambient" && dim > 1) return sphere(dim).rows.projectPoint(z);
    requireParticles(where, `state.clouds[${a}]`, z);
    return z;
  });
}

/** Particles on the sphere, from parameters. */
function positionsOf(x: Tensor, plan: Plan): Float64Rows {
  const [rows, dim] = x.shape as readonly [number, number];
  const data = x.dataSync() as Float64Array;
  return plan.ambient ? plan.sphere.rows.projectPoint({ rows, dim, data }) : { rows, dim, data };
}

/** The gradient by the parameters: through V/‖V‖, P_z g/‖V‖. */
function chainToParameters(x: Tensor, z: RowMatrix, gradient: Float64Array, plan: Plan): Float64Array {
  if (!plan.ambient) return gradient;
  const { rows, dim, data } = z;
  const v = x.dataSync() as Float64Array;
  const result = new Float64Array(gradient.length);
  for (let i = 0; i < rows; i++) {
    let [radial, square] = [0, 0];
    for (let k = i * dim; k < (i + 1) * dim; k++) {
      radial += data[k]! * gradient[k]!;
      square += v[k]! * v[k]!;
    }
    const norm = Math.sqrt(square);
    for (let k = i * dim; k < (i + 1) * dim; k++) result[k] = (gradient[k]! - radial * data[k]!) / norm;
  }
  return result;
}

/** Root mean square of n_a‖grad_i J‖ over all particles. */
function speedOf(clouds: readonly RowMatrix[], gradients: readonly Float64Array[]): number {
  let [total, count] = [0, 0];
  clouds.forEach(({ rows, dim, data }, a) => {
    const g = gradients[a]!;
    for (let i = 0; i < rows; i++) {
      let [radial, square] = [0, 0];
      for (let k = i * dim; k < (i + 1) * dim; k++) radial += data[k]! * g[k]!;
      for (let k = i * dim; k < (i + 1) * dim; k++) square += (g[k]! - radial * data[k]!) ** 2;
      total += rows * rows * square;
    }
    count += rows;
  });
  return Math.sqrt(total / count);
}

function statusOf(gradientNorm: number, steps: number, plan: Plan): ParticleFlowStatus | undefined {
  if (plan.noise === 0 && gradientNorm <= plan.tolerance) return "converged";
  if (plan.signal?.aborted) return "aborted";
  return steps >= plan.steps ? "maxSteps" : undefined;
}

async function finish(flow: LiveFlow, plan: Plan): Promise<Pick<ParticleFlowResult<never>, "state" | "particles">> {
  return { state: await saveFlow(flow), particles: flow.clouds.map((x) => positionsOf(x, plan)) };
}
