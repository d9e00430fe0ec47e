import { fitVonMisesFisher, logSphereArea } from "@nce-geometry/manifold";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { jackknife, jackknifeOfPairs, jackknifeOfTwo } from "../../test/jackknife.ts";
import { equalRows, lawAt, rotateRows, sampleOf, stacked, uniformRows } from "../../test/sphere-samples.ts";
import {
  vonMisesFisherDivergence,
  vonMisesFisherEntropy,
  vonMisesFisherSymmetricKL,
} from "./von-mises-fisher-divergence.ts";

const exact = { ulps: 256, epsilon: Number.EPSILON, scale: 1 };

test("where neighbours fail (d = 64, κ = 60): within 3 standard errors of −55.12", async () => {
  const law = lawAt(64, 60);
  const { value, standardError, ...facts } = await vonMisesFisherEntropy(sampleOf(law, 1000, 1));
  expect(Math.abs(value - law.entropy)).toBeLessThan(3 * standardError!);
  expect(facts).toEqual({ samples: 1000, unit: "nats", method: "vmf debiased" });
});

test("the closed forms of the fitted laws", async () => {
  const [x, y] = [sampleOf(lawAt(4, 9), 60, 1), sampleOf(lawAt(4, 3, 0.7), 80, 2)];
  const [p, q] = [fitVonMisesFisher(x).law!, fitVonMisesFisher(y).law!];
  const options = { estimator: "maximumLikelihood" } as const;
  expectClose((await vonMisesFisherEntropy(x, options)).value, p.entropy, exact);
  expectClose((await vonMisesFisherDivergence(x, y, options)).value, p.klDivergence(q), exact);
  for (const [a, b] of [
    [x, y],
    [y, x],
    [rotateRows(x), rotateRows(y)],
  ] as const) {
    expectClose((await vonMisesFisherSymmetricKL(a, b, options)).value, p.symmetricKL(q), exact);
  }
});

describe("standard errors are those of the jackknife", () => {
  const [x, y] = [sampleOf(lawAt(3, 8), 60, 1), sampleOf(lawAt(3, 4, 0.8), 80, 2)];
  // They differ by terms of order 1/n.
  const agree = (linear: number, left: number) => expect(Math.abs(linear / left - 1)).toBeLessThan(0.06);
  test("entropy", async () => {
    const { standardError } = await vonMisesFisherEntropy(x);
    agree(standardError!, await jackknife(x, async (a) => (await vonMisesFisherEntropy(a)).value));
  });
  test.each([
    ["divergence", vonMisesFisherDivergence],
    ["symmetric divergence", vonMisesFisherSymmetricKL],
  ])("%s", async (_, estimator) => {
    const statistic = async (a: typeof x, b: typeof x) => (await estimator(a, b)).value;
    agree((await estimator(x, y)).standardError!, await jackknifeOfTwo(x, y, statistic));
    const pairs = rotateRows(x, 5);
    const paired = await estimator(x, pairs, { sampling: "paired" });
    expect(paired.samples).toBe(60);
    agree(paired.standardError!, await jackknifeOfPairs(x, pairs, statistic));
  });
});

describe("edges", () => {
  test("equal rows: −∞ and +∞ with a note", async () => {
    const one = equalRows([0, 0, 1], 5);
    const note = "The rows of x agree to within rounding: κ has no estimate.";
    expect(await vonMisesFisherEntropy(one)).toEqual({
      value: Number.NEGATIVE_INFINITY,
      samples: 5,
      unit: "nats",
      method: "vmf debiased",
      notes: [note],
    });
    const { value, standardError, notes } = await vonMisesFisherDivergence(one, uniformRows(9, 3, 1));
    expect([value, standardError, notes]).toEqual([Number.POSITIVE_INFINITY, undefined, [note]]);
  });

  test("antipodal rows: no direction, hence log of the area", async () => {
    const { value } = await vonMisesFisherEntropy(stacked(equalRows([1, 0, 0], 4), equalRows([-1, 0, 0], 4)));
    expect(value).toBe(logSphereArea(3));
  });

  test("equal samples: 0 with error 0", async () => {
    const x = sampleOf(lawAt(3, 8), 30, 4);
    const { value, standardError } = await vonMisesFisherDivergence(x, x);
    expect([value, standardError]).toEqual([0, 0]);
  });
});

describe("notes where the rows contradict the fit", () => {
  test("two clusters vary more than the fit", async () => {
    const clusters = stacked(sampleOf(lawAt(3, 50), 300, 1), sampleOf(lawAt(3, 2), 300, 2));
    const { notes } = await vonMisesFisherEntropy(clusters);
    expect(notes).toHaveLength(1);
    expect(notes![0]).toMatch(/^Not a von Mises–Fisher law: the cosines of x to its mean vary [\d.]+ times as much\.$/);
  });

  test("a subsphere does not use all directions", async () => {
    const flat = sampleOf(lawAt(4, 6), 400, 1);
    const data = new Float64Array(400 * 12);
    for (let i = 0; i < 400; i++) data.set(flat.data.subarray(4 * i, 4 * i + 4), 12 * i);
    const { notes } = await vonMisesFisherEntropy({ rows: 400, dim: 12, data });
    expect(notes!.at(-1)).toMatch(
      /^Not a von Mises–Fisher law: around its mean x uses about [\d.]+ of 11 directions\.$/,
    );
  });
});
