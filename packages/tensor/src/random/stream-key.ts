// Which stream: 128 bits, made from a seed and then from labels. Seed and labels are absorbed into Philox in
// Davies–Meyer mode: the message enters as the key, the state as the counter, and the state is added back.

import { philox4x32 } from "./philox.ts";

/** Four 32-bit words. */
export type StreamKey = readonly [number, number, number, number];

/** The key before anything is absorbed: the first fractional bits of π. */
const INITIAL: StreamKey = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];

export function keyOfSeed(seed: number | bigint | string): StreamKey {
  return absorb(INITIAL, encode(seed));
}

export function keyOfChild(parent: StreamKey, label: number | string): StreamKey {
  return absorb(parent, encode(label));
}

function absorb(key: StreamKey, message: readonly number[]): StreamKey {
  const state = Uint32Array.from(key);
  const block = new Uint32Array(4);
  for (let i = 0; i < message.length; i += 2) {
    philox4x32(state, [message[i]!, message[i + 1] ?? 0], block);
    for (let word = 0; word < 4; word++) state[word] = state[word]! ^ block[word]!;
  }
  return [state[0]!, state[1]!, state[2]!, state[3]!];
}

const INTEGER = 0;
const NEGATIVE_INTEGER = 1;
const TEXT = 2;

/** Kind and length first: a prefix code, so that different sequences of seed and labels are different messages. */
function encode(value: number | bigint | string): number[] {
  if (typeof value === "string") {
    const units = Array.from({ length: value.length }, (_, i) => value.charCodeAt(i));
    return [TEXT, units.length, ...units];
  }
  const integer = BigInt(value);
  const words: number[] = [];
  for (let rest = integer < 0n ? -integer : integer; rest > 0n; rest >>= 32n) words.push(Number(rest & 0xffffffffn));
  return [integer < 0n ? NEGATIVE_INTEGER : INTEGER, words.length, ...words];
}
