// The landscape of the questions about densities: a circle of equal cells with two wells, one on either side.

import { cellMeasure, type GridMeasure } from "@nce-geometry/energy";

export interface TwoWellsOnCells {
  readonly measure: GridMeasure;
  /** U at the cells, [n]. */
  readonly potential: Float64Array;
}

/**
 * Two wells on a circle of equal cells.
 *
 * Math:     U(θ) = −½cos 2θ − ½Δ·cos θ at θ_j = 2πj/n: wells at 0 and π, the first deeper by Δ
 * Domain:   n even, so that both bottoms are cells.
 */
export function twoWellsOnCells(cells: number, depth: number): TwoWellsOnCells {
  const potential = Float64Array.from({ length: cells }, (_, j) => {
    const angle = (2 * Math.PI * j) / cells;
    return -(Math.cos(2 * angle) + depth * Math.cos(angle)) / 2;
  });
  return { measure: cellMeasure({ cells }), potential };
}

/** Length of the shorter arc between two of n cells. Unit: rad. */
export function angleBetweenCells(cells: number, a: number, b: number): number {
  const steps = Math.abs(a - b);
  return (2 * Math.PI * Math.min(steps, cells - steps)) / cells;
}
