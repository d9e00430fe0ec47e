// What was wrong with the rows before anything was measured: their lengths, and rows that repeat.

import { type FindingThresholds, findingThresholds } from "../finding-thresholds.ts";
import { inFixed, inList, inPercent } from "../number-words.ts";
import type { Sentence } from "./finding.ts";

/** Facts about the rows of a file, as `inspectRows` of @nce-geometry/io gives them. */
export interface RowFacts {
  readonly rows: number;
  /** Lengths of the rows as stored; null where no row is finite. */
  readonly norms: { readonly min: number; readonly mean: number; readonly max: number } | null;
  /** Rows equal to an earlier one, and the first such pair. */
  readonly duplicates: { readonly rows: number; readonly pair: readonly [number, number] | null };
}

interface Named {
  readonly name: string;
  readonly facts: RowFacts;
}

/** Lengths and repeats, where there is something to say. */
export function rowFindings(sides: readonly Named[], threshold: FindingThresholds = findingThresholds): Sentence[] {
  return [...lengthFindings(sides, threshold), ...duplicateFindings(sides, threshold)];
}

function lengthFindings(sides: readonly Named[], threshold: FindingThresholds): Sentence[] {
  const off = sides.filter(({ facts: { norms } }) => {
    return norms && Math.max(norms.max - 1, 1 - norms.min) > threshold.unitLength;
  });
  if (off.length === 0) return [];
  const lengths = off.map(
    ({ name, facts: { norms } }) => `${name} from ${inFixed(norms!.min)} to ${inFixed(norms!.max)}`,
  );
  const text = `The rows were not of unit length (${inList(lengths)}) and were scaled: whatever their lengths meant is not in this report, and a search by inner product without that step ranks otherwise.`;
  return [{ topic: "rows", tone: "notice", text }];
}

function duplicateFindings(sides: readonly Named[], threshold: FindingThresholds): Sentence[] {
  const share = ({ facts: { rows, duplicates } }: Named) => (rows === 0 ? 0 : duplicates.rows / rows);
  const repeated = sides.filter((side) => share(side) >= threshold.duplicateRowsNotice);
  if (repeated.length === 0) return [];
  const counts = repeated.map((side) => {
    const { rows, pair } = side.facts.duplicates;
    const first = pair ? `, first row ${pair[1]} = row ${pair[0]}` : "";
    return `${rows} of ${side.facts.rows} rows of ${side.name} (${inPercent(share(side))}${first})`;
  });
  const worst = Math.max(...repeated.map(share));
  const text = `${inList(counts)} ${repeated.length === 1 && repeated[0]!.facts.duplicates.rows === 1 ? "equals an earlier one" : "equal an earlier one"}: they tie in every search, at most one of them can come first, and they count several times in every average.`;
  return [{ topic: "duplicates", tone: worst >= threshold.duplicateRowsWarning ? "warning" : "notice", text }];
}
