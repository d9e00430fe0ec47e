// Where a flow of particles stands: as JSON, and as tensors between two steps.

import {
  type Manifold,
  type RiemannianAdamOptions,
  type RiemannianAdamState,
  type RiemannianSgdOptions,
  type RiemannianSgdState,
  restoreState,
  riemannianAdamInit,
  riemannianAdamStep,
  riemannianSgdInit,
  riemannianSgdStep,
  type SavedState,
  type SavedTensor,
  saveState,
} from "@nce-geometry/manifold";
import {
  type Backend,
  fromData,
  InputError,
  mul,
  type Random,
  type RandomState,
  type RowMatrix,
  restoreRandom,
  type Tensor,
} from "@nce-geometry/tensor";
import { refuseOption, requireOneOf } from "../checks.ts";

/**
 * How particles follow minus the gradient. `adam`: Riemannian Adam on the energy. `sgd`: steps along n_i times the gradient of each cloud, which is
 * the velocity of the gradient flow of measures, so that `learningRate` is the time step.
 */
export type FlowOptimizer =
  | ({ readonly kind: "adam" } & RiemannianAdamOptions)
  | ({ readonly kind: "sgd" } & RiemannianSgdOptions);

type OptimizerState = RiemannianAdamState | RiemannianSgdState;

/** A flow between two steps; plain JSON, from which it continues bit for bit. */
export interface ParticleFlowState {
  readonly kind: "particleFlow";
  /** Steps taken. */
  readonly step: number;
  /** Parameters of the particles of each cloud: points of the sphere, or vectors in whose direction they lie. */
  readonly clouds: readonly SavedTensor[];
  /** State of the optimiser of each cloud; empty before the first step. */
  readonly optimizers: readonly SavedState<OptimizerState>[];
  /** The stream from which each step takes a stream of its own, by its number. */
  readonly random: RandomState;
}

/**
 * State before the first step of a flow.
 *
 * Shapes:   one cloud [n, d], or two [n, d], [m, d] → state.
 * Domain:   finite numbers. The noise depends on the key of `random` and on the number of the step alone: give each run a stream of its own, by `split`.
 * Limits:   JSON.parse(JSON.stringify(state)) is the state.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE.
 */
export function particleFlowInit(clouds: RowMatrix | readonly RowMatrix[], random: Random): ParticleFlowState {
  const list = "data" in clouds ? [clouds] : clouds;
  return {
    kind: "particleFlow",
    step: 0,
    clouds: list.map((cloud, index) => savedRows("particleFlowInit", `clouds[${index}]`, cloud)),
    optimizers: [],
    random: random.state,
  };
}

/** Rows as JSON. */
export function savedRows(where: string, argument: string, { rows, dim, data }: RowMatrix): SavedTensor {
  if (data.length !== rows * dim) {
    const [expected, received] = [`${rows} · ${dim} numbers`, String(data.length)];
    throw new InputError({ code: "E_SHAPE", where, argument, expected, received });
  }
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const received = `${data[bad]} in row ${Math.floor(bad / dim)}`;
    throw new InputError({ code: "E_NOT_FINITE", where, argument, expected: "finite", received });
  }
  return { shape: [rows, dim], values: Array.from(data, (value) => (Object.is(value, -0) ? "-0" : value)) };
}

/** The state as tensors of one backend. */
export interface LiveFlow {
  readonly step: number;
  readonly clouds: readonly Tensor[];
  readonly optimizers: readonly OptimizerState[];
  readonly random: RandomState;
}

/** The state on a backend. */
export function wakeFlow(backend: Backend, state: ParticleFlowState): LiveFlow {
  const clouds = state.clouds.map((cloud) => restoreState<{ x: Tensor }>(backend, { x: cloud }).x);
  const optimizers = state.optimizers.map((saved) => restoreState<OptimizerState>(backend, saved));
  return { step: state.step, clouds, optimizers, random: state.random };
}

/** The state as JSON. */
export async function saveFlow({ step, clouds, optimizers, random }: LiveFlow): Promise<ParticleFlowState> {
  return {
    kind: "particleFlow",
    step,
    clouds: await Promise.all(clouds.map(async (x) => (await saveState({ x })).x)),
    optimizers: await Promise.all(optimizers.map((optimizer) => saveState(optimizer))),
    random,
  };
}

export interface StepOptions {
  /** Where the parameters live: the sphere, or the space around it. */
  readonly manifold: Manifold;
  readonly optimizer: FlowOptimizer;
  /** Standard deviation, per step and direction, of normal noise. */
  readonly noise: number;
}

/** The state after a step against the gradients, [n, d] in ambient coordinates, one for each cloud. */
export function stepFlow(flow: LiveFlow, gradients: readonly Float64Array[], options: StepOptions): LiveFlow {
  const random = restoreRandom(flow.random).split(flow.step);
  const moved = flow.clouds.map((x, a) => {
    const gradient = fromData(x.backend, gradients[a]!, x.shape);
    const { x: next, state } = optimizerStep(x, gradient, flow.optimizers[a], options);
    return { x: options.noise > 0 ? shaken(next, random.split(a), options) : next, state };
  });
  const [clouds, optimizers] = [moved.map(({ x }) => x), moved.map(({ state }) => state)];
  return { step: flow.step + 1, clouds, optimizers, random: flow.random };
}

function optimizerStep(x: Tensor, gradient: Tensor, state: OptimizerState | undefined, options: StepOptions) {
  const { manifold, optimizer } = options;
  if (optimizer.kind === "adam") {
    const from = (state ?? riemannianAdamInit(manifold, x)) as RiemannianAdamState;
    return riemannianAdamStep(manifold, x, gradient, from, optimizer);
  }
  const from = (state ?? riemannianSgdInit(x)) as RiemannianSgdState;
  return riemannianSgdStep(manifold, x, mul(gradient, x.shape[0]!), from, optimizer);
}

function shaken(x: Tensor, random: Random, { manifold, noise }: StepOptions): Tensor {
  return x.backend.scope(() => {
    const tangent = mul(manifold.sampleTangent(random, x), noise);
    return manifold.projectPoint(manifold.expMap(x, tangent));
  });
}

/** Refuses what is not a state of so many clouds. */
export function requireClouds(where: string, state: ParticleFlowState, clouds: number): void {
  if (state.kind !== "particleFlow") refuseOption(where, "state.kind", '"particleFlow"', String(state.kind));
  if (state.clouds.length === clouds) return;
  refuseOption(where, "state", clouds === 1 ? "of one cloud" : "of two clouds", `one of ${state.clouds.length}`);
}

/** Refuses an unknown optimiser, and a state of another one. */
export function requireOptimizer(where: string, state: ParticleFlowState, optimizer: FlowOptimizer): void {
  requireOneOf(where, "optimizer.kind", optimizer.kind, ["adam", "sgd"]);
  const other = state.optimizers.find(({ kind }) => kind !== optimizer.kind);
  if (other) refuseOption(where, "state", `one of the optimiser "${optimizer.kind}"`, `one of "${other.kind}"`);
}
