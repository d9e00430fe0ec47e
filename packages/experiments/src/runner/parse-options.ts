// Options as text, as command lines and forms have them.

import { InputError } from "@nce-geometry/tensor";
import type { Experiment, Json, OptionSpec, Scale } from "../experiment.ts";
import { isRecord } from "./canonical-json.ts";
import { checkValue, describeDomain, optionOf } from "./check-options.ts";

/** An option in words, with its defaults. */
export interface OptionDescription {
  readonly name: string;
  readonly description: string;
  /** What it must be, e.g. `an integer from 1 to 100`. */
  readonly domain: string;
  readonly quick: Json;
  readonly full: Json;
}

/** The options of an experiment in words, in their order. */
export function describeOptions(experiment: Experiment): readonly OptionDescription[] {
  const [quick, full] = (["quick", "full"] as const).map((scale) => experiment.defaults(scale));
  return experiment.options.map(({ name, description, domain }) => ({
    name,
    description,
    domain: describeDomain(domain),
    quick: settingOf(quick, name),
    full: settingOf(full, name),
  }));
}

/**
 * The value of an option from text.
 *
 * Domain:   numbers as ECMAScript reads them; lists with commas, integers also as a range `0..19`; `true`, `false`; the choices literally.
 * Limits:   `0.1, 1e1` → [0.1, 10];  `0..2,7` → [0, 1, 2, 7].
 * Throws:   InputError E_OPTION with the experiment, the option and its domain.
 */
export function parseOption(experiment: Experiment, name: string, text: string): Json {
  const { domain } = optionOf(experiment, name);
  const value = read(domain, text.trim());
  if (value === undefined) {
    const details = { expected: describeDomain(domain), received: JSON.stringify(text) };
    throw new InputError({ code: "E_OPTION", where: experiment.id, argument: name, ...details });
  }
  checkValue(experiment.id, name, domain, value);
  return value;
}

/**
 * The defaults of a scale with some options replaced by text, checked as a whole.
 *
 * Throws:   InputError E_OPTION with the experiment, the option and its domain.
 */
export function configFrom<C extends Json>(
  experiment: Experiment<C>,
  texts: Readonly<Record<string, string>>,
  options: { readonly scale?: Scale } = {},
): C {
  const { scale = "quick" } = options;
  const parsed = Object.entries(texts).map(([name, text]) => [name, parseOption(experiment, name, text)] as const);
  const config = { ...(experiment.defaults(scale) as object), ...Object.fromEntries(parsed) } as unknown as C;
  experiment.check(config);
  return config;
}

function settingOf(config: unknown, name: string): Json {
  return isRecord(config) ? ((config[name] as Json | undefined) ?? null) : null;
}

function read(domain: OptionSpec["domain"], text: string): Json | undefined {
  switch (domain.kind) {
    case "boolean":
      return text === "true" ? true : text === "false" ? false : undefined;
    case "choice":
      return text;
    case "choices":
      return text.split(",").map((part) => part.trim());
    case "number":
      return readNumber(text);
    case "numbers": {
      const parts = text.split(",").map((part) => readItem(part.trim()));
      return parts.some((part) => part === undefined) ? undefined : (parts.flat() as number[]);
    }
  }
}

function readNumber(text: string): number | undefined {
  // Number("") is 0.
  const value = text === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Longest list that a range may stand for. */
const LONGEST = 10_000;

function readItem(text: string): readonly number[] | undefined {
  const ends = /^(-?\d+)\.\.(-?\d+)$/.exec(text);
  if (ends === null) {
    const value = readNumber(text);
    return value === undefined ? undefined : [value];
  }
  const [first, last] = [Number(ends[1]), Number(ends[2])];
  if (last < first || last - first >= LONGEST) return undefined;
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
