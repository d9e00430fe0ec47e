// Text files cut into blocks at the ends of records, so that a file of any size is read in bounded memory.

import { type RunControl, throwIfAborted, yieldToEventLoop } from "@nce-geometry/tensor";
import type { ByteSource } from "../byte-source.ts";
import { malformedFile } from "../malformed.ts";

export interface RecordBlock {
  /** Byte of the first record. */
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

export interface RecordBlocksOptions extends RunControl {
  /** Whether a line may go on behind an end of line that stands between quotation marks, as in CSV. */
  readonly quotes: boolean;
  /** Bytes per block; the last record of a block is always whole. @defaultValue 1 MiB */
  readonly blockBytes?: number;
}

/** A record longer than this is no embedding. */
const longestRecord = 2 ** 24;
const [lineFeed, quote] = [10, 34];

/** Blocks of whole records, in order. Throws InputError E_FORMAT for a record of more than 16 MiB and for bytes that are not UTF-8. */
export async function* recordBlocks(source: ByteSource, options: RecordBlocksOptions): AsyncGenerator<RecordBlock> {
  const { quotes, blockBytes = 2 ** 20, signal, onProgress } = options;
  let offset = await startOfText(source);
  while (offset < source.size) {
    throwIfAborted(signal);
    const bytes = await blockAt(source, offset, quotes, blockBytes);
    yield { offset, length: bytes.length, text: textOf(source, bytes, offset) };
    offset += bytes.length;
    onProgress?.({ done: offset, total: source.size, label: "reading records" });
    await yieldToEventLoop();
  }
}

/** Text of a block that was seen before. */
export async function readBlock(source: ByteSource, offset: number, length: number): Promise<string> {
  return textOf(source, await source.read(offset, length), offset);
}

/** A whole file. Throws as {@link recordBlocks}. */
export async function readText(source: ByteSource): Promise<string> {
  const start = await startOfText(source);
  return readBlock(source, start, source.size - start);
}

/** Whether bytes at the start of a file may be text: UTF-16 is, so that it can be refused by name. */
export function isText(start: Uint8Array): boolean {
  return isUtf16(start) || !start.includes(0);
}

function isUtf16([a, b]: Uint8Array): boolean {
  return (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
}

/** Behind a byte order mark. */
async function startOfText(source: ByteSource): Promise<number> {
  const start = await source.read(0, Math.min(3, source.size));
  const [a, b, c] = start;
  if (isUtf16(start))
    throw malformedFile("openEmbeddings", source.name, "a text file in UTF-8", "one in UTF-16", "Save it in UTF-8.");
  return a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0;
}

async function blockAt(source: ByteSource, offset: number, quotes: boolean, wanted: number): Promise<Uint8Array> {
  for (let length = wanted; ; length *= 2) {
    const bytes = await source.read(offset, Math.min(length, source.size - offset));
    if (offset + bytes.length === source.size) return bytes;
    const end = lastRecordEnd(bytes, quotes);
    if (end > 0) return bytes.subarray(0, end);
    if (length > longestRecord) {
      const hint = quotes ? "A quotation mark may be open." : undefined;
      throw malformedFile(
        "openEmbeddings",
        source.name,
        "records of at most 16 MiB",
        `a longer one at byte ${offset}`,
        hint,
      );
    }
  }
}

/** Bytes up to and with the last end of a record; 0 when there is none. Doubled quotation marks keep the parity. */
function lastRecordEnd(bytes: Uint8Array, quotes: boolean): number {
  if (!quotes) return bytes.lastIndexOf(lineFeed) + 1;
  let [end, open] = [0, false];
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === quote) open = !open;
    else if (bytes[at] === lineFeed && !open) end = at + 1;
  }
  return end;
}

function textOf(source: ByteSource, bytes: Uint8Array, offset: number): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const hint = "Save the file in UTF-8.";
    throw malformedFile(
      "openEmbeddings",
      source.name,
      "a text file in UTF-8",
      `other bytes in the block at byte ${offset}`,
      hint,
    );
  }
}

// Every platform has it, but neither its DOM nor its Node types belong in this package.
declare class TextDecoder {
  constructor(label: string, options: { readonly fatal: boolean });
  decode(bytes: Uint8Array): string;
}
