// Whether a state in which both modalities agree is stable, and from how far away one comes back to it.

import {
  type Curvature,
  type CurvaturesOptions,
  countBasins,
  curvatures,
  type GridMeasure,
  gibbsLaw,
  sampleLogDensity,
  stabilityThresholds,
  symmetricKL,
} from "@nce-geometry/energy";
import {
  createRandom,
  InputError,
  type Random,
  type RunControl,
  sumOfArray,
  throwIfAborted,
} from "@nce-geometry/tensor";
import type { Experiment, OptionSpec, Scale, Unit } from "../experiment.ts";
import { checkOptions } from "../runner/check-options.ts";
import { count } from "../runner/option-domains.ts";
import { type OverSeeds, overSeeds, type ShareOfRuns, shareOf } from "../runner/over-seeds.ts";
import { twoWellsOnCells } from "./two-wells-on-cells.ts";

/** Options of OQ3. */
export type KnifeEdgeConfig = {
  readonly ownWeights: readonly number[];
  readonly spreads: readonly number[];
  readonly cells: number;
  readonly temperature: number;
  readonly depth: number;
  readonly floor: number;
  readonly starts: number;
  readonly directions: number;
  readonly maxSteps: number;
  readonly separatedAbove: number;
};

const options: readonly OptionSpec[] = [
  {
    name: "ownWeights",
    description: "Weights λ of D_S, which is also the weight of the own population in the denominator.",
    domain: { kind: "numbers", low: 0, high: 4 },
  },
  {
    name: "spreads",
    description:
      "Sizes of the perturbation: standard deviation of the logarithm of each density in every cell, in nats.",
    domain: { kind: "numbers", low: 1e-9, high: 10 },
  },
  { name: "cells", description: "Cells of the circle, an even number.", domain: count(4, 512) },
  { name: "temperature", description: "Temperature τ.", domain: { kind: "number", low: 1e-2, high: 1000 } },
  {
    name: "depth",
    description: "By how much the first well is deeper than the second, in units of the temperature.",
    domain: { kind: "number", low: 0, high: 100 },
  },
  {
    name: "floor",
    description: "Least mass of every cell, below one in the number of cells.",
    domain: { kind: "number", low: 1e-12, high: 0.25 },
  },
  { name: "starts", description: "Perturbed states to start from.", domain: count(2, 10_000) },
  { name: "directions", description: "Random directions in which the curvature is taken.", domain: count(1, 10_000) },
  { name: "maxSteps", description: "Steps of mirror descent at most.", domain: count(1, 1_000_000) },
  {
    name: "separatedAbove",
    description: "D_S above which an end counts as separated, in nats.",
    domain: { kind: "number", low: 1e-6, high: 100 },
  },
];

type KnifeEdgeUnit = { readonly ownWeight: number; readonly spread: number };

/** One weight, perturbations of one size. */
export type KnifeEdgeResult = {
  readonly ownWeight: number;
  readonly spread: number;
  /** D_S of the perturbed states. Unit: nats. */
  readonly startSymmetricKL: OverSeeds;
  /** D_S where the descents end. */
  readonly endSymmetricKL: OverSeeds;
  readonly endOverlap: OverSeeds;
  readonly separated: ShareOfRuns;
  /** Descents that used up their steps. They are counted by where they are. */
  readonly unfinished: number;
  readonly steps: OverSeeds;
  /** Least λ that makes the functional convex to second order at the perturbed states; at the matched state it is ¾. */
  readonly jointThreshold: OverSeeds;
  /** Second variations at the matched state in units of ∫h²/ρ, over the directions. */
  readonly curvature: {
    /** Along one density alone: λ − ½. */
    readonly alone: CurvatureRange;
    /** Along (h, −h), which tears the densities apart: 4λ − 3. */
    readonly apart: CurvatureRange;
    /** Along (h, h): 1. */
    readonly together: CurvatureRange;
  };
};

/** A curvature over directions. */
export type CurvatureRange = {
  readonly predicted: number;
  readonly least: number;
  readonly greatest: number;
  /** Directions in which the functional has a minimum, is flat to rounding, and has a maximum. */
  readonly signs: { readonly positive: number; readonly flat: number; readonly negative: number };
};

/** The map over λ and size. */
export type KnifeEdgeSummary = {
  readonly ownWeights: readonly number[];
  readonly spreads: readonly number[];
  /** Share separated, by λ and then by size. */
  readonly separated: readonly (readonly ShareOfRuns[])[];
  /** Least λ of those tried from which on every descent of every size comes back; null where none. */
  readonly firstStable: number | null;
  /** Greatest λ of those tried up to which every descent of every size separates; null where none. */
  readonly lastUnstable: number | null;
  /** Of those tried, the λ around the change of sign of the second variation along (h, −h), in every direction that was taken; null where none. */
  readonly lastNegative: number | null;
  readonly firstPositive: number | null;
  /** Descents that used up their steps, of all of them. They are counted by where they are. */
  readonly unfinished: { readonly count: number; readonly descents: number };
  readonly predictedThreshold: number;
};

/**
 * OQ3: is the state in which both modalities agree found, or a knife-edge?
 *
 * Math:     mirror descent of F^Sym + λ·D_S from perturbations of ρ₁ = ρ₂ = e^{−U/τ}/Z; second variations there, in units of ∫h²/ρ: λ − ½ in one
 *           density, 4λ − 3 along (h, −h), 1 along (h, h)
 * Limits:   λ < ¾ → every perturbation grows, however small: matched densities are a saddle;  λ > ¾ → small ones vanish;  λ ≥ 1 → all do.
 * Numerics: descents by backtracking on a floor, which F^Sym needs to be bounded; signs of curvatures to 64ε of their terms.
 * Source:   arXiv:2601.19597 for F^Sym; the thresholds are derived from its second variation.
 */
export const knifeEdge: Experiment<KnifeEdgeConfig, KnifeEdgeUnit, KnifeEdgeResult, KnifeEdgeSummary> = {
  id: "OQ3",
  title: "Stability of matched densities under the weight of the gap term",
  options,
  defaults,
  check,
  units,
  run: (config, { input }, control) => runUnit(config, input, control),
  summarize,
};

function defaults(scale: Scale): KnifeEdgeConfig {
  const full = scale === "full";
  return {
    ownWeights: full ? [0, 0.25, 0.4, 0.5, 0.6, 0.7, 0.74, 0.76, 0.8, 0.9, 1, 1.5] : [0, 0.5, 0.7, 0.8, 1],
    spreads: full ? [1e-6, 1e-3, 0.1, 1, 3] : [1e-3, 1],
    cells: full ? 32 : 16,
    temperature: 0.5,
    depth: 1,
    floor: 1e-4,
    starts: full ? 50 : 6,
    directions: full ? 100 : 20,
    maxSteps: full ? 2000 : 300,
    separatedAbove: 0.5,
  };
}

function check(config: KnifeEdgeConfig): void {
  checkOptions("OQ3", options, config);
  const refused = (argument: string, expected: string, received: number): InputError =>
    new InputError({ code: "E_OPTION", where: "OQ3", argument, expected, received: String(received) });
  const { cells, floor } = config;
  if (cells % 2 === 1) throw refused("cells", "an even number, so that both wells have a cell at their bottom", cells);
  if (floor * cells >= 1) throw refused("floor", `below 1/${cells}, one in the number of cells`, floor);
}

function units({ ownWeights, spreads }: KnifeEdgeConfig): readonly Unit<KnifeEdgeUnit>[] {
  return ownWeights.flatMap((ownWeight) =>
    spreads.map((spread) => ({ key: `ownWeight-${ownWeight}_spread-${spread}`, input: { ownWeight, spread } })),
  );
}

async function runUnit(
  config: KnifeEdgeConfig,
  { ownWeight, spread }: KnifeEdgeUnit,
  control: RunControl,
): Promise<KnifeEdgeResult> {
  const { cells, temperature, depth, starts, separatedAbove } = config;
  const { measure, potential } = twoWellsOnCells(cells, depth * temperature);
  const matched = gibbsLaw(measure, potential, { temperature }).logDensity;
  const functional = { potentials: [potential, potential], temperature, ownWeight } as const;
  const pairs = Array.from({ length: starts }, (_, k) => {
    // The same noise at every weight and size.
    const random = createRandom(k).split("knife-edge");
    const one = (name: string) => sampleLogDensity(random.split(name), measure, { around: matched, spread });
    return [one("first"), one("second")] as const;
  });
  const { ends } = await countBasins(measure, functional, pairs, {
    floor: { kind: "cellMass", value: config.floor },
    maxSteps: config.maxSteps,
    tolerance: 1e-6,
    separatedAbove,
    ...control,
  });
  throwIfAborted(control.signal);
  return {
    ownWeight,
    spread,
    startSymmetricKL: overSeeds(pairs.map(([first, second]) => symmetricKL(measure, first, second))),
    endSymmetricKL: overSeeds(ends.map((end) => end.symmetricKL)),
    endOverlap: overSeeds(ends.map(({ overlap }) => overlap)),
    separated: shareOf(ends.map((end) => end.symmetricKL > separatedAbove)),
    unfinished: ends.filter(({ status }) => status !== "converged").length,
    steps: overSeeds(ends.map(({ state }) => state.step)),
    jointThreshold: overSeeds(pairs.map(([first, second]) => stabilityThresholds(first, second).joint)),
    curvature: curvatureOf(measure, matched, functional, config.directions),
  };
}

type Functional = Pick<CurvaturesOptions, "potentials" | "temperature" | "ownWeight"> & { readonly ownWeight: number };

function curvatureOf(
  measure: GridMeasure,
  matched: Float64Array,
  functional: Functional,
  directions: number,
): KnifeEdgeResult["curvature"] {
  const all = Array.from({ length: directions }, (_, k) => {
    const direction = balanced(measure, matched, createRandom(k).split("direction"));
    const found = curvatures(measure, [matched, matched], { ...functional, direction });
    const unit = sumOfArray(measure.weights.map((weight, i) => (weight * direction[i]! ** 2) / Math.exp(matched[i]!)));
    const relative = ({ value, sign }: Curvature) => ({ value: value / unit, sign });
    return {
      alone: relative(found.first),
      apart: relative(found.apart),
      together: relative(found.together),
    };
  });
  const { ownWeight } = functional;
  const rangeOf = (which: "alone" | "apart" | "together", predicted: number): CurvatureRange => {
    const values = all.map((one) => one[which].value);
    const signs = all.map((one) => one[which].sign);
    const countOf = (sign: number) => signs.filter((one) => one === sign).length;
    return {
      predicted,
      least: Math.min(...values),
      greatest: Math.max(...values),
      signs: { positive: countOf(1), flat: countOf(0), negative: countOf(-1) },
    };
  };
  return {
    alone: rangeOf("alone", ownWeight - 0.5),
    apart: rangeOf("apart", 4 * ownWeight - 3),
    together: rangeOf("together", 1),
  };
}

/** A random direction h = ρ·(noise − its mean), of integral 0. */
function balanced(measure: GridMeasure, matched: Float64Array, random: Random): Float64Array {
  const noise = random.normal(matched.length);
  const masses = measure.weights.map((weight, i) => weight * Math.exp(matched[i]!));
  const mean = sumOfArray(masses.map((mass, i) => mass * noise[i]!)) / sumOfArray(masses);
  return matched.map((log, i) => Math.exp(log) * (noise[i]! - mean));
}

function summarize(config: KnifeEdgeConfig, results: readonly KnifeEdgeResult[]): KnifeEdgeSummary {
  const { ownWeights, spreads } = config;
  const at = (ownWeight: number, spread: number): KnifeEdgeResult =>
    results.find((result) => result.ownWeight === ownWeight && result.spread === spread)!;
  const isAll = (ownWeight: number, share: number): boolean =>
    spreads.every((spread) => at(ownWeight, spread).separated.value === share);
  const directions = (ownWeight: number, sign: "negative" | "positive"): boolean =>
    at(ownWeight, spreads[0]!).curvature.apart.signs[sign] === config.directions;
  return {
    ownWeights,
    spreads,
    separated: ownWeights.map((ownWeight) => spreads.map((spread) => at(ownWeight, spread).separated)),
    firstStable: firstFrom(ownWeights, (ownWeight) => isAll(ownWeight, 0)),
    lastUnstable: lastUpTo(ownWeights, (ownWeight) => isAll(ownWeight, 1)),
    lastNegative: lastUpTo(ownWeights, (ownWeight) => directions(ownWeight, "negative")),
    firstPositive: firstFrom(ownWeights, (ownWeight) => directions(ownWeight, "positive")),
    unfinished: {
      count: results.reduce((sum, { unfinished }) => sum + unfinished, 0),
      descents: results.length * config.starts,
    },
    predictedThreshold: 0.75,
  };
}

/** The greatest value up to which something holds of all values; null where it does not hold of the least. */
function lastUpTo(values: readonly number[], holds: (value: number) => boolean): number | null {
  const ascending = values.toSorted((a, b) => a - b);
  const end = ascending.findIndex((value) => !holds(value));
  return (end === -1 ? ascending : ascending.slice(0, end)).at(-1) ?? null;
}

/** The least value from which on something holds of all values; null where it does not hold of the greatest. */
function firstFrom(values: readonly number[], holds: (value: number) => boolean): number | null {
  const last = lastUpTo(
    values.map((value) => -value),
    (value) => holds(-value),
  );
  return last === null ? null : -last;
}
