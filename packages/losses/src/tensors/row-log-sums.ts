// Log-sum-exps of the inner products of two sets of short rows, without a matrix of products.

import { customGrad, fromData, slice, type Tensor } from "@nce-geometry/tensor";
import type { LogSums, LogSumsOptions } from "./log-sums.ts";
import { readsAtOnce } from "./reads-at-once.ts";
import { type SharedExponentials, sharedExponentials, widestRange } from "./shared-exponentials.ts";

/** Beyond, products of blocks are faster than those of rows. */
const longestRow = 16;

/** Log-sum-exps of ⟨a_i, b_j⟩ over j and over i, where a loop may compute them; what `logSums` gives for the matrix. */
export function rowLogSums(a: Tensor, b: Tensor, { skipDiagonal, columns }: LogSumsOptions): LogSums | undefined {
  const [n, d] = a.shape as readonly [number, number];
  const m = b.shape[0]!;
  if (d > longestRow || !readsAtOnce(a) || !readsAtOnce(b)) return undefined;
  const left = coordinatesOf(a.dataSync() as Float64Array, n, d);
  const right = coordinatesOf(b.dataSync() as Float64Array, m, d);
  // No product exceeds that of the largest norms; where one is NaN the comparison fails.
  const shift = largestNorm(left) * largestNorm(right);
  if (!(2 * shift <= widestRange)) return undefined;
  const fill = (i: number, out: Float64Array) => addProducts(out, left, i, right);
  const shared = sharedExponentials({ n, m, skipDiagonal, shift, fill });
  const both = customGrad(
    (x) => ({
      value: fromData(x.backend, shared.logSums, [n + m]),
      pullback: (g) => {
        const [toLeft, toRight] = productGradient(shared, g.dataSync() as Float64Array, left, right);
        return [fromData(g.backend, rowsOf(toLeft, d), [n, d]), fromData(g.backend, rowsOf(toRight, d), [m, d])];
      },
    }),
    [a, b],
  );
  return { rows: slice(both, [0], [n]), columns: columns ? slice(both, [n], [m]) : undefined };
}

/** Rows by their coordinates, an even number of them, so that loops may take two at a time. */
interface Coordinates {
  readonly count: number;
  readonly even: number;
  /** Coordinate k of row i lies at k·count + i. */
  readonly data: Float64Array;
}

function emptyCoordinates(count: number, d: number): Coordinates {
  const even = d + (d % 2);
  return { count, even, data: new Float64Array(even * count) };
}

function coordinatesOf(rows: Float64Array, count: number, d: number): Coordinates {
  const coordinates = emptyCoordinates(count, d);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < d; k++) coordinates.data[k * count + i] = rows[i * d + k]!;
  }
  return coordinates;
}

function rowsOf({ count, data }: Coordinates, d: number): Float64Array {
  const rows = new Float64Array(count * d);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < d; k++) rows[i * d + k] = data[k * count + i]!;
  }
  return rows;
}

function largestNorm({ count, even, data }: Coordinates): number {
  let largest = 0;
  for (let i = 0; i < count; i++) {
    let square = 0;
    for (let k = 0; k < even; k++) square += data[k * count + i]! ** 2;
    if (Number.isNaN(square)) return square;
    largest = Math.max(largest, square);
  }
  return Math.sqrt(largest);
}

/** Adds ⟨a_i, b_j⟩ to every entry j. */
function addProducts(out: Float64Array, a: Coordinates, i: number, b: Coordinates): void {
  const { count, data } = b;
  for (let k = 0; k < a.even; k += 2) {
    const [first, second] = [a.data[k * a.count + i]!, a.data[(k + 1) * a.count + i]!];
    for (let j = 0, at = k * count, next = at + count; j < count; j++, at++, next++) {
      out[j]! += first * data[at]! + second * data[next]!;
    }
  }
}

function productGradient(
  shared: SharedExponentials,
  g: Float64Array,
  a: Coordinates,
  b: Coordinates,
): readonly [Coordinates, Coordinates] {
  const [toA, toB] = [emptyCoordinates(a.count, a.even), emptyCoordinates(b.count, b.even)];
  shared.forEachWeights(g, (i, weights) => {
    for (let k = 0; k < a.even; k += 2) addPairOfCoordinates(toA, toB, a, b, { i, k, weights });
  });
  return [toA, toB];
}

/** Adds Σ_j w_j b_j to row i of one gradient and w_j a_i to every row j of the other, in coordinates k and k + 1. */
function addPairOfCoordinates(
  toA: Coordinates,
  toB: Coordinates,
  a: Coordinates,
  b: Coordinates,
  { i, k, weights }: { readonly i: number; readonly k: number; readonly weights: Float64Array },
): void {
  const { count, data } = b;
  const out = toB.data;
  const [first, second] = [a.data[k * a.count + i]!, a.data[(k + 1) * a.count + i]!];
  let [sum, nextSum] = [0, 0];
  for (let j = 0, at = k * count, next = at + count; j < count; j++, at++, next++) {
    const weight = weights[j]!;
    sum += weight * data[at]!;
    nextSum += weight * data[next]!;
    out[at]! += weight * first;
    out[next]! += weight * second;
  }
  toA.data[k * a.count + i]! += sum;
  toA.data[(k + 1) * a.count + i]! += nextSum;
}
