// Where training ends, and whether it stays there, at finite batches and finite temperatures.

import { circleJeffreys } from "@nce-geometry/synthetic";
import { createRandom, type RunControl } from "@nce-geometry/tensor";
import type { Experiment, OptionSpec, Scale, Unit } from "../experiment.ts";
import { circleComponents, drawCirclePairs } from "../multimodal-gap/circle-pairs.ts";
import { checkOptions } from "../runner/check-options.ts";
import { count } from "../runner/option-domains.ts";
import {
  type OverSeeds,
  overSeeds,
  type Quartiles,
  quartilesOf,
  type ShareOfRuns,
  shareOf,
} from "../runner/over-seeds.ts";
import { encodeToy, pairCosine, sameOrientation, symmetricKLOnCircle, trainToy } from "./toy-training.ts";

/** Options of OQ1. */
export type FiniteMapConfig = {
  readonly batches: readonly number[];
  readonly temperatures: readonly number[];
  readonly seeds: number;
  readonly misalignment: number;
  readonly featureNoise: number;
  readonly gradientNoises: readonly number[];
  readonly steps: number;
  readonly learningRate: number;
  readonly looks: number;
  readonly evaluation: number;
  readonly separatedAbove: number;
};

const options: readonly OptionSpec[] = [
  {
    name: "batches",
    description: "Pairs N of a batch, which are the negatives and, the fewer they are, the noise of the gradient.",
    domain: { kind: "numbers", low: 2, high: 4096, whole: true },
  },
  { name: "temperatures", description: "Temperatures τ.", domain: { kind: "numbers", low: 0.006, high: 100 } },
  { name: "seeds", description: "How many seeds, from 0.", domain: count(1, 10_000) },
  {
    name: "misalignment",
    description: "Deviation σ of the angle between partners, radians.",
    domain: { kind: "number", low: 0, high: 6 },
  },
  {
    name: "featureNoise",
    description: "Deviation of the noise on each coordinate of the features.",
    domain: { kind: "number", low: 0, high: 10 },
  },
  {
    name: "gradientNoises",
    description:
      "Deviations of more noise on each entry of the gradient, in units of its root mean square: at the largest batch, whose own noise is least.",
    domain: { kind: "numbers", low: 1e-6, high: 1000 },
  },
  { name: "steps", description: "Steps of Adam, each on a fresh batch.", domain: count(2, 1_000_000) },
  { name: "learningRate", description: "Learning rate of Adam.", domain: { kind: "number", low: 1e-6, high: 1 } },
  { name: "looks", description: "How often the gap is measured on the way.", domain: count(2, 10_000) },
  { name: "evaluation", description: "Fresh pairs on which it is measured.", domain: count(2, 1_000_000) },
  {
    name: "separatedAbove",
    description: "D_S above which a state counts as separated, in nats; it is left again below half of that.",
    domain: { kind: "number", low: 1e-6, high: 100 },
  },
];

type FiniteMapUnit = FiniteMapSetting & { readonly seed: number };

type FiniteMapSetting = { readonly batch: number; readonly temperature: number; readonly gradientNoise: number };

/** One training. */
export type FiniteMapResult = FiniteMapUnit & {
  /** D_S at the end. Unit: nats. */
  readonly symmetricKL: number;
  readonly pairCosine: number;
  readonly separated: boolean;
  /** Changes of state in all, and in the second half of the training, when the way from the start is done. */
  readonly crossings: number;
  readonly lateCrossings: number;
  /** Share of the looks of the second half that found it separated. */
  readonly timeSeparated: number;
  /** Whether the encoders turned the circle the same way round, at the start and at the end. */
  readonly sameOrientation: { readonly start: boolean; readonly end: boolean };
  /** D_S at each look, the first before the first step. */
  readonly trace: readonly number[];
  /** The steps of the looks. */
  readonly steps: readonly number[];
};

/** A cell of the map. */
export type FiniteMapCell = FiniteMapSetting & {
  readonly symmetricKL: OverSeeds;
  readonly quartiles: Quartiles;
  readonly pairCosine: OverSeeds;
  readonly separated: ShareOfRuns;
  readonly crossings: OverSeeds;
  readonly lateCrossings: OverSeeds;
  readonly timeSeparated: OverSeeds;
  /** Share separated among the seeds whose encoders began with the same orientation, and among the others; null where there is none. */
  readonly separatedOfSame: ShareOfRuns | null;
  readonly separatedOfOpposite: ShareOfRuns | null;
};

export type FiniteMapSummary = {
  /** By batch, then by temperature, with no noise but that of the batch. */
  readonly cells: readonly FiniteMapCell[];
  /** The largest batch with more noise: by noise, from none, then by temperature. */
  readonly noisy: readonly FiniteMapCell[];
  /** D_S of the data's own marginals, which encoders that do nothing would show. Unit: nats. */
  readonly dataSymmetricKL: number;
};

/**
 * OQ1: the map of the gap over batch size and temperature, with crossings between the compatible and the separated state.
 *
 * Math:     two linear encoders of the circle trained by symmetric InfoNCE with Adam; D_S of their angles, from 60 bins with ½ in each, on fresh pairs;
 *           a state is separated once D_S is above a threshold, until it is below half of it
 * Limits:   σ = 0, large batches → most seeds compatible, D_S near the floor of the estimator, at most (59/2)(2/n) for n pairs.
 * Numerics: noise is that of the batches, with Adam's normalisation, and what `gradientNoises` add. Shares have score intervals.
 * Source:   arXiv:2601.19597, the experiment on the circle.
 */
export const finiteMap: Experiment<FiniteMapConfig, FiniteMapUnit, FiniteMapResult, FiniteMapSummary> = {
  id: "OQ1",
  title: "The gap at finite batches and temperatures",
  options,
  defaults,
  check: (config) => checkOptions("OQ1", options, config),
  units,
  run: (config, { input }, control) => runUnit(config, input, control),
  summarize,
};

function defaults(scale: Scale): FiniteMapConfig {
  const full = scale === "full";
  return {
    batches: full ? [8, 16, 32, 64, 128, 256] : [4, 16, 64],
    temperatures: full ? [0.03, 0.05, 0.07, 0.1, 0.2, 0.5, 1] : [0.03, 0.1, 0.5],
    seeds: full ? 20 : 6,
    misalignment: 0.3,
    featureNoise: 0.02,
    gradientNoises: full ? [1, 2, 4, 8, 16] : [3, 10],
    steps: full ? 2000 : 500,
    learningRate: full ? 5e-3 : 1e-2,
    looks: full ? 100 : 20,
    evaluation: full ? 4000 : 2000,
    separatedAbove: 0.5,
  };
}

function units(config: FiniteMapConfig): readonly Unit<FiniteMapUnit>[] {
  return [...mapOf(config), ...config.gradientNoises.flatMap((noise) => noisyOf(config, noise))].flatMap((setting) => {
    const { batch, temperature, gradientNoise } = setting;
    return Array.from({ length: config.seeds }, (_, seed) => ({
      key: `batch-${batch}_temperature-${temperature}_noise-${gradientNoise}_seed-${seed}`,
      input: { ...setting, seed },
    }));
  });
}

function mapOf({ batches, temperatures }: FiniteMapConfig): readonly FiniteMapSetting[] {
  return batches.flatMap((batch) => temperatures.map((temperature) => ({ batch, temperature, gradientNoise: 0 })));
}

function noisyOf({ batches, temperatures }: FiniteMapConfig, gradientNoise: number): readonly FiniteMapSetting[] {
  return temperatures.map((temperature) => ({ batch: Math.max(...batches), temperature, gradientNoise }));
}

async function runUnit(config: FiniteMapConfig, unit: FiniteMapUnit, control: RunControl): Promise<FiniteMapResult> {
  const { misalignment, featureNoise, evaluation, separatedAbove } = config;
  const random = createRandom(unit.seed).split("finite map");
  const fresh = drawCirclePairs(random.split("evaluation"), { pairs: evaluation, misalignment, featureNoise });
  const trace: number[] = [];
  const steps: number[] = [];
  const orientations: boolean[] = [];
  const every = Math.max(1, Math.round(config.steps / config.looks));
  const look = (encoders: Float64Array, step: number): void => {
    const { x, y } = encodeToy(encoders, fresh);
    trace.push(symmetricKLOnCircle(x, y));
    steps.push(step);
    orientations.push(sameOrientation(encoders));
  };
  const task = { ...config, ...unit, observe: { every, look } };
  const encoders = await trainToy(random, task, control);
  if (steps.at(-1) !== config.steps) look(encoders, config.steps);
  const states = statesOf(trace, separatedAbove);
  const late = states.filter((_, k) => steps[k]! >= config.steps / 2);
  const { x, y } = encodeToy(encoders, fresh);
  return {
    ...unit,
    symmetricKL: trace.at(-1)!,
    pairCosine: pairCosine(x, y),
    separated: states.at(-1)!,
    crossings: changesOf(states),
    lateCrossings: changesOf(late),
    timeSeparated: late.filter(Boolean).length / late.length,
    sameOrientation: { start: orientations[0]!, end: orientations.at(-1)! },
    trace,
    steps,
  };
}

/**
 * Whether a state is separated, look by look: from above the threshold until below half of it, so that noise about the threshold is no crossing.
 *
 * Limits:   0.6, 0.4, 0.6, 0.2, 0.4 with threshold 0.5 → yes, yes, yes, no, no.
 */
export function statesOf(trace: readonly number[], threshold: number): readonly boolean[] {
  let isSeparated = false;
  return trace.map((value) => {
    if (value > threshold) isSeparated = true;
    else if (value < threshold / 2) isSeparated = false;
    return isSeparated;
  });
}

function changesOf(states: readonly boolean[]): number {
  return states.slice(1).filter((state, k) => state !== states[k]).length;
}

function summarize(config: FiniteMapConfig, results: readonly FiniteMapResult[]): FiniteMapSummary {
  const cellAt = ({ batch, temperature, gradientNoise }: FiniteMapSetting): FiniteMapCell => {
    const isOfCell = (one: FiniteMapSetting): boolean =>
      one.batch === batch && one.temperature === temperature && one.gradientNoise === gradientNoise;
    return cellOf({ batch, temperature, gradientNoise }, results.filter(isOfCell));
  };
  const law = (blur: number) => ({ kind: "circle", components: circleComponents, blur }) as const;
  const { misalignment, featureNoise } = config;
  // Isotropic noise of the plane turns the angle by about as much.
  const blurred = law(Math.hypot(misalignment, featureNoise));
  return {
    cells: mapOf(config).map(cellAt),
    noisy: [0, ...config.gradientNoises].flatMap((noise) => noisyOf(config, noise)).map(cellAt),
    dataSymmetricKL: circleJeffreys(law(featureNoise), blurred).value / 2,
  };
}

function cellOf(setting: FiniteMapSetting, runs: readonly FiniteMapResult[]): FiniteMapCell {
  const over = (f: (run: FiniteMapResult) => number): OverSeeds => overSeeds(runs.map(f));
  const separatedAmong = (some: readonly FiniteMapResult[]): ShareOfRuns | null =>
    some.length === 0 ? null : shareOf(some.map(({ separated }) => separated));
  return {
    ...setting,
    symmetricKL: over((run) => run.symmetricKL),
    quartiles: quartilesOf(runs.map((run) => run.symmetricKL)),
    pairCosine: over((run) => run.pairCosine),
    separated: shareOf(runs.map(({ separated }) => separated)),
    crossings: over((run) => run.crossings),
    lateCrossings: over((run) => run.lateCrossings),
    timeSeparated: over((run) => run.timeSeparated),
    separatedOfSame: separatedAmong(runs.filter((run) => run.sameOrientation.start)),
    separatedOfOpposite: separatedAmong(runs.filter((run) => !run.sameOrientation.start)),
  };
}
