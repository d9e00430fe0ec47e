import { InputError } from "@nce-geometry/tensor";
import type { ReadOptions } from "../../read-options.ts";
import { shellLine } from "../../shell-words.ts";

export interface AnalyzeOptions extends ReadOptions {
  /** Two names separated by a comma, or one for one set. */
  readonly names?: string;
  /** File of the item of each row of y. */
  readonly map?: string;
  readonly preset?: "quick" | "full";
  readonly full?: boolean;
  /** One or two files of another model. */
  readonly compare?: readonly string[];
  readonly temperature?: readonly number[];
  readonly bootstrap: number;
  readonly seed: number;
  readonly threshold?: readonly string[];
  readonly json?: boolean;
  readonly out?: string;
  readonly failIf?: readonly string[];
}

/** The preset asked for, if any. */
export function presetOf({ preset, full }: AnalyzeOptions): "quick" | "full" | undefined {
  return full ? "full" : preset;
}

/** The names asked for. */
export function parseNames(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const names = text.split(",").map((name) => name.trim());
  if (names.length <= 2 && names.every((name) => name !== "") && names[0] !== names[1]) return names;
  throw new InputError({
    code: "E_OPTION",
    where: "analyze",
    argument: "--names",
    expected: "two different names separated by a comma",
    received: JSON.stringify(text),
    hint: "For example --names image,text.",
  });
}

/** The line that makes the report again, quoted for a POSIX shell. */
export function commandLine(first: string, second: string | undefined, options: AnalyzeOptions): string {
  const preset = presetOf(options);
  const words = [
    "nce-geometry",
    "analyze",
    first,
    ...(second === undefined ? [] : [second]),
    ...(options.compare === undefined ? [] : ["--compare", ...options.compare]),
    ...(options.map === undefined ? [] : ["--map", options.map]),
    ...(options.format === undefined ? [] : ["--format", options.format]),
    ...(options.dim === undefined ? [] : ["--dim", String(options.dim)]),
    ...(options.names === undefined ? [] : ["--names", options.names]),
    ...(preset === undefined ? [] : ["--preset", preset]),
    ...(options.temperature ? ["--temperature", options.temperature.join(",")] : []),
    ...["--bootstrap", String(options.bootstrap), "--seed", String(options.seed)],
    ...(options.threshold ?? []).flatMap((threshold) => ["--threshold", threshold]),
    ...(options.out === undefined ? [] : ["--out", options.out]),
    ...(options.failIf ?? []).flatMap((condition) => ["--fail-if", condition]),
  ];
  return shellLine(words);
}
