import {
  add,
  createRandom,
  eye,
  fromArray,
  fromData,
  normalizeRows,
  randomNormal,
  referenceBackend,
  zeros,
} from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { createEncoder } from "../encoders/encoder.ts";
import { gradientVariance } from "./gradient-variance.ts";
import { representationRecord } from "./representation-record.ts";
import { constrainSpectralNorm, lipschitzBound, spectralNorm } from "./spectral-norm.ts";

const backend = referenceBackend();
const epsilon = 2 ** -52;
const numberOf = (x: { dataSync(): ArrayLike<number> }): number => x.dataSync()[0]!;

describe("spectral norm", () => {
  test("diagonal → the largest entry, rotation → 1, zero → 0, rank one → ‖u‖‖v‖, and it scales", () => {
    const of = (rows: number[][]) => numberOf(spectralNorm(fromArray(backend, rows)));
    expectClose(
      of([
        [3, 0, 0],
        [0, -5, 0],
      ]),
      5,
      { ulps: 16, epsilon },
    );
    expectClose(
      of([
        [Math.cos(1), -Math.sin(1)],
        [Math.sin(1), Math.cos(1)],
      ]),
      1,
      { ulps: 16, epsilon },
    );
    expect(
      of([
        [0, 0],
        [0, 0],
        [0, 0],
      ]),
    ).toBe(0);
    expectClose(
      of([
        [3, 4],
        [6, 8],
      ]),
      Math.sqrt(5) * 5,
      { ulps: 16, epsilon },
    );
    expectClose(
      of([
        [3e100, 0],
        [0, 1],
      ]),
      3e100,
      { ulps: 16, epsilon },
    );
  });

  test("never above the true norm: of [[1, t], [0, 1]] it is (t + √(t² + 4))/2", () => {
    for (const t of [0.01, 1, 30]) {
      const exact = (t + Math.sqrt(t * t + 4)) / 2;
      const matrix = fromArray(backend, [
        [1, t],
        [0, 1],
      ]);
      const few = numberOf(spectralNorm(matrix, { iterations: 2 }));
      expect(few).toBeLessThanOrEqual(exact * (1 + 8 * epsilon));
      const ratio = 1 / exact ** 2;
      // (σ₂/σ₁)^{4k}, times the tangent squared of the angle at which it started, here at most 100.
      const iterations = 200;
      const missing = 100 * ratio ** (4 * iterations);
      const many = numberOf(spectralNorm(matrix, { iterations }));
      expect(Math.abs(many / exact - 1)).toBeLessThanOrEqual(missing + 64 * epsilon);
    }
  });

  test("the constraint shrinks what is too large to the bound and leaves the rest, biases too", () => {
    const parameters = {
      large: fromArray(backend, [
        [8, 0],
        [0, 2],
      ]),
      small: fromArray(backend, [
        [0.5, 0],
        [0, 0.1],
      ]),
      none: zeros(backend, [2, 2]),
      bias: fromArray(backend, [9, 9]),
    };
    const kept = constrainSpectralNorm(parameters, { largest: 2 });
    expectAllClose(kept.large!.dataSync(), [2, 0, 0, 0.5], { ulps: 16, epsilon });
    for (const name of ["small", "none", "bias"] as const) {
      expect(kept[name]!.dataSync()).toEqual(parameters[name].dataSync());
    }
    const again = constrainSpectralNorm(kept, { largest: 2 });
    expectAllClose(again.large!.dataSync(), kept.large!.dataSync(), { ulps: 16, epsilon });
  });

  test("the Lipschitz bound: attained by a linear encoder, never passed by a perceptron", () => {
    const linear = createEncoder({ kind: "linear", inputs: 2, outputs: 2, bias: false, output: "linear" });
    expectClose(
      numberOf(
        lipschitzBound(linear, {
          weight: fromArray(backend, [
            [0, 3],
            [1, 0],
          ]),
        }),
      ),
      3,
      { ulps: 16, epsilon },
    );
    const options = { kind: "mlp", inputs: 3, hidden: [8, 8], outputs: 2, output: "linear" } as const;
    for (const activation of ["gelu", "relu", "tanh"] as const) {
      const encoder = createEncoder({ ...options, activation });
      const parameters = encoder.init(createRandom(activation), backend);
      const bound = numberOf(lipschitzBound(encoder, parameters, { iterations: 300 }));
      const x = randomNormal(createRandom(1), backend, [200, 3]).dataSync();
      const z = encoder.apply(parameters, fromData(backend, x, [200, 3])).dataSync();
      let steepest = 0;
      for (let i = 1; i < 200; i++) {
        const rise = Math.hypot(z[2 * i]! - z[2 * i - 2]!, z[2 * i + 1]! - z[2 * i - 1]!);
        const run = Math.hypot(...[0, 1, 2].map((k) => x[3 * i + k]! - x[3 * i - 3 + k]!));
        steepest = Math.max(steepest, rise / run);
      }
      expect(steepest).toBeLessThanOrEqual(bound);
    }
    // 2x through gelu, three times that: the nonlinearity counts once.
    const single = createEncoder({ kind: "mlp", inputs: 1, hidden: [1], outputs: 1, activation: "gelu" });
    const weights = Object.fromEntries(single.layers.map(({ weight }, k) => [weight, fromArray(backend, [[k + 2]])]));
    expectClose(numberOf(lipschitzBound(single, weights)), 6 * 1.129, { ulps: 16, epsilon });
  });

  test("messages", () => {
    expect(() => spectralNorm(fromArray(backend, [1, 2]))).toThrow(
      "spectralNorm: `weight` must be of shape [m, n], got [2].",
    );
    expect(() => spectralNorm(eye(backend, 2), { iterations: 0 })).toThrow(
      "spectralNorm: `iterations` must be an integer ≥ 1, got 0.",
    );
    expect(() => constrainSpectralNorm({}, { largest: 0 })).toThrow(
      "constrainSpectralNorm: `largest` must be a finite number > 0, got 0.",
    );
  });
});

describe("gradient variance", () => {
  /** The mean of `size` draws of N((3, 4), 4I): variance 8/size in all, squared mean 25. */
  const gradientAt = ({ size, random }: { size: number; random: ReturnType<typeof createRandom> }) => {
    const draws = random.normal(2 * size);
    const mean = new Float64Array(2);
    for (let i = 0; i < 2 * size; i++) mean[i % 2]! += (2 * draws[i]!) / size;
    return mean.map((value, k) => value + 3 + k);
  };

  test("falls like 1/batchSize; noise scale 8/25 at every size, within 5 standard errors", async () => {
    const options = { batchSizes: [1, 4, 64], draws: 400, random: createRandom(2) };
    for (const record of await gradientVariance(gradientAt, options)) {
      const exact = 8 / record.batchSize;
      expect(Math.abs(record.variance - exact)).toBeLessThan(5 * record.standardError);
      // χ² of 2·399 degrees: √(2/798) of the variance.
      expect(record.standardError / exact).toBeGreaterThan(0.5 * Math.sqrt(2 / 798));
      expect(record.standardError / exact).toBeLessThan(2 * Math.sqrt(2 / 798));
      expect(Math.abs(record.squaredMean - 25)).toBeLessThan(5 * 2 * 5 * Math.sqrt(4 / record.batchSize / 400));
      expectClose(record.noiseScale, (record.batchSize * record.variance) / record.squaredMean, { ulps: 2, epsilon });
    }
  });

  test("two draws ±1 → variance 2, squared mean 0 − 2/2, hence no noise scale; no chance → 0", async () => {
    const signs = [-1, 1];
    const alternate = () => Float64Array.of(signs.shift()!);
    const [record] = await gradientVariance(alternate, {
      batchSizes: [3],
      draws: 2,
      random: createRandom(0),
    });
    expect(record).toEqual({
      batchSize: 3,
      draws: 2,
      variance: 2,
      standardError: 0,
      squaredMean: -1,
      noiseScale: Number.NaN,
    });
    const [still] = await gradientVariance(() => Float64Array.of(2), {
      batchSizes: [1],
      draws: 4,
      random: createRandom(0),
    });
    expect(still).toMatchObject({ variance: 0, squaredMean: 4, noiseScale: 0 });
  });

  test("messages and a signal", async () => {
    const random = createRandom(0);
    await expect(gradientVariance(gradientAt, { batchSizes: [], random })).rejects.toThrow(
      "gradientVariance: `batchSizes` must be a list of at least one size, got [].",
    );
    await expect(gradientVariance(gradientAt, { batchSizes: [0], random })).rejects.toThrow(
      "gradientVariance: `batchSizes[0]` must be an integer ≥ 1, got 0.",
    );
    await expect(gradientVariance(gradientAt, { batchSizes: [1], draws: 1, random })).rejects.toThrow(
      "gradientVariance: `draws` must be an integer ≥ 2, got 1.",
    );
    const signal = { aborted: true, reason: new Error("enough") };
    await expect(gradientVariance(gradientAt, { batchSizes: [1], random, signal })).rejects.toThrow("enough");
  });
});

describe("the record of a batch", () => {
  const x = normalizeRows(add(randomNormal(createRandom(1), backend, [12, 3]), 1));

  test("orthonormal pairs: log1p((n−1)e^{−1/τ}), positive mass e^{−loss}, no gap", async () => {
    const tau = 0.5;
    const record = await representationRecord(eye(backend, 8), eye(backend, 8), { temperature: tau });
    const loss = Math.log1p(7 * Math.exp(-1 / tau));
    expectAllClose([record.loss, record.forward, record.backward], [loss, loss, loss], { ulps: 32, epsilon });
    expectClose(record.positiveMass, Math.exp(-loss), { ulps: 32, epsilon });
    expectClose(record.decoupledLoss, Math.log(7) - 1 / tau, { ulps: 32, epsilon });
    expectClose(record.conditionalEffectiveNegatives, 7, { ulps: 64, epsilon });
    expect([record.samples, record.meanPairScore, record.alignment]).toEqual([8, 1, 0]);
  });

  test("opposite pairs: score −1, alignment 4; D_S is that of the clouds whatever the pairing", async () => {
    const y = fromData(backend, x.dataSync().map((v) => -v) as Float64Array, [12, 3]);
    const record = await representationRecord(x, y, { temperature: 0.5 });
    expectAllClose([record.meanPairScore, record.alignment], [-1, 4], { ulps: 8, epsilon });
    const turned = [...Array(12).keys()].map((i) => (i + 5) % 12);
    const shuffled = turned.flatMap((i) => [...y.dataSync().slice(3 * i, 3 * i + 3)]);
    const other = await representationRecord(x, fromData(backend, Float64Array.from(shuffled), [12, 3]), {
      temperature: 0.5,
    });
    expectClose(other.symmetricKL, record.symmetricKL, { ulps: 256, epsilon, scale: 1 });
    expect(record.symmetricKL).toBeGreaterThan(0.1);
  });

  test("nothing stays alive", async () => {
    const before = backend.liveTensors();
    await representationRecord(x, x, { temperature: 0.5 });
    expect(backend.liveTensors()).toBe(before);
  });
});
