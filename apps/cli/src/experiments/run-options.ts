// Where and how experiments run: shared by the commands that run them.

import { type Command, InvalidArgumentError } from "commander";

export interface RunOptions {
  readonly out: string;
  readonly threads?: number;
  readonly restart?: boolean;
}

/** Adds `--out`, `--threads` and `--restart`. */
export function addRunOptions(command: Command, out: string): Command {
  return command
    .option("--out <dir>", "where the folders of the runs are made", out)
    .option("--threads <n>", "worker threads (default: one per core)", threadCount)
    .option("--restart", "replace units of another configuration instead of refusing them");
}

function threadCount(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 1 to 9999.");
}
