// What holds for every engine beside the numbers: edge cases, sources, errors, progress, cancellation.

import { type InputErrorCode, isInputError, type Progress } from "@nce-geometry/tensor";
import type { PairwiseEngine, Reduction } from "../engine.ts";
import { asRowSource, matrixOf, rowMatrix } from "../rows/row-matrix.ts";
import {
  type EngineCase,
  expectNear,
  expectRejection,
  expectSame,
  expectTrue,
  unitRoundoff,
} from "./conformance-case.ts";
import { normalRows } from "./inputs.ts";

const EVERYTHING = [
  { kind: "logSumExp", critic: { kind: "rbf", scale: 2 }, temperature: 0.3 },
  { kind: "sum", value: { kind: "distance" }, diagonal: "exclude" },
  { kind: "rank" },
  { kind: "topK", k: 4, diagonal: "exclude" },
  { kind: "histogram", value: { kind: "inner" }, low: -3, high: 3, bins: 12 },
] as const satisfies readonly Reduction[];

/** What must not be mistaken for one another in one sweep. */
const ALIKE = [
  { kind: "logSumExp", critic: { kind: "rbf", scale: 1 }, temperature: 0.3 },
  { kind: "logSumExp", critic: { kind: "rbf", scale: 1 }, temperature: 0.6 },
  { kind: "logSumExp", critic: { kind: "cosine" }, temperature: 0.3 },
  { kind: "sum", value: { kind: "gaussian", bandwidth: 1 } },
  { kind: "sum", value: { kind: "gaussian", bandwidth: 2 } },
  { kind: "sum", value: { kind: "squaredDistance" } },
  { kind: "sum", value: { kind: "distance" } },
  { kind: "sum", value: { kind: "mapped", of: "inner", map: { kind: "softplus" }, scale: 1 } },
  { kind: "sum", value: { kind: "mapped", of: "inner", map: { kind: "softplus" }, scale: 2 } },
  { kind: "sum", value: { kind: "mapped", of: "inner", map: { kind: "softplus" }, scale: 1, offset: 1 } },
  { kind: "sum", value: { kind: "mapped", of: "inner", map: { kind: "sigmoid" }, scale: 1 } },
  { kind: "sum", value: { kind: "mapped", of: "squaredDistance", map: { kind: "power", exponent: 2 }, scale: 1 } },
  { kind: "sum", value: { kind: "mapped", of: "squaredDistance", map: { kind: "power", exponent: 3 }, scale: 1 } },
] as const satisfies readonly Reduction[];

export function contractCases(): EngineCase[] {
  return [
    { name: "one sweep gives what separate sweeps give", run: checkOneSweep },
    { name: "a source gives what its matrix gives", run: checkSource },
    { name: "the same call gives the same bits", run: checkDeterminism },
    { name: "equal rows are at distance exactly 0", run: checkZeroDistance },
    { name: "equal rows do not pull at one another, whatever the slope at distance 0", run: checkNoPull },
    { name: "distances of near-duplicates keep their relative accuracy", run: checkNearDuplicates },
    { name: "empty sets: log-sum-exp −∞, sum 0, no neighbours", run: checkEmpty },
    { name: "NaN propagates through log-sum-exps and sums", run: checkPropagation },
    { name: "NaN is refused where scores are compared, naming the first row", run: checkRefusal },
    { name: "bad arguments are refused in the common words", run: checkMessages },
    { name: "collect stops at its limit", run: checkLimit },
    { name: "progress ends at all pairs", run: checkProgress },
    { name: "an aborted signal rejects with its reason", run: checkAbort },
  ];
}

async function checkOneSweep(engine: PairwiseEngine): Promise<void> {
  const [x, y] = [normalRows("contract x", 40, 7), normalRows("contract y", 50, 7)];
  const reductions = [...EVERYTHING, ...ALIKE];
  const together = await engine.reduce(x, y, reductions);
  for (const [index, reduction] of reductions.entries()) {
    const [alone] = await engine.reduce(x, y, [reduction]);
    expectSameResult(reduction.kind, together[index]!, alone);
  }
}

async function checkSource(engine: PairwiseEngine): Promise<void> {
  const x = normalRows("contract x", 40, 7);
  const y = rowMatrix(Float32Array.from(normalRows("contract y", 50, 7).data), 50, 7);
  const fromMatrix = await engine.reduce(x, y, EVERYTHING);
  const fromSource = await engine.reduce(asRowSource(x), asRowSource(y), EVERYTHING);
  for (const [index, { kind }] of EVERYTHING.entries()) expectSameResult(kind, fromSource[index]!, fromMatrix[index]!);
}

async function checkDeterminism(engine: PairwiseEngine): Promise<void> {
  const [x, y] = [normalRows("contract x", 150, 7), normalRows("contract y", 140, 7)];
  const reductions = EVERYTHING.filter(({ kind }) => kind !== "rank");
  const first = await engine.reduce(x, y, reductions);
  const second = await engine.reduce(x, y, reductions);
  for (const [index, { kind }] of reductions.entries()) expectSameResult(kind, second[index]!, first[index]!);
}

async function checkZeroDistance(engine: PairwiseEngine): Promise<void> {
  const x = normalRows("duplicates", 30, 9);
  const far = rowMatrix(
    Float64Array.from(x.data, (v) => Math.fround(1000 + v)),
    30,
    9,
  );
  for (const rows of [x, far]) {
    const value = { kind: "squaredDistance" } as const;
    const limit = 900;
    const zero = { kind: "collect", value, low: 0, high: Number.MIN_VALUE, limit } as const;
    const [within, equal] = await engine.reduce(rows, rows, [{ kind: "sum", value, diagonal: "exclude" }, zero]);
    const [whole] = await engine.reduce(rows, rows, [{ kind: "sum", value }]);
    expectTrue(`30 distances are 0, got ${equal.values.length}`, equal.values.length === 30);
    expectNear("total with self pairs", [whole.total], [within.total], [2 ** -40 * within.total]);
  }
}

async function checkNoPull(engine: PairwiseEngine): Promise<void> {
  const x = normalRows("duplicates", 12, 5);
  const rowWeights = new Float64Array(12).fill(1);
  const power = (exponent: number) =>
    ({ kind: "mapped", of: "squaredDistance", map: { kind: "power", exponent }, scale: 1 }) as const;
  for (const value of [{ kind: "distance" } as const, power(0.25), power(-1), power(1.5)]) {
    const all = await engine.gradient(x, x, { value, rowWeights });
    const apart = await engine.gradient(x, x, { value, rowWeights, diagonal: "exclude" });
    expectSame("x", all.x, apart.x);
    expectSame("y", all.y, apart.y);
  }
  const [infinite] = await engine.reduce(x, x, [{ kind: "sum", value: power(-1) }]);
  expectSame("a negative power of distance 0", infinite.rows, new Float64Array(12).fill(Infinity));
}

async function checkNearDuplicates(engine: PairwiseEngine): Promise<void> {
  const u = unitRoundoff(engine);
  // Rows that differ by 2^-30 (2^-12 in float32) in each coordinate, exactly: D = d·step².
  const [step, grid] = engine.precision === "float64" ? [2 ** -30, 2 ** -40] : [2 ** -12, 2 ** -16];
  const [n, d] = [20, 32];
  const x = rowMatrix(
    normalRows("near", n, d).data.map((v) => 0.5 + Math.round(Math.abs(v) / 16 / grid) * grid),
    n,
    d,
  );
  const y = rowMatrix(
    x.data.map((v) => v + step),
    n,
    d,
  );
  for (let i = 0; i < n; i++) {
    const [a, b] = [x, y].map((rows) => rowMatrix(rows.data.slice(i * d, (i + 1) * d), 1, d));
    const [result] = await engine.reduce(a!, b!, [{ kind: "sum", value: { kind: "squaredDistance" } }]);
    expectNear(`row ${i}`, [result.total], [d * step ** 2], [(d + 2) * u * d * step ** 2]);
  }
}

async function checkEmpty(engine: PairwiseEngine): Promise<void> {
  const none = rowMatrix(new Float64Array(0), 0, 7);
  const some = normalRows("contract x", 3, 7);
  const value = { kind: "distance" } as const;
  const reductions = [
    { kind: "logSumExp", critic: { kind: "cosine" }, temperature: 1 },
    { kind: "sum", value },
    { kind: "topK", k: 5 },
    { kind: "histogram", value, low: 0, high: 1, bins: 2 },
  ] as const;
  for (const [x, y] of [
    [none, some],
    [some, none],
    [none, none],
  ] as const) {
    const [sums, total, top, histogram] = await engine.reduce(x, y, reductions);
    expectSame("log-sum-exps of rows", sums.rows, new Float64Array(x.rows).fill(-Infinity));
    expectSame("log-sum-exps of columns", sums.columns, new Float64Array(y.rows).fill(-Infinity));
    expectSame("sums", [...total.rows, ...total.columns], new Float64Array(x.rows + y.rows));
    expectSame("total, pairs", [total.total, total.pairs], [0, 0]);
    expectSame("neighbours", top.values, []);
    expectSame("counts", [...histogram.counts, histogram.pairs], [0, 0, 0]);
  }
  const [alone] = await engine.reduce(matrixOf([[1, 2]]), matrixOf([[3, 4]]), [
    { kind: "logSumExp", critic: { kind: "cosine" }, temperature: 1, diagonal: "exclude" },
  ]);
  expectSame("a single excluded pair", [...alone.rows, ...alone.columns], [-Infinity, -Infinity]);
}

async function checkPropagation(engine: PairwiseEngine): Promise<void> {
  const x = matrixOf([
    [1, 0],
    [Number.NaN, 0],
    [0, 1],
  ]);
  const y = matrixOf([
    [1, 1],
    [2, 0],
  ]);
  const [sums, total] = await engine.reduce(x, y, [
    { kind: "logSumExp", critic: { kind: "cosine" }, temperature: 1 },
    { kind: "sum", value: { kind: "distance" } },
  ]);
  for (const { rows, columns } of [sums, total]) {
    expectSame("rows that are NaN", Array.from(rows, Number.isNaN).map(Number), [0, 1, 0]);
    expectSame("columns that are NaN", Array.from(columns, Number.isNaN).map(Number), [1, 1]);
  }
  expectSame("total", [total.total], [Number.NaN]);
}

async function checkRefusal(engine: PairwiseEngine): Promise<void> {
  const good = normalRows("contract x", 9, 2);
  const bad = rowMatrix(good.data.slice(), 9, 2);
  bad.data[2 * 5] = Number.NaN;
  bad.data[2 * 7] = Number.POSITIVE_INFINITY;
  const value = { kind: "inner" } as const;
  for (const reduction of [
    { kind: "rank" },
    { kind: "topK", k: 1 },
    { kind: "histogram", value, low: 0, high: 1, bins: 1 },
    { kind: "collect", value, low: 0, high: 1, limit: 100 },
  ] as const) {
    await expectRefusal(
      reduction.kind,
      engine.reduce(bad, good, [reduction]),
      "E_NOT_FINITE",
      /reduce: `x` .* row 5\./,
    );
    await expectRefusal(
      reduction.kind,
      engine.reduce(good, bad, [reduction]),
      "E_NOT_FINITE",
      /reduce: `y` .* row 5\./,
    );
  }
}

async function checkMessages(engine: PairwiseEngine): Promise<void> {
  const x = normalRows("contract x", 3, 2);
  const cold = { critic: { kind: "cosine" }, temperature: 0 } as const;
  const wide = normalRows("contract x", 3, 4);
  const short = { rows: 3, dim: 2, data: new Float64Array(5) };
  const reduced = (...[a, b, reduction]: [typeof x, typeof x, Reduction]): Promise<unknown> =>
    engine.reduce(a, b, [reduction]);
  const zero = { kind: "logSumExp", ...cold } as const;
  await expectRefusal(
    "τ = 0",
    reduced(x, x, zero),
    "E_OPTION",
    /^reduce: `reductions\[0\]\.temperature` must be a finite number > 0, got 0\./,
  );
  await expectRefusal(
    "τ = 0",
    engine.gradient(x, x, cold),
    "E_OPTION",
    /^gradient: `weights\.temperature` must be a finite number > 0, got 0\./,
  );
  await expectRefusal(
    "k = 0",
    reduced(x, x, { kind: "topK", k: 0 }),
    "E_OPTION",
    /`reductions\[0\]\.k` must be a whole number ≥ 1, got 0\./,
  );
  await expectRefusal(
    "dimensions",
    reduced(x, wide, { kind: "rank" }),
    "E_SHAPE",
    /`y` must be of the dimension of `x`, 2, got 4\./,
  );
  await expectRefusal(
    "data",
    reduced(short, x, { kind: "rank" }),
    "E_SHAPE",
    /`x\.data` must be of length rows·dim = 3·2 = 6, got 5\./,
  );
}

async function checkLimit(engine: PairwiseEngine): Promise<void> {
  const x = normalRows("contract x", 9, 2);
  const collect = { kind: "collect", value: { kind: "inner" }, low: -Infinity, high: Infinity } as const;
  const [all] = await engine.reduce(x, x, [{ ...collect, limit: 81 }]);
  expectTrue(`81 values, got ${all.values.length}`, all.values.length === 81);
  const tooMany = engine.reduce(x, x, [{ kind: "rank" }, { ...collect, limit: 80 }]);
  await expectRefusal(
    "limit",
    tooMany,
    "E_OPTION",
    /`reductions\[1\]\.limit` must be at least the number of pair values/,
  );
}

async function checkProgress(engine: PairwiseEngine): Promise<void> {
  const [x, y] = [normalRows("contract x", 40, 7), normalRows("contract y", 50, 7)];
  const seen: Progress[] = [];
  await engine.reduce(x, y, [{ kind: "rank" }], { onProgress: (progress) => seen.push(progress) });
  expectTrue("progress is reported", seen.length > 0);
  const done = seen.map((progress) => progress.done);
  expectTrue(
    "it never goes back",
    done.every((value, i) => i === 0 || value >= done[i - 1]!),
  );
  expectSame("last report", [done.at(-1)!, seen.at(-1)!.total], [2000, 2000]);
}

async function checkAbort(engine: PairwiseEngine): Promise<void> {
  const x = normalRows("contract x", 40, 7);
  const reason = new Error("stopped by the caller");
  const signal = { aborted: true, reason };
  const reduced = await expectRejection("reduce", engine.reduce(x, x, [{ kind: "rank" }], { signal }));
  const weights = { critic: { kind: "cosine" }, temperature: 1 } as const;
  const moved = await expectRejection("gradient", engine.gradient(x, x, weights, { signal }));
  expectTrue("the reason is the signal's", reduced === reason && moved === reason);
}

async function expectRefusal(
  what: string,
  promise: Promise<unknown>,
  code: InputErrorCode,
  message: RegExp,
): Promise<void> {
  const error = await expectRejection(what, promise);
  if (!isInputError(error)) throw error;
  expectTrue(`${what}: code ${code}, got ${error.code}`, error.code === code);
  expectTrue(`${what}: message like ${message}, got ${error.message}`, message.test(error.message));
}

/** Field by field: numbers, or arrays of numbers. */
function expectSameResult(what: string, actual: object, expected: object): void {
  const fields = Object.entries(expected) as [string, number | ArrayLike<number>][];
  for (const [name, value] of fields) {
    const other = (actual as Record<string, number | ArrayLike<number>>)[name]!;
    if (typeof value === "number") expectSame(`${what}.${name}`, [other as number], [value]);
    else expectSame(`${what}.${name}`, other as ArrayLike<number>, value);
  }
}
