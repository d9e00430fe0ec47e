// Which regulariser, which denominator: what each does to the gap and to retrieval, on the same seeds.

import { mixedSearch, retrieval } from "@nce-geometry/diagnostics";
import {
  energyDistanceGradientOnRows,
  randomDirections,
  squaredCentroidDistanceGradientOnRows,
  squaredMMDGradientOnRows,
  squaredSlicedWassersteinGradientOnRows,
  symmetricKLGradientOnRows,
} from "@nce-geometry/losses";
import { createRandom, meanOfArray, type Random, type RowMatrix, type RunControl } from "@nce-geometry/tensor";
import type { Experiment, OptionSpec, Scale, Unit } from "../experiment.ts";
import { drawCirclePairs } from "../multimodal-gap/circle-pairs.ts";
import { checkOptions } from "../runner/check-options.ts";
import { count } from "../runner/option-domains.ts";
import {
  intervalOverSeeds,
  type OverSeeds,
  overSeeds,
  type Quartiles,
  quartilesOf,
  type ShareOfRuns,
  shareOf,
  type WithInterval,
} from "../runner/over-seeds.ts";
import {
  encodeToy,
  pairCosine,
  symmetricKLOnCircle,
  type ToyRegularizer,
  type ToyTask,
  trainToy,
} from "./toy-training.ts";

const denominators = ["cross", "own", "pooled", "mixed"] as const;
const regularizers = ["symmetricKL", "squaredMMD", "energyDistance", "slicedWasserstein", "centroidDistance"] as const;

/** A way to train: a denominator, or the cross one with a regulariser. */
export type GapControl = (typeof denominators)[number] | (typeof regularizers)[number];

/** Options of OQ4. */
export type ControlComparisonConfig = {
  readonly controls: readonly GapControl[];
  readonly weights: readonly number[];
  readonly seeds: number;
  readonly misalignment: number;
  readonly featureNoise: number;
  readonly temperature: number;
  readonly batch: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly evaluation: number;
  readonly gallery: number;
  readonly separatedAbove: number;
};

const options: readonly OptionSpec[] = [
  {
    name: "controls",
    description: "Denominators, and regularisers added to the loss with the cross one; mixed joins cross and own.",
    domain: { kind: "choices", values: [...denominators, ...regularizers] },
  },
  {
    name: "weights",
    description: "Weights λ of the own population where the denominator is mixed, up to 1, and of the regularisers.",
    domain: { kind: "numbers", low: 1e-6, high: 1e6 },
  },
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
  { name: "temperature", description: "Temperature τ of the loss.", domain: { kind: "number", low: 0.006, high: 100 } },
  { name: "batch", description: "Pairs of a batch.", domain: count(2, 4096) },
  { name: "steps", description: "Steps of Adam, each on a fresh batch.", domain: count(1, 1_000_000) },
  { name: "learningRate", description: "Learning rate of Adam.", domain: { kind: "number", low: 1e-6, high: 1 } },
  { name: "evaluation", description: "Fresh pairs on which the gap is measured.", domain: count(2, 1_000_000) },
  { name: "gallery", description: "Of these, the pairs among which partners are searched.", domain: count(2, 20_000) },
  {
    name: "separatedAbove",
    description: "D_S above which a run counts as separated, in nats.",
    domain: { kind: "number", low: 1e-6, high: 100 },
  },
];

type ControlUnit = { readonly control: GapControl; readonly weight: number | null; readonly seed: number };

/** One training, judged on fresh pairs. */
export type ControlResult = {
  readonly control: GapControl;
  /** Null of a denominator without one. */
  readonly weight: number | null;
  readonly seed: number;
  /** D_S of the angles. Unit: nats. */
  readonly symmetricKL: number;
  /** Distance of the centroids. */
  readonly centroidGap: number;
  /** Recall at 1 and at 10, the mean of both directions. */
  readonly recallAt1: number;
  readonly recallAt10: number;
  /** Share of the query's own modality among the first 10 of both; without preference about ½. */
  readonly ownShare: number;
  readonly pairCosine: number;
};

/** A way to train, over its seeds. */
export type ControlPoint = {
  readonly control: GapControl;
  readonly weight: number | null;
  readonly symmetricKL: OverSeeds;
  readonly symmetricKLQuartiles: Quartiles;
  readonly centroidGap: OverSeeds;
  readonly recallAt1: OverSeeds;
  readonly recallAt10: OverSeeds;
  readonly ownShare: OverSeeds;
  readonly pairCosine: OverSeeds;
  readonly separated: ShareOfRuns;
  /** Differences from cross on the same seeds; null where cross is not compared. */
  readonly fromCross: { readonly symmetricKL: WithInterval; readonly recallAt10: WithInterval } | null;
  /** No other point has both a lower mean D_S and a higher mean recall at 10. */
  readonly onFront: boolean;
  /** Another point is better in both, the 95 % intervals of the differences on the same seeds leaving out 0; null of a single seed. */
  readonly surelyDominated: boolean | null;
};

export type ControlComparisonSummary = { readonly points: readonly ControlPoint[] };

/**
 * OQ4: regularisers and denominators, each on gap and retrieval.
 *
 * Math:     two linear encoders of the circle, symmetric InfoNCE with the denominator cross, own, pooled, or (1 − λ)·cross + λ·own, or with λ times a
 *           divergence of the two clouds of the batch; all on the same starts and batches
 * Limits:   weight → 0 → cross.
 * Numerics: D_S from 60 bins with ½ in each. Differences are paired by seed. Retrieval and mixed search on the first `gallery` of the fresh pairs.
 * Source:   arXiv:2601.19597 for the model and the gap term.
 */
export const controlComparison: Experiment<
  ControlComparisonConfig,
  ControlUnit,
  ControlResult,
  ControlComparisonSummary
> = {
  id: "OQ4",
  title: "Regularisers and denominators on gap and retrieval",
  options,
  defaults,
  check: (config) => checkOptions("OQ4", options, config),
  units,
  run: (config, { input }, control) => runUnit(config, input, control),
  summarize,
};

function defaults(scale: Scale): ControlComparisonConfig {
  const full = scale === "full";
  return {
    controls: full
      ? [...denominators, ...regularizers]
      : ["cross", "own", "pooled", "mixed", "squaredMMD", "energyDistance"],
    weights: full ? [0.1, 0.25, 0.5, 0.75, 1, 4] : [0.5],
    seeds: full ? 20 : 3,
    misalignment: 0.6,
    featureNoise: 0.02,
    temperature: 0.07,
    batch: full ? 256 : 48,
    steps: full ? 2000 : 400,
    learningRate: full ? 5e-3 : 1e-2,
    evaluation: full ? 4000 : 2000,
    gallery: full ? 1000 : 200,
    separatedAbove: 0.5,
  };
}

type Setting = Omit<ControlUnit, "seed">;

function settingsOf({ controls, weights }: ControlComparisonConfig): readonly Setting[] {
  return controls.flatMap((control): readonly Setting[] => {
    if (control === "cross" || control === "own" || control === "pooled") return [{ control, weight: null }];
    return weights.filter((weight) => control !== "mixed" || weight <= 1).map((weight) => ({ control, weight }));
  });
}

function units(config: ControlComparisonConfig): readonly Unit<ControlUnit>[] {
  return settingsOf(config).flatMap(({ control, weight }) =>
    Array.from({ length: config.seeds }, (_, seed) => ({
      key: `${control}${weight === null ? "" : `-${weight}`}_seed-${seed}`,
      input: { control, weight, seed },
    })),
  );
}

async function runUnit(
  config: ControlComparisonConfig,
  { control, weight, seed }: ControlUnit,
  run: RunControl,
): Promise<ControlResult> {
  const random = createRandom(seed).split("control comparison");
  const encoders = await trainToy(random, { ...config, ...additionOf(control, weight, config, random) }, run);
  const { misalignment, featureNoise, evaluation } = config;
  const fresh = drawCirclePairs(random.split("evaluation"), { pairs: evaluation, misalignment, featureNoise });
  const { x, y } = encodeToy(encoders, fresh);
  const gallery = Math.min(config.gallery, evaluation);
  const few = [x, y].map(({ dim, data }) => ({ rows: gallery, dim, data: data.subarray(0, gallery * dim) }));
  const quick = { bootstrap: 0, signal: run.signal };
  const found = await retrieval(few[0]!, few[1]!, { ...quick, recallAt: [1, 10] });
  const mixed = await mixedSearch(few[0]!, few[1]!, { ...quick, mixedSearchAt: [10] });
  const recall = (k: "1" | "10"): number => (found.xToY.recall[k]!.value + found.yToX.recall[k]!.value) / 2;
  return {
    control,
    weight,
    seed,
    symmetricKL: symmetricKLOnCircle(x, y),
    centroidGap: centroidGap(x, y),
    recallAt1: recall("1"),
    recallAt10: recall("10"),
    ownShare: (mixed.x["10"]!.value + mixed.y["10"]!.value) / 2,
    pairCosine: pairCosine(x, y),
  };
}

/** What a control adds to the task. */
function additionOf(
  control: GapControl,
  weight: number | null,
  config: ControlComparisonConfig,
  random: Random,
): Pick<ToyTask, "denominator" | "ownWeight" | "regularizer"> {
  if (control === "mixed") return { denominator: "mixed", ownWeight: weight! };
  if (control === "cross" || control === "own" || control === "pooled") return { denominator: control };
  return { denominator: "cross", regularizer: { weight: weight!, gradient: gradientOf(control, config, random) } };
}

/** Directions of a sliced distance, drawn anew at each step. */
const DIRECTIONS = 16;

function gradientOf(
  control: Exclude<GapControl, (typeof denominators)[number]>,
  { temperature }: ControlComparisonConfig,
  random: Random,
): ToyRegularizer["gradient"] {
  switch (control) {
    case "symmetricKL":
      return async (x, y) => (await symmetricKLGradientOnRows(x, y, { temperature })).gradients;
    case "squaredMMD":
      // Bandwidths in the unit of the sphere: a median would cost as much as the rest.
      return async (x, y) => (await squaredMMDGradientOnRows(x, y, { bandwidth: [0.5, 1, 2] })).gradients;
    case "energyDistance":
      return async (x, y) => (await energyDistanceGradientOnRows(x, y)).gradients;
    case "centroidDistance":
      return async (x, y) => (await squaredCentroidDistanceGradientOnRows(x, y)).gradients;
    case "slicedWasserstein": {
      const stream = random.split("directions");
      return async (x, y, step) => {
        const directions = randomDirections(stream.split(step), { count: DIRECTIONS, dimension: 2 });
        return (await squaredSlicedWassersteinGradientOnRows(x, y, { directions })).gradients;
      };
    }
  }
}

function centroidGap(x: RowMatrix, y: RowMatrix): number {
  const centroid = ({ rows, data }: RowMatrix, axis: number): number =>
    meanOfArray(Float64Array.from({ length: rows }, (_, i) => data[2 * i + axis]!));
  return Math.hypot(centroid(x, 0) - centroid(y, 0), centroid(x, 1) - centroid(y, 1));
}

function summarize(config: ControlComparisonConfig, results: readonly ControlResult[]): ControlComparisonSummary {
  const groups = settingsOf(config).map(({ control, weight }) =>
    results.filter((result) => result.control === control && result.weight === weight),
  );
  const cross = groups.find((runs) => runs[0]!.control === "cross");
  return { points: groups.map((runs) => pointOf(runs, groups, cross, config.separatedAbove)) };
}

function pointOf(
  runs: readonly ControlResult[],
  groups: readonly (readonly ControlResult[])[],
  cross: readonly ControlResult[] | undefined,
  separatedAbove: number,
): ControlPoint {
  const over = (f: (run: ControlResult) => number): OverSeeds => overSeeds(runs.map(f));
  const { control, weight } = runs[0]!;
  const others = groups.filter((group) => group !== runs).map((group) => differences(group, runs));
  const beats = others.filter(({ symmetricKL, recallAt10 }) => symmetricKL.mean < 0 && recallAt10.mean > 0);
  return {
    control,
    weight,
    symmetricKL: over((run) => run.symmetricKL),
    symmetricKLQuartiles: quartilesOf(runs.map((run) => run.symmetricKL)),
    centroidGap: over((run) => run.centroidGap),
    recallAt1: over((run) => run.recallAt1),
    recallAt10: over((run) => run.recallAt10),
    ownShare: over((run) => run.ownShare),
    pairCosine: over((run) => run.pairCosine),
    separated: shareOf(runs.map((run) => run.symmetricKL > separatedAbove)),
    fromCross: cross === undefined ? null : differences(runs, cross),
    onFront: beats.length === 0,
    surelyDominated: runs.length < 2 ? null : beats.some((one) => isSure(one.symmetricKL) && isSure(one.recallAt10)),
  };
}

/** Of the first less those of the second, seed by seed. */
function differences(
  first: readonly ControlResult[],
  second: readonly ControlResult[],
): { readonly symmetricKL: WithInterval; readonly recallAt10: WithInterval } {
  return {
    symmetricKL: intervalOverSeeds(first.map((run, k) => run.symmetricKL - second[k]!.symmetricKL)),
    recallAt10: intervalOverSeeds(first.map((run, k) => run.recallAt10 - second[k]!.recallAt10)),
  };
}

function isSure({ interval }: WithInterval): boolean {
  return interval !== null && (interval.low > 0 || interval.high < 0);
}
