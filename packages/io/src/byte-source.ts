// The whole interface between formats and storage: a size and positioned reads. Parsers above it run unchanged on bytes
// in memory, on a browser's Blob or File, and on a file of Node.

import { InputError } from "@nce-geometry/tensor";

export interface ByteSource {
  /** What to call it in messages: a file name or path. */
  readonly name: string;
  /** Bytes in all. */
  readonly size: number;
  /** Exactly `length` bytes from `offset`, in an array of their own. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** The part of a browser's `Blob` that is used; any `Blob` or `File` fits. */
export interface BlobLike {
  readonly size: number;
  readonly name?: string;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/**
 * Bytes in memory as a source; reading copies the part that is read.
 *
 * Throws: InputError E_OPTION for a range outside the bytes.
 */
export function bytesSource(bytes: Uint8Array, name = "bytes"): ByteSource {
  return {
    name,
    size: bytes.length,
    async read(offset, length) {
      assertRange(name, bytes.length, offset, length);
      // Not `slice`, which does not copy when the bytes are a Buffer of Node.
      return new Uint8Array(bytes.subarray(offset, offset + length));
    },
  };
}

/**
 * A `Blob` or `File` as a source; only the parts that are read are brought into memory.
 *
 * Throws: InputError E_OPTION for a range outside the blob.
 */
export function blobSource(blob: BlobLike, name: string = blob.name ?? "blob"): ByteSource {
  return {
    name,
    size: blob.size,
    async read(offset, length) {
      assertRange(name, blob.size, offset, length);
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
    },
  };
}

/** Throws E_OPTION unless `offset … offset + length` lies inside `size` bytes. */
export function assertRange(name: string, size: number, offset: number, length: number): void {
  if (
    Number.isSafeInteger(offset) &&
    Number.isSafeInteger(length) &&
    offset >= 0 &&
    length >= 0 &&
    offset + length <= size
  )
    return;
  throw new InputError({
    code: "E_OPTION",
    where: "read",
    argument: name,
    expected: `read inside its ${size} bytes`,
    received: `offset ${offset}, length ${length}`,
  });
}
