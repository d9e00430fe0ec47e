// The header of a safetensors file: a length, JSON, and spans of the bytes behind it. Pure: bytes in, plan out.

import { malformedFile } from "../malformed.ts";
import { brief } from "../text/columns.ts";

export interface SafetensorsEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Offset in the file, and length in bytes. */
  readonly offset: number;
  readonly length: number;
}

export interface SafetensorsHeader {
  readonly entries: readonly SafetensorsEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** The reference implementation refuses longer ones too. */
export const longestHeader = 100_000_000;

/** Bytes per element. */
const widths: Readonly<Record<string, number>> = {
  ...{ F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1 },
  ...{ U64: 8, U32: 4, U16: 2, U8: 1, BOOL: 1 },
};

/** Checks and plans; `text` is the JSON, `dataStart` where the bytes of tensors begin, `size` that of the file. */
export function parseSafetensorsHeader(
  file: string,
  text: string,
  { dataStart, size }: { readonly dataStart: number; readonly size: number },
): SafetensorsHeader {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw broken(file, `one that is not JSON (${(error as Error).message})`);
  }
  if (!isRecord(json)) throw broken(file, "one that is not a JSON object");
  const { __metadata__: metadata = {}, ...tensors } = json;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === "string"))
    throw broken(file, "a __metadata__ that is not a map from text to text");
  const entries = Object.entries(tensors).map(([name, entry]) => parseEntry(file, name, entry, dataStart));
  assertContiguous(file, entries, dataStart, size);
  return { entries, metadata: metadata as Record<string, string> };
}

function parseEntry(file: string, name: string, entry: unknown, dataStart: number): SafetensorsEntry {
  const place = `tensor ${JSON.stringify(name)}`;
  if (!isRecord(entry)) throw broken(file, `${place} that is not described by an object`);
  const { dtype, shape, data_offsets: span } = entry;
  if (typeof dtype !== "string") throw broken(file, `${place} without a dtype`);
  if (!isCounts(shape)) throw broken(file, `${place} of shape ${brief(shape)}`);
  if (!isCounts(span) || span.length !== 2 || span[0]! > span[1]!)
    throw broken(file, `${place} with data_offsets ${brief(span)}`);
  const length = span[1]! - span[0]!;
  const width = Object.hasOwn(widths, dtype) ? widths[dtype] : undefined;
  if (width !== undefined && shape.reduce((product, size) => product * size, width) !== length)
    throw broken(file, `${place} of shape (${shape.join(", ")}) ${dtype} in ${length} bytes`);
  return { name, dtype, shape, offset: dataStart + span[0]!, length };
}

/** The tensors fill the rest of the file without holes, as the format demands: a hole could hide anything. */
function assertContiguous(file: string, entries: readonly SafetensorsEntry[], dataStart: number, size: number): void {
  let end = dataStart;
  for (const { name, offset, length } of entries.toSorted((a, b) => a.offset - b.offset || a.length - b.length)) {
    if (offset !== end)
      throw broken(file, `tensor ${JSON.stringify(name)} that begins at byte ${offset} where ${end} is free`);
    end = offset + length;
  }
  if (end === size) return;
  const hint = end > size ? "The file is truncated: copy or save it again." : undefined;
  throw broken(file, `tensors that end at byte ${end} of ${size}`, hint);
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function broken(file: string, received: string, hint?: string): Error {
  return malformedFile("openSafetensors", file, "a safetensors file with a well-formed header", received, hint);
}
