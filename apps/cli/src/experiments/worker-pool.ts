// Units on worker threads. What a unit gives does not depend on where it is done, so neither does a result.

import { Worker } from "node:worker_threads";
import type { Json, Unit } from "@nce-geometry/experiments";
import { InputError, type RunControl } from "@nce-geometry/tensor";
import type { UnitWorkerData, UnitWorkerMessage } from "./unit-worker.ts";

export interface WorkerPool extends AsyncDisposable {
  /** Does a unit on a free thread; rejects with the signal's reason at once when that is aborted. */
  execute(unit: Unit, control: RunControl): Promise<Json>;
}

/** Beside this file: TypeScript among the sources, whose packages are sources too, or JavaScript in the build. */
const fromSource = import.meta.url.endsWith(".ts");
const workerFile = new URL(fromSource ? "./unit-worker.ts" : "./unit-worker.js", import.meta.url);
const execArgv = fromSource ? ["--conditions=@nce-geometry/source"] : [];

/** As many threads as are asked for, started when first needed. */
export function workerPool(data: UnitWorkerData): WorkerPool {
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const take = (): Worker => {
    const free = idle.pop();
    if (free) return free;
    const worker = new Worker(workerFile, { workerData: data, execArgv });
    all.add(worker);
    return worker;
  };
  return {
    async execute(unit, control) {
      const worker = take();
      try {
        const result = await resultOf(worker, unit, control);
        idle.push(worker);
        return result;
      } catch (error) {
        // It may still be at work on the unit that was given up.
        all.delete(worker);
        await worker.terminate();
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}

function resultOf(worker: Worker, unit: Unit, { signal, onProgress }: RunControl): Promise<Json> {
  return new Promise((resolve, reject) => {
    const finish = (act: () => void): void => {
      worker.off("message", onMessage);
      worker.off("error", onError);
      clearInterval(watch);
      act();
    };
    const onMessage = (message: UnitWorkerMessage): void => {
      if (message.kind === "progress") onProgress?.(message.progress);
      else if (message.kind === "done") finish(() => resolve(message.result));
      else if (message.kind === "refused") finish(() => reject(new InputError(message.details)));
      else finish(() => reject(Object.assign(new Error(message.message), { stack: message.stack })));
    };
    const onError = (error: Error): void => finish(() => reject(error));
    // The signal is any object with `aborted`, without events.
    const watch = setInterval(() => {
      if (signal?.aborted) finish(() => reject(signal.reason));
    }, 100);
    worker.on("message", onMessage);
    worker.on("error", onError);
    worker.postMessage(unit);
  });
}
