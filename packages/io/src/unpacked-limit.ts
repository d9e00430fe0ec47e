/** Bytes, or values, that so many packed bytes are allowed to unpack to: no packer of numbers does better, and small ones are always allowed. */
export function unpackedLimit(packed: number): number {
  return Math.max(2 ** 24, 1032 * packed);
}
