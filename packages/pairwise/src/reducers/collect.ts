import { InputError } from "@nce-geometry/tensor";
import type { CollectReduction, CollectResult } from "../engine.ts";
import { excludedColumn } from "../tiles/pair-tile.ts";
import type { Reducer } from "./reducer.ts";

/** The values within [low, high), gathered in an array that doubles up to the limit. */
export function collectReducer(reduction: CollectReduction, position: number): Reducer<CollectResult> {
  const { low, high, limit } = reduction;
  let found = new Float64Array(Math.min(limit, 1024));
  let count = 0;

  function add(value: number): void {
    if (count === limit) throw tooMany(reduction, position);
    if (count === found.length) {
      const larger = new Float64Array(Math.min(limit, 2 * count));
      larger.set(found);
      found = larger;
    }
    found[count++] = value;
  }

  return {
    visit(tile) {
      const values = tile.values(reduction.value);
      for (let i = 0; i < tile.x.count; i++) {
        const skip = excludedColumn(tile, i, reduction.diagonal);
        for (let j = 0; j < tile.y.count; j++) {
          const value = values[i * tile.stride + j]!;
          if (j !== skip && value >= low && value < high) add(value);
        }
      }
    },
    finish: () => ({ values: found.slice(0, count) }),
  };
}

function tooMany({ low, high, limit }: CollectReduction, position: number): InputError {
  return new InputError({
    code: "E_OPTION",
    where: "reduce",
    argument: `reductions[${position}].limit`,
    expected: `at least the number of pair values in [${low}, ${high})`,
    received: String(limit),
    hint: "Narrow the interval (a histogram tells how many values each part of it holds) or raise the limit.",
  });
}
