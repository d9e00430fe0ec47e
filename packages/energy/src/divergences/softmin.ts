// The one operation of entropic transport: soft minima of costs less a potential, over the rows of the other sample. Held densely where the
// samples are small, through an engine in O(n + m) memory where they are not. Cost C_ij = ½‖x_i − y_j‖².

import type { PairwiseEngine } from "@nce-geometry/pairwise";
import type { RowMatrix } from "@nce-geometry/tensor";
import { appendColumns } from "../rows/append-columns.ts";

export interface Softmin {
  /** −ε log mean_j e^{(g_j − C_ij)/ε} for each row i of x; g over the rows of y. */
  overY(potential: Float64Array, epsilon: number): Promise<Float64Array>;
  /** −ε log mean_i e^{(f_i − C_ij)/ε} for each row j of y; f over the rows of x. */
  overX(potential: Float64Array, epsilon: number): Promise<Float64Array>;
}

/** 64 MiB of costs. */
const largestDense = 2 ** 23;

/** Dense up to 2²³ pairs unless `dense` decides. */
export function createSoftmin(
  x: RowMatrix,
  y: RowMatrix,
  engine: PairwiseEngine,
  dense: boolean = x.rows * y.rows <= largestDense,
): Softmin {
  return dense ? denseSoftmin(x, y) : streamedSoftmin(x, y, engine);
}

function denseSoftmin(x: RowMatrix, y: RowMatrix): Softmin {
  const costs = halfSquaredDistances(x, y);
  return {
    overY: async (g, epsilon) => {
      return new Float64Array(x.rows).map((_, i) => {
        const row = costs.subarray(i * y.rows, (i + 1) * y.rows);
        let largest = Number.NEGATIVE_INFINITY;
        for (let j = 0; j < row.length; j++) largest = Math.max(largest, g[j]! - row[j]!);
        let sum = 0;
        for (let j = 0; j < row.length; j++) sum += Math.exp((g[j]! - row[j]! - largest) / epsilon);
        return -largest - epsilon * Math.log(sum / y.rows);
      });
    },
    // Row by row too, since that is how the costs lie in memory.
    overX: async (f, epsilon) => {
      const largest = new Float64Array(y.rows).fill(Number.NEGATIVE_INFINITY);
      forEachCost(costs, y.rows, (i, j, cost) => {
        largest[j] = Math.max(largest[j]!, f[i]! - cost);
      });
      const sums = new Float64Array(y.rows);
      forEachCost(costs, y.rows, (i, j, cost) => {
        sums[j]! += Math.exp((f[i]! - cost - largest[j]!) / epsilon);
      });
      return sums.map((sum, j) => -largest[j]! - epsilon * Math.log(sum / x.rows));
    },
  };
}

function forEachCost(costs: Float64Array, width: number, visit: (i: number, j: number, cost: number) => void): void {
  for (let at = 0, i = 0; at < costs.length; i++) {
    for (let j = 0; j < width; j++, at++) visit(i, j, costs[at]!);
  }
}

/** −C_ij + g_j = ⟨(x_i, 1), (y_j, g_j − ½‖y_j‖²)⟩ − ½‖x_i‖²: a log-sum-exp of inner products of rows with one more column. */
function streamedSoftmin(x: RowMatrix, y: RowMatrix, engine: PairwiseEngine): Softmin {
  const [ofX, ofY] = [halfSquaredNorms(x), halfSquaredNorms(y)];
  const over = async (a: RowMatrix, b: RowMatrix, ofA: Float64Array, shift: Float64Array, epsilon: number) => {
    const [sums] = await engine.reduce(appendColumns(a, [1]), appendColumns(b, [shift]), [
      { kind: "logSumExp", critic: { kind: "cosine" }, temperature: epsilon },
    ]);
    return sums.rows.map((sum, i) => ofA[i]! - epsilon * (sum - Math.log(b.rows)));
  };
  return {
    overY: (g, epsilon) =>
      over(
        x,
        y,
        ofX,
        g.map((value, j) => value - ofY[j]!),
        epsilon,
      ),
    overX: (f, epsilon) =>
      over(
        y,
        x,
        ofY,
        f.map((value, i) => value - ofX[i]!),
        epsilon,
      ),
  };
}

function halfSquaredDistances(x: RowMatrix, y: RowMatrix): Float64Array {
  const { dim } = x;
  const costs = new Float64Array(x.rows * y.rows);
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < y.rows; j++) {
      let sum = 0;
      for (let k = 0; k < dim; k++) sum += (x.data[i * dim + k]! - y.data[j * dim + k]!) ** 2;
      costs[i * y.rows + j] = sum / 2;
    }
  }
  return costs;
}

/** ½‖x_i‖². */
export function halfSquaredNorms({ rows, dim, data }: RowMatrix): Float64Array {
  return new Float64Array(rows).map((_, i) => {
    let sum = 0;
    for (let k = 0; k < dim; k++) sum += data[i * dim + k]! ** 2;
    return sum / 2;
  });
}
