// The header of a .npy file: magic, version, length, and a Python dictionary of three entries. Pure: bytes in, plan out.
// Format: NumPy Enhancement Proposal 1 and its versions 2.0 and 3.0.

import { InputError } from "@nce-geometry/tensor";
import { recogniseForeignFormat } from "../foreign-format.ts";
import { type PythonValue, parsePythonDictionary } from "./python-literal.ts";

export interface NpyHeader {
  readonly version: 1 | 2 | 3;
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the numbers begin. */
  readonly dataOffset: number;
}

/** Bytes needed to learn the length of the header. */
export const preambleLength = 12;

/** NumPy itself refuses longer ones by default; a dictionary of three entries needs far less. */
const longestHeader = 65_536;

/** Length of magic, version, length field and dictionary, from the first {@link preambleLength} bytes (or all there are). */
export function headerLength(name: string, preamble: Uint8Array): number {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (magic.some((byte, index) => preamble[index] !== byte)) {
    const foreign = recogniseForeignFormat(preamble);
    const received = foreign?.name ?? `bytes ${hex(preamble.subarray(0, 6))}`;
    throw malformed(name, "a .npy file, which begins with \\x93NUMPY", received, foreign?.hint);
  }
  if (preamble.length < preambleLength)
    throw malformed(name, "a whole .npy file", `${preamble.length} bytes, cut inside its header`);
  const version = preamble[6]!;
  if (![1, 2, 3].includes(version) || preamble[7] !== 0) {
    throw malformed(name, ".npy format 1.0, 2.0 or 3.0", `format ${version}.${preamble[7]}`);
  }
  const view = new DataView(preamble.buffer, preamble.byteOffset);
  const [start, length] = version === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  if (length > longestHeader)
    throw malformed(name, `a header of at most ${longestHeader} bytes`, `one of ${length} bytes`);
  return start + length;
}

/** Parses the header, given its exact bytes. Throws InputError E_FORMAT naming what is wrong with it. */
export function parseHeader(name: string, bytes: Uint8Array): NpyHeader {
  const version = bytes[6] as NpyHeader["version"];
  const start = version === 1 ? 10 : 12;
  const text = String.fromCharCode(...bytes.subarray(start));
  const entries = parsePythonDictionary(text);
  if (typeof entries === "string")
    throw malformed(name, "a .npy file with a well-formed header", `a header in which ${entries}`);
  const keys = [...entries.keys()].sort().join(", ");
  if (keys !== "descr, fortran_order, shape") {
    throw malformed(
      name,
      "a .npy file whose header has descr, fortran_order and shape",
      `a header with ${keys || "no entries"}`,
    );
  }
  return {
    version,
    descr: descrOf(name, entries.get("descr")!),
    fortranOrder: orderOf(name, entries.get("fortran_order")!),
    shape: shapeOf(name, entries.get("shape")!),
    dataOffset: bytes.length,
  };
}

function descrOf(name: string, value: PythonValue): string {
  if (typeof value === "string") return value;
  const hint = "Structured arrays are not read; save one field: np.save(path, a['embedding']).";
  throw malformed(name, "an array of plain numbers", "a structured dtype", hint);
}

function orderOf(name: string, value: PythonValue): boolean {
  if (typeof value === "boolean") return value;
  throw malformed(name, "a .npy file whose fortran_order is True or False", `fortran_order ${pythonText(value)}`);
}

function shapeOf(name: string, value: PythonValue): readonly number[] {
  if (Array.isArray(value) && value.every((size) => typeof size === "number" && size >= 0)) return value as number[];
  throw malformed(
    name,
    "a .npy file whose shape is a tuple of integers >= 0",
    `shape ${pythonText(value)}`,
    "Save the array again.",
  );
}

function pythonText(value: PythonValue): string {
  if (typeof value === "string") return `'${value}'`;
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if ("list" in value) return `[${value.list.map(pythonText).join(", ")}]`;
  return `(${value.map(pythonText).join(", ")}${value.length === 1 ? "," : ""})`;
}

export function malformed(name: string, expected: string, received: string, hint?: string): InputError {
  return new InputError({ code: "E_FORMAT", where: "openNpy", argument: name, expected, received, hint });
}

function hex(bytes: Uint8Array): string {
  return bytes.length === 0 ? "none" : Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
