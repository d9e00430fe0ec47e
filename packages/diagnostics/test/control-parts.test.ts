// The front, the split and the probe behind the comparison of controls.

import { expectClose } from "@nce-geometry/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { areaUnderCurve, crossValidatedAuc, linearProbe } from "../src/control/linear-probe.ts";
import { describeControl, resolveControl } from "../src/control/resolve-control.ts";
import { type ControlOptions, paretoFront, splitItems } from "../src/index.ts";
import { createPairing } from "../src/pairing.ts";
import { axisRows, randomRows, unitRows } from "./unit-rows.ts";

const EPSILON = Number.EPSILON;

describe("paretoFront", () => {
  test("ascending in the gap, without what another one beats", () => {
    const points = [
      { gap: 3, retrieval: 9 },
      { gap: 1, retrieval: 2 },
      { gap: 2, retrieval: 1 },
      { gap: 2, retrieval: 5 },
      { gap: 3, retrieval: 5 },
    ];
    expect(paretoFront(points)).toEqual([1, 3, 0]);
  });

  test("none, one, equal ones, and equal gaps", () => {
    expect(paretoFront([])).toEqual([]);
    expect(paretoFront([{ gap: 1, retrieval: 1 }])).toEqual([0]);
    expect(paretoFront([1, 1, 1].map((gap) => ({ gap, retrieval: 1 })))).toEqual([0, 1, 2]);
    expect(paretoFront([1, 2].map((retrieval) => ({ gap: 1, retrieval })))).toEqual([1]);
  });

  test("is the definition", () => {
    const point = fc.record({ gap: fc.integer({ min: 0, max: 5 }), retrieval: fc.integer({ min: 0, max: 5 }) });
    const property = fc.property(fc.array(point), (points) => {
      const beaten = points.map((p) =>
        points.some(
          (q) => q.gap <= p.gap && q.retrieval >= p.retrieval && (q.gap < p.gap || q.retrieval > p.retrieval),
        ),
      );
      const expected = points.map((_, at) => at).filter((at) => !beaten[at]);
      expect(paretoFront(points).toSorted((a, b) => a - b)).toEqual(expected);
    });
    fc.assert(property, { seed: 5, numRuns: 300 });
  });

  test("NaN is refused", () => {
    expect(() => paretoFront([{ gap: 0, retrieval: Number.NaN }])).toThrow(
      "paretoFront: `points` must be finite, got (0, NaN) at index 0.",
    );
  });
});

describe("splitItems", () => {
  test("both parts together are all items, the same for the same seed", () => {
    const { train, test: held, hash } = splitItems(101, { trainShare: 0.3, seed: 4 });
    expect(train).toHaveLength(30);
    expect([...train, ...held].toSorted((a, b) => a - b)).toEqual([...Array(101).keys()]);
    expect(train).toEqual(train.toSorted());
    expect(splitItems(101, { trainShare: 0.3, seed: 4 }).hash).toBe(hash);
    expect(splitItems(101, { trainShare: 0.3, seed: 5 }).hash).not.toBe(hash);
  });

  test("items may be given, in any order", () => {
    const { train, test: held, hash } = splitItems(5, { trainItems: [4, 0] });
    expect([[...train], [...held]]).toEqual([
      [0, 4],
      [1, 2, 3],
    ]);
    // ((h₀ ⊕ 0)·p ⊕ 4)·p mod 2⁶⁴ with the offset and the prime of FNV-1a.
    const [offset, prime] = [0xcbf29ce484222325n, 0x100000001b3n];
    const expected = ((((offset * prime) % 2n ** 64n) ^ 4n) * prime) % 2n ** 64n;
    expect(hash).toBe(`fnv1a64:${expected.toString(16).padStart(16, "0")}`);
  });

  test("two items are left on either side", () => {
    expect(splitItems(4, { trainShare: 0.99 }).test).toHaveLength(2);
    expect(splitItems(4, { trainShare: 0.01 }).train).toHaveLength(2);
  });

  test.each([
    [3, {}, "`n` must be at least 4 items, two for either part, got 3."],
    [9, { trainShare: 1 }, "`trainShare` must be a number in (0, 1), got 1."],
    [9, { trainItems: [0, 9] }, "`trainItems` must be made of items 0 … 8, got 9 at index 1."],
    [9, { trainItems: [1, 1] }, "`trainItems` must be made of distinct items, got 1 again at index 1."],
    [
      9,
      { trainItems: [1] },
      "`trainItems` must be at least two items to fit on and two to judge by, got 1 and 8 of 9.",
    ],
  ])("%#", (n, options, message) => {
    expect(() => splitItems(n, options)).toThrow(`splitItems: ${message}`);
  });
});

describe("the probe", () => {
  test("area under the curve: counts of pairs, ties counting half, swapped sides its complement", () => {
    const [a, b] = [Float64Array.of(3, 1, 2), Float64Array.of(2, 0)];
    // Pairs: 3 > 2, 3 > 0, 1 < 2, 1 > 0, 2 = 2, 2 > 0.
    expectClose(areaUnderCurve(a, b).value, 4.5 / 6, { ulps: 2, epsilon: EPSILON });
    expectClose(areaUnderCurve(b, a).value, 1.5 / 6, { ulps: 4, epsilon: EPSILON });
    const { ofX, ofY } = areaUnderCurve(a, b);
    expectClose(ofX[0]!, 1 - 0.75, { ulps: 2, epsilon: EPSILON });
    expectClose(ofY[0]!, 1.5 / 3 - 0.75, { ulps: 4, epsilon: EPSILON });
  });

  test("the direction solves the shrunken system", () => {
    const [x, y] = [randomRows(1, 40, 5, [1, 0, 0, 0, 0]), randomRows(2, 30, 5, [0, 1, 0, 0, 0])];
    const { direction } = linearProbe(x, y, 0.2);
    const mean = (rows: typeof x) =>
      [0, 1, 2, 3, 4].map(
        (k) => Array.from({ length: rows.rows }, (_, i) => rows.data[5 * i + k]!).reduce((a, b) => a + b) / rows.rows,
      );
    const [meanX, meanY] = [mean(x), mean(y)];
    const within = (p: number, q: number) =>
      [
        [x, meanX],
        [y, meanY],
      ].reduce((sum, [rows, at]) => {
        const { rows: n, data } = rows as typeof x;
        const m = at as number[];
        for (let i = 0; i < n; i++) sum += (data[5 * i + p]! - m[p]!) * (data[5 * i + q]! - m[q]!);
        return sum;
      }, 0) / 70;
    const trace = [0, 1, 2, 3, 4].reduce((sum, k) => sum + within(k, k), 0);
    const image = [0, 1, 2, 3, 4].map((p) =>
      direction.reduce((sum, w, q) => sum + (0.8 * within(p, q) + (p === q ? (0.2 * trace) / 5 : 0)) * w, 0),
    );
    const scale = image[0]! / (meanX[0]! - meanY[0]!);
    // The conjugate gradients stop at a residual of 1e-5.
    image.forEach((value, k) => {
      expect(Math.abs(value - scale * (meanX[k]! - meanY[k]!))).toBeLessThan(2e-5 * scale);
    });
  });

  test("separate clouds → 1, the same rows → ½", () => {
    const options = { shrinkage: 0.1, folds: 5, seed: 0 };
    const x = randomRows(3, 20, 4, [3]);
    const far = unitRows(Array.from({ length: 20 }, (_, i) => [...x.data.subarray(4 * i, 4 * i + 4)].map((v) => -v)));
    const pairing = createPairing(20, 20);
    expect(crossValidatedAuc({ x, y: far, pairing }, options).value).toBe(1);
    expect(crossValidatedAuc({ x, y: x, pairing }, options).value).toBe(0.5);
  });

  test("equal laws of independent rows → ½ within three standard errors", () => {
    const [x, y] = [randomRows(4, 200, 6), randomRows(5, 200, 6)];
    const auc = crossValidatedAuc({ x, y, pairing: createPairing(200, 200) }, { shrinkage: 0.1, folds: 5, seed: 0 });
    // Wilcoxon: variance (n + m + 1)/(12nm).
    expect(Math.abs(auc.value - 0.5)).toBeLessThan(3 * Math.sqrt(401 / (12 * 200 * 200)));
  });

  test("all captions of an item are held out together", () => {
    // Captions are copies of their item with a mark in an axis of the item: a probe that saw a sibling would know it.
    const x = axisRows(6, 8);
    const y = unitRows(
      Array.from({ length: 12 }, (_, j) => Array.from({ length: 8 }, (_, k) => (k === j >> 1 ? 1 : k === 7 ? 0.1 : 0))),
    );
    const map = Int32Array.from({ length: 12 }, (_, j) => j >> 1);
    const value = crossValidatedAuc(
      { x, y, pairing: createPairing(6, 12, map) },
      { shrinkage: 0.1, folds: 6, seed: 0 },
    ).value;
    expect(value).toBe(1);
  });
});

describe("names of controls", () => {
  test.each<[ControlOptions, string]>([
    [{ kind: "identity" }, "as it is"],
    [{ kind: "shift", lambda: 0.5 }, "shift λ = 0.5"],
    [{ kind: "centre", renormalize: false }, "centre, lengths kept"],
    [{ kind: "dn" }, "DN λ = 0.25"],
    [{ kind: "dn", renormalize: true }, "DN λ = 0.25, renormalised"],
    [{ kind: "whiten", covariance: "perModality", shrinkage: 0.1 }, "whiten, each its own, α = 0.1"],
    [{ kind: "procrustes", towardsIdentity: 2 }, "Procrustes, ρ = 2"],
    [{ kind: "gaussianMap", target: "y", keepMean: true }, "Gaussian map to y, mean kept"],
    [{ kind: "iterativeProjection" }, "remove up to 32 directions"],
    [{ kind: "adapter", activation: "tanh", hidden: 8, denominator: "pooled" }, "adapter (tanh, 8, pooled)"],
  ])("%o", (options, name) => {
    expect(describeControl(resolveControl("test", "options", options))).toBe(name);
  });
});
