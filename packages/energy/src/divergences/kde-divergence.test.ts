import { logKernelVolume, logSphereArea, logVonMisesFisherNormalizer } from "@nce-geometry/manifold";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { jackknife, jackknifeOfPairs, jackknifeOfTwo } from "../../test/jackknife.ts";
import { equalRows, lawAt, rotateRows, sampleOf, uniformRows } from "../../test/sphere-samples.ts";
import { kdeCrossEntropy, kdeDivergence, kdeEntropy, kdeSymmetricKL } from "./kde-divergence.ts";

const exact = { ulps: 512, epsilon: Number.EPSILON, scale: 1 };
const x = sampleOf(lawAt(3, 6), 40, 1);
const y = sampleOf(lawAt(3, 3, 0.6), 55, 2);
const temperature = 0.2;

/** The rows turned in the plane of the first two axes. */
function turned({ rows, dim, data }: typeof x, angle: number): typeof x {
  const moved = Float64Array.from(data);
  for (let at = 0; at < rows * dim; at += dim) {
    moved[at] = Math.cos(angle) * data[at]! - Math.sin(angle) * data[at + 1]!;
    moved[at + 1] = Math.sin(angle) * data[at]! + Math.cos(angle) * data[at + 1]!;
  }
  return { rows, dim, data: moved };
}

/** log of the mean of the kernel over the sources but the one left out. */
function logDensityAt(point: Float64Array, sources: typeof x, leftOut = -1): number {
  let sum = 0;
  for (let j = 0; j < sources.rows; j++) {
    if (j === leftOut) continue;
    const cosine = point.reduce((total, value, k) => total + value * sources.data[j * 3 + k]!, 0);
    sum += Math.exp(cosine / temperature);
  }
  return Math.log(sum / (sources.rows - (leftOut < 0 ? 0 : 1))) - logKernelVolume(3, { temperature });
}
const rowOf = (rows: typeof x, i: number) => Float64Array.from(rows.data.subarray(3 * i, 3 * i + 3));
const meanOver = (rows: typeof x, f: (i: number) => number) =>
  Array.from({ length: rows.rows }, (_, i) => f(i)).reduce((sum, value) => sum + value, 0) / rows.rows;

test("the sums written out", async () => {
  const own = meanOver(x, (i) => logDensityAt(rowOf(x, i), x, i));
  const other = meanOver(x, (i) => logDensityAt(rowOf(x, i), y));
  const back = meanOver(y, (i) => logDensityAt(rowOf(y, i), y, i) - logDensityAt(rowOf(y, i), x));
  expectClose((await kdeEntropy(x, { temperature })).value, -own, exact);
  expectClose((await kdeCrossEntropy(x, y, { temperature })).value, -other, exact);
  expectClose((await kdeDivergence(x, y, { temperature })).value, own - other, exact);
  expectClose((await kdeSymmetricKL(x, y, { temperature })).value, (own - other + back) / 2, exact);
});

test("leaving each row out matters: −138 against −162 with it, the truth being −149.9 (d = 128, κ = 100, τ = 1/50)", async () => {
  const law = lawAt(128, 100);
  const rows = sampleOf(law, 400, 3);
  const leaveOneOut = await kdeEntropy(rows, { temperature: 1 / 50 });
  const resubstituted = await kdeCrossEntropy(rows, rows, { temperature: 1 / 50 });
  expect(Math.abs(leaveOneOut.value + 138.0)).toBeLessThan(3 * leaveOneOut.standardError!);
  // Itself alone: log 400 − log C − 50.
  expectClose(resubstituted.value, Math.log(400) - logVonMisesFisherNormalizer(128, 50) - 50, {
    ulps: 1e10,
    epsilon: Number.EPSILON,
  });
  expect(resubstituted.value).toBeCloseTo(-161.9, 1);
  expect(Math.abs(law.entropy + 149.9)).toBeLessThan(0.05);
  expect(leaveOneOut.notes).toHaveLength(1);
  expect(leaveOneOut.notes![0]).toMatch(/^Biased up: no law with this mean has an entropy above -149\.9\d+ nats/);
  expect(resubstituted.notes).toEqual([
    "400 of 400 rows of x in the other sample see fewer than 2 effective neighbours: the kernel is too narrow.",
  ]);
});

describe("limits", () => {
  test("τ → ∞: log of the area, and no divergence", async () => {
    const flat = { temperature: 1e9 };
    const tolerance = { ulps: 2e7, epsilon: Number.EPSILON, scale: 1 };
    expectClose((await kdeEntropy(x, flat)).value, logSphereArea(3), tolerance);
    expectClose((await kdeDivergence(x, y, flat)).value, 0, tolerance);
  });

  test("all rows equal: −log C(1/τ) − 1/τ", async () => {
    const { value } = await kdeEntropy(equalRows([0, 1, 0], 5), { temperature });
    expectClose(value, -logVonMisesFisherNormalizer(3, 5) - 5, exact);
  });

  test("swap and rotation", async () => {
    const forth = await kdeSymmetricKL(x, y, { temperature });
    const back = await kdeSymmetricKL(y, x, { temperature });
    const rotated = await kdeSymmetricKL(rotateRows(x), rotateRows(y), { temperature });
    for (const other of [back, rotated]) {
      expectClose(other.value, forth.value, exact);
      expectClose(other.standardError!, forth.standardError!, exact);
    }
  });
});

describe("standard errors are those of the jackknife", () => {
  const options = { temperature };
  // The jackknife differs by terms of order 1/n and by the kernel's share of single rows.
  const agree = (linear: number, left: number) => expect(Math.abs(linear / left - 1)).toBeLessThan(0.15);

  test("entropy", async () => {
    agree(
      (await kdeEntropy(x, options)).standardError!,
      await jackknife(x, async (a) => (await kdeEntropy(a, options)).value),
    );
  });
  test.each([
    ["cross-entropy", kdeCrossEntropy],
    ["divergence", kdeDivergence],
    ["symmetric divergence", kdeSymmetricKL],
  ])("%s", async (_, estimator) => {
    const statistic = async (a: typeof x, b: typeof x) => (await estimator(a, b, options)).value;
    agree((await estimator(x, y, options)).standardError!, await jackknifeOfTwo(x, y, statistic));
    const pairs = turned(x, 0.8);
    const paired = await estimator(x, pairs, { ...options, sampling: "paired" });
    expect(paired.samples).toBe(40);
    agree(paired.standardError!, await jackknifeOfPairs(x, pairs, statistic));
  });
});

test("a note where twice the temperature gives another value", async () => {
  const [wide, narrow] = [sampleOf(lawAt(6, 4, 1), 120, 1), sampleOf(lawAt(6, 20), 120, 2)];
  const { value, notes } = await kdeDivergence(wide, narrow, { temperature: 0.1 });
  const smoother = (await kdeDivergence(wide, narrow, { temperature: 0.2 })).value;
  expect(notes).toEqual([
    `At twice the temperature D_KL(x‖y) would be ${smoother.toPrecision(3)} in place of ${value.toPrecision(3)}: smoothing decides it.`,
  ]);
});

describe("chosen temperature", () => {
  test("maximises the leave-one-out likelihood", async () => {
    const { value, method } = await kdeEntropy(x);
    const chosen = Number(method!.split("τ=")[1]);
    for (const factor of [0.5, 0.8, 1.25, 2]) {
      // Of one sample the entropy is minus the mean log-likelihood.
      expect((await kdeEntropy(x, { temperature: factor * chosen })).value).toBeGreaterThan(value);
    }
  });

  test("repeated rows: the likelihood has no maximum, and a note says so", async () => {
    const { notes } = await kdeEntropy(equalRows([1, 0], 6));
    expect(notes).toContain(
      "The likelihood of x still grows at τ = 0.0001, the smallest tried: rows repeat or nearly so.",
    );
  });

  test("one temperature for both samples", async () => {
    expect((await kdeDivergence(x, y)).method).toMatch(/^vmf-kde leave-one-out τ=[\d.]+$/);
  });
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("temperature %d is refused", async (bad) => {
  const message = `kdeEntropy: \`temperature\` must be a finite number > 0, got ${bad}. Leave it out to have it chosen by leave-one-out likelihood.`;
  await expect(kdeEntropy(x, { temperature: bad })).rejects.toThrow(message);
});

test("an aborted run rejects with the reason", async () => {
  const signal = { aborted: true, reason: new Error("stop") };
  await expect(kdeDivergence(uniformRows(9, 3, 1), y, { signal })).rejects.toThrow("stop");
});
