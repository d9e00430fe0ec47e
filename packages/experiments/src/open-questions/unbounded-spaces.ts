// Spaces without a bound: what holds representations together there, and what becomes of them where nothing does.

import { langevinFlow, langevinFlowInit, type Potential } from "@nce-geometry/energy";
import { euclidean, lorentz, type Manifold } from "@nce-geometry/manifold";
import {
  add,
  createRandom,
  meanOfArray,
  mul,
  type RowMatrix,
  type RunControl,
  reshape,
  slice,
  square,
  stopGradient,
  sub,
  sum,
  type Tensor,
  throwIfAborted,
} from "@nce-geometry/tensor";
import type { Experiment, OptionSpec, Scale, Unit } from "../experiment.ts";
import { checkOptions } from "../runner/check-options.ts";
import { count } from "../runner/option-domains.ts";
import { type OverSeeds, overSeeds } from "../runner/over-seeds.ts";

/** The plane, or the hyperbolic plane. */
export type UnboundedSpace = "euclidean" | "lorentz";

/** Options of OQ6. */
export type UnboundedSpacesConfig = {
  readonly spaces: readonly UnboundedSpace[];
  readonly stiffnesses: readonly number[];
  readonly temperature: number;
  readonly seeds: number;
  readonly particles: number;
  readonly time: number;
  readonly stepSize: number;
  readonly records: number;
  readonly radius: number;
};

const options: readonly OptionSpec[] = [
  {
    name: "spaces",
    description: "The plane, and the hyperbolic plane on its hyperboloid.",
    domain: { kind: "choices", values: ["euclidean", "lorentz"] },
  },
  {
    name: "stiffnesses",
    description: "k of the potential that pulls towards the origin; 0: none.",
    domain: { kind: "numbers", low: 0, high: 1000 },
  },
  { name: "temperature", description: "Temperature τ.", domain: { kind: "number", low: 1e-3, high: 1000 } },
  { name: "seeds", description: "How many seeds, from 0.", domain: count(1, 10_000) },
  { name: "particles", description: "Particles of a run, all from the origin.", domain: count(2, 100_000) },
  {
    name: "time",
    description: "Time of a run; free hyperbolic particles are about twice as far away.",
    domain: { kind: "number", low: 0.01, high: 6 },
  },
  {
    name: "stepSize",
    description: "Largest step in time; it is 0.02·τ/k where that is less.",
    domain: { kind: "number", low: 1e-5, high: 0.1 },
  },
  {
    name: "records",
    description: "Points of the trajectory that are kept, the start not counted.",
    domain: count(2, 1000),
  },
  {
    name: "radius",
    description: "Distance from the origin within which the mass is measured.",
    domain: { kind: "number", low: 0.01, high: 10 },
  },
];

type UnboundedUnit = { readonly space: UnboundedSpace; readonly stiffness: number; readonly seed: number };

/** One run. The height of a point is v = ½r² in the plane and cosh r − 1 in the hyperbolic one, r its distance from the origin. */
export type UnboundedResult = {
  readonly space: UnboundedSpace;
  readonly stiffness: number;
  readonly seed: number;
  readonly status: string;
  readonly stepSize: number;
  /** Mean height, share within the radius, by time. */
  readonly records: readonly { readonly time: number; readonly height: number; readonly within: number }[];
  /** Means of the records of the second half; at the end where nothing pulls. */
  readonly height: number;
  readonly within: number;
};

export type UnboundedSpacesSummary = {
  readonly points: readonly {
    readonly space: UnboundedSpace;
    readonly stiffness: number;
    /** `law`: there is a Gibbs law, which the numbers of the second half near. `escape`: there is none, and they are those of the end. */
    readonly outcome: "law" | "escape";
    readonly height: OverSeeds;
    /** What `height` is in expectation, on the way to the law included; null under a pull in the hyperbolic plane, where it is not known. */
    readonly exactHeight: number | null;
    /** Of the Gibbs law, τ/k; null where there is none. */
    readonly limitHeight: number | null;
    readonly within: OverSeeds;
    /** Of the Gibbs law; 0, the limit in time, where there is none. */
    readonly limitWithin: number;
    /** Mean height by time, over the seeds, and the exact one where it is known: everywhere but under a pull in the hyperbolic plane. */
    readonly inTime: readonly { readonly time: number; readonly height: OverSeeds; readonly exact: number | null }[];
  }[];
};

/**
 * OQ6: unbounded spaces.
 *
 * Math:     Langevin dynamics in U = k·v, v = ½r² or cosh r − 1, from the origin. In both planes the Gibbs law has v ~ exponential with mean τ/k;
 *           E v = (τ/k)(1 − e^{−2kt/τ}) in the Euclidean plane. k = 0: no law; E v = 2t, and e^{2t} − 1 in the hyperbolic plane
 * Limits:   k → 0 → the law spreads without bound: a potential that is flat, as that of augmentations is, holds nothing where space has no end.
 * Numerics: bias of the order of the step; heights of free hyperbolic particles have so heavy a tail that their mean is known poorly at late times.
 * Source:   classical: exponential laws of the radial parts; arXiv:2601.19597 for the dynamics.
 */
export const unboundedSpaces: Experiment<
  UnboundedSpacesConfig,
  UnboundedUnit,
  UnboundedResult,
  UnboundedSpacesSummary
> = {
  id: "OQ6",
  title: "Gibbs laws and escape in unbounded spaces",
  options,
  defaults,
  check: (config) => checkOptions("OQ6", options, config),
  units: ({ spaces, stiffnesses, seeds }): readonly Unit<UnboundedUnit>[] =>
    spaces.flatMap((space) =>
      stiffnesses.flatMap((stiffness) =>
        Array.from({ length: seeds }, (_, seed) => ({
          key: `${space}_stiffness-${stiffness}_seed-${seed}`,
          input: { space, stiffness, seed },
        })),
      ),
    ),
  run: (config, { input }, control) => runUnit(config, input, control),
  summarize,
};

function defaults(scale: Scale): UnboundedSpacesConfig {
  const full = scale === "full";
  return {
    spaces: ["euclidean", "lorentz"],
    stiffnesses: full ? [0, 0.25, 0.5, 1, 2, 4] : [0, 1],
    temperature: 0.5,
    seeds: full ? 20 : 2,
    particles: full ? 1000 : 300,
    time: full ? 2 : 1.5,
    stepSize: full ? 0.005 : 0.01,
    records: full ? 40 : 10,
    radius: 1,
  };
}

interface Place {
  readonly manifold: Manifold;
  readonly origin: readonly number[];
  /** v of every row, on tensors. */
  readonly heights: (z: Tensor) => Tensor;
  readonly heightAt: (radius: number) => number;
}

const places: Readonly<Record<UnboundedSpace, Place>> = {
  euclidean: {
    manifold: euclidean(2),
    origin: [0, 0],
    heights: (z) => mul(sum(square(z), { axis: 1 }), 0.5),
    heightAt: (radius) => radius ** 2 / 2,
  },
  lorentz: {
    manifold: lorentz(3),
    origin: [1, 0, 0],
    heights: (z) => sub(reshape(slice(z, [0, 0], [z.shape[0]!, 1]), [z.shape[0]!]), 1),
    // cosh r − 1 without the difference.
    heightAt: (radius) => 2 * Math.sinh(radius / 2) ** 2,
  },
};

async function runUnit(
  config: UnboundedSpacesConfig,
  { space, stiffness, seed }: UnboundedUnit,
  control: RunControl,
): Promise<UnboundedResult> {
  const { temperature, particles, time, radius } = config;
  const { manifold, origin, heights } = places[space];
  const random = createRandom(seed).split("unbounded");
  // The height, with k times its slope: so the records tell heights also where nothing pulls.
  const potential: Potential = (z) =>
    z.backend.scope(() => {
      const height = heights(z);
      return add(height, mul(sub(height, stopGradient(height)), stiffness - 1));
    });
  const stepSize = stiffness === 0 ? config.stepSize : Math.min(config.stepSize, (0.02 * temperature) / stiffness);
  const recordEvery = Math.ceil(time / config.records / stepSize);
  const start: RowMatrix = {
    rows: particles,
    dim: origin.length,
    data: Float64Array.from({ length: particles * origin.length }, (_, k) => origin[k % origin.length]!),
  };
  const flow = await langevinFlow(manifold, langevinFlowInit(start, random), {
    potential,
    temperature,
    stepSize,
    steps: recordEvery * Math.ceil(time / stepSize / recordEvery),
    recordEvery,
    wells: [{ center: origin, angle: radius }],
    ...control,
  });
  throwIfAborted(control.signal);
  const records = flow.trajectory.map(({ step, terms, massInUnion }) => ({
    time: step * stepSize,
    height: terms.meanPotential,
    within: massInUnion[0]!,
  }));
  const settled = settledOf(stiffness, records);
  return {
    space,
    stiffness,
    seed,
    status: flow.status,
    stepSize,
    records,
    height: meanOfArray(settled.map((record) => record.height)),
    within: meanOfArray(settled.map((record) => record.within)),
  };
}

/** The records of the second half; the last alone where nothing pulls. */
function settledOf<T extends { readonly time: number }>(stiffness: number, records: readonly T[]): readonly T[] {
  const last = records.at(-1)!;
  return stiffness === 0 ? [last] : records.filter(({ time }) => time >= last.time / 2);
}

function summarize(config: UnboundedSpacesConfig, results: readonly UnboundedResult[]): UnboundedSpacesSummary {
  const { temperature, radius } = config;
  const points = config.spaces.flatMap((space) =>
    config.stiffnesses.map((stiffness) => {
      const runs = results.filter((result) => result.space === space && result.stiffness === stiffness);
      const exactAt = exactHeight(space, stiffness / temperature);
      const inTime = runs[0]!.records.map(({ time }, k) => ({
        time,
        height: overSeeds(runs.map(({ records }) => records[k]!.height)),
        exact: exactAt(time),
      }));
      const isHeld = stiffness > 0;
      const expected = settledOf(stiffness, inTime).flatMap(({ exact }) => exact ?? []);
      return {
        space,
        stiffness,
        outcome: isHeld ? ("law" as const) : ("escape" as const),
        height: overSeeds(runs.map((run) => run.height)),
        exactHeight: expected.length > 0 ? meanOfArray(expected) : null,
        limitHeight: isHeld ? temperature / stiffness : null,
        within: overSeeds(runs.map((run) => run.within)),
        limitWithin: -Math.expm1((-stiffness / temperature) * places[space].heightAt(radius)),
        inTime,
      };
    }),
  );
  return { points };
}

/** E v at a time, from the origin, where it is known; ratio: k/τ. */
function exactHeight(space: UnboundedSpace, ratio: number): (time: number) => number | null {
  if (ratio === 0) return (time) => (space === "euclidean" ? 2 * time : Math.expm1(2 * time));
  if (space === "euclidean") return (time) => -Math.expm1(-2 * ratio * time) / ratio;
  return () => null;
}
