import { createRandom } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { ball } from "../manifolds/ball.ts";
import { circle } from "../manifolds/circle.ts";
import { euclidean } from "../manifolds/euclidean.ts";
import { product } from "../manifolds/product.ts";
import { sphere } from "../manifolds/sphere.ts";
import { estimateIntegral, estimateLogIntegral } from "./estimate-integral.ts";

const EPSILON = 2 ** -52;
const samples = 20_000;

describe("estimateIntegral", () => {
  test("second moments: ∫ x₁² = |S^{d−1}|/d on the sphere, |B|/(d + 2) in the ball, within 3 standard errors", async () => {
    for (const [manifold, moment] of [
      [sphere(6), 1 / 6],
      [ball(4), 1 / 6],
    ] as const) {
      const random = createRandom(manifold.name);
      const estimate = await estimateIntegral(manifold, ([x]) => x! ** 2, { samples, random });
      const error = Math.abs(estimate.value - manifold.volume! * moment);
      expect(estimate.samples).toBe(samples);
      expect(error).toBeLessThan(3 * estimate.standardError);
      // E x₁⁴ = 3/(d(d+2)) on the sphere and 3/((d+2)(d+4)) in the ball: the error is as large as it should be.
      const fourth = manifold.kind === "sphere" ? 3 / 48 : 3 / 48;
      const expected = manifold.volume! * Math.sqrt((fourth - moment ** 2) / samples);
      expectClose(estimate.standardError, expected, { ulps: 0.05 / EPSILON, epsilon: EPSILON });
    }
  });

  test("blocks are independent, on products too: the standard error is that of all samples", async () => {
    // On the circle times the sphere ∫ (1 + x₁)² with x₁ of the circle: 2π·4π·(3/2).
    const manifold = product(circle(), sphere(3));
    const [first, second] = await Promise.all(
      [samples, samples].map((n, i) => {
        return estimateIntegral(manifold, ([x]) => (1 + x!) ** 2, { samples: n, random: createRandom(i) });
      }),
    );
    for (const { value, standardError } of [first!, second!]) {
      expect(Math.abs(value - 12 * Math.PI ** 2)).toBeLessThan(3 * standardError);
    }
    expect(first!.value).not.toBe(second!.value);
    const seen = new Set<number>();
    const note = ([x]: Float64Array): number => seen.add(x!).size;
    await estimateIntegral(manifold, note, { samples: 10_000, random: createRandom(3) });
    expect(seen.size).toBe(10_000);
  });

  test("constants are exact; the stream is advanced; the same place gives the same number", async () => {
    const random = createRandom(9);
    const constant = await estimateIntegral(sphere(3), () => 2, { samples: 100, random });
    expectClose(constant.value, 8 * Math.PI, { ulps: 4, epsilon: EPSILON });
    expect(constant.standardError).toBe(0);
    const f = ([x]: Float64Array): number => x!;
    const next = await estimateIntegral(sphere(3), f, { samples: 100, random });
    const after = await estimateIntegral(sphere(3), f, { samples: 100, random });
    expect(next.value).not.toBe(after.value);
    const again = createRandom(9);
    await estimateIntegral(sphere(3), f, { samples: 50, random: again });
    expect((await estimateIntegral(sphere(3), f, { samples: 100, random: again })).value).toBe(next.value);
  });

  test("messages, progress and abortion", async () => {
    const random = createRandom(1);
    await expect(estimateIntegral(euclidean(2), () => 1, { random })).rejects.toThrow(
      "estimateIntegral: `manifold` must be of finite volume, got euclidean(2).",
    );
    await expect(estimateIntegral(sphere(2), () => 1, { random, samples: 1 })).rejects.toThrow(
      "estimateIntegral: `samples` must be an integer ≥ 2, got 1.",
    );
    const done: number[] = [];
    const signal = { aborted: false, reason: "enough" };
    const onProgress = (progress: { done: number }): void => {
      done.push(progress.done);
      signal.aborted = true;
    };
    await expect(estimateIntegral(sphere(2), () => 1, { random, samples, signal, onProgress })).rejects.toBe("enough");
    expect(done).toEqual([4096]);
  });
});

describe("estimateLogIntegral", () => {
  test("e^(κ cos θ) on S²: log(4π sinh κ/κ) within 3 standard errors, which are right", async () => {
    const kappa = 2;
    const f = ([x]: Float64Array): number => kappa * x!;
    const { value, standardError } = await estimateLogIntegral(sphere(3), f, { samples, random: createRandom(5) });
    const mean = Math.sinh(kappa) / kappa;
    expect(Math.abs(value - Math.log(4 * Math.PI * mean))).toBeLessThan(3 * standardError);
    const variation = Math.sqrt(Math.sinh(2 * kappa) / (2 * kappa) / mean ** 2 - 1);
    expectClose(standardError, variation / Math.sqrt(samples), { ulps: 0.05 / EPSILON, epsilon: EPSILON });
  });

  test("volumes and exponentials beyond the range of numbers", async () => {
    const d = 1024;
    const random = createRandom(6);
    const constant = await estimateLogIntegral(sphere(d), () => 5000, { samples: 10, random });
    expectClose(constant.value, sphere(d).logVolume! + 5000, { ulps: 4, epsilon: EPSILON });
    expect(constant.standardError).toBe(0);
    const nothing = await estimateLogIntegral(sphere(3), () => Number.NEGATIVE_INFINITY, { samples: 10, random });
    expect(nothing).toMatchObject({ value: Number.NEGATIVE_INFINITY, standardError: Number.NaN });
  });

  test("message", async () => {
    await expect(estimateLogIntegral(euclidean(3), () => 1, { random: createRandom(1) })).rejects.toThrow(
      "estimateLogIntegral: `manifold` must be of finite volume, got euclidean(3).",
    );
  });
});
