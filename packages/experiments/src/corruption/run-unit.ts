// One seed at one share of corrupted pairs: two linear heads are trained, then judged on held-out pairs.

import { modalityGap, pairCosines, retrieval } from "@nce-geometry/diagnostics";
import { energyDistance } from "@nce-geometry/energy";
import { symmetricInfoNCE } from "@nce-geometry/losses";
import { matrixOf, normalizeRowMatrix, referenceEngine } from "@nce-geometry/pairwise";
import { corruptWithinCategories, generateCorruptedPairs } from "@nce-geometry/synthetic";
import {
  createRandom,
  fromData,
  meanOfArray,
  type RowMatrix,
  type RunControl,
  referenceBackend,
  throwIfAborted,
} from "@nce-geometry/tensor";
import {
  createEncoder,
  joinParameters,
  type ParameterRecord,
  partOfParameters,
  train,
  trainInit,
} from "@nce-geometry/train";
import type { CorruptionConfig } from "./config.ts";

export type CorruptionUnit = { readonly seed: number; readonly fraction: number };

/** On held-out pairs with their right partners; recalls are means of both directions. */
export type CorruptionResult = {
  readonly seed: number;
  readonly fraction: number;
  /** Share of the training pairs that are wrong in fact. */
  readonly corrupted: number;
  readonly recall: number;
  readonly recallAt10: number;
  readonly categoryRecall: number;
  /** Unit: chord. */
  readonly centroidGap: number;
  /** Paired form. Unit: chord. */
  readonly energyDistance: number;
  readonly pairCosine: number;
  readonly firstLoss: number;
  readonly lastLoss: number;
};

/** Does one unit. The data of a seed are the same at every p, and a larger p corrupts more of the same order. */
export async function runUnit(
  config: CorruptionConfig,
  unit: CorruptionUnit,
  control: RunControl,
): Promise<CorruptionResult> {
  const { pairs, heldOut, categories, inputs, spread, noise } = config;
  const random = createRandom(unit.seed).split("corruption");
  // Right pairs first, so that training and held-out pairs are of one law; then the training part is re-paired.
  const all = generateCorruptedPairs(random.split("pairs"), {
    kind: "corruptedPairs",
    pairs: pairs + heldOut,
    dim: inputs,
    ...{ categories, spread, noise, fraction: 0 },
  });
  const trainCategories = all.categories.subarray(0, pairs);
  const { order, corrupted } = corruptWithinCategories(random.split("order"), trainCategories, unit.fraction);
  const trainX = rowsOf(
    all.x,
    Int32Array.from({ length: pairs }, (_, i) => i),
  );
  const heads = await trainHeads(config, unit, { x: trainX, y: rowsOf(all.y, order) }, control);
  throwIfAborted(control.signal);
  const test = Int32Array.from({ length: heldOut }, (_, i) => pairs + i);
  const [x, y] = [heads.apply(rowsOf(all.x, test), "x"), heads.apply(rowsOf(all.y, test), "y")];
  const found = await retrieval(x, y, { recallAt: [1, 10], bootstrap: 0 });
  const both = (k: "1" | "10"): number => (found.xToY.recall[k]!.value + found.yToX.recall[k]!.value) / 2;
  const distance = await energyDistance(x, y, { sampling: "paired", bootstrap: 0 });
  return {
    ...unit,
    corrupted: corrupted.length / pairs,
    recall: both("1"),
    recallAt10: both("10"),
    categoryRecall: await categoryRecall(x, y, all.categories.subarray(pairs)),
    centroidGap: (await modalityGap(x, y, { bootstrap: 0 })).centroid.value,
    energyDistance: distance.pairedStatistic!.value,
    pairCosine: meanOfArray(await pairCosines(x, y)),
    ...heads.losses,
  };
}

interface Heads {
  readonly losses: { readonly firstLoss: number; readonly lastLoss: number };
  apply(rows: RowMatrix, side: "x" | "y"): RowMatrix;
}

async function trainHeads(
  { inputs, outputs, batch, steps, learningRate, temperature }: CorruptionConfig,
  { seed }: CorruptionUnit,
  pairs: { readonly x: RowMatrix; readonly y: RowMatrix },
  control: RunControl,
): Promise<Heads> {
  const backend = referenceBackend();
  const head = createEncoder({ kind: "linear", inputs, outputs, bias: false });
  const random = createRandom(seed).split("heads");
  const encode = (parameters: ParameterRecord, side: "x" | "y", rows: RowMatrix) =>
    head.apply(
      partOfParameters(parameters, side),
      fromData(backend, Float64Array.from(rows.data), [rows.rows, rows.dim]),
    );
  const start = joinParameters({ x: head.init(random.split("x"), backend), y: head.init(random.split("y"), backend) });
  const result = await train(trainInit(start), {
    steps,
    seed: `E5 ${seed}`,
    optimizer: { kind: "adam", learningRate },
    recordEvery: Math.max(1, steps - 1),
    loss: (parameters, { random: chance }) => {
      const rows = chance.permutation(pairs.x.rows).subarray(0, batch);
      const [x, y] = [encode(parameters, "x", rowsOf(pairs.x, rows)), encode(parameters, "y", rowsOf(pairs.y, rows))];
      return symmetricInfoNCE(x, y, { temperature });
    },
    ...control,
  });
  const { parameters } = result.state;
  const losses = { firstLoss: result.history[0]!.loss, lastLoss: result.history.at(-1)!.loss };
  return {
    losses,
    apply: (rows, side) => {
      const z = encode(parameters, side, rows);
      return normalizeRowMatrix({ rows: rows.rows, dim: outputs, data: Float64Array.from(z.dataSync()) });
    },
  };
}

/** Share of the queries of both directions whose nearest candidate is of their category. */
async function categoryRecall(x: RowMatrix, y: RowMatrix, categories: Int32Array): Promise<number> {
  const share = async (a: RowMatrix, b: RowMatrix): Promise<number> => {
    const [{ indices }] = await referenceEngine().reduce(a, b, [{ kind: "topK", k: 1 }]);
    return meanOfArray(Float64Array.from(indices, (found, i) => (categories[found] === categories[i] ? 1 : 0)));
  };
  return ((await share(x, y)) + (await share(y, x))) / 2;
}

function rowsOf({ dim, data }: RowMatrix, order: Int32Array): RowMatrix {
  return matrixOf(Array.from(order, (row) => Array.from(data.subarray(row * dim, (row + 1) * dim))));
}
