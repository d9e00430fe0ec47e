// Several positives per anchor: groups, masks, conventions.

import { type Backend, cast, fromArray, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { infoNCE, infoNCEOnRows, infoNCEPerSample, symmetricInfoNCE, symmetricInfoNCEOnRows } from "../src/index.ts";
import { blocksOfGroups } from "../src/rows/pair-blocks.ts";
import { asRows, asTensor, backend, EPSILON, equalRows, growth, numberOf, unitRows } from "./helpers.ts";

const [d, temperature] = [4, 0.2];
const x = unitRows(1, 3, d);
const y = unitRows(2, 6, d);
const groups = { x: ["a", "b", "c"], y: ["b", "a", "c", "b", "c", "c"] };
const tolerance = { ulps: growth({ n: 9, d, temperature }), epsilon: EPSILON };
const maskOn = (on: Backend): Tensor =>
  cast(
    fromArray(
      on,
      groups.x.map((a) => groups.y.map((b) => Number(a === b))),
    ),
    "bool",
  );

describe("masks and groups are two ways to say the same", () => {
  const settings = (["cross", "own", "pooled"] as const).flatMap((denominator) =>
    (["sumOfProbabilities", "meanOfLogs"] as const).map((combine) => ({ denominator, combine })),
  );

  test.each(settings)("$denominator, $combine", ({ denominator, combine }) => {
    const loss = (positives: { groups: typeof groups } | { mask: Tensor }) => (a: Tensor, b: Tensor) =>
      symmetricInfoNCE(a, b, { temperature, denominator, positives: { ...positives, combine }, labelSmoothing: 0.1 });
    const inputs = [asTensor(x), asTensor(y)];
    const [byGroups, byMask] = [loss({ groups }), loss({ mask: maskOn(backend) })].map((f) =>
      valueAndGrad((a, b) => f(a!, b!), inputs),
    );
    expect(numberOf(byMask!.value)).toBe(numberOf(byGroups!.value));
    byMask!.gradients.forEach((gradient, k) => {
      expect([...gradient.dataSync()]).toEqual([...byGroups!.gradients[k]!.dataSync()]);
    });
  });

  test("a mask that is not the diagonal matters, and one that is does not", () => {
    const square = y.slice(0, 3);
    const eye = cast(
      fromArray(backend, [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ]),
      "bool",
    );
    const plain = infoNCEPerSample(asTensor(x), asTensor(square), { temperature }).dataSync();
    const masked = infoNCEPerSample(asTensor(x), asTensor(square), {
      temperature,
      positives: { mask: eye },
    }).dataSync();
    expectAllClose(masked, plain, tolerance);
    const other = cast(
      fromArray(backend, [
        [0, 1, 0],
        [1, 0, 0],
        [0, 0, 1],
      ]),
      "bool",
    );
    const permuted = infoNCEPerSample(asTensor(x), asTensor([square[1]!, square[0]!, square[2]!]), { temperature });
    const byMask = infoNCEPerSample(asTensor(x), asTensor(square), { temperature, positives: { mask: other } });
    expectAllClose(byMask.dataSync(), permuted.dataSync(), tolerance);
  });

  test("an anchor without a positive in a mask has loss ∞", () => {
    const mask = cast(
      fromArray(backend, [
        [1, 0],
        [0, 0],
      ]),
      "bool",
    );
    const losses = infoNCEPerSample(asTensor(x.slice(0, 2)), asTensor(y.slice(0, 2)), {
      temperature,
      positives: { mask },
    });
    expect(losses.dataSync()[1]).toBe(Number.POSITIVE_INFINITY);
    expect(losses.dataSync()[0]).toBeLessThan(20);
  });
});

describe("conventions", () => {
  test.each([
    ["sumOfProbabilities", Math.log(6 / 2)],
    ["meanOfLogs", Math.log(6)],
  ] as const)("equal rows, %s", (combine, expected) => {
    const [a, b] = [equalRows(3, [0.6, 0.8]), equalRows(6, [0.6, 0.8])];
    const positives = { groups: { x: [0, 1, 2], y: [0, 0, 1, 1, 2, 2] }, combine };
    const loss = numberOf(infoNCE(asTensor(a), asTensor(b), { temperature, positives }));
    expectClose(loss, expected, tolerance);
  });

  test("positives of certain weight p each: −log Σp and −mean log p, apart by at least log of their number", () => {
    const loss = (combine: "sumOfProbabilities" | "meanOfLogs") =>
      infoNCEPerSample(asTensor(x), asTensor(y), { temperature, positives: { groups, combine } }).dataSync();
    const [any, all] = [loss("sumOfProbabilities"), loss("meanOfLogs")];
    const counts = [1, 2, 3];
    counts.forEach((count, i) => {
      expect(all[i]! - any[i]!).toBeGreaterThanOrEqual(Math.log(count) - 1e-12);
    });
    expectClose(all[0]!, any[0]!, tolerance);
  });

  test("near zero loss the digits stay: two captions far closer than any other", async () => {
    const rows = [
      [1, 0, 0],
      [0, 1, 0],
    ];
    const captions = [
      [1, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
    ];
    const positives = { groups: { x: [0, 1], y: [0, 0, 1] } };
    const tau = 0.02;
    // p of the negatives: 1 of weight e^(−50) against 2, and 2 against 1.
    const expected = [Math.log1p(0.5 * Math.exp(-1 / tau)), Math.log1p(2 * Math.exp(-1 / tau))];
    const options = { temperature: tau, positives };
    const sharp = { ulps: 32 + 8 / tau, epsilon: EPSILON };
    expectAllClose(infoNCEPerSample(asTensor(rows), asTensor(captions), options).dataSync(), expected, sharp);
    const summary = await infoNCEOnRows(asRows(rows), asRows(captions), options);
    expectClose(summary.loss, 0.5 * (expected[0]! + expected[1]!), sharp);
    expect(summary.negatives).toBe(1.5);
  });
});

test("directions of unequal size: their weighted mean, with an upper bound of the standard error", async () => {
  const summary = await symmetricInfoNCEOnRows(asRows(x), asRows(y), {
    temperature,
    positives: { groups },
    forwardWeight: 0.25,
  });
  expect([summary.forward.samples, summary.backward.samples]).toEqual([3, 6]);
  expectClose(summary.loss, 0.25 * summary.forward.loss + 0.75 * summary.backward.loss, { ulps: 4, epsilon: EPSILON });
  const bound = 0.25 * summary.forward.standardError.loss + 0.75 * summary.backward.standardError.loss;
  expectClose(summary.standardError.loss, bound, { ulps: 4, epsilon: EPSILON });
});

describe("blocks of pairs", () => {
  test.each([
    ["pairs", [0, 1, 2, 3], [0, 1, 2, 3]],
    ["captions", [0, 1, 2], [1, 0, 2, 1, 2, 2]],
    ["crossed", [0, 1, 0], [1, 0, 1]],
    ["strangers", [0, 5, 0, 6], [7, 0, 8, 0, 0]],
  ])("%s: every pair of different groups once, no other", (_, a, b) => {
    const seen = new Map<string, number>();
    for (const block of blocksOfGroups({ x: Int32Array.from(a), y: Int32Array.from(b) })) {
      block.x!.forEach((i, k) => {
        block.y!.forEach((j, l) => {
          if (block.diagonal === "include" || k !== l) seen.set(`${i} ${j}`, (seen.get(`${i} ${j}`) ?? 0) + 1);
        });
      });
    }
    const expected = a.flatMap((p, i) => b.flatMap((q, j) => (p === q ? [] : [[`${i} ${j}`, 1] as const])));
    expect(seen).toEqual(new Map(expected));
  });
});
