// Random numbers from a seed: counter-based (Philox4x32-10), so that a stream can be split, saved and continued, and made
// on the host in float64, so that they are the same on every backend.

import { InputError } from "../input-error.ts";
import { WORD } from "./philox.ts";
import { philoxBlocks } from "./philox-blocks.ts";
import { keyOfChild, keyOfSeed, type StreamKey } from "./stream-key.ts";

export interface UniformOptions {
  /** Smallest possible number, finite. @defaultValue 0 */
  readonly low?: number;
  /** Bound that is never reached, finite, > low. @defaultValue 1 */
  readonly high?: number;
}

export interface IntegerOptions {
  /** Smallest possible integer, ≥ −2³¹. @defaultValue 0 */
  readonly low?: number;
  /** One more than the largest possible integer; > low, ≤ 2³¹. */
  readonly high: number;
}

/** Where a stream stands; plain JSON. See {@link restoreRandom}. */
export interface RandomState {
  /** Which stream: four 32-bit words. */
  readonly key: readonly [number, number, number, number];
  /** How many 32-bit words have been drawn from it. */
  readonly counter: number;
}

/**
 * A stream of random numbers. Drawing in one call or in several gives the same numbers: `uniform(3)`, `uniform(5)` are `uniform(8)`.
 *
 * Domain: 2⁵³ words of 32 bits per stream (`uniform` takes 2 per number, `normal` 4, `integers` and `permutation` 1 and rarely more);
 *         then E_OPTION instead of a repetition. Streams are told apart by 128 bits: among a billion of them two coincide with a probability of about 10⁻²¹.
 *         Not for secrets.
 */
export interface Random {
  /**
   * A stream of its own for one part of a computation; depends on this stream's key and on the label (a safe integer or a
   * string) alone, not on what was drawn.
   */
  split(label: string | number): Random;
  /** n numbers uniform on [low, high): low + (high − low)·k·2⁻⁵³, k uniform among 2⁵³. */
  uniform(n: number, options?: UniformOptions): Float64Array;
  /** n standard normal numbers (Box–Muller); none exceeds √(106 log 2) ≈ 8.57 in size. */
  normal(n: number): Float64Array;
  /** n integers uniform on low … high − 1, exactly so (rejection). */
  integers(n: number, options: IntegerOptions): Int32Array;
  /** 0 … n − 1 in random order (Fisher–Yates). */
  permutation(n: number): Int32Array;
  readonly state: RandomState;
}

/**
 * A stream of random numbers from a seed.
 *
 * Domain: a safe integer, a bigint of any size, or a string; `7` and `7n` are one seed, `"7"` another.
 * Limits: the same seed gives the same numbers everywhere (`normal` to the last bits of the engine's log and cos).
 * Throws: InputError E_OPTION.
 * Source: Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC '11 (Philox4x32-10).
 */
export function createRandom(seed: number | bigint | string): Random {
  checkLabel("createRandom", "seed", seed);
  return new PhiloxStream(keyOfSeed(seed), 0);
}

/**
 * The stream whose `state` was saved, at the place where it stood.
 *
 * Throws: InputError E_OPTION.
 */
export function restoreRandom(state: RandomState): Random {
  const { key, counter } = state;
  if (!Array.isArray(key) || key.length !== 4 || !key.every((word) => isIntegerIn(word, 0, 2 ** 32))) {
    throw optionError("restoreRandom", "state.key", "four integers from 0 to 2³² − 1", JSON.stringify(key));
  }
  if (!isIntegerIn(counter, 0, WORDS_PER_STREAM + 1)) {
    throw optionError("restoreRandom", "state.counter", "an integer from 0 to 2⁵³ − 1", String(counter));
  }
  return new PhiloxStream([key[0], key[1], key[2], key[3]], counter);
}

const WORDS_PER_STREAM = Number.MAX_SAFE_INTEGER;

class PhiloxStream implements Random {
  readonly #key: StreamKey;
  #counter: number;

  constructor(key: StreamKey, counter: number) {
    this.#key = key;
    this.#counter = counter;
  }

  get state(): RandomState {
    return { key: this.#key, counter: this.#counter };
  }

  split(label: string | number): Random {
    checkLabel("split", "label", label);
    return new PhiloxStream(keyOfChild(this.#key, label), 0);
  }

  uniform(n: number, { low = 0, high = 1 }: UniformOptions = {}): Float64Array {
    checkCount("uniform", n);
    checkInterval(low, high);
    const values = new Float64Array(n);
    for (let filled = 0; filled < n; ) {
      const words = this.#words(2, n - filled);
      for (let at = 0; at < words.length; at += 2) {
        const value = low + (high - low) * unitOf(words, at);
        // Rounding may carry the largest numbers of a narrow interval to `high`: those are drawn again.
        if (value < high) values[filled++] = value;
      }
    }
    return values;
  }

  normal(n: number): Float64Array {
    checkCount("normal", n);
    const values = new Float64Array(n);
    for (let filled = 0; filled < n; ) {
      const words = this.#words(4, n - filled);
      for (let at = 0; at < words.length; at += 4) {
        // The sine of the same angle would be a second number; leaving it makes every number a function of its own four words.
        const radius = Math.sqrt(-2 * Math.log(1 - unitOf(words, at)));
        values[filled++] = radius * Math.cos(2 * Math.PI * unitOf(words, at + 2));
      }
    }
    return values;
  }

  integers(n: number, { low = 0, high }: IntegerOptions): Int32Array {
    checkCount("integers", n);
    checkIntegerRange(low, high);
    const range = high - low;
    const limit = unbiasedLimit(range);
    const values = new Int32Array(n);
    for (let filled = 0; filled < n; ) {
      for (const word of this.#words(1, n - filled)) if (word < limit) values[filled++] = low + (word % range);
    }
    return values;
  }

  permutation(n: number): Int32Array {
    checkCount("permutation", n);
    const order = new Int32Array(n).map((_, i) => i);
    for (let i = n - 1; i > 0; ) {
      for (const word of this.#words(1, i)) {
        if (word >= unbiasedLimit(i + 1)) continue;
        const j = word % (i + 1);
        const swapped = order[i]!;
        order[i] = order[j]!;
        order[j] = swapped;
        i--;
      }
    }
    return order;
  }

  /** The next words, as many as `count` numbers take at least or a chunk of those. */
  #words(perNumber: number, count: number): Uint32Array {
    const length = perNumber * Math.min(count, NUMBERS_PER_CHUNK);
    const start = this.#counter;
    if (start + length > WORDS_IN_WHOLE_BLOCKS) {
      const received = String(Math.max(start, WORDS_IN_WHOLE_BLOCKS));
      const hint = "Draw from a stream made by split().";
      throw optionError("random", "state.counter", "below 2⁵³ − 5", received, hint);
    }
    this.#counter += length;
    const skipped = start % 4;
    const blocks = new Uint32Array(4 * Math.ceil((skipped + length) / 4));
    philoxBlocks((start - skipped) / 4, this.#key, blocks);
    return blocks.subarray(skipped, skipped + length);
  }
}

const NUMBERS_PER_CHUNK = 1024;
const WORDS_IN_WHOLE_BLOCKS = WORDS_PER_STREAM - 3;

/** k·2⁻⁵³, k uniform among 2⁵³, from two words. */
function unitOf(words: Uint32Array, at: number): number {
  return ((words[at]! >>> 5) * 2 ** 26 + (words[at + 1]! >>> 6)) * 2 ** -53;
}

/** Words beyond the largest multiple of `range` are drawn again, or small remainders would be favoured. */
function unbiasedLimit(range: number): number {
  return WORD - (WORD % range);
}

function checkLabel(where: string, argument: string, label: number | bigint | string): void {
  if (typeof label === "string" || typeof label === "bigint" || Number.isSafeInteger(label)) return;
  const expected = where === "split" ? "a safe integer or a string" : "a safe integer, a bigint or a string";
  throw optionError(where, argument, expected, String(label));
}

function checkCount(where: string, n: number): void {
  if (!isIntegerIn(n, 0, 2 ** 31)) throw optionError(where, "n", "an integer from 0 to 2³¹ − 1", String(n));
}

function checkInterval(low: number, high: number): void {
  if (!Number.isFinite(low)) throw optionError("uniform", "low", "a finite number", String(low));
  if (!(high > low && Number.isFinite(high - low))) {
    throw optionError("uniform", "high", `> low = ${low} by a finite amount`, String(high));
  }
}

function checkIntegerRange(low: number, high: number): void {
  const bound = 2 ** 31;
  if (!isIntegerIn(low, -bound, bound)) {
    throw optionError("integers", "low", "an integer from −2³¹ to 2³¹ − 1", String(low));
  }
  if (!isIntegerIn(high, low + 1, bound + 1)) {
    throw optionError("integers", "high", `an integer > low = ${low} and ≤ 2³¹`, String(high));
  }
}

/** From `low` to `high` − 1. */
function isIntegerIn(value: unknown, low: number, high: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= low && (value as number) < high;
}

function optionError(where: string, argument: string, expected: string, received: string, hint?: string): InputError {
  return new InputError({ code: "E_OPTION", where, argument, expected, received, hint });
}
