import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { studentQuantile } from "../runner/student-quantile.ts";
import { defaults, type GradientConsistencyConfig } from "./config.ts";
import { gradientConsistency } from "./gradient-consistency.ts";
import { type ConsistencyResult, slopeOf } from "./run-unit.ts";

const epsilon = 2 ** -52;
const tiny: GradientConsistencyConfig = {
  ...defaults("quick"),
  seeds: 3,
  sizes: [16, 32, 64, 128, 256],
  reference: 256,
  slopeFrom: 16,
  anchors: 16,
  inputs: 8,
  outputs: 6,
  rbfScale: 1 / 6,
};

async function runAll(config: GradientConsistencyConfig): Promise<ConsistencyResult[]> {
  gradientConsistency.check(config);
  const results: ConsistencyResult[] = [];
  for (const unit of gradientConsistency.units(config)) results.push(await gradientConsistency.run(config, unit, {}));
  return results;
}

describe("a run", () => {
  test("the paper's pool of full size is its reference: cosine 1, error 0", async () => {
    for (const { nested } of await runAll({ ...tiny, seeds: 1, sizes: [8, 256] })) {
      expectClose(nested.cosine[1]!, 1, { ulps: 64, epsilon });
      expect(nested.relativeError[1]).toBe(0);
      expect(nested.cosine[0]).toBeLessThan(1);
    }
  });

  test("a kernel that is flat: loss log(N + 1), decoupled log N, mass 1/(N + 1), N negatives count, residuals log1p(1/N) and 0", async () => {
    const config = { ...tiny, seeds: 1, critics: ["rbf"], rbfScale: 1e-9, sizes: [4, 8] } as const;
    const [{ value, positiveMass, effectiveNegatives }] = (await runAll(config)) as [ConsistencyResult];
    // Scores are at most 4·6·1e-9.
    const flat = { ulps: 1, epsilon: 1e-7, scale: 1 };
    expectAllClose(value.loss, [Math.log(5), Math.log(9)], flat);
    expectAllClose(value.decoupledLoss, [Math.log(4), Math.log(8)], flat);
    expectAllClose(value.residual, [Math.log1p(1 / 4), Math.log1p(1 / 8)], flat);
    expectAllClose(value.decoupledResidual, [0, 0], flat);
    expectAllClose(positiveMass, [1 / 5, 1 / 9], flat);
    expectAllClose(effectiveNegatives, [4, 8], flat);
    expectClose(value.energyPlusLogVolume, 0, flat);
  });

  test("the encoder has entries N(0, 1/inputs): a tanh of standard normal numbers", async () => {
    const scale = 1e-7;
    const config = {
      ...tiny,
      ...{ seeds: 4, critics: ["rbf"] as const, sizes: [4], inputs: 64, outputs: 128, anchors: 32 },
      ...{ separation: 0, rbfAugmentation: 0, rbfScale: scale },
    };
    const step = 1 / 64;
    const square = Array.from({ length: 1025 }, (_, k) => (k - 512) * step)
      .map((x) => Math.tanh(x) ** 2 * Math.exp((-x * x) / 2))
      .reduce((sum, value) => sum + (value * step) / Math.sqrt(2 * Math.PI), 0);
    const results = await runAll(config);
    const energy = results.reduce((sum, { value }) => sum + value.energyPlusLogVolume, 0) / results.length;
    // To first order in the scale −c·E‖z − w‖² = −2c·outputs·E tanh². The norms of 128 rows of W tell it to 2 %, of four seeds to 1 %.
    expect(Math.abs(energy / (-2 * scale * 128 * square) - 1)).toBeLessThan(0.04);
  });

  test("free of the references' own error the error falls like N^−½; with it, slower", async () => {
    const results = await runAll({ ...tiny, seeds: 6, critics: ["rbf"] });
    const { slopes } = gradientConsistency.summarize({ ...tiny, critics: ["rbf"] }, results);
    expect(slopes[0]!.containsMinusHalf).toBe(true);
    expect(slopes[0]!.interval!.high).toBeLessThan(-0.3);
    // At N = 256, as large as the reference, half of the squared error is the reference's.
    const naive = results.map(
      ({ independent }) =>
        slopeOf(
          tiny.sizes,
          independent.relativeError.map((e) => e * e),
          16,
        )!,
    );
    const mean = naive.reduce((sum, slope) => sum + slope, 0) / naive.length;
    expect(mean - slopes[0]!.mean!).toBeGreaterThan(0.05);
    // E‖g_N − g‖² is the error of g_N and that of g: within a fifth, over six seeds.
    const overResults = (value: (result: ConsistencyResult) => number) =>
      results.reduce((sum, result) => sum + value(result), 0) / results.length;
    for (const k of tiny.sizes.keys()) {
      const both = overResults((r) => r.independent.squaredError[k]! + r.independent.referenceSquaredError);
      const seen = overResults((r) => r.independent.relativeError[k]! ** 2);
      expect(Math.abs(seen / both - 1)).toBeLessThan(0.2);
    }
  });

  test("the same configuration gives the same bytes; the mixture of the nested negatives changes theirs alone", async () => {
    const config = { ...tiny, seeds: 1, sizes: [8, 16] };
    const [first, second] = [await runAll(config), await runAll(config)];
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
    const same = await runAll({ ...config, nestedNegatives: "sameMixture" });
    for (const [k, result] of same.entries()) {
      expect(result.nested).not.toEqual(first[k]!.nested);
      expect({ ...result, nested: 0 }).toEqual({ ...first[k]!, nested: 0 });
    }
  });

  test("an aborted signal stops it; progress ends complete", async () => {
    const unit = gradientConsistency.units(tiny)[0]!;
    const signal = { aborted: true, reason: new Error("enough") };
    await expect(gradientConsistency.run(tiny, unit, { signal })).rejects.toThrow("enough");
    const seen: number[] = [];
    const config = { ...tiny, sizes: [4, 8] };
    await gradientConsistency.run(config, unit, { onProgress: ({ done, total }) => seen.push(done / total) });
    expect(seen).toEqual([0, 0.5, 1]);
  });
});

test("a temperature at which the gradient is 0 is refused where it is found", async () => {
  const config = { ...tiny, sizes: [1], reference: 2, inputs: 64, outputs: 64, cosineTemperature: 0.001 };
  await expect(gradientConsistency.run(config, gradientConsistency.units(config)[0]!, {})).rejects.toThrow(
    "E1: `cosineTemperature` must be high enough for gradients that float64 tells from 0, got 0.001. The positive takes",
  );
});

describe("slopes and intervals", () => {
  test("of c/N it is −½, whatever c, over the sizes from the given one on", () => {
    const sizes = [4, 16, 64, 256];
    expectClose(
      slopeOf(
        sizes,
        sizes.map((n) => 7 / n),
        1,
      )!,
      -0.5,
      { ulps: 16, epsilon },
    );
    expectClose(slopeOf(sizes, [1e9, 1 / 16, 1 / 64, 1 / 256], 16)!, -0.5, { ulps: 16, epsilon });
    expect(slopeOf(sizes, [1, 1, -1e-9, 1], 1)).toBeNull();
    expect(slopeOf(sizes, [1, 1, 1, 1], 256)).toBeNull();
  });

  test("Student's quantile: ν = 1 and 2 in closed form, ν → ∞ the normal one", () => {
    for (const level of [0.5, 0.95, 0.999]) {
      // log(1 − level) has an error of ε/(1 − level).
      const tolerance = { ulps: 256 / (1 - level), epsilon };
      expectClose(studentQuantile(1, level), Math.tan((Math.PI * level) / 2), tolerance);
      expectClose(studentQuantile(2, level), level * Math.sqrt(2 / (1 - level ** 2)), tolerance);
    }
    // The difference is about (t³ + t)/(4ν).
    expectClose(studentQuantile(1e7, 0.95), 1.959963984540054, { ulps: 1, epsilon: 2e-7 });
  });

  test("means, standard errors and intervals of two seeds by hand", () => {
    const config = { ...tiny, critics: ["cosine"], sizes: [4] } as const;
    const result = (seed: number, value: number): ConsistencyResult => ({
      seed,
      critic: "cosine",
      nested: { cosine: [value], relativeError: [1] },
      independent: {
        cosine: [0],
        relativeError: [0],
        squaredError: [4 * seed - 1],
        referenceSquaredError: 0.25,
        slope: -value,
      },
      value: { loss: [0], decoupledLoss: [0], energyPlusLogVolume: 0, residual: [value], decoupledResidual: [0] },
      positiveMass: [0],
      effectiveNegatives: [1],
    });
    const two = gradientConsistency.summarize(config, [result(0, 0.4), result(1, 0.6)]);
    const at = two.sizes[0]!;
    expectAllClose([at.nestedCosine.mean, at.nestedCosine.standardError!], [0.5, 0.1], { ulps: 4, epsilon });
    // Squares −1 and 3: their mean is 1 ± 2, the root of it 1 ± 2/2.
    expect(at.correctedError).toEqual({ mean: 1, standardError: 1, seeds: 2 });
    expect(two.referenceErrors).toEqual([{ critic: "cosine", relativeError: 0.5 }]);
    const [slope] = two.slopes;
    // One degree of freedom: t = tan(0.475π).
    const half = 0.1 * Math.tan(0.475 * Math.PI);
    expectAllClose([slope!.interval!.low, slope!.interval!.high], [-0.5 - half, -0.5 + half], { ulps: 1e4, epsilon });
    expect([slope!.seeds, slope!.containsMinusHalf]).toEqual([2, true]);
    const one = gradientConsistency.summarize(config, [result(0, 0.4)]);
    expect(one.sizes[0]!.nestedCosine).toEqual({ mean: 0.4, standardError: null, seeds: 1 });
    expect(one.sizes[0]!.correctedError).toBeNull();
    expect(one.slopes[0]).toMatchObject({ seeds: 1, mean: -0.4, interval: null, containsMinusHalf: null });
  });
});

describe("configuration", () => {
  test("both defaults are within the domain; units are every seed of every critic", () => {
    for (const scale of ["quick", "full"] as const) gradientConsistency.check(defaults(scale));
    expect(gradientConsistency.units({ ...tiny, seeds: 2 }).map(({ key }) => key)).toEqual([
      "cosine-seed-0",
      "cosine-seed-1",
      "rbf-seed-0",
      "rbf-seed-1",
    ]);
    expect(Object.keys(defaults("full"))).toEqual(gradientConsistency.options.map(({ name }) => name));
  });

  test.each([
    [{ seeds: 0 }, "E1: `seeds` must be an integer from 1 to 1000, got 0."],
    [{ critics: ["dot"] }, 'E1: `critics[0]` must be "cosine" or "rbf", got "dot".'],
    [{ cosineTemperature: 0 }, "E1: `cosineTemperature` must be a number from 0.001 to 1000, got 0."],
    [
      { sizes: [4, 512] },
      "E1: `sizes` must be at most `reference` = 256, got 512. Pools of the paper's protocol are parts of the reference.",
    ],
  ])("message for %j", (change, message) => {
    expect(() => gradientConsistency.check({ ...tiny, ...change } as never)).toThrow(message);
  });
});
