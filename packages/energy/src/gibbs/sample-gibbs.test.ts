import { sphere, vonMisesFisher } from "@nce-geometry/manifold";
import { createRandom, meanOfArray, mul, neg, referenceBackend, slice, sum, sumOfArray } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { massesOf } from "../grid/grid-measure.ts";
import { type AdaptiveGibbsLaw, gibbsLawOnCircle, gibbsLawOnSphere } from "./gibbs-law-on-sphere.ts";
import { sampleGibbs } from "./sample-gibbs.ts";
import { sampleGibbsLangevin } from "./sample-gibbs-langevin.ts";

type Moment = (z: ArrayLike<number>) => number;
const SAMPLES = 20_000;

function* rowsOf({ rows, dim, data }: { rows: number; dim: number; data: Float64Array }): Generator<Float64Array> {
  for (let i = 0; i < rows; i++) yield data.subarray(i * dim, (i + 1) * dim);
}

/** How many standard errors the mean over samples is from that by quadrature, whose variance also gives the standard error. */
function deviation(
  law: AdaptiveGibbsLaw,
  samples: { rows: number; dim: number; data: Float64Array },
  f: Moment,
): number {
  const masses = massesOf(law.measure, law.logDensity);
  const values = Float64Array.from([...rowsOf(law.measure.points as never)], f);
  const mean = sumOfArray(masses.map((mass, i) => mass * values[i]!));
  const variance = sumOfArray(masses.map((mass, i) => mass * (values[i]! - mean) ** 2));
  const seen = meanOfArray(Float64Array.from([...rowsOf(samples)], f));
  return Math.abs(seen - mean) / Math.sqrt(variance / samples.rows);
}

const moments: readonly Moment[] = [
  (z) => z[0]!,
  (z) => z[1]!,
  (z) => z[0]! ** 2,
  (z) => z[0]! * z[1]!,
  (z) => Math.cos(5 * Math.atan2(z[1]!, z[0]!)),
];

describe("inverse distribution function", () => {
  test.each([0.05, 1])("moments on the circle within 3 standard errors (τ = %d)", (temperature) => {
    const law = gibbsLawOnCircle(([x, y]) => 0.3 * x! - x! * y!, { temperature });
    const samples = sampleGibbs(law, { random: createRandom(1), samples: SAMPLES });
    for (const f of moments) expect(deviation(law, samples, f)).toBeLessThan(3);
  });

  test.each([1e-3, 0.1, 2])("moments on the sphere within 3 standard errors (τ = %d)", (temperature) => {
    const law = gibbsLawOnSphere(([x, y, z]) => 0.3 * x! - y! * z!, { temperature });
    const samples = sampleGibbs(law, { random: createRandom(5), samples: SAMPLES });
    for (const f of [...moments, (z: ArrayLike<number>): number => z[2]! ** 3])
      expect(deviation(law, samples, f)).toBeLessThan(3);
    for (const z of rowsOf(samples)) expectClose(Math.hypot(...z), 1, { ulps: 4, epsilon: 2 ** -52 });
  });

  test("continuous within cells: cosines of a von Mises–Fisher law are uniform once transformed (Kolmogorov–Smirnov)", () => {
    const temperature = 0.2;
    const law = gibbsLawOnSphere(([, , z]) => -z!, { temperature });
    const samples = sampleGibbs(law, { random: createRandom(3), samples: SAMPLES });
    const ranks = Float64Array.from(
      [...rowsOf(samples)],
      (z) => Math.expm1((z[2]! - 1) / temperature) / Math.expm1(-2 / temperature),
    ).sort();
    const distance = ranks.reduce((worst, u, i) => Math.max(worst, Math.abs(u - (i + 0.5) / SAMPLES)), 0);
    // P(√n·D > 1.95) = 0.001. The nodes alone, a few thousand atoms of mass, have a distance of their own.
    expect(Math.sqrt(SAMPLES) * distance).toBeLessThan(1.95);
    expect(new Set(samples.data).size).toBeGreaterThan(2.9 * SAMPLES);
  });

  test("within large panels the density is that of the law, in both parameters", () => {
    for (const axis of [0, 1, 2]) {
      const law = gibbsLawOnSphere((z) => -z[axis]!, { temperature: 0.2, tolerance: 1e-5 });
      expect(law.measure.panels.length).toBe(96);
      const samples = sampleGibbs(law, { random: createRandom(axis), samples: SAMPLES });
      // Uniform places in panels of width 0.39 would shift the mean by about 0.39²/(12·0.2) of tan² of the angle: many standard errors of 0.0014.
      expect(deviation(law, samples, (z) => z[axis]!)).toBeLessThan(3);
    }
  });

  test("the same seed gives the same points; none are none", () => {
    const law = gibbsLawOnCircle(([x]) => x!, { temperature: 1 });
    const draw = (): Float64Array => sampleGibbs(law, { random: createRandom(9), samples: 10 }).data;
    expect(draw()).toEqual(draw());
    expect(sampleGibbs(law, { random: createRandom(9), samples: 0 }).rows).toBe(0);
    expect(() => sampleGibbs(law, { random: createRandom(9), samples: -1 })).toThrow(
      "sampleGibbs: `samples` must be an integer ≥ 0, got -1.",
    );
  });
});

test("Langevin elsewhere: von Mises–Fisher on S⁴ within 3 standard errors and the bias of the step", async () => {
  const temperature = 0.25;
  const { points, effectiveSamples, status, chains } = await sampleGibbsLangevin(
    sphere(5),
    (z) => neg(sum(slice(z, [0, 0], [z.shape[0]!, 1]), { axis: 1 })),
    {
      backend: referenceBackend(),
      random: createRandom(2),
      temperature,
      stepSize: 0.01,
      chains: 200,
      steps: 300,
      thinning: 10,
    },
  );
  expect(status).toBe("maxSteps");
  expect(points.rows).toBe(chains * 15);
  const exact = vonMisesFisher({ meanDirection: [1, 0, 0, 0, 0], concentration: 1 / temperature });
  const mean = meanOfArray(Float64Array.from([...rowsOf(points)], (z) => z[0]!));
  const standardError = Math.sqrt(exact.cosineVariance / effectiveSamples);
  // The step's bias is of order h·‖grad U/τ‖² ≈ 0.01 relative to 1.
  expect(Math.abs(mean - exact.meanResultantLength)).toBeLessThan(3 * standardError + 0.01);
  expect(effectiveSamples).toBeLessThanOrEqual(points.rows);
});

test("an aborted run returns what it has; options are checked", async () => {
  const options = { backend: referenceBackend(), random: createRandom(2), temperature: 1, stepSize: 0.01, steps: 10 };
  const flat = (z: Parameters<typeof sum>[0]): ReturnType<typeof sum> => sum(mul(z, 0), { axis: 1 });
  const { status, points } = await sampleGibbsLangevin(sphere(3), flat, {
    ...options,
    signal: { aborted: true, reason: "no" },
  });
  expect(status).toBe("aborted");
  expect(points.rows).toBe(0);
  await expect(sampleGibbsLangevin(sphere(3), flat, { ...options, chains: 0 })).rejects.toThrow(
    "sampleGibbsLangevin: `chains` must be an integer ≥ 1, got 0.",
  );
});
