// The training loop: a loss of parameters and chance, an optimiser, and what is written down on the way.

import {
  createRandom,
  type Random,
  type RunControl,
  type Tensor,
  type TensorData,
  yieldToEventLoop,
} from "@nce-geometry/tensor";
import { requireCount } from "../checks.ts";
import { type Clipping, checkClipping, clipGradients, gradientNorm } from "../optimizers/clip-gradients.ts";
import { checkOptimizer, type OptimizerOptions, optimizerStep } from "../optimizers/optimizer.ts";
import { checkSchedule, learningRateFactor, type Schedule } from "../optimizers/schedule.ts";
import { copyParameters, mapParameters, type ParameterRecord, parameterGradients } from "../parameters.ts";
import { disposeTrainState, type TrainState } from "./train-state.ts";

/** What a step may depend on besides the parameters. */
export interface StepContext {
  /** From 0, counted since the beginning. */
  readonly step: number;
  /** A stream of this step alone, from the seed: batches do not depend on where a training was interrupted. */
  readonly random: Random;
}

export interface TrainOptions<M = unknown> extends RunControl {
  /** How many steps to take in this call, an integer ≥ 0. */
  readonly steps: number;
  /** Seed of the streams that steps get. @defaultValue 0 */
  readonly seed?: number | string;
  /** Scalar loss of the parameters on the batch of a step. Synchronous; computes with operations of the parameters' backend. */
  readonly loss: (parameters: ParameterRecord, context: StepContext) => Tensor;
  readonly optimizer: OptimizerOptions;
  /** @defaultValue { kind: "constant" } */
  readonly schedule?: Schedule;
  /** @defaultValue none */
  readonly clip?: Clipping;
  /** Brings parameters back into their domain after each step: a spectral norm, the ceiling of a scale. @defaultValue none */
  readonly project?: (parameters: ParameterRecord) => ParameterRecord;
  /** A record is kept of every step whose number is a multiple of this; the loss is read there alone. @defaultValue 10 */
  readonly recordEvery?: number;
  /** Measured before each recorded step, kept as it is: make it JSON. @defaultValue nothing */
  readonly monitor?: (parameters: ParameterRecord, context: StepContext) => M | Promise<M>;
}

/** What was seen at a step, before its update. */
export interface TrainRecord<M = unknown> {
  readonly step: number;
  readonly loss: number;
  /** ‖gradient‖ over all parameters, before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  readonly measures?: M;
}

/**
 * `finished`: the steps were taken. `diverged`: a recorded loss or gradient was not finite; `state` is the one that gave it. `aborted`: the
 * signal was; `state` is where it stopped.
 */
export type TrainStatus = "finished" | "diverged" | "aborted";

export interface TrainResult<M = unknown> {
  readonly status: TrainStatus;
  /** To save, to continue from, to read the parameters of; the caller's to dispose of. */
  readonly state: TrainState;
  /** Steps taken by this call. */
  readonly steps: number;
  readonly history: readonly TrainRecord<M>[];
}

/**
 * Trains from a state, which is left as it is.
 *
 * Math:     g = ∇ loss(parameters, stream of the step), clipped;  an optimiser step with η·factor(step);  projection.
 * Limits:   k steps and k more from the result, or from its checkpoint, are 2k steps bit for bit on the reference backend.
 * Numerics: deterministic given state, seed and backend. Everything made in a step is freed save the next state.
 * Throws:   InputError E_OPTION, E_SHAPE.
 */
export async function train<M = unknown>(state: TrainState, options: TrainOptions<M>): Promise<TrainResult<M>> {
  const { steps, seed = 0, recordEvery = 10, monitor, signal, onProgress } = options;
  checkOptions(options);
  const streams = createRandom(seed);
  const history: TrainRecord<M>[] = [];
  let here = copyState(state);
  let taken = 0;
  const result = (status: TrainStatus): TrainResult<M> => ({ status, state: here, steps: taken, history });
  for (; taken < steps; taken++) {
    onProgress?.({ done: taken, total: steps, label: "steps" });
    if (taken % BREATH === BREATH - 1) await yieldToEventLoop();
    if (signal?.aborted) return result("aborted");
    const context = { step: here.step, random: streams.split(here.step) };
    const next = stepFrom(here, context, options);
    if (here.step % recordEvery === 0) {
      const { loss, norm, learningRate } = next;
      const record = {
        step: here.step,
        loss: first(await loss.data()),
        gradientNorm: first(await norm.data()),
        learningRate,
      };
      // A monitor draws from its own part of the stream, so that watching does not change what is watched.
      const watched = { step: here.step, random: context.random.split("monitor") };
      history.push(monitor ? { ...record, measures: await monitor(here.parameters, watched) } : record);
      if (!(Number.isFinite(record.loss) && Number.isFinite(record.gradientNorm))) {
        disposeStep(next);
        return result("diverged");
      }
    }
    next.loss.dispose();
    next.norm.dispose();
    disposeTrainState(here);
    here = next.state;
  }
  onProgress?.({ done: steps, total: steps, label: "steps" });
  return result("finished");
}

/** Steps between two chances for timers and signals. */
const BREATH = 16;

interface Stepped {
  readonly loss: Tensor;
  readonly norm: Tensor;
  readonly state: TrainState;
  readonly learningRate: number;
}

function stepFrom(here: TrainState, context: StepContext, options: TrainOptions): Stepped {
  const { loss, optimizer, schedule = { kind: "constant" }, clip, project } = options;
  const factor = learningRateFactor(schedule, here.step);
  const backend = Object.values(here.parameters)[0]!.backend;
  return backend.scope(() => {
    const { value, gradients } = parameterGradients((parameters) => loss(parameters, context), here.parameters);
    const used = clip ? clipGradients(gradients, clip) : gradients;
    const moved = optimizerStep(here.parameters, used, here.optimizer, { ...optimizer, learningRateFactor: factor });
    const parameters = project ? orderedLike(project(moved.parameters), here.parameters) : moved.parameters;
    const state = { step: here.step + 1, parameters, optimizer: moved.state };
    const learningRate = (optimizer.learningRate ?? 1e-3) * factor;
    return { loss: value, norm: gradientNorm(gradients), state, learningRate };
  });
}

/** The projection's record in the order of the parameters, whatever order it was built in. */
function orderedLike(projected: ParameterRecord, model: ParameterRecord): ParameterRecord {
  return mapParameters(model, (_, name) => projected[name]!);
}

function disposeStep({ loss, norm, state }: Stepped): void {
  loss.dispose();
  norm.dispose();
  disposeTrainState(state);
}

function copyState({ step, parameters, optimizer }: TrainState): TrainState {
  const slots = Object.entries(optimizer.slots).map(([slot, record]) => [slot, copyParameters(record)] as const);
  return {
    step,
    parameters: copyParameters(parameters),
    optimizer: { ...optimizer, slots: Object.fromEntries(slots) },
  };
}

function first(data: TensorData): number {
  return data[0]!;
}

function checkOptions({ steps, recordEvery = 10, optimizer, schedule, clip }: TrainOptions): void {
  requireCount("train", "steps", steps, 0);
  requireCount("train", "recordEvery", recordEvery, 1);
  checkOptimizer("train", optimizer);
  if (schedule) checkSchedule("train", schedule);
  if (clip) checkClipping("train", clip);
}
