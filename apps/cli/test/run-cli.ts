import { run } from "../src/cli.ts";

/** How a command ended and what it wrote. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunCliOptions {
  readonly signal?: AbortSignal;
  /** A folder that is FOLDER in what was written. */
  readonly folder?: string;
}

/** Runs a command in this process. */
export async function runCli(args: readonly string[], options: RunCliOptions = {}): Promise<Outcome> {
  const { signal = new AbortController().signal, folder } = options;
  let [out, err] = ["", ""];
  const code = await run(args, {
    print: (text) => {
      out += text;
    },
    error: (text) => {
      err += text;
    },
    signal,
    progressBar: () => ({ onProgress: () => {}, stop: () => {} }),
  });
  const named = (text: string): string => (folder === undefined ? text : text.replaceAll(folder, "FOLDER"));
  return { code, out: named(out), err: named(err) };
}
