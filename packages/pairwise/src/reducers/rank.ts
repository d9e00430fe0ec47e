import type { PairGroups, RankReduction, RankResult, TargetLists } from "../engine.ts";
import { type PackedRows, packedInner } from "../tiles/packed-rows.ts";
import type { PairTile } from "../tiles/pair-tile.ts";
import type { RowReader } from "../tiles/row-reader.ts";
import type { Reducer } from "./reducer.ts";

/** Counts of the columns that beat or tie each target; the targets' scores are computed before each block of rows. */
export function rankReducer({ targets, groups }: RankReduction, n: number): Reducer<RankResult> {
  const lists = targetLists(targets, n);
  const count = lists.columns.length;
  const result = { targetScore: new Float64Array(count), greater: new Int32Array(count), equal: new Int32Array(count) };
  return {
    startRows: (x, columns) => scoreTargets(x, columns, lists, result.targetScore),
    visit(tile) {
      const scores = tile.values({ kind: "inner" });
      for (let i = 0; i < tile.x.count; i++) {
        const row = tile.x.start + i;
        for (let t = lists.offsets[row]!; t < lists.offsets[row + 1]!; t++) {
          if (groups) compareAcrossGroups(tile, scores, i, t, groups, result);
          else compare(tile, scores, i, t, lists.columns[t]!, result);
        }
      }
    },
    finish: () => result,
  };
}

/** Lists in any case; a single target of each row is a list of one. */
function targetLists(targets: RankReduction["targets"], n: number): TargetLists {
  if (targets && "offsets" in targets) return targets;
  const offsets = Int32Array.from({ length: n + 1 }, (_, i) => i);
  return { offsets, columns: targets ?? offsets.subarray(0, n) };
}

function compare(
  { y, stride }: PairTile,
  scores: Float64Array,
  i: number,
  t: number,
  column: number,
  { targetScore, greater, equal }: RankResult,
): void {
  const score = targetScore[t]!;
  const target = column - y.start;
  const [at, columns] = [i * stride, y.count];
  let above = 0;
  let tied = 0;
  for (let j = 0; j < columns; j++) {
    const other = scores[at + j]!;
    if (other > score) above++;
    else if (other === score && j !== target) tied++;
  }
  greater[t]! += above;
  equal[t]! += tied;
}

function compareAcrossGroups(
  { x, y, stride }: PairTile,
  scores: Float64Array,
  i: number,
  t: number,
  { rows, columns }: PairGroups,
  { targetScore, greater, equal }: RankResult,
): void {
  const score = targetScore[t]!;
  const group = rows[x.start + i]!;
  let above = 0;
  let tied = 0;
  for (let j = 0; j < y.count; j++) {
    const other = scores[i * stride + j]!;
    if (other < score || columns[y.start + j] === group) continue;
    if (other > score) above++;
    else tied++;
  }
  greater[t]! += above;
  equal[t]! += tied;
}

/** Fills in ⟨x_i, y_t⟩ for a block of rows, reading each block of columns that holds a target once. */
async function scoreTargets(
  x: PackedRows,
  columns: RowReader,
  lists: TargetLists,
  targetScore: Float64Array,
): Promise<void> {
  const targetsByBlock = new Map<number, [row: number, target: number][]>();
  for (let i = 0; i < x.count; i++) {
    for (let t = lists.offsets[x.start + i]!; t < lists.offsets[x.start + i + 1]!; t++) {
      const block = Math.floor(lists.columns[t]! / columns.blockRows);
      const targets = targetsByBlock.get(block);
      if (targets) targets.push([i, t]);
      else targetsByBlock.set(block, [[i, t]]);
    }
  }
  for (const [block, targets] of targetsByBlock) {
    const y = await columns.block(block);
    for (const [i, t] of targets) targetScore[t] = packedInner(x, i, y, lists.columns[t]! - y.start);
  }
}
