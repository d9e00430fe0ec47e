import { createRandom } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { expectMean, pairCosines } from "../test/z-score.ts";
import { generatePairedCaps, type PairedCapsOptions } from "./paired-caps.ts";
import { projectedNormalMean } from "./projected-normal.ts";
import { dot, norm, rowOf } from "./rows.ts";

const EPSILON = 2 ** -52;
const generate = (options: Partial<PairedCapsOptions> = {}) =>
  generatePairedCaps(createRandom("caps"), { kind: "pairedCaps", pairs: 2000, dim: 16, ...options });

describe("projectedNormalMean", () => {
  test("d = 1: P(|g| < 1/σ); d = 3: by the error function", () => {
    // erf(1/√2) = 0.682689492137086, of tables.
    expectClose(projectedNormalMean(1, 1), 0.682689492137086, { ulps: 64, epsilon: EPSILON });
    expect(projectedNormalMean(7, 0)).toBe(1);
    expect(projectedNormalMean(7, 1e6)).toBeLessThan(1e-5);
  });

  test("the power series takes over where the sum leaves off", () => {
    for (const dim of [2, 64, 4096]) {
      const [below, above] = [projectedNormalMean(dim, 1e-4 * (1 - 1e-9)), projectedNormalMean(dim, 1e-4)];
      // The derivative, (d−1)σ, over a step of 1e-13, and 1e-12 of the sum.
      expect(Math.abs(below - above)).toBeLessThan(2e-12);
    }
  });

  test.each([
    [2, 0.5],
    [15, 0.3],
    [63, 0.3],
  ])("against a sample, d = %d, σ = %d", (dim, sigma) => {
    const noise = createRandom("projected").normal(4000 * dim);
    const cosines = Float64Array.from({ length: 4000 }, (_, i) => {
      const g = noise.slice(i * dim, (i + 1) * dim).map((v) => sigma * v);
      g[0]! += 1;
      return g[0]! / norm(g);
    });
    expectMean(cosines, projectedNormalMean(dim, sigma));
  });
});

describe("generatePairedCaps", () => {
  test("unit rows on their bands, with the stated moments", () => {
    const { x, y, truth } = generate();
    const heights = (m: typeof x) => Float64Array.from({ length: m.rows }, (_, i) => rowOf(m, i)[15]!);
    expectMean(heights(x), truth.centroidNorm);
    expectMean(heights(y), -truth.centroidNorm);
    expect(heights(x).every((h) => h >= 0.325 && h <= 0.525)).toBe(true);
    expectMean(pairCosines(x, y), truth.pairCosine);
    expectMean(
      Float64Array.from({ length: 1000 }, (_, i) => dot(rowOf(x, 2 * i), rowOf(x, 2 * i + 1))),
      truth.withinCosine,
    );
    expectMean(
      Float64Array.from({ length: 1000 }, (_, i) => dot(rowOf(x, 2 * i), rowOf(y, 2 * i + 1))),
      truth.unmatchedCosine,
    );
    expectClose(norm(rowOf(y, 3)), 1, { ulps: 8, epsilon: EPSILON });
    expectClose(truth.alignment, 2 - 2 * truth.pairCosine, { ulps: 1, epsilon: EPSILON });
  });

  test("limits: thin bands without mismatch, and poles", () => {
    const thin = generate({ centroidGap: 1, bandWidth: 0, mismatch: 0, pairs: 3 });
    expectClose(thin.truth.pairCosine, 1 - 2 * 0.25, { ulps: 4, epsilon: EPSILON });
    for (const cosine of pairCosines(thin.x, thin.y)) expectClose(cosine, 0.5, { ulps: 16, epsilon: EPSILON });
    const poles = generate({ centroidGap: 2, bandWidth: 0, pairs: 2 });
    expect(poles.truth.pairCosine).toBe(-1);
    expect(pairCosines(poles.x, poles.y)[0]).toBe(-1);
    // As the bands become thin, the mean radius tends to that of the middle.
    const [narrow, none] = [generate({ bandWidth: 1e-5 }).truth, generate({ bandWidth: 0 }).truth];
    expect(Math.abs(narrow.pairCosine - none.pairCosine)).toBeLessThan(1e-9);
  });

  test("messages", () => {
    const where = "generatePairedCaps: ";
    expect(() => generate({ dim: 2 })).toThrow(`${where}\`dim\` must be an integer ≥ 3, got 2.`);
    expect(() => generate({ centroidGap: 2.5 })).toThrow(
      `${where}\`centroidGap\` must be a number in [0, 2], got 2.5.`,
    );
    expect(() => generate({ centroidGap: 1, bandWidth: 0.6 })).toThrow(
      `${where}\`bandWidth\` must be a number in [0, 1 − centroidGap/2 = 0.5], got 0.6.`,
    );
  });
});
