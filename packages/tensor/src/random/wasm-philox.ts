// Philox4x32-10 in WebAssembly, which multiplies 64-bit integers.

import { advance, get, I32_ADD, instantiate, integer, repeat, set, type WasmExports } from "../numerics/wasm-code.ts";
import { KEY_STEP_0, KEY_STEP_1, MULTIPLIER_0, MULTIPLIER_1, type PhiloxBlocks, ROUNDS, WORD } from "./philox.ts";

interface PhiloxExports extends WasmExports {
  /** Writes blocks from byte `out` to `end` of the memory, counters from the one given on. */
  blocks(out: number, end: number, low: number, high: number, c2: number, c3: number, k0: number, k1: number): void;
}

/** Blocks in the module's one page of memory. */
const CHUNK = 4096;

/** What fills arrays with blocks, or undefined where there is no WebAssembly. */
export function compilePhilox(): PhiloxBlocks | undefined {
  const code = repeat([...start(), ...Array.from({ length: ROUNDS }, round).flat(), ...finish()], out, end);
  const shape = { parameters: c0, integers: locals - c0, vectors: 0 };
  const module = instantiate<PhiloxExports>([{ name: "blocks", ...shape, code }]);
  if (module === undefined) return undefined;
  const memory = new Uint32Array(module.memory.buffer);
  return (first, [k0, k1, c2, c3], words) => {
    for (let from = 0; from < words.length; from += 4 * CHUNK) {
      const index = first + from / 4;
      const count = Math.min(4 * CHUNK, words.length - from);
      module.blocks(0, 4 * count, index | 0, (index / WORD) | 0, c2, c3, k0, k1);
      words.set(memory.subarray(0, count), from);
    }
  };
}

const [out, end, low, high, c2Start, c3Start, k0Start, k1Start] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
const [c0, c1, c2, c3, k0, k1, high0, high1, locals] = [8, 9, 10, 11, 12, 13, 14, 15, 16] as const;

function start(): number[] {
  const copies = [
    [low, c0],
    [high, c1],
    [c2Start, c2],
    [c3Start, c3],
    [k0Start, k0],
    [k1Start, k1],
  ] as const;
  return copies.flatMap(([from, to]) => [...get(from), ...set(to)]);
}

function round(): number[] {
  return [
    ...[...upperHalf(c0, MULTIPLIER_0), ...get(c3), XOR, ...get(k1), XOR, ...set(high0)],
    ...[...upperHalf(c2, MULTIPLIER_1), ...get(c1), XOR, ...get(k0), XOR, ...set(high1)],
    ...[
      ...get(c2),
      ...integer(MULTIPLIER_1 | 0),
      MULTIPLY,
      ...set(c1),
      ...get(c0),
      ...integer(MULTIPLIER_0 | 0),
      MULTIPLY,
      ...set(c3),
    ],
    ...[...get(high1), ...set(c0), ...get(high0), ...set(c2)],
    ...[...advance(k0, KEY_STEP_0 | 0), ...advance(k1, KEY_STEP_1 | 0)],
  ];
}

/** Stores the block; the next counter is one more. */
function finish(): number[] {
  const stores = [c0, c1, c2, c3].flatMap((word, index) => [...get(out), ...get(word), 0x36, 2, 4 * index]);
  const carry = [...get(high), ...get(low), IS_ZERO, ...I32_ADD, ...set(high)];
  return [...stores, ...advance(low, 1), ...carry, ...advance(out, 16)];
}

/** Of the product of two words in 64 bits. */
function upperHalf(word: number, multiplier: number): number[] {
  const product = [...get(word), EXTEND, ...integer(multiplier | 0), EXTEND, 0x7e];
  return [...product, 0x42, 32, 0x88, 0xa7];
}

const XOR = 0x73;
const MULTIPLY = 0x6c;
const IS_ZERO = 0x45;
const EXTEND = 0xad;
