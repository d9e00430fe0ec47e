// What the regularisers estimate: closed forms between von Mises–Fisher laws, and expectations under equal laws. Means over
// independent samples are held to three of their standard errors.

import { circleQuadrature, type VonMisesFisher, vonMisesFisher } from "@nce-geometry/manifold";
import { createRandom, type Random, type RowMatrix } from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import {
  energyDistanceOnRows,
  squaredCentroidDistanceOnRows,
  squaredMMDOnRows,
  symmetricKLOnRows,
} from "../../src/index.ts";

/** The law around the direction at `angle` from the first axis. */
function lawAt(dimension: number, angle: number, concentration: number): VonMisesFisher {
  const meanDirection = new Array<number>(dimension).fill(0);
  meanDirection[0] = Math.cos(angle);
  meanDirection[1] = Math.sin(angle);
  return vonMisesFisher({ meanDirection, concentration });
}

interface Moments {
  readonly mean: number;
  readonly standardError: number;
  readonly deviation: number;
}

function momentsOf(values: readonly number[]): Moments {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, standardError: Math.sqrt(variance / values.length), deviation: Math.sqrt(variance) };
}

interface Draws {
  readonly laws: readonly [VonMisesFisher, VonMisesFisher];
  readonly sizes: readonly [number, number];
  readonly seeds: number;
}

/** A quantity of independent pairs of samples. */
async function over<T>(
  { laws, sizes, seeds }: Draws,
  measure: (x: RowMatrix, y: RowMatrix) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  for (let seed = 0; seed < seeds; seed++) {
    const random: Random = createRandom("samples of laws").split(seed);
    const x = laws[0].rows.sample(random.split("x"), sizes[0]);
    results.push(await measure(x, laws[1].rows.sample(random.split("y"), sizes[1])));
  }
  return results;
}

function expectWithin({ mean, standardError }: Moments, expected: number): void {
  expect(Math.abs(mean - expected)).toBeLessThan(3 * standardError);
}

describe("closed forms", () => {
  test("energy distance of von Mises laws on the circle, κ = 6 and 3, one radian apart: 0.7830322017", async () => {
    const laws = [lawAt(2, 0, 6), lawAt(2, 1, 3)] as const;
    expect(laws[0].energyDistance(laws[1])).toBeCloseTo(0.7830322017, 9);
    const records = await over({ laws, sizes: [40, 50], seeds: 120 }, (x, y) => energyDistanceOnRows(x, y));
    const moments = momentsOf(records.map(({ value }) => value));
    expectWithin(moments, 0.7830322017);
    expect(moments.standardError).toBeLessThan(0.02);
    // The standard error of one sample is what samples scatter by, to thrice the 6.5% that 120 samples can tell.
    const reported = records.reduce((total, { standardError }) => total + standardError, 0) / records.length;
    expect(Math.abs(reported / moments.deviation - 1)).toBeLessThan(3 / Math.sqrt(2 * 120));
  });

  test("squared MMD in d = 8, κ = 20 and 5, one radian apart, kernel e^(−2‖x−y‖²): 0.2735888034", async () => {
    const laws = [lawAt(8, 0, 20), lawAt(8, 1, 5)] as const;
    expect(laws[0].squaredMMD(laws[1], { scale: 2 })).toBeCloseTo(0.2735888034, 9);
    const options = { bandwidth: 0.5 };
    const records = await over({ laws, sizes: [40, 50], seeds: 120 }, (x, y) => squaredMMDOnRows(x, y, options));
    const moments = momentsOf(records.map(({ value }) => value));
    expectWithin(moments, 0.2735888034);
    expect(moments.standardError).toBeLessThan(0.01);
    const reported = records.reduce((total, { standardError }) => total + standardError, 0) / records.length;
    expect(Math.abs(reported / moments.deviation - 1)).toBeLessThan(3 / Math.sqrt(2 * 120));
  });

  test("D_S on the circle: the smoothed divergence by quadrature, and the bias of n rows", async () => {
    const laws = [lawAt(2, 0, 6), lawAt(2, 1, 3)] as const;
    const [n, m, tau] = [60, 45, 0.3];
    const { target, bias } = smoothedDivergence(laws, { n, m, tau });
    const records = await over({ laws, sizes: [n, m], seeds: 100 }, (x, y) =>
      symmetricKLOnRows(x, y, { temperature: tau }),
    );
    const moments = momentsOf(records.map(({ value }) => value));
    expectWithin(moments, target + bias);
    // What is tested could tell the target from the divergence of the laws themselves, and from twice it.
    const exact = laws[0].symmetricKL(laws[1]);
    expect(exact - target).toBeGreaterThan(10 * moments.standardError);
    expect(target).toBeGreaterThan(10 * moments.standardError);
    const reported = records.reduce((total, { standardError }) => total + standardError, 0) / records.length;
    expect(Math.abs(reported / moments.deviation - 1)).toBeLessThan(3 / Math.sqrt(2 * 100));
  });

  test("D_S in d = 8 at equal κ: near κA(1 − c), by exactly what smoothing takes away", async () => {
    const laws = [lawAt(8, 0, 10), lawAt(8, 0.8, 10)] as const;
    const tau = 0.5;
    const exact = 10 * laws[0].meanResultantLength * (1 - Math.cos(0.8));
    expect(laws[0].symmetricKL(laws[1])).toBeCloseTo(exact, 10);
    // E_p[log p̃ − log q̃] from a large sample of p; by symmetry the other half is the same.
    const sample = laws[0].rows.sample(createRandom("large sample"), 20000);
    const [own, other] = laws.map((law) => law.rows.logSmoothedDensity(sample, { temperature: tau }));
    const target = momentsOf(Array.from(own!, (value, i) => value - other![i]!));
    const records = await over({ laws, sizes: [80, 80], seeds: 50 }, (x, y) =>
      symmetricKLOnRows(x, y, { temperature: tau }),
    );
    const moments = momentsOf(records.map(({ value }) => value));
    // At n = m the leading bias is half of CV² across over n less CV² within over n − 1.
    const bias =
      0.5 * ((await kernelVariation(laws[0], laws[1], tau)) / 80 - (await kernelVariation(laws[0], laws[0], tau)) / 79);
    const allowed = 3 * Math.hypot(moments.standardError, target.standardError);
    expect(Math.abs(moments.mean - target.mean - bias)).toBeLessThan(allowed);
    expect(target.mean).toBeLessThan(exact - 2 * allowed);
  });
});

describe("equal laws", () => {
  const law = lawAt(3, 0, 4);
  const draws = { laws: [law, law], sizes: [12, 20], seeds: 400 } as const;
  const share = 1 / 12 + 1 / 20;

  test("energy distance: U has mean 0, V has (1/n + 1/m)·E‖X − X'‖", async () => {
    // ‖x − x'‖ averaged over a large sample of independent pairs.
    const [a, b] = ["a", "b"].map((label) => law.rows.sample(createRandom(1).split(label), 20000).data);
    const chords = Array.from({ length: 20000 }, (_, i) =>
      Math.hypot(a![3 * i]! - b![3 * i]!, a![3 * i + 1]! - b![3 * i + 1]!, a![3 * i + 2]! - b![3 * i + 2]!),
    );
    await expectMeans(
      draws,
      share * momentsOf(chords).mean,
      (statistic) => (x, y) => energyDistanceOnRows(x, y, { statistic }),
    );
  });

  test("squared MMD: U has mean 0, V has (1/n + 1/m)(1 − E k)", async () => {
    const bandwidth = 0.6;
    // On the sphere k = e^{(⟨x,y⟩ − 1)/σ²}.
    const expectedKernel = Math.exp(law.logExpectedKernel(law, { temperature: bandwidth ** 2 }) - bandwidth ** -2);
    await expectMeans(
      draws,
      share * (1 - expectedKernel),
      (statistic) => (x, y) => squaredMMDOnRows(x, y, { statistic, bandwidth }),
    );
  });

  test("centroid distance: U has mean 0, V has (1/n + 1/m)·tr Cov", async () => {
    const trace = 1 - law.meanResultantLength ** 2;
    await expectMeans(
      draws,
      share * trace,
      (statistic) => (x, y) => squaredCentroidDistanceOnRows(x, y, { statistic }),
    );
  });

  test("D_S: mean −CV²/(2n(n−1)), which is 0 to what samples show, whereas self terms would give log-ratios of order 1", async () => {
    const circle = lawAt(2, 0, 4);
    const tau = 0.1;
    const n = 25;
    const values = await over({ laws: [circle, circle], sizes: [n, n], seeds: 400 }, async (x, y) => {
      const { value } = await symmetricKLOnRows(x, y, { temperature: tau });
      return value;
    });
    const moments = momentsOf(values);
    const { bias } = smoothedDivergence([circle, circle], { n, m: n, tau });
    expect(bias).toBeLessThan(0);
    expect(Math.abs(bias)).toBeLessThan(0.005);
    expectWithin(moments, bias);
    expect(moments.standardError).toBeLessThan(0.01);
  });

  test("the standard error of the centroid distance is that of samples, of laws that differ", async () => {
    const laws = [law, lawAt(3, 1, 4)] as const;
    const records = await over({ laws, sizes: [40, 60], seeds: 200 }, (x, y) => squaredCentroidDistanceOnRows(x, y));
    const { deviation } = momentsOf(records.map(({ value }) => value));
    const reported = records.reduce((total, { standardError }) => total + standardError, 0) / records.length;
    expect(Math.abs(reported / deviation - 1)).toBeLessThan(3 / Math.sqrt(2 * 200));
  });
});

/** U averages to 0 and V to `expected`, each to three standard errors, which are far below `expected`. */
async function expectMeans(
  draws: Draws,
  expected: number,
  measure: (statistic: "U" | "V") => (x: RowMatrix, y: RowMatrix) => Promise<{ readonly value: number }>,
): Promise<void> {
  for (const statistic of ["U", "V"] as const) {
    const values = (await over(draws, measure(statistic))).map(({ value }) => value);
    const moments = momentsOf(values);
    expectWithin(moments, statistic === "U" ? 0 : expected);
    expect(moments.standardError).toBeLessThan(expected / 10);
  }
}

/**
 * ½∫(p − q) log(p̃/q̃) on the circle, and the leading bias of its estimate, with CV² = E k²/(E k)² − 1 in closed form: the square of
 * a kernel of temperature τ is one of temperature τ/2.
 */
function smoothedDivergence(
  laws: readonly [VonMisesFisher, VonMisesFisher],
  { n, m, tau }: { readonly n: number; readonly m: number; readonly tau: number },
): { readonly target: number; readonly bias: number } {
  const { points, weights } = circleQuadrature({ nodes: 512 });
  const density = laws.map((law) => law.rows.logDensity(points).map(Math.exp));
  const smooth = laws.map((law) => law.rows.logSmoothedDensity(points, { temperature: tau }));
  const variation = laws.map((law) => variationAt(law, points, tau));
  const mean = (law: 0 | 1, values: (i: number) => number) =>
    weights.reduce((total, weight, i) => total + weight * density[law]![i]! * values(i), 0);
  const ratio = (i: number) => smooth[0]![i]! - smooth[1]![i]!;
  const cv = (at: 0 | 1, of: 0 | 1) => mean(at, (i) => variation[of]![i]!);
  return {
    target: 0.5 * (mean(0, ratio) - mean(1, ratio)),
    bias: (cv(0, 1) / m + cv(1, 0) / n - cv(0, 0) / (n - 1) - cv(1, 1) / (m - 1)) / 4,
  };
}

/** CV² of the kernel under a law, at points: with k = V(τ)ρ̃ and k² = V(τ/2)ρ̃ of half the temperature. */
function variationAt(law: VonMisesFisher, points: RowMatrix, tau: number): Float64Array {
  const volume = (temperature: number) =>
    -vonMisesFisher({ meanDirection: law.meanDirection, concentration: 1 / temperature }).logNormalizer;
  const single = law.rows.logSmoothedDensity(points, { temperature: tau });
  const double = law.rows.logSmoothedDensity(points, { temperature: tau / 2 });
  return single.map((value, i) => Math.expm1(double[i]! + volume(tau / 2) - 2 * (value + volume(tau))));
}

/** Mean over a sample of `at` of the CV² of the kernel under `of`. */
async function kernelVariation(at: VonMisesFisher, of: VonMisesFisher, tau: number): Promise<number> {
  const sample = at.rows.sample(createRandom("variation"), 4000);
  return momentsOf([...variationAt(of, sample, tau)]).mean;
}
