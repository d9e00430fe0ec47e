// What becomes of the best responses when the floor under the densities is taken away.

import {
  type BestResponseResult,
  bestResponse,
  bestResponseDynamics,
  cellMeasure,
  coLocationBarrier,
  type Floor,
  projectOntoFloor,
  sampleLogDensity,
} from "@nce-geometry/energy";
import { createRandom, InputError, type RunControl, throwIfAborted } from "@nce-geometry/tensor";
import type { Experiment, OptionSpec, Scale, Unit } from "../experiment.ts";
import { checkOptions } from "../runner/check-options.ts";
import { leastSquaresSlope } from "../runner/least-squares-slope.ts";
import { type OverSeeds, overSeeds, type ShareOfRuns, shareOf } from "../runner/over-seeds.ts";
import { angleBetweenCells, twoWellsOnCells } from "./two-wells-on-cells.ts";

/** Options of OQ2. */
export type DensityFloorConfig = {
  readonly floors: readonly number[];
  readonly depths: readonly number[];
  readonly cells: number;
  readonly temperature: number;
  readonly starts: number;
  readonly spread: number;
  readonly schedule: "alternating" | "simultaneous";
};

const options: readonly OptionSpec[] = [
  {
    name: "floors",
    description: "Least masses δ that every cell must carry, each below one in the number of cells.",
    domain: { kind: "numbers", low: 1e-100, high: 0.25 },
  },
  {
    name: "depths",
    description: "By how much the first well is deeper than the second, in units of the temperature.",
    domain: { kind: "numbers", low: 0, high: 10_000 },
  },
  {
    name: "cells",
    description: "Cells of the circle, an even number.",
    domain: { kind: "number", low: 4, high: 4096, whole: true },
  },
  { name: "temperature", description: "Temperature τ.", domain: { kind: "number", low: 1e-3, high: 1000 } },
  {
    name: "starts",
    description: "Random pairs of densities to start from.",
    domain: { kind: "number", low: 2, high: 10_000, whole: true },
  },
  {
    name: "spread",
    description: "Standard deviation of the logarithm of a starting density in every cell, in nats.",
    domain: { kind: "number", low: 0, high: 100 },
  },
  {
    name: "schedule",
    description: "Whether the modalities answer in turns or at once.",
    domain: { kind: "choice", values: ["alternating", "simultaneous"] },
  },
];

type DensityFloorUnit = { readonly floor: number };

/** Best responses under one floor. */
export type DensityFloorResult = {
  /** δ, a mass per cell. */
  readonly floor: number;
  /** ΔU/τ from which on a modality joins the other one in its cell, in closed form. Unit: nats. */
  readonly barrier: number;
  /** The same, found by asking the best response at many depths. */
  readonly measuredBarrier: number;
  /** 2·log(1/δ), what the barrier tends to. */
  readonly asymptote: number;
  /** D_S of two densities with their free mass on different cells, in closed form: as large as it can be above the floor. Unit: nats. */
  readonly largestSymmetricKL: number;
  /** One per depth: where the dynamics end. */
  readonly ends: readonly {
    readonly depth: number;
    /** Starts that end with both modalities on one cell. */
    readonly coLocated: ShareOfRuns;
    /** Starts that end in a cycle. */
    readonly cycling: number;
    readonly symmetricKL: OverSeeds;
    readonly overlap: OverSeeds;
    /** Angle between the cells on which the modalities end: a divergence does not say how far apart they are. Unit: rad. */
    readonly angle: OverSeeds;
    readonly steps: OverSeeds;
  }[];
};

/** The table over floors. */
export type DensityFloorSummary = {
  readonly floors: readonly Omit<DensityFloorResult, "ends">[];
  /** Least squares slope of the barrier against log(1/δ), 2 in the limit. Null of a single floor. */
  readonly barrierSlope: number | null;
  /** The same of D_S at the least depth, 1 in the limit. Null also where some start ends on one cell. */
  readonly symmetricKLSlope: number | null;
  readonly ends: readonly DensityFloorResult["ends"][];
};

/**
 * OQ2: the density floor goes to zero.
 *
 * Math:     alternating best responses of F^Sym on {w_iρ_i ≥ δ, ∫ρ = 1}, n equal cells of a circle with two wells; a modality joins the other one's
 *           cell iff ΔU/τ > 2·log((1 − (n−1)δ)/δ)
 * Limits:   δ → 0 → the barrier grows like 2·log(1/δ) and D_S like log(1/δ), both without bound: no depth of a well brings the modalities together,
 *           and yet they may end one cell apart;  δ → 1/n → barrier 0.
 * Numerics: closed forms in log space; the measured barrier by bisection to 1e-9 of itself.
 * Source:   arXiv:2601.19597 (best response under a density floor).
 */
export const densityFloor: Experiment<DensityFloorConfig, DensityFloorUnit, DensityFloorResult, DensityFloorSummary> = {
  id: "OQ2",
  title: "Best responses as the density floor goes to zero",
  options,
  defaults,
  check,
  units: ({ floors }): readonly Unit<DensityFloorUnit>[] =>
    floors.map((floor) => ({ key: `floor-${floor}`, input: { floor } })),
  run: (config, { input }, control) => runUnit(config, input.floor, control),
  summarize,
};

function defaults(scale: Scale): DensityFloorConfig {
  const full = scale === "full";
  const powers = full ? [2.5, 3, 4, 5, 6, 8, 10, 12, 16, 20, 30] : [2.5, 4, 6, 8, 12];
  return {
    floors: powers.map((power) => Number((10 ** -power).toPrecision(3))),
    depths: full ? [0, 1, 5, 10, 20, 30, 40, 60, 100] : [0, 5, 20, 60],
    cells: 64,
    temperature: 0.1,
    starts: full ? 200 : 20,
    spread: 1,
    schedule: "alternating",
  };
}

function check(config: DensityFloorConfig): void {
  checkOptions("OQ2", options, config);
  if (config.cells % 2 === 1) {
    throw refused("cells", "an even number, so that both wells have a cell at their bottom", String(config.cells));
  }
  config.floors.forEach((floor, i) => {
    if (floor * config.cells >= 1) {
      throw refused(`floors[${i}]`, `below 1/${config.cells}, one in the number of cells`, String(floor));
    }
  });
}

function refused(argument: string, expected: string, received: string): InputError {
  return new InputError({ code: "E_OPTION", where: "OQ2", argument, expected, received });
}

async function runUnit(config: DensityFloorConfig, delta: number, control: RunControl): Promise<DensityFloorResult> {
  const { cells, depths } = config;
  const floor: Floor = { kind: "cellMass", value: delta };
  const measure = cellMeasure({ cells });
  const free = 1 - (cells - 1) * delta;
  const ends: DensityFloorResult["ends"][number][] = [];
  for (const [k, depth] of depths.entries()) {
    throwIfAborted(control.signal);
    control.onProgress?.({ done: k, total: depths.length, label: "depths" });
    ends.push(await endsAt(config, floor, depth));
  }
  return {
    floor: delta,
    barrier: coLocationBarrier(measure, { floor }),
    measuredBarrier: measuredBarrier(cells, floor),
    asymptote: -2 * Math.log(delta),
    largestSymmetricKL: (free - delta) * Math.log(free / delta),
    ends,
  };
}

/** Where the dynamics end from random starts. */
async function endsAt(
  config: DensityFloorConfig,
  floor: Floor,
  depth: number,
): Promise<DensityFloorResult["ends"][number]> {
  const { cells, temperature, starts, spread, schedule } = config;
  const { measure, potential } = twoWellsOnCells(cells, depth * temperature);
  const game = { potentials: [potential, potential], temperature } as const;
  const runs: BestResponseResult[] = [];
  for (let k = 0; k < starts; k++) {
    // The same starts at every floor and depth.
    const random = createRandom(k).split("density floor");
    const start = ["first", "second"].map((name) => sampleLogDensity(random.split(name), measure, { spread }));
    runs.push(await bestResponseDynamics(measure, game, [start[0]!, start[1]!], { floor, schedule }));
  }
  const last = runs.map(({ trajectory }) => trajectory.at(-1)!);
  return {
    depth,
    coLocated: shareOf(last.map((step) => step.cells[0] === step.cells[1])),
    cycling: runs.filter(({ status }) => status === "cycle").length,
    symmetricKL: overSeeds(last.map((step) => step.symmetricKL)),
    overlap: overSeeds(last.map((step) => step.overlap)),
    angle: overSeeds(last.map((step) => angleBetweenCells(cells, step.cells[0], step.cells[1]))),
    steps: overSeeds(runs.map(({ steps }) => steps)),
  };
}

/** The depth ΔU/τ at which the best response to a modality on cell 0 moves from cell 1 to cell 0; both are far below all others. */
function measuredBarrier(cells: number, floor: Floor): number {
  const measure = cellMeasure({ cells });
  const onFirst = new Float64Array(cells).fill(Number.NEGATIVE_INFINITY);
  onFirst[0] = 0;
  const other = projectOntoFloor(measure, onFirst, { floor }).logDensity;
  const joins = (depth: number): boolean => {
    // Levels at 0, the depth, and twice the depth beyond any barrier: so only the first two cells are in question.
    const potential = new Float64Array(cells).fill(FAR);
    potential[0] = 0;
    potential[1] = depth;
    return bestResponse(measure, potential, other, { temperature: 1, floor }).cell === 0;
  };
  let [low, high] = [0, 1];
  while (!joins(high)) high *= 2;
  while (high - low > 1e-10 * high) {
    const middle = (low + high) / 2;
    if (joins(middle)) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/** Above every barrier of a floor ≥ 1e-100, 461 nats, and twice that. */
const FAR = 1e5;

function summarize(config: DensityFloorConfig, results: readonly DensityFloorResult[]): DensityFloorSummary {
  const logs = results.map(({ floor }) => -Math.log(floor));
  const shallow = config.depths.indexOf(Math.min(...config.depths));
  const apart = results.map(({ ends }) => ends[shallow]!);
  return {
    floors: results.map(({ ends: _, ...rest }) => rest),
    barrierSlope: leastSquaresSlope(
      logs,
      results.map(({ barrier }) => barrier),
    ),
    symmetricKLSlope: apart.some(({ coLocated }) => coLocated.value > 0)
      ? null
      : leastSquaresSlope(
          logs,
          apart.map(({ symmetricKL }) => symmetricKL.mean),
        ),
    ends: results.map(({ ends }) => ends),
  };
}
