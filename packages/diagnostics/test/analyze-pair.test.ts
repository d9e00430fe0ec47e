import { referenceEngine } from "@nce-geometry/pairwise";
import { createRandom, type Progress, type RowMatrix, type RowSource } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { analyzePair, type PairAnalysis } from "../src/index.ts";
import { axisRows, equalRows, noisyCopy, permuteRows, randomRows, turnRows, unitRows } from "./unit-rows.ts";

const x = randomRows(1, 40, 6, [1]);
const y = noisyCopy(2, x, 0.2, [0, 1]);

describe("the record", () => {
  test("is plain JSON, and the same again for the same input", async () => {
    const analysis = await analyzePair(x, y);
    expect(JSON.parse(JSON.stringify(analysis))).toEqual(analysis);
    expect(await analyzePair(x, y)).toEqual(analysis);
    expect(analysis.schema).toBe("nce-geometry/pair-analysis@2");
    expect([analysis.items, analysis.captions, analysis.dim]).toEqual([40, 40, 6]);
    expect(analysis.settings).toEqual({
      preset: "full",
      sampling: { items: 40, captions: 40, queries: { x: 40, y: 40 } },
      temperatures: [0.01, 0.07, 0.5],
      recallAt: [1, 5, 10],
      mixedSearchAt: [1, 5, 10],
      hubnessAt: 10,
      bandwidthFactors: [0.5, 1, 2],
      bootstrap: 1000,
      level: 0.95,
      seed: 0,
      engine: "reference",
      precision: "float64",
    });
  });

  test("skipped parts are null and cost no sweep", async () => {
    const engine = referenceEngine();
    let main = 0;
    const counting = {
      ...engine,
      reduce: ((a, b, reductions, control) => {
        if (reductions.some(({ kind }) => kind === "topK" || kind === "rank")) main++;
        return engine.reduce(a, b, reductions, control);
      }) as typeof engine.reduce,
    };
    const analysis = await analyzePair(x, y, {
      engine: counting,
      skip: ["spectrum", "projection", "distribution", "centred", "shuffle"],
    });
    const { spectrum, projection, distribution, centred, shuffle } = analysis;
    expect([spectrum, projection, distribution, centred, shuffle]).toEqual([null, null, null, null, null]);
    expect(main).toBe(4);
  });

  test("rows read from a source give the same record", async () => {
    expect(await analyzePair(sourceOf(x), sourceOf(y))).toEqual(await analyzePair(x, y));
  });
});

describe("invariance", () => {
  test("the order of the pairs does not matter", async () => {
    const order = createRandom(7).permutation(40);
    compareNumbers(
      await analyzePair(permuteRows(x, order), permuteRows(y, order)),
      await analyzePair(x, y),
      orderDependent,
    );
  });

  test("turning both modalities together does not matter", async () => {
    compareNumbers(await analyzePair(turnRows(3, x), turnRows(3, y)), await analyzePair(x, y), turnDependent);
  });
});

describe("degenerate sets", () => {
  test("collapsed rows: chance, no variance, no discrepancy, finite numbers everywhere", async () => {
    const one = equalRows([1, 2, 3], 12);
    const analysis = await analyzePair(one, one);
    expectClose(analysis.retrieval.xToY.recall["1"]!.value, 1 / 12, { ulps: 4, epsilon: Number.EPSILON });
    expect([analysis.maximumMeanDiscrepancy, analysis.centred, analysis.gap.relative]).toEqual([null, null, null]);
    expect(analysis.spectrum!.x.effectiveRank.value).toBe(0);
    expect(analysis.shuffle!.retrievalAtChance).toBe(true);
    expect(numbersOf(analysis).every(([, value]) => Number.isFinite(value))).toBe(true);
  });

  test.each<[string, RowMatrix, RowMatrix]>([
    ["identical", x, x],
    ["two pairs", axisRows(2, 4), axisRows(2, 4, 2)],
    ["orthogonal modalities", axisRows(5, 10), axisRows(5, 10, 5)],
    ["one dimension", unitRows([[1], [-1], [1]]), unitRows([[-1], [1], [1]])],
    ["duplicates", permuteRows(x, [0, 0, 1, 1, 2]), permuteRows(y, [0, 0, 1, 1, 2])],
  ])("%s: finite numbers everywhere", async (_, a, b) => {
    const numbers = numbersOf(await analyzePair(a, b));
    expect(numbers.filter(([, value]) => !Number.isFinite(value))).toEqual([]);
  });

  test("orthogonal modalities", async () => {
    const { gap, mixedSearch, cosines } = await analyzePair(axisRows(5, 10), axisRows(5, 10, 5));
    // Each centroid has norm 1/√5; all cosines of different rows are 0, so that all 4 + 5 candidates tie.
    expectClose(gap.centroid.value, Math.sqrt(2 / 5), { ulps: 8, epsilon: Number.EPSILON });
    expect(cosines.matched.value).toBe(0);
    expectClose(mixedSearch.x["1"]!.value, 4 / 9, { ulps: 4, epsilon: Number.EPSILON });
  });
});

describe("control", () => {
  test("progress rises to its total", async () => {
    const seen: Progress[] = [];
    await analyzePair(x, y, { onProgress: (progress) => seen.push(progress) });
    expect(
      seen.every(({ done, total }, i) => done >= (seen[i - 1]?.done ?? 0) && done <= total && total === seen[0]!.total),
    ).toBe(true);
    expect(seen[0]!.done).toBe(0);
    expect(seen.at(-1)!.done).toBe(seen.at(-1)!.total);
  });

  test("an aborted signal stops the work with its reason", async () => {
    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error("enough"));
    await expect(analyzePair(x, y, { signal: controller.signal, onProgress })).rejects.toThrow("enough");
  });
});

describe("messages", () => {
  const withRow = (index: number, row: readonly number[]): RowMatrix => {
    const data = Float64Array.from(x.data);
    data.set(row, index * 6);
    return { ...x, data };
  };
  const first = (rows: RowMatrix, n: number) => ({ ...rows, rows: n, data: rows.data.slice(0, n * rows.dim) });
  test.each<[string, RowMatrix, RowMatrix, string, string]>([
    [
      "n = 1",
      first(x, 1),
      first(y, 1),
      "E_SHAPE",
      "analyzePair: `x` must be of at least 2 rows, got [1, 6]. A single pair has nothing to be compared with.",
    ],
    [
      "d = 0",
      { rows: 3, dim: 0, data: new Float64Array(0) },
      { rows: 3, dim: 0, data: new Float64Array(0) },
      "E_SHAPE",
      "analyzePair: `x` must be of dimension ≥ 1, got [3, 0].",
    ],
    [
      "other dimension",
      x,
      randomRows(1, 40, 5),
      "E_SHAPE",
      "analyzePair: `y` must be of dimension 6, as `x` is, got [40, 5]. Both modalities must live in one space.",
    ],
    [
      "other count",
      x,
      first(y, 39),
      "E_SHAPE",
      "analyzePair: `y` must be of 40 rows, as `x` is, got [39, 6]. Row i of one is the match of row i of the other; repeat a row that has several matches.",
    ],
    ["short data", x, { ...y, data: y.data.slice(1) }, "E_SHAPE", "analyzePair: `y` must be 40 · 6 numbers, got 239."],
    ["NaN", withRow(7, [Number.NaN]), y, "E_NOT_FINITE", "analyzePair: `x` must be finite, got NaN or ∞ in row 7."],
    [
      "zero row",
      y,
      withRow(3, [0, 0, 0, 0, 0, 0]),
      "E_ZERO_ROW",
      "analyzePair: `y` must be of unit rows, got zeros in row 3. A zero row has no direction; remove the pair.",
    ],
    [
      "longer row",
      withRow(2, [2, 0, 0, 0, 0, 0]),
      y,
      "E_OPTION",
      "analyzePair: `x` must be of unit rows, got norm 2.00000 in row 2. Normalise the rows first, e.g. with normalizeRowMatrix of @nce-geometry/pairwise.",
    ],
  ])("%s", async (_, a, b, code, message) => {
    await expect(analyzePair(a, b)).rejects.toThrow(expect.objectContaining({ code, message }));
  });

  test.each([
    [
      { temperatures: [0.07, -1] },
      "analyzePair: `temperatures` must be numbers in [0.000001, 1000000], got -1. CLIP-like systems use 0.01 to 0.1.",
    ],
    [{ recallAt: [1.5] }, "analyzePair: `recallAt` must be integers ≥ 1, got 1.5."],
    [{ recallAt: [] }, "analyzePair: `recallAt` must be integers ≥ 1, got none."],
    [{ mixedSearchAt: [0] }, "analyzePair: `mixedSearchAt` must be integers ≥ 1, got 0."],
    [{ hubnessAt: 0 }, "analyzePair: `hubnessAt` must be integers ≥ 1, got 0."],
    [{ bandwidthFactors: [0] }, "analyzePair: `bandwidthFactors` must be finite numbers > 0, got 0."],
    [{ histogramBins: 0 }, "analyzePair: `histogramBins` must be integers ≥ 1, got 0."],
    [{ projectionPoints: -1 }, "analyzePair: `projectionPoints` must be an integer ≥ 0, got -1."],
    [{ level: 2 }, "analyzePair: `level` must be a number in (0, 1 − 1e-6], got 2."],
    [
      { skip: ["retrieval" as "shuffle"] },
      "analyzePair: `skip` must be among spectrum, projection, distribution, centred, shuffle, got retrieval.",
    ],
  ])("%j", async (options, message) => {
    await expect(analyzePair(x, y, options)).rejects.toThrow(expect.objectContaining({ code: "E_OPTION", message }));
  });
});

/** Every number of the record with its path. */
function numbersOf(record: unknown, path = ""): [string, number][] {
  if (typeof record === "number") return [[path, record]];
  if (typeof record !== "object" || record === null) return [];
  return Object.entries(record).flatMap(([key, value]) => numbersOf(value, `${path}.${key}`));
}

/** What the seed ties to places in the file: bootstrap draws, the permutation, folds, and which points are drawn in which order. */
const orderDependent =
  /\.interval\.|^\.shuffle\.|^\.projection\.[xy]\.|^\.distribution\.(probeArea|slicedWasserstein\.standardError)/;
/** Signs of the axes, and directions drawn from the seed. */
const turnDependent = /^\.projection\.[xy]\.|^\.distribution\.slicedWasserstein/;

function compareNumbers(actual: PairAnalysis, expected: PairAnalysis, except: RegExp): void {
  const wanted = new Map(numbersOf(expected));
  for (const [path, value] of numbersOf(actual)) {
    if (except.test(path)) continue;
    // n² = 1600 terms of size up to 1/τ = 100, rounded independently.
    expectClose(value, wanted.get(path)!, {
      ulps: 1600,
      epsilon: Number.EPSILON,
      scale: /energy\./.test(path) ? 100 : 1,
    });
  }
}

function sourceOf({ rows, dim, data }: RowMatrix): RowSource {
  return {
    rows,
    dim,
    dtype: "float64",
    read: async (start, count, out) => {
      const block = data.subarray(start * dim, (start + count) * dim);
      if (!out) return block.slice();
      out.set(block);
      return out.subarray(0, block.length);
    },
  };
}
