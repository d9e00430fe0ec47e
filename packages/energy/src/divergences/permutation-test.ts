// Whether two samples could be of one law: the statistic against what it gives when the labels of the rows are drawn anew. It needs
// no asymptotics, and is exact where the intervals of energy distance and discrepancy fail, at equal laws.

import {
  createRandom,
  InputError,
  type Random,
  type RowMatrix,
  type Rows,
  type RunControl,
  throwIfAborted,
  yieldToEventLoop,
} from "@nce-geometry/tensor";
import type { Estimate } from "../estimate.ts";
import { pooledRows } from "../rows/row-blocks.ts";
import { largestPool, type PairTriangle, pairTriangle } from "./pair-triangle.ts";
import { assertSamples, type SamplingOptions } from "./two-sample-options.ts";

/** What is compared: distances (energy distance), or a Gaussian kernel of given bandwidth (squared MMD). */
export type TestStatistic =
  | { readonly kind: "energyDistance" }
  | { readonly kind: "maximumMeanDiscrepancy"; readonly bandwidth: number };

export interface PermutationTestOptions extends SamplingOptions, RunControl {
  /** @defaultValue { kind: "energyDistance" } */
  readonly statistic?: TestStatistic;
  /** B, an integer ≥ 1; p-values are multiples of 1/(B + 1). @defaultValue 999 */
  readonly permutations?: number;
  /** Seed of the permutations. @defaultValue 0 */
  readonly seed?: number;
}

export interface PermutationTest {
  /** The unbiased form, or the paired form for pairs. */
  readonly statistic: Estimate;
  /** (1 + number of relabelled values at least as large)/(1 + B). */
  readonly pValue: number;
  readonly permutations: number;
  /** Mean and standard deviation of the relabelled values. */
  readonly nullMean: number;
  readonly nullDeviation: number;
}

/**
 * Permutation test of equal laws with the energy distance or the squared maximum mean discrepancy.
 *
 * Math:     p = (1 + #{b : T_b ≥ T})/(1 + B), T_b with n of the n + m rows drawn anew as the first sample; for pairs each pair keeps its
 *           rows and draws which of them is the first.
 * Shapes:   x [n, d], y [m, d] of unit rows → record.
 * Domain:   n, m ≥ 2; n + m ≤ 4096, since all pair values are held: draw rows from larger samples.
 * Limits:   equal laws → P(p ≤ α) ≤ α for every α;  x = y as sets → p near 1;  separated laws → 1/(B + 1).
 * Numerics: values that agree with T to rounding count as at least as large. O((n + m)²(d + B/8)).
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 * Source:   B. Phipson and G. K. Smyth, Stat. Appl. Genet. Mol. Biol. 9 (2010), for the p-value.
 */
export async function permutationTest(
  x: Rows,
  y: Rows,
  options: PermutationTestOptions = {},
): Promise<PermutationTest> {
  const where = "permutationTest";
  const { statistic = { kind: "energyDistance" }, permutations = 999, seed = 0 } = options;
  const { sampling = "independent", signal, onProgress } = options;
  assertOptions(where, statistic, permutations, seed);
  await assertSamples(where, x, y, { sampling, signal });
  assertPool(where, x.rows + y.rows);
  const pool = await pooledRows(x, y, { signal });
  const { form, sum } = await twoSampleForm(pool, x.rows, statistic, sampling, { signal });
  const observed = form(firstRows(x.rows));
  const random = createRandom(seed).split("permutations");
  const draw = () => (sampling === "paired" ? swapPairs(x.rows, random) : drawRows(x.rows, pool.rows, random));
  // Sums in another order differ by rounding; as many terms as there are pairs bound it generously.
  const tie = Number.EPSILON * sum;
  const values = new Float64Array(permutations);
  for (let b = 0; b < permutations; b++) {
    values[b] = form(draw());
    if (b % 32 !== 31) continue;
    await yieldToEventLoop();
    throwIfAborted(signal);
    onProgress?.({ done: b + 1, total: permutations, label: "permutations" });
  }
  return summary(observed, values, tie, {
    samples: sampling === "paired" ? x.rows : pool.rows,
    unit: statistic.kind === "energyDistance" ? "chord" : "1",
    method: methodOf(statistic, sampling),
  });
}

function summary(
  observed: number,
  values: Float64Array,
  tie: number,
  facts: Pick<Estimate, "samples" | "unit" | "method">,
): PermutationTest {
  const permutations = values.length;
  const larger = values.reduce((count, value) => count + (value >= observed - tie ? 1 : 0), 0);
  const pValue = (1 + larger) / (1 + permutations);
  const nullMean = values.reduce((total, value) => total + value, 0) / permutations;
  const squares = values.reduce((total, value) => total + (value - nullMean) ** 2, 0);
  const notes =
    pValue > 0.05 ? [`Relabelled rows give as much with p = ${pValue.toPrecision(3)}: the laws may be equal.`] : [];
  return {
    statistic: { value: observed, ...facts, ...(notes.length > 0 && { notes }) },
    pValue,
    permutations,
    nullMean,
    nullDeviation: Math.sqrt(squares / Math.max(1, permutations - 1)),
  };
}

/** The statistic as a function of which rows of the pool are the first sample, and the sum of the sizes of its terms. */
async function twoSampleForm(
  pool: RowMatrix,
  n: number,
  statistic: TestStatistic,
  sampling: "independent" | "paired",
  control: RunControl,
): Promise<{ readonly form: (selected: Int32Array) => number; readonly sum: number }> {
  const triangle = await pairTriangle(pool, pairFunction(statistic), control);
  const sign = statistic.kind === "energyDistance" ? 1 : -1;
  const m = pool.rows - n;
  const matched = sampling === "paired" ? matchedSum(triangle, n) : undefined;
  const form = (selected: Int32Array) => {
    const within = sumWithin(triangle, selected);
    const across = selected.reduce((sum, i) => sum + triangle.rowSums[i]!, 0) - 2 * within;
    const others = triangle.total - within - across;
    const meanAcross = matched === undefined ? across / (n * m) : (across - matched) / (n * (n - 1));
    return sign * (2 * meanAcross - (2 * within) / (n * (n - 1)) - (2 * others) / (m * (m - 1)));
  };
  // Relative to totals of N² terms, divided by about as many.
  return { form, sum: (64 * Math.abs(triangle.total)) / Math.min(n, m) ** 2 };
}

function pairFunction(statistic: TestStatistic): (squaredDistance: number) => number {
  if (statistic.kind === "energyDistance") return Math.sqrt;
  const scale = 2 * statistic.bandwidth ** 2;
  return (squaredDistance) => Math.exp(-squaredDistance / scale);
}

/** Σ over i < j both selected; `selected` ascending. */
function sumWithin({ rowStart, values }: PairTriangle, selected: Int32Array): number {
  let sum = 0;
  for (let a = 1; a < selected.length; a++) {
    const start = rowStart(selected[a]!);
    for (let b = 0; b < a; b++) sum += values[start + selected[b]!]!;
  }
  return sum;
}

function matchedSum({ rowStart, values }: PairTriangle, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[rowStart(n + i) + i]!;
  return sum;
}

function firstRows(n: number): Int32Array {
  return new Int32Array(n).map((_, i) => i);
}

function drawRows(n: number, total: number, random: Random): Int32Array {
  return random.permutation(total).subarray(0, n).toSorted();
}

function swapPairs(n: number, random: Random): Int32Array {
  return random
    .integers(n, { high: 2 })
    .map((swap, i) => i + swap * n)
    .sort();
}

function methodOf(statistic: TestStatistic, sampling: string): string {
  const form = sampling === "paired" ? "paired, swapped pairs" : "U, permuted rows";
  if (statistic.kind === "energyDistance") return `energy distance, ${form}`;
  return `MMD² bandwidth=${Number(statistic.bandwidth.toPrecision(4))}, ${form}`;
}

function assertPool(where: string, rows: number): void {
  if (rows <= largestPool) return;
  const expected = `at most ${largestPool} rows together`;
  const hint = "All pair values are held in memory: draw rows from both samples.";
  throw new InputError({ code: "E_SHAPE", where, argument: "x, y", expected, received: String(rows), hint });
}

function assertOptions(where: string, statistic: TestStatistic, permutations: number, seed: number): void {
  const refuse = (argument: string, expected: string, received: unknown) => {
    throw new InputError({ code: "E_OPTION", where, argument, expected, received: String(received) });
  };
  if (statistic.kind === "maximumMeanDiscrepancy") {
    const { bandwidth } = statistic;
    if (!(bandwidth > 0 && Number.isFinite(bandwidth))) refuse("statistic.bandwidth", "a finite number > 0", bandwidth);
  } else if (statistic.kind !== "energyDistance") {
    refuse("statistic.kind", '"energyDistance" or "maximumMeanDiscrepancy"', (statistic as TestStatistic).kind);
  }
  if (!Number.isSafeInteger(permutations) || permutations < 1) refuse("permutations", "an integer ≥ 1", permutations);
  if (!Number.isSafeInteger(seed)) refuse("seed", "a safe integer", seed);
}
