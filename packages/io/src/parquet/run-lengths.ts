// Parquet's hybrid of runs and packed bits, which levels and indices into dictionaries are written in. No run is longer than what is
// asked for, whatever its length field says.

/**
 * `count` integers of `width` bits from `bytes`.
 *
 * Throws: Error saying what is wrong.
 */
export function readRunLengths(bytes: Uint8Array, width: number, count: number): Uint32Array {
  if (width > 24) throw new Error(`integers of ${width} bits`);
  const values = new Uint32Array(count);
  if (width === 0) return values;
  let [at, seen] = [0, 0];
  while (seen < count) {
    const header = readVarint(bytes, at);
    at = header.next;
    const length = Math.floor(header.value / 2);
    if (header.value % 2 === 1) {
      const wanted = Math.min(8 * length, count - seen);
      unpackBits(bytes, at, width, values.subarray(seen, seen + wanted));
      at += length * width;
      seen += wanted;
    } else {
      const size = Math.ceil(width / 8);
      if (at + size > bytes.length) throw new Error("a run cut off");
      let value = 0;
      for (let k = 0; k < size; k++) value |= bytes[at + k]! << (8 * k);
      at += size;
      const wanted = Math.min(length, count - seen);
      values.fill(value, seen, seen + wanted);
      seen += wanted;
    }
  }
  return values;
}

/** An unsigned integer in groups of seven bits, at most 32 bits of it. */
export function readVarint(bytes: Uint8Array, at: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let place = 0; place < 5; place++) {
    const byte = bytes[at + place];
    if (byte === undefined) throw new Error("an integer cut off");
    value += (byte & 0x7f) * 2 ** (7 * place);
    if (byte < 0x80) return { value, next: at + place + 1 };
  }
  throw new Error("an integer of more than 32 bits");
}

function unpackBits(bytes: Uint8Array, at: number, width: number, out: Uint32Array): void {
  if (at + Math.ceil((out.length * width) / 8) > bytes.length) throw new Error("packed bits cut off");
  const mask = 2 ** width - 1;
  for (let k = 0; k < out.length; k++) {
    const bit = k * width;
    const byte = at + (bit >> 3);
    // At most 7 + 24 bits, so four bytes hold them; those behind the end count as 0.
    const word =
      bytes[byte]! | ((bytes[byte + 1] ?? 0) << 8) | ((bytes[byte + 2] ?? 0) << 16) | ((bytes[byte + 3] ?? 0) << 24);
    out[k] = (word >>> (bit & 7)) & mask;
  }
}
