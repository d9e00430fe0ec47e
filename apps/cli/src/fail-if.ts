// Gates for continuous integration: `gap.centroid>0.9` compares one number of the report with a bound.

import { InputError } from "@nce-geometry/tensor";

export interface Condition {
  /** As typed, for messages. */
  readonly text: string;
  /** Keys from the root of the analysis, e.g. `["gap", "centroid"]`. */
  readonly path: readonly string[];
  readonly comparison: keyof typeof comparisons;
  readonly bound: number;
}

export interface Verdict {
  readonly condition: string;
  readonly value: number;
  readonly held: boolean;
}

const comparisons = {
  ">": (a: number, b: number) => a > b,
  ">=": (a: number, b: number) => a >= b,
  "<": (a: number, b: number) => a < b,
  "<=": (a: number, b: number) => a <= b,
  "==": (a: number, b: number) => a === b,
  "!=": (a: number, b: number) => a !== b,
};

const grammar = /^\s*([A-Za-z_][\w@-]*(?:\.[\w@-]+)*)\s*(>=|<=|==|!=|>|<)\s*(\S+)\s*$/;
const hint = "Quote it for the shell, e.g. --fail-if 'gap.centroid>0.9'; the report lists the names.";

/** Parses `PATH OP NUMBER`. Throws InputError E_OPTION when it is anything else. */
export function parseCondition(text: string): Condition {
  const [, path, comparison, bound] = grammar.exec(text) ?? [];
  if (path === undefined || !Number.isFinite(Number(bound))) {
    throw new InputError({
      code: "E_OPTION",
      where: "analyze",
      argument: "--fail-if",
      expected: "NAME followed by one of > >= < <= == != and a number",
      received: JSON.stringify(text),
      hint,
    });
  }
  return { text, path: path.split("."), comparison: comparison as Condition["comparison"], bound: Number(bound) };
}

/** Looks the number up (an estimate counts as its `value`) and compares. Throws E_OPTION when the name leads nowhere. */
export function judge(condition: Condition, record: unknown): Verdict {
  const value = lookUp(condition, record);
  return { condition: condition.text, value, held: comparisons[condition.comparison](value, condition.bound) };
}

function lookUp(condition: Condition, record: unknown): number {
  let found: unknown = record;
  const walked: string[] = [];
  for (const key of condition.path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) throw unknownName(condition, walked, found);
    found = (found as Record<string, unknown>)[key];
    walked.push(key);
  }
  if (typeof found === "object" && found !== null && "value" in found) found = found.value;
  if (typeof found !== "number") throw unknownName(condition, walked, found);
  return found;
}

function unknownName(condition: Condition, walked: readonly string[], found: unknown): InputError {
  const names = typeof found === "object" && found !== null ? Object.keys(found) : [];
  const shown = names.length > 12 ? [...names.slice(0, 12), "…"] : names;
  return new InputError({
    code: "E_OPTION",
    where: "analyze",
    argument: "--fail-if",
    expected: "the name of a number in the report",
    received: JSON.stringify(condition.path.join(".")),
    hint: shown.length > 0 ? `${walked.length > 0 ? `Under ${walked.join(".")}` : "At the top"} there are: ${shown.join(", ")}.` : hint,
  });
}
