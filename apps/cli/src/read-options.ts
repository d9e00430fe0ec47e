// How a file is to be read where its content does not tell: shared by all commands that read.

import type { FormatName, OpenEmbeddingsOptions } from "@nce-geometry/io";
import { type Command, InvalidArgumentError } from "commander";

export interface ReadOptions {
  readonly format?: FormatName;
  readonly dim?: number;
}

/** Adds `--format` and `--dim`. */
export function addReadOptions(command: Command): Command {
  return command
    .option("--format <name>", "read as this format instead of by content, e.g. raw")
    .option("--dim <d>", "numbers per row of a raw file", dimension);
}

/** The part of a command's options that is for the reader. */
export function readOptions({ format, dim }: ReadOptions): Pick<OpenEmbeddingsOptions, "format" | "dim"> {
  return { ...(format !== undefined && { format }), ...(dim !== undefined && { dim }) };
}

function dimension(text: string): number {
  if (/^[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new InvalidArgumentError("It must be a whole number >= 1.");
}
