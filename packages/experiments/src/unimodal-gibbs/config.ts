import type { OptionSpec, Scale } from "../experiment.ts";

/** How particles move. */
export type Dynamics = "paper" | "tied" | "langevin";

/** In the order in which to show them. */
export const allDynamics: readonly Dynamics[] = ["paper", "tied", "langevin"];

/** Options of E2. */
export type UnimodalGibbsConfig = {
  readonly temperatures: readonly number[];
  readonly dynamics: readonly Dynamics[];
  readonly seeds: number;
  readonly paperSeeds: number;
  readonly particles: number;
  readonly concentration: number;
  readonly capAngle: number;
  readonly paperSteps: number;
  readonly paperRate: number;
  readonly paperBandwidth: number;
  readonly paperNoise: number;
  readonly tiedSteps: number;
  readonly tiedRate: number;
  readonly langevinTime: number;
  readonly records: number;
  readonly curvePoints: number;
};

/** Where Langevin particles count as being at their law: they forget where they were in about half as long. */
export const LANGEVIN_BURN_IN = 1;

export const options: readonly OptionSpec[] = [
  { name: "temperatures", description: "Temperatures τ.", domain: { kind: "numbers", low: 0.02, high: 100 } },
  {
    name: "dynamics",
    description:
      "How particles move: as in the paper's simulation, by the same flow with its bandwidth tied to τ, or by Langevin dynamics.",
    domain: { kind: "choices", values: allDynamics },
  },
  {
    name: "seeds",
    description: "Seeds 0, 1, … of the corrected dynamics.",
    domain: { kind: "number", low: 1, high: 1000, whole: true },
  },
  {
    name: "paperSeeds",
    description: "Seeds 0, 1, … of the paper's simulation, whose runs are the longest.",
    domain: { kind: "number", low: 1, high: 1000, whole: true },
  },
  {
    name: "particles",
    description: "Particles of a run.",
    domain: { kind: "number", low: 8, high: 10_000, whole: true },
  },
  {
    name: "concentration",
    description: "κ of the potential: how sharply its two wells are told apart.",
    domain: { kind: "number", low: 0.1, high: 100 },
  },
  {
    name: "capAngle",
    description: "Radius of the caps about the wells whose mass is measured, in radians.",
    domain: { kind: "number", low: 0.05, high: 1 },
  },
  {
    name: "paperSteps",
    description: "Adam steps of the paper's simulation.",
    domain: { kind: "number", low: 1, high: 100_000, whole: true },
  },
  {
    name: "paperRate",
    description: "Learning rate of the paper's simulation.",
    domain: { kind: "number", low: 1e-4, high: 1 },
  },
  {
    name: "paperBandwidth",
    description: "Bandwidth h of the paper's simulation, in radians.",
    domain: { kind: "number", low: 0.01, high: 2 },
  },
  {
    name: "paperNoise",
    description: "Standard deviation of the noise that the paper's simulation adds at each step.",
    domain: { kind: "number", low: 0, high: 1 },
  },
  {
    name: "tiedSteps",
    description: "Adam steps of the flow with tied bandwidth.",
    domain: { kind: "number", low: 1, high: 100_000, whole: true },
  },
  {
    name: "tiedRate",
    description: "Learning rate of the flow with tied bandwidth.",
    domain: { kind: "number", low: 1e-4, high: 1 },
  },
  {
    name: "langevinTime",
    description: `Time that Langevin dynamics run; masses are means from time ${LANGEVIN_BURN_IN} on.`,
    domain: { kind: "number", low: 1.1, high: 1000 },
  },
  {
    name: "records",
    description: "Points of the trajectory that are kept, the start not counted.",
    domain: { kind: "number", low: 1, high: 1000, whole: true },
  },
  {
    name: "curvePoints",
    description: "Points of the curve of the exact mass over the temperature.",
    domain: { kind: "number", low: 2, high: 1000, whole: true },
  },
];

/** `full`: the paper's setting. `quick`: fewer temperatures, particles, steps and seeds; the same conclusions, less sharply. */
export function defaults(scale: Scale): UnimodalGibbsConfig {
  const full: UnimodalGibbsConfig = {
    temperatures: [10, 5, 2.5, 1, 0.5, 0.2, 0.1],
    dynamics: allDynamics,
    seeds: 20,
    paperSeeds: 2,
    particles: 768,
    concentration: 12,
    capAngle: 0.5,
    paperSteps: 5000,
    paperRate: 0.05,
    paperBandwidth: 0.35,
    paperNoise: 0.06,
    tiedSteps: 300,
    tiedRate: 0.02,
    langevinTime: 3,
    records: 40,
    curvePoints: 33,
  };
  if (scale === "full") return full;
  return {
    ...full,
    temperatures: [2.5, 0.5, 0.1],
    seeds: 4,
    paperSeeds: 1,
    particles: 192,
    paperSteps: 500,
    tiedSteps: 200,
    langevinTime: 2,
    records: 20,
    curvePoints: 13,
  };
}
