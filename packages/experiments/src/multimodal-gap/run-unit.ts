// One seed at one misalignment with one denominator: two encoders are trained, then their angles compared.

import { angleHistogramJeffreys } from "@nce-geometry/energy";
import { createRandom, type Random, type RunControl, throwIfAborted, yieldToEventLoop } from "@nce-geometry/tensor";
import { adamInit, adamStep } from "./adam.ts";
import { drawAngles, drawCirclePairs, wrapped } from "./circle-pairs.ts";
import type { GapDenominator, MultimodalGapConfig } from "./config.ts";
import { createContrastStep } from "./contrast-step.ts";

export type GapUnit = { readonly seed: number; readonly misalignment: number; readonly denominator: GapDenominator };

/** Divergences are Jeffreys divergences, D_KL(1‖2) + D_KL(2‖1) = 2·D_S, in nats; angles are in radians. */
export type GapResult = {
  readonly seed: number;
  readonly misalignment: number;
  readonly denominator: GapDenominator;
  /** Of the learnt angles, by the paper's estimator: a histogram with ε in each bin. */
  readonly jeffreys: number;
  /** Bins that one modality alone fills: each costs log 1/ε. */
  readonly oneSidedBins: number;
  /** The same with ½ in each bin, which an empty bin cannot inflate. */
  readonly smoothedJeffreys: number;
  /** `separated` where `jeffreys` is at or above the threshold. */
  readonly branch: "compatible" | "separated";
  /** Of the angles that the features show, by the paper's estimator: no encoder at all. */
  readonly dataJeffreys: number;
  /** Of two independent samples of θ, by the paper's estimator: what it gives where there is nothing to see. */
  readonly floor: number;
  /** Mean cosine of partners. */
  readonly pairCosine: number;
  /** Share of x whose partner scores highest in a batch, and of y; the mean of both. */
  readonly recall: number;
  /** Mean loss of the last tenth of the steps, and of each of up to 40 equal parts of the training; nats. */
  readonly finalLoss: number;
  readonly losses: readonly number[];
  /** W₁ and W₂, row-major, with their determinants and the ratios of their singular values. */
  readonly weights: { readonly x: readonly number[]; readonly y: readonly number[] };
  readonly determinants: { readonly x: number; readonly y: number };
  readonly singularRatios: { readonly x: number; readonly y: number };
  /** Counts of learnt angles from −π to π. */
  readonly histograms: {
    /** In 60 bins. */
    readonly x: readonly number[];
    readonly y: readonly number[];
    /** Of the angle of y less that of x, wrapped, in 60 bins. */
    readonly shift: readonly number[];
    /** Of pairs in 30 × 30 bins, those of x in rows. */
    readonly joint: readonly number[];
  };
};

const polarBins = 60;
const jointBins = 30;
const lossParts = 40;
/** Steps for which data are drawn at once. */
const stepsPerDraw = 50;

/** Does one unit. */
export async function runUnit(config: MultimodalGapConfig, unit: GapUnit, control: RunControl): Promise<GapResult> {
  const random = createRandom(unit.seed).split("multimodal gap");
  const { weights, losses } = await trainEncoders(config, unit, random, control);
  const { misalignment } = unit;
  const { evaluation: pairs, featureNoise } = config;
  const data = drawCirclePairs(random.split("evaluation"), { pairs, misalignment, featureNoise });
  const [x, y] = [anglesOf(data.x, weights, 0), anglesOf(data.y, weights, 4)];
  const estimator = { bins: config.bins, epsilon: config.epsilon };
  const learnt = angleHistogramJeffreys(x, y, estimator);
  const independent = ["first", "second"].map((name) => drawAngles(random.split("floor").split(name), pairs));
  const tail = losses.slice(-Math.ceil(losses.length / 10));
  const matrices = { x: weights.slice(0, 4), y: weights.slice(4) };
  return {
    ...unit,
    jeffreys: learnt.value,
    oneSidedBins: learnt.oneSidedBins,
    smoothedJeffreys: angleHistogramJeffreys(x, y, { ...estimator, epsilon: 0.5 }).value,
    branch: learnt.value < config.threshold ? "compatible" : "separated",
    dataJeffreys: angleHistogramJeffreys(data.anglesX, data.anglesY, estimator).value,
    floor: angleHistogramJeffreys(independent[0]!, independent[1]!, estimator).value,
    pairCosine: meanOver(pairs, (i) => Math.cos(x[i]! - y[i]!)),
    recall: recallOf(x, y, Math.min(config.batch, pairs)),
    finalLoss: meanOf(tail),
    losses: meansOfParts(losses, lossParts),
    weights: { x: [...matrices.x], y: [...matrices.y] },
    determinants: { x: determinant(matrices.x), y: determinant(matrices.y) },
    singularRatios: { x: singularRatio(matrices.x), y: singularRatio(matrices.y) },
    histograms: {
      x: histogram(x, polarBins),
      y: histogram(y, polarBins),
      shift: histogram(
        y.map((angle, i) => wrapped(angle - x[i]!)),
        polarBins,
      ),
      joint: jointHistogram(x, y, jointBins),
    },
  };
}

/** W₁ and W₂ after training, and the loss of each step. */
async function trainEncoders(
  { batch, steps, temperature, ownWeight, learningRate, featureNoise }: MultimodalGapConfig,
  { misalignment, denominator }: GapUnit,
  random: Random,
  { signal, onProgress }: RunControl,
): Promise<{ readonly weights: Float64Array; readonly losses: Float64Array }> {
  const bound = Math.SQRT1_2;
  const weights = random.split("encoders").uniform(8, { low: -bound, high: bound });
  const step = createContrastStep({ batch, temperature, denominator, ownWeight });
  const state = adamInit(weights);
  const gradient = new Float64Array(8);
  const losses = new Float64Array(steps);
  const stream = random.split("batches");
  for (let first = 0; first < steps; first += stepsPerDraw) {
    throwIfAborted(signal);
    onProgress?.({ done: first, total: steps, label: "steps" });
    await yieldToEventLoop();
    // Always as many, so that a longer training begins like a shorter one.
    const pairs = batch * stepsPerDraw;
    const { x, y } = drawCirclePairs(stream.split(first), { pairs, misalignment, featureNoise });
    for (let k = 0; k < Math.min(stepsPerDraw, steps - first); k++) {
      const [from, to] = [2 * k * batch, 2 * (k + 1) * batch];
      losses[first + k] = step(x.subarray(from, to), y.subarray(from, to), weights, gradient);
      adamStep(weights, gradient, state, learningRate);
    }
  }
  onProgress?.({ done: steps, total: steps, label: "steps" });
  return { weights, losses };
}

/** Angles of W x, W at `from` in the weights. */
function anglesOf(x: Float64Array, weights: Float64Array, from: number): Float64Array {
  const [a, b, c, d] = [weights[from]!, weights[from + 1]!, weights[from + 2]!, weights[from + 3]!];
  return new Float64Array(x.length / 2).map((_, i) => {
    const [p, q] = [x[2 * i]!, x[2 * i + 1]!];
    return Math.atan2(c * p + d * q, a * p + b * q);
  });
}

/** Recall at 1 in whole batches, both ways. */
function recallOf(x: Float64Array, y: Float64Array, batch: number): number {
  const batches = Math.floor(x.length / batch);
  let hits = 0;
  for (let first = 0; first < batches * batch; first += batch) {
    const [bx, by] = [x.subarray(first, first + batch), y.subarray(first, first + batch)];
    for (let i = 0; i < batch; i++) hits += isNearest(bx[i]!, by, i) + isNearest(by[i]!, bx, i);
  }
  return hits / (2 * batches * batch);
}

/** 1 where no other of the angles is nearer to one, else 0. */
function isNearest(angle: number, others: Float64Array, partner: number): 0 | 1 {
  const best = Math.cos(angle - others[partner]!);
  for (let j = 0; j < others.length; j++) if (j !== partner && Math.cos(angle - others[j]!) > best) return 0;
  return 1;
}

function histogram(angles: Float64Array, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const angle of angles) counts[binOf(angle, bins)]!++;
  return counts;
}

function jointHistogram(x: Float64Array, y: Float64Array, bins: number): number[] {
  const counts = new Array<number>(bins * bins).fill(0);
  for (let i = 0; i < x.length; i++) counts[binOf(x[i]!, bins) * bins + binOf(y[i]!, bins)]!++;
  return counts;
}

function binOf(angle: number, bins: number): number {
  return Math.min(bins - 1, Math.floor(((angle + Math.PI) / (2 * Math.PI)) * bins));
}

function determinant([a, b, c, d]: Float64Array): number {
  return a! * d! - b! * c!;
}

/** Smaller over larger singular value: 1 for a similarity, 0 for a map onto a line. */
function singularRatio([a, b, c, d]: Float64Array): number {
  const plus = Math.hypot(a! + d!, b! - c!);
  const minus = Math.hypot(a! - d!, b! + c!);
  return Math.abs(plus - minus) / (plus + minus);
}

function meansOfParts(values: Float64Array, parts: number): number[] {
  const count = Math.min(parts, values.length);
  const edge = (k: number) => Math.round((k * values.length) / count);
  return Array.from({ length: count }, (_, k) => meanOf(values.subarray(edge(k), edge(k + 1))));
}

function meanOf(values: Float64Array): number {
  return meanOver(values.length, (i) => values[i]!);
}

function meanOver(n: number, f: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += f(i);
  return sum / n;
}
