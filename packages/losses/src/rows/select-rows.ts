import { isRowMatrix, type RowBlock, type RowMatrix, type Rows } from "@nce-geometry/tensor";

/** Rows of the given numbers, in that order; all of them where no numbers are given. Rows in memory are copied, others read when needed. */
export function selectRows(rows: Rows, numbers: Int32Array | undefined): Rows {
  if (numbers === undefined) return rows;
  const { dim } = rows;
  if (isRowMatrix(rows)) {
    const data = gathered(rows, numbers);
    return { rows: numbers.length, dim, data };
  }
  return {
    rows: numbers.length,
    dim,
    dtype: rows.dtype,
    async read(start, count, out) {
      const block = out ?? new Float64Array(count * dim);
      for (let k = 0; k < count; ) {
        const length = runLength(numbers, start + k, start + count);
        block.set(await rows.read(numbers[start + k]!, length), k * dim);
        k += length;
      }
      return block.subarray(0, count * dim) as RowBlock;
    },
  };
}

/** How many consecutive numbers begin at `start`, so that they can be read at once. */
function runLength(numbers: Int32Array, start: number, end: number): number {
  let next = start + 1;
  while (next < end && numbers[next] === numbers[next - 1]! + 1) next++;
  return next - start;
}

function gathered({ data, dim }: RowMatrix, numbers: Int32Array): RowBlock {
  const out =
    data instanceof Float32Array ? new Float32Array(numbers.length * dim) : new Float64Array(numbers.length * dim);
  numbers.forEach((row, k) => {
    out.set(data.subarray(row * dim, (row + 1) * dim), k * dim);
  });
  return out;
}
