// Ranks, neighbours and counts: on rows of small whole numbers every score is exact, so the results must be equal.

import type { RowMatrix } from "@nce-geometry/tensor";
import type { Diagonal, PairValue } from "../engine.ts";
import { histogramEdges } from "../reducers/histogram-edges.ts";
import { pairsOf, pairValues } from "./brute-force.ts";
import { type EngineCase, expectSame, expectTrue } from "./conformance-case.ts";
import { integerRows, integers, SIZES } from "./inputs.ts";

type Size = (typeof SIZES)[number];

const DIAGONALS: readonly Diagonal[] = ["include", "exclude"];
const VALUES: readonly PairValue[] = [{ kind: "inner" }, { kind: "squaredDistance" }];

export function discreteCases(): EngineCase[] {
  return SIZES.flatMap((size) => [
    rankCase(size),
    rankListsCase(size),
    ...DIAGONALS.flatMap((diagonal) => [1, 3, 1000].map((k) => topKCase(size, k, diagonal))),
    ...VALUES.flatMap((value) => DIAGONALS.map((diagonal) => countCase(size, value, diagonal))),
    groupedCountCase(size),
  ]);
}

function rankCase(size: Size): EngineCase {
  return {
    name: `rank: ties counted, ${describe(size)}`,
    async run(engine) {
      const [x, y] = rowsOf(size);
      const scores = scoresOf(x, y, { kind: "inner" });
      const targets = integers("targets", x.rows, y.rows);
      const own = Int32Array.from(targets, (_, i) => i);
      for (const given of x.rows <= y.rows ? [targets, undefined] : [targets]) {
        const [result] = await engine.reduce(x, y, [given ? { kind: "rank", targets: given } : { kind: "rank" }]);
        const target = given ?? own;
        const others = (i: number): number[] => row(scores, i, y.rows).filter((_, j) => j !== target[i]);
        const score = Array.from(target, (t, i) => scores[i * y.rows + t]!);
        expectSame("targetScore", result.targetScore, score);
        expectSame(
          "greater",
          result.greater,
          score.map((s, i) => others(i).filter((v) => v > s).length),
        );
        expectSame(
          "equal",
          result.equal,
          score.map((s, i) => others(i).filter((v) => v === s).length),
        );
      }
    },
  };
}

function rankListsCase(size: Size): EngineCase {
  return {
    name: `rank: any number of targets, own group not compared, ${describe(size)}`,
    async run(engine) {
      const [x, y] = rowsOf(size);
      const scores = scoresOf(x, y, { kind: "inner" });
      const counts = integers("counts", x.rows, 4);
      const offsets = Int32Array.from({ length: x.rows + 1 }, (_, i) =>
        counts.subarray(0, i).reduce((a, b) => a + b, 0),
      );
      const columns = integers("columns", offsets[x.rows]!, y.rows);
      const groups = { rows: integers("groups", x.rows, 3), columns: integers("column groups", y.rows, 3) };
      const targets = { offsets, columns };
      const [plain, grouped] = await engine.reduce(x, y, [
        { kind: "rank", targets },
        { kind: "rank", targets, groups },
      ]);
      const owner = Array.from(columns, (_, t) => offsets.findLastIndex((offset) => offset <= t));
      const score = owner.map((i, t) => scores[i * y.rows + columns[t]!]!);
      const count = (t: number, compared: (i: number, j: number) => boolean, holds: (v: number) => boolean): number =>
        row(scores, owner[t]!, y.rows).filter((v, j) => compared(owner[t]!, j) && holds(v)).length;
      const others = (t: number) => (_: number, j: number) => j !== columns[t];
      const strangers = (i: number, j: number): boolean => groups.rows[i] !== groups.columns[j];
      for (const [name, result, compared] of [
        ["plain", plain, others],
        ["grouped", grouped, () => strangers],
      ] as const) {
        expectSame(`${name} targetScore`, result.targetScore, score);
        expectSame(
          `${name} greater`,
          result.greater,
          score.map((s, t) => count(t, compared(t), (v) => v > s)),
        );
        expectSame(
          `${name} equal`,
          result.equal,
          score.map((s, t) => count(t, compared(t), (v) => v === s)),
        );
      }
    },
  };
}

function topKCase(size: Size, k: number, diagonal: Diagonal): EngineCase {
  return {
    name: `topK: k = ${k}, lower index first, diagonal ${diagonal}, ${describe(size)}`,
    async run(engine) {
      const [x, y] = rowsOf(size);
      const scores = scoresOf(x, y, { kind: "inner" });
      const [result] = await engine.reduce(x, y, [{ kind: "topK", k, diagonal }]);
      const kept = Math.min(k, y.rows - (diagonal === "exclude" ? 1 : 0));
      const best = Array.from({ length: x.rows }, (_, i) =>
        row(scores, i, y.rows)
          .map((value, j) => ({ value, j }))
          .filter(({ j }) => diagonal === "include" || i !== j)
          .sort((a, b) => b.value - a.value || a.j - b.j)
          .slice(0, kept),
      ).flat();
      expectTrue(`k = ${kept}, got ${result.k}`, result.k === kept);
      expectSame(
        "values",
        result.values,
        best.map(({ value }) => value),
      );
      expectSame(
        "indices",
        result.indices,
        best.map(({ j }) => j),
      );
    },
  };
}

function countCase(size: Size, value: PairValue, diagonal: Diagonal): EngineCase {
  return {
    name: `histogram and collect: ${value.kind}, values on edges, diagonal ${diagonal}, ${describe(size)}`,
    async run(engine) {
      const [x, y] = rowsOf(size);
      const scores = scoresOf(x, y, value);
      const values = pairsOf(x.rows, y.rows, diagonal).map(([, , at]) => scores[at]!);
      const [low, high, bins] = [-2, 5, 21];
      const edges = histogramEdges(low, high, bins);
      const limit = Math.max(1, values.length);
      const [histogram, collected] = await engine.reduce(x, y, [
        { kind: "histogram", value, diagonal, low, high, bins },
        { kind: "collect", value, diagonal, low: edges[6]!, high: edges[12]!, limit },
      ]);
      const within = (a: number, b: number): number[] => values.filter((v) => v >= a && v < b).sort((p, q) => p - q);
      const counts = Array.from({ length: bins }, (_, b) => within(edges[b]!, edges[b + 1]!).length);
      const { below, above, pairs } = histogram;
      const outside = [values.filter((v) => v < low).length, values.filter((v) => v >= high).length];
      expectSame("counts", histogram.counts, counts);
      expectSame("below, above, pairs", [below, above, pairs], [...outside, values.length]);
      expectSame("collected", collected.values.slice().sort(), within(edges[6]!, edges[12]!));
    },
  };
}

function groupedCountCase(size: Size): EngineCase {
  return {
    name: `histogram: pairs of one group left out, ${describe(size)}`,
    async run(engine) {
      const [x, y] = rowsOf(size);
      const diagonal = { rows: integers("groups", x.rows, 3), columns: integers("column groups", y.rows, 3) };
      const value = { kind: "inner" } as const;
      const scores = scoresOf(x, y, value);
      const values = pairsOf(x.rows, y.rows, diagonal).map(([, , at]) => scores[at]!);
      const [low, high, bins] = [-2, 5, 7];
      const [{ counts, below, above, pairs }] = await engine.reduce(x, y, [
        { kind: "histogram", value, diagonal, low, high, bins },
      ]);
      const within = (from: number, to: number): number => values.filter((v) => v >= from && v < to).length;
      expectSame(
        "counts",
        counts,
        Array.from({ length: bins }, (_, b) => within(low + b, low + b + 1)),
      );
      const outside = [within(Number.NEGATIVE_INFINITY, low), within(high, Number.POSITIVE_INFINITY)];
      expectSame("below, above, pairs", [below, above, pairs], [...outside, values.length]);
    },
  };
}

function scoresOf(x: RowMatrix, y: RowMatrix, value: PairValue): Float64Array {
  return pairValues(x, y, value, 0).value;
}

function row(scores: Float64Array, i: number, m: number): number[] {
  return [...scores.subarray(i * m, (i + 1) * m)];
}

function rowsOf({ n, m, d }: Size): [RowMatrix, RowMatrix] {
  return [integerRows("discrete x", n, d), integerRows("discrete y", m, d)];
}

function describe({ n, m, d }: Size): string {
  return `${n} × ${m} rows of ${d}`;
}
