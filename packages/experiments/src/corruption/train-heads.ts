// Two linear heads, one for each modality, trained by symmetric InfoNCE on pairs of frozen features.

import { symmetricInfoNCE } from "@nce-geometry/losses";
import { normalizeRowMatrix } from "@nce-geometry/pairwise";
import {
  type Backend,
  createRandom,
  fromData,
  type Random,
  type RowMatrix,
  type RunControl,
  referenceBackend,
  throwIfAborted,
} from "@nce-geometry/tensor";
import {
  createEncoder,
  type Encoder,
  joinParameters,
  type ParameterRecord,
  partOfParameters,
  train,
  trainInit,
} from "@nce-geometry/train";
import { rowsOf } from "../given/rows-of.ts";
import type { HeadsConfig } from "./heads-config.ts";

/** Pairs to learn from: row `items[i]` of x with any of the rows `captions[i]` of y. */
export interface TrainingPairs {
  readonly x: RowMatrix;
  readonly y: RowMatrix;
  readonly items: Int32Array;
  readonly captions: readonly (readonly number[])[];
}

export interface Heads {
  readonly backend: Backend;
  readonly encoder: Encoder;
  readonly parameters: ParameterRecord;
}

/** The heads of a seed before training. */
export function firstHeads({ outputs, start }: HeadsConfig, inputs: number, seed: number): Heads {
  const encoder = createEncoder({ kind: "linear", inputs, outputs, bias: false });
  const random = createRandom(seed).split("heads");
  const backend = referenceBackend();
  const init = (side: "x" | "y"): ParameterRecord => encoder.init(random.split(side), backend);
  return { backend, encoder, parameters: joinParameters({ x: init("x"), y: init(start === "shared" ? "x" : "y") }) };
}

/** The heads after training. Every step draws its batch, and one caption of each of its items. Rejects with the signal's reason. */
export async function trainHeads(
  { batch, steps, learningRate, temperature }: HeadsConfig,
  first: Heads,
  pairs: TrainingPairs,
  { seed, ...control }: RunControl & { readonly seed: number },
): Promise<{ readonly heads: Heads; readonly firstLoss: number; readonly lastLoss: number }> {
  const { state, history } = await train(trainInit(first.parameters), {
    steps,
    seed: `E5 ${seed}`,
    optimizer: { kind: "adam", learningRate },
    recordEvery: Math.max(1, steps - 1),
    loss: (parameters, { random }) => {
      const heads = { ...first, parameters };
      const { x, y } = drawBatch(random, pairs, batch);
      return symmetricInfoNCE(outputs(heads, x, "x"), outputs(heads, y, "y"), { temperature });
    },
    ...control,
  });
  throwIfAborted(control.signal);
  return {
    heads: { ...first, parameters: state.parameters },
    firstLoss: history[0]!.loss,
    lastLoss: history.at(-1)!.loss,
  };
}

/** Unit rows that a head makes of features. */
export function applyHead(heads: Heads, rows: RowMatrix, side: "x" | "y"): RowMatrix {
  const z = outputs(heads, rows, side);
  return normalizeRowMatrix({ rows: rows.rows, dim: z.shape[1]!, data: Float64Array.from(z.dataSync()) });
}

/** One caption of each item, at random. */
export function drawCaptions(random: Random, captions: readonly (readonly number[])[]): Int32Array {
  const chance = random.uniform(captions.length);
  return Int32Array.from(captions, (list, i) => list[Math.floor(chance[i]! * list.length)]!);
}

function drawBatch(random: Random, { x, y, items, captions }: TrainingPairs, batch: number) {
  const places = random.permutation(items.length).subarray(0, batch);
  const ofItems = Array.from(places, (place) => captions[place]!);
  return {
    x: rowsOf(
      x,
      places.map((place) => items[place]!),
    ),
    y: rowsOf(y, drawCaptions(random.split("captions"), ofItems)),
  };
}

function outputs({ backend, encoder, parameters }: Heads, { data, rows, dim }: RowMatrix, side: "x" | "y") {
  return encoder.apply(partOfParameters(parameters, side), fromData(backend, Float64Array.from(data), [rows, dim]));
}
