// Items with several captions: every measure against its definition written out, and what a map must not change.

import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  analyzePair,
  cosineHistograms,
  cosineSummary,
  energyDecomposition,
  energyDistance,
  hubness,
  mixedSearch,
  modalityGap,
  retrieval,
  uniformity,
} from "../src/index.ts";
import { chordOf, equalRows, inner, permuteRows, randomRows, rowOf, unitRows } from "./unit-rows.ts";

const map = Int32Array.of(2, 0, 1, 0, 3, 2, 4, 4, 0, 5, 1, 4, 4, 3);
const [n, m] = [6, map.length];
const x = randomRows(1, n, 5, [1]);
const y = captionsOf(2, x, map, 0.6);
const exact = { ulps: 512, epsilon: Number.EPSILON, scale: 1 };

/** Captions near their items. */
function captionsOf(seed: number, items: RowMatrix, owners: Int32Array, noise: number): RowMatrix {
  const random = createRandom(seed).normal(owners.length * items.dim);
  return unitRows(
    Array.from(owners, (item, j) => Array.from(rowOf(items, item), (v, k) => v + noise * random[j * items.dim + k]!)),
  );
}

const cosine = (a: RowMatrix, i: number, b: RowMatrix, j: number) => inner(rowOf(a, i), rowOf(b, j));
const pairs = (rows: number, columns: number) =>
  Array.from({ length: rows * columns }, (_, at) => [Math.floor(at / columns), at % columns] as const);
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const strangers = pairs(n, m).filter(([i, j]) => map[j] !== i);
const foreign = pairs(m, m).filter(([j, k]) => map[j] !== map[k]);

test("cosines: matched over captions, unmatched over items and captions of others, within Y over captions of other items", async () => {
  const summary = await cosineSummary(x, y, { map });
  const matched = Array.from(map, (item, j) => cosine(x, item, y, j));
  expectClose(summary.matched.value, meanOf(matched), exact);
  expectClose(summary.unmatched.value, meanOf(strangers.map(([i, j]) => cosine(x, i, y, j))), exact);
  expectClose(summary.within.y.value, meanOf(foreign.map(([j, k]) => cosine(y, j, y, k))), exact);
  expectClose(summary.alignment.value, meanOf(matched.map((value) => 2 - 2 * value)), exact);
});

test("gap: centroids of all rows, relative to unmatched rows; the floor is that of items", async () => {
  const gap = await modalityGap(x, y, { map });
  const mean = (rows: RowMatrix) =>
    Array.from({ length: 5 }, (_, k) => meanOf(Array.from({ length: rows.rows }, (_, i) => rowOf(rows, i)[k]!)));
  const [muX, muY] = [mean(x), mean(y)];
  expectClose(gap.centroid.value, Math.hypot(...muX.map((v, k) => v - muY[k]!)), exact);
  const within = (values: number[]) => meanOf(values.map((c) => (1 - c) / 2));
  const p = within(Array.from(map, (item, j) => cosine(x, item, y, j)));
  const wX = within(
    pairs(n, n)
      .filter(([i, j]) => i !== j)
      .map(([i, j]) => cosine(x, i, x, j)),
  );
  const wY = within(foreign.map(([j, k]) => cosine(y, j, y, k)));
  expectClose(gap.relative!.value, p / (p + (wX + wY) / 2), exact);
  const offsets = Array.from({ length: n }, (_, i) =>
    muX.map((_, k) => rowOf(x, i)[k]! - (n / m) * sum(Array.from(map, (o, j) => (o === i ? rowOf(y, j)[k]! : 0)))),
  );
  const scatter = sum(offsets.map((c) => sum(c.map((v, k) => (v - (muX[k]! - muY[k]!)) ** 2))));
  expectClose(gap.centroidFloor, Math.sqrt(scatter / (n * (n - 1))), exact);
});

test("uniformity and energy distance count captions of one item as any other two", async () => {
  const kernel = (c: number) => Math.exp(-2 * (2 - 2 * c));
  const others = pairs(m, m).filter(([j, k]) => j !== k);
  const spread = await uniformity(x, y, { map });
  expectClose(spread.y.value, Math.log(meanOf(others.map(([j, k]) => kernel(cosine(y, j, y, k))))), exact);
  const { uStatistic, pairedStatistic } = await energyDistance(x, y, { map });
  const chord = (a: RowMatrix, b: RowMatrix, of: readonly (readonly [number, number])[]) =>
    meanOf(of.map(([i, j]) => chordOf(cosine(a, i, b, j))));
  const within =
    chord(
      x,
      x,
      pairs(n, n).filter(([i, j]) => i !== j),
    ) + chord(y, y, others);
  expectClose(uStatistic.value, 2 * chord(x, y, pairs(n, m)) - within, exact);
  expectClose(pairedStatistic.value, 2 * chord(x, y, strangers) - within, exact);
});

test("histograms leave out each item's own captions, and captions of one item among each other", async () => {
  const { matched, unmatched, withinX, withinY } = await cosineHistograms(x, y, { map });
  expect([matched, unmatched, withinX, withinY].map(sum)).toEqual([m, m * (n - 1), n * (n - 1), foreign.length]);
});

test("energies: own captions are no negatives; InfoNCE is averaged over captions", async () => {
  const temperature = 0.5;
  const e = (c: number) => Math.exp(c / temperature);
  const energy = await energyDecomposition(x, y, { map, temperature });
  const others = (i: number) => sum(strangers.filter(([a]) => a === i).map(([, j]) => e(cosine(x, i, y, j))));
  const items = (j: number) => sum(strangers.filter(([, b]) => b === j).map(([i]) => e(cosine(x, i, y, j))));
  const own = (j: number) => e(cosine(x, map[j]!, y, j));
  const captions = Array.from({ length: m }, (_, j) => j);
  expectClose(energy.infoNCE.xToY.value, meanOf(captions.map((j) => Math.log1p(others(map[j]!) / own(j)))), exact);
  expectClose(energy.infoNCE.yToX.value, meanOf(captions.map((j) => Math.log1p(items(j) / own(j)))), exact);
  const count = (i: number) => map.filter((item) => item === i).length;
  const fields = energy.logPartition;
  const all = Array.from({ length: n }, (_, i) => i);
  expectClose(fields.leaveOneOut.xy.value, meanOf(all.map((i) => Math.log(others(i) / (m - count(i))))), exact);
  const whole = (a: RowMatrix, i: number) => meanOf(captions.map((j) => e(cosine(a, i, y, j))));
  expectClose(fields.all.xy.value, meanOf(all.map((i) => Math.log(whole(x, i)))), exact);
  expectClose(fields.all.yy.value, meanOf(captions.map((j) => Math.log(whole(y, j)))), exact);
  const foreignTo = (j: number) => foreign.filter(([a]) => a === j).map(([, k]) => e(cosine(y, j, y, k)));
  expectClose(fields.leaveOneOut.yy.value, meanOf(captions.map((j) => Math.log(meanOf(foreignTo(j))))), exact);
});

test("retrieval: any caption of the item counts, its other captions do not stand in the way", async () => {
  const { xToY, yToX } = await retrieval(x, y, { map, recallAt: [1, 3] });
  const ranks = Array.from({ length: n }, (_, i) => {
    const order = Array.from(map.keys()).sort((a, b) => cosine(x, i, y, b) - cosine(x, i, y, a));
    return order.flatMap((caption, place) => (map[caption] === i ? [place + 1] : []));
  });
  expectClose(xToY.recall[3]!.value, meanOf(ranks.map(([first]) => (first! <= 3 ? 1 : 0))), exact);
  expectClose(
    xToY.fractionRecall[3]!.value,
    meanOf(ranks.map((own) => own.filter((rank) => rank <= 3).length / own.length)),
    exact,
  );
  expectClose(xToY.meanReciprocalRank.value, meanOf(ranks.map(([first]) => 1 / first!)), exact);
  expectClose(
    xToY.meanAveragePrecision.value,
    meanOf(ranks.map((own) => meanOf(own.map((rank, k) => (k + 1) / rank)))),
    exact,
  );
  const placed = Array.from(
    map,
    (item, j) => 1 + strangers.filter(([i, b]) => b === j && cosine(x, i, y, j) > cosine(x, item, y, j)).length,
  );
  expectClose(yToX.meanRank.value, meanOf(placed), exact);
  expect([xToY.queries, xToY.candidates, yToX.queries, yToX.candidates]).toEqual([n, m, m, n]);
});

test("many-to-many matches equal those of a map where they are one; rows without a match are no queries", async () => {
  const lists = Array.from({ length: n }, (_, i) => Array.from(map.keys()).filter((j) => map[j] === i));
  const relevance = (of: readonly (readonly number[])[]) => ({
    offsets: Int32Array.from([0, ...of.map((_, i) => of.slice(0, i + 1).flat().length)]),
    columns: Int32Array.from(of.flat()),
  });
  const [mapped, listed] = [await retrieval(x, y, { map }), await retrieval(x, y, { relevance: relevance(lists) })];
  for (const way of ["xToY", "yToX"] as const) {
    expect(listed[way].meanAveragePrecision.value).toBe(mapped[way].meanAveragePrecision.value);
    expect(listed[way].curve).toEqual(mapped[way].curve);
  }
  const shared = await retrieval(x, y, { relevance: relevance([[0, 1], [1, 2], [], [1], [], []]) });
  expect([shared.xToY.queries, shared.yToX.queries]).toEqual([3, 3]);
});

describe("collapsed rows", () => {
  const one = (rows: number) => equalRows([1, 2, 3], rows);

  test("retrieval at chance, exactly", async () => {
    const { xToY, yToX } = await retrieval(one(n), one(m), { map });
    for (const way of [xToY, yToX]) {
      for (const k of [1, 5, 10]) {
        expectClose(way.recall[k]!.value, way.chance.recall[k]!, exact);
        expectClose(way.fractionRecall[k]!.value, way.chance.fractionRecall[k]!, exact);
      }
      expectClose(way.meanReciprocalRank.value, way.chance.meanReciprocalRank, exact);
      expectClose(way.meanAveragePrecision.value, way.chance.meanAveragePrecision, exact);
      expectClose(way.normalizedDiscountedGain[10]!.value, way.chance.normalizedDiscountedGain[10]!, exact);
      expectClose(way.meanRank.value, way.chance.meanRank, { ...exact, scale: m });
    }
  });

  test("the whole record has finite numbers", async () => {
    const analysis = await analyzePair(one(n), one(m), { map, preset: "full" });
    expect(JSON.parse(JSON.stringify(analysis))).toEqual(analysis);
    expect(analysis.shuffle).toMatchObject({ retrievalAtChance: true, marginalsHeld: true });
  });
});

test("mixed search and hubness count with both sizes", async () => {
  const search = await mixedSearch(x, y, { map, mixedSearchAt: [n + m - 1] });
  expect(search.reference).toEqual({ x: (n - 1) / (n + m - 1), y: (m - 1) / (n + m - 1) });
  expectClose(search.x[n + m - 1]!.value, search.reference.x, exact);
  expectClose(search.y[n + m - 1]!.value, search.reference.y, exact);
  const { xToY, yToX } = await hubness(x, y, { map, hubnessAt: 2 });
  expect([xToY.queries, yToX.queries]).toEqual([n, m]);
  expectAllClose([xToY.expectedCount, yToX.expectedCount], [(n * 2) / m, (m * 2) / n], exact);
});

test("a map that changes nothing changes nothing", async () => {
  const [a, b] = [randomRows(1, 30, 4, [1]), randomRows(2, 30, 4, [0, 1])];
  const identity = Int32Array.from({ length: 30 }, (_, i) => i);
  expect(await analyzePair(a, b, { map: identity })).toEqual(await analyzePair(a, b));
});

test("a map that permutes is a permutation of the captions", async () => {
  const [a, b] = [randomRows(1, 30, 4, [1]), randomRows(2, 30, 4, [0, 1])];
  const order = createRandom(5).permutation(30);
  // Row j of the moved captions is row order[j] of b, and so belongs to item order[j].
  const options = { bootstrap: 0, skip: ["projection", "distribution", "shuffle"] } as const;
  const moved = await analyzePair(a, permuteRows(b, order), { ...options, map: order });
  const [actual, expected] = [numbersOf(moved), new Map(numbersOf(await analyzePair(a, b, options)))];
  for (const [path, value] of actual) {
    if (!path.includes("interval"))
      expectClose(value, expected.get(path)!, {
        ulps: 4096,
        epsilon: Number.EPSILON,
        scale: path.includes("energy.") ? 100 : 1,
      });
  }
});

test("the shuffle control passes: captions of an item move together", async () => {
  const items = randomRows(3, 60, 8);
  const owners = Int32Array.from({ length: 180 }, (_, j) => (j * 7) % 60);
  const { shuffle, retrieval: found } = await analyzePair(items, captionsOf(4, items, owners, 0.3), {
    map: owners,
    preset: "full",
    skip: ["spectrum", "projection", "distribution", "centred"],
  });
  expect(found.xToY.recall[1]!.value).toBeGreaterThan(0.5);
  expect(shuffle).toMatchObject({ retrievalAtChance: true, marginalsHeld: true });
  expect(shuffle!.recall.xToY[1]!.value).toBeLessThan(0.2);
});

describe("uncertainty by item", () => {
  // Captions of one item repeat its error almost exactly, so that five captions tell little more than one.
  const owners = Int32Array.from({ length: 200 }, (_, j) => Math.floor(j / 5));
  const bootstrap = 200;
  const draw = async (seed: number) => {
    const items = randomRows(seed, 40, 4, [1]);
    const seen = captionsOf(
      seed + 5000,
      items,
      Int32Array.from({ length: 40 }, (_, i) => i),
      0.5,
    );
    const captions = captionsOf(seed + 9000, seen, owners, 0.05);
    const { matched, unmatched } = await cosineSummary(items, captions, { map: owners, bootstrap });
    const { centroid } = await modalityGap(items, captions, { map: owners, bootstrap });
    const naive = await cosineSummary(permuteRows(items, owners), captions, { bootstrap });
    return { matched, unmatched, centroid, naive: naive.matched };
  };

  test("intervals cover at their level; with captions as independent samples they are far too narrow", {
    timeout: 60_000,
  }, async () => {
    const draws = await Promise.all(Array.from({ length: 200 }, (_, r) => draw(r + 1)));
    const truth = meanOf(draws.map(({ matched }) => matched.value));
    const coverage = (of: (d: (typeof draws)[number]) => { interval?: { low: number; high: number } }) =>
      draws.filter((d) => of(d).interval!.low <= truth && truth <= of(d).interval!.high).length / draws.length;
    // 40 items: the percentile bootstrap covers some 93 %; five standard deviations of 200 draws are 0.09.
    expect(coverage(({ matched }) => matched)).toBeGreaterThan(0.85);
    expect(coverage(({ naive }) => naive)).toBeLessThan(0.75);
    const spread = Math.sqrt(meanOf(draws.map(({ matched }) => (matched.value - truth) ** 2)));
    const reported = meanOf(draws.map(({ matched }) => matched.standardError!));
    // The deviation of 200 draws is known to 1/√400 = 5 %.
    expect(Math.abs(reported / spread - 1)).toBeLessThan(0.2);
    expect(spread / meanOf(draws.map(({ naive }) => naive.standardError!))).toBeGreaterThan(1.6);
    for (const of of ["unmatched", "centroid"] as const) {
      const values = draws.map((d) => d[of].value);
      const deviation = Math.sqrt(meanOf(values.map((v) => (v - meanOf(values)) ** 2)));
      expect(Math.abs(meanOf(draws.map((d) => d[of].standardError!)) / deviation - 1)).toBeLessThan(0.2);
    }
  });

  test("shares and medians of captions are as sure as their items", async () => {
    const items = randomRows(1, 40, 3);
    const captions = permuteRows(
      captionsOf(
        2,
        items,
        Int32Array.from({ length: 40 }, (_, i) => i),
        0.8,
      ),
      owners,
    );
    const [one, five] = [
      await retrieval(
        items,
        permuteRows(
          captions,
          Array.from({ length: 40 }, (_, i) => 5 * i),
        ),
      ),
      await retrieval(items, captions, { map: owners }),
    ];
    expectClose(five.yToX.recall[1]!.value, one.yToX.recall[1]!.value, exact);
    // Five equal copies of one caption: the design effect is 5, up to n/(n − 1) in the variances.
    const width = ({ interval }: { interval?: { low: number; high: number } }) => interval!.high - interval!.low;
    expect(width(five.yToX.recall[1]!) / width(one.yToX.recall[1]!)).toBeCloseTo(1, 1);
    expect(five.yToX.recall[1]!.samples).toBe(40);
    expect(five.yToX.medianRank.interval!.high).toBeGreaterThanOrEqual(one.yToX.medianRank.interval!.high - 1);
  });
});

describe("the quick preset", () => {
  const items = randomRows(3, 60, 6, [1]);
  const owners = Int32Array.from({ length: 180 }, (_, j) => j % 60);
  const captions = captionsOf(4, items, owners, 0.4);

  test("one caption of each item in clouds, all captions in the gallery; the same again for the same seed", async () => {
    const options = { map: owners, preset: "quick", skip: ["spectrum", "distribution"] } as const;
    const quick = await analyzePair(items, captions, options);
    expect(quick.settings.sampling).toEqual({ items: 60, captions: 60, queries: { x: 60, y: 60 } });
    expect([quick.items, quick.captions, quick.cosines.matched.samples]).toEqual([60, 180, 60]);
    const full = await analyzePair(items, captions, { ...options, preset: "full" });
    // All items are queries, and all captions candidates.
    expect(quick.retrieval.xToY.recall[1]!.value).toBe(full.retrieval.xToY.recall[1]!.value);
    expect(quick.mixedSearch.x).toEqual(full.mixedSearch.x);
    expect(quick.hubness.xToY).toEqual(full.hubness.xToY);
    expect(quick.retrieval.yToX).toMatchObject({ queries: 60, candidates: 60 });
    expect(quick.centred!.before!.retrieval.xToY.candidates).toBe(60);
    expect(await analyzePair(items, captions, options)).toEqual(quick);
  });
});

describe("messages", () => {
  const without = Int32Array.from(map, (item) => (item === 3 ? 2 : item));
  const outside = Int32Array.from(map, (item, j) => (j === 9 ? 6 : item));
  test.each([
    [
      without,
      "E_OPTION",
      "analyzePair: `map` must be a map that gives every row of `x` at least one row of `y`, got none for row 3 of `x`. Remove items without a caption.",
    ],
    [outside, "E_OPTION", "analyzePair: `map` must be items 0 … 5, rows of `x`, got 6 for row 9 of `y`."],
    [map.slice(1), "E_SHAPE", "analyzePair: `map` must be of length 14, one item per row of `y`, got 13."],
  ])("%#", async (wrong, code, message) => {
    await expect(analyzePair(x, y, { map: wrong })).rejects.toThrow(expect.objectContaining({ code, message }));
  });

  test.each([
    [
      { map, relevance: { offsets: Int32Array.of(0), columns: new Int32Array(0) } },
      "retrieval: `relevance` must be given without `map`, got both.",
    ],
    [
      { relevance: { offsets: Int32Array.of(0, 1), columns: Int32Array.of(0) } },
      "retrieval: `relevance.offsets` must be of length 7, got 2.",
    ],
    [
      { relevance: { offsets: Int32Array.of(0, 2, 2, 2, 2, 2, 2), columns: Int32Array.of(0, 14) } },
      "retrieval: `relevance.columns` must be rows 0 … 13 of `y`, got 14 for row 0.",
    ],
    [
      { relevance: { offsets: Int32Array.of(0, 2, 2, 2, 2, 2, 2), columns: Int32Array.of(3, 3) } },
      "retrieval: `relevance.columns` must be without repetitions, got one for row 0.",
    ],
    [
      { relevance: { offsets: Int32Array.of(0, 2, 2, 2, 2, 2, 2), columns: Int32Array.of(3, 4) } },
      "retrieval: `relevance` must be matches of at least two rows of `x`, got 1.",
    ],
  ])("relevance %#", async (options, message) => {
    await expect(retrieval(x, y, options)).rejects.toThrow(message);
  });

  test("an unknown preset", async () => {
    await expect(analyzePair(x, y, { map, preset: "fast" as "quick" })).rejects.toThrow(
      'analyzePair: `preset` must be "quick" or "full", got fast.',
    );
  });
});

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function numbersOf(record: unknown, path = ""): [string, number][] {
  if (typeof record === "number") return [[path, record]];
  if (typeof record !== "object" || record === null) return [];
  return Object.entries(record).flatMap(([key, value]) => numbersOf(value, `${path}.${key}`));
}
