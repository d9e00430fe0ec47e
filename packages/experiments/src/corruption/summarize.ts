import { intervalOverSeeds, type OverSeeds, overSeeds, type WithInterval } from "../runner/over-seeds.ts";
import type { HeldOutMeasures } from "./measure-held-out.ts";
import type { CorruptionReference, CorruptionResult, TrainedHeads } from "./run-unit.ts";

type OfMeasures<V> = { readonly [key in Exclude<keyof HeldOutMeasures, "categoryRecall">]: V } & {
  readonly categoryRecall: V | null;
};

/** Means over the seeds of what was measured on held-out pairs. */
export type HeldOutMeans = OfMeasures<OverSeeds>;

/** Means over the seeds of differences within a seed. */
export type HeldOutChanges = OfMeasures<WithInterval>;

/** What is known at one share of corrupted pairs. */
export type CorruptionAtFraction = HeldOutMeans & {
  readonly fraction: number;
  /** Of the training pairs, at the last step. */
  readonly lastLoss: OverSeeds;
};

/** A model, or the synthetic categories. */
export type CorruptionOfModel = {
  readonly model: string;
  /** Dimension of the features, and numbers of items. */
  readonly inputs: number;
  readonly training: number;
  readonly heldOut: number;
  readonly features: HeldOutMeans;
  readonly untrained: HeldOutMeans;
  /** By increasing p. */
  readonly points: readonly CorruptionAtFraction[];
  /** At the largest p less those at the smallest, seed by seed; null of a single p. */
  readonly change: HeldOutChanges | null;
};

export type CorruptionSummary = { readonly models: readonly CorruptionOfModel[] };

/** From the results of all units. Errors are over seeds: over splits, first heads and orders, and not over other items. */
export function summarize(
  { fractions }: { readonly fractions: readonly number[] },
  results: readonly CorruptionResult[],
): CorruptionSummary {
  const names = [...new Set(results.map(({ model }) => model))];
  const sorted = fractions.toSorted((a, b) => a - b);
  const own = (name: string) => results.filter(({ model }) => model === name);
  return { models: names.map((name) => summarizeModel(name, sorted, own(name))) };
}

function summarizeModel(
  model: string,
  fractions: readonly number[],
  results: readonly CorruptionResult[],
): CorruptionOfModel {
  const references = results.filter((result): result is CorruptionReference => result.kind === "reference");
  const heads = results.filter((result): result is TrainedHeads => result.kind === "heads");
  const at = (fraction: number) => heads.filter((result) => result.fraction === fraction);
  const [first, last] = [at(fractions[0]!), at(fractions.at(-1)!)];
  const changes = last.map((result, seed) => difference(result, first[seed]!));
  const { inputs, training, heldOut } = references[0]!;
  return {
    ...{ model, inputs, training, heldOut },
    features: overMeasures(
      references.map(({ features }) => features),
      overSeeds,
    ),
    untrained: overMeasures(
      references.map(({ untrained }) => untrained),
      overSeeds,
    ),
    points: fractions.map((fraction) => ({
      fraction,
      lastLoss: overSeeds(at(fraction).map(({ lastLoss }) => lastLoss)),
      ...overMeasures(at(fraction), overSeeds),
    })),
    change: fractions.length < 2 ? null : overMeasures(changes, intervalOverSeeds),
  };
}

const measures = [
  "recall",
  "recallAt10",
  "centroidGap",
  "centroidFloor",
  "squaredGap",
  "centroidNorm",
  "energyDistance",
  "pairCosine",
] as const;

type Numbers = Readonly<Record<(typeof measures)[number], number>> & Pick<HeldOutMeasures, "categoryRecall">;

function overMeasures<V>(ofSeeds: readonly Numbers[], over: (values: readonly number[]) => V): OfMeasures<V> {
  const means = measures.map((measure) => [measure, over(ofSeeds.map((one) => one[measure]))] as const);
  const categories = ofSeeds.flatMap(({ categoryRecall }) => categoryRecall ?? []);
  const known = categories.length === ofSeeds.length;
  return { ...fromEntries(means), categoryRecall: known ? over(categories) : null };
}

function difference(a: Numbers, b: Numbers): Numbers {
  const known = a.categoryRecall !== null && b.categoryRecall !== null;
  return {
    ...fromEntries(measures.map((measure) => [measure, a[measure] - b[measure]])),
    categoryRecall: known ? a.categoryRecall - b.categoryRecall : null,
  };
}

function fromEntries<V>(entries: readonly (readonly [string, V])[]): Record<(typeof measures)[number], V> {
  return Object.fromEntries(entries) as Record<(typeof measures)[number], V>;
}
