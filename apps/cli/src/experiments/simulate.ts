// simulate: two clouds of particles under the smoothed energy of two modalities, watched while they move.

import {
  capMass,
  gibbsBandwidth,
  gibbsLawOnSphere,
  type ParticleRecord,
  particleFlowInit,
  type SymmetricParticleEnergy,
  symmetricEnergyFlow,
  wellPotential,
} from "@nce-geometry/energy";
import { sphere } from "@nce-geometry/manifold";
import { curvesFigure } from "@nce-geometry/plot";
import { createRandom, type DenominatorKind, InputError } from "@nce-geometry/tensor";
import { type Command, InvalidArgumentError, Option } from "commander";
import { parseHTML } from "linkedom";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { assertWritableFolder, writeFiles } from "../output.ts";
import { formatNumber } from "../report/format.ts";
import { shellLine } from "../shell-words.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { version } from "../version.ts";
import { csvOf } from "./csv.ts";
import { sparkline } from "./sparkline.ts";
import { storyPage } from "./story-page.ts";

interface SimulateOptions {
  readonly temperature: number;
  readonly particles: number;
  readonly steps: number;
  readonly denominator: Exclude<DenominatorKind, "reference">;
  readonly ownWeight: number;
  readonly seed: number;
  readonly out?: string;
}

/** Steps between two looks. */
const look = 10;
const wells = [
  { center: [0, 0, 1], angle: 0.5 },
  { center: [0.8, 0, -0.6], angle: 0.5 },
];

/** Adds the command. */
export function addSimulateCommand(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command("simulate")
    .description(
      "watch two modalities as particles on the sphere, in the same two wells, under the energy of a contrastive loss",
    )
    .option("--temperature <tau>", "temperature of the loss, 0.02 to 10", numberIn(0.02, 10), 0.2)
    .option("--particles <n>", "particles of each modality, 10 to 2000", wholeIn(10, 2000), 300)
    .option("--steps <n>", "steps, 1 to 100000", wholeIn(1, 100_000), 200)
    .addOption(
      new Option("--denominator <kind>", "population in the denominator")
        .choices(["cross", "own", "pooled"])
        .default("cross"),
    )
    .option("--own-weight <lambda>", "weight of the own population beside the cross one, 0 to 2", numberIn(0, 2), 0)
    .option("--seed <seed>", "seed of everything random", wholeIn(0, Number.MAX_SAFE_INTEGER), 0)
    .option("--out <dir>", "write result.json, trajectory.csv, trajectory.svg and index.html into this folder")
    .action(async (options: SimulateOptions) => finish(await simulate(options, terminal)));
}

type Watched = ParticleRecord<SymmetricParticleEnergy>;

async function simulate(options: SimulateOptions, terminal: Terminal): Promise<ExitCode> {
  const { out, denominator, ownWeight } = options;
  if (denominator === "own" && ownWeight > 0) {
    const expected = "left out where the own population is all of the denominator";
    const received = String(ownWeight);
    throw new InputError({ code: "E_OPTION", where: "simulate", argument: "--own-weight", expected, received });
  }
  if (out !== undefined) await assertWritableFolder(out);
  const { trajectory, status } = await watch(options, terminal);
  const last = trajectory.at(-1)!;
  const exact = exactMass(options.temperature);
  const words = `${options.denominator}${options.ownWeight > 0 ? ` with own weight ${options.ownWeight}` : ""}`;
  const finding =
    `Denominator ${words}, τ = ${options.temperature}: after ${last.step} steps D_S, estimated by kernel densities, is ${formatNumber(last.symmetricKL!)} nats, the overlap ` +
    `${formatNumber(last.overlap!)}; ${formatNumber(last.massInUnion[0]!)} and ${formatNumber(last.massInUnion[1]!)} of the particles are in the wells, ` +
    `where the Gibbs law of either alone has ${formatNumber(exact)}.`;
  terminal.print(`${finding}\n`);
  if (out !== undefined) {
    await writeFiles(out, filesOf({ trajectory, status, options, finding }), terminal.signal);
    terminal.print(`${out}/index.html\n`);
  }
  return exitCode.ok;
}

async function watch(
  { temperature, particles, steps, denominator, ownWeight, seed }: SimulateOptions,
  terminal: Terminal,
): Promise<{ readonly trajectory: Watched[]; readonly status: string }> {
  const random = createRandom(seed).split("simulate");
  const cloud = (name: string) => sphere(3).rows.sampleUniform(random.split(name), particles);
  const potential = potentialOf();
  const kernel = { kind: "vonMisesFisher", bandwidth: gibbsBandwidth({ temperature }) } as const;
  let state = particleFlowInit([cloud("first"), cloud("second")], random.split("noise"));
  const trajectory: Watched[] = [];
  for (let done = 0; ; ) {
    const run = await symmetricEnergyFlow(state, {
      ...{ temperature, kernel, denominator, ownWeight, wells },
      potentials: { kind: "fields", first: potential, second: potential },
      optimizer: { kind: "adam", learningRate: 0.02 },
      steps: Math.min(look, steps - done),
      recordEvery: look,
      signal: terminal.signal,
    });
    if (run.status === "aborted") throw terminal.signal.reason;
    // The last record of a part is the first of the next.
    trajectory.push(...(trajectory.length === 0 ? run.trajectory : run.trajectory.slice(1)));
    state = run.state;
    done += run.steps;
    const { step, symmetricKL, massInUnion } = trajectory.at(-1)!;
    const line = sparkline(trajectory.map((record) => record.symmetricKL!));
    terminal.error(
      `step ${String(step).padStart(6)}  D_S ${formatNumber(symmetricKL!).padStart(8)} ${line}  in the wells ${massInUnion.map((mass) => formatNumber(mass, 2)).join(" ")}\n`,
    );
    if (done >= steps || run.status === "diverged" || run.status === "converged")
      return { trajectory, status: run.status };
  }
}

function potentialOf() {
  return wellPotential({ wells: wells.map(({ center }) => center), concentration: 12 });
}

/** Mass of the Gibbs law within the caps, which do not touch. */
function exactMass(temperature: number): number {
  const potential = potentialOf();
  const at = (z: Float64Array): number => potential.onRows!({ rows: 1, dim: 3, data: z }).values[0]!;
  const law = gibbsLawOnSphere(at, { temperature, tolerance });
  return wells.reduce((mass, well) => mass + capMass(law, at, { ...well, tolerance }).value, 0);
}

/** More than is printed. */
const tolerance = 1e-6;

function filesOf({
  trajectory,
  status,
  options,
  finding,
}: {
  readonly trajectory: readonly Watched[];
  readonly status: string;
  readonly options: SimulateOptions;
  readonly finding: string;
}): Readonly<Record<string, string>> {
  const { document } = parseHTML("<!doctype html><html></html>");
  const { out, ...config } = options;
  const x = trajectory.map(({ step }) => step);
  const series = (label: string, of: (record: Watched) => number) => ({ label, x, y: trajectory.map(of) });
  const svg = curvesFigure(
    {
      panels: [
        { xLabel: "step", yLabel: "energy (nats)", series: [series("smoothed J^Sym", ({ terms }) => terms.value)] },
        { xLabel: "step", yLabel: "D_S (nats)", series: [series("D_S", ({ symmetricKL }) => symmetricKL!)] },
        {
          xLabel: "step",
          yLabel: "share of particles in the wells",
          series: [
            series("first", ({ massInUnion }) => massInUnion[0]!),
            series("second", ({ massInUnion }) => massInUnion[1]!),
          ],
        },
      ],
    },
    { document, title: "Two modalities in two wells" },
  );
  const table = {
    columns: ["step", "energy", "symmetricKL", "overlap", "inWells1", "inWells2"],
    rows: trajectory.map(({ step, terms, symmetricKL, overlap, massInUnion }) => [
      ...[step, terms.value, symmetricKL!, overlap!],
      ...massInUnion,
    ]),
  };
  const story = {
    question:
      "Two modalities share a potential with two wells. Do they meet in them, or does the denominator of the loss drive them apart?",
    published:
      "With the other modality in the denominator, F^Sym has a negative divergence: matched minima of the potentials do not keep two laws together.",
    findings: [finding],
    reasons: [],
    figures: [
      { name: "trajectory", svg, caption: "Energy, divergence and mass in the wells while the particles move." },
    ],
    tables: [],
  };
  const flags = Object.entries(config).flatMap(([name, value]) => [
    `--${name === "ownWeight" ? "own-weight" : name}`,
    String(value),
  ]);
  const command = shellLine(["nce-geometry", "simulate", ...flags, "--out", out!]);
  return {
    "result.json": `${JSON.stringify({ schema: "nce-geometry/simulation@1", config, status, trajectory }, null, 1)}\n`,
    "trajectory.csv": csvOf(table),
    "trajectory.svg": svg,
    "index.html": storyPage({ title: "Two modalities in two wells", story, config, command, version }),
  };
}

function numberIn(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && value >= low && value <= high) return value;
    throw new InvalidArgumentError(`It must be a number from ${low} to ${high}.`);
  };
}

function wholeIn(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isInteger(value) && value >= low && value <= high) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${low} to ${high}.`);
  };
}
