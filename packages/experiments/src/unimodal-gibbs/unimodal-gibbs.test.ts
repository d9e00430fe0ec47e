import { existsSync, readFileSync } from "node:fs";
import { gibbsBandwidth } from "@nce-geometry/energy";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import type { ExperimentResult } from "../experiment.ts";
import { resultBytes, runExperiment } from "../runner/run-experiment.ts";
import type { UnimodalGibbsConfig } from "./config.ts";
import { concentrationCurve, exactMass, landscapeOf } from "./exact-law.ts";
import type { ExactResult, RunResult } from "./run-unit.ts";
import { summarize } from "./summary.ts";
import { unimodalGibbs } from "./unimodal-gibbs.ts";

const oracle = new URL("../../../../../shared/oracles/gibbs_s2.json", import.meta.url);

const tiny: UnimodalGibbsConfig = {
  ...unimodalGibbs.defaults("quick"),
  temperatures: [1, 0.5],
  seeds: 2,
  paperSeeds: 1,
  particles: 32,
  paperSteps: 20,
  tiedSteps: 20,
  langevinTime: 1.2,
  records: 4,
  curvePoints: 2,
};

const run = async (config: UnimodalGibbsConfig) => (await runExperiment(unimodalGibbs, config)).result!;
const bytes = (result: object): string => new TextDecoder().decode(resultBytes(result as ExperimentResult));

describe("exact masses", () => {
  const landscape = landscapeOf(unimodalGibbs.defaults("full"));

  test("a hot law is uniform: two caps of 0.5 rad hold 1 − cos 0.5, off by Cov(1_caps, −U)/τ at most", () => {
    const { mass, meanPotential, potentialVariance } = exactMass(landscape, 1e6);
    // |Cov| ≤ the spread of U, 2, times ½.
    expect(Math.abs(mass - (1 - Math.cos(0.5)))).toBeLessThan(1e-6);
    expect(meanPotential).toBeLessThan(0);
    expect(potentialVariance).toBeGreaterThan(0);
  });

  test("at τ = 1/κ the law is the mixture of the two von Mises–Fisher laws", () => {
    const cold = exactMass(landscape, 1 / 12);
    // Z = ½ Σ ∫e^{κ⟨z, m⟩} = 4π sinh(κ)/κ; quadrature to 1e-12, then 64 roundings.
    expectClose(cold.logPartition, Math.log((4 * Math.PI * Math.sinh(12)) / 12), {
      ulps: 8192,
      epsilon: Number.EPSILON,
    });
    // A cap holds its own component's mass, and as much of the other's as reaches over.
    const own = (1 - Math.exp(-12 * (1 - Math.cos(0.5)))) / (1 - Math.exp(-24));
    expect(cold.mass).toBeGreaterThan(own);
    expect(cold.mass).toBeLessThan(own + 1e-4);
    expect(Math.abs(cold.massInWells[0]! - cold.massInWells[1]!)).toBeLessThan(1e-10);
  });

  test("the curve passes through the masses of its ends and falls with τ", () => {
    const curve = concentrationCurve(landscape, { temperatures: [10, 0.1, 1], curvePoints: 5 });
    expect(curve).toHaveLength(5);
    for (const [at, temperature] of [
      [0, 0.1],
      [4, 10],
    ] as const) {
      expect(curve[at]!.temperature).toBe(temperature);
      expect(Math.abs(curve[at]!.mass - exactMass(landscape, temperature).mass)).toBeLessThan(1e-8);
    }
    expect(curve.slice(1).every(({ mass }, k) => mass < curve[k]!.mass)).toBe(true);
    expect(concentrationCurve(landscape, { temperatures: [2], curvePoints: 5 })).toHaveLength(1);
  });

  const title = existsSync(oracle)
    ? "the golden values by 1600 × 3200 quadrature, within their 1e-9"
    : "SKIPPED: ../shared/oracles/gibbs_s2.json is not here";
  test.skipIf(!existsSync(oracle))(title, () => {
    const { rows } = JSON.parse(readFileSync(oracle, "utf8")) as {
      rows: readonly { tau: number; logZ: number; meanPotential: number; capMass: Record<string, number> }[];
    };
    for (const { tau, logZ, meanPotential, capMass } of rows) {
      const exact = exactMass(landscape, tau);
      expect(Math.abs(exact.mass - capMass["0.5"]!)).toBeLessThan(2e-9);
      expect(Math.abs(exact.logPartition - logZ)).toBeLessThan(2e-9);
      expect(Math.abs(exact.meanPotential - meanPotential)).toBeLessThan(2e-9);
    }
  });
});

describe("E2", () => {
  test("one unit for the exact laws, one for every run; the same configuration gives the same bytes", async () => {
    const keys = unimodalGibbs.units(tiny).map(({ key }) => key);
    expect(keys).toHaveLength(1 + 2 * (1 + 2 + 2));
    expect(keys.slice(0, 3)).toEqual(["exact", "paper_temperature-1_seed-0", "paper_temperature-0.5_seed-0"]);
    expect(keys.at(-1)).toBe("langevin_temperature-0.5_seed-1");
    const result = await run(tiny);
    expect(bytes(await run(tiny))).toBe(bytes(result));
    const runs = result.units.map((unit) => unit.result).filter((one): one is RunResult => one.kind === "run");
    expect(runs.every(({ status }) => status === "maxSteps")).toBe(true);
    // 32 particles in place of 768 lie √24 as far apart.
    const bandwidth = (temperature: number) => gibbsBandwidth({ temperature, widest: 0.2 * Math.sqrt(24) });
    for (const one of runs) expect(one.bandwidth).toBe(bandwidth(one.temperature));
    expect(bandwidth(1)).not.toBe(gibbsBandwidth({ temperature: 1 }));
    // Positions of the first seed alone: unit vectors but for the rounding, √3/2 · 1e-4 in length.
    expect(runs.filter(({ particles }) => particles !== null)).toHaveLength(6);
    for (const { particles } of runs.filter(({ seed }) => seed === 0)) {
      expect(particles).toHaveLength(3 * 32);
      expect(Math.abs(Math.hypot(...particles!.slice(0, 3)) - 1)).toBeLessThan(1e-4);
      expect(particles!.every((value) => Math.abs(value * 1e4 - Math.round(value * 1e4)) < 1e-9)).toBe(true);
    }
  }, 30_000);

  test("at τ = 0.1 the paper's simulation over-concentrates and the corrected dynamics do not", async () => {
    const { summary } = await run({ ...tiny, temperatures: [0.1], particles: 96, paperSteps: 150, tiedSteps: 120 });
    const [paper, tied, langevin] = summary.dynamics;
    expect(paper!.points[0]!.mass.mean).toBeGreaterThan(0.9);
    // 96 particles: one standard deviation of a share is √(0.7 · 0.3/96) = 0.047; two seeds.
    expect(tied!.largestDifference.value).toBeLessThan(0.1);
    expect(langevin!.largestDifference.value).toBeLessThan(0.1);
    expect(paper!.points[0]!.klToGibbs.standardError).toBeNull();
    expect(tied!.points[0]!.klToGibbs.standardError).toBeGreaterThan(0);
    // All start from the uniform law, far from the Gibbs law, and come closer.
    for (const { points } of summary.dynamics) {
      const { inTime } = points[0]!;
      expect(inTime[0]!.step).toBe(0);
      expect(Math.abs(inTime.at(-1)!.klToGibbs.mean)).toBeLessThan(inTime[0]!.klToGibbs.mean / 4);
    }
    expect(langevin!.points[0]!.inTime[0]!.energy).toBeNull();
    // Whole steps of 0.02 τ.
    expect(Math.abs(langevin!.points[0]!.inTime.at(-1)!.time! - tiny.langevinTime)).toBeLessThan(0.002);
    expect(tied!.points[0]!.inTime.at(-1)!.time).toBeNull();
    expect(tied!.points[0]!.inTime[0]!.energy).not.toBeNull();
  }, 30_000);

  test("the summary of made-up runs: means, standard errors, differences", () => {
    const exact: ExactResult = {
      kind: "exact",
      masses: [{ ...exactMass(landscapeOf(tiny), 1), mass: 0.25 }],
      curve: [],
    };
    const made = (seed: number, mass: number, klToGibbs: number): RunResult => ({
      kind: "run",
      dynamics: "tied",
      temperature: 1,
      seed,
      status: "maxSteps",
      steps: 1,
      stepSize: null,
      bandwidth: 0.2,
      mass,
      massInWells: [mass, 0],
      records: [{ step: 0, mass, potentialTerm: 0, energy: klToGibbs - 1, klToGibbs }],
      particles: null,
    });
    const config = { ...tiny, temperatures: [1], dynamics: ["tied"] as const };
    const { dynamics } = summarize(config, [exact, made(0, 0.25, 1), made(1, 0.75, 3)]);
    expect(dynamics).toEqual([
      {
        dynamics: "tied",
        points: [
          {
            temperature: 1,
            mass: { mean: 0.5, standardError: 0.25, seeds: 2 },
            difference: 0.25,
            klToGibbs: { mean: 2, standardError: 1, seeds: 2 },
            inTime: [{ step: 0, time: null, klToGibbs: { mean: 2, standardError: 1, seeds: 2 }, mass: 0.5, energy: 1 }],
            failed: 0,
          },
        ],
        largestDifference: { value: 0.25, temperature: 1, standardError: 0.25 },
      },
    ]);
  });

  test("an aborted unit rejects", async () => {
    const stop = new AbortController();
    stop.abort(new Error("enough"));
    const unit = unimodalGibbs.units(tiny)[1]!;
    await expect(unimodalGibbs.run(tiny, unit, { signal: stop.signal })).rejects.toThrow("enough");
  });

  test.each<[object, string]>([
    [{ temperatures: [0] }, "E2: `temperatures[0]` must be a number from 0.02 to 100, got 0."],
    [{ dynamics: ["svgd"] }, 'E2: `dynamics[0]` must be "paper", "tied" or "langevin", got "svgd".'],
    [{ particles: 4 }, "E2: `particles` must be an integer from 8 to 10000, got 4."],
    [{ langevinTime: 1 }, "E2: `langevinTime` must be a number from 1.1 to 1000, got 1."],
    [{ capAngle: 1.5 }, "E2: `capAngle` must be a number from 0.05 to 1, got 1.5."],
  ])("%j is refused", (change, message) => {
    expect(() => unimodalGibbs.check({ ...tiny, ...change })).toThrow(message);
  });

  test("both defaults are in their domains", () => {
    for (const scale of ["quick", "full"] as const) unimodalGibbs.check(unimodalGibbs.defaults(scale));
  });
});
