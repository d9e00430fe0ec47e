// --threshold NAME=VALUE: where findings change their tone.

import { type FindingThresholdName, type FindingThresholds, thresholdTable } from "@nce-geometry/diagnostics";
import { InputError } from "@nce-geometry/tensor";

/** The thresholds asked for. Throws InputError E_OPTION for names that do not exist and values that are no numbers. */
export function parseThresholds(texts: readonly string[] = []): Partial<FindingThresholds> {
  return Object.fromEntries(texts.map(parseOne));
}

function parseOne(text: string): readonly [FindingThresholdName, number] {
  const [, name = "", value = ""] = /^\s*(\w+)\s*=\s*(\S+)\s*$/.exec(text) ?? [];
  if (Object.hasOwn(thresholdTable, name) && Number.isFinite(Number(value)))
    return [name as FindingThresholdName, Number(value)];
  throw new InputError({
    code: "E_OPTION",
    where: "analyze",
    argument: "--threshold",
    expected: `NAME=NUMBER, NAME one of ${Object.keys(thresholdTable).join(", ")}`,
    received: JSON.stringify(text),
    hint: "docs/findings.md says what each decides.",
  });
}
