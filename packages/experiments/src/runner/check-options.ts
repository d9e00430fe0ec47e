// Configurations against the options of an experiment.

import { InputError } from "@nce-geometry/tensor";
import type { Experiment, Json, OptionSpec } from "../experiment.ts";
import { isRecord } from "./canonical-json.ts";

/**
 * Refuses a configuration that is not exactly a value within its domain for each of the options.
 *
 * Domain:   a plain record; lists are not empty and repeat nothing.
 * Throws:   InputError E_OPTION, naming the experiment as `where`, the option and its domain.
 */
export function checkOptions(where: string, options: readonly OptionSpec[], config: unknown): void {
  if (!isRecord(config)) {
    const expected = "a record of options";
    throw new InputError({ code: "E_OPTION", where, argument: "config", expected, received: show(config) });
  }
  const names = options.map(({ name }) => name);
  const unknown = Object.keys(config).find((name) => !names.includes(name));
  if (unknown !== undefined) throw unknownOption(where, names, unknown);
  for (const { name, domain } of options) checkValue(where, name, domain, config[name]);
}

/** The option of that name. Throws InputError E_OPTION where there is none. */
export function optionOf(experiment: Pick<Experiment, "id" | "options">, name: string): OptionSpec {
  const spec = experiment.options.find((option) => option.name === name);
  if (spec !== undefined) return spec;
  throw unknownOption(
    experiment.id,
    experiment.options.map((option) => option.name),
    name,
  );
}

/** Refuses a value outside a domain. Throws InputError E_OPTION. */
export function checkValue(where: string, argument: string, domain: OptionSpec["domain"], value: unknown): void {
  if (domain.kind === "numbers" || domain.kind === "choices") {
    const list = Array.isArray(value) ? (value as unknown[]) : [];
    const item = itemDomain(domain);
    if (list.length === 0) throw outside(where, argument, domain, value);
    for (const [i, one] of list.entries()) {
      if (!lies(item, one)) throw outside(where, `${argument}[${i}]`, item, one);
      if (list.indexOf(one) < i) throw repeated(where, `${argument}[${i}]`, one);
    }
  } else if (!lies(domain, value)) throw outside(where, argument, domain, value);
}

/** A domain in words that follow "must be". */
export function describeDomain(domain: OptionSpec["domain"]): string {
  if (domain.kind === "boolean") return "true or false";
  if (domain.kind === "choice") return alternatives(domain.values);
  if (domain.kind === "choices") return `a list of ${domain.values.map((value) => `"${value}"`).join(", ")}`;
  const { kind, low, high, whole = false } = domain;
  const one = whole ? "an integer" : "a number";
  const noun = kind === "numbers" ? `a list of ${whole ? "integers" : "numbers"}` : one;
  return Number.isFinite(high) ? `${noun} from ${low} to ${high}` : `${noun} ≥ ${low}`;
}

type ListDomain = Extract<OptionSpec["domain"], { readonly kind: "numbers" | "choices" }>;

function itemDomain(domain: ListDomain): OptionSpec["domain"] {
  return domain.kind === "numbers" ? { ...domain, kind: "number" } : { ...domain, kind: "choice" };
}

function lies(domain: OptionSpec["domain"], value: unknown): boolean {
  if (domain.kind === "boolean") return typeof value === "boolean";
  if (domain.kind === "choice") return typeof value === "string" && domain.values.includes(value);
  if (domain.kind !== "number" || typeof value !== "number" || !Number.isFinite(value)) return false;
  return value >= domain.low && value <= domain.high && (domain.whole !== true || Number.isSafeInteger(value));
}

function alternatives(values: readonly string[]): string {
  const quoted = values.map((value) => `"${value}"`);
  const last = quoted.at(-1)!;
  return quoted.length === 1 ? last : `${quoted.slice(0, -1).join(", ")} or ${last}`;
}

function outside(where: string, argument: string, domain: OptionSpec["domain"], value: unknown): InputError {
  const expected = describeDomain(domain);
  return new InputError({ code: "E_OPTION", where, argument, expected, received: show(value) });
}

function repeated(where: string, argument: string, value: unknown): InputError {
  const expected = "a value that is not in the list already";
  return new InputError({ code: "E_OPTION", where, argument, expected, received: show(value) });
}

function unknownOption(where: string, names: readonly string[], argument: string): InputError {
  const hint = `They are ${names.join(", ")}.`;
  const details = { expected: `one of the options of ${where}`, received: "an unknown name", hint };
  return new InputError({ code: "E_OPTION", where, argument, ...details });
}

/** A value in a few characters. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "number" ? String(value) : JSON.stringify(value as Json);
  return text === undefined ? `a ${typeof value}` : text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
