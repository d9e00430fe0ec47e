import { type OverSeeds, overSeeds } from "../runner/over-seeds.ts";
import type { Dynamics, UnimodalGibbsConfig } from "./config.ts";
import type { CurvePoint, ExactMass } from "./exact-law.ts";
import type { ExactResult, RunResult, UnimodalGibbsResult } from "./run-unit.ts";

/** A dynamics at a temperature, over its seeds. */
export type DynamicsAtTemperature = {
  readonly temperature: number;
  /** Mass in the union of the caps about the wells. */
  readonly mass: OverSeeds;
  /** Its mean less the exact mass. */
  readonly difference: number;
  /** The estimate of D_KL(ρ̂‖ρ*) at the end. Unit: nats. */
  readonly klToGibbs: OverSeeds;
  /** Means over the seeds at each recorded step. */
  readonly inTime: readonly {
    readonly step: number;
    /** Of Langevin dynamics; null of the flows, whose optimiser keeps none. */
    readonly time: number | null;
    readonly klToGibbs: OverSeeds;
    readonly mass: number;
    readonly energy: number | null;
  }[];
  /** Seeds whose run did not use up its steps in good order. */
  readonly failed: number;
};

export type UnimodalGibbsSummary = {
  readonly exact: readonly ExactMass[];
  readonly curve: readonly CurvePoint[];
  readonly dynamics: readonly {
    readonly dynamics: Dynamics;
    readonly points: readonly DynamicsAtTemperature[];
    /** Largest |difference| over the temperatures, where it is, and the error of the mean mass there; null of a single seed. */
    readonly largestDifference: {
      readonly value: number;
      readonly temperature: number;
      readonly standardError: number | null;
    };
  }[];
};

/** From runs to curves. */
export function summarize(config: UnimodalGibbsConfig, results: readonly UnimodalGibbsResult[]): UnimodalGibbsSummary {
  const exact = results.find((result): result is ExactResult => result.kind === "exact")!;
  const runs = results.filter((result): result is RunResult => result.kind === "run");
  const dynamics = config.dynamics.map((kind) => {
    const points = exact.masses.map((truth) => pointOf(runsOf(runs, kind, truth.temperature), truth));
    const worst = points.reduce((a, b) => (Math.abs(b.difference) > Math.abs(a.difference) ? b : a));
    const { temperature, mass } = worst;
    const largestDifference = { value: Math.abs(worst.difference), temperature, standardError: mass.standardError };
    return { dynamics: kind, points, largestDifference };
  });
  return { exact: exact.masses, curve: exact.curve, dynamics };
}

function runsOf(runs: readonly RunResult[], dynamics: Dynamics, temperature: number): readonly RunResult[] {
  return runs.filter((run) => run.dynamics === dynamics && run.temperature === temperature);
}

function pointOf(runs: readonly RunResult[], { temperature, mass: exact }: ExactMass): DynamicsAtTemperature {
  const mass = overSeeds(runs.map((run) => run.mass));
  // A run that stopped early has fewer records than the others.
  const length = Math.min(...runs.map(({ records }) => records.length));
  const { stepSize } = runs[0]!;
  const inTime = runs[0]!.records.slice(0, length).map(({ step }, k) => {
    const here = runs.map(({ records }) => records[k]!);
    const energies = here.flatMap(({ energy }) => (energy === null ? [] : [energy]));
    return {
      step,
      time: stepSize === null ? null : step * stepSize,
      klToGibbs: overSeeds(here.map(({ klToGibbs }) => klToGibbs)),
      mass: overSeeds(here.map((record) => record.mass)).mean,
      energy: energies.length === here.length ? overSeeds(energies).mean : null,
    };
  });
  const klToGibbs = overSeeds(runs.map(({ records }) => records.at(-1)!.klToGibbs));
  const failed = runs.filter(({ status }) => status === "diverged").length;
  return { temperature, mass, difference: mass.mean - exact, klToGibbs, inTime, failed };
}
