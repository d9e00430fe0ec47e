// One draw of pairs of a model, or all of its items with errors and the shuffle control.

import { type Estimate, shuffleControl } from "@nce-geometry/diagnostics";
import { createRandom, type RunControl } from "@nce-geometry/tensor";
import { captionsOf } from "../given/captions-of.ts";
import type { EmbeddedPairs } from "../given/given-pairs.ts";
import { rowsOf } from "../given/rows-of.ts";
import type { EmbeddingsTableConfig } from "./config.ts";
import { type Measured, measureEmbeddings, type TableMeasure, tableMeasures } from "./measure-pairs.ts";

/** `draw` is null for all items. */
export type EmbeddingsTableUnit = { readonly model: string; readonly draw: number | null };

/** A value with its error over items and a 95 % interval; plain JSON. */
export type MeasureEstimate = {
  readonly value: number;
  readonly standardError: number | null;
  readonly low: number | null;
  readonly high: number | null;
};

/** What the permuted pairing gave. */
export type ShuffledPairs = {
  readonly recallXToY1: number;
  readonly recallYToX1: number;
  readonly chanceXToY1: number;
  readonly chanceYToX1: number;
  /** Largest distance of a recall or reciprocal rank from chance, in standard deviations of chance. */
  readonly largestDeviation: number;
  readonly retrievalAtChance: boolean;
  /** Centroid gap of the original and of the permuted rows. */
  readonly centroidGap: { readonly before: number; readonly after: number };
  readonly marginalsHeld: boolean;
};

export type EmbeddingsDraw = {
  readonly kind: "draw";
  readonly model: string;
  readonly draw: number;
  /** Items of the draw, and of the model. */
  readonly pairs: number;
  readonly items: number;
  /** Median distance in the pool of both modalities. Unit: chord. */
  readonly pooledBandwidth: number;
  readonly values: { readonly [key in TableMeasure]: number | null };
};

export type EmbeddingsWhole = {
  readonly kind: "all";
  readonly model: string;
  /** Of the model. */
  readonly items: number;
  readonly captions: number;
  readonly dim: number;
  /** Items and captions that were measured; fewer where there are more than `items` of the configuration. */
  readonly measuredItems: number;
  readonly measuredCaptions: number;
  readonly pooledBandwidth: number;
  readonly estimates: { readonly [key in TableMeasure]: MeasureEstimate | null };
  readonly shuffled: ShuffledPairs;
};

export type EmbeddingsTableResult = EmbeddingsDraw | EmbeddingsWhole;

/** Does one unit. The draws of models with equally many items are of the same items. */
export async function runUnit(
  config: EmbeddingsTableConfig,
  unit: EmbeddingsTableUnit,
  given: EmbeddedPairs,
  control: RunControl,
): Promise<EmbeddingsTableResult> {
  return unit.draw === null
    ? runWhole(config, unit.model, given, control)
    : runDraw(config, { model: unit.model, draw: unit.draw }, given, control);
}

async function runDraw(
  { seed, pairs, bandwidth }: EmbeddingsTableConfig,
  unit: { readonly model: string; readonly draw: number },
  given: EmbeddedPairs,
  control: RunControl,
): Promise<EmbeddingsDraw> {
  const items = given.x.rows;
  const size = drawSize(items, pairs);
  const drawn = drawPairs(given, size, seed, `draw ${unit.draw}`);
  const { measured, pooledBandwidth } = await measureEmbeddings(drawn, bandwidth, control);
  const values = byMeasure(measured, ({ value }) => value);
  return { kind: "draw", ...unit, pairs: size, items, pooledBandwidth, values };
}

/** As many as asked for of more items; else half, because all of them would be the same pairs again. */
export function drawSize(items: number, pairs: number): number {
  return items > pairs ? pairs : Math.floor(items / 2);
}

async function runWhole(
  { seed, items: most, bandwidth }: EmbeddingsTableConfig,
  model: string,
  given: EmbeddedPairs,
  control: RunControl,
): Promise<EmbeddingsWhole> {
  const { x, y } = given.x.rows > most ? drawPairs(given, most, seed, "all") : given;
  const map = given.x.rows > most ? undefined : given.map;
  const { measured, pooledBandwidth } = await measureEmbeddings({ x, y, map }, bandwidth, control);
  const shuffled = await shuffleControl(x, y, {
    map,
    bootstrap: 0,
    seed,
    recallAt: [1, 5, 10],
    signal: control.signal,
  });
  const { recall, chance, largestDeviation, retrievalAtChance, marginals, marginalsHeld } = shuffled;
  return {
    kind: "all",
    model,
    items: given.x.rows,
    captions: given.y.rows,
    dim: x.dim,
    measuredItems: x.rows,
    measuredCaptions: y.rows,
    pooledBandwidth,
    estimates: byMeasure(measured, estimateOf),
    shuffled: {
      recallXToY1: recall.xToY["1"]!.value,
      recallYToX1: recall.yToX["1"]!.value,
      chanceXToY1: chance.xToY.recall["1"]!,
      chanceYToX1: chance.yToX.recall["1"]!,
      largestDeviation,
      retrievalAtChance,
      centroidGap: { ...marginals.centroid },
      marginalsHeld,
    },
  };
}

function byMeasure<T>(measured: Measured, of: (estimate: Estimate) => T): { readonly [key in TableMeasure]: T | null } {
  const entries = tableMeasures.map((name) => [name, measured[name] === null ? null : of(measured[name])] as const);
  return Object.fromEntries(entries) as { [key in TableMeasure]: T | null };
}

function estimateOf({ value, standardError, interval }: Estimate): MeasureEstimate {
  return { value, standardError: standardError ?? null, low: interval?.low ?? null, high: interval?.high ?? null };
}

/** Items without repetition, each with one of its captions. */
function drawPairs(given: EmbeddedPairs, size: number, seed: number, label: string): EmbeddedPairs {
  const { x, y, map } = given;
  const random = createRandom(seed).split("E4").split(label);
  const items = random.permutation(x.rows).subarray(0, size);
  if (map === undefined) return { x: rowsOf(x, items), y: rowsOf(y, items) };
  const captions = captionsOf("E4", given);
  const chance = random.split("captions").uniform(size);
  const chosen = items.map((item, k) => captions[item]![Math.floor(chance[k]! * captions[item]!.length)]!);
  return { x: rowsOf(x, items), y: rowsOf(y, chosen) };
}
