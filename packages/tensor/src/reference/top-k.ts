// The k largest of each run, by insertion into a short sorted list; for large k by sorting positions.

import type { ReferenceData } from "./reference-tensor.ts";

const insertionLimit = 32;

/** Writes the positions of the k largest of data[start … start + length), largest first, lower position first on ties. */
export function topPositions(data: ReferenceData, start: number, length: number, k: number, out: Int32Array): void {
  if (k <= insertionLimit) insert(data, start, length, k, out);
  else out.set(sorted(data, start, length).subarray(0, k));
}

function insert(data: ReferenceData, start: number, length: number, k: number, out: Int32Array): void {
  for (let position = 0; position < length; position++) {
    const value = data[start + position]!;
    let place = Math.min(position, k);
    while (place > 0 && value > data[start + out[place - 1]!]!) place--;
    if (place === k) continue;
    for (let i = Math.min(position, k - 1); i > place; i--) out[i] = out[i - 1]!;
    out[place] = position;
  }
}

function sorted(data: ReferenceData, start: number, length: number): Int32Array {
  const positions = Int32Array.from({ length }, (_, position) => position);
  return positions.sort((p, q) => {
    const x = data[start + p]!;
    const y = data[start + q]!;
    return x > y ? -1 : x < y ? 1 : p - q;
  });
}
