// The batches of an Arrow file or stream: found one behind the other, read by position.

import { decompressZstd } from "hyparquet-compressors";
import type { ByteSource } from "../byte-source.ts";
import { bytesSource } from "../byte-source.ts";
import { unpackedLimit } from "../unpacked-limit.ts";
import { rootTable, type Table } from "./flatbuffer.ts";
import { decodeLz4Frame } from "./lz4-frame.ts";

export interface Batch {
  /** Row of the file that it begins with. */
  readonly first: number;
  readonly rows: number;
  /** Length and gaps of each node. */
  readonly nodes: readonly (readonly [length: number, gaps: number])[];
  /** Buffers of each view. */
  readonly views: readonly number[];
  /** Bytes that buffer k holds, or when it is packed may hold. */
  room(index: number): number;
  /** Bytes of buffer k as a source of their own. */
  buffer(index: number): Promise<ByteSource>;
}

const [schemaMessage, batchMessage] = [1, 3];
/** More than any schema or list of buffers takes. */
const largestMetadata = 2 ** 26;

/** Schema and batches: of a file by its footer, of a stream one behind the other. Throws Error saying what is wrong. */
export async function readBatches(source: ByteSource): Promise<ArrowContents> {
  const isFile = String.fromCharCode(...(await source.read(0, Math.min(6, source.size)))) === fileMagic;
  return isFile ? readFile(source) : readStream(source);
}

export interface ArrowContents {
  readonly schema: Table;
  readonly batches: readonly Batch[];
}

const fileMagic = "ARROW1";

/** A file ends with a table of its batches, the length of that, and the letters that it begins with. */
async function readFile(source: ByteSource): Promise<ArrowContents> {
  const { size } = source;
  const end = await source.read(Math.max(0, size - 10), Math.min(10, size));
  if (size < 20 || String.fromCharCode(...end.subarray(4)) !== fileMagic) throw new Error("no footer at its end");
  const length = viewOf(end).getInt32(0, true);
  if (!(length > 0 && length <= Math.min(largestMetadata, size - 18))) throw new Error(`a footer of ${length} bytes`);
  const footer = rootTable(await source.read(size - 10 - length, length));
  const schema = footer.table(1);
  if (!schema) throw new Error("a footer without a schema");
  const batches: Batch[] = [];
  for (const at of footer.structs(3, 24)) {
    const message = await messageAt(source, at);
    if (message?.kind !== batchMessage) throw new Error(`no batch at byte ${at}`);
    addBatch(source, message, batches);
  }
  return { schema, batches };
}

async function readStream(source: ByteSource): Promise<ArrowContents> {
  let schema: Table | undefined;
  const batches: Batch[] = [];
  for (let at = 0; at < source.size; ) {
    const message = await messageAt(source, at);
    if (!message) break;
    if (message.kind === schemaMessage) schema = message.header;
    else if (message.kind === batchMessage) addBatch(source, message, batches);
    at = message.body.start + message.body.length;
  }
  if (!schema) throw new Error("no schema");
  return { schema, batches };
}

interface Message {
  readonly kind: number;
  readonly header: Table;
  readonly body: Body;
}
interface Body {
  readonly start: number;
  readonly length: number;
}

/** A length, behind a word of ones save in old files, then a table, then the body; undefined where the messages end. */
async function messageAt(source: ByteSource, at: number): Promise<Message | undefined> {
  const { size } = source;
  if (!(at >= 0 && at + 8 <= size)) throw new Error(`no message at byte ${at} of ${size}`);
  const prefix = viewOf(await source.read(at, 8));
  const isOld = prefix.getUint32(0, true) !== 0xffffffff;
  const length = prefix.getInt32(isOld ? 0 : 4, true);
  if (length === 0) return undefined;
  const start = at + (isOld ? 4 : 8);
  if (!(length > 0 && length <= largestMetadata && start + length <= size))
    throw new Error(`a message of ${length} bytes at byte ${at} of ${size}`);
  const message = rootTable(await source.read(start, length));
  const body = { start: start + length, length: message.int64(3) };
  if (!(body.length >= 0 && body.start + body.length <= size))
    throw new Error(`a message at byte ${at} with ${body.length} bytes that run past the end`);
  const header = message.table(2);
  if (!header) throw new Error(`an empty message at byte ${at}`);
  return { kind: message.uint8(1), header, body };
}

function addBatch(source: ByteSource, { header, body }: Message, batches: Batch[]): void {
  const last = batches.at(-1);
  const batch = batchOf(source, header, body, last ? last.first + last.rows : 0);
  if (batch.rows > 0) batches.push(batch);
}

function batchOf(source: ByteSource, header: Table, body: Body, first: number): Batch {
  const rows = header.int64(0);
  if (!(Number.isSafeInteger(rows) && rows >= 0)) throw new Error(`a batch of ${rows} rows`);
  const buffers = header.pairs(2);
  const compression = header.table(3);
  const codec = compression?.uint8(0);
  return {
    first,
    rows,
    nodes: header.pairs(1),
    views: header.longs(4),
    room(index) {
      const length = buffers[index]?.[1] ?? 0;
      return codec === undefined ? Math.min(length, body.length) : unpackedLimit(Math.min(length, body.length));
    },
    async buffer(index) {
      const [offset, length] = buffers[index] ?? [Number.NaN, 0];
      if (!(offset >= 0 && length >= 0 && offset + length <= body.length))
        throw new Error(`a buffer of ${length} bytes at ${offset} outside its batch`);
      const name = source.name;
      if (codec === undefined || length === 0) return partOf(source, body.start + offset, length);
      return bytesSource(unpack(await source.read(body.start + offset, length), codec), name);
    },
  };
}

function partOf(source: ByteSource, start: number, size: number): ByteSource {
  return {
    name: source.name,
    size,
    async read(offset, length) {
      if (offset + length > size) throw new Error(`a buffer of ${size} bytes where ${offset + length} are needed`);
      return source.read(start + offset, length);
    },
  };
}

/** A length of 64 bits, −1 for bytes that are not packed, then the bytes. */
function unpack(bytes: Uint8Array, codec: number): Uint8Array {
  const packed = bytes.subarray(8);
  const size = Number(viewOf(bytes).getBigInt64(0, true));
  if (size === -1) return packed;
  if (!(size >= 0 && size <= unpackedLimit(packed.length)))
    throw new Error(`a buffer of ${packed.length} bytes that claims to unpack to ${size}`);
  if (codec === 0) return decodeLz4Frame(packed, size);
  if (codec !== 1) throw new Error(`a buffer packed by codec ${codec}`);
  const unpacked = decompressZstd(packed, new Uint8Array(size));
  if (unpacked.length !== size) throw new Error(`${unpacked.length} bytes where ${size} were packed`);
  return unpacked;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
