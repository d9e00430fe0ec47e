import { circleQuadrature, sphereQuadrature, vonMisesFisher } from "@nce-geometry/manifold";
import { expectAllClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { gridKernel, kernelMassError } from "./grid-kernel.ts";
import { normalizeLogDensity } from "./grid-measure.ts";
import { cellMeasure, zonalMeasure } from "./measures.ts";

const EPS = 2 ** -52;
const sphere = sphereQuadrature({ polarNodes: 24 });
const circle = circleQuadrature({ nodes: 128 });

describe("gridKernel", () => {
  test("a von Mises–Fisher density on S², smoothed: its closed form", async () => {
    const law = vonMisesFisher({ meanDirection: [0.48, 0.6, 0.64], concentration: 6 });
    for (const temperature of [0.2, 1, 10]) {
      const smoothed = await gridKernel(sphere, { temperature }).logSmooth(law.rows.logDensity(sphere.points));
      // Spectral in the nodes: at degree 47 the kernel of concentration 5 is exact to rounding; sums of 1152 terms.
      expectAllClose(smoothed, law.rows.logSmoothedDensity(sphere.points, { temperature }), {
        ulps: 64,
        epsilon: EPS,
        scale: 16,
      });
    }
  });

  test("the same on the circle", async () => {
    const law = vonMisesFisher({ meanDirection: [0.6, -0.8], concentration: 9 });
    const smoothed = await gridKernel(circle, { temperature: 0.05 }).logSmooth(law.rows.logDensity(circle.points));
    const expected = law.rows.logSmoothedDensity(circle.points, { temperature: 0.05 });
    expectAllClose(smoothed, expected, { ulps: 64, epsilon: EPS, scale: 20 });
  });

  test.each([2, 3, 16, 128])("the same on zonal grids, d = %d", async (dimension) => {
    const concentration = dimension;
    const zonal = zonalMeasure({ dimension, logDensity: (_, cosine) => concentration * cosine });
    const law = vonMisesFisher({
      meanDirection: Array.from({ length: dimension }, (_, k) => Number(k === 0)),
      concentration,
    });
    const data = new Float64Array(zonal.angles.length * dimension);
    zonal.angles.forEach((angle, i) => {
      data[i * dimension] = Math.cos(angle);
      data[i * dimension + 1] = Math.sin(angle);
    });
    const points = { rows: zonal.angles.length, dim: dimension, data };
    const temperature = 1 / dimension;
    const smoothed = await gridKernel(zonal, { temperature }).logSmooth(
      zonal.cosines.map((c) => law.logNormalizer + concentration * c),
    );
    const expected = law.rows.logSmoothedDensity(points, { temperature });
    // Where the law itself has its mass; far away the grid, made for the law, sees only part of what the kernel brings.
    const near = zonal.angles.findIndex((angle) => angle > 0.5);
    const size = Math.max(16, ...expected.map(Math.abs));
    expectAllClose(smoothed.slice(0, near), expected.slice(0, near), { ulps: 256, epsilon: EPS, scale: size * 16 });
  });

  test("rbf of scale c is the cosine at τ/(2c); geodesic of the same width is close and normalised", async () => {
    const density = normalizeLogDensity(
      sphere,
      Float64Array.from(sphere.weights, (_, i) => sphere.points.data[3 * i]!),
    );
    const cosine = await gridKernel(sphere, { temperature: 0.4 }).logSmooth(density);
    const rbf = await gridKernel(sphere, { temperature: 0.8, critic: { kind: "rbf", scale: 1 } }).logSmooth(density);
    expectAllClose(rbf, cosine, { ulps: 32, epsilon: EPS, scale: 4 });
    const geodesic = gridKernel(sphere, { temperature: 0.4, critic: { kind: "geodesic", scale: 0.5 } });
    // The geodesic kernel has a kink at the antipode, of weight e^{−π²/0.8}.
    expect(await kernelMassError(geodesic)).toBeLessThan(Math.exp(-(Math.PI ** 2) / 0.8));
    const smoothed = await geodesic.logSmooth(density);
    const distance = Math.max(...smoothed.map((value, i) => Math.abs(value - cosine[i]!)));
    expect(distance).toBeGreaterThan(1e-3);
    expect(distance).toBeLessThan(0.2);
  });

  test("uniform stays uniform, and τ → ∞ makes anything uniform", async () => {
    const uniform = new Float64Array(circle.weights.length).fill(-Math.log(2 * Math.PI));
    expectAllClose(await gridKernel(circle, { temperature: 0.1 }).logSmooth(uniform), uniform, {
      ulps: 16,
      epsilon: EPS,
      scale: 4,
    });
    const density = normalizeLogDensity(
      circle,
      Float64Array.from(circle.weights, (_, i) => 3 * circle.points.data[2 * i]!),
    );
    // The kernel of concentration 1e-8 multiplies the first harmonic by 0.5e-8.
    expectAllClose(await gridKernel(circle, { temperature: 1e8 }).logSmooth(density), uniform, {
      ulps: 1,
      epsilon: 2e-8,
    });
  });

  test("an unresolved kernel shows in its mass", async () => {
    expect(await kernelMassError(gridKernel(circle, { temperature: 0.05 }))).toBeLessThan(1e-12);
    expect(await kernelMassError(gridKernel(circle, { temperature: 1e-5 }))).toBeGreaterThan(1);
  });

  test("cancels, reports progress, refuses", async () => {
    const kernel = gridKernel(circle, { temperature: 1 });
    const signal = { aborted: true, reason: new Error("enough") };
    await expect(kernel.logSmooth(new Float64Array(128), { signal })).rejects.toThrow("enough");
    const seen: number[] = [];
    await kernel.logSmooth(new Float64Array(128), { onProgress: ({ done, total }) => seen.push(done / total) });
    expect(seen).toEqual([0, 1]);
    await expect(kernel.logSmooth(new Float64Array(3))).rejects.toThrow(
      "gridKernel.logSmooth: `logDensity` must be of length 128, the points of the grid, got length 3.",
    );
    expect(() => gridKernel(circle, { temperature: 0 })).toThrow(
      "gridKernel: `temperature` must be a finite number > 0, got 0. CLIP-like systems use 0.01 to 0.1.",
    );
    expect(() => gridKernel(cellMeasure({ cells: 3 }), { temperature: 1 })).toThrow(
      "gridKernel: `measure` must be a quadrature with points on the sphere, or a zonal grid, got a grid without points.",
    );
    const off = { weights: Float64Array.of(1), points: { rows: 1, dim: 2, data: Float64Array.of(3, 4) } };
    expect(() => gridKernel(off, { temperature: 1 })).toThrow(
      "gridKernel: `measure.points` must be unit rows, got norm 5 in row 0.",
    );
    expect(() =>
      gridKernel(zonalMeasure({ dimension: 3 }), { temperature: 1, critic: { kind: "geodesic", scale: 1 } }),
    ).toThrow('gridKernel: `critic` must be of kind "cosine" or "rbf" on a zonal grid, got one of kind "geodesic".');
  });
});
