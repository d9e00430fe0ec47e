import { fitVonMisesFisher } from "@nce-geometry/manifold";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { deviation, equalRows, lawAt, mean, sampleOf, stacked, uniformRows } from "../../test/sphere-samples.ts";
import { fitVonMisesFisherMixture, logMixtureDensity } from "./von-mises-fisher-mixture.ts";
import { mixtureDivergence, mixtureEntropy, mixtureSymmetricKL } from "./von-mises-fisher-mixture-divergence.ts";

const exact = { ulps: 4096, epsilon: Number.EPSILON, scale: 1 };
const [left, right] = [lawAt(3, 60), lawAt(3, 40, 2)];
const clusters = stacked(sampleOf(left, 200, 1), sampleOf(right, 100, 2));

describe("fit", () => {
  test("one component is the maximum-likelihood fit", async () => {
    const x = sampleOf(lawAt(5, 7), 80, 1);
    const { components, status } = await fitVonMisesFisherMixture(x, { components: 1 });
    const expected = fitVonMisesFisher(x).law!;
    expect([status, components[0]!.weight]).toEqual(["converged", 1]);
    expectClose(components[0]!.law.concentration, expected.concentration, exact);
    expectClose(components[0]!.law.meanDirection[0]!, expected.meanDirection[0]!, exact);
  });

  test("two clusters are found, the heavier first", async () => {
    const { components, meanLogLikelihood } = await fitVonMisesFisherMixture(clusters, { components: 2 });
    expect(components.map(({ weight }) => Math.round(300 * weight))).toEqual([200, 100]);
    expect(Math.acos(components[1]!.law.meanDirection[0]!)).toBeCloseTo(2, 1);
    const log = logMixtureDensity(clusters, components);
    expectClose(mean([...log]), meanLogLikelihood, exact);
  });

  test("a seed gives the same fit, and more steps never a smaller likelihood", async () => {
    const options = { components: 3, restarts: 1, seed: 5, tolerance: 1e-300 };
    const likelihoods: number[] = [];
    for (let maxSteps = 1; maxSteps <= 12; maxSteps++) {
      const fit = await fitVonMisesFisherMixture(clusters, { ...options, maxSteps });
      expect([fit.status, fit.steps]).toEqual(["maxSteps", maxSteps]);
      likelihoods.push(fit.meanLogLikelihood);
    }
    for (let k = 1; k < 12; k++) expect(likelihoods[k]! - likelihoods[k - 1]!).toBeGreaterThan(-1e-13);
    const weightsOf = async (seed: number) => {
      const { components } = await fitVonMisesFisherMixture(clusters, { ...options, seed, maxSteps: 3 });
      return components.map(({ weight }) => weight);
    };
    expect(await weightsOf(5)).toEqual(await weightsOf(5));
    expect(await weightsOf(5)).not.toEqual(await weightsOf(6));
  });

  test("equal rows collapse; an aborted run says so", async () => {
    expect(await fitVonMisesFisherMixture(equalRows([0, 1], 6), { components: 2 })).toEqual({
      status: "collapsed",
      components: [],
      meanLogLikelihood: Number.NEGATIVE_INFINITY,
      steps: 0,
      samples: 6,
    });
    const signal = { aborted: true, reason: new Error("stop") };
    expect((await fitVonMisesFisherMixture(clusters, { components: 2, signal })).status).toBe("aborted");
    await expect(mixtureEntropy(clusters, { components: 2, signal })).rejects.toThrow("stop");
  });
});

describe("estimates", () => {
  const quick = { draws: 1000, jackknifeGroups: 10 };

  test("clusters far apart: entropies of the parts and of the choice add", async () => {
    const { value, standardError } = await mixtureEntropy(clusters, { components: 2, ...quick });
    const choice = -(2 / 3) * Math.log(2 / 3) - (1 / 3) * Math.log(1 / 3);
    const expected = choice + (2 * left.entropy + right.entropy) / 3;
    expect(Math.abs(value - expected)).toBeLessThan(3 * standardError!);
    expect(standardError).toBeLessThan(0.1);
  });

  test("one component: the divergences of the fitted laws, within the error of the draws", async () => {
    const [x, y] = [sampleOf(lawAt(4, 9), 120, 1), sampleOf(lawAt(4, 3, 0.7), 150, 2)];
    const [p, q] = [fitVonMisesFisher(x).law!, fitVonMisesFisher(y).law!];
    const options = { components: 1, draws: 5000, jackknifeGroups: 5 };
    const near = async (estimate: Promise<{ value: number; standardError?: number }>, expected: number) => {
      const { value, standardError } = await estimate;
      // The error of the draws is a small part of the standard error at 5000 draws.
      expect(Math.abs(value - expected)).toBeLessThan(0.5 * standardError!);
    };
    await near(mixtureEntropy(x, options), p.entropy);
    await near(mixtureDivergence(x, y, options), p.klDivergence(q));
    await near(mixtureSymmetricKL(x, y, options), p.symmetricKL(q));
  });

  test("the standard error matches the spread over samples", async () => {
    const law = lawAt(3, 6);
    const estimates = [];
    for (let r = 0; r < 40; r++)
      estimates.push(await mixtureEntropy(sampleOf(law, 80, r), { components: 1, ...quick }));
    const ratio = mean(estimates.map((e) => e.standardError!)) / deviation(estimates.map((e) => e.value));
    // A deviation over 40 runs is known to 11 %, an error from 10 groups to 24 % each.
    expect(ratio).toBeGreaterThan(0.7);
    expect(ratio).toBeLessThan(1.5);
  });

  test("equal samples: 0; collapsed fits: NaN with a note; poor components: a note", async () => {
    const same = await mixtureDivergence(clusters, clusters, { components: 2, ...quick });
    expectClose(same.value, 0, exact);
    const { value, notes } = await mixtureEntropy(equalRows([0, 1], 6), { components: 2 });
    expect(value).toBeNaN();
    expect(notes).toEqual([
      "The mixture of x collapsed onto equal rows at every start; take fewer components or merge duplicates.",
    ]);
    const poor = await mixtureEntropy(uniformRows(12, 6, 1), { components: 2, ...quick });
    expect(poor.notes!.join()).toMatch(/A component of x rests on \d rows, fewer than the 7 parameters it has\./);
  });
});

test.each([
  [{ components: 0 }, "`components` must be an integer from 1 to 300, the number of rows, got 0."],
  [{ components: 301 }, "`components` must be an integer from 1 to 300, the number of rows, got 301."],
  [{ components: 1, restarts: 0 }, "`restarts` must be an integer ≥ 1, got 0."],
  [{ components: 1, maxSteps: 0.5 }, "`maxSteps` must be an integer ≥ 1, got 0.5."],
  [{ components: 1, tolerance: 0 }, "`tolerance` must be a finite number > 0, got 0."],
  [{ components: 1, seed: 0.5 }, "`seed` must be a safe integer, got 0.5."],
  [{ components: 1, draws: 1 }, "`draws` must be an integer ≥ 2, got 1."],
  [
    { components: 1, jackknifeGroups: 1 },
    "`jackknifeGroups` must be an integer from 2 to 300, the number of rows, got 1.",
  ],
])("%j is refused", async (options, message) => {
  await expect(mixtureEntropy(clusters, options)).rejects.toThrow(`mixtureEntropy: ${message}`);
});
