import { circle, logVonMisesFisherNormalizer, sphere, torus, vonMisesFisher } from "@nce-geometry/manifold";
import { createRandom, meanOfArray, type RowMatrix } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { knnSymmetricKL } from "../divergences/knn-divergence.ts";
import { createObserver } from "./trajectory.ts";

const EPSILON = 2 ** -52;
const onCircle = (...angles: number[]): RowMatrix => {
  return { rows: angles.length, dim: 2, data: Float64Array.from(angles.flatMap((t) => [Math.cos(t), Math.sin(t)])) };
};
const north = [0, 0, 1];
const draw = (concentration: number, n: number, label: string): RowMatrix => {
  return vonMisesFisher({ meanDirection: north, concentration }).rows.sample(createRandom(label), n);
};
const densityKernel = { kind: "vonMisesFisher", bandwidth: 0.3 } as const;

describe("masses in wells", () => {
  const wells = [
    { center: [1, 0], angle: 0.5 },
    { center: [Math.cos(0.8), Math.sin(0.8)], angle: 0.5 },
  ];

  test("counts of each cloud, of each well and of their union; the edge belongs to it", async () => {
    const observe = createObserver("f", circle(), { wells });
    const { massInWells, massInUnion } = await observe([onCircle(0, 0.4, 1.2, 3), onCircle(-0.1, 0)], 0);
    expect(massInWells).toEqual([
      [0.5, 0.5],
      [1, 0],
    ]);
    expect(massInUnion).toEqual([0.75, 1]);
  });

  test("the largest error against exact masses", async () => {
    const gibbs = { massInWells: [0.3, 0.5], massInUnion: 0.9 };
    const { massError } = await createObserver("f", circle(), { wells, gibbs })([onCircle(0, 0.4, 1.2, 3)], 0);
    expectClose(massError!, 0.2, { ulps: 4, epsilon: EPSILON });
  });

  test("without wells there is nothing to tell; other manifolds have wells too", async () => {
    expect(await createObserver("f", circle(), {})([onCircle(1)], 0)).toEqual({ massInWells: [[]], massInUnion: [0] });
    const flat = createObserver("f", torus(2), { wells: [{ center: [0, 0], angle: 1 }] });
    const z = { rows: 2, dim: 2, data: Float64Array.of(0.1, 6.2, 3, 3) };
    expect((await flat([z], 0)).massInUnion).toEqual([0.5]);
  });
});

/** Log density of vMF(north, κ) smoothed by the kernel of width h, in closed form. */
function logSmoothed(z: RowMatrix, concentration: number, h: number): Float64Array {
  const logC = (kappa: number): number => logVonMisesFisherNormalizer(3, kappa);
  return new Float64Array(z.rows).map((_, i) => {
    const joint = Math.hypot(
      z.data[3 * i]! / h ** 2,
      z.data[3 * i + 1]! / h ** 2,
      z.data[3 * i + 2]! / h ** 2 + concentration,
    );
    return logC(1 / h ** 2) + logC(concentration) - logC(joint);
  });
}

/** Mean relative variance of a density estimate from n points: ∫k²/(n ρ̃ (∫k)²) = 1/(4πh²nρ̃). */
function estimateVariance(logDensities: Float64Array, n: number, h: number): number {
  return meanOfArray(logDensities.map((log) => 1 / (4 * Math.PI * h ** 2 * n * Math.exp(log))));
}

describe("divergence from the Gibbs law", () => {
  test.each([0.1, 2, 8])(
    "a sample of vMF(κ = %d) against the uniform law: the smoothed density in closed form",
    async (kappa) => {
      const [n, h] = [600, 0.3];
      const observe = createObserver("f", sphere(3), { densityKernel, gibbs: { logPartition: Math.log(4 * Math.PI) } });
      const z = draw(kappa, n, "k");
      const smoothed = logSmoothed(z, kappa, h);
      const { klToGibbs } = await observe([z], 0);
      const expected = meanOfArray(smoothed) + Math.log(4 * Math.PI);
      // E log ρ̂ = log ρ̃ − CV²/(2n); its scatter is of first order in how far K(ρ/ρ̃) is from 1, at most h²κ here.
      const variance = estimateVariance(smoothed, n, h);
      expect(Math.abs(klToGibbs! - expected + variance / 2)).toBeLessThan(
        variance + (3 * h ** 2 * kappa) / Math.sqrt(n),
      );
      expectClose((await observe([z], 2.5)).klToGibbs! - klToGibbs!, 2.5, { ulps: 8, epsilon: EPSILON });
    },
  );
});

describe("two clouds", () => {
  test("two samples of one law: D_S is 0 and the overlap 1, up to the variance of the densities", async () => {
    const [n, kappa, h] = [600, 5, 0.3];
    const [x, y] = [draw(kappa, n, "x"), draw(kappa, n, "y")];
    const { symmetricKL, overlap } = await createObserver("f", sphere(3), { densityKernel })([x, y], 0);
    const variance = 2 * estimateVariance(logSmoothed(x, kappa, h), n, h);
    expect(Math.abs(symmetricKL!)).toBeLessThan(variance);
    // 2/(1 + e^|Δ|) ≥ 1 − |Δ|/2, and E|Δ| ≤ √variance.
    expect(overlap).toBeGreaterThan(1 - Math.sqrt(variance));
    expect(overlap).toBeLessThanOrEqual(1);
  });

  test("two pairs of points on the circle: D_S and overlap in closed form", async () => {
    const h = 0.5;
    const k = (angle: number): number => Math.exp(-(angle ** 2) / (2 * h ** 2));
    const observe = createObserver("f", circle(), {
      densityKernel: { kind: "geodesicGaussian", bandwidth: h, distance: "clamped" },
    });
    const { symmetricKL, overlap } = await observe([onCircle(0, 0.2), onCircle(1, 1.2)], 0);
    // The inner points see the other cloud at 0.8 and 1, the outer ones at 1 and 1.2; each sees its own companion at 0.2.
    const contrasts = [k(0.8) + k(1), k(1) + k(1.2)].map((sum) => Math.log(k(0.2)) - Math.log(sum / 2));
    const tolerance = { ulps: 64, epsilon: EPSILON, scale: 1 };
    expectClose(symmetricKL!, (contrasts[0]! + contrasts[1]!) / 2, tolerance);
    const shared = contrasts.map((gap) => 2 / (1 + Math.exp(Math.abs(gap))));
    expectClose(overlap!, (shared[0]! + shared[1]!) / 2, tolerance);
  });

  test("densities that count each particle in its own", async () => {
    const [x, y] = [onCircle(0, 0.2), onCircle(1, 1.2)];
    const kernel = { kind: "geodesicGaussian", bandwidth: 0.5 } as const;
    const gibbs = { logPartition: 0 };
    const kl = async (densityForm: "all" | "leaveOneOut") =>
      (await createObserver("f", circle(), { densityKernel: kernel, densityForm, gibbs })([x, y], 0)).klToGibbs!;
    const companion = Math.exp(-(0.2 ** 2) / (2 * 0.5 ** 2));
    const expected = Math.log((1 + companion) / 2) - Math.log(companion);
    expectClose((await kl("all")) - (await kl("leaveOneOut")), expected, { ulps: 64, epsilon: EPSILON, scale: 1 });
  });

  test("swapping them changes nothing", async () => {
    const observe = createObserver("f", sphere(3), { densityKernel });
    const [x, y] = [draw(5, 40, "x"), draw(2, 30, "y")];
    const [forth, back] = [await observe([x, y], 0), await observe([y, x], 0)];
    expectAllClose([back.symmetricKL!, back.overlap!], [forth.symmetricKL!, forth.overlap!], {
      ulps: 40 * 16,
      epsilon: EPSILON,
      scale: 1,
    });
  });

  test("nearest neighbours on demand", async () => {
    const [x, y] = [draw(5, 60, "x"), draw(2, 60, "y")];
    const observe = createObserver("f", sphere(3), { symmetricKL: { kind: "knn", k: 4 } });
    const { symmetricKL, overlap } = await observe([x, y], 0);
    expect(symmetricKL).toBe((await knnSymmetricKL(x, y, { k: 4 })).value);
    expect(overlap).toBeUndefined();
  });
});

test("messages", () => {
  expect(() => createObserver("f", torus(2), { densityKernel })).toThrow(
    "f: `densityKernel` must be absent off the sphere, got a kernel on torus(2).",
  );
  expect(() => createObserver("f", sphere(3), { densityKernel: { ...densityKernel, bandwidth: 0 } })).toThrow(
    "f: `kernel.bandwidth` must be a finite number > 0, got 0.",
  );
  expect(() => createObserver("f", sphere(3), { wells: [{ center: [0, 0, 2], angle: 1 }] })).toThrow(
    "f: `wells[0].center` must be on sphere(3), got row 0 of 1 with norm 2 instead of 1 (tolerance 0.0000010). Move points there with projectPoint, or allow more with `tolerance`.",
  );
});
