import { wellPotential } from "@nce-geometry/energy";
import type { RunResult, UnimodalGibbsConfig, UnimodalGibbsSummary } from "@nce-geometry/experiments";
import { curvesFigure, type SpherePoint, twoWellFigure } from "@nce-geometry/plot";
import { formatNumber, formatShare, formatWithError } from "../../report/format.ts";
import type { Story, Storyteller } from "../story.ts";
import { estimatesOf, meanText, twoErrors } from "./words.ts";

const names = {
  paper: "the paper's simulation",
  tied: "flow, bandwidth tied to τ",
  langevin: "Langevin",
} as const;

/** E2: do particles settle where the Gibbs law says? */
export const unimodalGibbsStory: Storyteller = (result, document) => {
  const summary = result.summary as unknown as UnimodalGibbsSummary;
  const config = result.config as unknown as UnimodalGibbsConfig;
  const runs = result.units
    .map(({ result: one }) => one as unknown as RunResult)
    .filter(({ kind, particles }) => kind === "run" && particles !== null);
  return {
    question:
      "One modality has a free energy with a single Gibbs equilibrium. Do particles that follow it gather in the wells of the potential as much as the exact law says, at every temperature?",
    published:
      "Particles spread over the sphere at high temperature and gather in the wells at low temperature, as the Gibbs law predicts.",
    findings: summary.dynamics.map((one) => farthestInWords(one, summary.exact)),
    reasons: [
      "The paper's flow smooths the particles with a kernel of fixed width. Where the Gibbs law is narrower than the kernel, the flow does not feel the entropy of the law, and particles fall into the wells. A width tied to the temperature keeps them apart, and Langevin noise does so without any kernel.",
      "Neither is exact. A flow in a kernel density of n particles has the bias of that density; Langevin dynamics in steps of h = min(0.01, 0.02 τ) widen a well of curvature c by about a share c·h/(2τ), and shares of n particles scatter. A difference of many standard errors is such a bias.",
    ],
    figures: [
      ...wellFigures(config, summary, runs, document),
      ...summary.dynamics.map((one) => descentFigure(one, document)),
    ],
    tables: [
      {
        title: "Mass within the caps about the wells: mean ± standard error over seeds",
        columns: ["τ", "exact", ...summary.dynamics.map(({ dynamics }) => names[dynamics])],
        rows: summary.exact.map(({ temperature, mass }, k) => [
          String(temperature),
          formatNumber(mass, 6),
          ...summary.dynamics.map(({ points }) => meanText(points[k]!.mass)),
        ]),
      },
    ],
  } satisfies Story;
};

/** Where a dynamics is farthest from the exact law. */
function farthestInWords(
  { dynamics, largestDifference, points }: UnimodalGibbsSummary["dynamics"][number],
  exact: UnimodalGibbsSummary["exact"],
): string {
  const { value, temperature, standardError } = largestDifference;
  const off = standardError === null ? formatNumber(value) : formatWithError(value, standardError);
  const { mass } = exact.find((one) => one.temperature === temperature)!;
  const failed = points.reduce((sum, point) => sum + point.failed, 0);
  const broken = failed === 0 ? "" : ` Runs that diverged: ${failed}.`;
  return `${names[dynamics]}: of the temperatures tried, the mass in the wells is farthest from the exact ${formatNumber(mass, 6)} at τ = ${temperature}, off by ${off}.${broken}`;
}

function wellFigures(
  config: UnimodalGibbsConfig,
  summary: UnimodalGibbsSummary,
  runs: readonly RunResult[],
  document: Parameters<Storyteller>[1],
): Story["figures"] {
  const wells = wellsOf();
  const ascending = <T extends { readonly temperature: number }>(points: readonly T[]): T[] =>
    points.toSorted((a, b) => a.temperature - b.temperature);
  const exact = ascending(summary.exact);
  const curve = ascending(summary.curve);
  const snapshotsOf = (dynamics: RunResult["dynamics"]) =>
    ascending(runs.filter((run) => run.dynamics === dynamics))
      .reverse()
      .map(({ temperature, particles }) => ({ temperature, particles: pointsOf(particles!) }));
  return summary.dynamics
    .filter(({ dynamics }) => runs.some((run) => run.dynamics === dynamics))
    .map(({ dynamics, points }) => ({
      name: `particles-${dynamics}`,
      svg: twoWellFigure(
        {
          potential: potentialGrid(config.concentration, wells),
          wells,
          capRadius: config.capAngle,
          snapshots: snapshotsOf(dynamics),
          particlesLabel: `${names[dynamics]}, ${config.particles} particles`,
          exact: { temperatures: curve.map(({ temperature }) => temperature), masses: curve.map(({ mass }) => mass) },
          simulated: [
            {
              label: names[dynamics],
              temperatures: ascending(points).map(({ temperature }) => temperature),
              masses: ascending(points).map(({ mass }) => mass.mean),
              ...(points.every(({ mass }) => mass.standardError !== null) && {
                standardErrors: ascending(points).map(({ mass }) => mass.standardError!),
              }),
            },
          ],
        },
        { document, title: `Two wells: ${names[dynamics]}` },
      ),
      caption: `Particles of one seed at each temperature on the potential, and the mass in the wells of all seeds against the exact law (${formatShare(exact[0]!.mass)} at τ = ${exact[0]!.temperature}).`,
    }));
}

/** How far a dynamics is from the Gibbs law at each recorded step and, where it descends an energy, that energy. */
function descentFigure(
  { dynamics, points }: UnimodalGibbsSummary["dynamics"][number],
  document: Parameters<Storyteller>[1],
): Story["figures"][number] {
  const shown = spreadOf(points);
  const series = shown.map(({ temperature, inTime }) => {
    const { values, interval } = estimatesOf(inTime.map(({ klToGibbs }) => klToGibbs));
    return {
      label: `τ = ${temperature}`,
      x: inTime.map(({ step, time }) => time ?? step),
      y: values,
      ...(interval && { interval }),
    };
  });
  const energies = shown.flatMap(({ inTime }, k) => {
    const y = inTime.flatMap(({ energy }) => (energy === null ? [] : [energy]));
    return y.length === inTime.length ? [{ label: series[k]!.label, x: series[k]!.x, y }] : [];
  });
  const xLabel = shown.some(({ inTime }) => inTime.some(({ time }) => time !== null)) ? "time" : "step";
  const panels = [
    { xLabel, yLabel: "KL divergence to the Gibbs law (nats)", series },
    ...(energies.length > 0 ? [{ xLabel, yLabel: "energy that is descended (nats)", series: energies }] : []),
  ];
  return {
    name: `descent-${dynamics}`,
    svg: curvesFigure({ panels, intervalLabel: twoErrors }, { document, title: `In time: ${names[dynamics]}` }),
    caption:
      "The divergence is estimated by a kernel density whose width is tied to τ, in every dynamics alike: it falls below 0 by its bias, and rises where an energy is descended whose minimum is not the Gibbs law.",
  };
}

/** The lowest, the middle and the highest temperature, from the highest on. */
function spreadOf<T extends { readonly temperature: number }>(points: readonly T[]): readonly T[] {
  const descending = points.toSorted((a, b) => b.temperature - a.temperature);
  const places = new Set([0, Math.floor(descending.length / 2), descending.length - 1]);
  return [...places].map((place) => descending[place]!);
}

/** The wells of the paper: the north pole and the direction of (0.85, 0.15, −0.5). */
function wellsOf(): SpherePoint[] {
  const length = Math.hypot(0.85, 0.15, -0.5);
  return [
    [0, 0, 1],
    [0.85 / length, 0.15 / length, -0.5 / length],
  ];
}

function potentialGrid(concentration: number, wells: readonly SpherePoint[]): number[][] {
  const potential = wellPotential({ wells: wells.map((well) => [...well]), concentration });
  const [rows, columns] = [60, 120];
  return Array.from({ length: rows }, (_, i) => {
    const polar = (Math.PI * (i + 0.5)) / rows;
    const data = Float64Array.from({ length: 3 * columns }, (_, k) => {
      const azimuth = (2 * Math.PI * Math.floor(k / 3)) / columns;
      return [Math.sin(polar) * Math.cos(azimuth), Math.sin(polar) * Math.sin(azimuth), Math.cos(polar)][k % 3]!;
    });
    return [...potential.onRows!({ rows: columns, dim: 3, data }).values];
  });
}

/** Coordinates were rounded: back onto the sphere. */
function pointsOf(particles: readonly number[]): SpherePoint[] {
  return Array.from({ length: particles.length / 3 }, (_, i) => {
    const [x, y, z] = particles.slice(3 * i, 3 * i + 3) as [number, number, number];
    const length = Math.hypot(x, y, z);
    return [x / length, y / length, z / length];
  });
}
