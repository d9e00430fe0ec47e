import { circle, meanResultantLength, sphere, torus } from "@nce-geometry/manifold";
import { cos, createRandom, log, neg, type RowMatrix, reshape, slice, type Tensor } from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import { type LangevinFlowState, langevinFlow, langevinFlowInit } from "./langevin-flow.ts";
import { wellPotential } from "./well-potential.ts";

const second = [0.85, 0.15, -0.5].map((value) => value / Math.hypot(0.85, 0.15, -0.5));
const centers = [[0, 0, 1], second];
const wells = centers.map((center) => ({ center, angle: 0.5 }));
const twoWells = wellPotential({ wells: centers, concentration: 12 });
const oneWell = wellPotential({ wells: [[0, 0, 1]], concentration: 1 });
const cloud = (n: number, seed = 1): RowMatrix => sphere(3).rows.sampleUniform(createRandom(seed), n);
const start = (n: number): LangevinFlowState => langevinFlowInit(cloud(n), createRandom(2));
const reopened = (state: LangevinFlowState): LangevinFlowState =>
  JSON.parse(JSON.stringify(state)) as LangevinFlowState;

describe("stationary laws", () => {
  test("U = −⟨m, z⟩: von Mises–Fisher with concentration 1/τ", async () => {
    const n = 500;
    const options = { potential: oneWell, temperature: 0.5, stepSize: 0.02, steps: 120, recordEvery: 40 };
    const { trajectory, status } = await langevinFlow(sphere(3), start(n), options);
    expect(status).toBe("maxSteps");
    expect(trajectory.map(({ step }) => step)).toEqual([0, 40, 80, 120]);
    const mean = meanResultantLength(3, 2);
    // Var⟨m, z⟩ = 1 − A² − 2A/κ; the step biases by about h/τ of it, and e^{−2t} of the start is left.
    const deviation = Math.sqrt((1 - mean ** 2 - mean) / n);
    expect(Math.abs(-trajectory.at(-1)!.terms.meanPotential - mean)).toBeLessThan(3.5 * deviation + (0.02 / 0.5) * 0.2);
    expect(trajectory.at(-1)!.terms.potentialTerm).toBe(trajectory.at(-1)!.terms.meanPotential / 0.5);
  });

  // Exact masses within 0.5 rad of the wells, by quadrature of each cap in its own polar frame.
  test.each([
    [1, 0.189346, 0.02],
    [0.1, 0.706385, 0.004],
  ])("two wells at τ = %d: mass %d", async (temperature, exact, stepSize) => {
    const n = 600;
    const options = {
      potential: twoWells,
      temperature,
      stepSize,
      steps: 150,
      recordEvery: 150,
      wells,
      gibbs: { massInUnion: exact },
    };
    const { trajectory } = await langevinFlow(sphere(3), start(n), options);
    // Independent particles: binomial, 3.5 deviations; the step makes wells too wide by a relative h/2τ of their variance, |dp/dlog v| ≤ 1/e.
    const tolerance = 3.5 * Math.sqrt((exact * (1 - exact)) / n) + stepSize / (2 * temperature * Math.E);
    expect(trajectory.at(-1)!.massError).toBeLessThan(tolerance);
  });

  test("on the circle and on a torus", async () => {
    const down = (z: Tensor): Tensor => reshape(neg(slice(z, [0, 0], [z.shape[0]!, 1])), [z.shape[0]!]);
    const around = (z: Tensor): Tensor => reshape(neg(cos(slice(z, [0, 0], [z.shape[0]!, 1]))), [z.shape[0]!]);
    const options = { temperature: 0.5, stepSize: 0.02, steps: 150, recordEvery: 150 };
    const mean = meanResultantLength(2, 2);
    const deviation = Math.sqrt((1 - mean ** 2 - mean / 2) / 300);
    for (const [space, potential] of [
      [circle(), down],
      [torus(2), around],
    ] as const) {
      const state = langevinFlowInit(space.rows.sampleUniform(createRandom(5), 300), createRandom(6));
      const { trajectory } = await langevinFlow(space, state, { ...options, potential });
      expect(Math.abs(-trajectory.at(-1)!.terms.meanPotential - mean)).toBeLessThan(
        3.5 * deviation + (0.02 / 0.5) * 0.2,
      );
    }
  });
});

test("continued from a file bit for bit, with the same records", async () => {
  const options = { potential: twoWells, temperature: 0.2, stepSize: 0.01, recordEvery: 5, wells };
  const whole = await langevinFlow(sphere(3), start(20), { ...options, steps: 20 });
  const half = await langevinFlow(sphere(3), start(20), { ...options, steps: 10 });
  const rest = await langevinFlow(sphere(3), reopened(half.state), { ...options, steps: 10 });
  expect(rest.state).toEqual(whole.state);
  expect(rest.trajectory).toEqual(whole.trajectory.slice(2));
  expect(JSON.parse(JSON.stringify(whole.trajectory))).toEqual(whole.trajectory);
});

describe("status and messages", () => {
  const options = { potential: twoWells, temperature: 0.2, stepSize: 0.01, steps: 100, recordEvery: 5 };

  test("diverged", async () => {
    // log z₃ is NaN below the equator, where half of the particles start.
    const broken = (z: Tensor): Tensor => log(reshape(slice(z, [0, 2], [z.shape[0]!, 1]), [z.shape[0]!]));
    const z = { rows: 2, dim: 3, data: Float64Array.of(0, 0, 1, 0, 0, -1) };
    const result = await langevinFlow(sphere(3), langevinFlowInit(z, createRandom(1)), {
      ...options,
      potential: broken,
    });
    expect(result).toMatchObject({ status: "diverged", steps: 0, reason: "`potential` is NaN at row 1 of 2" });
  });

  test("aborted, with progress", async () => {
    const signal = { aborted: false, reason: undefined };
    const onProgress = ({ done }: { done: number }): void => {
      if (done >= 32) signal.aborted = true;
    };
    const result = await langevinFlow(sphere(3), start(5), { ...options, signal, onProgress });
    expect(result).toMatchObject({ status: "aborted", steps: 32 });
    expect(result.state.step).toBe(32);
  });

  test.each([
    [
      { temperature: 0 },
      "langevinFlow: `temperature` must be a finite number > 0, got 0. CLIP-like systems use 0.01 to 0.1.",
    ],
    [{ stepSize: -1 }, "langevinFlow: `stepSize` must be a finite number > 0, got -1."],
    [{ steps: 1.5 }, "langevinFlow: `steps` must be an integer ≥ 0, got 1.5."],
    [{ recordEvery: 0 }, "langevinFlow: `recordEvery` must be an integer ≥ 1, got 0."],
  ])("options %#", async (changes, message) => {
    await expect(langevinFlow(sphere(3), start(2), { ...options, ...changes })).rejects.toThrow(message);
  });

  test("particles off the manifold", async () => {
    const off = langevinFlowInit({ rows: 1, dim: 3, data: Float64Array.of(0, 0, 2) }, createRandom(1));
    await expect(langevinFlow(sphere(3), off, options)).rejects.toThrow(
      "langevinFlow: `state.x` must be on sphere(3), got row 0 of 1 with norm 2 instead of 1 (tolerance 0.0000010). Move points there with projectPoint, or allow more with `tolerance`.",
    );
  });
});
