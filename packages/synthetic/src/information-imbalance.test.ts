import { createRandom } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { expectMean, pairCosines } from "../test/z-score.ts";
import { generateInformationImbalance, type InformationImbalanceOptions } from "./information-imbalance.ts";
import { dot, rowOf } from "./rows.ts";

const EPSILON = 2 ** -52;
const generate = (options: Partial<InformationImbalanceOptions>, seed: number | string = "imbalance") =>
  generateInformationImbalance(createRandom(seed), {
    kind: "informationImbalance",
    pairs: 50,
    dim: 12,
    attributes: 10,
    shared: 4,
    ...options,
  });

describe("generateInformationImbalance", () => {
  test("every pair has the cosine √(k/K), others 0 in the mean", () => {
    const { x, y, truth } = generate({ pairs: 500 });
    expectAllClose(pairCosines(x, y), new Array(500).fill(truth.pairCosine), { ulps: 64, epsilon: EPSILON });
    expectClose(truth.pairCosine, Math.sqrt(0.4), { ulps: 2, epsilon: EPSILON });
    expectMean(
      Float64Array.from({ length: 250 }, (_, i) => dot(rowOf(x, 2 * i), rowOf(y, 2 * i + 1))),
      truth.unmatchedCosine,
    );
    expectClose(truth.mutualInformation, 4 * Math.LN2, { ulps: 1, epsilon: EPSILON });
    expectClose(truth.entropyX, 10 * Math.LN2, { ulps: 1, epsilon: EPSILON });
  });

  test("all shared: the same rows; one pair: found", () => {
    const { x, y } = generate({ shared: 10 });
    expect(y).toEqual(x);
    expect(generate({ pairs: 1 }).truth.expectedRecall).toBe(1);
    // Two pairs: the match is alone, or one of two.
    expectClose(generate({ pairs: 2 }).truth.expectedRecall, 1 - 2 ** -4 / 2, { ulps: 8, epsilon: EPSILON });
  });

  test("recall with ties shared, both ways", () => {
    const recalls = { xToY: [] as number[], yToX: [] as number[] };
    for (let seed = 0; seed < 60; seed++) {
      const { x, y } = generate({}, seed);
      for (const [direction, queries, candidates] of [
        ["xToY", x, y],
        ["yToX", y, x],
      ] as const) {
        let sum = 0;
        for (let i = 0; i < 50; i++) {
          const scores = Float64Array.from({ length: 50 }, (_, j) => dot(rowOf(queries, i), rowOf(candidates, j)));
          // Cosines are multiples of 2/√(Kk) apart; rounding is far below.
          const own = scores[i]!;
          const above = scores.filter((s) => s > own + 1e-9).length;
          if (above === 0) sum += 1 / scores.filter((s) => Math.abs(s - own) <= 1e-9).length;
        }
        recalls[direction].push(sum / 50);
      }
    }
    expectMean(recalls.xToY, generate({}).truth.expectedRecall);
    expectMean(recalls.yToX, generate({}).truth.expectedRecall);
  });

  test("equal attributes make rows that are equal to the bit", () => {
    const { y, attributes } = generate({ pairs: 200, shared: 2 });
    const seen = new Map<string, string>();
    for (let i = 0; i < 200; i++) {
      const [key, row] = [rowOf(attributes, i).subarray(0, 2).join(), rowOf(y, i).join()];
      expect(seen.get(key) ?? row).toBe(row);
      seen.set(key, row);
    }
    expect(seen.size).toBe(4);
  });

  test("messages", () => {
    const where = "generateInformationImbalance: ";
    expect(() => generate({ dim: 9 })).toThrow(`${where}\`dim\` must be an integer ≥ attributes = 10, got 9.`);
    expect(() => generate({ shared: 11 })).toThrow(
      `${where}\`shared\` must be an integer in [1, attributes = 10], got 11.`,
    );
  });
});
