// The table of contents of a ZIP archive, with the 64-bit extension. Pure reading: nothing is unpacked here.
// Format: PKWARE's application note 6.3.

import type { ByteSource } from "../byte-source.ts";
import { malformedFile } from "../malformed.ts";

export interface ZipEntry {
  readonly name: string;
  /** Stored as it is, or deflated. */
  readonly method: "stored" | "deflate";
  /** Bytes in the archive. */
  readonly packed: number;
  /** Bytes when unpacked. */
  readonly size: number;
  readonly crc32: number;
  /** Where its local header begins. */
  readonly offset: number;
}

const endSignature = 0x06054b50;
const end64LocatorSignature = 0x07064b50;
const end64Signature = 0x06064b50;
const entrySignature = 0x02014b50;
const endLength = 22;
const longestComment = 65_535;
/** Entries of more archives than anybody saves; a longer table is not read into memory. */
const largestDirectory = 2 ** 26;
/** Deflate packs at most 1032 bytes into one. */
export const largestDeflateRatio = 1032;

/** All entries, in the order of the directory. Throws InputError E_FORMAT naming the place. */
export async function readZipDirectory(source: ByteSource): Promise<ZipEntry[]> {
  const end = await findEnd(source);
  const { count, length, offset } = end.wants64 ? await readEnd64(source, end.at) : end;
  if (offset + length > end.at)
    throw broken(source, `a directory of ${length} bytes at ${offset}, which runs past its end`);
  if (length > largestDirectory) throw broken(source, `a directory of ${length} bytes`);
  const bytes = await source.read(offset, length);
  const entries: ZipEntry[] = [];
  for (let at = 0; at < length; ) {
    const { entry, next } = parseEntry(source, bytes, at, offset);
    entries.push(entry);
    at = next;
  }
  if (entries.length !== count) throw broken(source, `${entries.length} entries where its end says ${count}`);
  assertApart(source, entries);
  return entries;
}

/** Entries that share bytes could unpack to any size. */
function assertApart(source: ByteSource, entries: readonly ZipEntry[]): void {
  let end = 0;
  for (const { name, offset, packed } of entries.toSorted((a, b) => a.offset - b.offset)) {
    if (offset < end) throw broken(source, `entry ${JSON.stringify(name)} inside another`);
    end = offset + 30 + packed;
  }
  const names = new Set<string>();
  for (const { name } of entries) {
    if (names.has(name)) throw broken(source, `two entries ${JSON.stringify(name)}`);
    names.add(name);
  }
}

interface End {
  /** Where the record begins. */
  readonly at: number;
  readonly count: number;
  readonly length: number;
  readonly offset: number;
  readonly wants64: boolean;
}

/** The last record of the file, behind which only a comment stands. */
async function findEnd(source: ByteSource): Promise<End> {
  const tailLength = Math.min(source.size, endLength + longestComment);
  const tailStart = source.size - tailLength;
  const view = viewOf(await source.read(tailStart, tailLength));
  for (let at = tailLength - endLength; at >= 0; at--) {
    if (view.getUint32(at, true) !== endSignature) continue;
    if (at + endLength + view.getUint16(at + 20, true) !== tailLength) continue;
    const [count, length, offset] = [
      view.getUint16(at + 10, true),
      view.getUint32(at + 12, true),
      view.getUint32(at + 16, true),
    ];
    const wants64 = count === 0xffff || length === 0xffffffff || offset === 0xffffffff;
    return { at: tailStart + at, count, length, offset, wants64 };
  }
  throw broken(source, "no directory at its end", "The archive is truncated: copy or save it again.");
}

async function readEnd64(
  source: ByteSource,
  endAt: number,
): Promise<{ readonly count: number; readonly length: number; readonly offset: number }> {
  const locatorAt = endAt - 20;
  if (locatorAt < 0) throw broken(source, "no 64-bit directory where its end says there is one");
  const locator = viewOf(await source.read(locatorAt, 20));
  const at = Number(locator.getBigUint64(8, true));
  if (locator.getUint32(0, true) !== end64LocatorSignature || at + 56 > locatorAt)
    throw broken(source, "no 64-bit directory where its end says there is one");
  const record = viewOf(await source.read(at, 56));
  if (record.getUint32(0, true) !== end64Signature) throw broken(source, `no 64-bit directory at byte ${at}`);
  const [count, length, offset] = [32, 40, 48].map((place) => Number(record.getBigUint64(place, true)));
  return { count: count!, length: length!, offset: offset! };
}

function parseEntry(
  source: ByteSource,
  bytes: Uint8Array,
  at: number,
  start: number,
): { readonly entry: ZipEntry; readonly next: number } {
  const place = `at byte ${start + at}`;
  const view = viewOf(bytes);
  if (at + 46 > bytes.length || view.getUint32(at, true) !== entrySignature)
    throw broken(source, `no entry of the directory ${place}`);
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
  const nameAt = at + 46;
  const extraAt = nameAt + nameLength!;
  const next = extraAt + extraLength! + commentLength!;
  if (next > bytes.length) throw broken(source, `an entry ${place} that runs past the directory`);
  const name = textOf(bytes.subarray(nameAt, extraAt));
  if (flags & 1) throw broken(source, `the encrypted entry ${JSON.stringify(name)}`, "Save it without a password.");
  if (method !== 0 && method !== 8)
    throw broken(source, `entry ${JSON.stringify(name)} packed by method ${method}`, "Save it stored or deflated.");
  const sizes = wideSizes(
    [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)],
    bytes.subarray(extraAt, extraAt + extraLength!),
  );
  const [size, packed, offset] = sizes ?? [];
  if (size === undefined || packed === undefined || offset === undefined || offset + 30 + packed > source.size)
    throw broken(source, `entry ${JSON.stringify(name)} outside the file`);
  if (method === 0 ? size !== packed : size > packed * largestDeflateRatio + 64)
    throw broken(source, `entry ${JSON.stringify(name)} of ${size} bytes packed into ${packed}`);
  return {
    entry: {
      name,
      method: method === 0 ? "stored" : "deflate",
      packed,
      size,
      offset,
      crc32: view.getUint32(at + 16, true),
    },
    next,
  };
}

/** Size, packed size and offset; those that are all ones stand in the 64-bit extra field, in this order. */
function wideSizes(values: readonly number[], extra: Uint8Array): readonly number[] | undefined {
  if (values.every((value) => value !== 0xffffffff)) return values;
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const end = Math.min(extra.length, at + 4 + view.getUint16(at + 2, true));
    let place = at + 4;
    const wide = values.map((value) => {
      if (value !== 0xffffffff) return value;
      place += 8;
      return place <= end ? Number(view.getBigUint64(place - 8, true)) : Number.NaN;
    });
    return wide.every(Number.isSafeInteger) ? wide : undefined;
  }
  return undefined;
}

/** Names are UTF-8 or plain ASCII in every archive of arrays. */
export function textOf(bytes: Uint8Array): string {
  const decoder = new TextDecoder();
  return decoder.decode(bytes);
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

// Every platform has it, but neither its DOM nor its Node types belong in this package.
declare class TextDecoder {
  decode(bytes: Uint8Array): string;
}

function broken(source: ByteSource, received: string, hint?: string): Error {
  return malformedFile("openZip", source.name, "a well-formed ZIP archive", received, hint);
}
