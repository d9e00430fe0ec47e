import { besselRatio, circleQuadrature, vonMisesFisher } from "@nce-geometry/manifold";
import { type DenominatorKind, sumOfArray } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import type { Pair } from "./denominators.ts";
import { freeEnergyMultimodal } from "./free-energy-multimodal.ts";
import { freeEnergyUnimodal } from "./free-energy-unimodal.ts";
import { gridKernel } from "./grid-kernel.ts";
import { normalizeLogDensity } from "./grid-measure.ts";
import { zonalMeasure } from "./measures.ts";
import {
  firstVariationParametric,
  firstVariationSymmetricParametric,
  parametricEnergyOnGrid,
  secondVariationParametric,
  secondVariationSymmetricParametric,
  symmetricParametricEnergyOnGrid,
} from "./parametric-energy.ts";

const EPS = 2 ** -52;
const CLOSE = { ulps: 64, epsilon: EPS, scale: 16 };
const n = 64;
const circle = circleQuadrature({ nodes: n });
const x = (i: number): number => circle.points.data[2 * i]!;
const y = (i: number): number => circle.points.data[2 * i + 1]!;
const field = (f: (i: number) => number): Float64Array => Float64Array.from({ length: n }, (_, i) => f(i));
const temperature = 0.3;
const kernel = gridKernel(circle, { temperature });
const potentials: Pair<Float64Array> = [field((i) => 0.7 * x(i)), field((i) => y(i) - 0.2 * x(i))];
const densities: Pair<Float64Array> = [
  normalizeLogDensity(
    circle,
    field((i) => x(i) + 0.3 * y(i)),
  ),
  normalizeLogDensity(
    circle,
    field((i) => 0.5 * y(i) - 0.4 * x(i)),
  ),
];
const reference = normalizeLogDensity(
  circle,
  field((i) => 0.6 * x(i) * y(i)),
);
const directions: Pair<Float64Array> = [field((i) => 0.02 * x(i) - 0.01 * y(i)), field((i) => 0.015 * x(i) * y(i))];
const zero = new Float64Array(n);
const uniform = new Float64Array(n).fill(-Math.log(2 * Math.PI));
const move = (rho: Float64Array, h: Float64Array, epsilon: number): Float64Array =>
  rho.map((value, i) => Math.log(Math.exp(value) + epsilon * h[i]!));
const inner = (f: Float64Array, h: Float64Array): number => sumOfArray(f.map((v, i) => circle.weights[i]! * v * h[i]!));
const kinds: readonly DenominatorKind[] = ["cross", "own", "pooled", "reference"];
const ladder = kinds.flatMap((denominator) =>
  [0, 0.3].map((ownWeight) => ({ denominator, ownWeight, ...(denominator === "reference" ? { reference } : {}) })),
);

describe("one modality", () => {
  const energy = async (rho: Float64Array): Promise<number> =>
    (await parametricEnergyOnGrid(kernel, rho, { potential: potentials[0] })).value;

  test("uniform law: ⟨U⟩/τ − log 2π", async () => {
    const { value, status, kernelError } = await parametricEnergyOnGrid(kernel, uniform, {
      potential: ([a]) => a! * a!,
    });
    expectClose(value, 0.5 / temperature - Math.log(2 * Math.PI), CLOSE);
    expect(status).toBe("resolved");
    expect(kernelError).toBeLessThan(64 * EPS);
  });

  test.each([3, 64])(
    "perfectly aligned uniform points in R^d, zonal: the limit of the loss, −1/τ − log |S^{d−1}| (d = %d)",
    async (dimension) => {
      const zonal = zonalMeasure({ dimension });
      const density = normalizeLogDensity(zonal, new Float64Array(zonal.angles.length));
      const options = { potential: new Float64Array(zonal.angles.length).fill(-1) };
      const { value } = await parametricEnergyOnGrid(gridKernel(zonal, { temperature: 0.5 }), density, options);
      expectClose(value, -2 + density[0]!, { ulps: 1, epsilon: 1e-11, scale: 100 });
    },
  );

  test("the terms add up; the cross-entropy against ρ̃ is a closed form for von Mises", async () => {
    const law = vonMisesFisher({ meanDirection: [0.6, 0.8], concentration: 2 });
    const { value, potentialTerm, crossEntropyTerm } = await parametricEnergyOnGrid(
      kernel,
      law.rows.logDensity(circle.points),
      {
        potential: ([a, b]) => -0.6 * a! - 0.8 * b!,
      },
    );
    expect(value).toBe(potentialTerm - crossEntropyTerm);
    expectClose(potentialTerm, -law.meanResultantLength / temperature, CLOSE);
    const logSmoothed = law.rows.logSmoothedDensity(circle.points, { temperature });
    expectClose(crossEntropyTerm, -inner(logSmoothed, law.rows.logDensity(circle.points).map(Math.exp)), CLOSE);
  });

  test("low temperature: J → F, with an error of second order in τ, as ∫Δρ = 0", async () => {
    const fine = circleQuadrature({ nodes: 512 });
    const rho = normalizeLogDensity(
      fine,
      Float64Array.from(fine.weights, (_, i) => fine.points.data[2 * i]!),
    );
    const errors = await Promise.all(
      [0.01, 0.005].map(async (tau) => {
        const options = { potential: new Float64Array(512), temperature: tau };
        const { value } = await parametricEnergyOnGrid(gridKernel(fine, { temperature: tau }), rho, options);
        return value - freeEnergyUnimodal(fine, rho, options).value;
      }),
    );
    expect(errors[0]! / errors[1]!).toBeGreaterThan(3.95);
    expect(errors[0]! / errors[1]!).toBeLessThan(4.05);
  });

  test("an unresolved kernel is a status", async () => {
    const { status } = await parametricEnergyOnGrid(gridKernel(circle, { temperature: 1e-4 }), uniform, {
      potential: zero,
    });
    expect(status).toBe("unresolved");
  });

  test("first and second variations are derivatives", async () => {
    const h = directions[0];
    const step = 1e-2;
    const [down, here, up] = [
      await energy(move(densities[0], h, -step)),
      await energy(densities[0]),
      await energy(move(densities[0], h, step)),
    ];
    const first = await firstVariationParametric(kernel, densities[0], { potential: potentials[0] });
    // O(step²) of the next derivative, as in the tests of F.
    expectClose(inner(first, h), (up - down) / (2 * step), { ulps: 1, epsilon: step ** 2, scale: 0.01 });
    const second = await secondVariationParametric(kernel, densities[0], { direction: h });
    expectClose(second, (up - 2 * here + down) / step ** 2, { ulps: 1, epsilon: step ** 2, scale: 0.02 });
  });

  test("second variation at the uniform law: a(2 − a)·2π∫h² for a harmonic that the kernel multiplies by a", async () => {
    const a = besselRatio(0, 1 / temperature);
    const h = field((i) => 0.01 * x(i));
    const expected = a * (2 - a) * 2 * Math.PI * 1e-4 * Math.PI;
    expectClose(await secondVariationParametric(kernel, uniform, { direction: h }), expected, {
      ulps: 1,
      epsilon: 1e-12,
    });
  });
});

describe("two modalities", () => {
  const energy = async (options: object, rho: Pair<Float64Array> = densities): Promise<number> =>
    (await symmetricParametricEnergyOnGrid(kernel, rho, { potentials, ...options })).value;

  test("½(J^{x→y} + J^{y→x}): each modality against the other, smoothed", async () => {
    const smoothed = [await kernel.logSmooth(densities[0]), await kernel.logSmooth(densities[1])];
    const directed = ([0, 1] as const).map((i) => {
      const rho = densities[i].map(Math.exp);
      return inner(potentials[i], rho) / temperature + inner(smoothed[1 - i]!, rho);
    });
    expectClose(await energy({}), (directed[0]! + directed[1]!) / 2, CLOSE);
  });

  test("own with one density and one potential: J_τ", async () => {
    const same = await symmetricParametricEnergyOnGrid(kernel, [densities[0], densities[0]], {
      potentials: [potentials[0], potentials[0]],
      denominator: "own",
    });
    const { value } = await parametricEnergyOnGrid(kernel, densities[0], { potential: potentials[0] });
    expectClose(same.value, value, CLOSE);
    expect(same.functional).toBe("½ΣF, fields smoothed at τ = 0.3");
  });

  test.each(ladder)("a mixture is linear in λ, and tends to F^Sym's as the kernel narrows %o", async (options) => {
    const [pure, mixed, own] = [
      await energy({ ...options, ownWeight: 0 }),
      await energy({ ...options, ownWeight: 0.3 }),
      await energy({ denominator: "own" }),
    ];
    expectClose(mixed, 0.7 * pure + 0.3 * own, CLOSE);
    const narrow = gridKernel(circleQuadrature({ nodes: n }), { temperature: 0.01 });
    const { value } = await symmetricParametricEnergyOnGrid(narrow, densities, {
      potentials: [zero, zero],
      ...options,
    });
    const limit = freeEnergyMultimodal(circle, densities, {
      potentials: [zero, zero],
      temperature: 1,
      ...options,
    }).value;
    // Smoothing at τ moves log ρ by about ½τΔρ/ρ: within τ here.
    expectClose(value, limit, { ulps: 1, epsilon: 0.01, scale: 1 });
  });

  test.each(ladder)("variations are derivatives %o", async (options) => {
    const step = 1e-2;
    for (const along of [directions, [directions[0], zero]] as const) {
      const values = await Promise.all(
        [-step, 0, step].map((e) =>
          energy(options, [move(densities[0], along[0], e), move(densities[1], along[1], e)]),
        ),
      );
      const fields = await firstVariationSymmetricParametric(kernel, densities, { potentials, ...options });
      const slope = inner(fields[0], along[0]) + inner(fields[1], along[1]);
      expectClose(slope, (values[2]! - values[0]!) / (2 * step), { ulps: 1, epsilon: step ** 2, scale: 0.01 });
      const curvature = await secondVariationSymmetricParametric(kernel, densities, { ...options, directions: along });
      const difference = (values[2]! - 2 * values[1]! + values[0]!) / step ** 2;
      expectClose(curvature, difference, { ulps: 1, epsilon: step ** 2, scale: 0.02 });
    }
  });

  test("swapping the modalities swaps the fields", async () => {
    const [first, second] = await firstVariationSymmetricParametric(kernel, densities, { potentials });
    const swapped = await firstVariationSymmetricParametric(kernel, [densities[1], densities[0]], {
      potentials: [potentials[1], potentials[0]],
    });
    expectAllClose(swapped[0], second, CLOSE);
    expectAllClose(swapped[1], first, CLOSE);
  });

  test("messages name the function", async () => {
    await expect(energy({ ownWeight: -1 })).rejects.toThrow(
      "symmetricParametricEnergyOnGrid: `ownWeight` must be a finite number ≥ 0, got -1.",
    );
    await expect(parametricEnergyOnGrid(kernel, zero, { potential: zero })).rejects.toThrow(
      /^parametricEnergyOnGrid: `logDensity` must be the logarithm of a density that integrates to 1/,
    );
  });
});
