// Philox4x32-10: a bijection of 128-bit counters for each 64-bit key, whose values at consecutive counters pass as random.
// Source: Salmon, Moraes, Dror, Shaw, Parallel random numbers: as easy as 1, 2, 3, SC '11.

/** Numbers that a word can be. */
export const WORD: number = 2 ** 32;
export const ROUNDS = 10;
export const MULTIPLIER_0 = 0xd2511f53;
export const MULTIPLIER_1 = 0xcd9e8d57;
export const KEY_STEP_0 = 0x9e3779b9;
export const KEY_STEP_1 = 0xbb67ae85;

/** Writes the four output words for a counter of four and a key of two 32-bit words into `out`, which may be `counter`. */
export function philox4x32(counter: ArrayLike<number>, key: ArrayLike<number>, out: Uint32Array): void {
  const [c0, c1, c2, c3] = [counter[0]! | 0, counter[1]! | 0, counter[2]! | 0, counter[3]! | 0];
  encipher(c0, c1, c2, c3, key[0]! | 0, key[1]! | 0, out, 0);
}

/** Fills an array with blocks; see {@link scalarPhiloxBlocks}. */
export type PhiloxBlocks = (first: number, stream: readonly [number, number, number, number], out: Uint32Array) => void;

/**
 * Fills `out` with the blocks of four words of a stream from block `first` on. Half of the stream's 128 bits is Philox's key, the
 * other half the upper half of its counter.
 */
export function scalarPhiloxBlocks(
  first: number,
  stream: readonly [number, number, number, number],
  out: Uint32Array,
): void {
  const [k0, k1, c2, c3] = [stream[0] | 0, stream[1] | 0, stream[2] | 0, stream[3] | 0];
  for (let at = 0, index = first; at < out.length; at += 4, index++) {
    encipher(index | 0, (index / WORD) | 0, c2, c3, k0, k1, out, at);
  }
}

/** Takes integers of 32 bits. */
function encipher(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Uint32Array,
  at: number,
): void {
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low0 = Math.imul(MULTIPLIER_0, c0);
    const low1 = Math.imul(MULTIPLIER_1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + KEY_STEP_0) | 0;
    k1 = (k1 + KEY_STEP_1) | 0;
  }
  out[at] = c0;
  out[at + 1] = c1;
  out[at + 2] = c2;
  out[at + 3] = c3;
}

/** Upper 32 bits of the product of two unsigned words, by halves of 16 bits: integer arithmetic alone, for speed. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const carry = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) | 0;
}
