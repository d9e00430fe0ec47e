import { createRandom } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { expectMean, pairCosines } from "../test/z-score.ts";
import { generateCaptions } from "./captions.ts";
import { meanCosine, recallAmongUniform, tangentNormalAngles, vonMisesFisherAngles } from "./pair-angles.ts";
import { generatePositivePairs, type PositivePairsOptions } from "./positive-pairs.ts";
import { dot, norm, rowOf } from "./rows.ts";

const EPSILON = 2 ** -52;
const generate = (options: Omit<PositivePairsOptions, "kind">) =>
  generatePositivePairs(createRandom("positives"), { kind: "positivePairs", ...options });

describe("the law of the angle to a noisy copy", () => {
  test.each([
    [2, 3],
    [3, 0],
    [3, 10],
    [16, 5],
    [512, 100],
    [4096, 1e9],
  ])("von Mises–Fisher, d = %d, κ = %d: mean cosine A(κ)", (dim, concentration) => {
    const { truth } = generate({ pairs: 1, dim, noise: { kind: "vonMisesFisher", concentration } });
    expectClose(meanCosine(vonMisesFisherAngles(dim, concentration)), truth.pairCosine, {
      ulps: 1e4,
      epsilon: EPSILON,
      scale: 1,
    });
  });

  test("tangent noise on the circle and in three dimensions, in closed form", () => {
    const sigma = 0.6;
    // A normal angle; and E cos σr for a Rayleigh r, 1 − σ√2·D(σ/√2) with Dawson's integral D.
    expectClose(meanCosine(tangentNormalAngles(2, sigma)), Math.exp(-(sigma ** 2) / 2), {
      ulps: 1e3,
      epsilon: EPSILON,
    });
    const dawson = (x: number) => {
      let [term, sum] = [x, x];
      for (let k = 1; k < 40; k++) {
        term *= (-2 * x * x) / (2 * k + 1);
        sum += term;
      }
      return sum;
    };
    const exact = 1 - sigma * Math.SQRT2 * dawson(sigma / Math.SQRT2);
    expectClose(meanCosine(tangentNormalAngles(3, sigma)), exact, { ulps: 1e3, epsilon: EPSILON });
  });

  test("recall: chance without information, all with it, everything at k = n", () => {
    expectClose(recallAmongUniform(vonMisesFisherAngles(5, 0), 20, 3), 3 / 20, { ulps: 1e5, epsilon: EPSILON });
    expectClose(recallAmongUniform(vonMisesFisherAngles(64, 1e8), 1000, 1), 1, { ulps: 1e5, epsilon: EPSILON });
    expect(recallAmongUniform(vonMisesFisherAngles(5, 3), 7, 7)).toBeCloseTo(1, 12);
    expect(recallAmongUniform(vonMisesFisherAngles(5, 3), 1, 1)).toBeCloseTo(1, 12);
  });

  test("recall on the circle, two candidates: P(|θ'| > |θ|) = 1 − E|θ|/π", () => {
    const sigma = 0.05;
    const exact = 1 - (sigma * Math.sqrt(2 / Math.PI)) / Math.PI;
    expectClose(recallAmongUniform(tangentNormalAngles(2, sigma), 2, 1), exact, { ulps: 1e4, epsilon: EPSILON });
  });
});

describe("generatePositivePairs", () => {
  test.each([
    [2, { kind: "vonMisesFisher", concentration: 4 }],
    [8, { kind: "vonMisesFisher", concentration: 20 }],
    [64, { kind: "tangent", scale: 0.1 }],
    [3, { kind: "tangent", scale: 1.5 }],
  ] as const)("pair cosines are −U for every anchor, d = %d, %o", (dim, noise) => {
    const { x, y, truth } = generate({ pairs: 4000, dim, noise });
    const cosines = pairCosines(x, y);
    expectMean(cosines, truth.pairCosine);
    expect(truth.potential).toBe(-truth.pairCosine);
    // Anchors of one half-space alone: U is constant.
    expectMean(
      cosines.filter((_, i) => rowOf(x, i)[0]! > 0),
      truth.pairCosine,
    );
    const across = Float64Array.from({ length: 3999 }, (_, i) => dot(rowOf(y, i), rowOf(y, i + 1)));
    expectMean(across, 0);
    expectClose(norm(rowOf(y, 7)), 1, { ulps: 8, epsilon: EPSILON });
  });

  test.each([
    [4, { kind: "vonMisesFisher", concentration: 60 }],
    [16, { kind: "tangent", scale: 0.25 }],
  ] as const)("recall among the pairs is as expected, d = %d, %o", (dim, noise) => {
    const { x, y, truth } = generate({ pairs: 600, dim, noise });
    const ranks = Float64Array.from({ length: 600 }, (_, i) => {
      const own = dot(rowOf(x, i), rowOf(y, i));
      return Array.from({ length: 600 }, (_, j) => (dot(rowOf(x, i), rowOf(y, j)) > own ? 1 : 0)).reduce<number>(
        (a, b) => a + b,
        0,
      );
    });
    for (const k of [1, 5, 10] as const)
      expectMean(
        ranks.map((rank) => (rank < k ? 1 : 0)),
        truth.recall[`${k}`],
      );
  });

  test("κ = 0: no information", () => {
    const { truth } = generate({ pairs: 40, dim: 6, noise: { kind: "vonMisesFisher", concentration: 0 } });
    expect([truth.potential, truth.mutualInformation]).toEqual([-0, 0]);
    expectClose(truth.recall["1"], 1 / 40, { ulps: 1e5, epsilon: EPSILON });
  });

  test("mutual information on the circle: log 2π less the entropy of the error", () => {
    const noise = { kind: "vonMisesFisher", concentration: 2 } as const;
    const [i0, i1] = [2.2795853023360673, 1.5906368546373291];
    expectClose(generate({ pairs: 1, dim: 2, noise }).truth.mutualInformation!, (2 * i1) / i0 - Math.log(i0), {
      ulps: 64,
      epsilon: EPSILON,
    });
  });

  test("no noise: the partner is the anchor", () => {
    const { x, y, truth } = generate({ pairs: 5, dim: 9, noise: { kind: "tangent", scale: 0 } });
    for (const cosine of pairCosines(x, y)) expectClose(cosine, 1, { ulps: 16, epsilon: EPSILON });
    expectClose(truth.recall["1"], 1, { ulps: 64, epsilon: EPSILON });
  });

  test("messages", () => {
    const bad = (options: object) => () => generate({ pairs: 2, dim: 3, ...options });
    const where = "generatePositivePairs: ";
    expect(bad({ noise: { kind: "gaussian" } })).toThrow(
      `${where}\`noise.kind\` must be "vonMisesFisher" or "tangent", got "gaussian".`,
    );
    expect(bad({ noise: { kind: "tangent" } })).toThrow(
      `${where}\`noise.scale\` must be a finite number ≥ 0, got undefined.`,
    );
    expect(bad({ dim: 1 })).toThrow(`${where}\`dim\` must be an integer in [2, 4096], got 1.`);
  });
});

describe("generateCaptions", () => {
  const captions = (pairs: number, concentration: number) =>
    generateCaptions(createRandom("captions"), { kind: "captions", pairs, dim: 5, captions: 3, concentration });

  test("every item has its captions, shuffled, and they are where the map says", () => {
    const { x, y, itemOfCaption, truth } = captions(400, 30);
    expect([y.rows, itemOfCaption.length]).toEqual([1200, 1200]);
    const counts = new Map<number, number>();
    for (const item of itemOfCaption) counts.set(item, (counts.get(item) ?? 0) + 1);
    expect([...counts.values()].every((count) => count === 3) && counts.size === 400).toBe(true);
    expect([...itemOfCaption.slice(0, 6)]).not.toEqual([0, 0, 0, 1, 1, 1]);
    expectMean(
      Float64Array.from(itemOfCaption, (item, j) => dot(rowOf(x, item), rowOf(y, j))),
      truth.pairCosine,
    );
    const siblings = Array.from({ length: 400 }, (_, item) =>
      [...itemOfCaption.keys()].filter((j) => itemOfCaption[j] === item),
    );
    expectMean(
      Float64Array.from(siblings, ([a, b]) => dot(rowOf(y, a!), rowOf(y, b!))),
      truth.siblingCosine,
    );
  });

  test("recall both ways", () => {
    const { x, y, itemOfCaption, truth } = captions(250, 40);
    const nearest = (query: Float64Array, of: typeof x) => {
      let best = 0;
      for (let j = 1; j < of.rows; j++) if (dot(query, rowOf(of, j)) > dot(query, rowOf(of, best))) best = j;
      return best;
    };
    const toCaption = Float64Array.from({ length: x.rows }, (_, i) =>
      itemOfCaption[nearest(rowOf(x, i), y)] === i ? 1 : 0,
    );
    expectMean(toCaption, truth.recall.itemToCaption);
    const toItem = Float64Array.from(itemOfCaption, (item, j) => (nearest(rowOf(y, j), x) === item ? 1 : 0));
    // Captions of one item share their competitors; at worst the three count as one.
    expect(Math.abs(toItem.reduce((a, b) => a + b, 0) / 750 - truth.recall.captionToItem)).toBeLessThan(
      4.5 * Math.sqrt(0.25 / 250),
    );
  });

  test("κ = 0 is chance; κ → ∞ is certain", () => {
    expectClose(captions(50, 0).truth.recall.captionToItem, 1 / 50, { ulps: 1e5, epsilon: EPSILON });
    expect(Math.abs(captions(50, 0).truth.recall.itemToCaption - 1 / 50)).toBeLessThan(1e-5);
    expectClose(captions(50, 1e9).truth.recall.itemToCaption, 1, { ulps: 1e6, epsilon: EPSILON });
  });

  test("messages", () => {
    expect(() => generateCaptions(createRandom(0), { kind: "captions", pairs: 2, dim: 3, captions: 0 })).toThrow(
      "generateCaptions: `captions` must be an integer ≥ 1, got 0.",
    );
  });
});
