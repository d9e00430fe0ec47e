import { logKernelVolume, logSphereArea, sphereQuadrature } from "@nce-geometry/manifold";
import { matrixOf } from "@nce-geometry/pairwise";
import { createRandom, logSumExpOfArray } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { meanOf, mixture, perturbed, uniformRows } from "../../test/laws.ts";
import type { Estimate } from "../estimate.ts";
import { freeEnergyMultimodalOnSamples } from "./free-energy-multimodal-on-samples.ts";
import { freeEnergyUnimodalOnSamples } from "./free-energy-unimodal-on-samples.ts";

const exact = { ulps: 64, epsilon: Number.EPSILON, scale: 20 };
const random = createRandom("one modality");
const x = uniformRows(random.split("x"), 30, 3);
const y = perturbed(random.split("y"), x, 6);
const temperature = 0.2;
const dot = (a: typeof x, i: number, b: typeof x, j: number) =>
  [0, 1, 2].reduce((sum, k) => sum + a.data[3 * i + k]! * b.data[3 * j + k]!, 0);
const meanOver = (f: (i: number) => number) =>
  Array.from({ length: x.rows }, (_, i) => f(i)).reduce((sum, value) => sum + value, 0) / x.rows;

test.each([undefined, 0.3])("written out, kernelWidth %s", async (kernelWidth) => {
  const options = { temperature, ...(kernelWidth !== undefined && { kernelWidth }) };
  const { value, potentialTerm, entropy, meanPotential } = await freeEnergyUnimodalOnSamples(x, y, options);
  const width = kernelWidth === undefined ? temperature : kernelWidth ** 2;
  const logDensity = meanOver((i) => {
    const others = Array.from({ length: x.rows }, (_, j) =>
      j === i ? Number.NEGATIVE_INFINITY : dot(x, i, x, j) / width,
    );
    return logSumExpOfArray(others) - Math.log(x.rows - 1) - logKernelVolume(3, { temperature: width });
  });
  const mean = -meanOver((i) => dot(x, i, y, i));
  expectClose(meanPotential.value, mean, exact);
  expectClose(potentialTerm.value, mean / temperature, exact);
  expectClose(entropy.value, -logDensity, exact);
  expectClose(value.value, mean / temperature + logDensity, exact);
});

describe("limits", () => {
  test("the mean of both modalities is the functional of two whose denominators are their own", async () => {
    const both = await freeEnergyMultimodalOnSamples(x, y, { temperature, denominator: "own" });
    const [first, second] = [
      await freeEnergyUnimodalOnSamples(x, y, { temperature }),
      await freeEnergyUnimodalOnSamples(y, x, { temperature }),
    ];
    expectClose((first.value.value + second.value.value) / 2, both.value.value, exact);
    expectClose(first.entropy.value, both.entropies[0].value, exact);
    expectClose(first.entropy.standardError!, both.entropies[0].standardError!, { ...exact, ulps: 4096 });
  });

  test("perfect positives: the potential is −1/τ, without error; τ → ∞: −log of the area", async () => {
    const { potentialTerm } = await freeEnergyUnimodalOnSamples(x, x, { temperature });
    expectClose(potentialTerm.value, -1 / temperature, exact);
    expect(potentialTerm.standardError).toBeLessThan(1e-15);
    const { value } = await freeEnergyUnimodalOnSamples(x, y, { temperature: 1e9 });
    expectClose(value.value, -logSphereArea(3), { ulps: 2e7, epsilon: Number.EPSILON });
  });
});

test("against the law: the value within its standard error over seeds, which is the scatter", async () => {
  const [n, seeds] = [60, 40];
  const law = mixture([{ weight: 1, meanDirection: [0, 0, 1], concentration: 4 }]);
  const { points, weights } = sphereQuadrature({ polarNodes: 24 });
  const smoothed = law.logSmoothed(points, 0.3);
  const logDensity = law
    .logDensity(points)
    .reduce((sum, log, i) => sum + weights[i]! * Math.exp(log) * smoothed[i]!, 0);
  const estimates: Estimate[] = [];
  for (let seed = 0; seed < seeds; seed++) {
    const anchors = law.sample(random.split(seed), n);
    estimates.push((await freeEnergyUnimodalOnSamples(anchors, anchors, { temperature: 0.3 })).value);
  }
  const { mean, error } = meanOf(estimates.map(({ value }) => value));
  // Finite samples shift the value by about −CV²/2n = −0.01 at this law.
  expect(Math.abs(mean - (logDensity - 1 / 0.3))).toBeLessThan(3 * error + 0.01);
  const reported = Math.sqrt(meanOf(estimates.map((e) => e.standardError! ** 2)).mean);
  // The scatter of 40 seeds is known to 1/√80.
  expect(Math.abs(reported / (error * Math.sqrt(seeds)) - 1)).toBeLessThan(3 / Math.sqrt(2 * seeds));
});

test("messages", async () => {
  const single = matrixOf([[1, 0, 0]]);
  await expect(freeEnergyUnimodalOnSamples(single, single, { temperature })).rejects.toThrow(
    "freeEnergyUnimodalOnSamples: `anchors` must be of at least 3 rows, got [1, 3]. Two rows leave a single other one, whose spread is not seen.",
  );
  await expect(freeEnergyUnimodalOnSamples(x, y, { temperature, kernelWidth: -1 })).rejects.toThrow(
    "freeEnergyUnimodalOnSamples: `kernelWidth` must be a finite number > 0, got -1. It is the width of the kernel in radians; its concentration is 1/kernelWidth².",
  );
});
