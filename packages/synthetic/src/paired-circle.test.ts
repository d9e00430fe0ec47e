import { createRandom, meanOfArray } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { expectMean } from "../test/z-score.ts";
import {
  type CircleLaw,
  circleEntropy,
  circleGrid,
  circleJeffreys,
  circleMoment,
  logCircleDensity,
} from "./circle-law.ts";
import { logDensity } from "./law.ts";
import { generatePairedCircle, type PairedCircleOptions } from "./paired-circle.ts";

const EPSILON = 2 ** -52;
const generate = (options: Omit<PairedCircleOptions, "kind" | "pairs"> & { pairs?: number } = {}) =>
  generatePairedCircle(createRandom("circle"), { kind: "pairedCircle", pairs: 1, ...options });
const asymmetric = {
  components: [
    { weight: 0.6, mean: 0.3, concentration: 4 },
    { weight: 0.4, mean: 2, concentration: 9 },
  ],
};
const other = {
  componentsY: [
    { weight: 0.3, mean: 0.5, concentration: 8 },
    { weight: 0.7, mean: 2.5, concentration: 3 },
  ],
};
const law = (components: CircleLaw["components"], blur = 0): CircleLaw => ({ kind: "circle", components, blur });

describe("laws of an angle", () => {
  test("densities are Fourier series with factors e^{−n²σ²/2}", () => {
    for (const blur of [0.05, 0.3, 1, 4]) {
      const blurred = law(asymmetric.components, blur);
      const angles = circleGrid(24);
      const series = angles.map((angle) => {
        let sum = 1 / (2 * Math.PI);
        for (let n = 1; n < 60; n++) {
          const { cos, sin } = circleMoment(blurred, n);
          sum += (cos * Math.cos(n * angle) + sin * Math.sin(n * angle)) / Math.PI;
        }
        return sum;
      });
      // Some fifty terms of size up to 1/π.
      expectAllClose(logCircleDensity(blurred, angles).map(Math.exp), series, {
        ulps: 256,
        epsilon: EPSILON,
        scale: 1,
      });
    }
  });

  test("small densities keep their digits", () => {
    // Opposite the mean of a blurred law: E e^{κ(cos(π − σN) − 1)} with small σ is e^{−2κ}(1 − κσ²)^{−1/2}.
    const [kappa, sigma] = [300, 1e-4];
    const [log] = logCircleDensity(law([{ weight: 1, mean: 0, concentration: kappa }], sigma), [Math.PI]);
    const [plain] = logCircleDensity(law([{ weight: 1, mean: 0, concentration: kappa }]), [Math.PI]);
    expectClose(log! - plain!, -0.5 * Math.log1p(-kappa * sigma ** 2), { ulps: 4096, epsilon: EPSILON, scale: 1 });
  });

  test("entropy of a von Mises law, log 2πI₀ − κI₁/I₀, and of the uniform law", () => {
    expectClose(circleEntropy(law([{ weight: 1, mean: 1, concentration: 0 }])).value, Math.log(2 * Math.PI), {
      ulps: 64,
      epsilon: EPSILON,
    });
    // I₀(2) and I₁(2) from tables.
    const [i0, i1] = [2.2795853023360673, 1.5906368546373291];
    expectClose(
      circleEntropy(law([{ weight: 1, mean: 1, concentration: 2 }])).value,
      Math.log(2 * Math.PI * i0) - (2 * i1) / i0,
      { ulps: 64, epsilon: EPSILON },
    );
  });

  test("Jeffreys divergence of von Mises laws, 2κA(1 − cos Δ); symmetric; zero for equal laws", () => {
    const at = (mean: number) => law([{ weight: 1, mean, concentration: 2 }]);
    const resultant = 1.5906368546373291 / 2.2795853023360673;
    expectClose(circleJeffreys(at(0), at(1)).value, 4 * resultant * (1 - Math.cos(1)), { ulps: 256, epsilon: EPSILON });
    expect(circleJeffreys(at(1), at(1)).value).toBe(0);
    const [p, q] = [law(asymmetric.components, 0.1), law(other.componentsY)];
    expectClose(circleJeffreys(p, q).value, circleJeffreys(q, p).value, { ulps: 256, epsilon: EPSILON });
  });
});

describe("generatePairedCircle", () => {
  test("the published gap of the data, by misalignment", () => {
    const published = [
      [0, 0, 0],
      [0.2, 0.0182, 5e-5],
      [0.3, 0.0746, 5e-5],
      [0.4, 0.184, 5e-4],
      [0.5, 0.343, 5e-4],
      [0.6, 0.537, 5e-4],
      [0.7, 0.744, 5e-4],
    ] as const;
    for (const [misalignmentY, jeffreys, rounding] of published) {
      const { truth } = generate({ misalignmentY });
      // Three digits there; they are those of the noisy features.
      const { value, change } = truth.jeffreysOfFeatures;
      expect(Math.abs(value - jeffreys)).toBeLessThanOrEqual(rounding);
      expect(change).toBeLessThan(1e-13);
      expect(truth.symmetricKL.value).toBe(truth.jeffreys.value / 2);
      expect(truth.jeffreys.value).toBeGreaterThanOrEqual(value);
    }
  });

  test.each([
    ["defaults", {}],
    ["both misaligned", { misalignmentX: 0.2, misalignmentY: 0.5 }],
    ["rotation", { ...asymmetric, relation: { kind: "rotation", angle: 2 } as const }],
    ["reflection", { ...asymmetric, relation: { kind: "reflection", angle: -1 } as const, misalignmentX: 0.1 }],
    ["another law", { ...asymmetric, ...other }],
    ["another law, reflected", { ...asymmetric, ...other, relation: { kind: "reflection", angle: 0.7 } as const }],
  ])("samples have the stated laws and pair cosines: %s", (_, options) => {
    const { anglesX, anglesY, truth } = generate({ pairs: 5000, ...options });
    for (const [angles, of] of [
      [anglesX, truth.laws.x],
      [anglesY, truth.laws.y],
    ] as const) {
      for (const n of [1, 2, 3]) {
        const { cos, sin } = circleMoment(of, n);
        const data = Float64Array.from(angles.data);
        expectMean(
          data.map((angle) => Math.cos(n * angle)),
          cos,
        );
        expectMean(
          data.map((angle) => Math.sin(n * angle)),
          sin,
        );
        expect(data.every((angle) => angle > -Math.PI && angle <= Math.PI)).toBe(true);
      }
    }
    expectMean(
      logDensity(truth.laws.x, anglesX).map((log) => -log),
      truth.entropy.x.value,
    );
    expectMean(
      logDensity(truth.laws.y, anglesY).map((log) => -log),
      truth.entropy.y.value,
    );
    const [x, y] = [Float64Array.from(anglesX.data), Float64Array.from(anglesY.data)];
    expectMean(
      x.map((angle, i) => Math.cos(angle - y[i]!)),
      truth.pairCosine.raw,
    );
    if (truth.potential !== null) expect(truth.potential).toBe(-truth.pairCosine.raw);
    const [moved, mirrored] = [x.map((angle, i) => angle - y[i]!), x.map((angle, i) => angle + y[i]!)];
    const length = (angles: Float64Array) =>
      Math.hypot(meanOfArray(angles.map(Math.cos)), meanOfArray(angles.map(Math.sin)));
    // A mean of 5000 vectors of length at most 1.
    expect(Math.abs(length(moved) - truth.pairCosine.rotated)).toBeLessThan(4.5 / Math.sqrt(5000));
    expect(Math.abs(length(mirrored) - truth.pairCosine.reflected)).toBeLessThan(4.5 / Math.sqrt(5000));
  });

  test("a rotation is removable: what is left is what was left without it", () => {
    const plain = generate(asymmetric).truth;
    const turned = generate({ ...asymmetric, relation: { kind: "rotation", angle: 2 } }).truth;
    expect(turned.jeffreys.value).toBeGreaterThan(1);
    const [left, before] = [turned.aligned.rotation, plain.aligned.rotation];
    expectClose(left.jeffreys, before.jeffreys, { ulps: 1e4, epsilon: EPSILON, scale: 1 });
    expect(left.jeffreys).toBeLessThanOrEqual(plain.jeffreys.value);
    // At the minimum a change of J in the last places moves the angle by their square root.
    expect(Math.abs(left.angle - (before.angle - 2))).toBeLessThan(1e-6);
    expectClose(turned.pairCosine.rotated, plain.pairCosine.raw, { ulps: 4, epsilon: EPSILON });
  });

  test("a reflection is not removable by turning, but by a reflection", () => {
    const exact = { ...asymmetric, misalignmentY: 0 };
    const { truth } = generate({ ...exact, relation: { kind: "reflection", angle: 1 } });
    expect(truth.aligned.rotation.jeffreys).toBeGreaterThan(0.05);
    expect(truth.aligned.reflection.jeffreys).toBeLessThan(1e-12);
    expect(truth.pairCosine.rotated).toBeLessThan(0.9);
    expectClose(truth.pairCosine.reflected, 1, { ulps: 4, epsilon: EPSILON });
    // A law that is its own mirror image has no gap at all, and yet no rotation brings its pairs together.
    const symmetric = generate({ misalignmentY: 0, relation: { kind: "reflection", angle: 0 } }).truth;
    expect(symmetric.jeffreys.value).toBeLessThan(1e-14);
    expect(symmetric.pairCosine.rotated).toBeLessThan(0.7);
  });

  test("another law is removable by nothing", () => {
    const { truth } = generate({ ...asymmetric, ...other, misalignmentY: 0 });
    expect(truth.aligned.rotation.jeffreys).toBeGreaterThan(0.1);
    expect(truth.aligned.reflection.jeffreys).toBeGreaterThan(0.1);
    expect([truth.mutualInformation, truth.bayesRecall, truth.potential]).toEqual([null, null, null]);
  });

  test("the best retrieval finds as many matches as stated", () => {
    const pairs = 300;
    for (const options of [{ misalignmentY: 0.1 }, { misalignmentX: 0.15, misalignmentY: 0.05 }]) {
      const { anglesX, anglesY, truth } = generate({ pairs, ...options });
      const blur = Math.hypot(options.misalignmentX ?? 0, options.misalignmentY);
      // For narrow noise p(y|x)/ρ(y) is a normal density of the difference, up to slow factors.
      const rhoY = logDensity(truth.laws.y, anglesY);
      const hits = Float64Array.from(anglesX.data, (angle, i) => {
        const score = (j: number) => {
          const gap = Math.abs(angle - anglesY.data[j]!);
          return -(Math.min(gap, 2 * Math.PI - gap) ** 2) / (2 * blur ** 2) - (options.misalignmentX ? 0 : rhoY[j]!);
        };
        let best = 0;
        for (let j = 1; j < pairs; j++) if (score(j) > score(best)) best = j;
        return best === i ? 1 : 0;
      });
      expectMean(hits, truth.bayesRecall!.value);
      expect(truth.bayesRecall!.change).toBeLessThan(1e-3 * truth.bayesRecall!.value);
    }
    expect(generate({ misalignmentY: 0 }).truth.bayesRecall!.value).toBe(1);
    // Independent of the pairing in the limit of a blur around the whole circle.
    expect(Math.abs(generate({ pairs: 50, misalignmentY: 6 }).truth.bayesRecall!.value - 1 / 50)).toBeLessThan(1e-6);
  });

  test("mutual information of a uniform angle: log 2π less the entropy of the error", () => {
    const { truth } = generate({ components: [{ weight: 1, mean: 0, concentration: 0 }], misalignmentY: 0.2 });
    // The error does not reach around the circle at σ = 0.2.
    const exact = Math.log(2 * Math.PI) - 0.5 * Math.log(2 * Math.PI * Math.E * 0.04);
    expectClose(truth.mutualInformation!.value, exact, { ulps: 1e4, epsilon: EPSILON });
  });

  test("features are the angles with noise", () => {
    const { x, anglesX } = generate({ pairs: 3000, featureNoise: 0.1 });
    const errors = Float64Array.from({ length: 3000 }, (_, i) => x.data[2 * i]! - Math.cos(anglesX.data[i]!));
    expectMean(errors, 0);
    expectMean(
      errors.map((e) => e * e),
      0.01,
    );
    const exact = generate({ pairs: 5, featureNoise: 0 });
    expect(exact.x.data[3]).toBe(Math.sin(exact.anglesX.data[1]!));
  });

  test("messages", () => {
    const where = "generatePairedCircle: ";
    const bad = (options: object) => () => generate(options);
    expect(bad({ misalignmentY: -1 })).toThrow(`${where}\`misalignmentY\` must be a number in [0, 6], got -1.`);
    expect(bad({ relation: { kind: "shift", angle: 1 } })).toThrow(
      `${where}\`relation.kind\` must be "rotation" or "reflection", got "shift".`,
    );
    expect(bad({ components: [{ weight: 0.5, mean: 0, concentration: 1 }] })).toThrow(
      `${where}\`components\` must be weights with sum 1, got 0.5.`,
    );
    expect(bad({ components: [{ weight: 1, mean: 0, concentration: 2000 }] })).toThrow(
      `${where}\`components[0].concentration\` must be a number in [0, 1000], got 2000.`,
    );
    expect(bad({ componentsY: [{ weight: 1, mean: 0, concentration: 2 }] })).toThrow(
      `${where}\`componentsY\` must be as many components as \`components\`, 2, got 1.`,
    );
  });
});
