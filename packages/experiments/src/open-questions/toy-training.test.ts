import { energyDistance, energyDistanceGradientOnRows } from "@nce-geometry/losses";
import {
  createRandom,
  fromData,
  matMul,
  mul,
  normalizeRows,
  referenceBackend,
  type Tensor,
  valueAndGrad,
} from "@nce-geometry/tensor";
import { expectAllClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { drawCirclePairs } from "../multimodal-gap/circle-pairs.ts";
import {
  encodeToy,
  pairCosine,
  regularizerGradient,
  sameOrientation,
  shakenGradient,
  symmetricKLOnCircle,
  trainToy,
} from "./toy-training.ts";

const identity = Float64Array.of(1, 0, 0, 1, 1, 0, 0, 1);
const reflected = Float64Array.of(1, 0, 0, 1, 1, 0, 0, -1);
const task = { misalignment: 0, featureNoise: 0.02, temperature: 0.1, batch: 16, steps: 60, learningRate: 0.02 };

describe("two encoders of the circle", () => {
  test("the gradient of a regulariser is that of differentiation", async () => {
    const backend = referenceBackend();
    const pairs = drawCirclePairs(createRandom(1), { pairs: 12, misalignment: 0.5, featureNoise: 0.1 });
    const encoders = createRandom(2).normal(8);
    const weight = 0.7;
    const tensor = (data: Float64Array, rows: number): Tensor => fromData(backend, data.slice(), [rows, 2]);
    const encode = (features: Float64Array, w: Tensor): Tensor =>
      normalizeRows(matMul(tensor(features, 12), w, { transposeB: true }));
    const { gradients } = valueAndGrad(
      (first, second) => mul(energyDistance(encode(pairs.x, first!), encode(pairs.y, second!)), weight),
      [tensor(encoders.slice(0, 4), 2), tensor(encoders.slice(4), 2)],
    );
    const found = await regularizerGradient(
      encoders,
      pairs,
      { weight, gradient: async (x, y) => (await energyDistanceGradientOnRows(x, y)).gradients },
      0,
    );
    const expected = Float64Array.from(gradients.flatMap((one) => Array.from(one.dataSync())));
    // 12 · 12 pairs, each a difference of unit rows; sums of them in another order.
    expectAllClose(found, expected, { ulps: 1024, epsilon: Number.EPSILON, scale: 1 });
  });

  test("encoders that do nothing show the data: equal angles at σ = 0, a cosine of e^{−σ²/2} beyond", () => {
    const pairs = 20_000;
    const same = encodeToy(identity, drawCirclePairs(createRandom(1), { pairs, misalignment: 0, featureNoise: 0 }));
    expect(symmetricKLOnCircle(same.x, same.y)).toBe(0);
    const turned = encodeToy(identity, drawCirclePairs(createRandom(1), { pairs, misalignment: 0.6, featureNoise: 0 }));
    // The standard deviation of a cosine is at most 1.
    expect(Math.abs(pairCosine(turned.x, turned.y) - Math.exp(-0.18))).toBeLessThan(4 / Math.sqrt(pairs));
    // D_S of the data is 0.537/2 in closed form; the estimator's floor is (59/2)(2/n) and its spread of the same order.
    expect(Math.abs(symmetricKLOnCircle(turned.x, turned.y) - 0.537 / 2)).toBeLessThan(0.02);
    expect(sameOrientation(identity)).toBe(true);
    expect(sameOrientation(reflected)).toBe(false);
  });

  test("training finds partners; looks come before the first step and after every so many", async () => {
    const steps: number[] = [];
    const observe = { every: 20, look: (_: Float64Array, step: number) => steps.push(step) };
    const encoders = await trainToy(createRandom(3), { ...task, steps: 300, observe }, {});
    expect(steps.slice(0, 3)).toEqual([0, 20, 40]);
    expect(steps).toHaveLength(16);
    const fresh = drawCirclePairs(createRandom(4), { pairs: 500, misalignment: 0, featureNoise: 0 });
    const { x, y } = encodeToy(encoders, fresh);
    expect(pairCosine(x, y)).toBeGreaterThan(0.95);
  });

  test("noise on a gradient is in units of its root mean square", () => {
    const gradient = new Float64Array(20_000).map((_, k) => (k % 2 === 0 ? 7 : 1));
    const noise = shakenGradient(gradient, 0.5, createRandom(5)).map((value, k) => value - gradient[k]!);
    const deviation = Math.sqrt(noise.reduce((sum, value) => sum + value * value, 0) / noise.length);
    // Root mean square 5; a deviation from n draws is known to a share of 1/√(2n).
    expect(Math.abs(deviation / 2.5 - 1)).toBeLessThan(4 / Math.sqrt(40_000));
  });

  test("a regulariser of weight 0 and noise of size 0 change nothing; the same seed gives the same bits; noise changes them", async () => {
    const plain = await trainToy(createRandom(3), task, {});
    const gradient = async (x: { data: ArrayLike<number> }, y: { data: ArrayLike<number> }) => ({
      x: new Float64Array(x.data.length).fill(3),
      y: new Float64Array(y.data.length).fill(1),
    });
    expect(await trainToy(createRandom(3), { ...task, gradientNoise: 0 }, {})).toEqual(plain);
    expect(await trainToy(createRandom(3), { ...task, regularizer: { weight: 0, gradient } }, {})).toEqual(plain);
    expect(await trainToy(createRandom(3), { ...task, regularizer: { weight: 1, gradient } }, {})).not.toEqual(plain);
    const noisy = { ...task, gradientNoise: 0.5 };
    const shaken = await trainToy(createRandom(3), noisy, {});
    expect(shaken).not.toEqual(plain);
    expect(await trainToy(createRandom(3), noisy, {})).toEqual(shaken);
  });
});
