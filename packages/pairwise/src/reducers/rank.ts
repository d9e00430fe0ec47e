import type { RankReduction, RankResult } from "../engine.ts";
import { type PackedRows, packedInner } from "../tiles/packed-rows.ts";
import type { RowReader } from "../tiles/row-reader.ts";
import type { Reducer } from "./reducer.ts";

/** Counts of the columns that beat or tie the target; the targets' scores are computed before each block of rows. */
export function rankReducer(reduction: RankReduction, n: number): Reducer<RankResult> {
  const targetScore = new Float64Array(n);
  const greater = new Int32Array(n);
  const equal = new Int32Array(n);
  const targetOf = (row: number): number => reduction.targets?.[row] ?? row;
  return {
    startRows: (x, columns) => scoreTargets(x, columns, targetOf, targetScore),
    visit({ x, y, stride, values }) {
      const scores = values({ kind: "inner" });
      for (let i = 0; i < x.count; i++) {
        const row = x.start + i;
        const score = targetScore[row]!;
        const target = targetOf(row) - y.start;
        let above = 0;
        let tied = 0;
        for (let j = 0; j < y.count; j++) {
          const other = scores[i * stride + j]!;
          if (other > score) above++;
          else if (other === score && j !== target) tied++;
        }
        greater[row]! += above;
        equal[row]! += tied;
      }
    },
    finish: () => ({ targetScore, greater, equal }),
  };
}

/** Fills in ⟨x_i, y_{t_i}⟩ for a block of rows, reading each block of columns that holds a target once. */
async function scoreTargets(
  x: PackedRows,
  columns: RowReader,
  targetOf: (row: number) => number,
  targetScore: Float64Array,
): Promise<void> {
  const rowsByBlock = new Map<number, number[]>();
  for (let i = 0; i < x.count; i++) {
    const block = Math.floor(targetOf(x.start + i) / columns.blockRows);
    const rows = rowsByBlock.get(block);
    if (rows) rows.push(i);
    else rowsByBlock.set(block, [i]);
  }
  for (const [block, rows] of rowsByBlock) {
    const y = await columns.block(block);
    for (const i of rows) targetScore[x.start + i] = packedInner(x, i, y, targetOf(x.start + i) - y.start);
  }
}
