import {
  type CancelSignal,
  createRandom,
  isInputError,
  type Progress,
  type RowMatrix,
  type RowSource,
} from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { engineConformance } from "./conformance/index.ts";
import type { PairValue } from "./engine.ts";
import { referenceEngine } from "./reference-engine.ts";
import { asRowSource, matrixOf, rowMatrix } from "./rows/row-matrix.ts";

const EPSILON = 2 ** -52;
const random = createRandom("reference engine");
const engine = referenceEngine();

describe("conformance", () => {
  for (const { name, run } of engineConformance(() => engine)) test(name, run);
});

describe("conformance, in tiles of 5 rows", () => {
  const cases = engineConformance(() => referenceEngine({ tileRows: 5 }));
  // They cut the small sizes raggedly; the largest is there for the tiles of the default.
  for (const { name, run } of cases.filter(({ name }) => !name.includes("150 × 133"))) test(name, run);
});

describe("the size of the tiles", () => {
  const x = normalRows("x", 33, 6);
  const y = normalRows("y", 41, 6);
  // Duplicates, so that there are ties across tiles.
  y.data.set(y.data.subarray(0, 6 * 6), 30 * 6);
  const value = { kind: "inner" } as const;
  const reductions = [
    { kind: "rank" },
    { kind: "topK", k: 12, diagonal: "exclude" },
    { kind: "histogram", value, low: -4, high: 4, bins: 37 },
    { kind: "sum", value, diagonal: "exclude" },
    { kind: "logSumExp", critic: { kind: "rbf", scale: 3 }, temperature: 0.1 },
  ] as const;
  const weights = {
    critic: { kind: "cosine" },
    temperature: 1,
    rowWeights: { coefficient: new Float64Array(33).fill(1), logNormalizer: new Float64Array(33) },
  } as const;

  test.each([1, 2, 3, 5, 8, 40])(
    "%i rows: ranks, neighbours and counts are the same, sums to rounding",
    async (tileRows) => {
      const [rank, topK, histogram, sum, logSumExp] = await engine.reduce(x, y, reductions);
      const other = await referenceEngine({ tileRows }).reduce(x, y, reductions);
      expect(other.slice(0, 3)).toEqual([rank, topK, histogram]);
      expect(rank.equal.some((count) => count > 0)).toBe(true);
      // At most m roundings of Σ|s| ≤ Σ‖x_i‖‖y_j‖ on each side, and of a log-sum-exp of m terms ≥ its maximum.
      const scale = Math.max(...norms(x)) * norms(y).reduce((a, b) => a + b, 0);
      expectAllClose(other[3].rows, sum.rows, { ulps: 41, epsilon: EPSILON, scale });
      expectAllClose(other[3].columns, sum.columns, { ulps: 41, epsilon: EPSILON, scale });
      expectAllClose(other[4].rows, logSumExp.rows, { ulps: 41 + 4, epsilon: EPSILON, scale: 1 });
      expectAllClose(other[4].columns, logSumExp.columns, { ulps: 41 + 4, epsilon: EPSILON, scale: 1 });
    },
  );

  test.each([1, 3, 8])("%i rows: gradients to rounding", async (tileRows) => {
    const expected = await engine.gradient(x, y, weights);
    const other = await referenceEngine({ tileRows }).gradient(x, y, weights);
    const scale = Math.max(...expected.x.map(Math.abs), ...expected.y.map(Math.abs)) * 41;
    expectAllClose(other.x, expected.x, { ulps: 41, epsilon: EPSILON, scale });
    expectAllClose(other.y, expected.y, { ulps: 41, epsilon: EPSILON, scale });
  });
});

describe("closed forms", () => {
  test.each([1, 2, 300])("%i equal rows: log-sum-exp s/τ + log n, all tied, no distance", async (n) => {
    const row = [0.6, 0.8, 0];
    const x = matrixOf(Array.from({ length: n }, () => row));
    const temperature = 0.05;
    const [sums, rank, distances] = await engine.reduce(x, x, [
      { kind: "logSumExp", critic: { kind: "cosine" }, temperature },
      { kind: "rank" },
      { kind: "sum", value: { kind: "distance" } },
    ]);
    // ⟨x, x⟩ = 1 to 3 roundings, times 1/τ; a sum of n ones is exact.
    const expected = new Float64Array(n).fill(1 / temperature + Math.log(n));
    expectAllClose(sums.rows, expected, { ulps: 6, epsilon: EPSILON });
    expectAllClose(sums.columns, expected, { ulps: 6, epsilon: EPSILON });
    expect(rank.greater.every((count) => count === 0) && rank.equal.every((count) => count === n - 1)).toBe(true);
    expect(distances.total).toBe(0);
  });

  test.each([0.05, 1, 100])("orthonormal rows, τ = %d: log(e^{1/τ} + n − 1)", async (temperature) => {
    const n = 9;
    const [all, others] = await engine.reduce(identity(n), identity(n), [
      { kind: "logSumExp", critic: { kind: "cosine" }, temperature },
      { kind: "logSumExp", critic: { kind: "cosine" }, temperature, diagonal: "exclude" },
    ]);
    const expected = 1 / temperature + Math.log1p((n - 1) * Math.exp(-1 / temperature));
    expectAllClose(all.rows, new Float64Array(n).fill(expected), { ulps: 4, epsilon: EPSILON, scale: 1 / temperature });
    expectAllClose(others.columns, new Float64Array(n).fill(Math.log(n - 1)), { ulps: 2, epsilon: EPSILON });
  });

  test("orthonormal rows: distances √2, gaussian e^{−1/h²}, V and U sums", async () => {
    const n = 9;
    const sums = (value: PairValue) =>
      engine.reduce(identity(n), identity(n), [
        { kind: "sum", value },
        { kind: "sum", value, diagonal: "exclude" },
      ]);
    const [squaredV, squaredU] = await sums({ kind: "squaredDistance" });
    expect([squaredV.total, squaredV.pairs, squaredU.total, squaredU.pairs]).toEqual([144, 81, 144, 72]);
    const [distanceV] = await sums({ kind: "distance" });
    expectClose(distanceV.total, 72 * Math.SQRT2, { ulps: 72, epsilon: EPSILON });
    const [gaussianV, gaussianU] = await sums({ kind: "gaussian", bandwidth: 0.5 });
    expectClose(gaussianV.total, 9 + 72 * Math.exp(-4), { ulps: 81, epsilon: EPSILON });
    expectClose(gaussianU.total, 72 * Math.exp(-4), { ulps: 72, epsilon: EPSILON });
  });

  test("a regular simplex: every pair at the same distance and rank, rbf log-sum-exp by hand", async () => {
    // n rows with inner products −1/(n − 1): centred unit vectors, scaled; D = 2n/(n − 1).
    const n = 6;
    const rows = Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (_, k) => ((i === k ? 1 : 0) - 1 / n) * Math.sqrt(n / (n - 1))),
    );
    const [scale, temperature] = [0.4, 0.3];
    const [logs, distances] = await engine.reduce(matrixOf(rows), matrixOf(rows), [
      { kind: "logSumExp", critic: { kind: "rbf", scale }, temperature },
      { kind: "sum", value: { kind: "squaredDistance" } },
    ]);
    const squared = (2 * n) / (n - 1);
    const expected = Math.log1p((n - 1) * Math.exp((-scale * squared) / temperature));
    // Entries and D carry some 2(n + 2) roundings, which e^{−cD/τ} multiplies by cD/τ ≈ 3.
    expectAllClose(logs.rows, new Float64Array(n).fill(expected), { ulps: 64, epsilon: EPSILON });
    expectClose(distances.total, n * (n - 1) * squared, { ulps: 64, epsilon: EPSILON });
  });

  test("sums across tiles carry what they round off", async () => {
    // 1 and a thousand numbers too small to change it one by one.
    const y = matrixOf([[1], ...Array.from({ length: 1000 }, () => [2 ** -54])]);
    const value = { kind: "inner" } as const;
    const small = referenceEngine({ tileRows: 1 });
    const [forth] = await small.reduce(matrixOf([[1]]), y, [{ kind: "sum", value }]);
    const [back] = await small.reduce(y, matrixOf([[1]]), [{ kind: "sum", value }]);
    expect([forth.rows[0], back.columns[0], back.total]).toEqual(new Array(3).fill(1 + 1000 * 2 ** -54));
  });

  test("an infinite term makes its sums infinite, not NaN", async () => {
    const y = matrixOf([[1], [Number.POSITIVE_INFINITY], [2]]);
    const [sum] = await referenceEngine({ tileRows: 1 }).reduce(matrixOf([[1]]), y, [
      { kind: "sum", value: { kind: "inner" } },
    ]);
    expect([...sum.rows, ...sum.columns, sum.total]).toEqual([Infinity, 1, Infinity, 2, Infinity]);
  });

  test("the diagonal of unequal sets is i = j < min(n, m)", async () => {
    const [x, y] = [matrixOf([[1], [2], [4]]), matrixOf([[1], [10]])];
    const value = { kind: "inner" } as const;
    for (const [a, b] of [
      [x, y],
      [y, x],
    ] as const) {
      const [sum] = await engine.reduce(a, b, [{ kind: "sum", value, diagonal: "exclude" }]);
      expect([sum.total, sum.pairs]).toEqual([77 - 1 - 20, 4]);
    }
  });

  test("one score in a thousand nats of spread neither overflows nor is lost", async () => {
    const [logs] = await engine.reduce(matrixOf([[1]]), matrixOf([[-1000], [-1000], [-3000]]), [
      { kind: "logSumExp", critic: { kind: "cosine" }, temperature: 1 },
    ]);
    expectClose(logs.rows[0]!, -1000 + Math.LN2, { ulps: 1, epsilon: EPSILON });
    expect([...logs.columns]).toEqual([-1000, -1000, -3000]);
  });

  test("an infinite score gives ∞, whatever came before or comes after", async () => {
    const y = matrixOf([[-1e9], [Number.POSITIVE_INFINITY], [5]]);
    for (const tileRows of [1, 8]) {
      const [logs] = await referenceEngine({ tileRows }).reduce(matrixOf([[1], [-1]]), y, [
        { kind: "logSumExp", critic: { kind: "cosine" }, temperature: 1e-3 },
      ]);
      expect([...logs.rows]).toEqual([Number.POSITIVE_INFINITY, 1e12]);
    }
  });
});

describe("sources and control", () => {
  test("a source is never asked for more than tileRows rows, and a turning point is read once", async () => {
    const [x, y] = [normalRows("x", 23, 3), normalRows("y", 17, 3)];
    const readings = { x: recording(x), y: recording(y) };
    const tileRows = 5;
    await referenceEngine({ tileRows }).reduce(readings.x.source, readings.y.source, [
      { kind: "sum", value: { kind: "inner" } },
    ]);
    expect(Math.max(...readings.x.counts, ...readings.y.counts)).toBe(tileRows);
    expect(readings.x.counts).toEqual([5, 5, 5, 5, 3]);
    // 5 stripes of 4 blocks, less one block at each of the 4 turns.
    expect(readings.y.counts.length).toBe(5 * 4 - 4);
  });

  test("progress counts pairs, tile by tile", async () => {
    const seen: Progress[] = [];
    const [x, y] = [normalRows("x", 3, 2), normalRows("y", 4, 2)];
    await referenceEngine({ tileRows: 2 }).reduce(x, y, [{ kind: "rank" }], { onProgress: (p) => seen.push(p) });
    expect(seen.map(({ done }) => done)).toEqual([4, 8, 10, 12]);
    expect(seen[0]).toEqual({ done: 4, total: 12, label: "pairs" });
  });

  test("an abort stops the sweep before the next tile, and timers run in the meantime", async () => {
    const [x, y] = [normalRows("x", 700, 400), normalRows("y", 700, 400)];
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")), 0);
    let done = 0;
    const promise = engine.reduce(x, y, [{ kind: "rank" }], {
      signal: controller.signal,
      onProgress: (progress) => {
        done = progress.done;
      },
    });
    await expect(promise).rejects.toThrow("enough");
    expect(done).toBeLessThan(700 * 700);
    expect(done).toBeGreaterThan(0);
  });

  test("aborted within a report: no further tile", async () => {
    const signal: { aborted: boolean; reason: unknown } & CancelSignal = { aborted: false, reason: "stop" };
    let reports = 0;
    const onProgress = () => {
      reports++;
      signal.aborted = true;
    };
    const weights = { critic: { kind: "cosine" }, temperature: 1 } as const;
    const rows = normalRows("x", 9, 2);
    const promise = referenceEngine({ tileRows: 2 }).gradient(rows, rows, weights, { signal, onProgress });
    await expect(promise).rejects.toBe("stop");
    expect(reports).toBe(1);
  });

  test("no reductions, no sweep", async () => {
    const { source, counts } = recording(normalRows("x", 3, 2));
    expect(await engine.reduce(source, source, [])).toEqual([]);
    expect(counts).toEqual([]);
  });
});

describe("refusals", () => {
  test("the first row without a finite norm is named, whatever the tiles; x before y", async () => {
    const [x, y] = [normalRows("x", 9, 2), normalRows("y", 9, 2)];
    x.data[2 * 7] = Number.NEGATIVE_INFINITY;
    y.data[2 * 3 + 1] = Number.NaN;
    for (const tileRows of [1, 2, 4, 128]) {
      await expect(
        referenceEngine({ tileRows }).reduce(asRowSource(x), asRowSource(y), [{ kind: "rank" }]),
      ).rejects.toThrow(
        withMessage(
          "reduce: `x` must be rows with finite squared norms, because ranks and counts compare scores, " +
            "got a NaN, infinite or overflowing row 7. Remove or repair the row first.",
        ),
      );
    }
    x.data[2 * 7] = 1e200;
    await expect(engine.reduce(x, x, [{ kind: "topK", k: 1 }])).rejects.toThrow(/overflowing row 7/);
  });

  test("a source that breaks its promise", async () => {
    const source: RowSource = { rows: 4, dim: 3, dtype: "float64", read: async () => new Float64Array(11) };
    await expect(engine.reduce(source, source, [{ kind: "sum", value: { kind: "inner" } }])).rejects.toThrow(
      withMessage("reduce: `x` must be a source whose read(0, 4) gives 12 numbers, got 11."),
    );
  });

  test("tileRows", () => {
    expect(() => referenceEngine({ tileRows: 0 })).toThrow(
      withMessage("referenceEngine: `tileRows` must be a whole number ≥ 1, got 0."),
    );
  });

  test("collect beyond its limit", async () => {
    const x = matrixOf([[1], [1]]);
    const collect = { kind: "collect", value: { kind: "inner" }, low: 0, high: 2, limit: 3 } as const;
    const error = await engine.reduce(x, x, [collect]).catch((reason: unknown) => reason);
    expect(isInputError(error) && error.message).toBe(
      "reduce: `reductions[0].limit` must be at least the number of pair values in [0, 2), got 3. Narrow the interval " +
        "(a histogram tells how many values each part of it holds) or raise the limit.",
    );
  });
});

describe("the gradient", () => {
  test("two rows by hand", async () => {
    const [x, y] = [matrixOf([[1, 2]]), matrixOf([[3, -1]])];
    const rowWeights = { coefficient: Float64Array.of(0.5), logNormalizer: Float64Array.of(1) };
    const cosine = await engine.gradient(x, y, { critic: { kind: "cosine" }, temperature: 2, rowWeights });
    // ⟨x, y⟩ = 1: W = ½e^{1/2 − 1}.
    const w = 0.5 * Math.exp(-0.5);
    expectAllClose(cosine.x, [3 * w, -w], { ulps: 2, epsilon: EPSILON });
    expectAllClose(cosine.y, [w, 2 * w], { ulps: 2, epsilon: EPSILON });
    const rbf = await engine.gradient(x, y, { critic: { kind: "rbf", scale: 0.1 }, temperature: 2, rowWeights });
    // ‖x − y‖² = 13: W = ½e^{−1.3/2 − 1}, ∂s/∂x = 0.2(y − x) = 0.2(2, −3).
    const v = 0.5 * Math.exp(-0.65 - 1) * 0.2;
    expectAllClose(rbf.x, [2 * v, -3 * v], { ulps: 4, epsilon: EPSILON });
    expectAllClose(rbf.y, [-2 * v, 3 * v], { ulps: 4, epsilon: EPSILON });
  });

  test("a coefficient of 0 stays 0 where its exponential overflows", async () => {
    const rows = matrixOf([[1], [2]]);
    const rowWeights = { coefficient: Float64Array.of(0, 1), logNormalizer: Float64Array.of(-1e4, 0) };
    const result = await engine.gradient(rows, rows, { critic: { kind: "cosine" }, temperature: 1, rowWeights });
    expect([...result.x].every(Number.isFinite) && result.x[0]).toBe(0);
  });
});

function normalRows(label: string, rows: number, dim: number): RowMatrix {
  return rowMatrix(random.split(label).normal(rows * dim), rows, dim);
}

function identity(n: number): RowMatrix {
  return matrixOf(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, k) => (i === k ? 1 : 0))));
}

function norms({ rows, dim, data }: RowMatrix): number[] {
  return Array.from({ length: rows }, (_, i) => Math.hypot(...data.subarray(i * dim, (i + 1) * dim)));
}

function recording(matrix: RowMatrix): { readonly source: RowSource; readonly counts: number[] } {
  const inner = asRowSource(matrix);
  const counts: number[] = [];
  const read: RowSource["read"] = (start, count, out) => {
    counts.push(count);
    return inner.read(start, count, out);
  };
  return { source: { ...inner, read }, counts };
}

function withMessage(message: string): unknown {
  return expect.objectContaining({ name: "InputError", message });
}
