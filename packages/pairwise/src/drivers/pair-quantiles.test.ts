import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import type { Diagonal, PairValue } from "../engine.ts";
import { referenceEngine } from "../reference-engine.ts";
import { asRowSource, matrixOf, rowMatrix } from "../rows/row-matrix.ts";
import { pairQuantiles } from "./pair-quantiles.ts";

const engine = referenceEngine();
const PROBABILITIES = [0, 0.01, 0.25, 0.5, 0.77, 1];
const VALUES: readonly PairValue[] = [
  { kind: "inner" },
  { kind: "squaredDistance" },
  { kind: "distance" },
  { kind: "gaussian", bandwidth: 0.8 },
];

describe("bit by bit the quantiles of the sorted values", () => {
  const sets: Record<string, [RowMatrix, RowMatrix]> = {
    normal: [normalRows("x", 31, 4), normalRows("y", 29, 4)],
    "heavy ties": [integerRows("x", 40, 2), integerRows("y", 25, 2)],
    "one row against itself and others": [normalRows("x", 20, 3), normalRows("x", 20, 3)],
    "a cluster far from one outlier": [
      rowMatrix(
        normalRows("x", 30, 2).data.map((v, i) => (i < 2 ? 1e6 : v * 1e-6)),
        30,
        2,
      ),
      rowMatrix(
        normalRows("y", 30, 2).data.map((v) => v * 1e-6),
        30,
        2,
      ),
    ],
  };
  const cases = Object.keys(sets).flatMap((name) =>
    VALUES.flatMap((value) => (["include", "exclude"] as const).map((diagonal) => ({ name, value, diagonal }))),
  );
  test.each(cases)("$name, $value.kind, diagonal $diagonal", async ({ name, value, diagonal }) => {
    const [x, y] = sets[name]!;
    const sorted = await allValues(x, y, value, diagonal);
    // From bins so few that every route is taken, to enough to collect at once.
    for (const bins of [3, 16, 65536]) {
      const options = { value, probabilities: PROBABILITIES, diagonal, bins };
      const result = await pairQuantiles(engine, x, y, options);
      expect(result.pairs).toBe(sorted.length);
      expect(result.values).toEqual(PROBABILITIES.map((p) => linearQuantile(sorted, p)));
    }
  });
});

describe("limits", () => {
  test("the median of an even count is the mean of the middle two", async () => {
    const result = await pairQuantiles(engine, matrixOf([[1]]), matrixOf([[1], [2], [4], [100]]), {
      value: { kind: "inner" },
      probabilities: [0.5, 0.25, 1 / 3, 1],
    });
    expect(result.values).toEqual([3, 1.75, 2, 100]);
    expect(result.probabilities).toEqual([0.5, 0.25, 1 / 3, 1]);
  });

  test.each([0, 1e-100, 0.1, -3.7e8])(
    "more equal values (%d) than can be collected: a sweep for every 6 bits",
    async (size) => {
      const x = rowMatrix(new Float64Array(40).fill(1), 40, 1);
      const y = rowMatrix(new Float64Array(40).fill(size), 40, 1);
      const options = { value: { kind: "inner" }, probabilities: [0, 0.3, 1], bins: 64 } as const;
      const result = await pairQuantiles(engine, x, y, options);
      expect(result.values).toEqual([size, size, size]);
      // The first range is ±1.125·|size|, the last one spacing of doubles: 54 bits, and one sweep to see the end.
      expect(result.sweeps).toBeLessThanOrEqual(10);
    },
  );

  test("ties at 0 are settled in the first sweep", async () => {
    const x = matrixOf([...Array.from({ length: 30 }, () => [0]), [1], [2]]);
    const options = { value: { kind: "distance" }, diagonal: "exclude", bins: 16 } as const;
    const zeros = await pairQuantiles(engine, x, x, { ...options, probabilities: [0.2, 0.8] });
    expect([...zeros.values, zeros.sweeps]).toEqual([0, 0, 1]);
    const { values } = await pairQuantiles(engine, x, x, { ...options, probabilities: PROBABILITIES });
    const sorted = await allValues(x, x, options.value, "exclude");
    expect(values).toEqual(PROBABILITIES.map((p) => linearQuantile(sorted, p)));
  });

  test("orthogonal rows: every inner product exactly 0", async () => {
    const [x, y] = [
      matrixOf(Array.from({ length: 20 }, () => [1, 0])),
      matrixOf(Array.from({ length: 20 }, () => [0, 1])),
    ];
    const result = await pairQuantiles(engine, x, y, { value: { kind: "inner" }, probabilities: [0.5], bins: 8 });
    expect(result.values).toEqual([0]);
    const zero = rowMatrix(new Float64Array(40), 20, 2);
    expect((await pairQuantiles(engine, zero, y, { value: { kind: "inner" }, probabilities: [0.5] })).values).toEqual([
      0,
    ]);
  });

  test("two sweeps do for many pairs, never holding them; progress names the sweep", async () => {
    const [x, y] = [normalRows("x", 700, 3), normalRows("y", 500, 3)];
    const labels = new Set<string | undefined>();
    const result = await pairQuantiles(
      engine,
      asRowSource(x),
      asRowSource(y),
      { value: { kind: "distance" }, probabilities: [0.5], bins: 4096 },
      { onProgress: ({ label }) => labels.add(label) },
    );
    expect([result.sweeps, result.pairs]).toEqual([2, 350000]);
    expect([...labels]).toEqual(["pairs, sweep 1", "pairs, sweep 2"]);
    const sorted = await allValues(x, y, { kind: "distance" }, "include");
    expect(result.values).toEqual([linearQuantile(sorted, 0.5)]);
  });

  test("no probabilities, no sweep", async () => {
    const result = await pairQuantiles(engine, matrixOf([[1]]), matrixOf([[1]]), {
      value: { kind: "inner" },
      probabilities: [],
    });
    expect(result).toEqual({ probabilities: [], values: [], pairs: 1, sweeps: 0 });
  });
});

describe("refusals", () => {
  const one = matrixOf([[1]]);
  const value = { kind: "distance" } as const;
  test("no pair, bad probability, bad bins", async () => {
    await expect(pairQuantiles(engine, one, one, { value, probabilities: [0.5], diagonal: "exclude" })).rejects.toThrow(
      withMessage("pairQuantiles: `x, y` must be sets with at least one pair, got none from 1 and 1 rows."),
    );
    await expect(pairQuantiles(engine, one, one, { value, probabilities: [0.5, 50] })).rejects.toThrow(
      withMessage("pairQuantiles: `probabilities[1]` must be between 0 and 1, got 50."),
    );
    const mapped = { kind: "mapped", of: "inner", map: { kind: "softplus" }, scale: 1 } as const;
    await expect(pairQuantiles(engine, one, one, { value: mapped, probabilities: [0.5] })).rejects.toThrow(
      withMessage(
        'pairQuantiles: `value.kind` must be a pair value other than a mapped one, got "mapped". A monotone map carries quantiles along: ask for those of what it maps.',
      ),
    );
    await expect(pairQuantiles(engine, one, one, { value, probabilities: [0.5], bins: 1 })).rejects.toThrow(
      withMessage("pairQuantiles: `bins` must be a whole number ≥ 2, got 1."),
    );
  });

  test("the first row without a finite norm", async () => {
    const bad = matrixOf([[1], [2], [Number.NaN], [Number.NaN]]);
    await expect(pairQuantiles(engine, one, bad, { value, probabilities: [0.5] })).rejects.toThrow(
      withMessage(
        "pairQuantiles: `y` must be rows with finite squared norms, because ranks and counts compare scores, " +
          "got a NaN, infinite or overflowing row 2. Remove or repair the row first.",
      ),
    );
    const gaussian = { value: { kind: "gaussian", bandwidth: 1 }, probabilities: [0.5], bins: 2 } as const;
    await expect(pairQuantiles(engine, one, bad, gaussian)).rejects.toThrow(/`y` .* row 2/);
  });

  test("an abort", async () => {
    const signal = { aborted: true, reason: "stop" };
    await expect(pairQuantiles(engine, one, one, { value, probabilities: [0.5] }, { signal })).rejects.toBe("stop");
  });
});

async function allValues(x: RowMatrix, y: RowMatrix, value: PairValue, diagonal: Diagonal): Promise<Float64Array> {
  const everything = { low: -Infinity, high: Infinity, limit: x.rows * y.rows } as const;
  const [{ values }] = await engine.reduce(x, y, [{ kind: "collect", value, diagonal, ...everything }]);
  return values.sort();
}

function linearQuantile(sorted: Float64Array, p: number): number {
  const position = p * (sorted.length - 1);
  const [lower, upper] = [sorted[Math.floor(position)]!, sorted[Math.ceil(position)]!];
  const share = position - Math.floor(position);
  return share < 0.5 ? lower + (upper - lower) * share : upper - (upper - lower) * (1 - share);
}

function normalRows(label: string, rows: number, dim: number): RowMatrix {
  return rowMatrix(createRandom(label).normal(rows * dim), rows, dim);
}

function integerRows(label: string, rows: number, dim: number): RowMatrix {
  return rowMatrix(Float64Array.from(createRandom(label).integers(rows * dim, { low: -2, high: 3 })), rows, dim);
}

function withMessage(message: string): unknown {
  return expect.objectContaining({ name: "InputError", message });
}
