// Which sweeps over pairs of rows a loss needs, and who finds its negatives in them.

import type { Rows } from "@nce-geometry/tensor";
import type { Side } from "../contrast/contrast-options.ts";
import type { ContrastPlan, ResolvedPopulation } from "../contrast/contrast-plan.ts";
import type { PopulationName } from "../contrast/denominator-terms.ts";
import { blocksOfGroups, type PairBlock } from "./pair-blocks.ts";
import type { PairSweep } from "./pair-sweep.ts";

/** The sets of rows that a loss may depend on. */
export type RowSet = Side | "reference" | "bank.x" | "bank.y";

/** A sweep, whose rows and candidates these are, and which sides find negatives in it. */
export interface PlannedSweep extends PairSweep {
  readonly rowSet: RowSet;
  readonly columnSet: RowSet;
  readonly uses: readonly SweepUse[];
}

/** Anchors of that side find that part of that population along the rows or the columns of a sweep. */
export interface SweepUse {
  readonly side: Side;
  readonly population: PopulationName;
  readonly along: "rows" | "columns";
}

/** The sweeps that the anchors need. */
export function plannedSweeps(
  x: Rows,
  y: Rows,
  plan: ContrastPlan<Rows>,
  anchors: readonly Side[],
): readonly PlannedSweep[] {
  const { groups, bank, reference } = plan;
  const rows = { x, y };
  const populations = new Set(plan.terms.flatMap((term) => term.populations));
  const blocks = (a: Side, b: Side): readonly PairBlock[] =>
    groups ? blocksOfGroups({ x: groups[a], y: groups[b] }) : [{ diagonal: "exclude" }];
  const batch = { offset: 0, logWeights: undefined };
  const sweeps: PlannedSweep[] = [];
  const further = (
    side: Side,
    population: PopulationName,
    columnSet: RowSet,
    of: ResolvedPopulation<Rows> | undefined,
  ) => {
    if (of === undefined) return;
    const { rows: y, offset, logWeights } = of;
    const uses: readonly SweepUse[] = [{ side, population, along: "rows" }];
    sweeps.push({
      x: rows[side],
      y,
      blocks: [{ diagonal: "include" }],
      offset,
      logWeights,
      rowSet: side,
      columnSet,
      uses,
    });
  };
  if (populations.has("cross")) {
    const along = { x: "rows", y: "columns" } as const;
    const uses = anchors.map((side) => ({ side, population: "cross", along: along[side] }) as const);
    sweeps.push({ x, y, blocks: blocks("x", "y"), ...batch, rowSet: "x", columnSet: "y", uses });
  }
  for (const side of anchors) {
    const other = side === "x" ? "y" : "x";
    if (populations.has("cross")) further(side, "cross", `bank.${other}`, bank[other]);
    if (populations.has("own")) {
      const uses: readonly SweepUse[] = [{ side, population: "own", along: "rows" }];
      const set = { x: rows[side], y: rows[side], rowSet: side, columnSet: side };
      sweeps.push({ ...set, blocks: blocks(side, side), ...batch, uses });
      further(side, "own", `bank.${side}`, bank[side]);
    }
    further(side, "reference", "reference", reference);
  }
  return sweeps;
}
