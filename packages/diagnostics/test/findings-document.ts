// docs/findings.md, made from the tables of rules and thresholds.

import { type FindingRule, findingRules, thresholdTable } from "../src/index.ts";

export const findingsPath = new URL("../../../docs/findings.md", import.meta.url);

const kinds = {
  trust: "How far the numbers can be trusted",
  assumption: "Assumptions of the theory",
  failure: "Signatures of failure",
} as const;

/** The whole document. */
export function findingsDocument(): string {
  const sections = (Object.keys(kinds) as (keyof typeof kinds)[]).flatMap((kind) => [
    `## ${kinds[kind]}`,
    "",
    ...Object.entries(findingRules)
      .filter(([, rule]) => rule.kind === kind)
      .flatMap(([topic, rule]) => ruleLines(topic, rule)),
  ]);
  const thresholds = Object.entries(thresholdTable).map(
    ([name, { value, meaning }]) => `| \`${name}\` | ${value} | ${meaning} |`,
  );
  return `${[
    "# Findings",
    "",
    "Made from the tables of `packages/diagnostics/src`; a test holds the two together. A finding is a sentence with a tone, a severity (`none`,",
    "`low`, `medium`, `high`), the numbers behind it, and what to try first. The numbers are named as `--fail-if` takes them; `*` stands for",
    "every name at that place.",
    "",
    ...sections,
    "## Thresholds",
    "",
    "Conventions, not laws. `nce-geometry analyze … --threshold NAME=NUMBER` or `summarize(analysis, { thresholds })` moves one.",
    "",
    "| name | value | what changes there |",
    "|---|---|---|",
    ...thresholds,
  ].join("\n")}\n`;
}

function ruleLines(topic: string, { question, evidence, thresholds, severity, remedy }: FindingRule): string[] {
  return [
    `### ${topic}`,
    "",
    `${question} A warning of it is of ${severity} severity.`,
    "",
    `- numbers: ${evidence.map((path) => `\`${path}\``).join(", ")}`,
    `- thresholds: ${thresholds.map((name) => `\`${name}\``).join(", ")}`,
    ...(remedy.warning ? [`- after a warning try first: ${remedy.warning}`] : []),
    ...(remedy.notice ? [`- after a notice try first: ${remedy.notice}`] : []),
    "",
  ];
}
