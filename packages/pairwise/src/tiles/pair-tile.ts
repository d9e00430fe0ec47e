// One tile of pairs: inner products once, everything else from them on demand and shared by all who ask.

import { type Critic, linesInPanels } from "@nce-geometry/tensor";
import type { Diagonal, PairValue } from "../engine.ts";
import { baseOf, pairValueKey, valueOfBase } from "../pair-value-functions.ts";
import { innerProducts } from "./inner-products.ts";
import type { PackedRows } from "./packed-rows.ts";
import { squaredDistances } from "./squared-distances.ts";

/** The pairs of rows `x.start …` with rows `y.start …`. Number (i, j) of a buffer lies at i·stride + j. */
export interface PairTile {
  readonly x: PackedRows;
  readonly y: PackedRows;
  readonly stride: number;
  /** The value of every pair; the buffer is valid until the next tile and must not be written. */
  values(value: PairValue): Float64Array;
  /** s_ij/τ of every pair, on the same terms. */
  logits(critic: Critic, temperature: number): Float64Array;
}

/** A tile whose buffers are used again for each pair of blocks. */
export interface ReusablePairTile extends PairTile {
  load(x: PackedRows, y: PackedRows): void;
}

/** Column of row i (both counted within the tile) that `diagonal` leaves out, or −1 when there is none. */
export function excludedColumn(tile: PairTile, i: number, diagonal: Diagonal | undefined): number {
  return diagonal === "exclude" ? tile.x.start + i - tile.y.start : -1;
}

/** A tile with room for `tileRows` × `tileRows` pairs. */
export function pairTile(tileRows: number): ReusablePairTile {
  const stride = linesInPanels(tileRows);
  const buffers = new Map<string, { readonly data: Float64Array; fresh: boolean }>();
  let blocks: { readonly x: PackedRows; readonly y: PackedRows } | undefined;

  function cached(key: string, fill: (out: Float64Array) => void): Float64Array {
    let buffer = buffers.get(key);
    if (!buffer) {
      buffer = { data: new Float64Array(stride * stride), fresh: false };
      buffers.set(key, buffer);
    }
    if (!buffer.fresh) fill(buffer.data);
    buffer.fresh = true;
    return buffer.data;
  }

  const tile: ReusablePairTile = {
    stride,
    get x() {
      return blocks!.x;
    },
    get y() {
      return blocks!.y;
    },
    load(x, y) {
      blocks = { x, y };
      for (const buffer of buffers.values()) buffer.fresh = false;
    },
    values: (value) => cached(pairValueKey(value), (out) => fillValues(tile, value, out)),
    logits: (critic, temperature) =>
      cached(`${criticKey(critic)}/${temperature}`, (out) => fillLogits(tile, critic, temperature, out)),
  };
  return tile;
}

function fillValues(tile: PairTile, value: PairValue, out: Float64Array): void {
  if (value.kind === "inner") innerProducts(tile.x, tile.y, out, tile.stride);
  else if (value.kind === "squaredDistance") {
    squaredDistances(tile.x, tile.y, tile.values({ kind: "inner" }), out, tile.stride);
  } else mapTile(tile, tile.values({ kind: baseOf(value) }), out, valueOfBase(value));
}

function fillLogits(tile: PairTile, critic: Critic, temperature: number, out: Float64Array): void {
  if (critic.kind === "cosine") {
    mapTile(tile, tile.values({ kind: "inner" }), out, (s) => s / temperature);
  } else {
    const { scale } = critic;
    mapTile(tile, tile.values({ kind: "squaredDistance" }), out, (d) => (-scale * d) / temperature);
  }
}

function mapTile(tile: PairTile, source: Float64Array, out: Float64Array, map: (value: number) => number): void {
  const { x, y, stride } = tile;
  for (let i = 0; i < x.count; i++) {
    for (let at = i * stride; at < i * stride + y.count; at++) out[at] = map(source[at]!);
  }
}

function criticKey(critic: Critic): string {
  return critic.kind === "rbf" ? `rbf ${critic.scale}` : critic.kind;
}
