// The numbers of what a full report measures beside the analysis.

import type { Estimate, PairDetails } from "@nce-geometry/diagnostics";
import { formatNumber, formatShare } from "./format.ts";
import type { Names, Table, TableRow } from "./tables.ts";

export function detailTables(details: PairDetails, names: Names): Table[] {
  return [assumptions(details, names), calibration(details)].filter(({ rows }) => rows.length > 0);
}

function assumptions({ pairing, heterogeneity, negatives, temperature }: PairDetails, names: Names): Table {
  const shift = pairing.shift;
  return {
    title: "Pairing, and assumptions of the theory",
    columns: ["value"],
    rows: [
      row(
        `nearest of ${names.x} is the own one`,
        `of ${pairing.queries} rows of ${names.y}`,
        pairing.ownFirst,
        formatShare,
      ),
      ...(shift
        ? [
            row(
              "nearest at one common distance",
              `the most frequent one: ${shift.rows} rows away in the file`,
              shift.share,
              formatShare,
            ),
          ]
        : []),
      row(
        "lead of the nearest",
        "over the second, as a share of its lead over the mean; strangers some 0.05",
        pairing.standout,
      ),
      row(
        "directed laws differ by",
        `divergence of the two directions at τ = ${temperature}, nats`,
        heterogeneity.divergence,
      ),
      ...(negatives?.negatives
        ? [row("negatives wanted", `for a gradient of cosine ${negatives.target} with its limit`, negatives.negatives)]
        : []),
    ],
  };
}

function calibration({ separation, likelihood, calibration }: PairDetails): Table {
  return {
    title: "Cut-offs and probabilities",
    columns: ["value"],
    rows: [
      ...(separation
        ? [
            row(
              "area under the ROC curve",
              "chance that a match scores higher than another pair",
              separation.areaUnderCurve,
            ),
            row(
              "equal error rate",
              `at a cosine of ${formatNumber(separation.equalErrorRate.threshold)}`,
              separation.equalErrorRate,
              formatShare,
            ),
          ]
        : []),
      ...(likelihood
        ? [
            row(
              "τ by likelihood",
              likelihood.status === "found" ? "makes the matches most likely" : "the end of the range that was reached",
              likelihood.temperature,
            ),
          ]
        : []),
      ...(calibration
        ? [
            row(
              "calibration error there",
              "mean distance of confidence and accuracy",
              calibration.calibrationError,
              formatShare,
            ),
            row("overconfidence there", "above 0 the softmax claims too much", calibration.overconfidence, formatShare),
          ]
        : []),
    ],
  };
}

function row(name: string, note: string, value: Estimate, format?: (value: number) => string): TableRow {
  return { name, note, values: [value], ...(format && { format }) };
}
