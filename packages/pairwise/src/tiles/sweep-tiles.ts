import { type RunControl, throwIfAborted, yieldToEventLoop } from "@nce-geometry/tensor";
import type { PackedRows } from "./packed-rows.ts";
import { type PairTile, pairTile } from "./pair-tile.ts";
import type { RowReader } from "./row-reader.ts";

/** What takes part in a sweep over all pairs. */
export interface TileVisitor {
  /** Called before the first tile of a block of rows, with access to the columns. */
  startRows?(x: PackedRows, columns: RowReader): Promise<void>;
  visit(tile: PairTile): void;
}

// Multiply-adds between two turns of the event loop: some 50 ms of work on a present-day core.
const WORK_PER_TURN = 5e7;

/** Shows every tile of pairs once to each visitor, in an order that depends on the sizes alone. */
export async function sweepTiles(
  x: RowReader,
  y: RowReader,
  visitors: readonly TileVisitor[],
  control: RunControl = {},
): Promise<void> {
  const tile = pairTile(Math.max(1, Math.min(x.blockRows, Math.max(x.rows, y.rows))));
  const total = x.rows * y.rows;
  let done = 0;
  let work = 0;
  throwIfAborted(control.signal);
  for (let stripe = 0; stripe < x.blocks && y.blocks > 0; stripe++) {
    const rows = await x.block(stripe);
    for (const visitor of visitors) await visitor.startRows?.(rows, y);
    for (let step = 0; step < y.blocks; step++) {
      throwIfAborted(control.signal);
      // Every other stripe runs backwards, so that the block at the turn is read once.
      const columns = await y.block(stripe % 2 === 0 ? step : y.blocks - 1 - step);
      tile.load(rows, columns);
      for (const visitor of visitors) visitor.visit(tile);
      const pairs = rows.count * columns.count;
      done += pairs;
      control.onProgress?.({ done, total, label: "pairs" });
      work += pairs * (x.dim + visitors.length);
      if (work > WORK_PER_TURN) {
        work = 0;
        await yieldToEventLoop();
      }
    }
  }
}
