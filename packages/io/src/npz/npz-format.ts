// .npz: a ZIP archive whose entries are .npy files.

import { isInputError } from "@nce-geometry/tensor";
import type { ByteSource } from "../byte-source.ts";
import type { Embeddings, NamedMatrix, NamedVector } from "../embeddings.ts";
import { malformedFile } from "../malformed.ts";
import { npyContents } from "../npy/npy-format.ts";
import type { ZipEntry } from "../zip/zip-directory.ts";
import { openZipEntry } from "../zip/zip-entry.ts";

const suffix = ".npy";

/** Whether the entries of an archive are those of a .npz. */
export function isNpz(entries: readonly ZipEntry[]): boolean {
  return entries.some(({ name }) => name.endsWith(suffix));
}

/**
 * The arrays of a .npz under their names; matrix k of a stack is `name/k`.
 *
 * Numerics: stored entries are read by position; deflated ones are unpacked into memory whole, with their checksum compared.
 * Throws:   InputError E_FORMAT. An array that is not read here (objects, another rank) is a note, unless nothing else is left.
 */
export async function openNpz(source: ByteSource, entries: readonly ZipEntry[]): Promise<Embeddings> {
  const matrices: NamedMatrix[] = [];
  const vectors: NamedVector[] = [];
  const notes: string[] = [];
  const refusals: unknown[] = [];
  for (const entry of entries.filter(({ name }) => name.endsWith(suffix))) {
    const name = entry.name.slice(0, -suffix.length);
    const array = await openZipEntry(source, entry);
    try {
      const contents = await npyContents(array, name);
      matrices.push(...contents.matrices);
      vectors.push(...contents.vectors);
      notes.push(...contents.notes.map((note) => `${name}: ${note}`));
      if (entry.method === "deflate") notes.push(`${name}: packed, so it was unpacked into memory`);
    } catch (error) {
      if (!isInputError(error)) throw error;
      refusals.push(error);
      notes.push(`${name} is not read: ${error.message}`);
    }
  }
  if (matrices.length === 0 && vectors.length === 0) {
    throw refusals[0] ?? malformedFile("openNpz", source.name, "an archive with a matrix", "none");
  }
  return { format: "npz", source: source.name, bytes: source.size, matrices, vectors, notes };
}
