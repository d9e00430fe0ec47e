// Two linear encoders of the circle, trained by symmetric InfoNCE, with what the open questions add: noise on the gradient, a regulariser of
// the gap, and looks at the state on the way.

import { angleHistogramJeffreys } from "@nce-geometry/energy";
import { type Random, type RowMatrix, type RunControl, throwIfAborted, yieldToEventLoop } from "@nce-geometry/tensor";
import { adamInit, adamStep } from "../multimodal-gap/adam.ts";
import { drawCirclePairs } from "../multimodal-gap/circle-pairs.ts";
import { createContrastStep } from "../multimodal-gap/contrast-step.ts";

/** What is trained, and how. */
export interface ToyTask {
  /** σ, radians. */
  readonly misalignment: number;
  /** Deviation of the noise on the features. */
  readonly featureNoise: number;
  readonly temperature: number;
  readonly batch: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly denominator?: "cross" | "own" | "pooled" | "mixed";
  /** λ of the mixed denominator. */
  readonly ownWeight?: number;
  /** Deviation of normal noise on each entry of the gradient, in units of the gradient's own root mean square. @defaultValue 0 */
  readonly gradientNoise?: number;
  /** Added to the loss. @defaultValue none */
  readonly regularizer?: ToyRegularizer;
  /** Called after every so many steps, and before the first. */
  readonly observe?: { readonly every: number; readonly look: (encoders: ToyEncoders, step: number) => void };
}

/** A multiple of a divergence of the two clouds of a batch. */
export interface ToyRegularizer {
  readonly weight: number;
  /** Its gradients by the rows of both clouds. */
  readonly gradient: (x: RowMatrix, y: RowMatrix, step: number) => Promise<RowGradients>;
}

export interface RowGradients {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** W₁ and W₂, row-major, in one array of eight. */
export type ToyEncoders = Float64Array;

/** Steps for which data are drawn at once. */
const STEPS_PER_DRAW = 50;

/**
 * Trains two encoders from a seeded start on a seeded stream.
 *
 * Limits:   the same stream gives the same start at every setting, and the same data at every temperature, denominator and regulariser.
 * Throws:   signal.reason when aborted.
 */
export async function trainToy(random: Random, task: ToyTask, control: RunControl): Promise<ToyEncoders> {
  const { misalignment, featureNoise, batch, steps, observe } = task;
  const encoders = random.split("encoders").uniform(8, { low: -Math.SQRT1_2, high: Math.SQRT1_2 });
  const { gradientOf, finish } = createStep(task, random);
  const state = adamInit(encoders);
  const stream = random.split("batches");
  observe?.look(encoders, 0);
  for (let first = 0; first < steps; first += STEPS_PER_DRAW) {
    throwIfAborted(control.signal);
    control.onProgress?.({ done: first, total: steps, label: "steps" });
    await yieldToEventLoop();
    const { x, y } = drawCirclePairs(stream.split(first), {
      pairs: batch * STEPS_PER_DRAW,
      misalignment,
      featureNoise,
    });
    for (let k = 0; k < Math.min(STEPS_PER_DRAW, steps - first); k++) {
      const [from, to] = [2 * k * batch, 2 * (k + 1) * batch];
      const pairs = { x: x.subarray(from, to), y: y.subarray(from, to) };
      const gradient = await gradientOf(encoders, pairs, first + k);
      adamStep(encoders, finish(gradient), state, task.learningRate);
      if (observe !== undefined && (first + k + 1) % observe.every === 0) observe.look(encoders, first + k + 1);
    }
  }
  return encoders;
}

interface Step {
  /** The gradient by the eight weights; the array is used again. */
  readonly gradientOf: (encoders: ToyEncoders, pairs: RowGradients, step: number) => Promise<Float64Array>;
  /** Adds the noise. */
  readonly finish: (gradient: Float64Array) => Float64Array;
}

function createStep(task: ToyTask, random: Random): Step {
  const { batch, temperature, denominator = "cross", ownWeight = 0, gradientNoise = 0, regularizer } = task;
  const contrast = createContrastStep({ batch, temperature, denominator, ownWeight });
  const noise = random.split("gradient noise");
  const gradient = new Float64Array(8);
  return {
    gradientOf: async (encoders, { x, y }, step) => {
      contrast(x, y, encoders, gradient);
      if (regularizer !== undefined) {
        const more = await regularizerGradient(encoders, { x, y }, regularizer, step);
        for (let k = 0; k < gradient.length; k++) gradient[k]! += more[k]!;
      }
      return gradient;
    },
    finish: (raw) => (gradientNoise === 0 ? raw : shakenGradient(raw, gradientNoise, noise)),
  };
}

/**
 * A gradient with normal noise on each entry.
 *
 * Math:     g + size·√(mean g²)·ε, ε ~ N(0, 1) of each entry
 */
export function shakenGradient(gradient: Float64Array, size: number, random: Random): Float64Array {
  const scale = size * Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0) / gradient.length);
  const draw = random.normal(gradient.length);
  return gradient.map((value, k) => value + scale * draw[k]!);
}

/**
 * The gradient of a regulariser by the eight weights, its own weight included.
 *
 * Math:     ∂/∂W = λ Σ_i (g_i − u_i⟨u_i, g_i⟩) x_iᵀ/‖Wx_i‖ for each encoder, u_i = Wx_i/‖Wx_i‖, g_i the gradient by u_i
 */
export async function regularizerGradient(
  encoders: ToyEncoders,
  { x, y }: RowGradients,
  { weight, gradient: divergence }: ToyRegularizer,
  step: number,
): Promise<Float64Array> {
  const result = new Float64Array(8);
  const sides = [encode(encoders, x, 0), encode(encoders, y, 4)] as const;
  const toRows = await divergence(sides[0].unit, sides[1].unit, step);
  addWeightGradient(result, 0, { ...sides[0], features: x, toUnit: toRows.x, weight });
  addWeightGradient(result, 4, { ...sides[1], features: y, toUnit: toRows.y, weight });
  return result;
}

interface Encoded {
  /** Unit rows [n, 2], and the norms that they were divided by. */
  readonly unit: RowMatrix;
  readonly norms: Float64Array;
}

/** Features [n, 2] under the encoder whose weights begin at `from`. */
function encode(encoders: ToyEncoders, features: Float64Array, from: number): Encoded {
  const [a, b, c, d] = encoders.subarray(from, from + 4) as unknown as readonly [number, number, number, number];
  const rows = features.length / 2;
  const [data, norms] = [new Float64Array(2 * rows), new Float64Array(rows)];
  for (let i = 0; i < rows; i++) {
    const [p, q] = [features[2 * i]!, features[2 * i + 1]!];
    const [h, k] = [a * p + b * q, c * p + d * q];
    norms[i] = Math.sqrt(h * h + k * k);
    data[2 * i] = h / norms[i]!;
    data[2 * i + 1] = k / norms[i]!;
  }
  return { unit: { rows, dim: 2, data }, norms };
}

/** Adds weight·∂/∂W to four entries, from the gradients by the unit rows: (g − u⟨u, g⟩)xᵀ/‖Wx‖. */
function addWeightGradient(
  gradient: Float64Array,
  at: number,
  rows: Encoded & { readonly features: Float64Array; readonly toUnit: Float64Array; readonly weight: number },
): void {
  const { unit, norms, features, toUnit, weight } = rows;
  for (let i = 0; i < norms.length; i++) {
    const [u, v] = [unit.data[2 * i]!, unit.data[2 * i + 1]!];
    // Across the unit vector (u, v): t·(−v, u).
    const t = (weight * (toUnit[2 * i + 1]! * u - toUnit[2 * i]! * v)) / norms[i]!;
    const [p, q] = [features[2 * i]!, features[2 * i + 1]!];
    gradient[at]! -= t * v * p;
    gradient[at + 1]! -= t * v * q;
    gradient[at + 2]! += t * u * p;
    gradient[at + 3]! += t * u * q;
  }
}

/** Fresh pairs on which encoders are judged. */
export interface ToyEvaluation {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Both clouds under the encoders, unit rows. */
export function encodeToy(
  encoders: ToyEncoders,
  { x, y }: ToyEvaluation,
): { readonly x: RowMatrix; readonly y: RowMatrix } {
  return { x: encode(encoders, x, 0).unit, y: encode(encoders, y, 4).unit };
}

/** D_S of two clouds on the circle, in nats, from 60 bins with ½ added to each: empty bins do not inflate it. */
export function symmetricKLOnCircle(x: RowMatrix, y: RowMatrix): number {
  return angleHistogramJeffreys(anglesOf(x), anglesOf(y), { bins: 60, epsilon: 0.5 }).value / 2;
}

function anglesOf({ rows, data }: RowMatrix): Float64Array {
  return new Float64Array(rows).map((_, i) => Math.atan2(data[2 * i + 1]!, data[2 * i]!));
}

/** Mean cosine of partners. */
export function pairCosine(x: RowMatrix, y: RowMatrix): number {
  let sum = 0;
  for (let k = 0; k < x.data.length; k++) sum += x.data[k]! * y.data[k]!;
  return sum / x.rows;
}

/** Whether both encoders turn the circle the same way round; without that they cannot agree but by collapsing on the way. */
export function sameOrientation(encoders: ToyEncoders): boolean {
  const determinant = (at: number): number => encoders[at]! * encoders[at + 3]! - encoders[at + 1]! * encoders[at + 2]!;
  return determinant(0) * determinant(4) > 0;
}
