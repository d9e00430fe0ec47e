// Ways in which a file goes wrong, drawn from a seeded stream.

import type { Random } from "@nce-geometry/tensor";

const integer = (random: Random, high: number): number => random.integers(1, { high: Math.max(1, high) })[0]!;

/** Numbers that length fields are confused by. */
function lengths(size: number): readonly bigint[] {
  const near = [0, 1, 2, 255, 65_535, size - 1, size, size + 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53];
  return [...near.map(BigInt), 2n ** 63n - 1n, 2n ** 64n - 1n];
}

const damages: readonly ((bytes: Uint8Array, random: Random) => Uint8Array)[] = [
  // Cut off.
  (bytes, random) => bytes.slice(0, integer(random, bytes.length)),
  // A bit, or a few.
  (bytes, random) => {
    for (let count = 1 + integer(random, 4); count > 0; count--)
      bytes[integer(random, bytes.length)]! ^= 1 << integer(random, 8);
    return bytes;
  },
  // A byte.
  (bytes, random) => {
    bytes[integer(random, bytes.length)] = integer(random, 256);
    return bytes;
  },
  // A length field of 4 or 8 bytes.
  (bytes, random) => {
    const width = random.integers(1, { high: 2 })[0] === 0 ? 4 : 8;
    if (bytes.length < width) return bytes;
    const values = lengths(bytes.length);
    const [value, at] = [values[integer(random, values.length)]!, integer(random, bytes.length - width + 1)];
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (width === 4) view.setUint32(at, Number(BigInt.asUintN(32, value)), true);
    else view.setBigUint64(at, BigInt.asUintN(64, value), true);
    return bytes;
  },
  // A part that is missing.
  (bytes, random) => {
    const at = integer(random, bytes.length);
    const length = 1 + integer(random, Math.min(64, bytes.length - at));
    return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
  },
  // A part that is there twice, or a hundred times.
  (bytes, random) => {
    const at = integer(random, bytes.length);
    const part = bytes.subarray(at, at + 1 + integer(random, 64));
    const copies = integer(random, 4) === 0 ? 100 : 1;
    return Uint8Array.from([
      ...bytes.subarray(0, at),
      ...Array.from({ length: copies }, () => [...part]).flat(),
      ...bytes.subarray(at),
    ]);
  },
  // Digits, as text has lengths.
  (bytes, random) => {
    const digits = [...bytes.keys()].filter((place) => bytes[place]! >= 48 && bytes[place]! <= 57);
    if (digits.length > 0) bytes[digits[integer(random, digits.length)]!] = 48 + integer(random, 10);
    return bytes;
  },
];

/** A damaged copy. */
export function damaged(original: Uint8Array, random: Random): Uint8Array {
  let bytes: Uint8Array = Uint8Array.from(original);
  for (let count = integer(random, 3) === 0 ? 2 : 1; count > 0 && bytes.length > 0; count--)
    bytes = damages[integer(random, damages.length)]!(bytes, random);
  return bytes;
}
