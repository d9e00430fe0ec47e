// The checksum of ZIP archives: CRC-32 with the reflected polynomial 0xEDB88320.

let table: Uint32Array | undefined;

/** CRC-32 of the bytes, behind those whose checksum is `before`; that of `123456789` is 0xCBF43926. */
export function crc32(bytes: Uint8Array, before = 0): number {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });
  let crc = ~before;
  for (let at = 0; at < bytes.length; at++) crc = table[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
