import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { meanAndError, noisyCopy, randomRows } from "../../test/unit-rows.ts";
import { negativesForAlignment } from "./negatives-for-alignment.ts";
import { expectedAlignment, type PopulationGradient, populationGradient } from "./population-gradient.ts";

const close = { ulps: 1, epsilon: 1e-10 };
const population = (squaredNorm: number[], variance: number[], positiveOdds: number[]): PopulationGradient => ({
  temperature: 0.1,
  reference: 100,
  squaredNorm,
  variance,
  positiveOdds,
  effectiveNegatives: 50,
});

test("decoupled: N = v·c²/(1 − c²)", () => {
  const some = population([1, 3], [10, 6], [50, 1]);
  for (const target of [0.8, 0.95, 0.999]) {
    const { status, negatives } = negativesForAlignment(some, { target, denominator: "decoupled" });
    expect(status).toBe("found");
    expectClose(negatives!.value, (4 * target ** 2) / (1 - target ** 2), close);
  }
});

test("equal odds change lengths, not directions; unequal ones turn the gradient", () => {
  const equal = population([1, 3], [10, 6], [50, 50]);
  const need = (of: PopulationGradient, denominator: "standard" | "decoupled") =>
    negativesForAlignment(of, { target: 0.95, denominator }).negatives!.value;
  expectClose(need(equal, "standard"), need(equal, "decoupled"), close);
  const unequal = population([1, 3], [10, 6], [5000, 0.1]);
  expect(need(unequal, "standard")).toBeGreaterThan(need(unequal, "decoupled"));
  expectClose(expectedAlignment(unequal, need(unequal, "standard"), "standard"), 0.95, close);
});

test("without noise the standard one needs Σ u G²/√(ΣG² Σ u² G²), by hand for two anchors", () => {
  const two = population([1, 1], [0, 0], [9, 0]);
  // u = N/(N + 9): cos = (1 + u)/√(2(1 + u²)).
  const { negatives } = negativesForAlignment(two, { target: 0.99 });
  const u = negatives!.value / (negatives!.value + 9);
  expectClose((1 + u) / Math.sqrt(2 * (1 + u * u)), 0.99, close);
});

test("one is enough; a reference of noise; the error of the jackknife vanishes where anchors agree", () => {
  expect(negativesForAlignment(population([1, 1], [0.01, 0.01], [0, 0]), { target: 0.9 }).status).toBe("one");
  expect(negativesForAlignment(population([-1, 0.5], [1, 1], [1, 1]), { target: 0.9 })).toEqual({
    status: "referenceTooSmall",
    target: 0.9,
    denominator: "standard",
    negatives: null,
  });
  const alike = negativesForAlignment(population([2, 2, 2], [8, 8, 8], [5, 5, 5]), { target: 0.9 }).negatives!;
  expect(alike.standardError!).toBeLessThan(1e-9 * alike.value);
  expect([alike.samples, alike.unit]).toEqual([3, "count"]);
});

test("where a handful of rows hold all the weight nothing is said", () => {
  const thin = { ...population([1, 3], [10, 6], [5, 5]), effectiveNegatives: 19 };
  expect(negativesForAlignment(thin, { target: 0.9 }).status).toBe("referenceTooSmall");
});

test("on embeddings: the standard error is the deviation over anchors; a larger τ needs fewer", async () => {
  const x = randomRows(1, 900, 6);
  const y = noisyCopy(2, x, 0.3);
  const need = async (temperature: number, seed: number) =>
    negativesForAlignment(await populationGradient(x, y, { temperature, anchors: 40, seed }), {
      target: 0.9,
      denominator: "decoupled",
    }).negatives!;
  const runs = [];
  for (let seed = 1; seed <= 24; seed++) runs.push(await need(0.3, seed));
  const { mean, error } = meanAndError(runs.map(({ value }) => value));
  const stated = runs.reduce((sum, { standardError }) => sum + standardError!, 0) / 24;
  // Reference pools overlap by half, so that they add little; a deviation from 24 values is known to 15 %, three of them.
  expect(Math.abs(stated / (error * Math.sqrt(24)) - 1)).toBeLessThan(0.45);
  expect((await need(0.6, 1)).value).toBeLessThan(mean);
});

describe("messages", () => {
  test.each([
    [{ target: 1 }, "negativesForAlignment: `target` must be a number > 0 and < 1, got 1."],
    [
      { target: 0.9, denominator: "both" as "standard" },
      'negativesForAlignment: `denominator` must be "standard" or "decoupled", got both.',
    ],
  ])("%j", (options, message) => {
    expect(() => negativesForAlignment(population([1, 1], [1, 1], [1, 1]), options)).toThrow(message);
  });
});
