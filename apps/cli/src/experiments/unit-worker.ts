// A worker thread that does units of one experiment, one after the other, until it is ended.

import { parentPort, workerData } from "node:worker_threads";
import { type EmbeddedModel, type Experiment, experimentOf, type Json, type Unit } from "@nce-geometry/experiments";
import { type InputErrorDetails, isInputError, type Progress } from "@nce-geometry/tensor";
import { reopenGivenData } from "./given-data.ts";
import { givenExperiments } from "./given-experiments.ts";

/** What the worker is started with. */
export interface UnitWorkerData {
  readonly experiment: string;
  readonly config: Json;
  /** The words of `--data`; absent for an experiment without. */
  readonly data?: readonly string[] | undefined;
}

/** What it says. */
export type UnitWorkerMessage =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "done"; readonly result: Json }
  | { readonly kind: "refused"; readonly details: InputErrorDetails }
  | { readonly kind: "failed"; readonly message: string; readonly stack: string | undefined };

const { experiment: id, config, data } = workerData as UnitWorkerData;
const experiment = data === undefined ? experimentOf(id) : experimentOver(data);
const say = (message: UnitWorkerMessage): void => parentPort!.postMessage(message);

parentPort!.on("message", (unit: Unit) => {
  experiment
    .run(config, unit, { onProgress: (progress) => say({ kind: "progress", progress }) })
    .then((result) => say({ kind: "done", result }))
    .catch((error: unknown) => {
      if (isInputError(error)) return say({ kind: "refused", details: detailsOf(error) });
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      say({ kind: "failed", message, stack });
    });
});

/** Errors lose their class between threads. */
function detailsOf({ code, where, argument, expected, received, hint }: InputErrorDetails): InputErrorDetails {
  return { code, where, argument, expected, received, hint };
}

function experimentOver(words: readonly string[]): Experiment {
  const { data: models } = config as unknown as { readonly data: readonly EmbeddedModel[] };
  return givenExperiments[id]!(reopenGivenData(words, models));
}
