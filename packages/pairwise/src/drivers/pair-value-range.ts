import { InputError, type Rows } from "@nce-geometry/tensor";
import { refuseNonFiniteRows } from "../check-finite.ts";
import type { MappedPairValue, PairValue } from "../engine.ts";
import { rowReader } from "../tiles/row-reader.ts";

const BLOCK_ROWS = 256;

// Room for an engine's rounding; a wider first histogram costs nothing but a little resolution.
const SLACK = 1.125;

/** An interval [low, high) that holds the value of every pair, from the largest norms (Cauchy–Schwarz, triangle). */
export async function pairValueRange(
  x: Rows,
  y: Rows,
  value: Exclude<PairValue, MappedPairValue>,
  where: string,
): Promise<[number, number]> {
  if (value.kind === "gaussian") return [0, SLACK];
  const xNorm = await largestNorm(x, "x", where);
  const yNorm = await largestNorm(y, "y", where);
  if (!Number.isFinite(xNorm + yNorm)) await refuseNonFiniteRows(x, y, where, BLOCK_ROWS);
  const farthest = value.kind === "inner" ? xNorm * yNorm : xNorm + yNorm;
  const bound = SLACK * (value.kind === "squaredDistance" ? farthest ** 2 : farthest) || 1;
  if (!Number.isFinite(2 * bound)) {
    const expected = "rows whose pair values are far below 1.8e308";
    const received = `norms up to ${Math.max(xNorm, yNorm)}`;
    throw new InputError({ code: "E_NOT_FINITE", where, argument: "x, y", expected, received });
  }
  return [value.kind === "inner" ? -bound : 0, bound];
}

async function largestNorm(rows: Rows, argument: string, where: string): Promise<number> {
  const reader = rowReader(rows, { blockRows: BLOCK_ROWS, where, argument });
  let largest = 0;
  for (let index = 0; index < reader.blocks; index++) {
    // Math.max keeps NaN, so a bad row is noticed.
    for (const squaredNorm of (await reader.block(index)).squaredNorms) largest = Math.max(largest, squaredNorm);
  }
  return Math.sqrt(largest);
}
