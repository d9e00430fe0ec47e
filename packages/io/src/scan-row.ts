import type { RowBlock } from "@nce-geometry/tensor";

export interface RowScan {
  readonly hasNaN: boolean;
  readonly hasInfinity: boolean;
  /** Whether every number is zero. */
  readonly isZero: boolean;
  /** Euclidean length; NaN for a row that is not finite, ∞ when it exceeds the largest float64. */
  readonly norm: number;
  /** A hash of 53 bits; the two zeros count as one. */
  readonly hash: number;
}

const word = new Float64Array(1);
const halves = new Uint32Array(word.buffer);

/** What a row of `dim` numbers at `offset` is like, in one pass. */
export function scanRow(block: RowBlock, offset: number, dim: number): RowScan {
  let [squares, largest, low, high] = [0, 0, 0x9e3779b9, 0x85ebca6b];
  let hasNaN = false;
  for (let k = offset; k < offset + dim; k++) {
    const value = block[k]! + 0; // −0 + 0 is 0
    const size = Math.abs(value);
    squares += size * size;
    if (size > largest) largest = size;
    if (Number.isNaN(value)) hasNaN = true;
    word[0] = value;
    low = mix(low, halves[0]!, halves[1]!);
    high = mix(high, halves[1]!, low);
  }
  const hasInfinity = largest === Number.POSITIVE_INFINITY;
  return {
    hasNaN,
    hasInfinity,
    isZero: largest === 0 && !hasNaN,
    norm: hasNaN || hasInfinity ? Number.NaN : normOf(squares, largest, block.subarray(offset, offset + dim)),
    hash: (high >>> 11) * 2 ** 32 + (low >>> 0),
  };
}

/** √squares, unless squares of this size over- or underflow; then the numbers are scaled by a power of two, exactly. */
function normOf(squares: number, largest: number, row: RowBlock): number {
  if (largest === 0 || (largest > 2 ** -400 && largest < 2 ** 500)) return Math.sqrt(squares);
  const scale = largest < 1 ? 2 ** 600 : 2 ** -600;
  let sum = 0;
  for (const value of row) sum += (value * scale) ** 2;
  return Math.sqrt(sum) / scale;
}

/** One round of a multiply–xorshift hash on 32 bits. */
function mix(state: number, a: number, b: number): number {
  let h = Math.imul(state ^ a, 0xcc9e2d51);
  h = Math.imul((h ^ (h >>> 15)) + b, 0x1b873593);
  return h ^ (h >>> 13);
}
