import type { RowMatrix } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { equalRows, noisyCopy, permuteRows, randomRows, unitRows } from "../../test/unit-rows.ts";
import { compareCures } from "./compare-cures.ts";
import { defaultCures } from "./cure.ts";

const exact = { ulps: 64, epsilon: 2 ** -52, scale: 1 };

/** Rows share a topic with their match; along one more axis all images lean to one side, and so do the captions of one image in four: hubs. */
function hubby(seed: number, n: number): { readonly x: RowMatrix; readonly y: RowMatrix } {
  const topics = randomRows(seed, n, 10);
  const noisy = noisyCopy(seed + 1, topics, 0.25);
  const lean = ({ data }: RowMatrix, by: (i: number) => number) =>
    unitRows(Array.from({ length: n }, (_, i) => [...data.subarray(i * 10, (i + 1) * 10), by(i)]));
  return { x: lean(topics, () => 1), y: lean(noisy, (i) => (i % 4 === 0 ? 1 : 0)) };
}

describe("hubs that a bank knows", () => {
  const { x, y } = hubby(1, 240);

  test("every cure raises recall and lowers hubness", async () => {
    const result = await compareCures(x, y, { recallAt: [1, 5], cures: defaultCures });
    expect([result.items, result.queries, result.candidates, result.bank]).toEqual([
      120,
      120,
      120,
      { source: "heldOut", rows: 120 },
    ]);
    for (const { cure, recall, hubness, transductive } of result.cures) {
      expect(recall["1"]!.change.value, cure.kind).toBeGreaterThan(2 * recall["1"]!.change.standardError!);
      expect(hubness.after.gini.value, cure.kind).toBeLessThan(hubness.before.gini.value);
      expect(transductive).toBe(cure.kind === "dualSoftmax");
      expectClose(recall["5"]!.change.value, recall["5"]!.after.value - recall["5"]!.before.value, exact);
      const p = recall["1"]!.after.value;
      expectClose(recall["1"]!.after.standardError!, Math.sqrt((p * (1 - p)) / 119), exact);
    }
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  test("the tested queries as bank: flagged, and nothing is held out", async () => {
    const result = await compareCures(x, y, { bank: "queries", cures: [{ kind: "csls" }] });
    expect([result.queries, result.bank, result.cures[0]!.transductive]).toEqual([
      240,
      { source: "queries", rows: 240 },
      true,
    ]);
  });

  test("a bank given", async () => {
    const result = await compareCures(x, y, { bank: hubby(9, 50).x, cures: [{ kind: "invertedSoftmax" }] });
    expect([result.candidates, result.bank, result.cures[0]!.transductive]).toEqual([
      240,
      { source: "given", rows: 50 },
      false,
    ]);
    expect(result.cures[0]!.recall["1"]!.change.value).toBeGreaterThan(0);
  });
});

test("no answer of the bank is among the candidates: a bank of answers would betray them", async () => {
  // Random pairs: no cure can find anything. Were the answers of the bank left among the candidates, they would be put down.
  const [x, y] = [randomRows(1, 400, 6), randomRows(2, 400, 6)];
  const { cures } = await compareCures(x, y, { cures: [{ kind: "invertedSoftmax" }], recallAt: [10] });
  const { before, after } = cures[0]!.recall["10"]!;
  for (const { value, standardError } of [before, after])
    expect(Math.abs(value - 10 / 200)).toBeLessThan(3 * standardError!);
});

test("collapsed rows retrieve at chance, before and after", async () => {
  const one = equalRows([1, 2, 3], 20);
  const cures = [
    { kind: "csls" },
    { kind: "invertedSoftmax" },
    { kind: "queryBank" },
    { kind: "dualSoftmax" },
  ] as const;
  for (const { recall } of (await compareCures(one, one, { cures, recallAt: [1, 5] })).cures) {
    for (const k of [1, 5]) {
      expectClose(recall[k]!.before.value, k / 10, exact);
      expectClose(recall[k]!.after.value, k / 10, exact);
    }
  }
});

describe("several captions per item", () => {
  const { x, y } = hubby(3, 60);
  const map = Int32Array.from({ length: 180 }, (_, j) => j % 60);
  const captions = noisyCopy(4, permuteRows(y, map), 0.1);

  test("both directions; items and all their captions go together", async () => {
    const there = await compareCures(x, captions, { map, heldOutShare: 0.3 });
    expect([there.items, there.queries, there.candidates, there.bank.rows]).toEqual([42, 42, 126, 18]);
    const back = await compareCures(x, captions, { map, heldOutShare: 0.3, direction: "yToX" });
    expect([back.items, back.queries, back.candidates, back.bank.rows]).toEqual([42, 126, 42, 54]);
    expect(back.cures[0]!.recall["1"]!.after.samples).toBe(42);
  });

  test("the same caption three times: values as with one, errors too, since items are the sample", async () => {
    const options = { cures: [{ kind: "csls" }] as const, direction: "yToX" as const, heldOutShare: 0.5 };
    const single = await compareCures(x, y, options);
    // Banks hold each query three times as well, so that the k nearest are those of k/3.
    const triple = await compareCures(x, permuteRows(y, map), { ...options, map, cures: [{ kind: "csls", k: 30 }] });
    const [one, three] = [single.cures[0]!.recall["1"]!, triple.cures[0]!.recall["1"]!];
    for (const side of ["before", "after", "change"] as const) {
      expectClose(three[side].value, one[side].value, exact);
      expectClose(three[side].standardError!, one[side].standardError!, exact);
    }
  });

  test("a shuffled list of captions with its map: the same", async () => {
    const plain = await compareCures(x, captions, { map, cures: [{ kind: "localScaling" }] });
    const order = Int32Array.from({ length: 180 }, (_, j) => (j * 77 + 5) % 180);
    const moved = await compareCures(x, permuteRows(captions, order), {
      map: order.map((j) => map[j]!),
      cures: [{ kind: "localScaling" }],
    });
    expectClose(moved.cures[0]!.recall["1"]!.after.value, plain.cures[0]!.recall["1"]!.after.value, exact);
  });
});

describe("messages", () => {
  const [x, y] = [randomRows(1, 6, 3), randomRows(2, 8, 3)];
  test.each([
    [
      {},
      "compareCures: `y` must be of 6 rows, as `x` is, got [8, 3]. Give `map`, the item of each caption, where an item has several.",
    ],
    [{ map: new Int32Array(5) }, "compareCures: `map` must be of length 8, one item for each row of `y`, got 5."],
    [
      { map: Int32Array.of(0, 1, 2, 3, 4, 5, 6, 0) },
      "compareCures: `map` must be of items 0 … 5, got 6 for caption 6.",
    ],
    [
      { map: Int32Array.of(0, 1, 2, 4, 4, 5, 5, 0) },
      "compareCures: `map` must be onto all items, got no caption of item 3.",
    ],
    [
      { map: Int32Array.of(0, 1, 2, 3, 4, 5, 5, 0), heldOutShare: 0.9 },
      "compareCures: `x` must be of at least 2 items to test and 2 to hold out, got [6, 3].",
    ],
    [{ heldOutShare: 1 }, "compareCures: `heldOutShare` must be a number > 0 and < 1, got 1."],
    [{ bank: "own" as "queries" }, 'compareCures: `bank` must be "heldOut" or "queries", got own.'],
    [{ direction: "x" as "xToY" }, 'compareCures: `direction` must be "xToY" or "yToX", got x.'],
    [{ recallAt: [0] }, "compareCures: `recallAt` must be an integer ≥ 1, got 0."],
  ])("%#", async (options, message) => {
    await expect(compareCures(x, y, options)).rejects.toThrow(message);
  });
});
