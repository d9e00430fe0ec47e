import { circle as circleManifold, circleQuadrature } from "@nce-geometry/manifold";
import { createRandom } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { klDivergence } from "../grid/entropy.ts";
import { massesOf, normalizeLogDensity } from "../grid/grid-measure.ts";
import { cellMeasure } from "../grid/measures.ts";
import { jkoFlow } from "./jko-flow.ts";
import { squaredGeodesicCost } from "./squared-geodesic-cost.ts";

const EPSILON = 2 ** -52;
const n = 48;
const circle = circleQuadrature({ nodes: n });
const angles = Float64Array.from({ length: n }, (_, i) => (2 * Math.PI * i) / n);
const cost = squaredGeodesicCost(circleManifold(), circle.points);
const free = { kind: "unimodal", potential: new Float64Array(n), temperature: 1 } as const;
const wells = angles.map((angle) => -Math.cos(2 * angle));
const uniform = normalizeLogDensity(circle, new Float64Array(n));
const harmonic = (m: number, amplitude: number) =>
  normalizeLogDensity(
    circle,
    angles.map((angle) => Math.log1p(amplitude * Math.cos(m * angle))),
  );

/** Amplitude of cos(mθ) relative to the uniform density. */
function amplitudeOf(logDensity: Float64Array, m: number): number {
  const masses = massesOf(circle, logDensity);
  return 2 * masses.reduce((sum, mass, i) => sum + mass * Math.cos(m * angles[i]!), 0);
}

/** Multiplier of cos(mθ) under the kernel e^(−c/ε) of this grid. */
function kernelMultiplier(m: number, eps: number): number {
  let [sum, weighted] = [0, 0];
  for (let j = 0; j < n; j++) {
    const k = Math.exp(-cost[j]! / eps);
    sum += k;
    weighted += k * Math.cos(m * angles[j]!);
  }
  return weighted / sum;
}

describe("squaredGeodesicCost", () => {
  test("is the squared angle", () => {
    expect([cost[0], cost[n + 1]]).toEqual([0, 0]);
    expectClose(cost[n / 2]!, Math.PI ** 2, { ulps: 4, epsilon: EPSILON });
    expectClose(cost[3]!, ((3 * 2 * Math.PI) / n) ** 2, { ulps: 8, epsilon: EPSILON });
  });
});

describe("jkoFlow", () => {
  test.each([
    [1, 0.05, 0.05, "deduct"],
    [2, 0.05, 0.1, "deduct"],
    [1, 0.1, 0.05, "keep"],
  ] as const)(
    "harmonic %i of a nearly uniform density shrinks as stated (h = %f, ε = %f, %s)",
    async (m, h, eps, blur) => {
      const amplitude = 1e-4;
      const options = { cost, timeStep: h, regularization: eps, blur, maxSteps: 1, marginalTolerance: 1e-15 } as const;
      const { logDensities } = await jkoFlow(circle, free, [harmonic(m, amplitude)], options);
      const k = kernelMultiplier(m, eps);
      const omega = blur === "deduct" ? 1 - eps / (4 * h) : 1;
      const expected = (amplitude * k) / (1 + ((2 * h * omega) / eps) * (1 - k * k));
      // The next order of the perturbation is a relative amplitude².
      expectClose(amplitudeOf(logDensities[0]!, m), expected, { ulps: 10 * amplitude ** 2, epsilon: 1 });
    },
  );

  test("small steps follow the heat flow e^(−t), with an error that shrinks like h", async () => {
    const rateAt = async (h: number) => {
      const options = { cost, timeStep: h, maxSteps: Math.round(0.2 / h), tolerance: 0 } as const;
      const { logDensities } = await jkoFlow(circle, free, [harmonic(1, 1e-3)], options);
      return -Math.log(amplitudeOf(logDensities[0]!, 1) / 1e-3) / 0.2;
    };
    const [coarse, fine] = [await rateAt(0.1), await rateAt(0.05)];
    // Implicit Euler alone is at log(1 + h)/h ≈ 1 − h/2.
    expect(Math.abs(coarse - 1)).toBeLessThan(0.05);
    expect(Math.abs(fine - 1) / Math.abs(coarse - 1)).toBeGreaterThan(0.4);
    expect(Math.abs(fine - 1) / Math.abs(coarse - 1)).toBeLessThan(0.6);
  });

  test("the free energy falls, mass stays 1 and moves as the marginals say, and the rest is near the Gibbs law", async () => {
    const potential = angles.map((angle) => -Math.cos(angle));
    const functional = { kind: "unimodal", potential, temperature: 0.5 } as const;
    const start = normalizeLogDensity(circle, createRandom(2).normal(n));
    const goal = normalizeLogDensity(
      circle,
      potential.map((u) => -u / 0.5),
    );
    const run = async (h: number) => {
      const options = { cost, timeStep: h, tolerance: 1e-4, maxSteps: 200 } as const;
      return jkoFlow(circle, functional, [start], options);
    };
    const [coarse, fine] = [await run(0.2), await run(0.1)];
    const distances = [coarse, fine].map(({ status, logDensities, trajectory }) => {
      expect(status).toBe("converged");
      const [logDensity] = logDensities;
      expectClose(
        massesOf(circle, logDensity!).reduce((a, b) => a + b, 0),
        1,
        { ulps: 16, epsilon: EPSILON },
      );
      trajectory.slice(1).forEach((point, k) => {
        expect(point.marginalError!).toBeLessThanOrEqual(1e-12);
        expect(point.innerSteps!).toBeGreaterThan(1);
        // Until it is at rest: there F may differ from its least value by the error of the step.
        expect(point.value).toBeLessThan(trajectory[k]!.value + 1e-9);
      });
      return klDivergence(circle, logDensity!, goal);
    });
    expect(distances[0]!).toBeLessThan(2e-2);
    // Second order in h and ε for the density, hence fourth for D_KL: less than half is more than first order.
    expect(distances[1]! / distances[0]!).toBeLessThan(0.3);
  });

  test("the concave part of F^Sym is taken at its tangent, so that the functional falls as matched densities separate", async () => {
    const functional = { kind: "multimodal", potentials: [wells, wells], temperature: 0.5 } as const;
    const start = [harmonic(1, 0.05), harmonic(1, -0.05)];
    const options = { cost, timeStep: 0.05, schedule: "alternating", maxSteps: 4, marginalTolerance: 1e-6 } as const;
    const { trajectory } = await jkoFlow(circle, functional, start, options);
    for (let k = 1; k < trajectory.length; k++) {
      expect(trajectory[k]!.value).toBeLessThan(trajectory[k - 1]!.value);
    }
    expect(trajectory.at(-1)!.symmetricKL!).toBeGreaterThan(trajectory[0]!.symmetricKL!);
  });

  test("k steps and k more are 2k steps, bit for bit", async () => {
    const functional = { kind: "multimodal", potentials: [wells, wells], temperature: 0.5, ownWeight: 1 } as const;
    const start = [harmonic(1, 0.5), harmonic(2, 0.5)];
    const options = { cost, timeStep: 0.1 } as const;
    const first = await jkoFlow(circle, functional, start, { ...options, maxSteps: 2 });
    const rest = await jkoFlow(circle, functional, JSON.parse(JSON.stringify(first.state)), {
      ...options,
      maxSteps: 2,
    });
    const all = await jkoFlow(circle, functional, start, { ...options, maxSteps: 4 });
    expect(rest.state).toEqual(all.state);
  });

  test("the manifold of the grid gives the cost; an unfinished inner iteration is said", async () => {
    const options = { cost: circleManifold(), timeStep: 0.1, maxSteps: 1 } as const;
    const run = await jkoFlow(circle, free, [harmonic(1, 0.5)], options);
    const same = await jkoFlow(circle, free, [harmonic(1, 0.5)], { ...options, cost });
    expectAllClose(run.logDensities[0]!, same.logDensities[0]!, { ulps: 0, epsilon: EPSILON });
    const short = await jkoFlow(circle, free, [harmonic(1, 0.5)], { ...options, maxInnerSteps: 2 });
    expect(short).toMatchObject({ status: "maxSteps", steps: 0 });
    expect(short.reason).toMatch(/^an inner iteration still misplaces a mass of .* after 2 steps$/);
  });

  test("at rest it has converged; an aborted run says so", async () => {
    const options = { cost, timeStep: 0.1 } as const;
    expect(await jkoFlow(circle, free, [uniform], options)).toMatchObject({ status: "converged", steps: 0 });
    const signal = { aborted: true, reason: undefined };
    expect(await jkoFlow(circle, free, [harmonic(1, 0.5)], { ...options, signal })).toMatchObject({
      status: "aborted",
    });
  });

  test("the messages", async () => {
    const run = (options: object) => jkoFlow(circle, free, [uniform], { cost, timeStep: 0.1, ...options });
    await expect(run({ timeStep: 0 })).rejects.toThrow("jkoFlow: `timeStep` must be a finite number > 0, got 0.");
    await expect(run({ regularization: -1 })).rejects.toThrow(
      "jkoFlow: `regularization` must be a finite number > 0, got -1.",
    );
    await expect(run({ blur: "none" })).rejects.toThrow('jkoFlow: `blur` must be "deduct" or "keep", got none.');
    await expect(run({ schedule: "together" })).rejects.toThrow(
      'jkoFlow: `schedule` must be "simultaneous" or "alternating", got together.',
    );
    await expect(run({ cost: new Float64Array(3) })).rejects.toThrow(
      "jkoFlow: `cost` must be of length 48² = 2304, got length 3.",
    );
    await expect(run({ cost: cost.with(50, 7) })).rejects.toThrow(
      /^jkoFlow: `cost` must be symmetric, ≥ 0 and 0 on the diagonal, got 7 at \(1, 2\)/,
    );
    const cells = cellMeasure({ cells: 3 });
    const three = { kind: "unimodal", potential: new Float64Array(3), temperature: 1 } as const;
    await expect(
      jkoFlow(cells, three, [new Float64Array(3)], { cost: circleManifold(), timeStep: 0.1 }),
    ).rejects.toThrow("jkoFlow: `cost` must be a list of values on a grid without points, got circle");
  });
});
