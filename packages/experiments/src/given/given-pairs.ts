// Embeddings that an experiment is given: what a configuration says of them, and the rows themselves, which come beside it.

import { normalizeRowMatrix } from "@nce-geometry/pairwise";
import { InputError, type RowMatrix, type RunControl } from "@nce-geometry/tensor";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** Two modalities as unit rows. Row i of one belongs to row i of the other, or `map` tells the row of x of each row of y. */
export interface EmbeddedPairs {
  readonly x: RowMatrix;
  readonly y: RowMatrix;
  readonly map?: Int32Array | undefined;
}

/** What a configuration says of the embeddings of a model: enough to tell whether they are the same ones. */
export type EmbeddedModel = {
  /** Begins with a letter or digit, then also `.`, `-` and `_`. */
  readonly name: string;
  /** Of what was read: files, or rows in memory. */
  readonly sha256: readonly string[];
  /** Rows of x, rows of y, numbers per row. */
  readonly items: number;
  readonly captions: number;
  readonly dim: number;
};

/** Models, and where their rows come from. */
export interface GivenPairs {
  readonly models: readonly EmbeddedModel[];
  /** Unit rows, the same for a name at every call. */
  provide(name: string, control: RunControl): Promise<EmbeddedPairs>;
}

/** A model and its pairs in memory. */
export interface NamedPairs extends EmbeddedPairs {
  readonly name: string;
}

/**
 * Models in memory as data of an experiment.
 *
 * Shapes:   x [n, d], y [m, d] of each model, rows of any length but 0; n = m without `map`.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW.
 */
export function givenInMemory(
  models: readonly NamedPairs[],
  { where = "givenInMemory" }: { readonly where?: string } = {},
): GivenPairs {
  const pairs = new Map(models.map((model) => [model.name, unitPairs(where, model)]));
  return { models: models.map(describe), provide: async (name) => pairs.get(name)! };
}

function unitPairs(where: string, { name, x, y, map }: NamedPairs): EmbeddedPairs {
  const paired = x.dim === y.dim && (map === undefined ? x.rows === y.rows : map.length === y.rows);
  if (paired) return { x: normalizeRowMatrix(x), y: normalizeRowMatrix(y), map };
  const received = `${x.rows} × ${x.dim} and ${y.rows} × ${y.dim}${map ? ` with a map of ${map.length}` : ""}`;
  const expected = "two sets of rows of one dimension, as many of each or a map for every row of y";
  throw new InputError({ code: "E_SHAPE", where, argument: name, expected, received });
}

function describe({ name, x, y, map }: NamedPairs): EmbeddedModel {
  const arrays = [x.data, y.data, ...(map ? [map] : [])];
  const hashes = arrays.map((array) =>
    bytesToHex(sha256(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))),
  );
  return { name, sha256: hashes, items: x.rows, captions: y.rows, dim: x.dim };
}
