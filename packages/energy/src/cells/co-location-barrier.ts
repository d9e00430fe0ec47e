import { softplusOf } from "@nce-geometry/tensor";
import { refuseOption } from "../checks.ts";
import { type GridMeasure, logWeightsOf } from "../grid/grid-measure.ts";
import { logFreeMass } from "./best-response.ts";
import { type FloorOptions, logFloorOf } from "./floor.ts";

export interface CoLocationBarrierOptions extends FloorOptions {
  /** The cell that holds the free mass of the other modality. @defaultValue 0 */
  readonly shared?: number;
  /** The cell to go to instead. @defaultValue 1 */
  readonly apart?: number;
}

/**
 * How much deeper the well of a cell must be before a modality joins the other one there.
 *
 * Math:     with all free mass f of the other modality on cell a, the best response prefers a to c iff
 *           (U_c − U_a)/τ > log(ρ_a/ρ_c) + ((m_a + f) log((m_a + f)/m_a) − m_c log((m_c + f)/m_c))/f,
 *           m the floor's masses, ρ_a and ρ_c the other's densities. n equal cells: 2·log((1 − (n−1)δ)/δ).
 * Shapes:   measure [n] → number, to compare with ΔU/τ. Unit: nats.
 * Domain:   n ≥ 2, shared ≠ apart.
 * Limits:   δ → 0 → 2·log(1/δ), without bound;  δ → 1/n → 0, as 2n(1 − nδ).
 * Throws:   InputError E_OPTION, E_DOMAIN.
 * Source:   arXiv:2601.19597 (best response under a density floor).
 */
export function coLocationBarrier(measure: GridMeasure, options: CoLocationBarrierOptions): number {
  const where = "coLocationBarrier";
  const { floor, shared = 0, apart = 1 } = options;
  const logFloor = logFloorOf(where, measure, floor);
  requireCells(where, logFloor.length, { shared, apart });
  const logFloorMass = logWeightsOf(measure).map((weight, i) => weight + logFloor[i]!);
  const logFree = logFreeMass(logFloorMass);
  const rise = (i: number) => softplusOf(logFree - logFloorMass[i]!);
  // (m + f) log(1 + f/m)/f, the two ends of the exchange in units of the free mass.
  const floorShare = (i: number) => Math.exp(logFloorMass[i]! - logFree);
  const density = logFloor[shared]! + rise(shared) - logFloor[apart]!;
  return density + (1 + floorShare(shared)) * rise(shared) - floorShare(apart) * rise(apart);
}

function requireCells(where: string, n: number, cells: { readonly shared: number; readonly apart: number }): void {
  for (const [argument, cell] of Object.entries(cells)) {
    if (Number.isInteger(cell) && cell >= 0 && cell < n) continue;
    refuseOption(where, argument, `the index of one of ${n} cells`, String(cell));
  }
  if (cells.shared !== cells.apart) return;
  refuseOption(where, "apart", `another cell than \`shared\` = ${cells.shared}`, String(cells.apart));
}
