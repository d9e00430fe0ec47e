import { type Critic, type Tensor, zeros } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  asTensor,
  backend,
  EPSILON,
  equalRows,
  growth,
  nearby,
  numberOf,
  randomRows,
  unitRows,
} from "../test/helpers.ts";
import { infoNCEPerSample } from "./info-nce.ts";
import { poolInfoNCE, poolInfoNCEPerSample, poolInfoNCEStatistics } from "./pool-info-nce.ts";

const critics: Critic[] = [{ kind: "cosine" }, { kind: "rbf", scale: 0.25 }];

describe("limits", () => {
  test.each([1, 7])("equal rows give log(m+1) (m = %d)", (m) => {
    const pair = asTensor(equalRows(3, [0.6, 0.8]));
    const value = poolInfoNCE(pair, pair, asTensor(equalRows(m, [0.6, 0.8])), { temperature: 0.1 });
    expectClose(numberOf(value), Math.log(m + 1), { ulps: growth({ n: m, d: 2, temperature: 0.1 }), epsilon: EPSILON });
  });

  test.each([0.07, 0.01, 0.005])("negatives orthogonal to the pairs give log1p(m·e^(−1/τ)) (τ = %d)", (temperature) => {
    const pair = asTensor([[0, 1]]);
    const value = poolInfoNCE(pair, pair, asTensor(equalRows(5, [1, 0])), { temperature });
    const expected = Math.log1p(5 * Math.exp(-1 / temperature));
    // 1/τ is rounded, which e^(−1/τ) amplifies by 1/τ.
    expectClose(numberOf(value), expected, { ulps: 16 + 2 / temperature, epsilon: EPSILON });
  });

  test("τ → ∞ gives log(m+1), to first order in 1/τ", () => {
    const [z, v, w] = [unitRows(1, 4, 3), unitRows(2, 4, 3), unitRows(3, 6, 3)].map((rows) => asTensor(rows));
    const value = numberOf(poolInfoNCE(z!, v!, w!, { temperature: 1e6 }));
    expect(Math.abs(value - Math.log(7))).toBeLessThan(2e-6);
  });
});

describe("laws", () => {
  test.each(critics)("with the other positives as pool it is the in-batch loss ($kind)", (critic) => {
    const [n, d, temperature] = [5, 4, 0.2];
    const z = unitRows(4, n, d);
    const v = nearby(5, z, 0.5);
    const options = { temperature, critic };
    const inBatch = infoNCEPerSample(asTensor(z), asTensor(v), options).dataSync();
    for (let i = 0; i < n; i++) {
      const others = asTensor(v.filter((_, j) => j !== i));
      const alone = poolInfoNCE(asTensor([z[i]!]), asTensor([v[i]!]), others, options);
      expectClose(numberOf(alone), inBatch[i]!, { ulps: growth({ n, d, temperature }), epsilon: EPSILON });
    }
  });

  test("the order of the negatives does not matter, their number does", () => {
    const [z, v, w] = [unitRows(6, 3, 4), unitRows(7, 3, 4), unitRows(8, 9, 4)];
    const options = { temperature: 0.1 };
    const of = (pool: number[][]) => poolInfoNCEPerSample(asTensor(z), asTensor(v), asTensor(pool), options).dataSync();
    const tolerance = { ulps: growth({ n: 9, d: 4, temperature: 0.1 }), epsilon: EPSILON };
    expectAllClose(of([...w].reverse()), of(w), tolerance);
    // Twice the negatives add log 2 to the decoupled loss.
    const decoupled = (pool: number[][]) =>
      numberOf(poolInfoNCEStatistics(asTensor(z), asTensor(v), asTensor(pool), options).decoupledLoss);
    expectClose(decoupled([...w, ...w]) - decoupled(w), Math.log(2), { ...tolerance, scale: 20 });
  });

  test("NaN in a negative gives NaN", () => {
    const z = asTensor(unitRows(1, 2, 2));
    expect(numberOf(poolInfoNCE(z, z, asTensor([[Number.NaN, 0]]), { temperature: 0.1 }))).toBeNaN();
  });
});

test("statistics of equal rows", () => {
  const m = 4;
  const pair = asTensor(equalRows(2, [0.6, 0.8]));
  const s = poolInfoNCEStatistics(pair, pair, asTensor(equalRows(m, [0.6, 0.8])), { temperature: 0.5 });
  const tolerance = { ulps: growth({ n: m, d: 2, temperature: 0.5 }), epsilon: EPSILON };
  expectClose(numberOf(s.loss), Math.log(m + 1), tolerance);
  expectClose(numberOf(s.decoupledLoss), Math.log(m), tolerance);
  expectClose(numberOf(s.positiveMass), 1 / (m + 1), tolerance);
  expectClose(numberOf(s.effectiveNegatives), (m + 1) ** 2 / m, tolerance);
  expectClose(numberOf(s.conditionalEffectiveNegatives), m, tolerance);
});

describe("bad input", () => {
  const z = asTensor(randomRows(1, 4, 3));
  const options = { temperature: 0.1 };
  test.each<[() => Tensor, string]>([
    [
      () => poolInfoNCE(z, z, asTensor(randomRows(1, 5, 2)), options),
      "poolInfoNCE: `negatives` must be of shape [m, 3] with m ≥ 1, the dimension of `anchors`, got [5, 2].",
    ],
    [
      () => poolInfoNCEPerSample(z, z, zeros(backend, [3]), options),
      "poolInfoNCEPerSample: `negatives` must be of shape [m, 3] with m ≥ 1, the dimension of `anchors`, got [3].",
    ],
    [
      () => poolInfoNCE(z, asTensor(randomRows(1, 3, 3)), z, options),
      "poolInfoNCE: `positives` must be of the shape [4, 3] of `anchors`, got [3, 3]. Row i of one is the partner of row i of the other.",
    ],
    [
      () => poolInfoNCE(z, z, z, { temperature: -1 }),
      "poolInfoNCE: `temperature` must be a finite number > 0, got -1. CLIP-like systems use 0.01 to 0.1.",
    ],
  ])("message %#", (call, message) => {
    expect(call).toThrow(expect.objectContaining({ name: "InputError", message }));
  });
});
