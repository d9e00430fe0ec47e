// Where finished units are kept, and how one sees that they still are what was put there.

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Json } from "../experiment.ts";
import { canonicalBytes, isRecord } from "./canonical-json.ts";

/** Keeps bytes by key: a directory, a database, a map. */
export interface UnitStore {
  /** The bytes last saved under the key; undefined where there are none. */
  load(key: string): Promise<Uint8Array | undefined>;
  /** Keeps the bytes. When it resolves they are safe; after a kill in the middle, `load` gives the old bytes, the new ones, or damaged ones. */
  save(key: string, bytes: Uint8Array): Promise<void>;
}

/** A store that lives as long as the program. */
export function memoryStore(): UnitStore {
  const kept = new Map<string, Uint8Array>();
  return {
    load: (key) => Promise.resolve(kept.get(key)?.slice()),
    save: (key, bytes) => {
      kept.set(key, bytes.slice());
      return Promise.resolve();
    },
  };
}

/**
 * The hash of a JSON value.
 *
 * Math:     SHA-256 of its canonical form, in hexadecimal digits
 * Throws:   InputError E_NOT_FINITE, E_DOMAIN, where it is not JSON.
 * Source:   FIPS 180-4; RFC 8785.
 */
export function hashOf(value: Json): string {
  return bytesToHex(sha256(canonicalBytes(value)));
}

/** A record with its hash, in canonical form. */
export function seal(content: Json): Uint8Array {
  return canonicalBytes({ content, sha256: hashOf(content) });
}

/** The content of a sealed record; undefined where a single bit is not as it was sealed. */
export function unseal(bytes: Uint8Array): Json | undefined {
  const record = parsed(bytes);
  if (!isRecord(record) || record.content === undefined) return undefined;
  const content = record.content as Json;
  // The form is canonical, so what was not touched is what sealing its content gives.
  const again = seal(content);
  const isWhole = again.length === bytes.length && again.every((byte, i) => byte === bytes[i]);
  return isWhole ? content : undefined;
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

// Every platform has it, but neither its DOM nor its Node types belong in this package.
declare class TextDecoder {
  constructor(label: "utf-8", options: { readonly fatal: true });
  decode(bytes: Uint8Array): string;
}
