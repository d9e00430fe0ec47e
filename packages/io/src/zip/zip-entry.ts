// One entry of a ZIP archive as a source of bytes of its own.

import { inflateSync } from "fflate";
import { assertRange, type ByteSource, bytesSource } from "../byte-source.ts";
import { malformedFile } from "../malformed.ts";
import { crc32 } from "./crc32.ts";
import { textOf, type ZipEntry } from "./zip-directory.ts";

const localSignature = 0x04034b50;

/**
 * The bytes of an entry: positioned reads where it is stored, else unpacked into memory once, with its checksum compared.
 *
 * Throws: InputError E_FORMAT naming the entry.
 */
export async function openZipEntry(source: ByteSource, entry: ZipEntry): Promise<ByteSource> {
  const name = `${source.name}#${entry.name}`;
  const start = await dataStart(source, entry, name);
  if (entry.method === "stored") return part(source, name, start, entry.size);
  return bytesSource(unpack(await source.read(start, entry.packed), entry, name), name);
}

/** Where the data begin: the local header repeats the name, and its extra field may be of another length. */
async function dataStart(source: ByteSource, entry: ZipEntry, name: string): Promise<number> {
  const bytes = await source.read(entry.offset, 30);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== localSignature) throw broken(name, `no entry at byte ${entry.offset}`);
  const nameLength = view.getUint16(26, true);
  const start = entry.offset + 30 + nameLength + view.getUint16(28, true);
  if (start + entry.packed > source.size) throw broken(name, "an entry that runs past the end of the file");
  const local = textOf(await source.read(entry.offset + 30, nameLength));
  if (local !== entry.name) throw broken(name, `an entry called ${JSON.stringify(local)} at byte ${entry.offset}`);
  return start;
}

function part(source: ByteSource, name: string, start: number, size: number): ByteSource {
  return {
    name,
    size,
    async read(offset, length) {
      assertRange(name, size, offset, length);
      return source.read(start + offset, length);
    },
  };
}

function unpack(packed: Uint8Array, entry: ZipEntry, name: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = inflateSync(packed, { out: new Uint8Array(entry.size) });
  } catch (error) {
    throw broken(name, `packed data that cannot be unpacked (${(error as Error).message})`);
  }
  if (bytes.length !== entry.size) throw broken(name, `${bytes.length} bytes where ${entry.size} were packed`);
  if (crc32(bytes) !== entry.crc32) throw broken(name, "bytes with another checksum than when they were packed");
  return bytes;
}

function broken(name: string, received: string): Error {
  return malformedFile("openZip", name, "a whole entry of a ZIP archive", received, "Copy or save the archive again.");
}
