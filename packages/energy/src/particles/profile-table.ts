// A kernel tabulated in s = cos(θ/2): one polynomial per piece for the kernel, and one for its slope. Evaluating them costs less than
// an arc cosine and an exponential, and is as accurate.

import type { KernelShape } from "./particle-kernel.ts";

/** Coefficients of a polynomial of degree 7. */
const TERMS = 8;
/** Half of how much the exponent may change over a piece; the interpolation error is then below BUDGET⁸/(2⁷·8!) ≈ 4e-17 of the kernel. */
const BUDGET = 0.06;
/** Fewest pieces: keeps wide kernels as accurate, whose singularity at s = −1 is then far away in units of a piece. */
const FEWEST = 64;
/** Kernels below e^{−DEPTH} read as 0. Sums that this can touch are recomputed in log space. */
export const DEPTH = 200;

export interface ProfileTable {
  /** Kernel and slope of each piece: TERMS coefficients each, of the powers of the offset from the middle of the piece in pieces. */
  readonly coefficients: Float64Array;
  /** Pieces per unit of s. */
  readonly density: number;
  /** Where s = 0 lies, in pieces before the first one. The first one is 0, and reaches up to where the kernel is e^{−DEPTH}. */
  readonly offset: number;
}

/** The table of a kernel. */
export function profileTable(shape: KernelShape): ProfileTable {
  const lowest = shape.support(DEPTH);
  const span = 1 - lowest;
  const pieces = Math.max(FEWEST, Math.ceil((span * shape.steepness) / (2 * BUDGET)));
  const density = pieces / span;
  // One piece beyond s = 1 takes what rounding makes of equal particles.
  const coefficients = new Float64Array((pieces + 2) * 2 * TERMS);
  for (let piece = 0; piece <= pieces; piece++) {
    const at = chebyshevNodes.map((x) => lowest + (piece + 0.5 + x) / density);
    const kernel = at.map((s) => Math.exp(shape.exponent(s)));
    coefficients.set(interpolate(kernel), (piece + 1) * 2 * TERMS);
    coefficients.set(interpolate(at.map((s, k) => kernel[k]! * shape.rate(s))), ((piece + 1) * 2 + 1) * TERMS);
  }
  return { coefficients, density, offset: density * lowest - 1 };
}

/** Replaces cosines from `from` to `to` by the kernel there. */
export function kernelOfCosines(table: ProfileTable, cosines: Float64Array, from: number, to: number): void {
  const { coefficients: c, density, offset } = table;
  for (let j = from; j < to; j++) {
    const u = Math.max(0, density * Math.sqrt(Math.abs(0.5 + 0.5 * cosines[j]!)) - offset);
    const piece = u | 0;
    const w = u - piece - 0.5;
    const w2 = w * w;
    const b = piece * 16;
    const low = c[b]! + w * c[b + 1]! + w2 * (c[b + 2]! + w * c[b + 3]!);
    const high = c[b + 4]! + w * c[b + 5]! + w2 * (c[b + 6]! + w * c[b + 7]!);
    cosines[j] = low + w2 * w2 * high;
  }
}

/** Replaces cosines from `from` to `to` by the derivative of the kernel in the cosine. */
export function slopeOfCosines(table: ProfileTable, cosines: Float64Array, from: number, to: number): void {
  const { coefficients: c, density, offset } = table;
  for (let j = from; j < to; j++) {
    const s = Math.sqrt(Math.abs(0.5 + 0.5 * cosines[j]!));
    const u = Math.max(0, density * s - offset);
    const piece = u | 0;
    const w = u - piece - 0.5;
    const w2 = w * w;
    const b = piece * 16 + 8;
    const low = c[b]! + w * c[b + 1]! + w2 * (c[b + 2]! + w * c[b + 3]!);
    const high = c[b + 4]! + w * c[b + 5]! + w2 * (c[b + 6]! + w * c[b + 7]!);
    cosines[j] = (low + w2 * w2 * high) / Math.max(s, ANTIPODAL);
  }
}

/** cos(θ/2) that rounding of the cosine cannot tell from 0. The derivative there has no direction on the sphere: what is left of it is rounding. */
export const ANTIPODAL: number = 2 ** -24;

/** In units of a piece, about its middle. */
const chebyshevNodes = Array.from({ length: TERMS }, (_, k) => 0.5 * Math.cos((Math.PI * (k + 0.5)) / TERMS));

/** Coefficients of the powers of x of the interpolant through values at the nodes, by Newton's divided differences. */
function interpolate(values: readonly number[]): number[] {
  const differences = [...values];
  for (let order = 1; order < TERMS; order++) {
    for (let k = TERMS - 1; k >= order; k--) {
      const gap = chebyshevNodes[k]! - chebyshevNodes[k - order]!;
      differences[k] = (differences[k]! - differences[k - 1]!) / gap;
    }
  }
  const powers = new Array<number>(TERMS).fill(0);
  for (let order = TERMS - 1; order >= 0; order--) {
    for (let k = TERMS - 1; k >= 1; k--) powers[k] = powers[k - 1]! - chebyshevNodes[order]! * powers[k]!;
    powers[0] = differences[order]! - chebyshevNodes[order]! * powers[0]!;
  }
  return powers;
}
