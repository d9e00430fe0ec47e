// Truths with a planted defect of the usual kind, and the check that tells them from the right ones: the right truth lies within
// the noise of a sample, the mutant far outside of it.

import { besselRatio } from "@nce-geometry/manifold";
import { createRandom } from "@nce-geometry/tensor";
import { expect, test } from "vitest";
import {
  circleMoment,
  generatePairedCircle,
  generatePositivePairs,
  generateTwoWell,
  generateVonMisesFisherPair,
  logDensity,
  twoWellPotential,
} from "../src/index.ts";
import { pairCosines, sigmas, zScore } from "./z-score.ts";

function expectToTellApart(sample: ArrayLike<number>, truth: number, mutant: number): void {
  expect(Math.abs(zScore(sample, truth))).toBeLessThan(sigmas);
  expect(Math.abs(zScore(sample, mutant))).toBeGreaterThan(2 * sigmas);
}

test("the ½ of e^{−n²σ²/2} dropped", () => {
  const { anglesY, truth } = generatePairedCircle(createRandom(1), {
    kind: "pairedCircle",
    pairs: 4000,
    misalignmentY: 0.5,
  });
  const { y } = truth.laws;
  const mutant = circleMoment({ ...y, blur: Math.SQRT2 * y.blur }, 2).cos;
  expectToTellApart(
    Float64Array.from(anglesY.data, (angle) => Math.cos(2 * angle)),
    circleMoment(y, 2).cos,
    mutant,
  );
});

test("Bessel order d/2 in place of d/2 − 1", () => {
  const noise = { kind: "vonMisesFisher", concentration: 10 } as const;
  const { x, y, truth } = generatePositivePairs(createRandom(2), { kind: "positivePairs", pairs: 4000, dim: 8, noise });
  expectToTellApart(pairCosines(x, y), truth.pairCosine, besselRatio(8 / 2, 10));
});

test("the sign of the potential, and τ, dropped", () => {
  const { x, truth } = generateTwoWell(createRandom(3), { kind: "twoWell", rows: 4000, temperature: 0.3 });
  const u = twoWellPotential(truth.potential, x);
  const untempered = generateTwoWell(createRandom(3), { kind: "twoWell", rows: 1, temperature: 1 }).truth;
  expectToTellApart(u, truth.meanPotential, -truth.meanPotential);
  expectToTellApart(u, truth.meanPotential, untempered.meanPotential);
});

test("Jeffreys without its second half, and symmetric KL without its ½", () => {
  const { x, y, truth } = generateVonMisesFisherPair(createRandom(4), {
    kind: "vonMisesFisherPair",
    pairs: 4000,
    dim: 6,
  });
  const gains = (of: typeof x, sign: 1 | -1) => {
    const [a, b] = [logDensity(truth.laws.x, of), logDensity(truth.laws.y, of)];
    return a.map((value, i) => sign * (value - b[i]!));
  };
  const [there, back] = [gains(x, 1), gains(y, -1)];
  const jeffreys = there.map((value, i) => value + back[i]!);
  expectToTellApart(jeffreys, truth.jeffreys, truth.kl.xToY);
  expectToTellApart(
    jeffreys.map((value) => value / 2),
    truth.symmetricKL,
    2 * truth.symmetricKL,
  );
});
