// A comparison of controls on the terminal.

import type { ControlComparison } from "@nce-geometry/diagnostics";
import { measureColumns } from "./comparison-rows.ts";

/** Columns of numbers, the front marked by a star, and what to take. */
export function comparisonTable(
  comparison: ControlComparison,
  names: { readonly x: string; readonly y: string },
): string {
  const { controls, recommendation, split } = comparison;
  const columns = measureColumns(comparison, names);
  const header = ["", ...columns.map(({ title }) => title)];
  const rows = controls.map((control) => {
    if (control.status === "failed") return [`  ${control.label}`, control.reason];
    const { label, measures, onFront } = control;
    return [`${onFront ? "*" : " "} ${label}`, ...columns.map(({ of, format }) => format(of(measures).value))];
  });
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.filter((row) => row.length === header.length).map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]): string =>
    cells.length < header.length
      ? `${cells[0]!.padEnd(widths[0]!)}  not applicable: ${cells[1]}`
      : cells
          .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
          .join("  ");
  const lines = [
    `${names.x} and ${names.y}: fitted on ${split.trainItems} items, judged on ${split.testItems} others`,
    "",
    line(header),
    ...rows.map(line),
    "",
    "* no other control has both a smaller gap and a better retrieval",
    "",
    `Mixed index: ${recommendation.mixedIndex.reason}`,
    `Retrieval across modalities: ${recommendation.retrieval.reason}`,
    recommendation.summary,
  ];
  return `${lines.join("\n")}\n`;
}
