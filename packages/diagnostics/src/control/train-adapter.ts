// Training of the small map per modality, on any backend.
//
// Notation: D [d, h] down, e [1, h], U [h, d] up, b [1, d]; the map is z + a(zD + e)U + b, the identity at U = 0, b = 0.

import {
  energyDistance,
  randomDirections,
  squaredCentroidDistance,
  squaredMMD,
  squaredSlicedWasserstein,
  symmetricInfoNCE,
  symmetricKL,
} from "@nce-geometry/losses";
import {
  disposeState,
  euclidean,
  type RiemannianAdamState,
  riemannianAdamInit,
  riemannianAdamStep,
} from "@nce-geometry/manifold";
import {
  add,
  type Backend,
  createRandom,
  fromData,
  matMul,
  mul,
  normalizeRows,
  type Random,
  type RowMatrix,
  type RunControl,
  type Tensor,
  tanh,
  valueAndGrad,
  yieldToEventLoop,
  zeros,
} from "@nce-geometry/tensor";
import type { ResolvedControl } from "./control-options.ts";
import type { ControlFit, ControlStep } from "./control-transform.ts";
import type { BothSteps } from "./mean-controls.ts";
import { gatherRows, type PairRows } from "./pair-rows.ts";

type Options = ResolvedControl<"adapter">;
type Training = Extract<ControlFit, { readonly bestStep: number }>;

/** Rows beyond these in the validation part cost time and decide nothing. */
const mostValidationItems = 2000;

/** D, e, U, b of x and of y. */
const sizeOfMap = 4;

/** See {@link AdapterControl}. */
export async function trainAdapter(
  pair: PairRows,
  options: Options,
  backend: Backend,
  control: RunControl,
): Promise<{ readonly steps: BothSteps; readonly fit: Training }> {
  const random = createRandom(options.seed).split("adapter");
  const hidden = Math.min(options.hidden, pair.x.dim);
  const parts = splitForValidation(pair, options.validationShare, random.split("validation"));
  const trainer = createTrainer(pair, { ...options, hidden }, backend, random);
  try {
    const fit = await descend(trainer, parts, options, control);
    const best = await Promise.all(trainer.best.map(async (tensor) => Float64Array.from(await tensor.data())));
    return { steps: { x: stepsOf(best, 0, options), y: stepsOf(best, sizeOfMap, options) }, fit };
  } finally {
    trainer.dispose();
  }
}

interface Parts {
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

function splitForValidation({ x }: PairRows, share: number, random: Random): Parts {
  // Both parts need two items: one has nothing to be told apart from.
  const wanted = Math.round(share * x.rows);
  const size = Math.max(2, Math.min(wanted, x.rows - 2));
  const order = random.permutation(x.rows);
  return { validation: order.slice(0, Math.min(size, mostValidationItems)), train: order.slice(size) };
}

interface Trainer {
  best: readonly Tensor[];
  /** One step on the items; the loss before it. */
  step(items: Int32Array, captions: Int32Array): Promise<number>;
  /** The loss of items at the present parameters. */
  loss(items: Int32Array, captions: Int32Array): Promise<number>;
  /** Takes the present parameters for the best. */
  keep(): void;
  /** A caption of each item. */
  captionsOf(items: Int32Array, random?: Random): Int32Array;
  readonly backend: Backend;
  readonly random: Random;
  dispose(): void;
}

function createTrainer(pair: PairRows, options: Options, backend: Backend, random: Random): Trainer {
  let parameters = initialParameters(pair.x.dim, options.hidden, backend, random.split("weights"));
  let states = parameters.map((tensor) => riemannianAdamInit(euclidean(tensor.shape[1]!), tensor));
  const best = parameters.map((tensor) => mul(tensor, 1));
  const objective = createObjective(options, pair.x.dim, backend, random.split("directions"));
  const { offsets, columns } = pair.pairing.members;
  const batch = (items: Int32Array, ofItems: Int32Array) =>
    [gatherRows(pair.x, items), gatherRows(pair.y, ofItems)] as const;
  const trainer: Trainer = {
    best,
    backend,
    random,
    async step(items, ofItems) {
      const { value, next } = backend.scope(() => {
        const { value, gradients } = valueAndGrad(objective(...batch(items, ofItems)), parameters);
        return { value, next: advance(parameters, gradients, states, options.learningRate) };
      });
      for (const tensor of parameters) tensor.dispose();
      for (const state of states) disposeState(state);
      parameters = next.map(({ x }) => x);
      states = next.map(({ state }) => state);
      return takeNumber(value);
    },
    loss: (items, ofItems) => takeNumber(backend.scope(() => objective(...batch(items, ofItems))(...parameters))),
    keep() {
      for (const tensor of trainer.best) tensor.dispose();
      trainer.best = parameters.map((tensor) => mul(tensor, 1));
    },
    captionsOf: (items, from) => {
      const picks = from?.uniform(items.length);
      return items.map((item, at) => {
        const count = offsets[item + 1]! - offsets[item]!;
        return columns[offsets[item]! + (picks ? Math.floor(picks[at]! * count) : 0)]!;
      });
    },
    dispose() {
      for (const tensor of [...parameters, ...trainer.best]) tensor.dispose();
      for (const state of states) disposeState(state);
    },
  };
  return trainer;
}

type Objective = (x: RowMatrix, y: RowMatrix) => (...parameters: Tensor[]) => Tensor;

/** InfoNCE of the mapped rows plus the penalty. */
function createObjective(options: Options, dim: number, backend: Backend, random: Random): Objective {
  const { activation, temperature, denominator, ownWeight } = options;
  const penalty = createPenalty(options, dim, random);
  const contrast = { temperature, denominator, ...(denominator === "cross" && { ownWeight }) };
  const tensorOf = ({ rows, dim: columns, data }: RowMatrix) =>
    fromData(backend, data, [rows, columns], { dtype: backend.floatType });
  return (x, y) => {
    const [rowsX, rowsY] = [tensorOf(x), tensorOf(y)];
    return (...parameters) => {
      const mappedX = mapped(rowsX, parameters.slice(0, sizeOfMap), activation);
      const mappedY = mapped(rowsY, parameters.slice(sizeOfMap), activation);
      return add(symmetricInfoNCE(mappedX, mappedY, contrast), penalty(mappedX, mappedY));
    };
  };
}

async function descend(
  trainer: Trainer,
  { train, validation }: Parts,
  options: Options,
  { signal, onProgress }: RunControl,
): Promise<Training> {
  const { maxSteps, evaluateEvery, patience } = options;
  const batches = createBatches(train, Math.min(options.batchSize, train.length), trainer.random.split("batches"));
  const picks = trainer.random.split("captions");
  const heldOut = trainer.captionsOf(validation);
  const initial = await trainer.loss(validation, heldOut);
  let [best, bestStep, steps, idle] = [initial, 0, 0, 0];
  const ended = (status: Training["status"]): Training => {
    return { status, steps, bestStep, validationLoss: { initial, best }, backend: trainer.backend.name };
  };
  while (steps < maxSteps) {
    if (signal?.aborted) return ended("aborted");
    onProgress?.({ done: steps, total: maxSteps, label: "training the adapter" });
    const items = batches();
    const loss = await trainer.step(items, trainer.captionsOf(items, picks.split(steps)));
    steps++;
    if (!Number.isFinite(loss)) return ended("diverged");
    if (steps % evaluateEvery !== 0 && steps < maxSteps) continue;
    await yieldToEventLoop();
    const held = await trainer.loss(validation, heldOut);
    if (held < best) {
      [best, bestStep, idle] = [held, steps, 0];
      trainer.keep();
    } else if (++idle >= patience) return ended("converged");
  }
  return ended("maxSteps");
}

/** Items of one batch after the other, each epoch in an order of its own; what is left over at its end is dropped. */
function createBatches(items: Int32Array, size: number, random: Random): () => Int32Array {
  let order = new Int32Array(0);
  let [at, epoch] = [0, 0];
  return () => {
    if (at + size > order.length) {
      order = random
        .split(epoch++)
        .permutation(items.length)
        .map((place) => items[place]!);
      at = 0;
    }
    at += size;
    return order.slice(at - size, at);
  };
}

function initialParameters(dim: number, hidden: number, backend: Backend, random: Random): Tensor[] {
  return (["x", "y"] as const).flatMap((side) => {
    const numbers = random
      .split(side)
      .normal(dim * hidden)
      .map((value) => value / Math.sqrt(dim));
    return [
      fromData(backend, numbers, [dim, hidden], { dtype: backend.floatType }),
      zeros(backend, [1, hidden]),
      zeros(backend, [hidden, dim]),
      zeros(backend, [1, dim]),
    ];
  });
}

function mapped(z: Tensor, [down, downBias, up, bias]: readonly Tensor[], activation: Options["activation"]): Tensor {
  const inner = add(matMul(z, down!), downBias!);
  const hidden = activation === "tanh" ? tanh(inner) : inner;
  return normalizeRows(add(add(z, matMul(hidden, up!)), bias!), { zeroRows: "nan" });
}

function advance(
  parameters: readonly Tensor[],
  gradients: readonly Tensor[],
  states: readonly RiemannianAdamState[],
  learningRate: number,
): { readonly x: Tensor; readonly state: RiemannianAdamState }[] {
  return parameters.map((tensor, k) =>
    riemannianAdamStep(euclidean(tensor.shape[1]!), tensor, gradients[k]!, states[k]!, { learningRate }),
  );
}

function createPenalty(
  { regularizer }: Options,
  dim: number,
  random: Random,
): (x: Tensor, y: Tensor) => Tensor | number {
  if (regularizer.kind === "none" || regularizer.weight === 0) return () => 0;
  const { weight } = regularizer;
  switch (regularizer.kind) {
    case "symmetricKL": {
      const { temperature } = regularizer;
      return (x, y) => mul(symmetricKL(x, y, { temperature }), weight);
    }
    case "squaredMMD":
      return (x, y) => mul(squaredMMD(x, y), weight);
    case "energyDistance":
      return (x, y) => mul(energyDistance(x, y), weight);
    case "slicedWasserstein": {
      const directions = randomDirections(random, { count: regularizer.directions, dimension: dim });
      return (x, y) => mul(squaredSlicedWasserstein(x, y, { directions }), weight);
    }
    case "centroid":
      return (x, y) => mul(squaredCentroidDistance(x, y), weight);
  }
}

function stepsOf(
  best: readonly Float64Array[],
  from: number,
  { activation }: Options,
): readonly ControlStep<Float64Array>[] {
  const [down, downBias, up, bias] = best.slice(from, from + sizeOfMap);
  return [{ op: "residual", activation, down: down!, downBias: downBias!, up: up!, bias: bias! }, { op: "normalize" }];
}

async function takeNumber(value: Tensor): Promise<number> {
  const [number] = await value.data();
  value.dispose();
  return number!;
}
