// One seed at one share of corrupted pairs: heads are trained, then judged on held-out pairs. Or what they are compared with.

import { corruptWithinCategories } from "@nce-geometry/synthetic";
import { createRandom, type Random, type RowMatrix, type RunControl } from "@nce-geometry/tensor";
import { rowsOf } from "../given/rows-of.ts";
import type { HeadsConfig } from "./heads-config.ts";
import { type HeldOutMeasures, measureHeldOut } from "./measure-held-out.ts";
import type { SplitItems } from "./split-items.ts";
import { applyHead, drawCaptions, firstHeads, type Heads, trainHeads } from "./train-heads.ts";

/** `fraction` is null for what needs no training. */
export type CorruptionUnit = { readonly model: string; readonly seed: number; readonly fraction: number | null };

/** Heads trained on corrupted pairs. */
export type TrainedHeads = HeldOutMeasures & {
  readonly kind: "heads";
  readonly model: string;
  readonly seed: number;
  readonly fraction: number;
  /** Share of the training pairs that are wrong in fact. */
  readonly corrupted: number;
  readonly firstLoss: number;
  readonly lastLoss: number;
};

/** The same held-out pairs without training. */
export type CorruptionReference = {
  readonly kind: "reference";
  readonly model: string;
  readonly seed: number;
  /** Dimension of the features, and numbers of items. */
  readonly inputs: number;
  readonly training: number;
  readonly heldOut: number;
  /** Of the features themselves. */
  readonly features: HeldOutMeasures;
  /** Of the heads that training begins with. */
  readonly untrained: HeldOutMeasures;
};

export type CorruptionResult = TrainedHeads | CorruptionReference;

/** Where the items of a unit come from, given the stream of its seed. */
export type ItemSource = (random: Random) => SplitItems;

/** Does one unit. Split, first heads and batches of a seed are the same at every p, and a larger p corrupts more of the same order. */
export async function runUnit(
  config: HeadsConfig,
  { model, seed, fraction }: CorruptionUnit,
  source: ItemSource,
  control: RunControl,
): Promise<CorruptionResult> {
  const random = createRandom(seed).split("corruption");
  const items = source(random);
  const heads = firstHeads(config, items.x.dim, seed);
  const judge = judgeOf(items, random, control);
  if (fraction === null) {
    const sizes = { inputs: items.x.dim, training: items.training.length, heldOut: items.heldOut.length };
    return {
      ...{ kind: "reference", model, seed, ...sizes },
      features: await judge((rows) => rows),
      untrained: await judge(by(heads)),
    };
  }
  const { training, captions, x, y } = items;
  const { order, corrupted } = corruptWithinCategories(random.split("order"), categoriesOf(items), fraction);
  const partners = Array.from(order, (place) => captions[training[place]!]!);
  const trained = await trainHeads(config, heads, { x, y, items: training, captions: partners }, { seed, ...control });
  return {
    ...{ kind: "heads", model, seed, fraction },
    corrupted: corrupted.length / training.length,
    ...(await judge(by(trained.heads))),
    firstLoss: trained.firstLoss,
    lastLoss: trained.lastLoss,
  };
}

type Representation = (rows: RowMatrix, side: "x" | "y") => RowMatrix;

const by =
  (heads: Heads): Representation =>
  (rows, side) =>
    applyHead(heads, rows, side);

/** Measures a representation of the held-out items, each with one of its captions. */
function judgeOf(
  { x, y, heldOut, captions, categories }: SplitItems,
  random: Random,
  { signal }: RunControl,
): (represent: Representation) => Promise<HeldOutMeasures> {
  const chosen = drawCaptions(
    random.split("held-out captions"),
    Array.from(heldOut, (item) => captions[item]!),
  );
  const known = categories && heldOut.map((item) => categories[item]!);
  return (represent) =>
    measureHeldOut(represent(rowsOf(x, heldOut), "x"), represent(rowsOf(y, chosen), "y"), {
      categories: known,
      signal,
    });
}

/** Of the training items: one category of all where none are known. */
function categoriesOf({ training, categories }: SplitItems): Int32Array {
  return training.map((item) => categories?.[item] ?? 0);
}
