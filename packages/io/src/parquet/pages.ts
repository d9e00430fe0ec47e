// The pages of one column of one row group: read by position, checked against what the file says of them, decoded.

import type { ColumnMetaData, PageHeader } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { decompressPage } from "hyparquet/src/datapage.js";
import { deltaBinaryUnpack, deltaByteArray, deltaLengthByteArray } from "hyparquet/src/delta.js";
import { byteStreamSplit } from "hyparquet/src/encoding.js";
import { readPlain } from "hyparquet/src/plain.js";
import { compressors } from "hyparquet-compressors";
import type { ByteSource } from "../byte-source.ts";
import { unpackedLimit } from "../unpacked-limit.ts";
import { crc32 } from "../zip/crc32.ts";
import type { Leaf } from "./leaves.ts";
import { readRunLengths, readVarint } from "./run-lengths.ts";

/** As the library decodes them: numbers, big integers or bytes. */
export type RawValues = ArrayLike<unknown>;

export interface Page {
  /** Values and gaps. */
  readonly count: number;
  /** 0 where a row begins; undefined when every value is a row. */
  readonly repetition: Uint32Array | undefined;
  /** How much of its path each is defined; undefined when nothing is optional. */
  readonly definition: Uint32Array | undefined;
  /** Those that are there. */
  readonly values: RawValues;
}

/** Bytes that hold the header of a page; those with long statistics take more. */
const headerWindows = [2 ** 14, 2 ** 20];

/**
 * Pages in order.
 *
 * Memory: one page, and its dictionary.
 * Throws: Error saying what is wrong.
 */
export async function* pagesOf(source: ByteSource, chunk: ColumnMetaData, leaf: Leaf): AsyncGenerator<Page> {
  const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
  const end = start + Number(chunk.total_compressed_size);
  const total = Number(chunk.num_values);
  if (!(start >= 4 && end <= source.size) || !Number.isSafeInteger(end)) throw new Error("a column outside the file");
  if (!(total <= unpackedLimit(end - start))) throw new Error(`${total} values in ${end - start} bytes`);
  let dictionary: RawValues | undefined;
  let at = start;
  for (let seen = 0; seen < total; ) {
    if (at >= end) throw new Error(`${seen} values where there should be ${total}`);
    const { header, length } = await readHeader(source, at, end);
    const size = countOf(header.compressed_page_size);
    if (!(size >= 0 && at + length + size <= end)) throw new Error(`a page of ${size} bytes at byte ${at}`);
    const unpacked = countOf(header.uncompressed_page_size);
    if (!(unpacked >= 0 && unpacked <= unpackedLimit(size)))
      throw new Error(`a page at byte ${at} of ${size} bytes that claims to unpack to ${unpacked}`);
    const packed = await source.read(at + length, size);
    if (header.crc !== undefined && crc32(packed) !== header.crc >>> 0)
      throw new Error(`a page at byte ${at} with another checksum than when it was written`);
    at += length + size;
    if (header.type === "DICTIONARY_PAGE") {
      const bytes = unpack(packed, header.uncompressed_page_size, chunk);
      const count = countOf(header.dictionary_page_header?.num_values);
      if (!(count >= 0 && count <= 8 * bytes.length)) throw new Error(`a dictionary of ${count} values`);
      dictionary = readPlain(readerOf(bytes), leaf.type, count, leaf.typeLength);
    } else if (header.type === "DATA_PAGE" || header.type === "DATA_PAGE_V2") {
      const page = decodePage(header, packed, chunk, leaf, { dictionary, most: total - seen });
      seen += page.count;
      yield page;
    }
  }
}

async function readHeader(
  source: ByteSource,
  at: number,
  end: number,
): Promise<{ readonly header: PageHeader; readonly length: number }> {
  for (const window of headerWindows) {
    const bytes = await source.read(at, Math.min(window, end - at));
    const reader = readerOf(bytes);
    try {
      const header = parquetHeader(reader);
      return { header, length: reader.offset };
    } catch (error) {
      if (bytes.length < window || window === headerWindows.at(-1)) throw error;
    }
  }
  throw new Error(`no page at byte ${at}`);
}

interface PageContext {
  readonly dictionary: RawValues | undefined;
  /** Values that the column still lacks. */
  readonly most: number;
}

function decodePage(
  header: PageHeader,
  packed: Uint8Array,
  chunk: ColumnMetaData,
  leaf: Leaf,
  { dictionary, most }: PageContext,
): Page {
  const layout = header.type === "DATA_PAGE" ? header.data_page_header : header.data_page_header_v2;
  const count = countOf(layout?.num_values);
  if (!layout || !(count >= 0 && count <= most)) throw new Error(`a page of ${count} values where ${most} are left`);
  const [repeats, defines] = [leaf.lists > 0, leaf.maxDefinition > 0];
  const { repetition, definition, bytes } =
    header.type === "DATA_PAGE"
      ? levelsOfV1(unpack(packed, header.uncompressed_page_size, chunk), count, leaf)
      : levelsOfV2(packed, header, chunk, leaf);
  let there = count;
  if (definition) for (const level of definition) if (level !== leaf.maxDefinition) there--;
  const values = there === 0 ? [] : readValues(bytes, layout.encoding, there, leaf, dictionary);
  return { count, repetition: repeats ? repetition : undefined, definition: defines ? definition : undefined, values };
}

interface Levels {
  readonly repetition: Uint32Array | undefined;
  readonly definition: Uint32Array | undefined;
  /** What is left: the values. */
  readonly bytes: Uint8Array;
}

/** Each kind of level behind a length of four bytes. */
function levelsOfV1(page: Uint8Array, count: number, { lists, maxDefinition }: Leaf): Levels {
  let bytes = page;
  const levels = (largest: number): Uint32Array | undefined => {
    if (largest === 0) return undefined;
    if (bytes.length < 4) throw new Error("levels cut off");
    const length = readerOf(bytes).view.getUint32(0, true);
    if (4 + length > bytes.length) throw new Error(`levels of ${length} bytes in a page of ${page.length}`);
    const values = readRunLengths(bytes.subarray(4, 4 + length), bitsFor(largest), count);
    bytes = bytes.subarray(4 + length);
    return values;
  };
  const repetition = levels(lists);
  const definition = levels(maxDefinition);
  return { repetition, definition, bytes };
}

/** Lengths of the levels stand in the header, and only the values are packed. */
function levelsOfV2(packed: Uint8Array, header: PageHeader, chunk: ColumnMetaData, leaf: Leaf): Levels {
  const { num_values: count, is_compressed, ...lengths } = header.data_page_header_v2!;
  const first = countOf(lengths.repetition_levels_byte_length);
  const second = countOf(lengths.definition_levels_byte_length);
  if (!(first >= 0 && second >= 0 && first + second <= packed.length))
    throw new Error(`levels of ${first} and ${second} bytes in a page of ${packed.length}`);
  const levels = (bytes: Uint8Array, largest: number): Uint32Array | undefined =>
    largest === 0 ? undefined : readRunLengths(bytes, bitsFor(largest), count);
  const values = packed.subarray(first + second);
  const size = header.uncompressed_page_size - first - second;
  if (size < 0) throw new Error(`a page of ${header.uncompressed_page_size} bytes with longer levels`);
  return {
    repetition: levels(packed.subarray(0, first), leaf.lists),
    definition: levels(packed.subarray(first, first + second), leaf.maxDefinition),
    bytes: is_compressed === false || values.length === 0 ? values : unpack(values, size, chunk),
  };
}

function readValues(
  bytes: Uint8Array,
  encoding: string,
  count: number,
  { type, typeLength }: Leaf,
  dictionary: RawValues | undefined,
): RawValues {
  if (encoding === "PLAIN_DICTIONARY" || encoding === "RLE_DICTIONARY") {
    if (!dictionary || bytes.length === 0) throw new Error("indices without a dictionary");
    const indices = readRunLengths(bytes.subarray(1), bytes[0]!, count);
    return Array.from(indices, (index) => {
      if (index >= dictionary.length) throw new Error(`index ${index} into a dictionary of ${dictionary.length}`);
      return dictionary[index];
    });
  }
  if (encoding === "PLAIN" || encoding === "BYTE_STREAM_SPLIT") {
    if (count > 8 * bytes.length) throw new Error(`${count} values in ${bytes.length} bytes`);
    return encoding === "PLAIN"
      ? readPlain(readerOf(bytes), type, count, typeLength)
      : byteStreamSplit(readerOf(bytes), count, type, typeLength);
  }
  if (encoding === "DELTA_BINARY_PACKED") {
    assertDelta(bytes);
    const values = type === "INT32" ? new Int32Array(count) : new BigInt64Array(count);
    deltaBinaryUnpack(readerOf(bytes), count, values);
    return values;
  }
  if (encoding === "DELTA_LENGTH_BYTE_ARRAY" || encoding === "DELTA_BYTE_ARRAY") {
    assertDelta(bytes);
    const values: Uint8Array[] = new Array(count);
    (encoding === "DELTA_BYTE_ARRAY" ? deltaByteArray : deltaLengthByteArray)(readerOf(bytes), count, values);
    return values;
  }
  throw new Error(`the encoding ${encoding}, which is not read`);
}

/** The library makes room for as many miniblocks as the page says it has. */
function assertDelta(bytes: Uint8Array): void {
  const blockSize = readVarint(bytes, 0);
  const { value: miniblocks } = readVarint(bytes, blockSize.next);
  if (miniblocks < 1 || miniblocks > 1024 || blockSize.value % miniblocks !== 0 || blockSize.value === 0)
    throw new Error(`differences in blocks of ${blockSize.value} of ${miniblocks} parts`);
}

function unpack(bytes: Uint8Array, size: number, { codec }: ColumnMetaData): Uint8Array {
  return decompressPage(bytes, size, codec, compressors);
}

/** A number of a header; −1 when another kind of value stands in its place. */
function countOf(value: unknown): number {
  return Number.isSafeInteger(value) ? (value as number) : -1;
}

function bitsFor(largest: number): number {
  return 32 - Math.clz32(largest);
}

function readerOf(bytes: Uint8Array): { readonly view: DataView; offset: number } {
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
}
