import {
  type Backend,
  broadcastTo,
  type CustomGrad,
  cast,
  concat,
  customGrad,
  fromData,
  gather,
  matMul,
  mul,
  reshape,
  scatterAdd,
  slice,
  sub,
  sum,
  type Tensor,
  where,
} from "@nce-geometry/tensor";
import { inScope, requireColumns } from "./arguments.ts";

/** Distances of one manifold, in the two ways in which a matrix of them can be filled. */
export interface PairForms {
  /** The exact distances of rows of equal index, [p, d], [p, d] → [p]; differentiable. */
  readonly pairs: (x: Tensor, y: Tensor) => Tensor;
  /** Absent where distances are no function of inner products. */
  readonly product?: ProductForm;
}

/** Distances as a function of inner products. */
export interface ProductForm {
  /** [n, m] distances, and where they have lost digits that the exact form keeps (bool). */
  readonly distances: (x: Tensor, y: Tensor) => { readonly value: Tensor; readonly doubtful: Tensor };
  /**
   * For cotangents g of the distances D, weights of ∇_{x_i} D_ij = self_ij·J x_i − other_ij·J y_j and of the same for y_j; 0
   * where the derivative is defined as 0.
   */
  readonly weights: (g: Tensor, distances: Tensor) => { readonly self: Tensor; readonly other: Tensor };
  /** J: from vectors to covectors. */
  readonly lower: (x: Tensor) => Tensor;
}

/** Up to so many differences of coordinates the exact form is taken as it is, with its own gradient. */
const SMALL = 2 ** 18;
/** Differences of coordinates at a time: 32 MiB of float64. */
const BLOCK = 2 ** 22;

/**
 * Distances between all pairs of rows [n, m].
 *
 * Numerics: up to n·m·d = 2¹⁸ each pair by the exact form; beyond, from one product of matrices, recomputed pair by pair
 *           where that loses digits, which reads how many pairs that are (without `syncRead` every pair is exact, in
 *           blocks). The gradient of the product form is off by ε/D for a pair at distance D.
 */
export function distanceMatrix(name: string, dimension: number, x: Tensor, y: Tensor, forms: PairForms): Tensor {
  const where_ = `${name}.geodesicDistanceMatrix`;
  requireColumns(where_, "x", x, dimension);
  requireColumns(where_, "y", y, dimension);
  const { product } = forms;
  return inScope([x, y], () => {
    const size = x.shape[0]! * y.shape[0]! * dimension;
    if (size <= SMALL || product === undefined) return exactMatrix(x, y, forms.pairs);
    return customGrad((a, b) => productMatrix(a, b, forms.pairs, product), [x, y]);
  });
}

function exactMatrix(x: Tensor, y: Tensor, pairs: PairForms["pairs"]): Tensor {
  const [[n, d], m] = [x.shape as readonly [number, number], y.shape[0]!];
  const count = Math.max(1, Math.floor(BLOCK / Math.max(1, m * d)));
  const blocks: Tensor[] = [];
  for (let start = 0; start === 0 || start < n; start += count) {
    const rows = Math.min(count, n - start);
    const block = inScope([x, y], () => {
      const left = broadcastTo(reshape(slice(x, [start, 0], [rows, d]), [rows, 1, d]), [rows, m, d]);
      const right = broadcastTo(reshape(y, [1, m, d]), [rows, m, d]);
      return reshape(pairs(reshape(left, [rows * m, d]), reshape(right, [rows * m, d])), [rows, m]);
    });
    blocks.push(block);
  }
  return blocks.length === 1 ? blocks[0]! : concat(blocks);
}

function productMatrix(x: Tensor, y: Tensor, pairs: PairForms["pairs"], form: ProductForm): CustomGrad {
  return {
    value: repairedMatrix(x, y, pairs, form),
    pullback: (g, distances) => {
      const { self, other } = form.weights(g, distances);
      const own = (weights: Tensor, axis: number, points: Tensor): Tensor => {
        return mul(reshape(sum(weights, { axis }), [points.shape[0]!, 1]), points);
      };
      return [
        form.lower(sub(own(self, 1, x), matMul(other, y))),
        form.lower(sub(own(self, 0, y), matMul(other, x, { transposeA: true }))),
      ];
    },
  };
}

function repairedMatrix(x: Tensor, y: Tensor, pairs: PairForms["pairs"], form: ProductForm): Tensor {
  const { backend } = x;
  if (!backend.supports("syncRead")) return exactMatrix(x, y, pairs);
  const { value, doubtful } = form.distances(x, y);
  const count = sum(cast(doubtful, "int32")).dataSync()[0]!;
  if (count === 0) return value;
  // The number of pairs decides, because gathering costs as much as all the differences.
  if (count > (x.shape[0]! * y.shape[0]!) / 4) return exactMatrix(x, y, pairs);
  const at = positionsOf(doubtful.dataSync(), count);
  const exact = exactPairs(x, y, at, pairs);
  const [n, m] = [x.shape[0]!, y.shape[0]!];
  const filled = scatterAdd(indices(backend, at), exact, { rows: n * m });
  return where(doubtful, reshape(filled, [n, m]), value);
}

function exactPairs(x: Tensor, y: Tensor, at: Int32Array, pairs: PairForms["pairs"]): Tensor {
  const m = y.shape[0]!;
  const count = Math.max(1, Math.floor(BLOCK / x.shape[1]!));
  const parts: Tensor[] = [];
  for (let start = 0; start < at.length; start += count) {
    const block = at.subarray(start, start + count);
    const part = inScope([x, y], () => {
      const left = gather(
        x,
        indices(x.backend, block, (position) => Math.floor(position / m)),
      );
      const right = gather(
        y,
        indices(y.backend, block, (position) => position % m),
      );
      return pairs(left, right);
    });
    parts.push(part);
  }
  return parts.length === 1 ? parts[0]! : concat(parts);
}

function positionsOf(doubtful: ArrayLike<number>, count: number): Int32Array {
  const at = new Int32Array(count);
  for (let position = 0, k = 0; k < count; position++) if (doubtful[position] === 1) at[k++] = position;
  return at;
}

function indices(backend: Backend, at: Int32Array, of: (position: number) => number = (position) => position): Tensor {
  return fromData(backend, at.map(of), [at.length]);
}
