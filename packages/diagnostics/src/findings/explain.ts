// From a sentence to a finding: the numbers behind it, how bad it is, what to try first.

import type { Estimate } from "@nce-geometry/energy";
import type { Evidence, Finding, Sentence } from "./finding.ts";
import { findingRules } from "./finding-rules.ts";

/** Adds what the rule of its topic says to a sentence. `records` holds the numbers under the paths of the rule. */
export function explain(sentence: Sentence, records: object): Finding {
  const { tone, topic } = sentence;
  const rule = findingRules[topic];
  return {
    ...sentence,
    severity: tone === "good" ? "none" : tone === "notice" ? "low" : rule.severity,
    evidence: rule.evidence.flatMap((path) => evidenceAt(records, path.split("."), [])),
    remedy: tone === "good" ? null : (rule.remedy[tone] ?? null),
  };
}

/** The numbers at a path; none where it leads to what was not measured. */
function evidenceAt(here: unknown, [name, ...rest]: readonly string[], walked: readonly string[]): Evidence[] {
  if (name === undefined) return numberOf(here, walked.join("."));
  if (typeof here !== "object" || here === null) return [];
  const names = name === "*" ? Object.keys(here) : Object.hasOwn(here, name) ? [name] : [];
  return names.flatMap((key) => evidenceAt((here as Record<string, unknown>)[key], rest, [...walked, key]));
}

function numberOf(here: unknown, path: string): Evidence[] {
  if (typeof here === "number") return [{ path, value: here }];
  if (typeof here !== "object" || here === null || !("value" in here && "samples" in here)) return [];
  const { value, interval } = here as Estimate;
  return [{ path, value, ...(interval && { interval }) }];
}
