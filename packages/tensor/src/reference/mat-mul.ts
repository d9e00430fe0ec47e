// Matrix product by packed panels and a 4 × 4 block of accumulators that stay in registers.

/** A matrix as rows × columns over a flat array, with any strides; transposition is a swap of strides. */
export interface MatrixView {
  readonly data: Float64Array;
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

// The depth keeps a 4-column panel of B in the first-level cache, the height a block of A in the second-level one.
const panelDepth = 256;
const blockRows = 64;

/** A·B into `out`, which must be zero. */
export function multiply(a: MatrixView, b: MatrixView, out: Float64Array): Float64Array {
  const n = a.rows;
  const m = b.columns;
  const packedA = new Float64Array(blockRows * panelDepth);
  const packedB = new Float64Array(Math.ceil(m / 4) * 4 * panelDepth);
  const tile = new Float64Array(16);
  for (let depth = 0; depth < a.columns; depth += panelDepth) {
    const k = Math.min(panelDepth, a.columns - depth);
    for (let j = 0; j < m; j += 4)
      pack(b, b.columnStride, b.rowStride, j, Math.min(4, m - j), depth, k, packedB, j * k);
    for (let block = 0; block < n; block += blockRows) {
      const end = Math.min(block + blockRows, n);
      for (let i = block; i < end; i += 4) {
        pack(a, a.rowStride, a.columnStride, i, Math.min(4, n - i), depth, k, packedA, (i - block) * k);
      }
      for (let j = 0; j < m; j += 4) {
        for (let i = block; i < end; i += 4) {
          multiplyTile(packedA, (i - block) * k, packedB, j * k, k, tile);
          addTile(tile, out, i, Math.min(4, n - i), j, Math.min(4, m - j), m);
        }
      }
    }
  }
  return out;
}

/**
 * Copies `count` ≤ 4 lines of length k side by side, so that the tile reads both factors consecutively. What is left of
 * earlier lines in the other lanes reaches only sums that are not used.
 */
function pack(
  matrix: MatrixView,
  lineStride: number,
  depthStride: number,
  line: number,
  count: number,
  depth: number,
  k: number,
  out: Float64Array,
  to: number,
): void {
  const { data } = matrix;
  for (let lane = 0; lane < count; lane++) {
    const from = (line + lane) * lineStride + depth * depthStride;
    for (let p = 0; p < k; p++) out[to + p * 4 + lane] = data[from + p * depthStride]!;
  }
}

function multiplyTile(
  a: Float64Array,
  fromA: number,
  b: Float64Array,
  fromB: number,
  k: number,
  out: Float64Array,
): void {
  let c00 = 0;
  let c01 = 0;
  let c02 = 0;
  let c03 = 0;
  let c10 = 0;
  let c11 = 0;
  let c12 = 0;
  let c13 = 0;
  let c20 = 0;
  let c21 = 0;
  let c22 = 0;
  let c23 = 0;
  let c30 = 0;
  let c31 = 0;
  let c32 = 0;
  let c33 = 0;
  for (let p = 0, x = fromA, y = fromB; p < k; p++, x += 4, y += 4) {
    const b0 = b[y]!;
    const b1 = b[y + 1]!;
    const b2 = b[y + 2]!;
    const b3 = b[y + 3]!;
    const a0 = a[x]!;
    c00 += a0 * b0;
    c01 += a0 * b1;
    c02 += a0 * b2;
    c03 += a0 * b3;
    const a1 = a[x + 1]!;
    c10 += a1 * b0;
    c11 += a1 * b1;
    c12 += a1 * b2;
    c13 += a1 * b3;
    const a2 = a[x + 2]!;
    c20 += a2 * b0;
    c21 += a2 * b1;
    c22 += a2 * b2;
    c23 += a2 * b3;
    const a3 = a[x + 3]!;
    c30 += a3 * b0;
    c31 += a3 * b1;
    c32 += a3 * b2;
    c33 += a3 * b3;
  }
  out[0] = c00;
  out[1] = c01;
  out[2] = c02;
  out[3] = c03;
  out[4] = c10;
  out[5] = c11;
  out[6] = c12;
  out[7] = c13;
  out[8] = c20;
  out[9] = c21;
  out[10] = c22;
  out[11] = c23;
  out[12] = c30;
  out[13] = c31;
  out[14] = c32;
  out[15] = c33;
}

function addTile(
  tile: Float64Array,
  out: Float64Array,
  i: number,
  rows: number,
  j: number,
  columns: number,
  stride: number,
): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) out[(i + r) * stride + j + c]! += tile[r * 4 + c]!;
  }
}
