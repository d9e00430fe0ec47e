// A ZIP archive of stored entries, written as it comes: sizes and checksums stand behind each entry and in the directory.

import { crc32 } from "./crc32.ts";

export interface ZipMember {
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

interface Written {
  readonly name: Uint8Array;
  readonly offset: number;
  readonly size: number;
  readonly checksum: number;
}

/** Every entry and the end have room for 64-bit sizes, as an entry of unknown length needs. */
const version = 45;
/** Sizes follow the data; names are UTF-8. */
const flags = 0x0808;
/** The first day that the format knows, so that the same contents give the same bytes. */
const date = 0x21;

export async function* encodeZip(members: readonly ZipMember[]): AsyncGenerator<Uint8Array> {
  const entries: Written[] = [];
  let at = 0;
  for (const { name, chunks } of members) {
    const entry = { name: new TextEncoder().encode(name), offset: at };
    const header = local(entry.name);
    yield header;
    let [size, checksum] = [0, 0];
    for await (const chunk of chunks) {
      checksum = crc32(chunk, checksum);
      size += chunk.length;
      yield chunk;
    }
    yield fields([4, 0x08074b50], [4, checksum], [8, size], [8, size]);
    at += header.length + size + 24;
    entries.push({ ...entry, size, checksum });
  }
  const directory = entries.map(central);
  yield* directory;
  const length = directory.reduce((sum, bytes) => sum + bytes.length, 0);
  yield end(entries.length, length, at);
}

function local(name: Uint8Array): Uint8Array {
  const extra = fields([2, 1], [2, 16], [8, 0], [8, 0]);
  const head = fields(
    [4, 0x04034b50],
    ...pairs(version, flags, 0, 0, date),
    [4, 0],
    [4, 0xffffffff],
    [4, 0xffffffff],
    ...pairs(name.length, extra.length),
  );
  return joined(head, name, extra);
}

function central({ name, offset, size, checksum }: Written): Uint8Array {
  const extra = fields([2, 1], [2, 24], [8, size], [8, size], [8, offset]);
  const head = fields(
    [4, 0x02014b50],
    ...pairs(version, version, flags, 0, 0, date),
    [4, checksum],
    [4, 0xffffffff],
    [4, 0xffffffff],
    ...pairs(name.length, extra.length, 0, 0, 0),
    [4, 0],
    [4, 0xffffffff],
  );
  return joined(head, name, extra);
}

function end(count: number, length: number, offset: number): Uint8Array {
  return joined(
    fields(
      [4, 0x06064b50],
      [8, 44],
      ...pairs(version, version),
      [4, 0],
      [4, 0],
      [8, count],
      [8, count],
      [8, length],
      [8, offset],
    ),
    fields([4, 0x07064b50], [4, 0], [8, offset + length], [4, 1]),
    fields(
      [4, 0x06054b50],
      ...pairs(0, 0, Math.min(count, 0xffff), Math.min(count, 0xffff)),
      [4, 0xffffffff],
      [4, 0xffffffff],
      [2, 0],
    ),
  );
}

type Field = readonly [bytes: 2 | 4 | 8, value: number];

function pairs(...values: readonly number[]): Field[] {
  return values.map((value) => [2, value]);
}

/** Little-endian numbers one behind the other. */
function fields(...values: readonly Field[]): Uint8Array {
  const bytes = new Uint8Array(values.reduce((sum, [width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [width, value] of values) {
    if (width === 2) view.setUint16(at, value, true);
    else if (width === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += width;
  }
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

// Every platform has it, but neither its DOM nor its Node types belong in this package.
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
