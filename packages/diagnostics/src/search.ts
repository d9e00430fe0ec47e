// Searches of queries in galleries: all rows as queries, or a sample of them against the whole gallery.

import { createPairUncertainty, createSweeps, type Uncertainty, type UncertaintyOptions } from "@nce-geometry/energy";
import type { PairwiseEngine, RankResult, TargetLists, TopKReductionResult } from "@nce-geometry/pairwise";
import { type Rows, type RunControl, throwIfAborted } from "@nce-geometry/tensor";
import type { Plan } from "./measure-pairs.ts";
import type { Directed, PerModality } from "./pair-analysis.ts";
import { ownerOf, type Pairing } from "./pairing.ts";

/** Queries of one modality. */
export interface Queries {
  /** Row of each query in its modality. */
  readonly rows: Int32Array;
  /** The matches of each query, rows of the other modality. */
  readonly targets: TargetLists;
  /** How sure a mean over these queries is. */
  readonly uncertainty: Uncertainty;
}

/** Asks for searches; the functions returned give the results once all sweeps have run. */
export interface Search {
  readonly pairing: Pairing;
  readonly queries: PerModality<Queries>;
  /** For each match of each query, the rows of the other modality that score higher or the same, other matches among them. */
  readonly ranks: Directed<() => () => RankResult>;
  /** The nearest rows of the other modality. */
  readonly nearest: Directed<(k: number) => () => TopKReductionResult>;
  /** The nearest rows of the query's own modality, the query left out. */
  readonly nearestOwn: PerModality<(k: number) => () => TopKReductionResult>;
}

/** Every row is a query. */
export function searchEverything({ pairing, sweeps, uncertainty }: Plan): Search {
  const { owners, members, n, m } = pairing;
  const captions = Int32Array.from({ length: m }, (_, j) => j);
  const own = { kind: "topK", diagonal: "exclude" } as const;
  return {
    pairing,
    queries: {
      x: { rows: captions.subarray(0, n), targets: members, uncertainty: uncertainty.ofItems },
      y: {
        rows: captions,
        targets: { offsets: Int32Array.from({ length: m + 1 }, (_, j) => j), columns: owners ?? captions },
        uncertainty: uncertainty.ofCaptions,
      },
    },
    ranks: {
      xToY: () => sweeps.request("xy", owners ? { kind: "rank", targets: members } : { kind: "rank" }),
      yToX: () => sweeps.request("yx", owners ? { kind: "rank", targets: owners } : { kind: "rank" }),
    },
    nearest: {
      xToY: (k) => sweeps.request("xy", { kind: "topK", k }),
      yToX: (k) => sweeps.request("yx", { kind: "topK", k }),
    },
    nearestOwn: {
      x: (k) => sweeps.request("xx", { ...own, k }),
      y: (k) => sweeps.request("yy", { ...own, k }),
    },
  };
}

export interface SampledSearch extends Search {
  /** Four sweeps at most. */
  run(control: RunControl): Promise<void>;
}

export interface SearchSample {
  /** Items to search for captions, rows of x, and captions to search for items, rows of y. */
  readonly items: Int32Array;
  readonly captions: Int32Array;
  /** These rows. */
  readonly x: Rows;
  readonly y: Rows;
}

/** A sample of items and one caption of each are the queries; the galleries are whole. */
export function searchSample(
  where: string,
  gallery: { readonly x: Rows; readonly y: Rows; readonly pairing: Pairing },
  sample: SearchSample,
  options: UncertaintyOptions & { readonly engine: PairwiseEngine },
): SampledSearch {
  const { pairing } = gallery;
  const { engine } = options;
  const { ofItems } = createPairUncertainty(where, sample.items.length, undefined, options);
  const sweeps = {
    xy: createSweeps(sample.x, gallery.y, engine),
    yx: createSweeps(sample.y, gallery.x, engine),
    xx: createSweeps(sample.x, gallery.x, engine),
    yy: createSweeps(sample.y, gallery.y, engine),
  };
  const owners = sample.captions.map((caption) => ownerOf(pairing, caption));
  const targets = { x: listsOf(pairing.members, sample.items), y: oneEach(owners) };
  const nearest = (side: "xy" | "yx", k: number) => sweeps[side].request("xy", { kind: "topK", k });
  const nearestOwn = (side: "xx" | "yy", k: number) => {
    const lists = sweeps[side].request("xy", { kind: "topK", k: k + 1 });
    const self = side === "xx" ? sample.items : sample.captions;
    return () => withoutSelf(lists(), self);
  };
  return {
    pairing,
    queries: {
      x: { rows: sample.items, targets: targets.x, uncertainty: ofItems },
      y: { rows: sample.captions, targets: targets.y, uncertainty: ofItems },
    },
    ranks: {
      xToY: () => sweeps.xy.request("xy", { kind: "rank", targets: targets.x }),
      yToX: () => sweeps.yx.request("xy", { kind: "rank", targets: owners }),
    },
    nearest: { xToY: (k) => nearest("xy", k), yToX: (k) => nearest("yx", k) },
    nearestOwn: { x: (k) => nearestOwn("xx", k), y: (k) => nearestOwn("yy", k) },
    async run(control) {
      const pairs = Object.values(sweeps).map((of) => of.n * of.m);
      const total = pairs.reduce((sum, count) => sum + count, 0);
      let before = 0;
      for (const [k, of] of Object.values(sweeps).entries()) {
        throwIfAborted(control.signal);
        const offset = before;
        const onProgress = ({ done, total: steps }: { done: number; total: number }) =>
          control.onProgress?.({ done: offset + Math.round((pairs[k]! * done) / steps), total, label: "searches" });
        await of.run({ signal: control.signal, onProgress });
        before += pairs[k]!;
      }
    },
  };
}

/** The lists of some rows. */
function listsOf({ offsets, columns }: TargetLists, rows: Int32Array): TargetLists {
  const starts = new Int32Array(rows.length + 1);
  rows.forEach((row, q) => {
    starts[q + 1] = starts[q]! + offsets[row + 1]! - offsets[row]!;
  });
  const kept = new Int32Array(starts[rows.length]!);
  rows.forEach((row, q) => {
    kept.set(columns.subarray(offsets[row]!, offsets[row + 1]!), starts[q]!);
  });
  return { offsets: starts, columns: kept };
}

function oneEach(targets: Int32Array): TargetLists {
  return { offsets: Int32Array.from({ length: targets.length + 1 }, (_, q) => q), columns: targets };
}

/**
 * Lists of one place fewer, without the query. Where the query is not in its list all places hold rows at least as near as itself,
 * and the last place can go.
 */
function withoutSelf({ k, values, indices }: TopKReductionResult, self: Int32Array): TopKReductionResult {
  const kept = { values: new Float64Array(self.length * (k - 1)), indices: new Int32Array(self.length * (k - 1)) };
  self.forEach((row, q) => {
    const found = indices.subarray(q * k, (q + 1) * k).indexOf(row);
    const gap = found < 0 ? k - 1 : found;
    for (let place = 0; place < k - 1; place++) {
      const from = q * k + (place < gap ? place : place + 1);
      kept.values[q * (k - 1) + place] = values[from]!;
      kept.indices[q * (k - 1) + place] = indices[from]!;
    }
  });
  return { k: k - 1, ...kept };
}
