// Gates for continuous integration: `gap.centroid>0.9` compares one number of the analysis with a bound.

import { numberAt } from "@nce-geometry/diagnostics";
import { InputError, isInputError } from "@nce-geometry/tensor";

export interface Condition {
  /** As typed, for messages. */
  readonly text: string;
  /** Where the number stands in the analysis, e.g. `gap.centroid`. */
  readonly path: string;
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

const grammar = /^\s*(\w+(?:\.\w+)*)\s*(>=|<=|==|!=|>|<)\s*(\S+)\s*$/;

/** Parses `NAME OP NUMBER`. Throws InputError E_OPTION when it is anything else. */
export function parseCondition(text: string): Condition {
  const [, path, comparison, bound] = grammar.exec(text) ?? [];
  if (path === undefined || !Number.isFinite(Number(bound))) {
    throw new InputError({
      code: "E_OPTION",
      where: "analyze",
      argument: "--fail-if",
      expected: "NAME followed by one of > >= < <= == != and a number",
      received: JSON.stringify(text),
      hint: "Quote it for the shell, e.g. --fail-if 'gap.centroid>0.9'; report.json lists the names under \"analysis\".",
    });
  }
  return { text, path, comparison: comparison as Condition["comparison"], bound: Number(bound) };
}

/** Looks the number up (an estimate counts as its value) and compares; NaN never holds. Throws E_OPTION for unknown names. */
export function judge(condition: Condition, numbers: object): Verdict {
  const value = numberOf(condition, numbers);
  return {
    condition: condition.text,
    value,
    held: !Number.isNaN(value) && comparisons[condition.comparison](value, condition.bound),
  };
}

function numberOf({ path }: Condition, numbers: object): number {
  try {
    return numberAt(numbers, path);
  } catch (error) {
    if (!isInputError(error)) throw error;
    const { code, expected, received, hint } = error;
    throw new InputError({ code, where: "analyze", argument: "--fail-if", expected, received, hint }, { cause: error });
  }
}
