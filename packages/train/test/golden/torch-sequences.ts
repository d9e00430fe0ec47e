// Numbers made by make_torch_sequences.py with PyTorch.

import { readFileSync } from "node:fs";
import type { NestedNumbers } from "@nce-geometry/tensor";
import type { Activation, Clipping, OptimizerOptions, Schedule } from "../../src/index.ts";

type NumbersByName = Readonly<Record<string, NestedNumbers>>;

export interface TorchSequences {
  readonly start: readonly NestedNumbers[];
  readonly gradients: readonly (readonly NestedNumbers[])[];
  readonly optimizers: readonly { readonly options: OptimizerOptions; readonly path: readonly NestedNumbers[] }[];
  readonly schedules: readonly { readonly schedule: Schedule; readonly factors: readonly number[] }[];
  readonly clipping: readonly { readonly clip: Clipping; readonly gradients: readonly NestedNumbers[] }[];
  readonly perceptrons: readonly {
    readonly activation: Activation;
    readonly parameters: NumbersByName;
    readonly output: NestedNumbers;
    readonly gradients: NumbersByName;
  }[];
  readonly inputs: NestedNumbers;
}

export const torch: TorchSequences = JSON.parse(
  readFileSync(new URL("torch-sequences.json", import.meta.url), "utf8"),
);

/** All numbers of nested lists, in order. */
export function flat(values: NestedNumbers): number[] {
  return typeof values === "number" ? [values] : values.flatMap(flat);
}
