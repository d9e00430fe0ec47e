import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { noisyCopy, randomRows } from "../../test/unit-rows.ts";
import { expectedAlignment, populationGradient } from "../probe/population-gradient.ts";
import { temperatureForAlignment } from "./temperature-for-alignment.ts";

const x = randomRows(1, 1200, 6);
const y = noisyCopy(2, x, 0.3);
const options = { anchors: 24, negatives: 8, target: 0.78, range: [0.11, 3] as const };

describe.each(["standard", "decoupled"] as const)("%s", (denominator) => {
  test("at the τ found the expected alignment is the target", async () => {
    const { status, temperature, curve } = await temperatureForAlignment(x, y, { ...options, denominator });
    expect([status, curve.length]).toEqual(["found", 13]);
    const population = await populationGradient(x, y, { anchors: 24, temperature: temperature!.value });
    // Bisection to 1e-4 of τ, where the alignment has a slope below 1 in log τ.
    expectClose(expectedAlignment(population, 8, denominator), 0.78, { ulps: 1, epsilon: 1e-4 });
    const above = curve.filter((point) => point.temperature > temperature!.value);
    expect(above.every(({ alignment }) => alignment! >= 0.78)).toBe(true);
  });

  test("more negatives, or less alignment: a smaller τ", async () => {
    const at = async (changed: object) =>
      (await temperatureForAlignment(x, y, { ...options, denominator, ...changed })).temperature!.value;
    const plain = await at({});
    expect(await at({ negatives: 10 })).toBeLessThan(plain);
    expect(await at({ target: 0.74 })).toBeLessThan(plain);
  });
});

test("the standard error is the deviation over anchors", async () => {
  const fewer = [randomRows(3, 500, 6), noisyCopy(4, randomRows(3, 500, 6), 0.3)] as const;
  const runs = [];
  for (let seed = 1; seed <= 16; seed++) {
    runs.push(
      (await temperatureForAlignment(...fewer, { ...options, denominator: "decoupled", range: [0.16, 2], seed }))
        .temperature!,
    );
  }
  const mean = runs.reduce((sum, { value }) => sum + value, 0) / 16;
  const deviation = Math.sqrt(runs.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / 15);
  const stated = runs.reduce((sum, { standardError }) => sum + standardError!, 0) / 16;
  // Known to 18 % from 16 values, and the pools, which overlap by half, add to the deviation.
  expect(stated / deviation).toBeGreaterThan(0.5);
  expect(stated / deviation).toBeLessThan(1.6);
});

test("everywhere, nowhere, unknown", async () => {
  const everywhere = await temperatureForAlignment(x, y, { ...options, target: 0.05, range: [1, 2] });
  expect([everywhere.status, everywhere.temperature]).toEqual(["everywhere", null]);
  const nowhere = await temperatureForAlignment(x, y, { ...options, target: 0.999, negatives: 2 });
  expect([nowhere.status, nowhere.temperature]).toEqual(["nowhere", null]);
  // Reached wherever the reference can tell, and not known below: 20 effective negatives of 588 are left at τ = 0.09.
  const unknown = await temperatureForAlignment(x, y, { ...options, negatives: 64, range: [0.02, 1] });
  expect([unknown.status, unknown.temperature, unknown.curve[0]!.alignment]).toEqual(["referenceTooSmall", null, null]);
});

describe("messages", () => {
  test.each([
    [{ negatives: 0 }, "temperatureForAlignment: `negatives` must be an integer ≥ 1, got 0."],
    [{ target: 1 }, "temperatureForAlignment: `target` must be a number > 0 and < 1, got 1."],
    [{ range: [1, 0.5] as const }, "temperatureForAlignment: `range` must be ascending, got [1, 0.5]."],
  ])("%j", async (changed, message) => {
    await expect(temperatureForAlignment(x, y, { ...options, ...changed })).rejects.toThrow(message);
  });
});
