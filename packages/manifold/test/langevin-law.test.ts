// The stationary law of the Langevin sampler: against that of its own discretisation, computed exactly, within standard errors; and that of the discretisation
// against the Gibbs law, at first order in the step.

import {
  add,
  cos,
  createRandom,
  fromArray,
  matMul,
  mul,
  neg,
  referenceBackend,
  reshape,
  slice,
  square,
  type Tensor,
} from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  circle,
  circleQuadrature,
  effectiveSampleSize,
  integrate,
  langevinInit,
  sampleLangevin,
  sphere,
  torus,
  zonalMean,
} from "../src/index.ts";
import type { Manifold } from "../src/manifold.ts";
import { chebyshev, chiNodes, fourier, normalNodes, stationaryLaw } from "./markov-chain.ts";

const backend = referenceBackend();
const EPSILON = 2 ** -52;

/** Moments E t and E t² of t = ⟨μ, z⟩ under the chain's own law, U = −t on S^m. */
function chainMoments(m: number, tau: number, h: number): { first: number; second: number } {
  const interpolation = chebyshev(24);
  const radii = chiNodes(m - 1);
  const law = stationaryLaw(interpolation, (t) => {
    const sine = Math.sqrt(1 - t * t);
    return normalNodes.flatMap(({ x, weight }) => {
      const towards = (h / tau) * sine + Math.sqrt(2 * h) * x;
      return radii.map(({ x: r, weight: w }) => {
        const length = Math.hypot(towards, Math.sqrt(2 * h) * r);
        const sinc = length === 0 ? 1 : Math.sin(length) / length;
        return { to: t * Math.cos(length) + sinc * towards * sine, weight: weight * w };
      });
    });
  });
  const moment = (power: number): number => law.reduce((sum, p, j) => sum + p * interpolation.nodes[j]! ** power, 0);
  return { first: moment(1), second: moment(2) };
}

interface Estimate {
  readonly mean: number;
  /** From effective sample sizes of the chains. */
  readonly standardError: number;
  /** From the spread of the chains' means, which are independent. */
  readonly betweenChains: number;
}

type Observe = (z: Float64Array) => number;

/** Means of functions of the chains along their paths. */
async function along(
  manifold: Manifold,
  potential: (z: Tensor) => Tensor,
  observables: readonly Observe[],
  options: { chains: number; steps: number; burnIn: number; temperature: number; stepSize: number; seed: string },
): Promise<Estimate[]> {
  const { chains, seed, ...run } = options;
  const random = createRandom(seed);
  const start = manifold.sampleUniform(random.split("start"), backend, chains);
  const d = manifold.ambientDimension;
  const points: Float64Array[] = [];
  const { status, state } = await sampleLangevin(manifold, potential, langevinInit(start, random.split("noise")), {
    ...run,
    onSample: ({ x }) => {
      points.push(x.dataSync() as Float64Array);
    },
  });
  expect(status).toBe("maxSteps");
  expect(manifold.explainOnManifold(state.x)).toBeUndefined();
  return observables.map((observe) => {
    return estimate(
      Array.from({ length: chains }, (_, i) => points.map((data) => observe(data.subarray(i * d, (i + 1) * d)))),
    );
  });
}

function estimate(series: readonly number[][]): Estimate {
  const chains = series.length;
  const means = series.map((chain) => chain.reduce((a, b) => a + b) / chain.length);
  const mean = means.reduce((a, b) => a + b) / chains;
  const all = series.flat();
  const variance = all.reduce((sum, t) => sum + (t - mean) ** 2, 0) / all.length;
  const draws = series.reduce((sum, chain) => sum + effectiveSampleSize(chain), 0);
  const between = means.reduce((sum, t) => sum + (t - mean) ** 2, 0) / (chains * (chains - 1));
  return { mean, standardError: Math.sqrt(variance / draws), betweenChains: Math.sqrt(between) };
}

describe("U = −⟨μ, z⟩ on S^m", () => {
  const TAU = 0.4;

  test.each([1, 2, 7])(
    "m = %d: the chain's law tends to von Mises–Fisher with concentration 1/τ, at first order",
    (m) => {
      const truth = zonalMean((_, c) => c, { dimension: m + 1, logDensity: (_, c) => c / TAU }).value;
      const bias = (h: number): number => chainMoments(m, TAU, h).first - truth;
      const [coarse, fine] = [bias(0.02), bias(0.01)];
      expect(Math.abs(coarse)).toBeGreaterThan(1e-5);
      // First order: halving the step halves the bias, up to a term of the order of h·m/τ.
      expect(Math.abs(coarse / fine - 2)).toBeLessThan(0.15);
      expect(Math.abs(2 * fine - coarse)).toBeLessThan(Math.abs(fine) / 8);
    },
  );

  test.each([
    [1, circle()],
    [2, sphere(3)],
    [7, sphere(8)],
  ])("S^%d: samples have the chain's moments, within 3 standard errors", async (m, manifold) => {
    const mu = manifold.sampleUniform(createRandom("mu"), backend, 1);
    const muRow = mu.dataSync();
    const potential = (z: Tensor): Tensor => neg(reshape(matMul(z, mu, { transposeB: true }), [z.shape[0]!]));
    const height = (z: Float64Array): number => z.reduce((sum, zk, k) => sum + zk * muRow[k]!, 0);
    const stepSize = 0.05;
    const options = { chains: 24, steps: 600, burnIn: 60, temperature: TAU, stepSize, seed: `law ${m}` };
    const { first, second } = chainMoments(m, TAU, stepSize);
    const squared = (z: Float64Array): number => height(z) ** 2;
    const [t, squares] = (await along(manifold, potential, [height, squared], options)) as [Estimate, Estimate];
    expect(Math.abs(t.mean - first)).toBeLessThan(3 * t.standardError);
    expect(Math.abs(squares.mean - second)).toBeLessThan(3 * squares.standardError);
    // Both standard errors estimate the same thing; with 24 chains the second is known to 15 percent.
    expect(Math.abs(t.standardError / t.betweenChains - 1)).toBeLessThan(0.45);
    // And so they are those of von Mises–Fisher, within the step's bias as well.
    const truth = zonalMean((_, c) => c, { dimension: m + 1, logDensity: (_, c) => c / TAU }).value;
    expect(Math.abs(t.mean - truth)).toBeLessThan(Math.abs(first - truth) + 3 * t.standardError);
    // The samples resolve the temperature: twice as hot, or noise √h instead of √(2h), would be ten errors off.
    const hot = zonalMean((_, c) => c, { dimension: m + 1, logDensity: (_, c) => c / (2 * TAU) }).value;
    expect(Math.abs(t.mean - hot)).toBeGreaterThan(10 * t.standardError);
  });
});

describe("two wells on the circle, U = −x² − 0.15x", () => {
  const [tau, stepSize] = [0.5, 0.05];
  const U = (theta: number): number => -(Math.cos(theta) ** 2) - 0.15 * Math.cos(theta);
  const slope = (theta: number): number => Math.sin(2 * theta) + 0.15 * Math.sin(theta);

  const chainMean = (h: number, observe: (theta: number) => number): number => {
    const interpolation = fourier(49);
    const law = stationaryLaw(interpolation, (theta) => {
      return normalNodes.map(({ x, weight }) => ({
        to: theta - (h / tau) * slope(theta) + Math.sqrt(2 * h) * x,
        weight,
      }));
    });
    return law.reduce((sum, p, j) => sum + p * observe(interpolation.nodes[j]!), 0);
  };
  const gibbsMean = (observe: (theta: number) => number): number => {
    const quadrature = circleQuadrature();
    const weight = (theta: number): number => Math.exp(-U(theta) / tau);
    const angle = ([x, y]: Float64Array): number => Math.atan2(y!, x!);
    const total = integrate(quadrature, (p) => weight(angle(p)));
    return integrate(quadrature, (p) => observe(angle(p)) * weight(angle(p))) / total;
  };

  test.each([
    ["imbalance of the wells", Math.cos],
    ["depth within them", (theta: number) => Math.cos(2 * theta)],
  ])("%s: the chain's law tends to the Gibbs law at first order", (_, observe) => {
    const bias = (h: number): number => chainMean(h, observe) - gibbsMean(observe);
    expect(Math.abs(bias(0.02) / bias(0.01) - 2)).toBeLessThan(0.15);
    expectClose(2 * bias(0.005), bias(0.01), { ulps: 0.1 / EPSILON, epsilon: EPSILON });
  });

  test.each([
    ["as unit vectors", circle(), ([x, y]: Float64Array) => Math.atan2(y!, x!)],
    ["as an angle", torus(1), ([theta]: Float64Array) => theta!],
  ] as const)("%s", async (name, manifold, angleOf) => {
    const potential = (z: Tensor): Tensor => {
      const x = manifold.kind === "torus" ? cos(z) : slice(z, [0, 0], [z.shape[0]!, 1]);
      return reshape(neg(add(square(x), mul(x, 0.15))), [z.shape[0]!]);
    };
    const options = { chains: 64, steps: 300, burnIn: 60, temperature: tau, stepSize, seed: name };
    const observables = [Math.cos, (theta: number) => Math.cos(2 * theta)];
    const seen = observables.map((observe) => (z: Float64Array) => observe(angleOf(z)));
    for (const [i, { mean, standardError }] of (await along(manifold, potential, seen, options)).entries()) {
      expect(Math.abs(mean - chainMean(stepSize, observables[i]!))).toBeLessThan(3 * standardError);
      expect(standardError).toBeLessThan(0.03);
    }
  });
});

test("no potential: Brownian motion with generator Δ, E⟨z_t, z_0⟩ = e^(−mt)", async () => {
  const [m, h, steps, chains] = [2, 0.02, 20, 2000];
  const pole = fromArray(
    backend,
    Array.from({ length: chains }, () => [0, 0, 1]),
  );
  const flat = (z: Tensor): Tensor => mul(reshape(slice(z, [0, 0], [chains, 1]), [chains]), 0);
  const options = { temperature: 1, stepSize: h, steps };
  const { state } = await sampleLangevin(sphere(3), flat, langevinInit(pole, createRandom("brown")), options);
  const heights = Array.from({ length: chains }, (_, i) => state.x.dataSync()[3 * i + 2]!);
  const mean = heights.reduce((a, b) => a + b) / chains;
  const standardError = Math.sqrt(heights.reduce((sum, t) => sum + (t - mean) ** 2, 0)) / chains;
  const perStep = chiNodes(m).reduce((sum, { x, weight }) => sum + weight * Math.cos(Math.sqrt(2 * h) * x), 0);
  expect(Math.abs(mean - perStep ** steps)).toBeLessThan(3 * standardError);
  // The chain itself: cos of a Gaussian step against the heat semigroup, −m h + O(h²) per step.
  expect(Math.abs(perStep - Math.exp(-m * h))).toBeLessThan(m * m * h * h);
});
