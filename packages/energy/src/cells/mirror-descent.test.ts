import { circleQuadrature } from "@nce-geometry/manifold";
import { createRandom } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { klDivergence, overlap } from "../grid/entropy.ts";
import { type GridMeasure, massesOf, normalizeLogDensity } from "../grid/grid-measure.ts";
import { cellMeasure } from "../grid/measures.ts";
import { mirrorDescent } from "./mirror-descent.ts";

const EPSILON = 2 ** -52;
const random = createRandom(17);
const circle = circleQuadrature({ nodes: 48 });
const angles = Float64Array.from({ length: 48 }, (_, i) => (2 * Math.PI * i) / 48);
const wells = angles.map((angle) => -Math.cos(2 * angle));
const noisy = (measure: GridMeasure, spread = 1) =>
  normalizeLogDensity(
    measure,
    random.normal(measure.weights.length).map((value) => value * spread),
  );
const gibbs = (measure: GridMeasure, potential: Float64Array, temperature: number) =>
  normalizeLogDensity(
    measure,
    potential.map((u) => -u / temperature),
  );
const uniform = normalizeLogDensity(circle, new Float64Array(48));
const massOf = (measure: GridMeasure, logDensity: Float64Array) =>
  massesOf(measure, logDensity).reduce((a, b) => a + b, 0);

/** Energies of size 1 to 10, each a sum of some hundred products. */
const ROUNDING = 256 * EPSILON;

describe("mirrorDescent of F", () => {
  test.each([0.1, 0.5])("log(ρ/ρ*) shrinks by 1 − η in every step (η = %f)", async (size) => {
    const functional = { kind: "unimodal", potential: wells, temperature: 0.4 } as const;
    const goal = gibbs(circle, wells, 0.4);
    const start = noisy(circle);
    const options = { stepRule: { kind: "constant", size }, maxSteps: 5 } as const;
    const { logDensities } = await mirrorDescent(circle, functional, [start], options);
    const rest = logDensities[0]!.map((value, i) => value - goal[i]!);
    const first = start.map((value, i) => value - goal[i]!);
    const shrunk = (1 - size) ** 5;
    for (let i = 1; i < 48; i++) {
      expectClose(rest[i]! - rest[0]!, shrunk * (first[i]! - first[0]!), { ulps: 64, epsilon: EPSILON, scale: 4 });
    }
  });

  test("η = 1 arrives at the Gibbs law at once, from anywhere and at any temperature", async () => {
    for (const temperature of [1e-3, 0.1, 10]) {
      const functional = { kind: "unimodal", potential: wells, temperature } as const;
      const options = { stepRule: { kind: "constant", size: 1 }, maxSteps: 1 } as const;
      const { logDensities } = await mirrorDescent(circle, functional, [noisy(circle)], options);
      const scale = Math.max(4, 2 / temperature);
      expectAllClose(logDensities[0]!, gibbs(circle, wells, temperature), { ulps: 8, epsilon: EPSILON, scale });
    }
  });

  test("F falls in every step to −log Z, mass stays 1, and the masses in the wells are told", async () => {
    const functional = { kind: "unimodal", potential: (z: Float64Array) => -z[0]!, temperature: 0.5 } as const;
    const right = Array.from({ length: 48 }, (_, i) => i).filter((i) => Math.cos(angles[i]!) > 0);
    const { status, logDensities, trajectory } = await mirrorDescent(circle, functional, [noisy(circle, 2)], {
      wells: [right],
    });
    expect(status).toBe("converged");
    for (let k = 1; k < trajectory.length; k++) {
      expect(trajectory[k]!.value).toBeLessThanOrEqual(trajectory[k - 1]!.value + ROUNDING);
    }
    expectClose(massOf(circle, logDensities[0]!), 1, { ulps: 16, epsilon: EPSILON });
    const goal = gibbs(
      circle,
      angles.map((angle) => -Math.cos(angle)),
      0.5,
    );
    // Within tolerance·(1 − η)/η of the Gibbs law in every log-ratio, so within its square in D_KL.
    expect(klDivergence(circle, logDensities[0]!, goal)).toBeLessThan(1e-16);
    const inside = right.reduce((sum, i) => sum + massesOf(circle, goal)[i]!, 0);
    expectClose(trajectory.at(-1)!.massInWells[0]![0]!, inside, { ulps: 1, epsilon: 1e-8 });
    expect(trajectory[0]).not.toHaveProperty("symmetricKL");
  });

  test("maxLogChange bounds what one step does", async () => {
    const functional = { kind: "unimodal", potential: wells, temperature: 0.01 } as const;
    const options = { stepRule: { kind: "constant", size: 1 }, maxLogChange: 0.25, maxSteps: 1 } as const;
    const { logDensities, trajectory } = await mirrorDescent(circle, functional, [uniform], options);
    const change = logDensities[0]!.map((value, i) => value - uniform[i]!);
    expectClose(Math.max(...change) - Math.min(...change), 0.25, { ulps: 16, epsilon: EPSILON, scale: 4 });
    expectClose(trajectory[1]!.stepSize!, 0.25 / 200, { ulps: 4, epsilon: EPSILON });
  });

  test("with a floor it ends in the Gibbs law cut off there", async () => {
    const functional = { kind: "unimodal", potential: wells, temperature: 0.2 } as const;
    const floor = { kind: "density", value: 0.05 } as const;
    const { status, logDensities } = await mirrorDescent(circle, functional, [uniform], { floor });
    expect(status).toBe("converged");
    // Stationary: U/τ + log ρ is one constant above the floor and larger on it.
    const [rho] = logDensities;
    const variation = rho!.map((value, i) => wells[i]! / 0.2 + value);
    const above = variation.filter((_, i) => rho![i]! > Math.log(0.05) + 1e-6);
    expect(above.length).toBeGreaterThan(10);
    expect(above.length).toBeLessThan(40);
    expect(Math.max(...above) - Math.min(...above)).toBeLessThan(1e-7);
    expect(Math.min(...variation)).toBeGreaterThan(Math.min(...above) - 1e-7);
  });
});

describe("mirrorDescent of two modalities", () => {
  const potentials = [wells, angles.map((angle) => -Math.cos(angle))] as const;

  test.each([1, 1.5])("λ = %f: the functional falls from anywhere", async (ownWeight) => {
    const functional = { kind: "multimodal", potentials, temperature: 0.5, ownWeight } as const;
    const run = await mirrorDescent(circle, functional, [noisy(circle, 2), noisy(circle, 2)]);
    expect(run.status).toBe("converged");
    const values = run.trajectory.map(({ value }) => value);
    for (let k = 1; k < values.length; k++) expect(values[k]!).toBeLessThanOrEqual(values[k - 1]! + ROUNDING);
  });

  test("λ = 1 is two independent Gibbs laws, at 1 − η/2 a step", async () => {
    const functional = { kind: "multimodal", potentials, temperature: 0.5, ownWeight: 1 } as const;
    const goals = potentials.map((potential) => gibbs(circle, potential, 0.5));
    const start = [noisy(circle), noisy(circle)];
    const options = { stepRule: { kind: "constant", size: 0.4 }, maxSteps: 3 } as const;
    const { logDensities } = await mirrorDescent(circle, functional, start, options);
    for (const k of [0, 1]) {
      const rest = logDensities[k]!.map((value, i) => value - goals[k]![i]!);
      const first = start[k]!.map((value, i) => value - goals[k]![i]!);
      expectClose(rest[5]! - rest[0]!, 0.8 ** 3 * (first[5]! - first[0]!), { ulps: 64, epsilon: EPSILON, scale: 4 });
    }
    const end = await mirrorDescent(circle, functional, start);
    expect(end.status).toBe("converged");
    for (const k of [0, 1]) expect(klDivergence(circle, end.logDensities[k]!, goals[k]!)).toBeLessThan(1e-15);
  });

  test.each(["own", "pooled"] as const)("denominator %s ends matched where U₁₂ = U₂₁", async (denominator) => {
    const functional = { kind: "multimodal", potentials: [wells, wells], temperature: 0.5, denominator } as const;
    const start = [noisy(circle, 0.5), noisy(circle, 0.5)];
    const run = await mirrorDescent(circle, functional, start, { tolerance: 1e-6, maxSteps: 5000, recordEvery: 100 });
    expect(run.status).toBe("converged");
    const goal = gibbs(circle, wells, 0.5);
    const mean = run.logDensities[0]!.map((a, i) => Math.log((Math.exp(a) + Math.exp(run.logDensities[1]![i]!)) / 2));
    // Pooled fixes the mean of the two densities alone; own fixes both.
    expect(klDivergence(circle, normalizeLogDensity(circle, mean), goal)).toBeLessThan(1e-9);
    if (denominator === "own") expect(run.trajectory.at(-1)!.symmetricKL!).toBeLessThan(1e-9);
  });

  test("a fixed reference field leaves a linear functional: all free mass goes to the lowest cell", async () => {
    const measure = cellMeasure({ cells: 6 });
    const potential = Float64Array.of(0.3, 0.1, 0, 0.5, 0.4, 0.2);
    const functional = {
      kind: "multimodal",
      potentials: [potential, potential],
      temperature: 0.1,
      denominator: "reference",
      reference: new Float64Array(6),
    } as const;
    const flat = new Float64Array(6);
    const floor = { kind: "cellMass", value: 0.01 } as const;
    const run = await mirrorDescent(measure, functional, [flat, flat], { floor });
    expect(run.status).toBe("converged");
    expectAllClose(massesOf(measure, run.logDensities[0]!), [0.01, 0.01, 0.95, 0.01, 0.01, 0.01], {
      ulps: 64,
      epsilon: EPSILON,
    });
  });

  test.each(["simultaneous", "alternating"] as const)("λ < ½ with a floor ends separated (%s)", async (schedule) => {
    for (const ownWeight of [0, 0.25]) {
      const functional = { kind: "multimodal", potentials: [wells, wells], temperature: 1, ownWeight } as const;
      const floor = { kind: "density", value: 1e-3 } as const;
      const start = [noisy(circle, 0.1), noisy(circle, 0.1)];
      const run = await mirrorDescent(circle, functional, start, { floor, schedule, maxSteps: 100, recordEvery: 50 });
      const [first, last] = [run.trajectory[0]!, run.trajectory.at(-1)!];
      expect(last.value).toBeLessThan(first.value);
      expect(last.symmetricKL!).toBeGreaterThan(2);
      // What two densities must share: the floor, where the other one's mass is.
      expect(last.overlap!).toBeLessThan(0.05);
      expectClose(last.overlap!, overlap(circle, run.logDensities[0]!, run.logDensities[1]!), {
        ulps: 4,
        epsilon: EPSILON,
      });
    }
  });

  test("the matched Gibbs state is stationary iff U₁₂ − U₂₁ is constant", async () => {
    const state = gibbs(circle, wells, 0.5);
    const options = { maxSteps: 1, tolerance: 1e-12 } as const;
    const run = (second: Float64Array) =>
      mirrorDescent(
        circle,
        { kind: "multimodal", potentials: [wells, second], temperature: 0.5, ownWeight: 0.3 },
        [state, state],
        options,
      );
    expect(await run(wells.map((u) => u + 0.7))).toMatchObject({ status: "converged", steps: 0 });
    expect(await run(wells.map((u, i) => u + 1e-6 * Math.cos(angles[i]!)))).toMatchObject({
      status: "maxSteps",
      steps: 1,
    });
  });

  test("swapping the modalities swaps the run", async () => {
    const [p, q] = [noisy(circle), noisy(circle)];
    const options = { maxSteps: 20, floor: { kind: "density", value: 1e-3 } } as const;
    const functional = { kind: "multimodal", potentials, temperature: 0.5, ownWeight: 0.2 } as const;
    const swapped = { ...functional, potentials: [potentials[1], potentials[0]] } as const;
    const run = await mirrorDescent(circle, functional, [p, q], options);
    const mirror = await mirrorDescent(circle, swapped, [q, p], options);
    expectAllClose(mirror.logDensities[1]!, run.logDensities[0]!, {
      ulps: 1e4,
      epsilon: EPSILON,
      scale: 1,
    });
    expectAllClose(mirror.logDensities[0]!, run.logDensities[1]!, {
      ulps: 1e4,
      epsilon: EPSILON,
      scale: 1,
    });
  });
});

describe("mirrorDescent as a run", () => {
  const functional = { kind: "multimodal", potentials: [wells, wells], temperature: 0.5, ownWeight: 1.2 } as const;

  test("k steps and k more are 2k steps, bit for bit", async () => {
    const start = [noisy(circle), noisy(circle)];
    const floor = { kind: "density", value: 1e-3 } as const;
    const first = await mirrorDescent(circle, functional, start, { maxSteps: 9, floor });
    const rest = await mirrorDescent(circle, functional, JSON.parse(JSON.stringify(first.state)), {
      maxSteps: 9,
      floor,
    });
    const all = await mirrorDescent(circle, functional, start, { maxSteps: 18, floor });
    expect(rest.state).toEqual(all.state);
    expect(rest.state.step).toBe(18);
    expect(rest.trajectory.at(-1)).toEqual(all.trajectory.at(-1));
  });

  test("statuses: maxSteps, aborted, diverged", async () => {
    const start = [noisy(circle), noisy(circle)];
    expect(await mirrorDescent(circle, functional, start, { maxSteps: 3 })).toMatchObject({
      status: "maxSteps",
      reason: "not converged after 3 steps",
      steps: 3,
    });
    let polls = 0;
    const signal = {
      reason: undefined,
      get aborted() {
        return ++polls > 4;
      },
    };
    expect(await mirrorDescent(circle, functional, start, { signal })).toMatchObject({ status: "aborted", steps: 4 });
    const wild = { stepRule: { kind: "constant", size: 1e3 } } as const;
    const diverged = await mirrorDescent(circle, { ...functional, ownWeight: 0 }, start, wild);
    expect(diverged.status).toBe("diverged");
    expect(diverged.logDensities.every((logDensity) => logDensity.every(Number.isFinite))).toBe(true);
    // Below λ = 1 nothing bounds the functional from below: an emptied cell earns (1 − λ)·½ρ₂·log ρ₁ → −∞.
    const far = [noisy(circle, 2), noisy(circle, 2)];
    const unbounded = await mirrorDescent(circle, { ...functional, ownWeight: 0.6 }, far);
    expect(unbounded.status).toBe("diverged");
    expect(unbounded.trajectory.at(-1)!.value).toBeLessThan(-100);
  });

  test("progress and the thinned trajectory", async () => {
    const seen: number[] = [];
    const run = await mirrorDescent(circle, functional, [noisy(circle), noisy(circle)], {
      maxSteps: 7,
      recordEvery: 3,
      onProgress: ({ done }) => seen.push(done),
    });
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(run.trajectory.map(({ step }) => step)).toEqual([0, 3, 6, 7]);
  });

  test("the messages", async () => {
    const run = (options: object, start: readonly Float64Array[] = [uniform, uniform]) =>
      mirrorDescent(circle, functional, start, options);
    await expect(run({ maxLogChange: 0 })).rejects.toThrow(
      "mirrorDescent: `maxLogChange` must be a number > 0, got 0.",
    );
    await expect(run({ stepRule: { kind: "constant", size: -1 } })).rejects.toThrow(
      "mirrorDescent: `stepRule.size` must be a finite number > 0, got -1.",
    );
    await expect(run({ stepRule: { kind: "backtracking", shrink: 1 } })).rejects.toThrow(
      "mirrorDescent: `stepRule.shrink` must be a number in (0, 1), got 1.",
    );
    await expect(run({ stepRule: { kind: "exact" } })).rejects.toThrow(
      'mirrorDescent: `stepRule.kind` must be "constant" or "backtracking", got exact.',
    );
    await expect(run({ schedule: "together" })).rejects.toThrow(
      'mirrorDescent: `schedule` must be "simultaneous" or "alternating", got together.',
    );
    await expect(mirrorDescent(circle, { ...functional, kind: "both" as "multimodal" }, [uniform])).rejects.toThrow(
      'mirrorDescent: `functional.kind` must be "unimodal" or "multimodal", got both.',
    );
    await expect(run({ wells: [[0], [48]] })).rejects.toThrow(
      "mirrorDescent: `wells[1]` must be a list of indices of 48 cells, got 48.",
    );
    await expect(run({}, [uniform])).rejects.toThrow(
      "mirrorDescent: `start` must be 2 log densities, one per modality, got 1.",
    );
    const hole = normalizeLogDensity(circle, uniform.with(7, Number.NEGATIVE_INFINITY));
    await expect(run({}, [uniform, hole])).rejects.toThrow(
      "mirrorDescent: `start[1]` must be positive in every cell, got no mass in cell 7. Lift it with projectOntoFloor.",
    );
  });
});
