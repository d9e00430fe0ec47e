// The published embeddings and their golden diagnostics, which lie beside the repository and are not part of it.

import { existsSync, readFileSync } from "node:fs";
import type { RowMatrix } from "@nce-geometry/tensor";

const shared = new URL("../../../../shared/", import.meta.url);

export const haveRealEmbeddings =
  existsSync(new URL("embeddings/clip.npy", shared)) && existsSync(new URL("oracles/real_embeddings.json", shared));

/** Both modalities of a file [2, n, d], rows normalised in float64. */
export function readPair(name: string): { x: RowMatrix; y: RowMatrix } {
  const bytes = readFileSync(new URL(`embeddings/${name}.npy`, shared));
  const start = 10 + bytes.readUInt16LE(8);
  const [, rows, dim] = /\((\d+), (\d+), (\d+)\)/
    .exec(bytes.toString("latin1", 10, start))!
    .slice(1)
    .map(Number);
  const numbers = new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length));
  const half = rows! * dim!;
  const unit = (offset: number) => unitRows(Float64Array.from(numbers.subarray(offset, offset + half)), rows!, dim!);
  return { x: unit(0), y: unit(half) };
}

export function readOracle(): Record<string, Golden> {
  return JSON.parse(readFileSync(new URL("oracles/real_embeddings.json", shared), "utf8"));
}

export interface Golden {
  readonly [name: string]: number | Record<string, number> | Record<string, Record<string, number>>;
}

function unitRows(data: Float64Array, rows: number, dim: number): RowMatrix {
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * dim, (i + 1) * dim);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    for (let k = 0; k < dim; k++) row[k]! /= norm;
  }
  return { rows, dim, data };
}
