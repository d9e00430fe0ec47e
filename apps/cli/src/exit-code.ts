// What the shell learns. 0: done; 1: a `--fail-if` condition held; 2: bad input; 3: a defect of this program.

import { isInputError } from "@nce-geometry/tensor";
import { CommanderError } from "commander";

export const exitCode = { ok: 0, conditionHeld: 1, badInput: 2, internal: 3, interrupted: 130 } as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** Thrown through the work when the user interrupts it. */
export class Interrupted extends Error {
  constructor(message = "interrupted; nothing was written") {
    super(message);
    this.name = "Interrupted";
  }
}

/** The code that an error ends the process with, and what to say about it on stderr. */
export function describeFailure(error: unknown): { readonly code: ExitCode; readonly message: string } {
  if (error instanceof Interrupted) return { code: exitCode.interrupted, message: error.message };
  if (isInputError(error)) return { code: exitCode.badInput, message: `error: ${error.message}` };
  if (error instanceof CommanderError) {
    // Commander has printed its message already; asking for help or the version is not a failure.
    return { code: error.exitCode === 0 ? exitCode.ok : exitCode.badInput, message: "" };
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: exitCode.internal, message: `internal error, please report it: ${detail}` };
}
