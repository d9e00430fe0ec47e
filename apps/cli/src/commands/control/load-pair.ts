// Two modalities in memory as unit rows, whole or the rows of some items.

import { matrixOf } from "@nce-geometry/pairwise";
import type { RowMatrix } from "@nce-geometry/tensor";
import { loadCaptionMap } from "../../caption-map.ts";
import { loadUnitRows, openPair } from "../../inputs.ts";
import { type ReadOptions, readOptions } from "../../read-options.ts";

/** What compare and fit share. */
export interface PairOptions extends ReadOptions {
  readonly map?: string;
  readonly train: number;
  readonly seed: number;
}

/** Items x and their captions y; row i of one belongs to row i of the other where there is no map. */
export interface PairRows {
  readonly x: RowMatrix;
  readonly y: RowMatrix;
  readonly map?: Int32Array;
}

export interface LoadedPair extends PairRows {
  readonly inputs: {
    readonly x: { readonly name: string; readonly sha256: string };
    readonly y: { readonly name: string; readonly sha256: string };
  };
}

/** Reads both modalities and the map between them. */
export async function loadPair(x: string, y: string | undefined, options: PairOptions): Promise<LoadedPair> {
  await using pair = await openPair(x, y, { mapped: options.map !== undefined, read: readOptions(options) });
  const counts = { items: pair.x.source.rows, captions: pair.y.source.rows };
  const map = options.map === undefined ? undefined : await loadCaptionMap(options.map, counts);
  return {
    x: await loadUnitRows(pair.x),
    y: await loadUnitRows(pair.y),
    ...(map && { map }),
    inputs: { x: pair.x.input, y: pair.y.input },
  };
}

/** The rows of some items and of all their captions. */
export function rowsOfItems({ x, y, map }: PairRows, items: Int32Array): PairRows {
  const place = new Map(Array.from(items, (item, index) => [item, index]));
  const owner = (caption: number): number => map?.[caption] ?? caption;
  const captions = Array.from({ length: y.rows }, (_, caption) => caption).filter((caption) =>
    place.has(owner(caption)),
  );
  return {
    x: rowsAt(x, items),
    y: rowsAt(y, captions),
    ...(map && { map: Int32Array.from(captions, (caption) => place.get(owner(caption))!) }),
  };
}

function rowsAt({ dim, data }: RowMatrix, at: ArrayLike<number>): RowMatrix {
  return matrixOf(Array.from(at, (row) => Array.from(data.subarray(row * dim, (row + 1) * dim))));
}
