// One experiment in one folder: units that are there are taken over, the others are done on worker threads.

import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type Experiment, type ExperimentRun, type Json, runExperiment } from "@nce-geometry/experiments";
import { InputError } from "@nce-geometry/tensor";
import { Interrupted } from "../exit-code.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { version } from "../version.ts";
import { folderStore } from "./folder-store.ts";
import { workerPool } from "./worker-pool.ts";

export interface RunInFolderOptions {
  /** Threads. @defaultValue one per core */
  readonly threads?: number | undefined;
  /** Whether units of another configuration in the folder are replaced instead of refused. */
  readonly restart?: boolean | undefined;
  /** The words of `--data`, for an experiment over files, which threads read themselves. */
  readonly data?: readonly string[] | undefined;
}

/** Runs the experiment with its units under `folder/units`. Aborting rejects with the reason; finished units stay. */
export async function runInFolder(
  experiment: Experiment,
  config: Json,
  folder: string,
  { threads = availableParallelism(), restart = false, data }: RunInFolderOptions,
  terminal: Terminal,
): Promise<ExperimentRun> {
  await using pool = workerPool({ experiment: experiment.id, config, data });
  const bar = terminal.progressBar();
  try {
    const run = await runExperiment(experiment, config, {
      store: folderStore(join(folder, "units")),
      execute: pool.execute,
      concurrency: threads,
      onForeign: restart ? "recompute" : "refuse",
      version,
      signal: terminal.signal,
      onProgress: bar.onProgress,
      onNote: ({ message }) => {
        bar.stop();
        terminal.error(`note: ${message}\n`);
      },
    }).catch((error: unknown) => {
      throw inWordsOfTheCommand(error, folder);
    });
    if (run.status === "aborted") {
      const { reused, computed, total } = run.units;
      throw new Interrupted(`interrupted; ${reused + computed} of ${total} units are kept in ${folder}`);
    }
    return run;
  } finally {
    bar.stop();
  }
}

/** The library speaks of a store and its options, the command of a folder and its flags. */
function inWordsOfTheCommand(error: unknown, folder: string): unknown {
  if (!(error instanceof InputError && error.argument === "store")) return error;
  const { code, received } = error;
  const expected = `a place where ${folder} is empty or of this configuration`;
  const hint = "Choose another folder, or add --restart to replace what is there.";
  return new InputError({ code, where: "nce-geometry", argument: "--out", expected, received, hint }, { cause: error });
}
