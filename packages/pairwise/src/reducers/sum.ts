import type { SumReduction, SumResult } from "../engine.ts";
import { excludedColumn } from "../tiles/pair-tile.ts";
import { compensatedSums } from "./compensated-sums.ts";
import type { Reducer } from "./reducer.ts";

/** Row, column and total sums: plain within a tile, compensated across tiles and rows. */
export function sumReducer(reduction: SumReduction, n: number, m: number): Reducer<SumResult> {
  const rows = compensatedSums(n);
  const columns = compensatedSums(m);
  return {
    visit(tile) {
      const { x, y, stride } = tile;
      const values = tile.values(reduction.value);
      const columnSums = new Float64Array(y.count);
      for (let i = 0; i < x.count; i++) {
        const skip = excludedColumn(tile, i, reduction.diagonal);
        let rowSum = 0;
        for (let j = 0; j < y.count; j++) {
          if (j === skip) continue;
          const value = values[i * stride + j]!;
          rowSum += value;
          columnSums[j]! += value;
        }
        rows.add(x.start + i, rowSum);
      }
      for (let j = 0; j < y.count; j++) columns.add(y.start + j, columnSums[j]!);
    },
    finish() {
      const rowSums = rows.result();
      const total = compensatedSums(1);
      for (const sum of rowSums) total.add(0, sum);
      const pairs = n * m - (reduction.diagonal === "exclude" ? Math.min(n, m) : 0);
      return { rows: rowSums, columns: columns.result(), total: total.result()[0]!, pairs };
    },
  };
}
