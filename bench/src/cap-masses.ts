// Mass within 0.5 rad of the wells of the two-well potential on S²: exact, by Langevin particles, by the blob flow with a bandwidth tied to the
// temperature, and by the paper's own simulation. Usage: cap-masses [particles] [seeds] [seeds of the paper's simulation] [temperatures, by commas]

import {
  freeEnergyFlow,
  gibbsBandwidth,
  langevinFlow,
  langevinFlowInit,
  particleFlowInit,
  wellPotential,
} from "@nce-geometry/energy";
import { capQuadrature, logIntegrate, type PointFunction, sphere, sphereQuadrature } from "@nce-geometry/manifold";
import { createRandom, type Random, type RowMatrix } from "@nce-geometry/tensor";

const [particles = 768, seeds = 8, paperSeeds = 1] = process.argv.slice(2, 5).map(Number);
const temperatures = process.argv[5]?.split(",").map(Number) ?? [10, 5, 2.5, 1, 0.5, 0.2, 0.1];
const second = [0.85, 0.15, -0.5].map((value) => value / Math.hypot(0.85, 0.15, -0.5));
const wells = [[0, 0, 1], second].map((center) => ({ center, angle: 0.5 }));
const potential = wellPotential({ wells: wells.map(({ center }) => center), concentration: 12 });
const space = sphere(3);

console.log(`${particles} particles; mean over seeds ± standard error of the mean (spread/√seeds)\n`);
console.log(
  `| τ | exact | Langevin (${seeds}) | flow, h tied to τ (${seeds}) | h | the paper's simulation (${paperSeeds}) |`,
);
console.log("|---|---|---|---|---|---|");
for (const temperature of temperatures) {
  const bandwidth = gibbsBandwidth({ temperature });
  const columns = [
    exactMass(temperature).toFixed(6),
    await over(seeds, (random) => langevin(temperature, random)),
    await over(seeds, (random) => tied(temperature, bandwidth, random)),
    bandwidth.toFixed(3),
    await over(paperSeeds, (random) => paper(temperature, random)),
  ];
  console.log(`| ${[temperature, ...columns].join(" | ")} |`);
}

function exactMass(temperature: number): number {
  const exponent: PointFunction = (z) => {
    const values = potential.onRows!({ rows: 1, dim: 3, data: z }).values;
    return -values[0]! / temperature;
  };
  const caps = wells.map((well) => logIntegrate(capQuadrature({ ...well, polarNodes: 96 }), exponent));
  const whole = logIntegrate(sphereQuadrature({ polarNodes: 400 }), exponent);
  return caps.reduce((sum, log) => sum + Math.exp(log - whole), 0);
}

/** The mean over records from time 1 to 3: the law is reached by time ½, and forgets where it was in about as long. */
async function langevin(temperature: number, random: Random): Promise<number> {
  const stepSize = Math.min(0.01, 0.02 * temperature);
  const recordEvery = Math.ceil(0.5 / stepSize);
  const options = { potential, temperature, stepSize, steps: 6 * recordEvery, recordEvery, wells };
  const { trajectory } = await langevinFlow(space, langevinFlowInit(start(random), random.split("noise")), options);
  const masses = trajectory.slice(2).map(({ massInUnion }) => massInUnion[0]!);
  return masses.reduce((sum, mass) => sum + mass, 0) / masses.length;
}

async function tied(temperature: number, bandwidth: number, random: Random): Promise<number> {
  const { trajectory } = await freeEnergyFlow(particleFlowInit(start(random), random.split("noise")), {
    temperature,
    potential,
    kernel: { kind: "vonMisesFisher", bandwidth },
    optimizer: { kind: "adam", learningRate: 0.02 },
    steps: 300,
    recordEvery: 300,
    wells,
  });
  return trajectory.at(-1)!.massInUnion[0]!;
}

async function paper(temperature: number, random: Random): Promise<number> {
  const v = { rows: particles, dim: 3, data: random.split("start").normal(3 * particles) };
  const { trajectory } = await freeEnergyFlow(particleFlowInit(v, random.split("noise")), {
    temperature,
    potential,
    kernel: { kind: "geodesicGaussian", bandwidth: 0.35, distance: "clamped" },
    parameters: "ambient",
    noise: 0.06,
    steps: 5000,
    recordEvery: 5000,
    wells,
  });
  return trajectory.at(-1)!.massInUnion[0]!;
}

function start(random: Random): RowMatrix {
  return space.rows.sampleUniform(random.split("start"), particles);
}

async function over(count: number, run: (random: Random) => Promise<number>): Promise<string> {
  const masses: number[] = [];
  for (let seed = 0; seed < count; seed++) masses.push(await run(createRandom(seed)));
  if (count < 2) return count === 0 ? "–" : masses[0]!.toFixed(4);
  const mean = masses.reduce((sum, mass) => sum + mass, 0) / count;
  const spread = Math.sqrt(masses.reduce((sum, mass) => sum + (mass - mean) ** 2, 0) / (count - 1));
  return `${mean.toFixed(4)} ± ${(spread / Math.sqrt(count)).toFixed(4)}`;
}
