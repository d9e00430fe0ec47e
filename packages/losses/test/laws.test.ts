// Laws of the family, for any rows.

import { type DenominatorKind, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  infoNCE,
  infoNCEOnRows,
  multimodalInfoNCE,
  multimodalInfoNCEGradientOnRows,
  multimodalInfoNCEOnRows,
  poolInfoNCE,
  poolInfoNCEGradientOnRows,
  symmetricInfoNCE,
  symmetricInfoNCEGradientOnRows,
  symmetricInfoNCEOnRows,
} from "../src/index.ts";
import { asRows, asTensor, EPSILON, growth, type Matrix, nearby, numberOf, rotate, unitRows } from "./helpers.ts";

const d = 4;

interface Drawn {
  readonly x: Matrix;
  readonly y: Matrix;
  readonly seed: number;
  readonly temperature: number;
  readonly options: {
    readonly denominator: DenominatorKind;
    readonly ownWeight: number;
    readonly includePositive: boolean;
    readonly labelSmoothing: number;
    readonly forwardWeight: number;
  };
}

/** Unit rows, any denominator, any switches, τ from 0.02 to 2. */
const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    n: fc.integer({ min: 2, max: 9 }),
    seed: fc.integer({ min: 0, max: 1e6 }),
    temperature: fc.double({ min: 0.02, max: 2, noNaN: true }),
    denominator: fc.constantFrom<DenominatorKind>("cross", "own", "pooled"),
    lambda: fc.double({ min: 0, max: 1, noNaN: true }),
    includePositive: fc.boolean(),
    labelSmoothing: fc.constantFrom(0, 0.1),
    forwardWeight: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ n, seed, temperature, lambda, denominator, ...switches }) => {
    const x = unitRows(seed, n, d);
    const ownWeight = denominator === "cross" ? lambda : 0;
    return { x, y: nearby(seed + 1, x, 0.7), seed, temperature, options: { denominator, ownWeight, ...switches } };
  });

/** Decoupled losses pass through 0, and smoothing cancels, among logits of size 1/τ. */
const toleranceOf = ({ temperature, x }: Drawn, factor = 1) => ({
  ulps: factor * growth({ n: 2 * x.length, d, temperature }),
  epsilon: EPSILON,
  scale: 1 + 1 / temperature,
});

const lossOf = ({ temperature, options }: Drawn, x: Matrix, y: Matrix) =>
  numberOf(symmetricInfoNCE(asTensor(x), asTensor(y), { temperature, ...options }));

const holds = (law: (one: Drawn) => void | Promise<void>) =>
  fc.assert(
    fc.asyncProperty(drawn, async (one) => law(one)),
    { numRuns: 40, seed: 7 },
  );

describe("symmetric InfoNCE with any switches", () => {
  test("a joint permutation changes nothing", () =>
    holds((one) => {
      const turn = (rows: Matrix) => [...rows.slice(2), ...rows.slice(0, 2)].reverse();
      expectClose(lossOf(one, turn(one.x), turn(one.y)), lossOf(one, one.x, one.y), toleranceOf(one));
    }));

  test("a joint rotation changes nothing", () =>
    holds((one) => {
      const angle = one.seed / 1e5;
      // Rotated rows carry some more roundings.
      expectClose(
        lossOf(one, rotate(one.x, angle), rotate(one.y, angle)),
        lossOf(one, one.x, one.y),
        toleranceOf(one, 4),
      );
    }));

  test("swapping the modalities swaps the directions", () =>
    holds((one) => {
      const options = { ...one.options, forwardWeight: 1 - one.options.forwardWeight };
      expectClose(lossOf({ ...one, options }, one.y, one.x), lossOf(one, one.x, one.y), toleranceOf(one));
    }));

  test("tensors and rows give the same value and gradients", () =>
    holds(async (one) => {
      const { x, y, temperature, options } = one;
      const f = (...xs: Tensor[]) => symmetricInfoNCE(xs[0]!, xs[1]!, { temperature, ...options });
      const { value, gradients } = valueAndGrad(f, [asTensor(x), asTensor(y)]);
      const rows = await symmetricInfoNCEGradientOnRows(asRows(x), asRows(y), { temperature, ...options });
      expectClose(rows.loss, numberOf(value), toleranceOf(one));
      expectAllClose(rows.gradients.x, gradients[0]!.dataSync(), toleranceOf(one, 2));
      expectAllClose(rows.gradients.y, gradients[1]!.dataSync(), toleranceOf(one, 2));
    }));

  test("a mixture of denominators is the mixture of the losses, linear in λ", () =>
    holds((one) => {
      const { x, y, temperature } = one;
      const at = (ownWeight: number) =>
        numberOf(symmetricInfoNCE(asTensor(x), asTensor(y), { temperature, ownWeight, denominator: "cross" }));
      const own = numberOf(symmetricInfoNCE(asTensor(x), asTensor(y), { temperature, denominator: "own" }));
      expectClose(at(0.3), 0.7 * at(0) + 0.3 * own, toleranceOf(one));
    }));

  test("more terms in the denominator cost more; the positive among them as well", () =>
    holds((one) => {
      const value = (denominator: DenominatorKind, includePositive = true) =>
        lossOf(
          { ...one, options: { ...one.options, denominator, ownWeight: 0, includePositive, labelSmoothing: 0 } },
          one.x,
          one.y,
        );
      expect(value("pooled")).toBeGreaterThanOrEqual(Math.max(value("cross"), value("own")) - 1e-12);
      expect(value("cross")).toBeGreaterThan(value("cross", false));
    }));

  test("both denominators without the positive add up to the pooled one", () =>
    holds(({ x, y, temperature }) => {
      const loss = (denominator: DenominatorKind, pair: number) => {
        const options = {
          temperature,
          denominator,
          includePositive: false,
          weights: x.map((_, i) => Number(i === pair)),
        };
        return numberOf(infoNCE(asTensor(x), asTensor(y), options));
      };
      const sum = Math.exp(loss("cross", 1)) + Math.exp(loss("own", 1));
      expectClose(Math.log(sum), loss("pooled", 1), toleranceOf({ x, temperature } as Drawn));
    }));
});

describe("weights of anchors", () => {
  const x = unitRows(1, 5, d);
  const y = nearby(2, x, 0.5);
  const loss = (weights?: readonly number[], rows = [x, y]) =>
    numberOf(infoNCE(asTensor(rows[0]!), asTensor(rows[1]!), { temperature: 0.2, ...(weights && { weights }) }));
  const tolerance = { ulps: 64, epsilon: EPSILON };

  test("only their ratios count, and equal ones are none", () => {
    expectClose(loss([2, 2, 2, 2, 2]), loss(), tolerance);
    expectClose(loss([1, 2, 3, 4, 5]), loss([10, 20, 30, 40, 50]), tolerance);
    expect(Math.abs(loss([1, 2, 3, 4, 5]) - loss())).toBeGreaterThan(1e-3);
  });

  test("they are those of a weighted mean, on rows with its standard error", async () => {
    const weights = [1, 2, 3, 4, 5];
    const each = weights.map((_, i) => loss(weights.map((__, j) => Number(i === j))));
    const mean = each.reduce((sum, value, i) => sum + (weights[i]! / 15) * value, 0);
    expectClose(loss(weights), mean, tolerance);
    const summary = await infoNCEOnRows(asRows(x), asRows(y), { temperature: 0.2, weights });
    expectClose(summary.loss, mean, { ...tolerance, ulps: growth({ n: 5, d, temperature: 0.2 }) });
    const squares = each.reduce((sum, value, i) => sum + (weights[i]! / 15) ** 2 * (value - mean) ** 2, 0);
    expectClose(summary.standardError.loss, Math.sqrt((5 / 4) * squares), { ...tolerance, ulps: 1e3 });
  });

  test("one list serves both directions, two lists one each", async () => {
    const [a, b] = [
      [1, 2, 3, 4, 5],
      [5, 1, 1, 1, 2],
    ];
    const options = { temperature: 0.2, weights: { x: a!, y: b! } };
    const rows = await symmetricInfoNCEOnRows(asRows(x), asRows(y), options);
    const expected = 0.5 * (loss(a) + loss(b, [y, x]));
    expectClose(rows.loss, expected, { ...tolerance, ulps: 200 });
    expectClose(numberOf(symmetricInfoNCE(asTensor(x), asTensor(y), options)), expected, tolerance);
    const same = { temperature: 0.2, weights: a! };
    expectClose(
      numberOf(symmetricInfoNCE(asTensor(x), asTensor(y), same)),
      0.5 * (loss(a) + loss(a, [y, x])),
      tolerance,
    );
  });

  test("an anchor of weight 0 does not matter, whatever its loss", () => {
    const spoilt = x.map((row, i) => (i === 0 ? row.map(() => Number.NaN) : row));
    expectClose(loss([0, 1, 1, 1, 1], [spoilt, y]), loss([0, 1, 1, 1, 1]), tolerance);
  });
});

describe("populations", () => {
  const [x, y] = [unitRows(1, 5, d), unitRows(2, 5, d)];
  const bank = unitRows(3, 4, d);
  const temperature = 0.2;
  const tolerance = { ulps: growth({ n: 12, d, temperature }), epsilon: EPSILON };

  test("a weight of 3 is three copies, log-weights 0 are none", () => {
    const value = (negatives: Parameters<typeof poolInfoNCE>[2]) =>
      numberOf(poolInfoNCE(asTensor(x), asTensor(y), negatives, { temperature }));
    const copied = value(asTensor([...bank, bank[0]!, bank[0]!]));
    expectClose(value({ rows: asTensor(bank), logWeights: [Math.log(3), 0, 0, 0] }), copied, tolerance);
    expectClose(value({ rows: asTensor(bank), logWeights: [0, 0, 0, 0] }), value(asTensor(bank)), tolerance);
    expectClose(value({ rows: asTensor(bank), logWeights: [5, 5, 5, 5], size: 4 }), value(asTensor(bank)), tolerance);
  });

  test("a population of size N costs log(N/m) more where the positive is left out", () => {
    const value = (size?: number) =>
      numberOf(
        poolInfoNCE(
          asTensor(x),
          asTensor(y),
          { rows: asTensor(bank), ...(size && { size }) },
          { temperature, includePositive: false },
        ),
      );
    expectClose(value(4e6) - value(), Math.log(1e6), { ...tolerance, scale: 10 });
  });

  test("a pool is a reference; on rows its gradient is that of tensors", async () => {
    const rows = { rows: asRows(bank), logWeights: [1, -1, 0, 2], size: 100 };
    const actual = await poolInfoNCEGradientOnRows(asRows(x), asRows(y), rows, { temperature, labelSmoothing: 0.1 });
    const f = (...xs: Tensor[]) =>
      poolInfoNCE(xs[0]!, xs[1]!, { ...rows, rows: xs[2]! }, { temperature, labelSmoothing: 0.1 });
    const { value, gradients } = valueAndGrad(f, [asTensor(x), asTensor(y), asTensor(bank)]);
    const scaled = { ...tolerance, scale: 1 / temperature };
    expectClose(actual.loss, numberOf(value), tolerance);
    expectAllClose(actual.gradients.anchors, gradients[0]!.dataSync(), scaled);
    expectAllClose(actual.gradients.positives, gradients[1]!.dataSync(), scaled);
    expectAllClose(actual.gradients.negatives, gradients[2]!.dataSync(), scaled);
  });
});

describe("several modalities", () => {
  const temperature = 0.2;
  const sets = [unitRows(1, 6, d), unitRows(2, 6, d), unitRows(3, 6, d)];
  const tolerance = { ulps: growth({ n: 6, d, temperature }), epsilon: EPSILON };
  const pair = (a: number, b: number) =>
    numberOf(symmetricInfoNCE(asTensor(sets[a]!), asTensor(sets[b]!), { temperature, ownWeight: 0.2 }));

  test("the mean over unordered pairs, on tensors and on rows", async () => {
    const options = { temperature, ownWeight: 0.2 };
    const expected = (pair(0, 1) + pair(0, 2) + pair(1, 2)) / 3;
    expectClose(
      numberOf(
        multimodalInfoNCE(
          sets.map((rows) => asTensor(rows)),
          options,
        ),
      ),
      expected,
      tolerance,
    );
    const summary = await multimodalInfoNCEOnRows(sets.map(asRows), options);
    expectClose(summary.loss, expected, tolerance);
    expect(summary.pairs.map(({ first, second }) => [first, second])).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
    ]);
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
  });

  test("gradients on rows are those of tensors", async () => {
    const { value, gradients } = valueAndGrad(
      (...xs) => multimodalInfoNCE(xs, { temperature }),
      sets.map((rows) => asTensor(rows)),
    );
    const actual = await multimodalInfoNCEGradientOnRows(sets.map(asRows), { temperature });
    expectClose(actual.loss, numberOf(value), tolerance);
    actual.gradients.modalities.forEach((gradient, k) => {
      expectAllClose(gradient, gradients[k]!.dataSync(), { ...tolerance, scale: 1 / temperature });
    });
  });

  test("two modalities are symmetric InfoNCE, fewer an error", () => {
    const two = multimodalInfoNCE([asTensor(sets[0]!), asTensor(sets[1]!)], { temperature, ownWeight: 0.2 });
    expectClose(numberOf(two), pair(0, 1), tolerance);
    expect(() => multimodalInfoNCE([asTensor(sets[0]!)], { temperature })).toThrow(
      "multimodalInfoNCE: `modalities` must be at least two, got 1.",
    );
    expect(() => multimodalInfoNCE([asTensor(sets[0]!), asTensor(unitRows(1, 5, d))], { temperature })).toThrow(
      "multimodalInfoNCE: `modalities[1]` must be of the shape [6, 4] of `modalities[0]`, got [5, 4]. Row i of one is the partner of row i of the other.",
    );
  });
});
